"""How a source is asked for its facts: whole, as of a day, unless there is nothing new."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Protocol

from definitions.language.benefits import SubjectKind


class FeedAway(Exception):
    """The source did not answer, or not with what it should; in two words, without its answer."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a source knows, one JSON object a line; `file` is read from its beginning."""

    as_of: date
    file: BinaryIO


class FactFeed(Protocol):
    """The sources of facts as one."""

    def fetch(
        self, source: str, kind: SubjectKind, since: date | None, known: str = ""
    ) -> AbstractAsyncContextManager[Delivery | None]:
        """What is newer than `since` and not the bytes of the hash `known`; None: nothing.

        A source that is not connected has nothing, ever. Raises `FeedAway`.
        """
        ...


class NoFeeds:
    """No source is connected: facts come in files only."""

    @asynccontextmanager
    async def fetch(
        self, source: str, kind: SubjectKind, since: date | None, known: str = ""
    ) -> AsyncIterator[Delivery | None]:
        """Nothing."""
        del source, kind, since, known
        yield None
