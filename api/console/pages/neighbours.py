"""上一件 下一件: the tasks beside this one in the list that was looked at last."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from activities.store.engine import ReadSession
from activities.store.reading import tasks as reading
from activities.store.reading.tasks import TaskView
from api.auth.identity import workable_roles
from api.console.fill.lists import INBOX, Listed, Reader, due_of, query_of
from api.console.fill.tasks import task_url
from api.console.request import Visit, stands_for, task_scope
from api.inbox import due_by
from api.paging import key_of, moment
from api.problems import Problem
from definitions.language.roles import WINDOW
from definitions.rules.permissions import Act

LIST = "yijianshi_list"
"""The cookie with the query of the list that was looked at last."""
ROWS = 40


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where the list goes on; empty addresses are its ends."""

    previous_url: str = ""
    next_url: str = ""


def inbox_url(visitor: Visit) -> str:
    """The list that was looked at last."""
    listed, after = _last(visitor)
    if not listed.view:
        return INBOX
    return f"{listed.url()}&after={after}" if after else listed.url()


async def neighbours(visitor: Visit, session: ReadSession, task: TaskView) -> Neighbours:
    """Before and after the task in that list; for one that has left it, the list's first."""
    if not visitor.may(Act.WORK_TASK):
        return Neighbours()
    listed, after = _last(visitor)
    if not listed.view:
        listed, after = Listed("ready"), ""
    found = await list_of(visitor, session, listed, after, limit=ROWS + 1)
    names = [each.id for each, _ in found]
    if task.id not in names:
        following = next((name for name in names if name != task.id), "")
        return Neighbours(next_url=task_url(following) if following else "")
    at = names.index(task.id)
    return Neighbours(
        task_url(names[at - 1]) if at else "",
        task_url(names[at + 1]) if at + 1 < len(names) else "",
    )


async def list_of(
    visitor: Visit, session: ReadSession, listed: Listed, after: str, *, limit: int
) -> list[tuple[TaskView, datetime]]:
    """A page of a list. Raises `invalid` for a cursor that is none."""
    key = key_of(after or None, 2)
    overdue, within = due_of(listed)
    asked = query_of(
        listed,
        await reader_of(visitor, session),
        items_of(visitor),
        due_by=due_by(visitor.services, overdue=overdue, within=within),
        now=visitor.services.now(),
    )
    found = await reading.tasks(
        session,
        task_scope(visitor.who),
        asked,
        after=(moment(key[0]), key[1]) if key else None,
        limit=limit,
    )
    return list(found)


async def reader_of(visitor: Visit, session: ReadSession) -> Reader:
    """Whose lists these are."""
    roles = workable_roles(visitor.actor) if visitor.may(Act.WORK_TASK) else None
    return Reader(visitor.actor.id, roles, await stands_for(visitor, session))


def items_of(visitor: Visit) -> Mapping[str, str]:
    """The items of the reader's lists by code: of the department, within the authority."""
    own, allowed = visitor.actor.department, visitor.who.account.items
    every = not visitor.may(Act.WORK_TASK) or own == WINDOW
    library = visitor.services.library
    organs = {organ.code: organ for organ in library.catalogue.departments}
    named = {
        f"{organ.uscc}{organ.level}{matter.item}": matter.name
        for loaded in library.services
        for matter in loaded.definition.matters
        if (organ := organs.get(matter.department)) and (every or organ.code == own)
    }
    return {code: name for code, name in named.items() if not allowed or code in allowed}


def _last(visitor: Visit) -> tuple[Listed, str]:
    """The list of the cookie with its place; what is broken is no list."""
    query, _, after = visitor.request.cookies.get(LIST, "").partition("|")
    listed = Listed.read(query)
    try:
        key = key_of(after or None, 2)
        if key:
            moment(key[0])
    except Problem:
        return replace(listed, view=""), ""
    return listed, after
