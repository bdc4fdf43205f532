"""The inbox: its lists, what is kept of their filters, the next task, many at once."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Path, Query, Response

from activities.store.desk.accounts import accounts_of
from activities.store.desk.views import drop_view, keep_view, views_of
from activities.store.engine import ReadSession
from activities.store.reading import tasks as reading
from activities.store.reading.presence import lookers_of
from activities.store.reading.tasks import Counts
from api.auth.identity import workable_roles
from api.console.fill.inbox import bulk, columns, empty, rows, saved
from api.console.fill.lists import INBOX, Listed, filters, tabs
from api.console.fill.outcomes import Colleague
from api.console.fill.seen import seen_by
from api.console.pages.neighbours import LIST, ROWS, items_of, list_of
from api.console.request import (
    Posting,
    Visit,
    Visiting,
    moved,
    page,
    stands_for,
    submission,
    task_scope,
)
from api.console.request import router as pages
from api.console.views.desk import InboxPage
from api.console.views.shared import Pager
from api.inbox import dressed
from api.paging import cursor
from definitions.language.roles import Role
from definitions.rules.permissions import Act

router = pages()

_TRAIL = 20
_LONGEST_NAME = 30
After = Annotated[list[str] | None, Query(max_length=_TRAIL + 1)]
Text = Annotated[str, Query(max_length=60)]


@router.get(INBOX)
async def inbox(visitor: Visiting, after: After = None) -> Response:
    """What there is to do, most urgent first."""
    seen, works = seen_by(visitor), visitor.may(Act.WORK_TASK)
    asked = Listed.of(dict(visitor.request.query_params))
    way = list(after or ())[-_TRAIL:]
    async with visitor.services.store.reading() as session:
        counts = await counts_of(visitor, session)
        listed = asked if asked.view else Listed(_first_view(counts, works=works), asked.item)
        place = way[-1] if way else ""
        found = await list_of(visitor, session, listed, place, limit=ROWS)
        shown = await dressed(visitor.services, session, [task for task, _ in found])
        looking = await lookers_of(session, [each.id for each, _ in found], seen.now)
        kept = await views_of(session, visitor.actor.id)
        people = await _people(session, visitor)
    last = found[-1] if len(found) == ROWS else None
    nav = Listed(listed.view).url() if listed.view in {"done", "asked"} else INBOX
    view = InboxPage(
        frame=await visitor.frame(
            "已办" if listed.view == "done" else "待办", nav=nav, live="inbox"
        ),
        tabs=tabs(listed, counts, works=works, asks=visitor.may(Act.ASK)),
        filters=filters(listed, items_of(visitor)),
        saved=saved(listed, kept) if works else None,
        pull=submission(f"{INBOX}/pull") if works else None,
        columns=columns(shown) if listed.item else (),
        rows=rows(seen, shown, looking, wide=bool(listed.item)),
        bulk=bulk(seen, listed, people) if shown else None,
        pager=pager(INBOX, listed.query, way, cursor((last[1], last[0].id)) if last else ""),
        empty=empty(listed, counts, works=works),
    )
    answer = page(visitor.request, view)
    said = f"{urlencode(listed.query)}|{place}"
    answer.set_cookie(LIST, said, httponly=True, samesite="lax")
    return answer


@router.post(f"{INBOX}/views")
async def keep(visitor: Visiting, form: Posting) -> Response:
    """Keep the present filters under a name."""
    listed = Listed.of(dict(parse_qsl(form.one("query")[:2000])))
    name = form.one("name").strip()[:_LONGEST_NAME]
    if not name:
        return moved(listed.url(), "没有保存：请给常用筛选起一个名称。")
    key = hashlib.sha256(f"{visitor.actor.id}:{form.sent.key}".encode()).hexdigest()[:24]
    async with visitor.services.store.begin() as session:
        made = await keep_view(
            session, visitor.actor.id, f"view-{key}", name=name, query=listed.query
        )
    said = f"已保存常用筛选“{name}”。" if made else "没有保存：常用筛选太多，请先删除几个。"
    return moved(listed.url(), said)


@router.post(f"{INBOX}/views/{{view}}/remove")
async def remove(visitor: Visiting, view: Annotated[str, Path(max_length=60)]) -> Response:
    """One of them is not needed any more."""
    async with visitor.services.store.begin() as session:
        await drop_view(session, visitor.actor.id, view)
    return moved(INBOX, "已删除常用筛选。")


async def counts_of(visitor: Visit, session: ReadSession) -> Counts:
    """The figures of the tabs."""
    return await reading.counts(
        session,
        visitor.who.scope,
        department=task_scope(visitor.who),
        account=visitor.actor.id,
        roles=workable_roles(visitor.actor),
        now=visitor.services.now(),
        stands_for=await stands_for(visitor, session),
    )


def pager(address: str, query: Mapping[str, str], way: Sequence[str], more: str) -> Pager:
    """By cursors; the address carries the way back, so that nothing is counted."""

    def url(trail: Sequence[str]) -> str:
        return f"{address}?{urlencode([*query.items(), *(('after', each) for each in trail)])}"

    return Pager(url(way[:-1]) if way else "", url([*way, more]) if more else "")


async def _people(session: ReadSession, visitor: Visit) -> tuple[Colleague, ...]:
    found = await accounts_of(session, visitor.actor.department or "")
    return tuple(
        Colleague(each.id, each.name) for each in found if each.role is not Role.DEPARTMENT_SYSTEM
    )


def _first_view(counts: Counts, *, works: bool) -> str:
    """One's own work first; else what may be taken. Who only looks sees all."""
    if not works:
        return "open"
    return "mine" if counts.mine else "ready"
