"""What the pages of one application read first: the application and its tasks, as one may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from activities.store.reading import bundles as reading
from activities.store.reading.bundles import BundleView
from activities.store.reading.documents import DocumentView
from activities.store.reading.tasks import TaskFilter, TaskQuery, TaskView, tasks
from activities.store.reading.timeline import timeline
from api.commands import Answer
from api.console.fill.clocks import bundle_deadline
from api.console.fill.materials import awaited, can_supply
from api.console.fill.matters import bundle_status, bundle_url, in_order, matter_url
from api.console.fill.seen import Seen, seen_by
from api.console.fill.tasks import task_url
from api.console.fill.timeline import last_change
from api.console.request import Visit
from api.console.views.bundle import BundleHead
from api.console.views.shared import Breadcrumb, Frame, Link, Notice, Tab, Tone
from api.engine import Accepted
from definitions.errors import Code, Refused
from definitions.matter.state import MatterStatus
from definitions.matter.tasks import OPEN
from definitions.rules.permissions import Act

REGISTERING = "已接收，正在登记，过几秒就会显示"
CONFLICTS = frozenset(
    {
        *(Code.VERSION_CONFLICT, Code.TASK_TAKEN, Code.TASK_NOT_OPEN, Code.KEY_REUSED),
        *(Code.MATERIAL_NOT_AWAITED, Code.NOT_FILING, Code.NOT_IN_PUBLICITY),
        *(Code.BUNDLE_CLOSED, Code.NOT_WITHDRAWABLE, Code.NOT_DELIVERABLE),
    }
)
_MOST_TASKS = 200
_TABS = (("概览", ""), ("材料", "/materials"), ("时间线", "/timeline"), ("文书", "/documents"))


@dataclass(frozen=True, slots=True)
class Case:
    """One application before one person. `tasks` holds open and done ones."""

    visitor: Visit
    seen: Seen
    bundle: BundleView
    tasks: tuple[TaskView, ...]

    @property
    def url(self) -> str:
        """Where it is shown."""
        return bundle_url(self.bundle.number)

    @property
    def crumbs(self) -> tuple[Breadcrumb, ...]:
        """The way here."""
        return crumbs(self.visitor)

    def task_of(self, matter: str | None = None) -> TaskView | None:
        """The most urgent task that this person could work now."""
        found = [
            task
            for task in self.tasks
            if task.completed_at is None
            and task.status in OPEN
            and task.assignee in {None, self.seen.actor.id}
            and matter in {None, task.matter}
            and self.seen.may_work(task)
        ]
        return min(found, key=lambda task: (task.due_at is None, task.due_at), default=None)

    def head(self, tab: str = "") -> BundleHead:
        """What all its pages begin with."""
        bundle = self.bundle
        counts = {"材料": len(bundle.materials), "文书": len(bundle.documents)}
        act = self._act()
        return BundleHead(
            number=bundle.number,
            service=bundle.name,
            applicant=bundle.firm_name,
            status=bundle_status(bundle.status, in_order(bundle)),
            deadline=bundle_deadline(self.seen, bundle),
            tabs=tuple(
                Tab(label, self.url + path, current=label == tab, count=counts.get(label))
                for label, path in _TABS
            ),
            act=None if act and act.url == self.visitor.request.url.path else act,
        )

    async def frame(self, title: str, *, below: bool = False, **more: object) -> Frame:
        """The frame; a page below the overview has it among its crumbs."""
        way = (*self.crumbs, Breadcrumb(self.bundle.number, self.url)) if below else self.crumbs
        return await self.visitor.frame(
            title,
            nav=way[0].url,
            crumbs=way,
            live=f"bundle:{self.bundle.number}",
            **more,  # type: ignore[arg-type]
        )

    def _act(self) -> Link | None:
        """The next act of this person in this application."""
        task = self.task_of()
        if task is not None:
            return Link(f"去{task.name}", task_url(task.id))
        bundle, seen = self.bundle, self.seen
        for matter in bundle.matters:
            if matter.status == MatterStatus.TO_FILE and seen.may(Act.FILE):
                return Link("代申请人提出申请", f"{matter_url(bundle.number, matter.key)}#filing")
        if any(can_supply(seen, bundle, m) for m in bundle.materials if m.code in awaited(bundle)):
            return Link("补收材料", f"{self.url}/materials")
        paper = waiting_paper(bundle.documents)
        if paper is not None and seen.may(Act.DELIVER):
            return Link("去发证", f"/console/documents?document={paper.id}")
        return None


async def case_of(visitor: Visit, number: str) -> Case:
    """The application. Raises `unknown-bundle` for what this person may not see."""
    scope = visitor.who.scope
    async with visitor.services.store.reading() as session:
        found = await reading.bundle(session, number, scope)
        if found is None:
            raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}，或者它不归您的部门")
        known: list[TaskView] = []
        for status in (TaskFilter.OPEN, TaskFilter.DONE):
            asked = TaskQuery(status=status, bundle=number)
            page = await tasks(session, scope, asked, after=None, limit=_MOST_TASKS)
            known += [task for task, _ in page]
    return Case(visitor, seen_by(visitor), found, tuple(known))


async def changed(
    visitor: Visit, number: str, refused: Refused, matter: str | None = None
) -> Notice:
    """Why the act was not taken, and who had changed what: for the page shown again."""
    async with visitor.services.store.reading() as session:
        found = await timeline(session, number, visitor.who.scope, matter=matter, limit=20)
    who = last_change(seen_by(visitor), found)
    if refused.code is Code.KEY_REUSED:
        return Notice(Tone.WAIT, "这一步刚才已经提交过，下面是现在的情况。")
    said = f"{refused.message}。最近的变动：{who}。" if who else f"{refused.message}。"
    return Notice(Tone.WAIT, f"{said}下面是最新内容，您填的还在，请核对后再提交。")


def crumbs(visitor: Visit) -> tuple[Breadcrumb, ...]:
    """Officers come from their inbox, all others from a search."""
    if visitor.may(Act.READ_ALL):
        return (Breadcrumb("查询", "/console/search"),)
    return (Breadcrumb("待办", "/console/inbox"),)


def tell(answer: Answer, said: str) -> str:
    """What the page after an act says of it."""
    return REGISTERING if isinstance(answer, Accepted) else said


def waiting_paper(documents: Sequence[DocumentView]) -> DocumentView | None:
    """The first paper that lies at the counter."""
    return next((each for each in documents if each.counter and each.delivered_at is None), None)
