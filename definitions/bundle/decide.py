"""From state and command to events: the one place where what may lawfully happen is decided.

`decide` is total: it returns events or raises `Refused`, nothing else, for every state and command
(a stray exception would wedge the workflow). It reads no clock; the moment is passed in.
"""

from datetime import datetime

from definitions.bundle.commands import (
    ClaimTask,
    Command,
    CompleteTask,
    DeliverDocument,
    FileApplication,
    PassTime,
    RaiseObjection,
    ReleaseTask,
    SupplyMaterial,
    WithdrawBundle,
)
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import evolve
from definitions.bundle.settle import next_event
from definitions.bundle.state import BundleState, BundleStatus
from definitions.bundle.tasks import claim, complete, release
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor, Role
from definitions.matter.events import (
    BundleStarted,
    DocumentDelivered,
    Event,
    MaterialSupplied,
    MatterFiled,
    MatterWithdrawn,
    ObjectionRaised,
    TaskOpened,
)
from definitions.matter.state import (
    DECIDED,
    IN_HAND,
    MaterialStatus,
    MatterState,
    MatterStatus,
    TaskKind,
    TaskState,
)
from definitions.rules.clocks import ClockKind
from definitions.rules.permissions import Act, require


class Asked(Value):
    """A command with who asks, under which key, and on which version of its target (None: any)."""

    key: str
    actor: Actor
    command: Command
    expected: int | None = None


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
        case ClaimTask() | ReleaseTask() | CompleteTask():
            found = state.tasks.get(command.task)
        case SupplyMaterial():
            found = state.materials.get(command.material)
        case FileApplication() | RaiseObjection():
            found = state.matters.get(command.matter)
        case DeliverDocument():
            found = state.documents.get(command.document)
        case WithdrawBundle() | PassTime():
            found = state
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
    match command:
        case ClaimTask():
            return claim(state, command, actor)
        case ReleaseTask():
            return release(state, command, actor)
        case CompleteTask():
            return complete(state, command, actor)
        case SupplyMaterial():
            return _supply(state, command, actor)
        case FileApplication():
            return _file(state, command, actor)
        case RaiseObjection():
            return _object(state, command, actor, now)
        case DeliverDocument():
            return _deliver(state, command, actor)
        case WithdrawBundle():
            return _withdraw(state, actor)
        case PassTime():
            require(actor, Act.RECORD)
            return ()


def _supply(state: BundleState, command: SupplyMaterial, actor: Actor) -> tuple[Event, ...]:
    require(actor, Act.SUPPLY)
    material = state.materials.get(command.material)
    if material is None:
        raise Refused(Code.UNKNOWN_MATERIAL, f"本件没有材料 {command.material}")
    if not command.files:
        raise Refused(Code.FILES_MISSING, "请先上传材料文件", field="/files")
    users = [p for p in state.plan.matters if any(g.code == material.code for g in p.gates)]
    wanted = [p for p in users if not state.matters[p.key].is_terminal]
    planned = next(m for m in state.plan.materials if m.code == material.code)
    awaited = material.status in {MaterialStatus.PENDING, MaterialStatus.REFUSED}
    if not awaited or not wanted or planned.produced_by is not None:
        raise Refused(
            Code.MATERIAL_NOT_AWAITED,
            f"“{planned.name}”现在不需要补交",
            status=material.status,
        )
    # At the counter the clerk looks at the paper; what an organ has already accepted without it,
    # that organ checks itself.
    in_hand = any(state.matters[p.key].status in IN_HAND for p in wanted)
    checked = actor.role is Role.WINDOW_CLERK and not in_hand
    return (MaterialSupplied(material=material.code, files=command.files, checked=checked),)


def _file(state: BundleState, command: FileApplication, actor: Actor) -> tuple[Event, ...]:
    require(actor, Act.FILE)
    matter = _matter(state, command.matter)
    if matter.status is not MatterStatus.TO_FILE:
        raise Refused(Code.NOT_FILING, "现在不在申请期内", status=matter.status)
    return (MatterFiled(matter=matter.key),)


def _object(
    state: BundleState, command: RaiseObjection, actor: Actor, now: datetime
) -> tuple[Event, ...]:
    require(actor, Act.OBJECT)
    matter = _matter(state, command.matter)
    if matter.clock(ClockKind.PUBLICITY) is None:
        raise Refused(Code.NOT_IN_PUBLICITY, "现在不在公示期内", status=matter.status)
    planned = next(p for p in state.plan.matters if p.key == matter.key)
    task = TaskState(
        id=f"{state.number}.{matter.key}.objection-{matter.objections + 1}",
        matter=matter.key,
        kind=TaskKind.OBJECTION,
        name="审查公示异议",
        department=planned.department,
        role=Role.OFFICER,
        opened_at=now,
    )
    return (
        ObjectionRaised(matter=matter.key, objection=command.objection),
        TaskOpened(matter=matter.key, task=task),
    )


def _deliver(state: BundleState, command: DeliverDocument, actor: Actor) -> tuple[Event, ...]:
    require(actor, Act.DELIVER)
    document = state.documents.get(command.document)
    if document is None:
        raise Refused(Code.UNKNOWN_DOCUMENT, "没有这份文书")
    if not document.counter or document.delivered_at is not None:
        raise Refused(Code.NOT_DELIVERABLE, f"“{document.name}”已送达，不需要再发")
    return (DocumentDelivered(document=document.id, way=command.way),)


def _withdraw(state: BundleState, actor: Actor) -> tuple[Event, ...]:
    require(actor, Act.WITHDRAW)
    if state.status is BundleStatus.CLOSED:
        raise Refused(Code.BUNDLE_CLOSED, "本件已办结，不能撤回")
    open_matters = [
        matter
        for matter in state.matters.values()
        if not matter.is_terminal and matter.status not in DECIDED
    ]
    if not open_matters:
        raise Refused(Code.NOT_WITHDRAWABLE, "各事项均已作出决定，不能撤回")
    return tuple(MatterWithdrawn(matter=matter.key) for matter in open_matters)


def _matter(state: BundleState, key: str) -> MatterState:
    matter = state.matters.get(key)
    if matter is None:
        raise Refused(Code.UNKNOWN_MATTER, f"本件没有事项 {key}")
    return matter
