"""The activity that numbers, makes and stores documents, each exactly once.

A document's number, moment and file are taken in one transaction with its row in `issued`; whoever
comes second, at once or years later, gets the very same.
"""

import asyncio
from collections import Counter
from datetime import datetime

from sqlalchemy import ARRAY, Integer, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from temporalio import activity

from activities.contracts.documents import Issued, Orders
from activities.documents.compose import Composer
from activities.documents.content import Content
from activities.documents.reading import read
from activities.documents.render import Heading, render
from activities.files import Files, once
from activities.store.engine import Store, WriteSession
from activities.store.tables.base import Base
from activities.store.tables.desk import Serial
from activities.store.tables.register import Issued as IssuedRow
from definitions.bundle.documents import DocumentOrder
from definitions.language.service import Catalogue
from definitions.matter.state import DocumentState, FileRef
from definitions.rules.calendar import local_day

MEDIA_TYPE = "text/html"

# The bare table: the mapped class would take the parameters for columns.
_COUNTERS = Base.metadata.tables[Serial.__tablename__]
_SERIES = insert(_COUNTERS).from_select(
    ["scope", "period", "value"],
    select(
        func.unnest(bindparam("scopes", type_=ARRAY(Text))),
        bindparam("period", type_=Text),
        func.unnest(bindparam("counts", type_=ARRAY(Integer))),
    ),
)
# Raises each counter by its count, in the order given; the same statement however many there are.
_TAKE = _SERIES.on_conflict_do_update(
    index_elements=["scope", "period"],
    set_={"value": _COUNTERS.c.value + _SERIES.excluded.value},
).returning(_COUNTERS.c.scope, _COUNTERS.c.value)


class Issuer:
    """Holds the store, the files and the names of organs and laws for `issue_documents`."""

    def __init__(self, store: Store, files: Files, *, catalogue: Catalogue | None = None) -> None:
        self._store = store
        self._files = files
        self._composer = Composer(catalogue)

    @activity.defn(name="issue_documents")
    async def issue_documents(self, orders: Orders) -> Issued:
        """See `activities.contracts.documents.issue_documents`.

        Two workers may make the same document at once: the unique key decides, the loser's numbers
        go back with its transaction, and it reads what the winner made. Each race lost leaves at
        least one order fewer to make, so there are never more races than orders.
        """
        for _ in orders.orders:
            try:
                return await self._issue(orders)
            except IntegrityError:
                continue
        return await self._issue(orders)

    async def _issue(self, orders: Orders) -> Issued:
        async with self._store.begin() as session:
            made = await _made(session, orders)
            missing = tuple(order for order in orders.orders if order.id not in made)
            if missing:
                made |= await self._make(session, orders.model_copy(update={"orders": missing}))
        return Issued(documents=tuple(made[order.id] for order in orders.orders))

    async def _make(self, session: WriteSession, orders: Orders) -> dict[str, DocumentState]:
        found = await read(session, orders)
        contents = [self._composer.compose(order, found) for order in orders.orders]
        # From here to the commit other documents of these series wait, so only files are made in
        # between. A file without a row (a crash before the commit) is found by nobody.
        numbers = await _numbers(session, orders)
        headings = [
            Heading(title=order.name, number=number, issued_at=orders.at)
            for order, number in zip(orders.orders, numbers, strict=True)
        ]
        files = await asyncio.gather(*map(self._stored, contents, headings))
        made = [
            _document(order, heading.number, heading.issued_at, file)
            for order, heading, file in zip(orders.orders, headings, files, strict=True)
        ]
        await session.execute(
            insert(IssuedRow),
            [
                {
                    "id": document.id,
                    "bundle": orders.bundle,
                    "number": document.number,
                    "issued_at": document.issued_at,
                    "file": document.file.model_dump(mode="json"),
                }
                for document in made
            ],
        )
        return {document.id: document for document in made}

    async def _stored(self, content: Content, heading: Heading) -> FileRef:
        stored = await self._files.put(once(render(content, heading)))
        return FileRef(
            id=stored.sha256, sha256=stored.sha256, size=stored.size, media_type=MEDIA_TYPE
        )


async def _made(session: WriteSession, orders: Orders) -> dict[str, DocumentState]:
    """Those of the orders that were made before, as they were made."""
    wanted = {order.id: order for order in orders.orders}
    rows = await session.scalars(select(IssuedRow).where(IssuedRow.id.in_(list(wanted))))
    return {
        row.id: _document(
            wanted[row.id], row.number, row.issued_at, FileRef.model_validate(row.file)
        )
        for row in rows
    }


def _document(
    order: DocumentOrder, number: str, issued_at: datetime, file: FileRef
) -> DocumentState:
    return DocumentState(
        id=order.id,
        matter=order.matter,
        kind=order.kind,
        name=order.name,
        counter=order.counter,
        issued_at=issued_at,
        number=number,
        file=file,
    )


async def _numbers(session: WriteSession, orders: Orders) -> list[str]:
    """One number (文号) an order, from one counter a series and year.

    Counters are locked in the order of their names, so that no two calls block each other.
    """
    year = str(local_day(orders.at).year)
    counts = Counter(order.series for order in orders.orders)
    scopes = sorted(counts)
    rows = await session.execute(
        _TAKE, {"scopes": scopes, "period": year, "counts": [counts[name] for name in scopes]}
    )
    last = {scope: value - counts[scope] for scope, value in rows}
    numbers: list[str] = []
    for order in orders.orders:
        last[order.series] += 1
        numbers.append(f"{order.series}〔{year}〕{last[order.series]:06d}号")
    return numbers
