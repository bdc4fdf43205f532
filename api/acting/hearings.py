"""Hearings: the right is told, used or given up, and the day is set."""

from collections.abc import Sequence
from datetime import datetime

from api.acting.base import Answer, act_on_matter, colleagues, reason_of, reasons_of
from api.sent import Sent
from api.services import Services
from definitions.bundle.commands import AnswerHearing, ScheduleHearing, TellHearingRight
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.permissions import Act as Permission


async def tell_hearing_right(
    services: Services,
    actor: Actor,
    number: str,
    matter: str,
    sent: Sent,
    *,
    reasons: Sequence[str],
) -> Answer:
    """Tell the applicant of the right to a hearing, and what is intended."""
    permissions.require(actor, Permission.HEAR)
    said = await reasons_of(services, reasons)
    command = TellHearingRight(matter=matter, reasons=said)
    return await act_on_matter(services, actor, number, command, sent)


async def answer_hearing(
    services: Services, actor: Actor, number: str, matter: str, sent: Sent, *, wanted: bool
) -> Answer:
    """The applicant asks for the hearing, or gives the right up; the window writes it down."""
    permissions.require(actor, Permission.ASK_HEARING)
    command = AnswerHearing(matter=matter, wanted=wanted)
    return await act_on_matter(services, actor, number, command, sent)


async def schedule_hearing(
    services: Services,
    actor: Actor,
    number: str,
    matter: str,
    sent: Sent,
    *,
    on: datetime,
    place: str,
    chair: str,
) -> Answer:
    """Set the hearing's time, place and chair (an account of the department, by id or login)."""
    permissions.require(actor, Permission.HEAR)
    where = await reason_of(services, place, pointer="/place", missing="请写明听证地点")
    (presiding,) = await colleagues(services, actor, [chair], pointers=["/chair"])
    command = ScheduleHearing(matter=matter, on=on, place=where, chair=presiding)
    return await act_on_matter(services, actor, number, command, sent)
