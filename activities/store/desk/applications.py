"""Applications from the first draft to their submission; after that nothing of them changes."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import ConfigDict
from sqlalchemy import exists, select, tuple_, update

from activities.store.desk.sharing import Sharing
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle
from definitions.language.base import Value
from definitions.matter.events import Commitment
from definitions.rules.conditions import Fact
from definitions.rules.prechecks import Finding

Answer = str | tuple[str, ...]


class ApplicationStatus(StrEnum):
    """Where it stands before it is an application in the legal sense."""

    DRAFT = "draft"
    HANDED_OVER = "handed_over"
    SUBMITTED = "submitted"


class MaterialGiven(Value):
    """What was given for one material: `received` with its files, or still to come.

    `promised`: not to come at all, a promise stands for it (告知承诺).
    `paper`, `copies`, `pages` are what the receipt says of papers handed over the counter.
    """

    received: bool = True
    promised: bool = False
    files: tuple[str, ...] = ()
    paper: Literal["", "original", "copy"] = ""
    copies: int = 0
    pages: int = 0


class Contents(Value):
    """What the applicant says."""

    service: str
    firm_code: str
    firm_name: str
    firm: Mapping[str, Fact] = {}
    firm_source: Mapping[str, str] = {}
    sharing: Sharing = Sharing()
    answers: Mapping[str, Answer] = {}
    form: Mapping[str, str] = {}
    materials: Mapping[str, MaterialGiven] = {}
    committed: tuple[str, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    insisted: bool = False


class ApplicationView(Contents):
    """An application or draft as it is kept. `corrections`: what was put right since (当场更正).

    `findings` is what the pre-check said when it was submitted.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    state: ApplicationStatus
    owner: str
    channel: str
    version: int
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    number: str | None
    query_code: str | None
    idempotency_key: str | None
    payload_sha256: str | None
    corrections: Mapping[str, str] = {}
    findings: tuple[Finding, ...] = ()


class Unstarted(Value):
    """A submitted application whose start the register does not show yet."""

    id: str
    number: str
    start: Mapping[str, Any]


class Submission(Value):
    """What submitting adds."""

    by: str
    at: datetime
    number: str
    query_code: str
    key: str
    payload: str
    start: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()


async def create_draft(
    session: WriteSession, contents: Contents, *, owner: str, channel: str, now: datetime
) -> ApplicationView:
    """A new draft."""
    row = Application(
        id=f"d-{secrets.token_hex(12)}",
        state=ApplicationStatus.DRAFT,
        owner=owner,
        channel=channel,
        version=1,
        created_at=now,
        changed_at=now,
        **contents.model_dump(mode="json"),
    )
    session.add(row)
    await session.flush()
    return ApplicationView.model_validate(row)


async def update_draft(
    session: WriteSession, name: str, contents: Contents, *, expected: int, now: datetime
) -> ApplicationView | None:
    """The draft with new contents; None where it is not at `expected` any more, or not a draft."""
    return await _changed(session, name, expected, now, contents.model_dump(mode="json"))


async def hand_over(
    session: WriteSession, name: str, *, expected: int | None, now: datetime
) -> ApplicationView | None:
    """From a virtual window to the clerks; None where it is not a draft at `expected`."""
    change = {"state": ApplicationStatus.HANDED_OVER}
    return await _changed(
        session, name, expected, now, change, from_states=(ApplicationStatus.DRAFT,)
    )


async def locked(session: WriteSession, name: str) -> ApplicationView | None:
    """The application, locked until the transaction ends."""
    row = await session.scalar(select(Application).where(Application.id == name).with_for_update())
    return ApplicationView.model_validate(row) if row else None


async def submit(
    session: WriteSession, name: str, contents: Contents, submission: Submission
) -> ApplicationView:
    """Make the locked draft an application. Raises `IntegrityError` where the key was used."""
    row = await session.get_one(Application, name)
    for field, value in contents.model_dump(mode="json").items():
        setattr(row, field, value)
    row.state = ApplicationStatus.SUBMITTED
    row.version += 1
    row.changed_at = row.submitted_at = submission.at
    row.submitted_by = submission.by
    row.number = submission.number
    row.query_code = submission.query_code
    row.idempotency_key = submission.key
    row.payload_sha256 = submission.payload
    row.start = dict(submission.start)
    row.findings = [each.model_dump(mode="json") for each in submission.findings]
    await session.flush()
    return ApplicationView.model_validate(row)


async def application(session: ReadSession, name: str) -> ApplicationView | None:
    """One application or draft."""
    row = await session.get(Application, name)
    return ApplicationView.model_validate(row) if row else None


async def application_of(session: ReadSession, number: str) -> ApplicationView | None:
    """The application that got this number."""
    row = await session.scalar(select(Application).where(Application.number == number))
    return ApplicationView.model_validate(row) if row else None


async def submitted_under(session: ReadSession, by: str, key: str) -> ApplicationView | None:
    """What this account submitted under this idempotency key."""
    row = await session.scalar(
        select(Application).where(
            Application.submitted_by == by, Application.idempotency_key == key
        )
    )
    return ApplicationView.model_validate(row) if row else None


async def start_of(session: ReadSession, name: str) -> Mapping[str, Any] | None:
    """The workflow's input; None once the register shows the application."""
    return await session.scalar(select(Application.start).where(Application.id == name))


async def drafts(
    session: ReadSession,
    *,
    owner: str,
    with_handed_over: bool,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[ApplicationView]:
    """One's own drafts and, for clerks, those handed over; latest change first."""
    mine = Application.owner == owner
    whose = (
        mine | (Application.state == ApplicationStatus.HANDED_OVER) if with_handed_over else mine
    )
    query = select(Application).where(Application.state != ApplicationStatus.SUBMITTED, whose)
    if after is not None:
        query = query.where(tuple_(Application.changed_at, Application.id) < after)
    query = query.order_by(Application.changed_at.desc(), Application.id.desc()).limit(limit)
    return [ApplicationView.model_validate(row) for row in await session.scalars(query)]


async def settle_started(session: WriteSession) -> None:
    """Drop the inputs of applications that the register shows: the first event holds them."""
    await session.execute(
        update(Application)
        .where(Application.start.is_not(None), exists().where(Bundle.application == Application.id))
        .values(start=None)
    )


async def unstarted(
    session: ReadSession, *, submitted_before: datetime, limit: int = 50
) -> tuple[Unstarted, ...]:
    """Submitted applications that are not in the register yet, oldest first."""
    found = await session.execute(
        select(Application.id, Application.number, Application.start)
        .where(
            Application.start.is_not(None),
            Application.submitted_at < submitted_before,
            ~exists().where(Bundle.application == Application.id),
        )
        .order_by(Application.submitted_at)
        .limit(limit)
    )
    return tuple(
        Unstarted(id=name, number=number, start=start)
        for name, number, start in found
        if number is not None and start is not None
    )


async def _changed(
    session: WriteSession,
    name: str,
    expected: int | None,
    now: datetime,
    change: Mapping[str, Any],
    *,
    from_states: tuple[ApplicationStatus, ...] = (
        ApplicationStatus.DRAFT,
        ApplicationStatus.HANDED_OVER,
    ),
) -> ApplicationView | None:
    here = [Application.id == name, Application.state.in_(from_states)]
    if expected is not None:
        here.append(Application.version == expected)
    row = await session.scalar(
        update(Application)
        .where(*here)
        .values(**change, version=Application.version + 1, changed_at=now)
        .returning(Application)
    )
    return ApplicationView.model_validate(row) if row else None
