"""Making the files of documents that were issued, each once.

A document is due, numbered and dated by the application's own events; here it becomes a file.
Nobody waits for that: `print_waiting` follows the outbox, and `file_of` makes what somebody asks
for first. Both read only what the events fixed, so the file is the same whenever it is made.
"""

import asyncio
import time
from collections.abc import Sequence

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from activities.documents.composing.composer import Composer
from activities.documents.content.every import Content
from activities.documents.reading import read
from activities.documents.render import Heading, render
from activities.files import Files, once
from activities.store.engine import Store, WriteSession
from activities.store.tables.base import Base
from activities.store.tables.register import Document, Issued, Outbox
from definitions.language.service import Catalogue
from definitions.matter.values import FileRef

log = structlog.get_logger(__name__)

MEDIA_TYPE = "text/html"
TOPIC = "document_issued"
BATCH = 50
# How long a document that could not be made is left, so that it never holds up those behind it.
LEFT = 60.0

_ISSUED = Base.metadata.tables[Issued.__tablename__]


class Printer:
    """Holds the store, the files and the names of organs and laws."""

    def __init__(self, store: Store, files: Files, *, catalogue: Catalogue) -> None:
        self._store = store
        self._files = files
        self._composer = Composer(catalogue)
        self._left: dict[int, float] = {}

    async def file_of(self, name: str) -> FileRef | None:
        """The document's file, made now if nobody made it yet; None where there is no document."""
        async with self._store.begin() as session:
            document = await session.get(Document, name)
            if document is None:
                return None
            await self._make(session, document.bundle, [document])
            found = await session.scalar(select(_ISSUED.c.file).where(_ISSUED.c.id == name))
        return FileRef.model_validate(found)

    async def print_waiting(self) -> int:
        """Make files for what the outbox tells of; returns how many messages were taken.

        Several may run at once: each takes messages that no other holds. A crash gives them back.
        What cannot be made is logged; its message stays, and is taken again in a while.
        """
        now = time.monotonic()
        self._left = {number: until for number, until in self._left.items() if until > now}
        async with self._store.begin() as session:
            waiting = await self._waiting(session)
            if not waiting:
                return 0
            documents = await session.scalars(
                select(Document).where(Document.id.in_(waiting.values()))
            )
            by_bundle: dict[str, list[Document]] = {}
            for document in documents:
                by_bundle.setdefault(document.bundle, []).append(document)
            failed = [
                name
                for bundle, its in by_bundle.items()
                for name in await self._failed(session, bundle, its)
            ]
            left = [number for number, name in waiting.items() if name in failed]
            await session.execute(
                update(Outbox)
                .where(Outbox.id.in_(waiting.keys() - left))
                .values(sent_at=func.clock_timestamp())
            )
        self._left |= dict.fromkeys(left, now + LEFT)
        return len(waiting)

    async def _waiting(self, session: WriteSession) -> dict[int, str]:
        """The oldest messages that nobody holds, each with its document."""
        found = await session.execute(
            select(Outbox.id, Outbox.body["document"].astext)
            .where(Outbox.topic == TOPIC, Outbox.sent_at.is_(None), Outbox.id.not_in(self._left))
            .order_by(Outbox.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        return dict(found.all())

    async def _failed(
        self, session: WriteSession, bundle: str, documents: Sequence[Document]
    ) -> list[str]:
        """Make them, one by one where it does not go together.

        Returns those that cannot be made.
        """
        try:
            await self._make(session, bundle, documents)
        except (OSError, SQLAlchemyError):
            raise  # the files or the register are away, which is not the document's fault
        except Exception:
            if len(documents) > 1:
                each = [await self._failed(session, bundle, [one]) for one in documents]
                return [name for names in each for name in names]
            log.exception("document_not_made", document=documents[0].id)
            return [documents[0].id]
        return []

    async def _make(
        self, session: WriteSession, bundle: str, documents: Sequence[Document]
    ) -> None:
        made = set(
            await session.scalars(
                select(_ISSUED.c.id).where(_ISSUED.c.id.in_([d.id for d in documents]))
            )
        )
        missing = [document for document in documents if document.id not in made]
        if not missing:
            return
        found = await read(session, bundle, missing)
        contents = [self._composer.compose(document, found) for document in missing]
        headings = [Heading(title=d.name, number=d.number, issued_at=d.issued_at) for d in missing]
        # A file without a row (a crash before the commit) is found by nobody.
        files = await asyncio.gather(*map(self._stored, contents, headings))
        rows = [
            {
                "id": document.id,
                "bundle": bundle,
                "number": document.number,
                "issued_at": document.issued_at,
                "file": file.model_dump(mode="json"),
            }
            for document, file in zip(missing, files, strict=True)
        ]
        await session.execute(insert(_ISSUED).on_conflict_do_nothing(), rows)

    async def _stored(self, content: Content, heading: Heading) -> FileRef:
        stored = await self._files.put(once(render(content, heading)))
        return FileRef(
            id=stored.sha256, sha256=stored.sha256, size=stored.size, media_type=MEDIA_TYPE
        )


async def print_forever(printer: Printer, *, pause: float = 1.0) -> None:
    """Follow the outbox until cancelled. What cannot be made is logged and tried again."""
    while True:
        try:
            taken = await printer.print_waiting()
        except Exception:
            log.exception("printing_failed")
            taken = 0
        if taken < BATCH:
            await asyncio.sleep(pause if taken else pause * 2)
