"""Keyset paging: a page and an opaque cursor to the next; never an offset, never a total."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from api.problems import Fault, Problem
from definitions.errors import Code

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=200, description="每页条数")]
After = Annotated[str | None, Query(max_length=400, description="上一页的 `next`")]
Key = Sequence[str | int | datetime]


class Page(BaseModel, Generic[T]):
    """A page; `next` is the cursor of the following one, or null at the end."""

    items: list[T]
    next: str | None = Field(default=None, examples=["WyIyMDI2LTExLTI0VDE2OjAwOjAwKzAwOjAwIl0"])


def paged(found: Sequence[T], limit: int, key: Callable[[T], Key]) -> Page[T]:
    """What was found where `limit` of it were asked for: a full page may have another after it."""
    more = cursor(key(found[-1])) if len(found) == limit else None
    return Page(items=list(found), next=more)


def cursor(key: Key) -> str:
    """The key of a page's last item, as clients carry it."""
    parts = [part.isoformat() if isinstance(part, datetime) else part for part in key]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def key_of(after: str | None, length: int) -> list[str] | None:
    """The parts of a cursor. Raises `invalid` for what is not one of ours."""
    if after is None:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, binascii.Error):
        parts = None
    if not isinstance(parts, list) or len(parts) != length:
        raise _bad_cursor()
    return [str(part) for part in parts]


def after_number(after: str | None) -> int | None:
    """The number that is the whole key of a cursor. Raises `invalid`."""
    key = key_of(after, 1)
    return number(key[0]) if key else None


def after_id(after: str | None) -> str | None:
    """The id that is the whole key of a cursor. Raises `invalid`."""
    key = key_of(after, 1)
    return key[0] if key else None


def moment(text: str) -> datetime:
    """A moment inside a cursor. Raises `invalid`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _bad_cursor() from None
    if found.tzinfo is None:
        raise _bad_cursor()
    return found


def number(text: str) -> int:
    """A number inside a cursor. Raises `invalid`."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004 - a bigint
        raise _bad_cursor()
    return int(text)


def _bad_cursor() -> Problem:
    fault = Fault(pointer="/query/after", rule="cursor", message="翻页位置无效，请从第一页开始")
    return Problem(Code.INVALID, fault.message, errors=[fault])
