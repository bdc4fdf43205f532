"""The steps of one matter, and what is open in it to the applicant or to others."""

from collections.abc import Iterator, Sequence

from activities.store.reading.bundles import BundleView
from activities.store.reading.matters import ClockView, MatterView
from activities.store.reading.tasks import TaskView
from api.assessment import facts_for
from api.console import words
from api.console.fill.matters import matter_url
from api.console.fill.seen import Seen, last_day
from api.console.fill.tasks import status_of
from api.console.request import submission
from api.console.views.bundle import FilingView, ObjectionView, StepRow
from api.console.views.shared import FieldControl, FieldView, StatusView, Tone
from definitions.language.matters import Publicity, Step
from definitions.matter.state import MatterStatus
from definitions.matter.tasks import TaskKind, TaskStatus
from definitions.rules.calendar import local_day
from definitions.rules.clocks import ClockKind
from definitions.rules.conditions import holds
from definitions.rules.permissions import Act

_NOT_YET = StatusView("未开始", words.SYMBOLS[Tone.IDLE], Tone.IDLE)
_IN_PUBLIC = StatusView("公示中", words.SYMBOLS[Tone.INFO], Tone.INFO)
_WAS_PUBLIC = StatusView("公示期满", words.SYMBOLS[Tone.OK], Tone.OK)
LONGEST = 1000


def step_rows(
    seen: Seen, bundle: BundleView, matter: MatterView, tasks: Sequence[TaskView]
) -> tuple[StepRow, ...]:
    """Receipt, the planned steps in order, then what came in between (checks, objections)."""
    mine = [task for task in tasks if task.matter == matter.key]
    rows = [_row(task) for task in mine if task.kind is TaskKind.RECEIPT]
    by_id = {task.id: task for task in mine if task.kind is not TaskKind.RECEIPT}
    for step in _gone_through(seen, bundle, matter):
        task = by_id.pop(f"{bundle.number}.{matter.key}.{step.key}", None)
        rows.append(_row(task) if task else _without_task(step, matter))
    left = sorted(by_id.values(), key=lambda task: task.opened_at)
    return (*rows, *(_row(task) for task in left))


def filing(
    seen: Seen, bundle: BundleView, matter: MatterView, *, error: str = ""
) -> FilingView | None:
    """The window in which the applicant must apply, where it is open."""
    clock = _running(matter, ClockKind.FILING)
    planned = seen.planned(bundle, matter.key)
    if matter.status != MatterStatus.TO_FILE or clock is None or planned is None:
        return None
    if planned.filing is None:
        return None
    action = f"{matter_url(bundle.number, matter.key)}/file"
    return FilingView(
        name=planned.filing.name,
        opens_on=local_day(clock.started_at),
        closes_on=last_day(clock.due_at) if clock.due_at else None,
        basis=seen.basis(planned.filing.basis),
        submission=submission(action, matter.version) if seen.may(Act.FILE) else None,
        confirmed=FieldView(
            "confirmed",
            "申请人要求现在提出申请，身份和材料已核对",
            FieldControl.CHECKS,
            error=error,
        ),
    )


def objection(
    seen: Seen, bundle: BundleView, matter: MatterView, typed: dict[str, str], wrong: dict[str, str]
) -> ObjectionView | None:
    """The form for an objection, while the publicity runs."""
    clock = _running(matter, ClockKind.PUBLICITY)
    if clock is None or not seen.may(Act.OBJECT):
        return None
    action = f"{matter_url(bundle.number, matter.key)}/object"
    return ObjectionView(
        name="登记公示异议",
        closes_on=last_day(clock.due_at) if clock.due_at else None,
        submission=submission(action, matter.version),
        fields=tuple(
            FieldView(
                name,
                label,
                control,
                value=typed.get(name, ""),
                error=wrong.get(name, ""),
                required=required,
                max_length=longest,
            )
            for name, label, control, required, longest in _OBJECTION
        ),
    )


_OBJECTION = (
    ("objector", "异议人", FieldControl.TEXT, True, 100),
    ("contact", "联系电话", FieldControl.TEL, False, 30),
    ("grounds", "异议理由", FieldControl.LONG_TEXT, True, LONGEST),
)


def _gone_through(seen: Seen, bundle: BundleView, matter: MatterView) -> Iterator[Step]:
    """The steps this application goes through; a publicity only where its condition holds."""
    definition, planned = seen.definition(bundle), seen.planned(bundle, matter.key)
    if definition is None or planned is None:
        return
    said = bundle.application
    on = local_day(bundle.started_at)
    facts = facts_for(definition, said.answers, said.firm, said.form, on=on)
    for step in planned.steps:
        if not isinstance(step, Publicity) or holds(step.when, facts) is True:
            yield step


def _row(task: TaskView) -> StepRow:
    who = task.assignee_name or ("无人领取" if task.status is TaskStatus.READY else "")
    return StepRow(task.name, status_of(task), who, task.completed_at or task.opened_at)


def _without_task(step: Step, matter: MatterView) -> StepRow:
    clock = next((c for c in matter.clocks if c.kind == ClockKind.PUBLICITY), None)
    if not isinstance(step, Publicity) or clock is None:
        return StepRow(step.name, _NOT_YET, "", None)
    over = clock.expired or clock.stopped_at is not None
    return StepRow(step.name, _WAS_PUBLIC if over else _IN_PUBLIC, "", clock.started_at)


def _running(matter: MatterView, kind: ClockKind) -> ClockView | None:
    found = (c for c in matter.clocks if c.kind == kind and c.stopped_at is None and not c.expired)
    return next(found, None)
