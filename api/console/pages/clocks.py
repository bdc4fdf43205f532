"""A matter's limits with their whole working, for those who handle it."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import Path, Response

from activities.store.desk.accounts import accounts
from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.reading.bundles import bundle_head
from activities.store.reading.clocks import Ledgers, ledgers
from activities.store.reading.explained import calendar_of
from api.console.fill.clock_sheets import Told, sheet
from api.console.fill.matters import bundle_url, matter_url
from api.console.fill.seen import seen_by
from api.console.pages.case import crumbs
from api.console.request import Visiting, page
from api.console.request import router as pages
from api.console.views.clocks import ClocksPage
from api.console.views.shared import Breadcrumb, Link
from definitions.errors import Code, Refused
from definitions.rules.clocks import Clock

router = pages()


@router.get("/console/bundles/{number}/matters/{key}/clocks")
async def clocks(
    visitor: Visiting,
    number: Annotated[str, Path(max_length=40)],
    key: Annotated[str, Path(max_length=24)],
) -> Response:
    """Every limit of the matter, day by day: the running ones first."""
    seen, scope = seen_by(visitor), visitor.who.scope
    async with visitor.services.store.reading() as session:
        head = await bundle_head(session, number, scope)
        found = await ledgers(session, number, scope, matter=key) if head else ()
        if not found:
            raise Refused(Code.UNKNOWN_MATTER, f"没有事项 {key}，或者它不归您的部门")
        calendar = await calendar_of(session, number) or visitor.services.calendar
        told = await _told(session, found)
    (matter,) = found
    way = (*crumbs(visitor), Breadcrumb(number, bundle_url(number)))
    here = matter_url(number, key)
    view = ClocksPage(
        frame=await visitor.frame(
            f"{matter.name}：时限怎样算",
            nav=way[0].url,
            crumbs=(*way, Breadcrumb(matter.name, here)),
        ),
        bundle=Link(number, bundle_url(number)),
        matter=Link(matter.name, here),
        organ=matter.department_name,
        sheets=tuple(
            sheet(clock, calendar, seen.now, seen.basis, matter="", told=told)
            for clock in in_turn(matter.clocks)
        ),
    )
    return page(visitor.request, view)


def in_turn(clocks_: Iterable[Clock]) -> list[Clock]:
    """Those that run before those that have ended, each in the order they began."""
    return sorted(clocks_, key=lambda clock: clock.stopped_at is not None)


async def _told(session: ReadSession, found: Iterable[Ledgers]) -> Told:
    extensions = [e for matter in found for clock in matter.clocks for e in clock.extensions]
    if not extensions:
        return Told()
    people: Mapping[str, str] = {account.id: account.name for account in await accounts(session)}
    return Told(people, await texts(session, (each.reason for each in extensions)))
