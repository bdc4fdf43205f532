"""From state and command to events: the one place where what may lawfully happen is decided.

`decide` is total: it returns events or raises `Refused`, nothing else, for every state and command
(a stray exception would wedge the workflow). It reads no clock; the moment is passed in.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from definitions.bundle.bounds import check_bounds
from definitions.bundle.colleagues import ask, complain, recuse, withdraw_request
from definitions.bundle.commands import (
    AllowSecondNotice,
    AnswerHearing,
    ApproveProposal,
    AskColleagues,
    BeginTask,
    ClaimTask,
    Command,
    Complain,
    CompleteTask,
    CorrectOnTheSpot,
    DeliverDocument,
    EndProcedure,
    FileApplication,
    HandOverTask,
    OfTaskCommand,
    PassTime,
    ProlongSupplement,
    ProposeCompletion,
    ProposeExtension,
    RaiseObjection,
    RecuseOfficer,
    ReleaseTask,
    ResumeTask,
    ReturnMatter,
    ReturnTask,
    RevokeDecision,
    ScheduleHearing,
    SendBackTask,
    StartProcedure,
    SupplyMaterial,
    TakeBackTask,
    TellHearingRight,
    TerminateMatter,
    TransferTask,
    UrgeTask,
    UseCalendar,
    WaitTask,
    WithdrawBundle,
    WithdrawRequest,
)
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import evolve
from definitions.bundle.hearings import answer_hearing, schedule_hearing, tell_hearing_right
from definitions.bundle.outcomes import (
    file,
    object_to,
    return_matter,
    revoke,
    terminate,
    use_calendar,
    withdraw,
)
from definitions.bundle.papers import allow_second_notice, correct, deliver, supply
from definitions.bundle.procedures import (
    end_procedure,
    prolong_supplement,
    propose_extension,
    start_procedure,
)
from definitions.bundle.settle import next_event
from definitions.bundle.state import BundleState
from definitions.bundle.tasks import complete
from definitions.bundle.urging import urge
from definitions.bundle.working import (
    approve,
    begin,
    claim,
    give_back,
    hand_over,
    propose,
    release,
    resume,
    send_back,
    take_back,
    transfer,
    wait,
)
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor, Authority
from definitions.matter.events import BundleStarted, Event
from definitions.matter.state import MatterState
from definitions.matter.tasks import TaskState
from definitions.rules.permissions import Act, require


class Asked(Value):
    """A command with who asks, under which key, and on which version of its target (None: any).

    `authority` bounds a person by item and confidentiality; None is no bound.
    """

    key: str
    actor: Actor
    command: Command
    expected: int | None = None
    authority: Authority | None = None


def start(started: BundleStarted, *, key: str, actor: Actor, now: datetime) -> tuple[Recorded, ...]:
    """The first events of an application: it was taken in, and what follows from that."""
    first = Recorded(seq=1, at=now, act=key, actor=actor, event=started)
    return (first, *_settled(evolve(None, first), key, actor, now))


def decide(state: BundleState, asked: Asked, now: datetime) -> tuple[Recorded, ...]:
    """Everything that happens if `asked` is taken now, in order. Raises `Refused`.

    What has become due before comes first, so that a command never outruns a limit that has passed.
    """
    before = _settled(state, asked.key, asked.actor, now)
    state = _folded(state, before)
    _check_version(state, asked)
    own: tuple[Recorded, ...] = ()
    for event in _own(state, asked, now):
        recorded = Recorded(
            seq=state.version + 1, at=now, act=asked.key, actor=asked.actor, event=event
        )
        state = evolve(state, recorded)
        own = (*own, recorded)
    return (*before, *own, *_settled(state, asked.key, asked.actor, now))


def target_version(state: BundleState, command: Command) -> int:
    """The version of what the command acts on.

    A task, a material, a matter, a document or the whole.
    """
    found: TaskState | MatterState | Value | None
    match command:
        case _ if isinstance(command, OfTaskCommand):
            found = state.tasks.get(command.task)
        case SupplyMaterial():
            found = state.materials.get(command.material)
        case DeliverDocument():
            found = state.documents.get(command.document)
        case _:
            found = state.matters.get(getattr(command, "matter", "")) or state
    return int(getattr(found, "version", 0))


def _check_version(state: BundleState, asked: Asked) -> None:
    if asked.expected is None:
        return
    version = target_version(state, asked.command)
    if version not in {0, asked.expected}:
        raise Refused(
            Code.VERSION_CONFLICT,
            "内容已被他人更新，请看过最新内容再办",
            expected=asked.expected,
            current=version,
        )


def _settled(state: BundleState, key: str, actor: Actor, now: datetime) -> tuple[Recorded, ...]:
    """Everything that follows by itself. Recorded under the act that brought it about."""
    found: list[Recorded] = []
    while (event := next_event(state, now)) is not None:
        recorded = Recorded(seq=state.version + 1, at=now, act=key, actor=actor, event=event)
        state = evolve(state, recorded)
        found.append(recorded)
    return tuple(found)


def _folded(state: BundleState, events: tuple[Recorded, ...]) -> BundleState:
    for recorded in events:
        state = evolve(state, recorded)
    return state


def _own(state: BundleState, asked: Asked, now: datetime) -> tuple[Event, ...]:
    command, actor = asked.command, asked.actor
    timed = _TIMED.get(type(command))
    if timed is not None:
        events = timed(state, command, actor, now)
    else:
        events = _PLAIN[type(command)](state, command, actor)
    check_bounds(state, command, actor, asked.authority)
    return events


def _pass_time(_state: BundleState, _command: PassTime, actor: Actor) -> tuple[Event, ...]:
    require(actor, Act.RECORD)
    return ()


# One rule a command: those that look at the moment, and those that do not.
_TIMED: dict[type[Value], Callable[[BundleState, Any, Actor, datetime], tuple[Event, ...]]] = {
    CompleteTask: complete,
    WaitTask: wait,
    ProposeCompletion: propose,
    ApproveProposal: approve,
    ReturnTask: give_back,
    AskColleagues: ask,
    Complain: complain,
    FileApplication: file,
    RaiseObjection: object_to,
    StartProcedure: start_procedure,
    ProposeExtension: propose_extension,
    ProlongSupplement: prolong_supplement,
    TellHearingRight: tell_hearing_right,
    AnswerHearing: answer_hearing,
    ScheduleHearing: schedule_hearing,
}
_PLAIN: dict[type[Value], Callable[[BundleState, Any, Actor], tuple[Event, ...]]] = {
    ClaimTask: claim,
    ReleaseTask: release,
    BeginTask: begin,
    ResumeTask: resume,
    HandOverTask: hand_over,
    TakeBackTask: take_back,
    SendBackTask: send_back,
    TransferTask: transfer,
    UrgeTask: urge,
    WithdrawRequest: withdraw_request,
    RecuseOfficer: recuse,
    SupplyMaterial: supply,
    CorrectOnTheSpot: correct,
    DeliverDocument: deliver,
    WithdrawBundle: withdraw,
    AllowSecondNotice: allow_second_notice,
    EndProcedure: end_procedure,
    ReturnMatter: return_matter,
    TerminateMatter: terminate,
    RevokeDecision: revoke,
    UseCalendar: use_calendar,
    PassTime: _pass_time,
}
RULES = frozenset({*_TIMED, *_PLAIN})
