"""What 领取下一件 chooses from, and what of the person counts in it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, literal, select, union_all

from activities.store.engine import ReadSession
from activities.store.reading.scope import Scope
from activities.store.reading.selecting import TaskFilter, TaskQuery, page
from activities.store.tables.desk import Application
from activities.store.tables.inbox import Offer
from activities.store.tables.register import Bundle, Event, Task
from definitions.language.roles import Role
from definitions.rules.pulling import Waiting

LOOK = 100
_LATELY = 5


async def waiting_tasks(
    session: ReadSession,
    scope: Scope,
    roles: tuple[Role, ...],
    *,
    account: str,
    now: datetime,
    items: tuple[str, ...] = (),
) -> Sequence[Waiting]:
    """The most pressing tasks that this person may take and nobody else is just being offered."""
    asked = TaskQuery(status=TaskFilter.READY, roles=roles, items=items, now=now)
    offered = exists().where(Offer.task == Task.id, Offer.until > now, Offer.account != account)
    some = page(scope, asked, after=None, limit=LOOK, also=~offered).subquery()
    found = await session.execute(
        select(Task.id, Task.kind, Task.item, Task.opened_at, Task.due_at, Application.firm_code)
        .join(some, some.c.id == Task.id)
        .join(Bundle, Bundle.number == Task.bundle)
        .join(Application, Application.id == Bundle.application)
    )
    return [
        Waiting(
            task=row.id,
            kind=row.kind,
            item=row.item,
            # Who has no code is nobody's second.
            applicant=row.firm_code or row.id,
            opened_at=row.opened_at,
            due_at=row.due_at,
        )
        for row in found
    ]


async def held_by(session: ReadSession, account: str) -> int:
    """How many open tasks this person has."""
    few = select(literal(1)).select_from(Task).where(_held(account)).limit(1000).subquery()
    return await session.scalar(select(func.count()).select_from(few)) or 0


async def last_applicants(session: ReadSession, account: str) -> tuple[str, ...]:
    """Whose applications this person took lately, the latest first."""
    taken = (
        select(Event.bundle, Event.at)
        .join(Task, (Task.bundle == Event.bundle) & (Task.id == Event.body["task"].astext))
        .where(_held(account), Event.kind == "task_claimed", Event.actor["id"].astext == account)
        .order_by(Event.at.desc())
        .limit(_LATELY)
    )
    done = (
        select(Task.bundle, Task.completed_at.label("at"))
        .where(Task.assignee == account, ~Task.open, Task.completed_at.is_not(None))
        .order_by(Task.completed_at.desc())
        .limit(_LATELY)
    )
    both = union_all(select(*taken.subquery().c), select(*done.subquery().c)).subquery()
    found = await session.scalars(
        select(Application.firm_code)
        .join(Bundle, Bundle.application == Application.id)
        .join(both, both.c.bundle == Bundle.number)
        .order_by(both.c.at.desc())
    )
    return tuple(dict.fromkeys(found))


async def claimed_under(session: ReadSession, account: str, act: str) -> str | None:
    """The task that this very act has claimed, where the person has it still or did it lately."""
    mine = union_all(
        select(Task.bundle).where(_held(account)),
        select(
            select(Task.bundle)
            .where(Task.assignee == account, ~Task.open, Task.completed_at.is_not(None))
            .order_by(Task.completed_at.desc())
            .limit(20)
            .subquery()
            .c.bundle
        ),
    ).subquery()
    return await session.scalar(
        select(Event.body["task"].astext)
        .where(
            Event.bundle.in_(select(mine.c.bundle)),
            Event.act == act,
            Event.kind == "task_claimed",
        )
        .limit(1)
    )


def _held(account: str) -> ColumnElement[bool]:
    return and_(Task.open, Task.assignee == account)
