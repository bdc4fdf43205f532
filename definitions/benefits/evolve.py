"""What stands after an event of a run."""

from collections.abc import Iterable, Mapping

from definitions.benefits.events import (
    FactsFrozen,
    ListApproved,
    ListReported,
    ListReturned,
    MatchedAgain,
    MatchReported,
    PaceSet,
    PayingBegun,
    RunBegun,
    RunCancelled,
    RunClosed,
    RunEvent,
    RunPaused,
    RunResumed,
    SampleFailed,
    SpanOpened,
    TrialPassed,
    VerificationBegun,
)
from definitions.benefits.run import (
    Phase,
    RunState,
    Sampled,
)
from definitions.language.base import Value
from definitions.language.roles import Actor


def begun(event: RunBegun, actor: Actor) -> RunState:
    """A run at its beginning."""
    said = event.begin
    fields = {name: getattr(said, name) for name in type(said).model_fields if name != "kind"}
    return RunState(**fields, begun_by=actor.id, seq=1)


# Where each of these leads; the others leave the phase, or name it.
_LEADS_TO: Mapping[type[Value], Phase] = {
    FactsFrozen: Phase.MATCHING,
    MatchReported: Phase.TRIAL,
    TrialPassed: Phase.LISTING,
    MatchedAgain: Phase.SNAPSHOT,
    ListReported: Phase.REVIEW,
    ListApproved: Phase.SECOND_REVIEW,
    ListReturned: Phase.REVIEW,
    PayingBegun: Phase.PAYING,
    RunCancelled: Phase.CANCELLED,
    RunClosed: Phase.CLOSED,
    VerificationBegun: Phase.VERIFYING,
}


_BY_KIND = {event.model_fields["kind"].default: phase for event, phase in _LEADS_TO.items()}
_UNAPPROVED: Mapping[str, object] = {"approved_by": (), "approved_for": ()}


def leads_to(kind: str) -> Phase | None:
    """The phase that an event of this kind leads to; None where it leaves it, or names it."""
    return _BY_KIND.get(kind)


def evolve(state: RunState, event: RunEvent) -> RunState:
    """The state after the event."""
    phase = _LEADS_TO.get(type(event), state.phase)
    changed = {"phase": phase, **_reported(event), **_said(state, event)}
    return state.model_copy(update={**changed, "seq": state.seq + 1})


def _reported(event: RunEvent) -> dict[str, object]:
    """What the driver's events bring."""
    match event:
        case FactsFrozen():
            frozen = {"snapshot": event.snapshot, "snapshot_sha256": event.sha256}
            return {**frozen, "away": event.away}
        case MatchReported():
            return {"counts": event.counts}
        case ListReported():
            return {"listed": event.listed, "listed_fen": event.fen}
        case SpanOpened():
            field = "wish" if event.phase is Phase.WISH else "publicity"
            return {field: event.span, "phase": event.phase}
        case _:
            return {}


def _said(state: RunState, event: RunEvent) -> dict[str, object]:
    """What people's events bring."""
    match event:
        case TrialPassed():
            # Whatever a person wrote beside a sample stays in the event: a state travels.
            bare = tuple(each.model_copy(update={"note": ""}) for each in event.sampled)
            return {"sampled": bare, **_looked(state, event.sampled)}
        case SampleFailed():
            return _looked(state, event.sampled) | _failed(state, event)
        case MatchedAgain():
            again = {"on": event.on, "turn": state.turn + 1}
            return {**again, **_UNAPPROVED, "sampled": ()}
        case ListApproved(by=by, stood_for=absent):
            stood = state.approved_for if absent is None else (*state.approved_for, absent)
            return {"approved_by": (*state.approved_by, by), "approved_for": stood}
        case ListReturned():
            return dict(_UNAPPROVED)
        case RunPaused() | RunResumed():
            return {"paused": isinstance(event, RunPaused)}
        case PaceSet():
            return {"pace": event.pace}
        case RunCancelled():
            return {"paused": False}
        case RunClosed():
            return {"verified": state.verified or state.phase is Phase.VERIFYING}
        case _:
            return {}


def _looked(state: RunState, sampled: Iterable[Sampled]) -> dict[str, object]:
    return {"samples_looked": state.samples_looked + len({each.subject for each in sampled})}


def _failed(state: RunState, event: SampleFailed) -> dict[str, object]:
    """Without the notes: a state travels to where no free text may go; the event keeps them."""
    bare = (each.model_copy(update={"note": ""}) for each in event.wrong)
    return {"sample_failures": (*state.sample_failures, *bare)}
