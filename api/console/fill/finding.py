"""Rows of a search: where an application stands, who has it, until when."""

from collections.abc import Sequence
from datetime import datetime

from activities.store.engine import ReadSession
from activities.store.reading.bundles import BundleHead
from activities.store.reading.materials import AwaitedMaterial
from activities.store.reading.matters import MatterView, matters_of
from activities.store.reading.scope import Scope
from activities.store.reading.tasks import TaskQuery, TaskView, tasks
from api.console import deadlines, words
from api.console.fill.matters import bundle_url
from api.console.fill.seen import Seen
from api.console.fill.tasks import deadline
from api.console.views.entry import BundleRow
from api.console.views.shared import DeadlineView
from definitions.bundle.state import BundleStatus
from definitions.language.limits import Unit
from definitions.matter.state import TERMINAL, MatterStatus

_WAITS = {
    MatterStatus.TO_FILE: "等申请人提出申请",
    MatterStatus.HOLDING: "等申请人补交材料",
    MatterStatus.REVIEWED_AWAITING_SUPPLEMENT: "等申请人补交材料",
    MatterStatus.ISSUED: "等申请人领取",
}
_MOST = 20


async def bundle_row(session: ReadSession, seen: Seen, scope: Scope, head: BundleHead) -> BundleRow:
    """One application. Who has it is asked only while somebody does."""
    holder, due = "", None
    if head.status == BundleStatus.RUNNING:
        asked = TaskQuery(bundle=head.number)
        found = [task for task, _ in await tasks(session, scope, asked, after=None, limit=_MOST)]
        if found:
            holder, due = _of_tasks(seen, found)
        else:
            own = [m for m in await matters_of(session, head.number) if scope.sees(m.department)]
            holder, due = _of_matters(seen, own)
    return BundleRow(
        number=head.number,
        url=bundle_url(head.number),
        service=head.name,
        applicant=head.firm_name,
        status=words.BUNDLE[head.status],
        deadline=due,
        holder=holder,
    )


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
        holder=f"申请人：{material.name}",
    )


def _of_tasks(seen: Seen, found: Sequence[TaskView]) -> tuple[str, DeadlineView | None]:
    names = [f"{seen.organ(task.department)} {task.assignee_name or '无人领取'}" for task in found]
    first = next((task for task in found if task.due_at is not None), None)
    return "；".join(dict.fromkeys(names)), deadline(seen, first) if first else None


def _of_matters(seen: Seen, found: Sequence[MatterView]) -> tuple[str, DeadlineView | None]:
    running = [each for each in found if each.status not in TERMINAL]
    for matter in running:
        said = _WAITS.get(MatterStatus(matter.status)) or matter.step or ""
        if said and matter.status != MatterStatus.PLANNED:
            return said, _ticking(seen, matter.due_at) if matter.due_at else None
    return "", None


def _ticking(seen: Seen, due_at: datetime) -> DeadlineView:
    return deadlines.ticking(
        due_at=due_at, now=seen.now, unit=Unit.WORKING_DAY, calendar=seen.calendar
    )
