"""One matter on its way: filing, objections, second notices, special procedures, more time."""

from collections.abc import Sequence

from activities.store.reading.matters import matter as matter_of
from api.acting.base import Answer, act, act_on_matter, files_of, reason_of, reasons_of
from api.auth.person import scope_of
from api.sent import Sent
from api.services import Services
from definitions.bundle.commands import (
    AllowSecondNotice,
    EndProcedure,
    FileApplication,
    ProlongSupplement,
    ProposeExtension,
    RaiseObjection,
    StartProcedure,
)
from definitions.errors import Code, Refused
from definitions.language.clocks import ClockKind
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.permissions import Act as Permission


async def file_application(
    services: Services, actor: Actor, number: str, key: str, sent: Sent
) -> Answer:
    """Apply within the window that is open."""
    return await act(services, actor, number, FileApplication(matter=key), sent)


async def raise_objection(
    services: Services, actor: Actor, number: str, key: str, sent: Sent, *, objection: str
) -> Answer:
    """Object during publicity. A department takes objections to its own matters only."""
    permissions.require(actor, Permission.OBJECT)
    if not permissions.may(actor, Permission.READ_ALL):
        async with services.store.reading() as session:
            own = await matter_of(session, number, key, scope_of(actor))
        if own is None:
            raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
    said = await reason_of(services, objection, pointer="/objection", missing="请写明异议的内容")
    return await act(services, actor, number, RaiseObjection(matter=key, objection=said), sent)


async def allow_second_notice(
    services: Services, actor: Actor, number: str, matter: str, sent: Sent, *, reason: str
) -> Answer:
    """A supervisor lets a second notice name points that the first did not."""
    permissions.require(actor, Permission.ALLOW_SECOND_NOTICE)
    said = await reason_of(services, reason, pointer="/reason", missing="请写明准许的理由")
    command = AllowSecondNotice(matter=matter, reason=said)
    return await act_on_matter(services, actor, number, command, sent)


async def start_procedure(
    services: Services,
    actor: Actor,
    number: str,
    matter: str,
    sent: Sent,
    *,
    cause: str,
    days: int,
    reasons: Sequence[str],
) -> Answer:
    """特别程序 begins: for which cause, and how many working days it is told to take."""
    permissions.require(actor, Permission.SUSPEND)
    said = await reasons_of(services, reasons)
    command = StartProcedure(matter=matter, cause=cause, days=days, reasons=said)
    return await act_on_matter(services, actor, number, command, sent)


async def end_procedure(
    services: Services,
    actor: Actor,
    number: str,
    matter: str,
    sent: Sent,
    *,
    files: Sequence[str] = (),
) -> Answer:
    """特别程序 is over; its result paper goes with it."""
    permissions.require(actor, Permission.SUSPEND)
    result = await files_of(services, actor, files)
    command = EndProcedure(matter=matter, result=result)
    return await act_on_matter(services, actor, number, command, sent)


async def propose_extension(
    services: Services,
    actor: Actor,
    number: str,
    matter: str,
    sent: Sent,
    *,
    days: int,
    reasons: Sequence[str],
) -> Answer:
    """Ask whoever the law names for more time to decide; the approval is a task of theirs."""
    permissions.require(actor, Permission.EXTEND)
    said = await reasons_of(services, reasons)
    command = ProposeExtension(matter=matter, days=days, reasons=said)
    return await act_on_matter(services, actor, number, command, sent)


async def prolong_supplement(
    services: Services,
    actor: Actor,
    number: str,
    matter: str,
    sent: Sent,
    *,
    clock: ClockKind,
    days: int,
    reasons: Sequence[str],
    force_majeure: bool = False,
) -> Answer:
    """More time for what the applicant owes: once, and for force majeure besides."""
    permissions.require(actor, Permission.PROLONG)
    command = ProlongSupplement(
        matter=matter,
        clock=clock,
        days=days,
        reasons=await reasons_of(services, reasons),
        force_majeure=force_majeure,
    )
    return await act_on_matter(services, actor, number, command, sent)
