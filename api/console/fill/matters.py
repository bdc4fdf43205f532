"""The linked matters of an application: how each stands, who has it, what it waits for."""

from collections.abc import Iterable, Mapping, Sequence

from activities.store.reading.bundles import BundleView
from activities.store.reading.matters import LinkedMatter, MatterView
from activities.store.reading.tasks import TaskView
from api.console import formats, words
from api.console.fill.clocks import matter_deadline
from api.console.fill.seen import WINDOW_NAME, Seen
from api.console.views.bundle import DecisionView
from api.console.views.shared import Edge, Link, MatterNode, StatusView, Tone
from definitions.bundle.state import BundleStatus
from definitions.language.matters import EdgeKind
from definitions.language.roles import WINDOW
from definitions.matter.state import DECIDED, TERMINAL, MatterStatus, Result
from definitions.matter.tasks import OPEN

_NOBODY = "无人领取"
_AGAINST = frozenset({Result.REFUSED, Result.LAPSED, Result.TERMINATED})
_WAITING: Mapping[str, str] = {
    MatterStatus.TO_FILE: "等申请人在申请期内提出申请",
    MatterStatus.HOLDING: "等申请人补交材料",
    MatterStatus.SUPPLEMENTING: "等申请人补正",
    MatterStatus.REVIEWED_AWAITING_SUPPLEMENT: "等申请人补交材料",
}


def bundle_url(number: str) -> str:
    """Where an application is shown."""
    return f"/console/bundles/{number}"


def matter_url(number: str, key: str) -> str:
    """Where one matter of it is shown."""
    return f"{bundle_url(number)}/matters/{key}"


def in_order(bundle: BundleView) -> tuple[LinkedMatter, ...]:
    """The reader's own matters and the others, in plan order."""
    every: tuple[LinkedMatter, ...] = (*bundle.matters, *bundle.linked)
    return tuple(sorted(every, key=lambda matter: matter.position))


def own_matter(bundle: BundleView, key: str) -> MatterView | None:
    """The matter, if the reader may see more of it than how it stands.

    Asked of the list and never of the type: a linked matter may be more than it shows.
    """
    return next((matter for matter in bundle.matters if matter.key == key), None)


def status_of(matter: LinkedMatter) -> StatusView:
    """The state in a word; a closed matter says how it ended."""
    if matter.status == MatterStatus.CLOSED:
        return words.ended(matter.result)
    return words.MATTER[matter.status]


def bundle_status(status: str, matters: Iterable[LinkedMatter]) -> StatusView:
    """The application in a word. What ended otherwise than granted does not look like a success."""
    if status != BundleStatus.CLOSED:
        return words.BUNDLE[status]
    results = {matter.result for matter in matters if matter.status != MatterStatus.NOT_NEEDED}
    if results <= {Result.GRANTED}:
        return words.BUNDLE[status]
    if results <= {Result.WITHDRAWN}:
        return words.MATTER[MatterStatus.WITHDRAWN]
    tone = Tone.BAD if results & _AGAINST else Tone.IDLE
    label = "办结，有不予" if Result.REFUSED in results else "办结，有未办成"
    return StatusView(label, words.SYMBOLS[tone], tone)


def nodes(seen: Seen, bundle: BundleView, tasks: Sequence[TaskView]) -> tuple[MatterNode, ...]:
    """Every matter for the graph and its list; of other departments' only how they stand."""
    names = {matter.key: matter.name for matter in in_order(bundle)}
    return tuple(_node(seen, bundle, matter, names, tasks) for matter in in_order(bundle))


def edges(bundle: BundleView) -> tuple[Edge, ...]:
    """What waits for what."""
    return tuple(
        Edge(source, matter.key, EdgeKind(kind))
        for matter in in_order(bundle)
        for source, kind in matter.needs
    )


def holder(seen: Seen, bundle: BundleView, matter: MatterView, tasks: Sequence[TaskView]) -> str:
    """Who in its organ has the matter now; when it ended, if it has."""
    if matter.status == MatterStatus.NOT_NEEDED:
        return ""
    mine = open_tasks(matter.key, tasks)
    promise = matter.special.promise
    if matter.status in TERMINAL and not mine:
        at = matter.closed_at
        ended = f"{formats.short_day(at, seen.now)} {status_of(matter).label}" if at else ""
        return f"{ended}；等申请人履行承诺" if promise and promise.is_open else ended
    if mine:
        return "；".join(dict.fromkeys(_has(task) for task in mine))
    waiting = _paper_at_counter(bundle, matter) or _WAITING.get(matter.status, "")
    if not waiting and matter.status != MatterStatus.PLANNED and matter.step:
        waiting = matter.step
    return waiting


def open_tasks(key: str, tasks: Sequence[TaskView]) -> list[TaskView]:
    """The tasks of one matter that wait for somebody."""
    return [task for task in tasks if task.matter == key and task.status in OPEN]


def why(bundle: BundleView, matter: MatterView, names: Mapping[str, str]) -> str:
    """What it waits for, or why it is not needed or ended so."""
    if matter.status in TERMINAL:
        return matter.reason or ""
    if matter.status == MatterStatus.PLANNED:
        waits = [f"{names.get(key, key)}{_of(kind)}" for key, kind in matter.needs]
        return f"等{'、'.join(waits)}" if waits else ""
    titles = {material.code: material.name for material in bundle.materials}
    lacking = [titles.get(code, code) for code in matter.missing]
    if not lacking:
        return ""
    pending = matter.status == MatterStatus.ACCEPTED_PENDING
    return f"待补：{'、'.join(lacking)}" + ("；补齐前不发证" if pending else "")


def decision(seen: Seen, bundle: BundleView, matter: MatterView) -> DecisionView | None:
    """What was decided, with what makes it lawful."""
    decided = matter.status in DECIDED or matter.result in {Result.GRANTED, Result.REFUSED}
    if not decided or matter.decided_at is None:
        return None
    refused = matter.result == Result.REFUSED
    bases = matter.reason_bases if refused else matter.bases
    kind = MatterStatus.REFUSED if refused else MatterStatus.GRANTED
    own = (each for each in bundle.documents if each.matter == matter.key)
    planned = seen.planned(bundle, matter.key)
    results = planned.documents if planned else ()
    kinds = {each.kind for each in (*results, *((planned.refusal,) if planned else ())) if each}
    paper = next((each for each in own if each.kind in kinds), None)
    return DecisionView(
        status=words.MATTER[kind],
        organ=matter.department_name,
        decided_at=matter.decided_at,
        reasons="\n".join(matter.reasons),
        basis=tuple(seen.basis(basis) for basis in bases),
        remedies=matter.remedies if refused else (),
        document=Link(paper.name, f"/console/documents/{paper.id}") if paper else None,
    )


def _node(
    seen: Seen,
    bundle: BundleView,
    matter: LinkedMatter,
    names: Mapping[str, str],
    tasks: Sequence[TaskView],
) -> MatterNode:
    own = own_matter(bundle, matter.key)
    return MatterNode(
        key=matter.key,
        name=matter.name,
        organ=matter.department_name,
        status=status_of(matter),
        url=matter_url(bundle.number, matter.key),
        needed=matter.status != MatterStatus.NOT_NEEDED,
        deadline=matter_deadline(seen, own) if own and not _idle(own) else None,
        holder=holder(seen, bundle, own, tasks) if own else "",
        why=why(bundle, own, names) if own else "",
    )


def _idle(matter: LinkedMatter) -> bool:
    return matter.status in {MatterStatus.NOT_NEEDED, MatterStatus.WITHDRAWN}


def _has(task: TaskView) -> str:
    who = task.assignee_name or _NOBODY
    return f"{WINDOW_NAME} {who}" if task.department == WINDOW else who


def _paper_at_counter(bundle: BundleView, matter: MatterView) -> str:
    waits = any(
        each.matter == matter.key and each.counter and each.delivered_at is None
        for each in bundle.documents
    )
    return f"在{WINDOW_NAME}待领" if waits else ""


def _of(kind: str) -> str:
    return "受理" if kind == EdgeKind.ACCEPTED else "出结果"
