"""What others were asked about a matter (协同), and what they answered."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from activities.store.reading.task_views import SaidView
from activities.store.reading.tasks import TaskView
from api.console import formats, words
from api.console.fill.matters import bundle_url
from api.console.fill.seen import Seen
from api.console.fill.tasks import deadline, status_of, task_url
from api.console.views.acts import AnswerRow, RequestView
from api.console.views.bundle import DecisionView
from api.console.views.desk import ProposalView
from api.console.views.shared import Link, Pair, StatusView, Tone
from definitions.matter.tasks import OPEN, Outcome, TaskKind
from definitions.matter.values import FileRef
from definitions.rules.permissions import Act

_SITE = {TaskKind.SITE: "联合踏勘"}


def requests(seen: Seen, found: Iterable[TaskView]) -> tuple[RequestView, ...]:
    """One view for each request, the latest first; its tasks are its answers."""
    grouped: dict[str, list[TaskView]] = {}
    for task in sorted(found, key=lambda each: (each.opened_at, each.id)):
        if task.request is not None:
            grouped.setdefault(f"{task.bundle}.{task.request.id}", []).append(task)
    return tuple(_request(seen, tasks) for tasks in reversed(grouped.values()))


def asked(seen: Seen, task: TaskView) -> tuple[Pair, ...]:
    """What whoever works the task is asked, by whom, by when."""
    request = task.request
    if request is None:
        return ()
    facts = [
        Pair("请求", request.question),
        Pair("谁提出", f"{seen.organ(request.department)} {request.by_name or ''}".strip()),
    ]
    if task.on is not None:
        facts.append(Pair("踏勘日期", formats.day(task.on, seen.now)))
    elif request.dates:
        facts.append(Pair("可选日期", _days(seen, request.dates)))
    if request.tacit:
        facts.append(Pair("逾期不答复", "视为同意"))
    return tuple(facts)


def files_of(task: TaskView) -> tuple[FileRef, ...]:
    """Every file that is shown with the task: asked, proposed, answered with."""
    parts = (task.request, task.proposal, task.answer)
    return tuple(file for part in parts if part is not None for file in part.files)


def file_links(task: TaskView, files: Sequence[FileRef], label: str) -> tuple[Link, ...]:
    """The files by number: only their owner knew them by name."""
    many = len(files) > 1
    return tuple(
        Link(f"{label}{number if many else ''}", f"{task_url(task.id)}/files/{file.id}")
        for number, file in enumerate(files, 1)
    )


def proposal(seen: Seen, task: TaskView, place: Mapping[str, str]) -> ProposalView | None:
    """拟办意见, for whoever looks at it and for its author."""
    said = task.proposal
    if said is None:
        return None
    label = f"拟{words.outcome(task.kind, said.outcome)}"
    view = DecisionView(
        status=StatusView(label, words.SYMBOLS[Tone.INFO], Tone.INFO),
        organ=f"{seen.organ(task.department)} {said.by_name or ''}".strip(),
        decided_at=said.at,
        reasons="\n".join(said.reasons),
        basis=tuple(seen.basis(basis) for basis in said.bases),
        remedies=(),
        document=None,
    )
    to = said.to_name or "本部门任一同事"
    facts = (Pair("请谁复核", to), *_carried(seen, said, place))
    return ProposalView(view, facts, file_links(task, said.files, "附件"))


def _request(seen: Seen, tasks: Sequence[TaskView]) -> RequestView:
    first = tasks[0]
    request = first.request
    assert request is not None
    own = seen.actor.department == request.department and seen.may(Act.ASK)
    still = any(each.status in OPEN for each in tasks if each.kind is not TaskKind.SITE)
    facts = [Pair("提出", formats.moment(first.opened_at, seen.now))]
    if request.by_name:
        facts.append(Pair("谁提出", request.by_name))
    if request.dates:
        facts.append(Pair("可选日期", _days(seen, request.dates)))
    if request.tacit:
        facts.append(Pair("逾期不答复", "视为同意"))
    url = f"{bundle_url(first.bundle)}/requests/{request.id}/withdraw"
    return RequestView(
        id=f"request-{request.id}",
        title=first.name,
        question=request.question,
        facts=tuple(facts),
        answers=tuple(_answer(seen, each) for each in tasks),
        files=file_links(first, request.files, "附件"),
        withdraw_url=url if own and still else "",
    )


def _answer(seen: Seen, task: TaskView) -> AnswerRow:
    organ = seen.organ(task.department)
    said = task.answer
    parts = []
    if said is not None:
        parts = [*said.reasons, *([_days(seen, said.dates)] if said.dates else [])]
    if task.on is not None:
        parts = [f"{formats.day(task.on, seen.now)}一起踏勘", *parts]
    who = task.assignee_name or ""
    kind = _SITE.get(task.kind, "")
    return AnswerRow(
        organ=" ".join(part for part in (organ, who, kind) if part),
        status=status_of(task),
        deadline=deadline(seen, task),
        says="\n".join(part for part in parts if part),
        url=task_url(task.id) if seen.may_work(task) else "",
        files=file_links(task, said.files if said else (), "附件"),
    )


def _carried(seen: Seen, said: SaidView, place: Mapping[str, str]) -> list[Pair]:
    """What the outcome carries besides words."""
    facts = [Pair(place.get(point.material, point.material), point.defect) for point in said.points]
    if said.days is not None and said.outcome is Outcome.ASK_SUPPLEMENT:
        facts.append(Pair("补正期限", f"{said.days} 个工作日"))
    if said.organ:
        facts.append(Pair("有权机关", said.organ))
    if said.companions:
        facts.append(Pair("同行人员", "、".join(said.companions)))
    if said.dates:
        facts.append(Pair("日期", _days(seen, said.dates)))
    return facts


def _days(seen: Seen, dates: Sequence[date]) -> str:
    return "、".join(formats.day(day, seen.now) for day in dates)
