"""What may be done with a run, and what follows. One function a command; the order is the law's.

Nothing here looks at rows: that the driver reports truthfully is the driver's to see to.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from definitions.benefits.commands import (
    ApproveList,
    Begin,
    Cancel,
    Close,
    EndSpan,
    FreezeFacts,
    MatchAgain,
    PassTrial,
    Pause,
    PayLate,
    ReportList,
    ReportMatch,
    Resume,
    ReturnList,
    RunCommand,
    SetPace,
    Verify,
)
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
    SpanEnded,
    SpanOpened,
    TrialPassed,
    VerificationBegun,
)
from definitions.benefits.evolve import evolve
from definitions.benefits.run import (
    FOR_PEOPLE,
    OVER,
    Phase,
    RunState,
    Span,
)
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.rules.calendar import Calendar, add_working_days, local_day

_PEOPLE = 2


# In which phases each may be asked. Steering is open in every phase that is not over.
_REVIEWS = frozenset({Phase.REVIEW, Phase.SECOND_REVIEW})
_WHEN: Mapping[type[Value], frozenset[Phase]] = {
    FreezeFacts: frozenset({Phase.SNAPSHOT}),
    ReportMatch: frozenset({Phase.MATCHING}),
    PassTrial: frozenset({Phase.TRIAL}),
    MatchAgain: FOR_PEOPLE,
    ReportList: frozenset({Phase.LISTING}),
    ApproveList: _REVIEWS,
    ReturnList: _REVIEWS,
    EndSpan: frozenset({Phase.WISH, Phase.PUBLICITY}),
    Cancel: frozenset(Phase) - OVER - {Phase.PAYING, Phase.VERIFYING},
    Close: frozenset({Phase.PAYING, Phase.VERIFYING}),
    PayLate: frozenset({Phase.CLOSED}),
    Verify: frozenset({Phase.CLOSED}),
}
_STEERING = frozenset(Phase) - OVER


def decide(
    state: RunState | None, command: RunCommand, actor: Actor, now: datetime, calendar: Calendar
) -> list[RunEvent]:
    """The events that follow. Raises `Refused`."""
    if isinstance(command, Begin):
        if state is not None:
            raise Refused(Code.RUN_BEGUN, "这个批次已经开始")
        return [RunBegun(begin=command)]
    if state is None:
        raise Refused(Code.UNKNOWN_RUN, "没有这个批次")
    if state.phase not in _WHEN.get(type(command), _STEERING):
        raise Refused(Code.RUN_PHASE, "这个批次现在不能这样办", phase=state.phase)
    match command:
        case FreezeFacts() | ReportMatch() | ReportList():
            return [_reported(command)]
        case PassTrial():
            return _pass_trial(state, command)
        case ApproveList():
            return _approve(state, actor, now, calendar)
        case EndSpan():
            return _end_span(state, now, calendar)
        case Pause() | Resume() | SetPace():
            return _steered(state, command)
        case _:
            return [_said(command)]


def _reported(command: FreezeFacts | ReportMatch | ReportList) -> RunEvent:
    match command:
        case FreezeFacts(snapshot=snapshot, sha256=sha256, away=away):
            return FactsFrozen(snapshot=snapshot, sha256=sha256, away=away)
        case ReportMatch(counts=counts):
            return MatchReported(counts=counts)
        case ReportList(listed=listed, fen=fen):
            return ListReported(listed=listed, fen=fen)


def _said(command: MatchAgain | ReturnList | Cancel | Close | PayLate | Verify) -> RunEvent:
    match command:
        case MatchAgain(on=on, reason=reason):
            return MatchedAgain(on=on, reason=_reason(reason))
        case ReturnList(reason=reason):
            return ListReturned(reason=_reason(reason))
        case Cancel(reason=reason):
            return RunCancelled(reason=_reason(reason))
        case Close():
            return RunClosed()
        case PayLate():
            return PayingBegun(late=True)
        case Verify():
            return VerificationBegun()


def _pass_trial(state: RunState, command: PassTrial) -> list[RunEvent]:
    """Enough was looked through. What was found wrong is no refusal: it must not be lost."""
    wanted = min(state.terms.sample, state.counts.hits)
    seen = {sampled.subject for sampled in command.sampled}
    if len(seen) < wanted:
        message = f"抽查要看 {wanted} 户（人），现在看了 {len(seen)}"
        raise Refused(Code.SAMPLE_TOO_SMALL, message, wanted=wanted, seen=len(seen))
    if all(sampled.right for sampled in command.sampled):
        return [TrialPassed(sampled=command.sampled)]
    return [SampleFailed(sampled=command.sampled)]


def _approve(state: RunState, actor: Actor, now: datetime, calendar: Calendar) -> list[RunEvent]:
    """Two persons, neither of whom is the other; whoever stands in counts as both."""
    if actor.people & {*state.approved_by, *state.approved_for}:
        raise Refused(Code.FOUR_EYES, "名单要由两个人分别复核")
    approved: RunEvent = ListApproved(by=actor.id, stood_for=actor.stands_for)
    after = evolve(state, approved)
    if len(after.approved_by) < _PEOPLE:
        return [approved]
    return [approved, *_after_review(after, now, calendar)]


def _after_review(state: RunState, now: datetime, calendar: Calendar) -> list[RunEvent]:
    if state.terms.confirmation is not None:
        days, before = state.terms.confirmation.days, state.terms.confirmation.reminders
        return [_opened(Phase.WISH, days, before, now, calendar)]
    return _after_wish(state, now, calendar)


def _after_wish(state: RunState, now: datetime, calendar: Calendar) -> list[RunEvent]:
    if state.terms.publicity_days is not None:
        return [_opened(Phase.PUBLICITY, state.terms.publicity_days, (), now, calendar)]
    return [PayingBegun()]


def _end_span(state: RunState, now: datetime, calendar: Calendar) -> list[RunEvent]:
    span = state.wish if state.phase is Phase.WISH else state.publicity
    assert span is not None
    if local_day(now) <= span.until:
        raise Refused(Code.SPAN_OPEN, f"到 {span.until:%Y-%m-%d} 才结束")
    ended = SpanEnded(phase=state.phase)
    if state.phase is Phase.PUBLICITY:
        return [ended, PayingBegun()]
    return [ended, *_after_wish(state, now, calendar)]


def _opened(
    phase: Phase, days: int, before: Sequence[int], now: datetime, calendar: Calendar
) -> SpanOpened:
    """The day on which it begins is not counted (民法典 201; domain.md §3.1)."""
    since = local_day(now)
    until = add_working_days(since, days, calendar)
    reminders = tuple(
        add_working_days(since, days - n, calendar)
        for n in sorted(before, reverse=True)
        if n < days
    )
    span = Span(since=since, days=days, until=until, calendar=calendar.version, reminders=reminders)
    return SpanOpened(phase=phase, span=span)


def _steered(state: RunState, command: Pause | Resume | SetPace) -> list[RunEvent]:
    match command:
        case Pause():
            return [] if state.paused else [RunPaused(reason=_reason(command.reason))]
        case Resume():
            return [RunResumed()] if state.paused else []
        case SetPace():
            return [] if state.pace is command.pace else [PaceSet(pace=command.pace)]


def _reason(said: str) -> str:
    if not said.strip():
        raise Refused(Code.REASONS_MISSING, "请写明理由", field="/reason")
    return said.strip()
