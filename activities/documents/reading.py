"""Reading what documents rest on: one query a table for all the documents of one call.

What a document says of the application is not read from today's rows but from its events up to the
document's own (`moments`), so that a document made late says the same as one made at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import defer

from activities.documents.moments import Moment, chairs, moments, said
from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.reading.recorded import events_after
from activities.store.tables.desk import Account, Application
from activities.store.tables.register import Bundle, Document


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """What the documents of one application need: `texts` by digest, `people` by account.

    No repr: it belongs into no log.
    """

    application: Application
    receiver: str | None
    people: Mapping[str, str]
    texts: Mapping[str, str]
    moments: Mapping[str, Moment]


async def read(session: ReadSession, number: str, documents: Sequence[Document]) -> Found:
    """Everything the documents need.

    Raises LookupError where the register lacks the application.
    """
    application, receiver = await _application(session, number)
    events = await events_after(session, number, 0)
    return Found(
        application=application,
        receiver=receiver,
        people=await _people(session, chairs(events)),
        texts=await texts(session, said(events)),
        moments=moments(events, {document.id for document in documents}),
    )


async def _application(session: ReadSession, number: str) -> tuple[Application, str | None]:
    """The application, and who took it in."""
    found = await session.execute(
        select(Application, Account.name)
        .join(Bundle, Bundle.application == Application.id)
        .outerjoin(Account, Account.id == Application.submitted_by)
        .where(Bundle.number == number)
        .options(defer(Application.start), defer(Application.answers))
    )
    row = found.first()
    if row is None:
        msg = f"the register does not hold {number} or its application"
        raise LookupError(msg)
    return row[0], row[1]


async def _people(session: ReadSession, accounts: Iterable[str]) -> Mapping[str, str]:
    wanted = sorted(accounts)
    if not wanted:
        return {}
    found = await session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {row[0]: row[1] for row in found}
