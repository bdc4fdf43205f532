"""What was typed to end a task: every fault of it at once, and what of it is sent to the core."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from activities.store.desk.accounts import accounts_of
from activities.store.desk.texts import texts
from activities.store.desk.uploads import UploadView, uploads
from activities.store.engine import ReadSession
from activities.store.reading.matters import MatterView
from activities.store.reading.tasks import TaskFilter, TaskQuery, TaskView, tasks
from api import commands
from api.console import words
from api.console.fill.outcomes import (
    DEFECT,
    FILES,
    LONGEST,
    LONGEST_DEFECT,
    Colleague,
    Entered,
    Ground,
    askable,
    bases_of,
    needs_companion,
    notice_days,
    offered,
)
from api.console.fill.standing import Known, referred
from api.console.request import Posted, Visit
from api.console.views.shared import Option
from api.problems import Problem
from api.uploads import take_upload
from definitions.bundle.tasks import NEED_BASES, NEED_REASONS, OUTCOMES
from definitions.errors import Refused
from definitions.language.roles import Role
from definitions.matter.tasks import Outcome
from definitions.rules.permissions import may_work

_MORE = ("days", "organ", "companion")
_MOST_ORGAN = 200
_MOST_ASKED = 50
_PEOPLE = frozenset({Role.OFFICER, Role.APPROVER})


def typed_in(form: Posted, at: Ground) -> Entered:
    """What was typed, and every fault of it at once. Files are looked at when they are taken."""
    many = len(bases_of(at.seen, at.task, at.matter))
    known = {str(index) for index in range(many)}
    defects = {f"{DEFECT}{code}": said.strip() for code, said in form.below(DEFECT).items()}
    open_points = {material.code for material, why_not in askable(at) if not why_not}
    typed = Entered(
        outcome=form.one("outcome"),
        opinion=form.one("opinion").strip(),
        reasons=form.one("reasons").strip(),
        bases=tuple(each for each in form.all("bases") if each in known),
        points=tuple(each for each in form.all("point") if each in open_points),
        dates=tuple(form.all("dates")),
        more={**{name: form.one(name).strip() for name in _MORE}, **defects},
    )
    return replace(typed, errors=_errors(typed, at))


async def taken(visitor: Visit, form: Posted, name: str) -> tuple[tuple[Option, ...], str]:
    """The files that came with this form or an earlier try of it; what was wrong with one."""
    kept: list[UploadView] = []
    wrong = ""
    for field, file in form.files:
        if field != name:
            continue
        try:
            kept.append(await take_upload(visitor.services, visitor.actor, file))
        except Problem as problem:
            wrong = problem.detail
    before = form.all(f"{name}-kept")
    async with visitor.services.store.reading() as session:
        found = await uploads(session, before)
    earlier = tuple(
        Option(each, found[each].name)
        for each in before
        if each in found and found[each].owner == visitor.actor.id
    )
    return (*earlier, *(Option(each.id, each.name) for each in kept)), wrong


def sent_with(typed: Entered, at: Ground) -> dict[str, Any]:
    """What the chosen outcome carries; what was typed for another outcome stays here."""
    outcome = Outcome(typed.outcome)
    said = (typed.reasons, typed.opinion) if outcome in NEED_REASONS else (typed.opinion,)
    found: dict[str, Any] = {"outcome": outcome, "reasons": said}
    if outcome in NEED_BASES:
        cited = enumerate(bases_of(at.seen, at.task, at.matter))
        found["bases"] = tuple(basis for index, basis in cited if str(index) in typed.bases)
    if outcome is Outcome.ASK_SUPPLEMENT:
        found["days"] = int(typed.said("days"))
        found["points"] = tuple(
            commands.PointGiven(material=code, defect=typed.said(f"{DEFECT}{code}"))
            for code in typed.points or ()
        )
    if outcome is Outcome.NOT_COMPETENT:
        found["organ"] = typed.said("organ")
    if outcome is Outcome.AVAILABLE:
        found["dates"] = tuple(day for day in offered(at) if day.isoformat() in typed.dates)
    if at.task.kind in FILES:
        found["files"] = tuple(each.value for each in typed.kept)
    if typed.said("companion"):
        found["companions"] = (typed.said("companion"),)
    return found


def refused_at(error: Refused | Problem, otherwise: str) -> str:
    """The form's field that the core's pointer means."""
    pointer = getattr(error, "field", None) or ""
    if isinstance(error, Problem) and error.errors:
        pointer = error.errors[0].pointer
    head = pointer.strip("/").partition("/")[0]
    return _FIELDS.get(head, otherwise)


_FIELDS: Mapping[str, str] = {
    "outcome": "outcome",
    "reasons": "reasons",
    "bases": "bases",
    "points": "outcome",
    "days": "days",
    "organ": "organ",
    "files": "minutes",
    "companions": "companion",
    "dates": "dates",
    "to": "to",
}


async def colleagues(session: ReadSession, department: str | None) -> tuple[Colleague, ...]:
    """Who of a department may take part in a check or preside."""
    found = await accounts_of(session, department or "")
    return tuple(Colleague(each.id, each.name) for each in found if each.role in _PEOPLE)


async def fellows(session: ReadSession, task: TaskView) -> tuple[Colleague, ...]:
    """Who of the task's department may work it: to hand it over to, to look at it."""
    found = await accounts_of(session, task.department)
    return tuple(
        Colleague(each.id, each.name)
        for each in found
        if each.role is not Role.DEPARTMENT_SYSTEM
        and may_work(each.actor, department=task.department, role=task.role)
    )


async def asked_about(
    session: ReadSession, visitor: Visit, bundle: str, matter: str
) -> tuple[TaskView, ...]:
    """What the reader's department asked of others about this matter."""
    found: list[TaskView] = []
    for status in (TaskFilter.OPEN, TaskFilter.DONE):
        asked = TaskQuery(status=status, bundle=bundle, asked=True, now=visitor.services.now())
        rows = await tasks(session, visitor.who.scope, asked, after=None, limit=_MOST_ASKED)
        found += [task for task, _ in rows if task.matter == matter]
    return tuple(found)


async def known_of(session: ReadSession, matter: MatterView, people: Sequence[Colleague]) -> Known:
    """Names and texts that the matter's standing refers to."""
    _, digests = referred(matter)
    names = {each.id: each.name for each in people}
    return Known(people=names, texts=await texts(session, digests))


def _errors(typed: Entered, at: Ground) -> dict[str, str]:
    kind, outcome = at.task.kind, typed.outcome
    errors: dict[str, str] = {}
    if outcome not in set(OUTCOMES[kind]):
        errors["outcome"] = "请选择一种结果"
    if outcome in NEED_REASONS and not typed.reasons:
        errors["reasons"] = f"{words.outcome(kind, outcome)}的，请写明理由"
    if outcome in NEED_BASES and not typed.bases:
        errors["bases"] = f"{'不予' if outcome == Outcome.REFUSE else '撤销'}的，请勾选法律依据"
    for name, said in (("opinion", typed.opinion), ("reasons", typed.reasons)):
        if len(said) > LONGEST:
            errors[name] = f"这里不得超过 {LONGEST} 个字，现有 {len(said)} 个"
    return errors | _carried_errors(typed, at)


def _carried_errors(typed: Entered, at: Ground) -> dict[str, str]:
    """What the outcome must carry besides words."""
    outcome = typed.outcome
    errors = _notice_errors(typed, at) if outcome == Outcome.ASK_SUPPLEMENT else {}
    if outcome == Outcome.NOT_COMPETENT and not 0 < len(typed.said("organ")) <= _MOST_ORGAN:
        errors["organ"] = "请写明应当向哪个机关申请"
    if outcome == Outcome.AVAILABLE and not typed.dates:
        errors["dates"] = "请至少选一天"
    if needs_companion(at):
        known = {each.id for each in at.colleagues} - {at.seen.actor.id}
        if typed.said("companion") not in known:
            errors["companion"] = "请选择同行核查人员"
    return errors


def _notice_errors(typed: Entered, at: Ground) -> dict[str, str]:
    errors: dict[str, str] = {}
    _, most = notice_days(at)
    days = typed.said("days")
    if not (days.isascii() and days.isdigit() and 1 <= int(days) <= most):
        errors["days"] = f"补正期限请填 1 至 {most} 个工作日"
    if not typed.points:
        errors["outcome"] = "请勾选要补正的材料"
    for code in typed.points or ():
        said = typed.said(f"{DEFECT}{code}")
        if not said:
            errors[f"{DEFECT}{code}"] = "请写明哪里不符合、怎样补正"
        elif len(said) > LONGEST_DEFECT:
            errors[f"{DEFECT}{code}"] = f"这里不得超过 {LONGEST_DEFECT} 个字"
    return errors
