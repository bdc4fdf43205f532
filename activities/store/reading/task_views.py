"""A task as people read it: ids resolved to names, digests to texts, all of a page at once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import defer

from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.desk import Account, Application
from activities.store.tables.register import Bundle, Matter, Task
from definitions.bundle.rows import TaskMore
from definitions.bundle.tasks import OUTCOMES
from definitions.language.base import Basis
from definitions.language.roles import Confidentiality, Role
from definitions.matter.tasks import OPEN, Completion, Outcome, TaskKind, TaskStatus
from definitions.matter.values import FileRef, Reason


class Column(Read):
    """A value of the form that the inbox shows for this item; personal ones are masked."""

    field: str
    label: str
    value: str


class WaitingView(Read):
    """What the task waits for."""

    cause: str
    since: datetime
    until: date | None
    reasons: tuple[str, ...]


class HandedView(Read):
    """转交: who gave it, and who had it before."""

    by: str
    by_name: str | None
    at: datetime
    before: str | None
    before_name: str | None


class PointView(Read):
    """One point of a proposed supplement notice."""

    material: str
    defect: str


class SaidView(Read):
    """How a task was, or would be, completed."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()
    points: tuple[PointView, ...] = ()
    days: int | None = None
    organ: str | None = None
    files: tuple[FileRef, ...] = ()
    companions: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()


class ProposalView(SaidView):
    """拟办意见: whose it is, and who was asked to look at it (None: any colleague)."""

    by: str
    by_name: str | None
    at: datetime
    to: str | None
    to_name: str | None


class RequestView(Read):
    """What is asked, by which department and whom there; `tacit`: silence is agreement."""

    id: str
    department: str
    by: str
    by_name: str | None
    question: str
    tacit: bool
    dates: tuple[date, ...]
    files: tuple[FileRef, ...]


class FaultView(Read):
    """One reason of a return, in words."""

    fault: str
    material: str | None
    field: str | None
    says: str


class TaskView(Read):
    """A task with whose application it is about. `outcomes` are the ways to complete it.

    `days` and `reasons` are what an extension asks for. `level` counts the rungs of the ladder that
    were climbed and `alerted` says who stands on the last. `came_from` are departments that passed
    it on, `on` the day of a joint survey, `stood_for` who was absent when somebody else did it.
    `columns`, `remaining` (working days) and `light` are the API's: they need the definition and
    the calendar.
    """

    id: str
    bundle: str
    bundle_version: int
    matter: str
    matter_name: str
    matter_number: str
    kind: TaskKind
    name: str
    department: str
    role: Role
    status: TaskStatus
    version: int
    assignee: str | None
    assignee_name: str | None
    outcome: str | None
    outcomes: tuple[Outcome, ...]
    material: str | None
    days: int | None
    reasons: tuple[str, ...]
    opened_at: datetime
    due_at: datetime | None
    overdue: bool
    completed_at: datetime | None
    service: str
    service_name: str
    situation_name: str
    firm_name: str
    firm_code: str
    service_version: int = 0
    item: str = ""
    confidentiality: Confidentiality = Confidentiality.ORDINARY
    level: int = 0
    alerted: str | None = None
    alerted_at: datetime | None = None
    urged_at: datetime | None = None
    waiting: WaitingView | None = None
    handed: HandedView | None = None
    proposal: ProposalView | None = None
    request: RequestView | None = None
    answer: SaidView | None = None
    returned: tuple[FaultView, ...] = ()
    came_from: tuple[str, ...] = ()
    on: date | None = None
    stood_for: str | None = None
    stood_for_name: str | None = None
    columns: tuple[Column, ...] = ()
    remaining: int | None = None
    light: Literal["overdue", "red", "amber", "green"] | None = None


_MADE = frozenset({"outcomes", "overdue", "reasons", "stood_for_name", "columns"})
_MADE_BY_API = frozenset({"remaining", "light"})
_OF_TASK = frozenset(TaskView.model_fields) & {c.name for c in Task.__table__.columns} - {"reasons"}
_OF_MORE = frozenset(TaskView.model_fields) & frozenset(TaskMore.model_fields)
_BESIDE = frozenset(TaskView.model_fields) - _OF_TASK - _OF_MORE - _MADE - _MADE_BY_API


async def views(
    session: ReadSession, names: Sequence[str], now: datetime | None
) -> dict[str, TaskView]:
    """These tasks by id. The caller has made sure that the reader may see them."""
    if not names:
        return {}
    rows = (await session.execute(_joined().where(Task.id.in_(names)))).all()
    more = {row.Task.id: TaskMore.model_validate(row.Task.more) for row in rows}
    said = await texts(
        session, (d for row in rows for d in (*_own(row), *_digests(more[row.Task.id])))
    )
    people = await _names(session, {p for each in more.values() for p in _people(each)})
    return {row.Task.id: _view(row, more[row.Task.id], said, people, now) for row in rows}


def _joined() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Task,
            Matter.name.label("matter_name"),
            Matter.number.label("matter_number"),
            Bundle.version.label("bundle_version"),
            Bundle.service,
            Bundle.service_version,
            Bundle.name.label("service_name"),
            Bundle.situation_name,
            Application.firm_name,
            Application.firm_code,
            Account.name.label("assignee_name"),
        )
        .join(Matter, (Matter.bundle == Task.bundle) & (Matter.key == Task.matter))
        .join(Bundle, Bundle.number == Task.bundle)
        .join(Application, Application.id == Bundle.application)
        .outerjoin(Account, Account.id == Task.assignee)
        .options(defer(Task.sort_at))
    )


async def _names(session: ReadSession, accounts: set[str]) -> Mapping[str, str]:
    if not accounts:
        return {}
    found = await session.execute(
        select(Account.id, Account.name).where(Account.id.in_(sorted(accounts)))
    )
    return {row[0]: row[1] for row in found}


def _own(row: Any) -> list[str]:  # noqa: ANN401 - a row of `_joined`
    return [Reason.model_validate(reason).text for reason in row.Task.reasons]


def _digests(more: TaskMore) -> Iterator[str]:
    if more.waiting:
        yield from (reason.text for reason in more.waiting.reasons)
    if more.request:
        yield more.request.question.text
    yield from (point.says.text for point in more.returned)
    for said in (more.proposal.completion if more.proposal else None, more.answer):
        if said is not None:
            yield from (reason.text for reason in said.reasons)
            yield from (point.defect.text for point in said.points)


def _people(more: TaskMore) -> Iterator[str]:
    if more.stood_for:
        yield more.stood_for
    if more.handed:
        yield from (each for each in (more.handed.by, more.handed.before) if each)
    if more.proposal:
        yield from (each for each in (more.proposal.by, more.proposal.to) if each)
        yield from more.proposal.completion.companions
    if more.answer:
        yield from more.answer.companions
    if more.request:
        yield more.request.by


def _view(
    row: Any,  # noqa: ANN401 - a row of `_joined`
    more: TaskMore,
    said: Mapping[str, str],
    people: Mapping[str, str],
    now: datetime | None,
) -> TaskView:
    task: Task = row.Task
    is_open = task.status in OPEN
    at = now or datetime.now(task.opened_at.tzinfo)
    return TaskView(
        **{name: getattr(task, name) for name in _OF_TASK},
        **{name: getattr(row, name) for name in _BESIDE},
        **_besides(more, said, people),
        reasons=tuple(said.get(digest, "") for digest in _own(row)),
        overdue=is_open and task.due_at is not None and task.due_at <= at,
        outcomes=OUTCOMES[TaskKind(task.kind)] if is_open else (),
    )


def _besides(more: TaskMore, said: Mapping[str, str], people: Mapping[str, str]) -> dict[str, Any]:
    wait, handed, request, proposal = more.waiting, more.handed, more.request, more.proposal
    return {
        "waiting": wait
        and WaitingView(
            **wait.model_dump(exclude={"reasons"}),
            reasons=tuple(said.get(reason.text, "") for reason in wait.reasons),
        ),
        "handed": handed
        and HandedView(
            **handed.model_dump(),
            by_name=people.get(handed.by),
            before_name=people.get(handed.before or ""),
        ),
        "proposal": proposal
        and ProposalView(
            **_said(proposal.completion, said, people),
            **proposal.model_dump(exclude={"completion"}),
            by_name=people.get(proposal.by),
            to_name=people.get(proposal.to or ""),
        ),
        "request": request
        and RequestView(
            **{n: getattr(request, n) for n in RequestView.model_fields if n in _ASKED},
            by_name=people.get(request.by),
            question=said.get(request.question.text, ""),
        ),
        "answer": more.answer and SaidView(**_said(more.answer, said, people)),
        "returned": tuple(
            FaultView(**point.model_dump(exclude={"says"}), says=said.get(point.says.text, ""))
            for point in more.returned
        ),
        "came_from": more.came_from,
        "on": more.on,
        "stood_for": more.stood_for,
        "stood_for_name": people.get(more.stood_for or ""),
    }


_ASKED = frozenset({"id", "department", "by", "tacit", "dates", "files"})
_PLAIN = ("outcome", "bases", "days", "organ", "files", "dates")


def _said(
    completion: Completion, said: Mapping[str, str], people: Mapping[str, str]
) -> dict[str, Any]:
    """A completion with its texts, and its companions by name."""
    return {
        **{name: getattr(completion, name) for name in _PLAIN},
        "reasons": tuple(said.get(reason.text, "") for reason in completion.reasons),
        "points": tuple(
            PointView(material=point.material, defect=said.get(point.defect.text, ""))
            for point in completion.points
        ),
        "companions": tuple(people.get(each, each) for each in completion.companions),
    }
