"""The application as it was when a document was issued.

A document says what was so then. It is made of the events up to its own `document_issued`, so that
nothing that came later can change what it says.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from definitions.bundle.events import Recorded
from definitions.bundle.evolve import evolve
from definitions.bundle.state import BundleState
from definitions.matter.events import (
    BundleStarted,
    ClockExtended,
    DocumentIssued,
    Event,
    FormCorrected,
    HearingScheduled,
    HearingTold,
    MaterialRejected,
    MatterNotAccepted,
    MatterReturned,
    MatterRevoked,
    MatterTerminated,
    MatterWithdrawn,
    OfMatter,
    ProcedureStarted,
    SecondNoticeAllowed,
    SupplementNoticed,
    TaskCompleted,
)
from definitions.matter.values import Reason

Values = Mapping[str, object]
E = TypeVar("E", bound=OfMatter)


@dataclass(frozen=True, slots=True, repr=False)
class Moment:
    """The state at a document's issue, and the events that led to it."""

    state: BundleState
    events: tuple[Recorded, ...]

    @property
    def started(self) -> BundleStarted:
        """How it began."""
        event = self.events[0].event
        if isinstance(event, BundleStarted):
            return event
        msg = f"the register does not hold the start of {self.state.number}"
        raise LookupError(msg)

    def of(self, kind: type[E], matter: str) -> tuple[E, ...]:
        """What of that kind had happened to the matter, in order."""
        events = (recorded.event for recorded in self.events)
        return tuple(e for e in events if isinstance(e, kind) and e.matter == matter)


def moments(events: tuple[Recorded, ...], documents: Collection[str]) -> Mapping[str, Moment]:
    """The moment of each of the documents."""
    found: dict[str, Moment] = {}
    state: BundleState | None = None
    for count, recorded in enumerate(events, start=1):
        if len(found) == len(documents):
            break
        state = evolve(state, recorded)
        event = recorded.event
        if isinstance(event, DocumentIssued) and event.document.id in documents:
            found[event.document.id] = Moment(state, events[:count])
    return found


def said(events: Iterable[Recorded]) -> set[str]:
    """The digests of the texts that documents may have to quote."""
    return {reason.text for recorded in events for reason in _said(recorded.event)}


def chairs(events: Iterable[Recorded]) -> set[str]:
    """Whose names a hearing's notice must give."""
    found = (recorded.event for recorded in events)
    return {event.chair for event in found if isinstance(event, HearingScheduled)}


def corrected(moment: Moment, form: Mapping[str, object], texts: Mapping[str, str]) -> Values:
    """The form as it stood: what was put right at the counter lies over what was submitted."""
    changes = (r.event for r in moment.events if isinstance(r.event, FormCorrected))
    return {**form, **{change.field: texts[change.becomes.text] for change in changes}}


def _said(event: Event) -> Iterator[Reason]:
    match event:
        case SupplementNoticed(points=points):
            yield from (point.defect for point in points)
        case SecondNoticeAllowed(reason=reason):
            yield reason
        case FormCorrected(becomes=becomes):
            yield becomes
        case HearingScheduled(place=place):
            yield place
        case ClockExtended(extension=extension) if extension.reason:
            yield Reason(text=extension.reason)
        case (
            MaterialRejected()
            | TaskCompleted()
            | ProcedureStarted()
            | HearingTold()
            | MatterNotAccepted()
            | MatterReturned()
            | MatterTerminated()
            | MatterWithdrawn()
            | MatterRevoked()
        ):
            yield from event.reasons
        case _:
            pass
