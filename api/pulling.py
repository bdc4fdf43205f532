"""领取下一件: the next task for whoever asks, claimed for him. However many ask at once."""

from typing import Literal

import structlog

from activities.store.desk.offers import offer_one, offered_to, withdraw_offer
from activities.store.desk.work_settings import WorkSettings, work_settings
from activities.store.engine import ReadSession
from activities.store.reading.pulling import (
    claimed_under,
    held_by,
    last_applicants,
    waiting_tasks,
)
from activities.store.reading.scope import Scope
from api import commands
from api.acting.base import key_of
from api.auth.person import Person
from api.commands import Answer
from api.sent import Sent, payload_of
from api.services import Services
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Role
from definitions.rules.pulling import Band, Puller, Waiting, band, ranked, unwilling
from workflows.messages import Receipt

log = structlog.get_logger(__name__)

# Rounds of looking anew: many who ask at once may take everything that was seen.
_ROUNDS = 8
# Somebody else was quicker, or it fell away; or, seen too late, is not this person's to take.
_NEXT = frozenset(
    {
        Code.TASK_TAKEN,
        Code.TASK_NOT_OPEN,
        Code.UNKNOWN_TASK,
        Code.UNKNOWN_BUNDLE,
        Code.BUNDLE_CLOSED,
        Code.FORBIDDEN,
        Code.RECUSED,
        Code.SECOND_NOTICE,
    }
)


class Pulled(Value):
    """The task that was claimed; or why none was: nothing waits, enough in hand, not on shift."""

    task: str | None = None
    answer: Answer | None = None
    why: Literal["nothing", "full", "off_shift"] | None = None


async def pull(
    services: Services,
    actor: Person,
    scope: Scope,
    roles: tuple[Role, ...],
    sent: Sent,
    *,
    items: tuple[str, ...] = (),
) -> Pulled:
    """Claim the next task for this person; the same request again finds the same task."""
    async with services.store.reading() as session:
        before = await claimed_under(session, actor.id, key_of(actor, sent))
        settings = await work_settings(session, actor.id)
        puller = await _puller(session, actor, settings)
    if before is not None:
        return await _claimed(services, actor, before, sent)
    refused = unwilling(puller, services.now())
    if refused is not None:
        return Pulled(why=refused.value)
    return await _first(services, actor, scope, roles, sent, puller=puller, items=items)


async def _first(
    services: Services,
    actor: Person,
    scope: Scope,
    roles: tuple[Role, ...],
    sent: Sent,
    *,
    puller: Puller,
    items: tuple[str, ...],
) -> Pulled:
    """Offer after offer, until one is claimed."""
    gone: set[str] = set()
    offered = True
    for _ in range(_ROUNDS):
        async with services.store.reading() as session:
            seen = await waiting_tasks(
                session, scope, roles, account=actor.id, now=services.now(), items=items
            )
        order = _order(services, [each for each in seen if each.task not in gone], puller)
        if not order:
            return Pulled(why="nothing")
        name = await _offer(services, actor, order, again=offered)
        offered = False
        if name is None:
            continue
        try:
            pulled = await _claimed(services, actor, name, sent)
        except Refused as refused:
            if refused.code not in _NEXT:
                raise
            gone.add(name)
            await _withdraw(services, name)
            continue
        # Where the register does not show it yet, the offer keeps others away.
        if isinstance(pulled.answer, Receipt):
            await _withdraw(services, name)
        return pulled
    log.info("pull_found_nothing_free", account=actor.id)
    return Pulled(why="nothing")


async def _offer(services: Services, actor: Person, order: list[str], *, again: bool) -> str | None:
    """What this person is being offered already, where an answer was lost; else a new one."""
    async with services.store.begin() as session:
        standing = await offered_to(session, actor.id, services.now()) if again else None
        if standing in order:
            return standing
        return await offer_one(session, order, actor.id, services.now())


async def _claimed(services: Services, actor: Person, task: str, sent: Sent) -> Pulled:
    """One key for the request; the body's digest tells one task from another."""
    own = sent.model_copy(update={"payload": payload_of("POST", "pull", {"task": task})})
    return Pulled(task=task, answer=await commands.claim_task(services, actor, task, own))


async def _withdraw(services: Services, task: str) -> None:
    async with services.store.begin() as session:
        await withdraw_offer(session, task, services.now())


def _order(services: Services, seen: list[Waiting], puller: Puller) -> list[str]:
    now, calendar = services.now(), services.calendar
    watched = services.library.catalogue.supervision
    bands = [
        (each, band(each.due_at, now, calendar, watched) if watched else Band.UNLIMITED)
        for each in seen
    ]
    return [each.task for each in ranked(bands, puller)]


async def _puller(session: ReadSession, actor: Person, settings: WorkSettings) -> Puller:
    return Puller(
        held=await held_by(session, actor.id),
        at_most=settings.at_most,
        shift_from=settings.shift_from,
        shift_until=settings.shift_until,
        skills=frozenset(settings.skills),
        last=await last_applicants(session, actor.id),
    )
