"""After the decision: papers, closing, and what is followed behind a result that is out."""

from collections.abc import Iterator
from datetime import datetime

from definitions.bundle.documents import document_id, expected
from definitions.bundle.gaps import missing
from definitions.bundle.state import BundleState
from definitions.language.matters import EdgeKind
from definitions.language.pending import Credit, Mode
from definitions.language.roles import Role
from definitions.matter.events import (
    BasisLost,
    CreditRecorded,
    DecisionDisclosed,
    DocumentDelivered,
    Event,
    MaterialProduced,
    MatterClosed,
    MatterIssued,
    PromiseKept,
    PromiseOpened,
    TaskCancelled,
    TaskOpened,
)
from definitions.matter.state import (
    BEFORE_ACCEPTANCE,
    MaterialStatus,
    MatterState,
    MatterStatus,
    PromiseStatus,
    Result,
)
from definitions.matter.tasks import COLLABORATION, TaskKind, TaskState
from definitions.rules.clocks import Clock, ClockKind
from definitions.rules.plan import PlannedMatter

# A complaint is answered whatever becomes of its matter.
_OUTLIVE = frozenset({TaskKind.VERIFICATION, TaskKind.REVOCATION, TaskKind.COMPLAINT})
# What leads to a decision: none of it is of use once there is a result.
_BEFORE_RESULT = frozenset(
    {
        TaskKind.REVIEW,
        TaskKind.DECIDE,
        TaskKind.OBJECTION,
        TaskKind.EXTENSION,
        TaskKind.HEARING,
        TaskKind.REWORK,
        *COLLABORATION,
    }
)
_OUT = frozenset({MatterStatus.ISSUED, MatterStatus.CLOSED})


def issuing(state: BundleState, planned: PlannedMatter, matter: MatterState) -> Iterator[Event]:
    """制证, when every paper of the result is there."""
    if all(document_id(state, planned, d) in state.documents for d in expected(state, planned)):
        yield MatterIssued(matter=matter.key)


def closing(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    """What the result brings to others, what is promised behind it, and 办结 on delivery."""
    yield from _produced(state, matter)
    yield from _promising(state, planned, matter, now)
    if matter.clock(ClockKind.DISCLOSURE) is not None:
        yield DecisionDisclosed(matter=matter.key)
    made = (state.documents[document_id(state, planned, d)] for d in expected(state, planned))
    if all(document.delivered_at is not None for document in made):
        yield MatterClosed(matter=matter.key)


def delivered(state: BundleState, matter: MatterState) -> Iterator[Event]:
    """Electronic documents reach the applicant's space the moment they are made."""
    for document in state.documents.values():
        ours = document.matter == matter.key or document.matter is None
        if ours and not document.counter and document.delivered_at is None:
            yield DocumentDelivered(document=document.id, way="electronic")


def following(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    """A promise behind a result: kept when all is supplied, checked by the organ meanwhile."""
    promise = matter.promise
    mode, grade, undone = _broken(planned, matter)
    if mode is not None and grade is not matter.credit:
        yield CreditRecorded(matter=matter.key, grade=grade, mode=mode)
    if matter.status in _OUT:
        yield from _basis_lost(state, planned, matter, now)
        if undone:
            yield from _task(
                state, planned, TaskKind.REVOCATION, "审查是否撤销决定", "revocation", now
            )
    if promise is None or not promise.is_open:
        return
    if promise.mode is Mode.ISSUE_THEN_SUPPLY:
        if not missing(state, planned):
            yield PromiseKept(matter=matter.key)
    elif promise.status is PromiseStatus.OPEN:
        yield from _task(state, planned, TaskKind.VERIFICATION, "核查承诺事项", "verify", now)
    elif all(state.materials[code].status is MaterialStatus.SUPPLIED for code in promise.materials):
        name = f"verify-{promise.checks + 1}"
        yield from _task(state, planned, TaskKind.VERIFICATION, "复查整改情况", name, now)


def cancelled(state: BundleState, matter: MatterState) -> Iterator[Event]:
    """Tasks that fall away: with their matter, or because nobody looked in time (视为受理)."""
    for task in state.tasks.values():
        if task.matter == matter.key and task.is_open and _is_void(task, matter):
            yield TaskCancelled(matter=matter.key, task=task.id, obsolete=True)


def _is_void(task: TaskState, matter: MatterState) -> bool:
    if task.kind is TaskKind.RECEIPT:
        return matter.status not in BEFORE_ACCEPTANCE
    if task.kind in _BEFORE_RESULT:
        return matter.result is not None
    if matter.status is MatterStatus.REVOKED:
        return task.kind is not TaskKind.COMPLAINT
    if not matter.is_terminal or task.kind in _OUTLIVE:
        return False
    return not (task.kind is TaskKind.CHECK and matter.is_followed)


def _produced(state: BundleState, matter: MatterState) -> Iterator[Event]:
    """One matter's result is another's material: it is never asked of the applicant again."""
    if not matter.succeeded:
        return
    documents = tuple(d.id for d in state.documents.values() if d.matter == matter.key)
    for material in state.plan.materials:
        if material.produced_by == matter.key and not state.materials[material.code].is_ready:
            yield MaterialProduced(material=material.code, documents=documents)


def _promising(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    if matter.promise is not None or matter.result is not Result.GRANTED:
        return
    later = planned.issue_then_supply
    gaps = tuple(gate.code for gate in missing(state, planned))
    if matter.mode is Mode.ISSUE_THEN_SUPPLY and later is not None and gaps:
        clock = Clock(
            kind=ClockKind.PROMISE,
            limit=later.limit.model_copy(update={"basis": later.basis}),
            started_at=now,
            name="承诺补交期限",
            reminders=later.reminders,
        )
        yield PromiseOpened(
            matter=matter.key, mode=Mode.ISSUE_THEN_SUPPLY, materials=gaps, clock=clock
        )
        return
    said = tuple(
        gate.code
        for gate in planned.gates
        if state.materials[gate.code].status is MaterialStatus.PROMISED
    )
    if said and planned.inform_commit is not None:
        clock = Clock(
            kind=ClockKind.VERIFICATION,
            limit=planned.inform_commit.verify.model_copy(
                update={"basis": planned.inform_commit.basis}
            ),
            started_at=now,
            name="核查期限",
        )
        yield PromiseOpened(matter=matter.key, mode=Mode.INFORM_COMMIT, materials=said, clock=clock)


def _broken(planned: PlannedMatter, matter: MatterState) -> tuple[Mode | None, Credit, bool]:
    """The mode of a promise that was not kept, what it costs, and whether it undoes the result."""
    lapsed = any(c.kind is ClockKind.SUPPLEMENT and c.expired for c in matter.clocks)
    if lapsed and planned.accept_pending is not None:
        return Mode.ACCEPT_PENDING, planned.accept_pending.credit, False
    promise = matter.promise
    if promise is None or promise.status is not PromiseStatus.BROKEN:
        return None, Credit.NONE, False
    if promise.mode is Mode.INFORM_COMMIT and planned.inform_commit is not None:
        return promise.mode, planned.inform_commit.credit, True
    if planned.issue_then_supply is not None:
        rule = planned.issue_then_supply
        return promise.mode, rule.credit, rule.undone
    return None, Credit.NONE, False


def _basis_lost(
    state: BundleState, planned: PlannedMatter, matter: MatterState, now: datetime
) -> Iterator[Event]:
    """Its organ examines what follows from the revocation of a decision this one rests on."""
    for edge in planned.needs:
        revoked = state.matters[edge.matter].result is Result.REVOKED
        if edge.kind is EdgeKind.ACCEPTED or not revoked:
            continue
        if edge.matter not in matter.basis_lost:
            yield BasisLost(matter=matter.key, other=edge.matter)
        suffix = f"revocation-{edge.matter}"
        title = "前置决定已撤销，审查本决定"
        yield from _task(state, planned, TaskKind.REVOCATION, title, suffix, now)


def _task(  # noqa: PLR0917 - the facts of one task
    state: BundleState,
    planned: PlannedMatter,
    kind: TaskKind,
    title: str,
    suffix: str,
    now: datetime,
) -> Iterator[Event]:
    name = f"{state.number}.{planned.key}.{suffix}"
    if name in state.tasks:
        return
    task = TaskState(
        id=name,
        matter=planned.key,
        kind=kind,
        name=title,
        department=planned.department,
        role=Role.APPROVER if kind is TaskKind.REVOCATION else Role.OFFICER,
        opened_at=now,
    )
    yield TaskOpened(matter=planned.key, task=task)
