"""The matters of an application."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import select

from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.reading.scope import Read, Scope, handled, seen_matters
from activities.store.tables.register import Matter
from definitions.bundle.rows import Special
from definitions.language.base import Basis
from definitions.language.roles import Confidentiality
from definitions.matter.values import Reason
from definitions.rules.clocks import Clock

_RESOLVED = frozenset({"reasons", "texts"})


class ClockView(Read):
    """A limit: from when, how long, until when, by which article.

    No `due_at` while a special procedure stops it (`stopped`), or where no calendar reaches so far.
    `facts` is what it is reckoned from; limits recorded before there were ledgers have none.
    """

    kind: str
    name: str | None = None
    days: int
    unit: str
    basis: Basis | None
    started_at: datetime
    due_at: datetime | None
    window_until: datetime | None = None
    provisional: bool
    stopped: bool = False
    stopped_at: datetime | None
    expired: bool
    facts: Clock | None = None


class LinkedMatter(Read):
    """How another department's matter stands: no more than that."""

    key: str
    position: int
    name: str
    department: str
    department_name: str
    status: str
    result: str | None
    needs: tuple[tuple[str, str], ...]


class MatterView(LinkedMatter):
    """One matter. `reasons` are the decision's texts.

    `texts` are those that `special` and `clocks` refer to by digest.
    """

    number: str
    version: int
    reason: str | None
    step: str | None
    received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    due_at: datetime | None
    due_kind: str | None
    due_provisional: bool
    overdue: bool
    suspended: bool = False
    special: Special = Special()
    clocks: tuple[ClockView, ...]
    gates: tuple[str, ...]
    missing: tuple[str, ...]
    decided_by: str | None
    reasons: tuple[str, ...] = ()
    reason_bases: tuple[Basis, ...]
    bases: tuple[Basis, ...]
    remedies: tuple[str, ...]
    texts: Mapping[str, str] = {}
    item: str = ""
    confidentiality: Confidentiality = Confidentiality.ORDINARY


async def matters_of(session: ReadSession, number: str) -> tuple[MatterView, ...]:
    """Every matter of an application, in plan order."""
    rows = await session.scalars(
        select(Matter).where(Matter.bundle == number).order_by(Matter.position)
    )
    return await views(session, list(rows))


async def matter(session: ReadSession, number: str, key: str, scope: Scope) -> MatterView | None:
    """One matter, where the reader may see it."""
    row = await session.scalar(
        select(Matter).where(Matter.bundle == number, Matter.key == key, seen_matters(scope))
    )
    return (await views(session, [row]))[0] if row else None


async def split(
    session: ReadSession, number: str, scope: Scope
) -> tuple[tuple[MatterView, ...], tuple[LinkedMatter, ...]]:
    """The matters the reader may see, and how those of others stand.

    Of what is more confidential than the reader may know of, nothing is told, nor who waits for it.
    """
    matters = await matters_of(session, number)
    theirs = None
    if scope.department is not None:
        found = await session.scalars(
            select(Matter.key).where(Matter.bundle == number, handled(scope))
        )
        theirs = frozenset(found)
    known = tuple(m for m in matters if scope.clears(m.confidentiality))
    if scope.department is None and scope.items:
        known = tuple(m for m in known if m.item in scope.items)
    keys = {matter.key for matter in known}
    own = tuple(
        _among(matter, keys)
        for matter in known
        if scope.covers(matter.item, matter.confidentiality)
        and (theirs is None or matter.key in theirs)
    )
    seen = {matter.key for matter in own}
    linked = tuple(
        LinkedMatter(**{n: getattr(_among(matter, keys), n) for n in LinkedMatter.model_fields})
        for matter in known
        if matter.key not in seen
    )
    return own, linked


def _among(matter: MatterView, keys: set[str]) -> MatterView:
    needs = tuple(need for need in matter.needs if need[0] in keys)
    return matter if needs == matter.needs else matter.model_copy(update={"needs": needs})


async def views(session: ReadSession, rows: list[Matter]) -> tuple[MatterView, ...]:
    """The rows as people read them, in the order given."""
    reasons = {
        (row.bundle, row.key): [Reason.model_validate(reason).text for reason in row.reasons]
        for row in rows
    }
    beside = {(row.bundle, row.key): tuple(_beside(row)) for row in rows}
    digests = (digest for each in (*reasons.values(), *beside.values()) for digest in each)
    said = await texts(session, digests)
    return tuple(
        MatterView(
            **{n: getattr(row, n) for n in MatterView.model_fields if n not in _RESOLVED},
            reasons=tuple(said.get(digest, "") for digest in reasons[row.bundle, row.key]),
            texts={d: said[d] for d in beside[row.bundle, row.key] if d in said},
        )
        for row in rows
    )


def _beside(row: Matter) -> Iterator[str]:
    """The digests that a notice's points and the extensions of limits refer to."""
    notice = Special.model_validate(row.special).notice
    yield from (point.defect.text for point in (notice.points if notice else ()))
    for clock in row.clocks:
        yield from (each["reason"] for each in (clock.get("facts") or {}).get("extensions", ()))
