"""批注 beside a task: what colleagues tell each other, with files. No part of the legal record."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import ConfigDict
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.store.desk.uploads import UploadView, uploads
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.desk import Account
from activities.store.tables.inbox import Note
from definitions.language.base import Value
from definitions.matter.values import FileRef


class NoteFile(FileRef):
    """A file of a note, under the name it came in."""

    name: str


class NoteView(Value):
    """One note, with who wrote it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: int
    task: str
    department: str
    account: str
    account_name: str
    body: str
    files: tuple[NoteFile, ...]
    at: datetime


class NoteGiven(Value):
    """A note to be. `key` is its author's own for it: under one key there is one note."""

    task: str
    department: str
    account: str
    body: str
    files: tuple[FileRef, ...]
    key: str


async def put_note(session: WriteSession, given: NoteGiven, now: datetime) -> NoteView:
    """Keep a note; the one that stands under its key already, where there is one."""
    values = {**given.model_dump(mode="json"), "at": now}
    await session.execute(insert(Note).values(values).on_conflict_do_nothing())
    name = await session.scalar(
        select(Note.id).where(Note.account == given.account, Note.key == given.key)
    )
    (kept,) = await _views(session, [name] if name else [])
    return kept


async def notes(
    session: ReadSession, task: str, *, after: int | None = None, limit: int = 50
) -> Sequence[NoteView]:
    """The notes of a task in the order they were written, from behind `after` on."""
    query = select(Note.id).where(Note.task == task)
    if after is not None:
        query = query.where(Note.id > after)
    return await _views(
        session, (await session.scalars(query.order_by(Note.id).limit(limit))).all()
    )


async def note_file(session: ReadSession, task: str, note: int, file: str) -> UploadView | None:
    """A file of a note of this task."""
    files = await session.scalar(select(Note.files).where(Note.id == note, Note.task == task))
    if file not in {each["id"] for each in files or ()}:
        return None
    return (await uploads(session, [file])).get(file)


async def _views(session: ReadSession, names: Sequence[int]) -> Sequence[NoteView]:
    query = (
        select(Note, Account.name)
        .join(Account, Account.id == Note.account)
        .where(Note.id.in_(names))
        .order_by(Note.id)
    )
    rows = (await session.execute(query)).all()
    refs = {row[0].id: [FileRef.model_validate(each) for each in row[0].files] for row in rows}
    known = await uploads(session, {ref.id for each in refs.values() for ref in each})
    return [
        NoteView(
            **{
                name: getattr(note, name)
                for name in ("id", "task", "department", "account", "body", "at")
            },
            account_name=author,
            files=tuple(
                NoteFile(**dict(ref), name=known[ref.id].name if ref.id in known else ref.id)
                for ref in refs[note.id]
            ),
        )
        for note, author in rows
    ]
