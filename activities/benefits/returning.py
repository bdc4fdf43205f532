"""By which way somebody comes back to where the run is, once a person has looked.

Silence is no: only who has said yes, or has asked for a person, is taken further than the wish.
"""

from activities.benefits.tools import Batch
from activities.benefits.wording import Told, say
from activities.store.benefits.cases import CaseKind
from activities.store.benefits.notices import NoticeKind, tell
from activities.store.engine import WriteSession
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase, RunState
from definitions.language.benefits import Way

_PAYING = frozenset({Phase.PAYING, Phase.VERIFYING, Phase.CLOSED})
_AGREED = frozenset({Status.CONFIRMED, Status.CLEARED})
_WISHED = frozenset({Phase.WISH, Phase.PUBLICITY})
_ON_LIST = frozenset({Status.LISTED, Status.STRUCK, Status.EXCLUDED, Status.OBJECTED})
_ANSWERED = frozenset({Status.ASKED, Status.CONFIRMED})
_TOLD = {
    Status.ASKED: NoticeKind.ASKED,
    Status.SILENT: NoticeKind.SILENT,
    Status.INVITED: NoticeKind.INVITED,
}
_WAITED = {Way.DIRECT: Status.CLEARED, Way.CONFIRM: Status.SILENT, Way.INVITE: Status.INVITED}


class NotYet(Exception):
    """What follows has to wait: for the treasury's answer, or for paying to begin."""


def back_to(phase: Phase, way: Way, before: Status, *, own: bool, late: bool = False) -> Status:
    """Where an entitlement goes on that was objected to, or that a person has looked at.

    Who asks for a person (`own`) wants it: that is a yes. Who was objected to by others and has
    not said yes before the wish ended, is silent. `late`: the last day of the wish is over.
    """
    agreed = own or before in _AGREED
    if phase is Phase.CANCELLED:
        return Status.CANCELLED
    if phase in _PAYING:
        return Status.CLEARED if agreed else _WAITED[way]
    if phase in _WISHED and way is Way.CONFIRM:
        if phase is Phase.PUBLICITY or late:
            return Status.CONFIRMED if agreed else Status.SILENT
        return Status.CONFIRMED if before is Status.CONFIRMED else Status.ASKED
    if phase is Phase.PUBLICITY and way is Way.INVITE and agreed:
        return Status.CONFIRMED
    return Status.LISTED


def restored(state: RunState, status: Status) -> tuple[Status, ...]:
    """How what had been given up comes back, because the subject has asked for a person.

    Empty where nothing was given up, or where the run is. Raises `NotYet`.
    """
    if state.phase is Phase.CANCELLED:
        return ()
    match status:
        case Status.STRUCK | Status.EXCLUDED:
            return (*_listed(state), *_cleared(state))
        case Status.SILENT if state.phase not in _PAYING:
            return (Status.CONFIRMED,)
        case Status.DECLINED | Status.SILENT | Status.STOPPED:
            if state.phase not in _PAYING:
                raise NotYet
            return (Status.CLEARED,)
        case _:
            return ()


def entitled(
    state: RunState, status: Status, kind: CaseKind, *, late: bool, other: bool
) -> tuple[Status, ...]:
    """By which statuses somebody who is entitled by the right facts comes to where the run is.

    That facts were wrong takes back no “no”. `other`: the sum is another one. Raises `NotYet`.
    """
    review = kind is CaseKind.REVIEW
    if state.phase is Phase.CANCELLED or status is Status.CANCELLED:
        return _anew(state) if status is Status.CANCELLED else ()
    if status is Status.DECLINED and not review:
        return ()
    if status is Status.SILENT and kind not in {CaseKind.REVIEW, CaseKind.UNKNOWN}:
        return ()
    if status in {Status.DECLINED, Status.SILENT, Status.STOPPED}:
        return restored(state, status)
    if state.phase in _PAYING:
        return _in_paying(status)
    if status in _ANSWERED:
        return (Status.OBJECTED, status) if other else ()
    if status not in _ON_LIST:
        return ()
    asked = state.phase is Phase.WISH and state.terms.way is Way.CONFIRM and not late
    return (Status.LISTED, Status.ASKED) if asked and not review else _listed(state)


async def tell_where(  # noqa: PLR0917 - whose, where it stands now, by which case
    session: WriteSession,
    batch: Batch,
    subject: int,
    entitlement: str,
    to: Status,
    fen: int,
    case: int,
) -> None:
    """Who has something to answer, or has not answered in time, is told so."""
    kind, wish = _TOLD.get(to), batch.state.wish
    if kind is None:
        return
    told = Told(kind=kind, terms=batch.state.terms, fen=fen, until=wish.until if wish else None)
    key = f"{kind}:{entitlement}:case:{case}"
    await tell(session, subject, entitlement, kind, key, say(told))


def _in_paying(status: Status) -> tuple[Status, ...]:
    match status:
        case Status.LISTED | Status.OBJECTED | Status.CONFIRMED | Status.INVITED | Status.HELD:
            return (Status.CLEARED,)
        case Status.STRUCK | Status.EXCLUDED:
            return (Status.LISTED, Status.CLEARED)
        case Status.CLEARED | Status.SHORT:
            # The sum may be another one: by way of a stop.
            return (Status.STOPPED, Status.CLEARED)
        case _:
            return ()


def _anew(state: RunState) -> tuple[Status, ...]:
    """What a cancelled run gave up, onto the list of one that is under way."""
    if state.phase is Phase.CANCELLED:
        return ()
    return (*_listed(state), *_cleared(state))


def _listed(state: RunState) -> tuple[Status, ...]:
    """Onto the list; where wishes were asked for, with the yes that asking for a person is."""
    if state.phase in _WISHED and state.terms.way is Way.CONFIRM:
        return (Status.LISTED, Status.ASKED, Status.CONFIRMED)
    return (Status.LISTED,)


def _cleared(state: RunState) -> tuple[Status, ...]:
    return (Status.CLEARED,) if state.phase in _PAYING else ()
