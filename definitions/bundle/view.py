"""From state to the rows people's lists are made of.

Pure: the same state gives the same rows, always.

`changes` gives only what differs between two states, for one act; `changes(None, state)` gives
all of it, for a rebuild.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from definitions.bundle.gaps import missing
from definitions.bundle.rows import (
    BundleRow,
    ClockRow,
    CreditRow,
    DocumentRow,
    MaterialRow,
    MatterRow,
    RecusalRow,
    Rows,
    Special,
    TaskMore,
    TaskRow,
)
from definitions.bundle.state import BundleState
from definitions.bundle.urging import alerted, task_due
from definitions.language.pending import Credit, Mode
from definitions.language.roles import Confidentiality
from definitions.matter.state import MaterialState, MaterialStatus, MatterState
from definitions.matter.tasks import TaskState
from definitions.rules.calendar import Calendar
from definitions.rules.clocks import Clock, ClockKind, due
from definitions.rules.numbers import matter_number
from definitions.rules.plan import PlannedMaterial, PlannedMatter

OFFICE = (
    ClockKind.PROMISED,
    ClockKind.STATUTORY,
    ClockKind.ACCEPTANCE,
    ClockKind.HEARING,
    ClockKind.DELIVERY,
    ClockKind.DISCLOSURE,
    ClockKind.VERIFICATION,
)
"""The limits an organ has to keep."""
# What people look at first comes first.
_SHOWN = (
    ClockKind.PUBLICITY,
    ClockKind.CORRECTION,
    ClockKind.SUPPLEMENT,
    ClockKind.HOLD,
    ClockKind.FILING,
    ClockKind.HEARING_REQUEST,
    ClockKind.ACCEPTANCE,
    ClockKind.PROMISED,
    ClockKind.STATUTORY,
    ClockKind.RECTIFICATION,
    ClockKind.PROMISE,
    ClockKind.VERIFICATION,
    ClockKind.DELIVERY,
)
_GAPS = {
    ClockKind.HOLD: "hold",
    ClockKind.SUPPLEMENT: "accept_pending",
    ClockKind.CORRECTION: "correction",
    ClockKind.PROMISE: "issue_then_supply",
    ClockKind.RECTIFICATION: "inform_commit",
}
_NEVER = datetime.max.replace(tzinfo=UTC)


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
            if not same("tasks", task.id)
            or task.matter in moved
            or (task.clock is not None and _reckoned_anew(before, after))
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
        credits=tuple(_credits(after, moved)),
        recusals=tuple(RecusalRow(bundle=after.number, account=name) for name in after.recused)
        if before is None or before.recused is not after.recused
        else (),
    )


def _reckoned_anew(before: BundleState | None, after: BundleState) -> bool:
    """A task's own limit moves with the calendar; no matter's need move with it."""
    return before is not None and before.calendar is not after.calendar


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
        calendar=state.calendar.version,
    )


def _credits(state: BundleState, moved: set[str]) -> Iterator[CreditRow]:
    for key, matter in state.matters.items():
        if key in moved and matter.credit is not Credit.NONE:
            mode = matter.promise.mode if matter.promise else Mode.ACCEPT_PENDING
            yield CreditRow(bundle=state.number, matter=key, mode=mode, grade=matter.credit)


def _clock(clock: Clock, calendar: Calendar) -> ClockRow:
    ends = due(clock, calendar)
    return ClockRow(
        kind=clock.kind,
        name=clock.name,
        days=clock.days,
        unit=clock.limit.unit,
        basis=clock.limit.basis,
        started_at=clock.started_at,
        due_at=ends.at,
        window_until=ends.window_until,
        provisional=ends.provisional,
        stopped=ends.stopped,
        stopped_at=clock.stopped_at,
        expired=clock.expired,
        facts=clock,
    )


def _nearest(matter: MatterState) -> Clock | None:
    """The limit that people look at first: the law's own waits, what the applicant owes, ours."""
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
        status=matter.shown,
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
        overdue=any(clock.expired and clock.kind in OFFICE for clock in matter.clocks),
        suspended=matter.procedure is not None,
        special=_special(planned, matter),
        clocks=tuple(_clock(clock, state.calendar) for clock in matter.clocks),
        needs=tuple((edge.matter, str(edge.kind)) for edge in planned.needs),
        gates=tuple(gate.code for gate in planned.gates),
        missing=tuple(gate.code for gate in gaps),
        decided_by=decision.by if decision else None,
        reasons=decision.reasons if decision else (),
        reason_bases=decision.bases if decision else (),
        bases=planned.bases,
        remedies=planned.remedies,
        confidentiality=planned.confidentiality,
    )


def _special(planned: PlannedMatter, matter: MatterState) -> Special:
    statutory = (c for c in matter.clocks if c.kind is ClockKind.STATUTORY)
    acceptance = (c for c in matter.clocks if c.kind is ClockKind.ACCEPTANCE)
    return Special(
        mode=matter.promise.mode if matter.promise else matter.mode,
        not_accepted=matter.not_accepted,
        competent=matter.competent,
        notice=matter.notice,
        overridden=matter.overridden,
        deemed=any(clock.expired for clock in acceptance),
        extended=any(clock.extensions for clock in statutory),
        procedures=matter.procedures,
        hearing=matter.hearing,
        hearing_due=planned.hearing_due,
        promise=matter.promise,
        credit=matter.credit,
        revoked_at=matter.revoked_at,
        basis_lost=matter.basis_lost,
        says=matter.decision.says if matter.decision else None,
    )


def _task(state: BundleState, task: TaskState) -> TaskRow:
    planned = state.plan.matter(task.matter)
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
        days=task.days,
        reasons=task.reasons,
        opened_at=task.opened_at,
        due_at=task_due(state, task),
        completed_at=task.completed_at,
        item=planned.item if planned and planned.department == task.department else "",
        confidentiality=planned.confidentiality if planned else Confidentiality.ORDINARY,
        level=len(task.escalated),
        alerted=alerted(state, task),
        alerted_at=task.escalated_at,
        urged_at=task.urged.at if task.urged else None,
        drafted_by=task.proposal.by if task.proposal else None,
        reviewer=task.proposal.to if task.proposal else None,
        asked_by=task.request.department if task.request else None,
        more=TaskMore(
            **{name: getattr(task, name) for name in TaskMore.model_fields},
        ),
    )


def _material(state: BundleState, planned: PlannedMaterial, position: int) -> MaterialRow:
    material = state.materials[planned.code]
    gating = [p for p in state.plan.matters if any(g.code == planned.code for g in p.gates)]
    owed = not material.is_ready or material.status is MaterialStatus.PROMISED
    clock = _gap_clock(state, gating, planned.code) if owed else None
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


def _gap_clock(state: BundleState, gating: list[PlannedMatter], material: str) -> Clock | None:
    clocks = [
        clock
        for planned in gating
        for clock in state.matters[planned.key].clocks
        if clock.kind in _GAPS and clock.runs and _about(state, planned.key, clock, material)
    ]
    return min(clocks, key=lambda clock: due(clock, state.calendar).at or _NEVER, default=None)


def _about(state: BundleState, key: str, clock: Clock, material: str) -> bool:
    """Whether this clock waits for this very paper."""
    matter = state.matters[key]
    promised = state.materials[material].status is MaterialStatus.PROMISED
    if clock.kind in {ClockKind.HOLD, ClockKind.SUPPLEMENT} and promised:
        return False
    if clock.kind is ClockKind.CORRECTION:
        return matter.notice is not None and material in matter.notice.materials
    if clock.kind in {ClockKind.PROMISE, ClockKind.RECTIFICATION}:
        return matter.promise is not None and material in matter.promise.materials
    return True


def _mode(clock: Clock | None, material: MaterialState) -> str | None:
    if clock is None:
        return "inform_commit" if material.status is MaterialStatus.PROMISED else None
    return _GAPS[clock.kind]
