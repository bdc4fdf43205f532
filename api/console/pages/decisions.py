"""准予决定公开: grants that anybody may read (行政许可法 40)."""

from typing import Annotated

from fastapi import Query, Request, Response

from activities.store.reading.disclosed import disclosed
from api.console.request import page, public_frame
from api.console.request import router as pages
from api.console.views.public import DecisionRow, DecisionsPage
from api.console.views.shared import Pager
from api.paging import cursor, key_of, moment
from api.services import Given

router = pages()
_ROWS = 30


@router.get("/decisions")
async def decisions(
    request: Request, given: Given, after: Annotated[str | None, Query(max_length=400)] = None
) -> Response:
    """The latest first."""
    key = key_of(after, 3)
    async with given.store.reading() as session:
        found = await disclosed(
            session, after=(moment(key[0]), key[1], key[2]) if key else None, limit=_ROWS
        )
    more = cursor(found[-1][1]) if len(found) == _ROWS else ""
    view = DecisionsPage(
        frame=public_frame(request, given, "准予决定公开"),
        rows=tuple(
            DecisionRow(
                item=each.item,
                firm=each.firm_name,
                uscc=each.firm_code,
                organ=each.department_name,
                decided_on=each.decided_on,
                numbers=each.documents,
            )
            for each, _ in found
        ),
        pager=Pager("", f"/decisions?after={more}" if more else ""),
    )
    return page(request, view)
