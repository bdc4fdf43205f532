"""请假、出差 with a substitute: planned by oneself or by the head, seen, ended early.

Whoever stands in must be able to do the work, and be there. So nobody is away while he stands in
for another, and there are no circles.
"""

import hashlib
from collections.abc import Sequence
from datetime import date

import structlog

from activities.store.desk import absences as kept
from activities.store.desk.absences import AbsenceView, Planned
from activities.store.desk.accounts import AccountView, accounts_of
from activities.store.engine import ReadSession
from api.acting.base import key_of, person_named
from api.problems import ApiCode, Problem, wrong
from api.sent import Sent
from api.services import Services
from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Role
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

log = structlog.get_logger(__name__)


async def plan_absence(
    services: Services,
    actor: Actor,
    sent: Sent,
    *,
    substitute: str,
    since: date,
    until: date,
    reason: str,
    account: str | None = None,
) -> AbsenceView:
    """Somebody is away from `since` to `until`, both included; `account` None is oneself.

    People by account id or login. The same request again gives the same absence. Raises
    `forbidden`, `invalid`, `reasons-missing`, `idempotency-key-reused`.
    """
    permissions.require(actor, Act.WORK_TASK)
    name = f"ab-{hashlib.sha256(key_of(actor, sent).encode()).hexdigest()[:24]}"
    if not reason.strip():
        raise Refused(Code.REASONS_MISSING, "请写明原因", field="/reason")
    async with services.store.begin() as session:
        department = actor.department or ""
        await kept.take_turns(session, department)
        people = await accounts_of(session, department)
        absent = _person(people, account or actor.id, "/account")
        if absent.id != actor.id:
            permissions.require(actor, Act.SUBSTITUTE)
        planned = Planned(
            account=absent.id,
            substitute=_person(people, substitute, "/substitute").id,
            since=since,
            until=until,
            reason=reason.strip(),
        )
        before = await kept.absence(session, name)
        if before is not None:
            return _same(before, planned)
        _check_days(planned, local_day(services.now()))
        _check_able(absent, _person(people, substitute, "/substitute"))
        await _check_free(session, planned)
        await kept.put_absence(session, name, planned, by=actor.id, now=services.now())
        made = await _absence(session, name)
    log.info("absence_planned", absence=name, absent=absent.id, substitute=planned.substitute)
    return made


async def end_absence(services: Services, actor: Actor, name: str) -> AbsenceView:
    """Back earlier, or not away at all: from now on nobody stands in. Raises `unknown-absence`."""
    permissions.require(actor, Act.WORK_TASK)
    async with services.store.begin() as session:
        found = await kept.absence(session, name)
        mine = found is not None and actor.id in {found.account, found.set_by}
        heads = found is not None and _assigns(actor) and found.department == actor.department
        if not (mine or heads):
            raise Problem(ApiCode.UNKNOWN_ABSENCE)
        await kept.end_absence(session, name, services.now())
        ended = await _absence(session, name)
    log.info("absence_ended", absence=name)
    return ended


async def absences_for(
    services: Services,
    actor: Actor,
    *,
    past: bool = False,
    after: tuple[date, str] | None = None,
    limit: int = 50,
) -> Sequence[AbsenceView]:
    """One's own and those one stands in for; for who arranges them, the whole department's.

    `past`: those that are over as well.
    """
    permissions.require(actor, Act.WORK_TASK)
    heads = _assigns(actor)
    async with services.store.reading() as session:
        return await kept.absences(
            session,
            department=(actor.department or "") if heads else None,
            account=None if heads else actor.id,
            since=None if past else local_day(services.now()),
            after=after,
            limit=limit,
        )


def _assigns(actor: Actor) -> bool:
    return permissions.may(actor, Act.SUBSTITUTE)


async def _absence(session: ReadSession, name: str) -> AbsenceView:
    found = await kept.absence(session, name)
    assert found is not None
    return found


def _person(people: Sequence[AccountView], given: str, pointer: str) -> AccountView:
    found = person_named(people, given)
    if found is None or found.role is Role.DEPARTMENT_SYSTEM:
        raise wrong(pointer, "colleague", f"本部门没有账号“{given}”")
    return found


def _same(before: AbsenceView, planned: Planned) -> AbsenceView:
    """What the first request had made, if this one says the same."""
    if any(getattr(before, name) != value for name, value in planned):
        raise Refused(Code.KEY_REUSED, "该幂等键已用于另一内容的请求")
    return before


def _check_days(planned: Planned, today: date) -> None:
    if planned.until < planned.since:
        raise wrong("/until", "order", "结束的日期不能早于开始的日期")
    if planned.until < today:
        raise wrong("/until", "past", "结束的日期已经过去")


def _check_able(absent: AccountView, substitute: AccountView) -> None:
    """The substitute is another, in a post that may do the work, trusted with all of it."""
    if substitute.id == absent.id:
        raise wrong("/substitute", "self", "代办人不能是本人")
    if not permissions.may_work(
        substitute.actor, department=absent.department or "", role=absent.role
    ):
        raise wrong("/substitute", "post", "代办人的岗位应当能够办理本人的待办")
    items = substitute.items
    covers = not items or (bool(absent.items) and set(absent.items) <= set(items))
    if not covers or substitute.clearance.rank < absent.clearance.rank:
        raise wrong("/substitute", "authority", "代办人的授权范围应当包括本人的全部事项和密级")


async def _check_free(session: ReadSession, planned: Planned) -> None:
    """On none of these days is one of the two away already, or the absent to stand in."""
    for other in await kept.clashing(session, planned):
        days = f"{other.since:%Y-%m-%d} 至 {other.until:%Y-%m-%d}"
        if other.account == planned.account:
            raise wrong("/since", "overlap", f"{days} 已经登记过")
        if other.account == planned.substitute:
            raise wrong("/substitute", "absent", f"代办人 {days} 自己不在岗，请另选一位")
        raise wrong(
            "/since", "standing-in", f"{days} 正由本人代 {other.account_name} 办理，请先另行安排"
        )
