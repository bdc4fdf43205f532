"""对账: what both sides believe of a task, compared. Pure."""

from enum import StrEnum
from typing import Literal

from activities.contracts.assignments import AssignmentStatus

Believed = Literal["open", "completed", "declined", "withdrawn", "unknown", "away"]


class Finding(StrEnum):
    """How far the two sides agree.

    `ARRIVED`: they have what we thought was not delivered. `MISSED_ANSWER`: they answered, and we
    never heard it. `NEVER_HEARD`: they do not know what we delivered. `STILL_THERE`: they still
    work on what is over. `CONTRADICTS`: they answered what somebody else had completed.
    `WITHDRAWN_THERE`: they gave back what is still open.
    """

    AGREED = "agreed"
    ARRIVED = "arrived"
    MISSED_ANSWER = "missed_answer"
    NEVER_HEARD = "never_heard"
    STILL_THERE = "still_there"
    CONTRADICTS = "contradicts"
    WITHDRAWN_THERE = "withdrawn_there"
    DECLINED_THERE = "declined_there"
    UNREACHABLE = "unreachable"


class Remedy(StrEnum):
    """What puts a difference right; `PEOPLE`: nothing that a program may do."""

    NOTHING = "nothing"
    TAKE = "take"
    SEND = "send"
    WITHDRAW = "withdraw"
    PEOPLE = "people"


REMEDIES: dict[Finding, Remedy] = {
    Finding.AGREED: Remedy.NOTHING,
    Finding.ARRIVED: Remedy.SEND,
    Finding.MISSED_ANSWER: Remedy.TAKE,
    Finding.NEVER_HEARD: Remedy.SEND,
    Finding.STILL_THERE: Remedy.WITHDRAW,
    Finding.CONTRADICTS: Remedy.PEOPLE,
    Finding.WITHDRAWN_THERE: Remedy.PEOPLE,
    Finding.DECLINED_THERE: Remedy.PEOPLE,
    Finding.UNREACHABLE: Remedy.NOTHING,
}
_WAITING = (AssignmentStatus.SENDING, AssignmentStatus.DELIVERED, AssignmentStatus.DEAD)


def compared(ours: AssignmentStatus, theirs: Believed) -> Finding:
    """What to make of both."""
    if theirs == "away":
        return Finding.UNREACHABLE
    return _waiting(ours, theirs) if ours in _WAITING else _over(ours, theirs)


def _waiting(ours: AssignmentStatus, theirs: Believed) -> Finding:
    match theirs:
        case "completed":
            return Finding.MISSED_ANSWER
        case "declined":
            return Finding.DECLINED_THERE
        case "withdrawn":
            return Finding.WITHDRAWN_THERE
        case "unknown":
            return Finding.NEVER_HEARD
        case _:
            return Finding.AGREED if ours is AssignmentStatus.DELIVERED else Finding.ARRIVED


def _over(ours: AssignmentStatus, theirs: Believed) -> Finding:
    if theirs == "open":
        return Finding.STILL_THERE
    if theirs == "completed" and ours is not AssignmentStatus.ANSWERED:
        return Finding.CONTRADICTS
    return Finding.AGREED
