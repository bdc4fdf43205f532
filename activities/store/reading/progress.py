"""What anybody with number and query code reads: how far it is, what is still to bring."""

from datetime import datetime

from sqlalchemy import select

from activities.store.engine import ReadSession
from activities.store.reading.clocks import ledgers
from activities.store.reading.explained import calendar_of
from activities.store.reading.matters import LinkedMatter
from activities.store.reading.scope import EVERYTHING, Read
from activities.store.tables.register import Bundle, Document, Material, Matter
from definitions.bundle.passing import APPLICANTS
from definitions.matter.state import MaterialStatus
from definitions.rules.clocks import Clock
from definitions.rules.explanations import Explanation, explain


class PublicMatter(LinkedMatter):
    """One matter as the applicant sees it.

    `limits` are the applicant's own: what is to be done by when, and how that day was reckoned.
    """

    due_at: datetime | None
    due_kind: str | None
    remedies: tuple[str, ...]
    closed_at: datetime | None
    suspended: bool = False
    limits: tuple[Explanation, ...] = ()


class PublicMaterial(Read):
    """A material still to bring."""

    code: str
    name: str
    standard: str
    status: str
    due_at: datetime | None


class PublicDocument(Read):
    """A document of the result, and whether it lies ready at the counter."""

    name: str
    number: str
    counter: bool
    issued_at: datetime
    delivered_at: datetime | None


class Progress(Read):
    """How far an application is. `status` is `registering` until the register shows it."""

    number: str
    name: str
    status: str
    version: int
    started_at: datetime | None
    closed_at: datetime | None
    firm_name: str
    matters: tuple[PublicMatter, ...] = ()
    awaited: tuple[PublicMaterial, ...] = ()
    documents: tuple[PublicDocument, ...] = ()


async def progress(session: ReadSession, number: str, firm_name: str) -> Progress | None:
    """The public view; the caller has checked the code. `firm_name` is masked already."""
    row = await session.get(Bundle, number)
    if row is None:
        return None
    limits = await _limits(session, number)
    matters = await session.scalars(
        select(Matter).where(Matter.bundle == number).order_by(Matter.position)
    )
    awaited = await session.scalars(
        select(Material)
        .where(
            Material.bundle == number,
            Material.produced_by.is_(None),
            Material.status.in_((MaterialStatus.PENDING, MaterialStatus.REFUSED)),
        )
        .order_by(Material.position)
    )
    documents = await session.scalars(
        select(Document).where(Document.bundle == number).order_by(Document.issued_at, Document.id)
    )
    return Progress(
        number=number,
        name=row.name,
        status=row.status,
        version=row.version,
        started_at=row.started_at,
        closed_at=row.closed_at,
        firm_name=firm_name,
        matters=tuple(
            PublicMatter.model_validate(matter).model_copy(
                update={"limits": limits.get(matter.key, ())}
            )
            for matter in matters
        ),
        awaited=tuple(PublicMaterial.model_validate(material) for material in awaited),
        documents=tuple(PublicDocument.model_validate(document) for document in documents),
    )


async def _limits(session: ReadSession, number: str) -> dict[str, tuple[Explanation, ...]]:
    """The applicant's own limits by matter; who allowed more time is not public."""
    calendar = await calendar_of(session, number)
    if calendar is None:
        return {}
    return {
        one.key: tuple(
            explain(_unsigned(clock), calendar) for clock in one.clocks if clock.kind in APPLICANTS
        )
        for one in await ledgers(session, number, EVERYTHING)
    }


def _unsigned(clock: Clock) -> Clock:
    extensions = tuple(
        each.model_copy(update={"by": "", "reason": ""}) for each in clock.extensions
    )
    return clock.model_copy(update={"extensions": extensions})
