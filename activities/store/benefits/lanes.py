"""Lanes: the rows of one phase split among chunks that run at the same time, none in two."""

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, func, true

from activities.contracts.benefits import Chunk


def in_lane(chunk: Chunk, key: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Whether a row belongs to the chunk's lane. The same row is always in the same one."""
    if chunk.lanes == 1:
        return true()
    # Without the sign's bit: the remainder of a negative number would be negative.
    spread = func.hashtext(cast(key, Text)).op("&")(0x7FFFFFFF)
    return func.mod(spread, chunk.lanes) == chunk.lane
