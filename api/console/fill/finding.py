"""Rows of a search: where an application stands, who has it, until when."""

from collections.abc import Sequence
from datetime import datetime

from activities.store.engine import ReadSession
from activities.store.reading.bundles import BundleHead
from activities.store.reading.materials import AwaitedMaterial
from activities.store.reading.matters import MatterView, matters_of
from activities.store.reading.scope import Scope
from activities.store.reading.tasks import TaskQuery, TaskView, tasks
from api.console import deadlines, formats, words
from api.console.fill.clocks import matter_deadline
from api.console.fill.matters import bundle_status, bundle_url
from api.console.fill.seen import Seen
from api.console.fill.tasks import deadline
from api.console.views.entry import BundleRow
from api.console.views.shared import DeadlineView, StatusView
from definitions.bundle.state import BundleStatus
from definitions.language.limits import Unit
from definitions.matter.state import TERMINAL, MatterStatus

_WAITS = {
    MatterStatus.TO_FILE: "等申请人提出申请",
    MatterStatus.HOLDING: "等申请人补交材料",
    MatterStatus.REVIEWED_AWAITING_SUPPLEMENT: "等申请人补交材料",
    MatterStatus.ISSUED: "等申请人领取",
}
_NOT_YET = TERMINAL | {MatterStatus.PLANNED}
_MOST = 20


async def bundle_row(session: ReadSession, seen: Seen, scope: Scope, head: BundleHead) -> BundleRow:
    """One application. Who has it is asked only while somebody does."""
    if head.status != BundleStatus.RUNNING:
        every = await matters_of(session, head.number)
        ended = f"{formats.short_day(head.closed_at, seen.now)} 办结" if head.closed_at else ""
        return _row(head, bundle_status(head.status, every), ended, None)
    asked = TaskQuery(bundle=head.number)
    found = [task for task, _ in await tasks(session, scope, asked, after=None, limit=_MOST)]
    if found:
        holder, due = _of_tasks(seen, found)
    else:
        own = [m for m in await matters_of(session, head.number) if scope.sees(m.department)]
        holder, due = _of_matters(seen, own)
    return _row(head, words.BUNDLE[head.status], holder, due)


def awaited_row(seen: Seen, material: AwaitedMaterial) -> BundleRow:
    """An application that waits for a material, and which one."""
    due = material.due_at
    return BundleRow(
        number=material.bundle,
        url=f"{bundle_url(material.bundle)}/materials",
        service=material.service_name,
        applicant=material.firm_name,
        status=words.MATERIAL[material.status],
        deadline=_ticking(seen, due) if due else None,
        holder=f"申请人：{material.name}{_mode(material.mode)}",
    )


def _mode(mode: str | None) -> str:
    return f"（{words.MODE[mode]}：{words.EFFECT[mode]}）" if mode else ""


def _row(head: BundleHead, status: StatusView, holder: str, due: DeadlineView | None) -> BundleRow:
    return BundleRow(
        number=head.number,
        url=bundle_url(head.number),
        service=head.name,
        applicant=head.firm_name,
        status=status,
        deadline=due,
        holder=holder,
    )


def _of_tasks(seen: Seen, found: Sequence[TaskView]) -> tuple[str, DeadlineView | None]:
    """Whoever has the most urgent task; of the others, how many departments they are in."""
    first, many = found[0], len({task.department for task in found})
    organ, who = seen.organ(first.department), first.assignee_name
    if many > 1:
        return f"{organ}等 {many} 个部门", deadline(seen, first)
    return f"{organ} {who}" if who else f"{organ}，无人领取", deadline(seen, first)


def _of_matters(seen: Seen, found: Sequence[MatterView]) -> tuple[str, DeadlineView | None]:
    """What is waited for where nobody has a task."""
    for matter in found:
        said = _WAITS.get(MatterStatus(matter.status)) or matter.step or ""
        if said and matter.status not in _NOT_YET:
            return said, matter_deadline(seen, matter)
    return "", None


def _ticking(seen: Seen, due_at: datetime) -> DeadlineView:
    """A supplement's limit runs in working days."""
    return deadlines.ticking(
        due_at=due_at, now=seen.now, unit=Unit.WORKING_DAY, calendar=seen.calendar
    )
