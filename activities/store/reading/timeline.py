"""What happened to an application, newest first: ids resolved to names, digests to texts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.reading.scope import (
    Read,
    Scope,
    covered,
    handled,
    of_department,
    unconcerned,
)
from activities.store.tables.desk import Account
from activities.store.tables.register import Bundle, Document, Event, Material, Matter, Task
from definitions.bundle.state import BundleStatus
from definitions.language.base import Basis
from definitions.language.roles import Actor, Role
from definitions.matter.tasks import COLLABORATION, TaskKind
from definitions.matter.values import Reason

_WHOLE = (
    *("bundle_started", "bundle_followed", "bundle_reopened", "bundle_closed"),
    *("form_corrected", "calendar_replaced"),
)
# The plan and the calendar are large and told elsewhere.
_HEAVY = ("plan", "calendar", "materials", "committed", "moved", "recused")
# What a person does; every other event follows from one of these or from time.
_OWN = (
    "bundle_started",
    "task_claimed",
    "task_released",
    "task_begun",
    "task_waits",
    "task_resumed",
    "task_handed_over",
    "task_taken_back",
    "task_proposed",
    "task_sent_back",
    "task_transferred",
    "task_returned",
    "task_urged",
    "task_completed",
    "officer_recused",
    "matter_filed",
    "objection_raised",
    "material_supplied",
    "matter_withdrawn",
    "form_corrected",
    "material_replaced",
    "second_notice_allowed",
    "procedure_started",
    "procedure_ended",
    "clock_extended",
    "hearing_told",
    "hearing_requested",
    "hearing_scheduled",
    "hearing_held",
    "hearing_waived",
    "matter_returned",
    "matter_revoked",
)
_PLAIN = (
    *("seq", "at", "kind", "act", "actor_name", "matter", "matter_name", "department_name"),
    *("task", "task_name", "task_kind", "material", "material_name", "document", "document_name"),
    *("stands_for_name", "to_name"),
)
# What a task is opened for at somebody's word, and called off at theirs.
_ASKED = (*COLLABORATION, TaskKind.COMPLAINT)


class PointSaid(Read):
    """One reason of a return, in words."""

    fault: str
    material: str | None
    field: str | None
    says: str


class TimelineEntry(Read):
    """One event. `system` events followed by themselves, from somebody's act or from time.

    `stands_for_name` is the absent colleague whose work it was, `to_name` who was given a task,
    `cause` and `until` what a task waits for, `rung` and `to` who was reminded, `faults` why it
    went back; `to_department` the organ that has it now.
    """

    seq: int
    at: datetime
    kind: str
    act: str
    actor: str
    actor_role: str
    actor_name: str | None
    actor_department: str | None
    system: bool
    matter: str | None
    matter_name: str | None
    department_name: str | None
    task: str | None
    task_name: str | None
    material: str | None
    material_name: str | None
    document: str | None
    document_name: str | None
    outcome: str | None
    clock: str | None
    way: str | None
    reason: str | None
    reasons: tuple[str, ...]
    bases: tuple[Basis, ...]
    task_kind: str | None = None
    days: int | None = None
    procedure: str | None = None
    on: datetime | None = None
    place: str | None = None
    field: str | None = None
    was: str | None = None
    becomes: str | None = None
    mode: str | None = None
    grade: str | None = None
    lapse: str | None = None
    organ: str | None = None
    companions: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()
    stands_for_name: str | None = None
    to_name: str | None = None
    to_department: str | None = None
    to: str | None = None
    rung: str | None = None
    cause: str | None = None
    until: date | None = None
    faults: tuple[PointSaid, ...] = ()


async def timeline(
    session: ReadSession,
    number: str,
    scope: Scope,
    *,
    matter: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[TimelineEntry]:
    """Events before sequence `before`, newest first; of one matter where it is named.

    The caller has made sure that the reader may see the application at all.
    """
    query = _joined().where(Event.bundle == number, _visible(scope))
    if matter is not None:
        query = query.where(Matter.key == matter)
    if before is not None:
        query = query.where(Event.seq < before)
    rows = (await session.execute(query.order_by(Event.seq.desc()).limit(limit))).all()
    said = await texts(session, (digest for row in rows for digest in _every_digest(row.body)))
    return [_entry(row, said) for row in rows]


async def acted(session: ReadSession, number: str, act: str) -> int | None:
    """The last sequence an act came to; None where the register knows of no such act."""
    return await session.scalar(
        select(func.max(Event.seq)).where(Event.bundle == number, Event.act == act)
    )


async def lately_changed(session: ReadSession, limit: int) -> Sequence[str]:
    """The running applications to which the last `limit` events recorded belong."""
    last = (
        select(Event.bundle)
        .order_by(Event.transaction.desc(), Event.position.desc())
        .limit(limit)
        .subquery()
    )
    found = await session.scalars(
        select(Bundle.number)
        .where(Bundle.number.in_(select(last.c.bundle)), Bundle.status != BundleStatus.CLOSED)
        .order_by(Bundle.number)
    )
    return found.all()


def _joined() -> Select[*tuple[Any, ...]]:
    body: SQLColumnExpression[Any] = Event.body
    for name in _HEAVY:
        body = body.op("-")(name)
    absent, given = aliased(Account), aliased(Account)
    return (
        select(
            Event.seq,
            Event.at,
            Event.kind,
            Event.act,
            Event.actor,
            body.label("body"),
            Event.body["plan"]["despite"].label("despite"),
            Account.name.label("actor_name"),
            absent.name.label("stands_for_name"),
            given.name.label("to_name"),
            Matter.key.label("matter"),
            Matter.name.label("matter_name"),
            Matter.department_name,
            Task.id.label("task"),
            Task.name.label("task_name"),
            Task.kind.label("task_kind"),
            Material.code.label("material"),
            Material.name.label("material_name"),
            Document.id.label("document"),
            Document.name.label("document_name"),
        )
        .outerjoin(Account, Account.id == Event.actor["id"].astext)
        .outerjoin(absent, absent.id == Event.actor["stands_for"].astext)
        .outerjoin(given, given.id == _given_to())
        .outerjoin(Document, Document.id == _named("document"))
        .outerjoin(
            Matter,
            (Matter.bundle == Event.bundle)
            & (Matter.key == func.coalesce(Event.matter, Document.matter)),
        )
        .outerjoin(Task, Task.id == _named("task"))
        .outerjoin(
            Material,
            (Material.bundle == Event.bundle) & (Material.code == Event.body["material"].astext),
        )
    )


def _named(part: str) -> ColumnElement[str]:
    """The id of what the event is about: it holds either the thing itself or only its id."""
    return func.coalesce(Event.body[part]["id"].astext, Event.body[part].astext)


def _given_to() -> ColumnElement[str]:
    """The account a task was handed to, or asked to look at it, or who stays away."""
    asked = Event.body["proposal"]["to"].astext
    return func.coalesce(asked, Event.body["officer"].astext, Event.body["to"].astext)


def _visible(scope: Scope) -> ColumnElement[bool]:
    """A department reads of its own matters, of papers and documents that concern them.

    Nobody reads of a matter that he is not trusted with.
    """
    own = aliased(Matter)
    needs_it = exists().where(
        own.bundle == Event.bundle,
        of_department(scope, own.department),
        covered(scope, own.item, own.confidentiality),
        func.jsonb_exists(Material.gates, own.key),
    )
    trusted = and_(
        unconcerned(scope, Event.bundle),
        or_(Matter.key.is_(None), covered(scope, Matter.item, Matter.confidentiality)),
    )
    if scope.department is None:
        gated = func.jsonb_array_length(Material.gates) > 0
        papers = or_(Material.code.is_(None), ~gated, needs_it)
        return and_(trusted, papers) if scope.is_bounded else trusted
    seen = or_(
        Event.kind.in_(_WHOLE),
        handled(scope),
        (Event.kind == "officer_recused") & (Event.actor["department"].astext == scope.department),
        Document.id.is_not(None) & Document.matter.is_(None),
        needs_it,
    )
    return and_(trusted, seen)


def _entry(row: Any, said: Mapping[str, str]) -> TimelineEntry:  # noqa: ANN401 - a row of `_joined`
    body: Mapping[str, Any] = row.body
    actor = Actor.model_validate(row.actor)
    clock = body.get("clock")
    return TimelineEntry(
        **{name: getattr(row, name) for name in _PLAIN},
        actor=actor.id,
        actor_role=actor.role,
        actor_department=actor.department,
        system=not _is_own(row, body) or actor.role is Role.SYSTEM,
        outcome=body.get("outcome") or _completion(body).get("outcome"),
        clock=clock["kind"] if isinstance(clock, dict) else clock,
        way=body.get("way"),
        reason=_plain(body, "reason") or _plain(body, "says"),
        **_details(body, said),
        reasons=tuple(said.get(digest, "") for digest in _digests(body)),
        bases=tuple(Basis.model_validate(basis) for basis in body.get("bases", ())),
        # What the applicant was told, and applied all the same.
        despite=tuple(told["reason"] for told in row.despite or ()),
    )


def _is_own(row: Any, body: Mapping[str, Any]) -> bool:  # noqa: ANN401 - a row of `_joined`
    """A person's act. A request opens tasks and takes them back at somebody's word."""
    if row.kind == "task_opened":
        return row.task_kind in _ASKED and body["task"].get("on") is None
    if row.kind == "task_cancelled":
        return row.task_kind in _ASKED and not body.get("obsolete")
    return row.kind in _OWN


def _completion(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was proposed, where somebody is asked to look at it."""
    return (body.get("proposal") or {}).get("completion") or {}


def _details(body: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    """What single kinds of events tell besides."""
    procedure, extension = body.get("procedure"), body.get("extension") or {}
    started = procedure if isinstance(procedure, dict) else {}
    texts_of = {name: _text(body, name, said) for name in ("place", "was", "becomes")}
    named = {name: _plain(body, name) for name in ("field", "mode", "grade", "lapse", "organ")}
    return {
        **texts_of,
        **named,
        "days": body.get("days") or started.get("days") or extension.get("days"),
        "procedure": started.get("name"),
        "on": body.get("on"),
        "companions": tuple(body.get("companions") or ()),
        **_of_task(body, said),
    }


def _of_task(body: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    """What happened to a task besides: whose it is now, what it waits for, why it went back."""
    waiting, opened = body.get("waiting") or {}, body.get("task")
    asked = opened.get("department") if isinstance(opened, dict) else None
    return {
        "to": _plain(body, "to"),
        "to_department": _plain(body, "department") or asked,
        "rung": _plain(body, "rung"),
        "cause": waiting.get("cause"),
        "until": waiting.get("until"),
        "faults": tuple(
            PointSaid(
                fault=point["fault"],
                material=point.get("material"),
                field=point.get("field"),
                says=said.get(Reason.model_validate(point["says"]).text, ""),
            )
            for point in body.get("points") or ()
            if "says" in point
        ),
    }


def _plain(body: Mapping[str, Any], name: str) -> str | None:
    """A word of the event's own; where a person wrote it, it is a digest and told as a reason."""
    found = body.get(name)
    return found if isinstance(found, str) else None


def _text(body: Mapping[str, Any], name: str, said: Mapping[str, str]) -> str | None:
    found = body.get(name)
    return said.get(Reason.model_validate(found).text) if isinstance(found, dict) else None


def _digests(body: Mapping[str, Any]) -> Iterable[str]:
    """The digests of what a person wrote as the reason of this event."""
    points = [point["defect"] for point in body.get("points") or () if "defect" in point]
    points += _opened_for(body)
    alone = [body[name] for name in ("objection", "reason") if isinstance(body.get(name), dict)]
    digests = [Reason.model_validate(r).text for r in (*body.get("reasons", ()), *alone, *points)]
    extension = body.get("extension")
    return [*digests, *([extension["reason"]] if extension and extension["reason"] else [])]


def _opened_for(body: Mapping[str, Any]) -> list[Any]:
    """What is asked with a task, what it waits for, what is proposed: reasons one level below."""
    opened = body.get("task")
    asked = opened if isinstance(opened, dict) and opened.get("kind") in _ASKED else {}
    inner = (asked, body.get("waiting") or {}, _completion(body))
    return [reason for each in inner for reason in each.get("reasons") or ()]


def _every_digest(body: Mapping[str, Any]) -> Iterable[str]:
    beside = [body[name] for name in ("place", "was", "becomes") if body.get(name)]
    beside += [point["says"] for point in body.get("points") or () if "says" in point]
    return [*_digests(body), *(Reason.model_validate(each).text for each in beside)]
