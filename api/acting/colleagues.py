"""主办、协办: asking other organs or an expert, calling that off; 办不成事反映."""

from collections.abc import Sequence
from datetime import date

from activities.store.reading.bounds import needs_of_matter
from api.acting.base import (
    Answer,
    act,
    checked_number,
    files_of,
    reason_of,
    reasons_of,
    require_part,
)
from api.acting.choosing import able, check_departments, repeated
from api.sent import Sent
from api.services import Services
from definitions.bundle.commands import AskColleagues, Complain, WithdrawRequest
from definitions.language.roles import Actor, Role
from definitions.language.supervision import What
from definitions.rules import permissions
from definitions.rules.permissions import Act as Permission


async def ask_colleagues(
    services: Services,
    actor: Actor,
    number: str,
    matter: str,
    sent: Sent,
    *,
    what: What,
    departments: Sequence[str],
    question: str,
    days: int | None = None,
    tacit: bool = False,
    to: str | None = None,
    dates: Sequence[date] = (),
    files: Sequence[str] = (),
) -> Answer:
    """Ask other organs, or an expert `to` of one of them by account id or login.

    `dates` are the days proposed for a survey; `tacit`: no answer in time is agreement.
    """
    permissions.require(actor, Permission.ASK)
    await require_part(services, actor, number)
    check_departments(
        services, {f"/departments/{place}": code for place, code in enumerate(departments)}
    )
    said = await reason_of(services, question, pointer="/question", missing="请写明要对方答复什么")
    command = AskColleagues(
        matter=matter,
        what=what,
        departments=tuple(departments),
        question=said,
        days=days,
        tacit=tacit,
        to=to,
        dates=tuple(dict.fromkeys(dates)),
        files=await files_of(services, actor, files),
    )
    expert = await _expert(services, actor, command, number, sent)
    command = command.model_copy(update={"to": expert})
    return await act(services, actor, number, command, sent)


async def withdraw_request(
    services: Services,
    actor: Actor,
    number: str,
    request: str,
    sent: Sent,
    *,
    reasons: Sequence[str] = (),
) -> Answer:
    """Call off what was asked of others and is not answered yet."""
    permissions.require(actor, Permission.ASK)
    await require_part(services, actor, number)
    command = WithdrawRequest(request=request, reasons=await reasons_of(services, reasons))
    return await act(services, actor, number, command, sent)


async def complain(
    services: Services, actor: Actor, number: str, matter: str, sent: Sent, *, complaint: str
) -> Answer:
    """办不成事: what cannot be got done, said by the applicant or, for him, at the window."""
    permissions.require(actor, Permission.COMPLAIN)
    checked_number(number)
    said = await reason_of(services, complaint, pointer="/complaint", missing="请写明什么事办不成")
    return await act(services, actor, number, Complain(matter=matter, complaint=said), sent)


async def _expert(
    services: Services, actor: Actor, command: AskColleagues, number: str, sent: Sent
) -> str | None:
    """The account of the expert, who does an officer's work on such a matter in his department."""
    if command.to is None or len(command.departments) != 1:
        return command.to
    async with services.store.reading() as session:
        known = await needs_of_matter(session, number, command.matter)
        # Of a matter without tasks nothing can be asked: the core says why.
        if known is None or await repeated(session, actor, number, sent):
            return command.to
        (department,) = command.departments
        needs = known.model_copy(update={"department": department, "role": Role.OFFICER})
        return await able(session, needs, command.to)
