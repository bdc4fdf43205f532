"""Documents that left the house, or lie at the counter to be handed out."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select, tuple_

from activities.store.engine import ReadSession
from activities.store.reading.matters import MatterView
from activities.store.reading.scope import Read, Scope, seen_documents
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Document


class DocumentView(Read):
    """One document; `matter` is None for those of the application as a whole."""

    id: str
    bundle: str
    matter: str | None
    kind: str
    name: str
    number: str
    counter: bool
    version: int
    issued_at: datetime
    delivered_at: datetime | None
    delivered_by: str | None


class DocumentToDeliver(DocumentView):
    """A paper at the counter, and whose it is."""

    service_name: str
    firm_name: str


async def documents_of(
    session: ReadSession, number: str, matters: Collection[MatterView]
) -> tuple[DocumentView, ...]:
    """The documents of these matters and of the application as a whole, in the order made."""
    keys = [matter.key for matter in matters]
    rows = await session.scalars(
        select(Document)
        .where(Document.bundle == number, or_(Document.matter.is_(None), Document.matter.in_(keys)))
        .order_by(Document.issued_at, Document.id)
    )
    return tuple(DocumentView.model_validate(row) for row in rows)


async def document(session: ReadSession, name: str, scope: Scope) -> DocumentView | None:
    """One document, where the reader may see it."""
    query = select(Document).where(Document.id == name, seen_documents(scope))
    row = await session.scalar(query)
    return DocumentView.model_validate(row) if row else None


async def to_deliver(
    session: ReadSession, scope: Scope, *, after: tuple[datetime, str] | None, limit: int
) -> Sequence[DocumentToDeliver]:
    """Papers at the counter, the oldest first. Only the window asks."""
    query = (
        select(Document, Bundle.name, Application.firm_name)
        .join(Bundle, Bundle.number == Document.bundle)
        .join(Application, Application.id == Bundle.application)
        .where(Document.counter, Document.delivered_at.is_(None), seen_documents(scope))
    )
    if after is not None:
        query = query.where(tuple_(Document.issued_at, Document.id) > after)
    found = await session.execute(query.order_by(Document.issued_at, Document.id).limit(limit))
    return [
        DocumentToDeliver(
            **dict(DocumentView.model_validate(row)), service_name=service, firm_name=firm
        )
        for row, service, firm in found
    ]
