"""Pages of rows of some statuses in the order of their ids, whatever the table has grown to.

An index by owner, status and id has the rows of each status in order, those of several it has not:
the first of each are read and merged, and no more is read than a page of each.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Select,
    SQLColumnExpression,
    Text,
    cast,
    func,
    select,
    true,
)


def merged(
    key: SQLColumnExpression[str],
    status: SQLColumnExpression[str],
    statuses: Sequence[str],
    *conditions: ColumnElement[bool],
    within: FromClause | None = None,
    after: str | None,
    limit: int,
) -> Select[tuple[str]]:
    """The keys of the page. `conditions` may name the columns of `within`, read row by row."""
    wanted: Any = (
        func.unnest(cast(list(statuses), ARRAY(Text)))
        .table_valued("status", name="of")
        .render_derived()
    )
    beside: tuple[FromClause, ...] = (wanted,) if within is None else (wanted, within)
    first: Select[tuple[str]] = select(key.label("key")).where(
        *conditions, status == wanted.c.status
    )
    if after is not None:
        first = first.where(key > after)
    each = wanted if within is None else within.join(wanted, true())
    page = first.order_by(key).limit(limit).correlate(*beside).lateral("first")
    return select(page.c.key).select_from(each.join(page, true())).order_by("key").limit(limit)
