"""From state to the rows people's lists are made of.

Pure: the same state gives the same rows, always.

`changes` gives only what differs between two states, for one act; `changes(None, state)` gives
all of it, for a rebuild.
"""

from datetime import datetime

from definitions.bundle.settle import missing
from definitions.bundle.state import BundleState
from definitions.language.base import Basis, Value
from definitions.matter.state import (
    FileRef,
    MaterialState,
    MatterState,
    Reason,
    TaskKind,
    TaskState,
)
from definitions.rules.calendar import Calendar
from definitions.rules.clocks import Clock, ClockKind, due
from definitions.rules.numbers import matter_number
from definitions.rules.plan import PlannedMaterial, PlannedMatter

_APPLICANT = (ClockKind.SUPPLEMENT, ClockKind.HOLD, ClockKind.FILING)
_OFFICE = (ClockKind.PROMISED, ClockKind.STATUTORY)
_SHOWN = (ClockKind.PUBLICITY, *_APPLICANT, *_OFFICE)


class ClockRow(Value):
    """A clock with what was computed from it."""

    kind: str
    days: int
    unit: str
    basis: Basis | None
    started_at: datetime
    due_at: datetime
    provisional: bool
    stopped_at: datetime | None
    expired: bool


class BundleRow(Value):
    """One application."""

    number: str
    application: str
    service: str
    service_version: int
    definition_sha256: str
    name: str
    situation: str
    situation_name: str
    lead: str
    status: str
    version: int
    started_at: datetime
    closed_at: datetime | None


class MatterRow(Value):
    """One matter. `due_at` is the nearest limit that runs, `due_kind` which one."""

    bundle: str
    key: str
    position: int
    number: str
    name: str
    department: str
    department_name: str
    status: str
    result: str | None
    reason: str | None
    version: int
    step: str | None
    received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    due_kind: str | None
    due_provisional: bool
    overdue: bool
    clocks: tuple[ClockRow, ...]
    needs: tuple[tuple[str, str], ...]
    gates: tuple[str, ...]
    missing: tuple[str, ...]
    decided_by: str | None
    reasons: tuple[Reason, ...]
    reason_bases: tuple[Basis, ...]
    bases: tuple[Basis, ...]
    remedies: tuple[str, ...]


class TaskRow(Value):
    """One task of a department."""

    id: str
    bundle: str
    matter: str
    kind: str
    name: str
    department: str
    role: str
    status: str
    version: int
    assignee: str | None
    outcome: str | None
    material: str | None
    opened_at: datetime
    due_at: datetime | None
    completed_at: datetime | None


class MaterialRow(Value):
    """One material. `mode` and `due_at` say how a gap is borne and until when."""

    bundle: str
    code: str
    position: int
    name: str
    source: str
    main: bool
    standard: str
    status: str
    version: int
    waived_by: str | None
    produced_by: str | None
    mode: str | None
    due_at: datetime | None
    files: tuple[FileRef, ...]
    reasons: tuple[Reason, ...]
    gates: tuple[str, ...]
    changed_at: datetime


class DocumentRow(Value):
    """One document; its file lies in `issued` as soon as it is made."""

    id: str
    bundle: str
    matter: str | None
    kind: str
    name: str
    number: str
    template: str
    wording: str
    counter: bool
    version: int
    issued_at: datetime
    delivered_at: datetime | None
    delivered_by: str | None


class Rows(Value):
    """Rows to write, each by its key."""

    bundle: BundleRow
    matters: tuple[MatterRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()
    materials: tuple[MaterialRow, ...] = ()
    documents: tuple[DocumentRow, ...] = ()


def changes(before: BundleState | None, after: BundleState) -> Rows:
    """The rows that differ. States share unchanged parts, so identity tells what changed."""

    def same(part: str, key: str) -> bool:
        return before is not None and getattr(before, part).get(key) is getattr(after, part)[key]

    materials_moved = {code for code in after.materials if not same("materials", code)}
    moved = {
        planned.key
        for planned in after.plan.matters
        if not same("matters", planned.key)
        or any(gate.code in materials_moved for gate in planned.gates)
    }
    touched = materials_moved | {
        gate.code for p in after.plan.matters if p.key in moved for gate in p.gates
    }
    return Rows(
        bundle=_bundle(after),
        matters=tuple(
            _matter(after, planned, position)
            for position, planned in enumerate(after.plan.matters)
            if planned.key in moved
        ),
        tasks=tuple(
            _task(after, task)
            for task in after.tasks.values()
            if not same("tasks", task.id) or task.matter in moved
        ),
        materials=tuple(
            _material(after, planned_material, position)
            for position, planned_material in enumerate(after.plan.materials)
            if planned_material.code in touched
        ),
        documents=tuple(
            DocumentRow(bundle=after.number, **dict(document))
            for document in after.documents.values()
            if not same("documents", document.id)
        ),
    )


def _bundle(state: BundleState) -> BundleRow:
    plan = state.plan
    return BundleRow(
        number=state.number,
        application=state.application,
        service=plan.definition.service,
        service_version=plan.definition.version,
        definition_sha256=plan.definition.sha256,
        name=plan.name,
        situation=plan.situation.code,
        situation_name=plan.situation.name,
        lead=plan.lead,
        status=state.status,
        version=state.version,
        started_at=state.started_at,
        closed_at=state.closed_at,
    )


def _clock(clock: Clock, calendar: Calendar) -> ClockRow:
    ends = due(clock, calendar)
    return ClockRow(
        kind=clock.kind,
        days=clock.limit.days,
        unit=clock.limit.unit,
        basis=clock.limit.basis,
        started_at=clock.started_at,
        due_at=ends.at,
        provisional=ends.provisional,
        stopped_at=clock.stopped_at,
        expired=clock.expired,
    )


def _nearest(matter: MatterState) -> Clock | None:
    """The limit that people look at first.

    Publicity, then what the applicant owes, then the office's.
    """
    live = [clock for clock in matter.clocks if clock.stopped_at is None]
    return next((clock for kind in _SHOWN for clock in live if clock.kind is kind), None)


def _matter(state: BundleState, planned: PlannedMatter, position: int) -> MatterRow:
    matter = state.matters[planned.key]
    nearest = _nearest(matter)
    ends = due(nearest, state.calendar) if nearest else None
    decision = matter.decision
    step = planned.steps[matter.step] if matter.step < len(planned.steps) else None
    gaps = () if matter.is_terminal else missing(state, planned)
    return MatterRow(
        bundle=state.number,
        key=planned.key,
        position=position,
        number=matter_number(state.number, planned.item),
        name=planned.name,
        department=planned.department,
        department_name=planned.department_name,
        status=matter.status,
        result=matter.result,
        reason=matter.reason,
        version=matter.version,
        step=step.name if step else None,
        received_at=matter.received_at,
        accepted_at=matter.accepted_at,
        decided_at=decision.at if decision else None,
        closed_at=matter.closed_at,
        due_at=ends.at if ends else None,
        due_kind=nearest.kind if nearest else None,
        due_provisional=ends.provisional if ends else False,
        overdue=any(clock.expired and clock.kind in _OFFICE for clock in matter.clocks),
        clocks=tuple(_clock(clock, state.calendar) for clock in matter.clocks),
        needs=tuple((edge.matter, str(edge.kind)) for edge in planned.needs),
        gates=tuple(gate.code for gate in planned.gates),
        missing=tuple(gate.code for gate in gaps),
        decided_by=decision.by if decision else None,
        reasons=decision.reasons if decision else (),
        reason_bases=decision.bases if decision else (),
        bases=planned.bases,
        remedies=planned.remedies,
    )


def _task(state: BundleState, task: TaskState) -> TaskRow:
    promised = next(
        (c for c in state.matters[task.matter].clocks if c.kind is ClockKind.PROMISED), None
    )
    if task.kind is TaskKind.OBJECTION:
        promised = None
    return TaskRow(
        id=task.id,
        bundle=state.number,
        matter=task.matter,
        kind=task.kind,
        name=task.name,
        department=task.department,
        role=task.role,
        status=task.status,
        version=task.version,
        assignee=task.assignee,
        outcome=task.outcome,
        material=task.material,
        opened_at=task.opened_at,
        due_at=due(promised, state.calendar).at if promised else None,
        completed_at=task.completed_at,
    )


def _material(state: BundleState, planned: PlannedMaterial, position: int) -> MaterialRow:
    material = state.materials[planned.code]
    gating = [p for p in state.plan.matters if any(g.code == planned.code for g in p.gates)]
    clock = None if material.is_ready else _gap_clock(state, gating)
    return MaterialRow(
        bundle=state.number,
        code=planned.code,
        position=position,
        name=planned.name,
        source=planned.source,
        main=planned.main,
        standard=planned.standard,
        status=material.status,
        version=material.version,
        waived_by=planned.waived_by,
        produced_by=planned.produced_by,
        mode=_mode(clock, material),
        due_at=due(clock, state.calendar).at if clock else None,
        files=material.files,
        reasons=material.reasons,
        gates=tuple(p.key for p in gating),
        changed_at=material.changed_at,
    )


def _gap_clock(state: BundleState, gating: list[PlannedMatter]) -> Clock | None:
    clocks = [
        clock
        for planned in gating
        for clock in state.matters[planned.key].clocks
        if clock.kind in {ClockKind.SUPPLEMENT, ClockKind.HOLD} and clock.runs
    ]
    return min(clocks, key=lambda clock: due(clock, state.calendar).at, default=None)


def _mode(clock: Clock | None, material: MaterialState) -> str | None:
    if clock is None or material.is_ready:
        return None
    return "accept_pending" if clock.kind is ClockKind.SUPPLEMENT else "hold"
