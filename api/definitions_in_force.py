"""Which definitions there are: the release's and the database's, so that every process agrees."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from activities.store.desk import definitions as kept
from activities.store.desk.definitions import RELEASE, PublicationView
from activities.store.engine import Store
from api.following import follow
from definitions.loading import Library, Loaded, Term, reread

log = structlog.get_logger(__name__)

EVERY = 2.0


class DefinitionsInForce:
    """The library as this process knows it: what was shipped, and what was published here.

    `current` asks the database whether anything is new; `value` is what was read last.
    """

    def __init__(self, store: Store, shipped: Library) -> None:
        self._store = store
        self._shipped = shipped
        self._value = shipped
        self._marks = (0, 0)
        self._turn = asyncio.Lock()

    @property
    def value(self) -> Library:
        """As read last."""
        return self._value

    async def current(self) -> Library:
        """The library as it is now."""
        async with self._turn, self._store.reading() as session:
            marks = await kept.marks(session)
            if marks != self._marks:
                found = await kept.publications(session)
                self._value = await asyncio.to_thread(merged, self._shipped, self._value, found)
                self._marks = marks
        return self._value

    async def follow(self) -> None:
        """Keep `value` near what is there."""
        await follow("definitions", self.current, every=EVERY)


def merged(shipped: Library, before: Library, published: Sequence[PublicationView]) -> Library:
    """The shipped library with what was published on top; what is known already is not read again.

    A text this release cannot read (it was published under a later one) is left out, and said so.
    """
    known = {each.sha256: each for each in (*before.services, *shipped.services)}
    found = {(d.definition.service, d.definition.version): d for d in shipped.services}
    terms: dict[tuple[str, int], Term] = {}
    for each in published:
        name = (each.service, each.version)
        loaded = known.get(each.sha256) or _read(each)
        if loaded is None:
            continue
        found[name] = loaded
        since = None if each.approved_by == RELEASE else each.published_at
        terms[name] = Term(published=since, retired=each.retired_at)
    services = tuple(found[name] for name in sorted(found))
    return replace(shipped, services=services, terms=terms)


def _read(each: PublicationView) -> Loaded | None:
    try:
        return reread(each.composed, each.sha256)
    except ValueError:
        log.exception("definition_not_read", service=each.service, version=each.version)
        return None
