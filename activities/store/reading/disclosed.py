"""公开: the grants on the public list (行政许可法 40). Firms only, and no personal data."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Text, func, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Document, Event, Matter
from definitions.matter.state import Result
from definitions.rules.calendar import local_day


class DisclosedDecision(Read):
    """One grant: what, by whom, when, for which firm, under which document numbers."""

    matter_number: str
    item: str
    department: str
    department_name: str
    firm_name: str
    firm_code: str
    decided_on: date
    disclosed_at: datetime
    documents: tuple[str, ...]


Place = tuple[datetime, str, str]
# The papers of a result; the house's own notices have templates of their own.
_RESULT = ("notice", "licence", "receipt")


async def disclosed(
    session: ReadSession, *, after: Place | None, limit: int
) -> Sequence[tuple[DisclosedDecision, Place]]:
    """Disclosed grants, the latest first. A grant that was revoked is not on the list any more."""
    numbers = (
        select(
            func.array_agg(
                aggregate_order_by(Document.number, Document.issued_at, Document.id),
                type_=ARRAY(Text()),
            )
        )
        .where(
            Document.bundle == Matter.bundle,
            Document.matter == Matter.key,
            Document.template.in_(_RESULT),
        )
        .scalar_subquery()
    )
    place = tuple_(Event.at, Event.bundle, Event.matter)
    query = (
        select(Event.at, Matter, Application.firm_name, Application.firm_code, numbers)
        .join(Matter, (Matter.bundle == Event.bundle) & (Matter.key == Event.matter))
        .join(Bundle, Bundle.number == Event.bundle)
        .join(Application, Application.id == Bundle.application)
        .where(
            Event.kind == "decision_disclosed",
            Matter.result == Result.GRANTED,
            Application.firm_code != "",
        )
    )
    if after is not None:
        query = query.where(place < after)
    query = query.order_by(Event.at.desc(), Event.bundle.desc(), Event.matter.desc()).limit(limit)
    return [
        (
            DisclosedDecision(
                matter_number=matter.number,
                item=matter.name,
                department=matter.department,
                department_name=matter.department_name,
                firm_name=firm_name,
                firm_code=firm_code,
                decided_on=local_day(matter.decided_at or at),
                disclosed_at=at,
                documents=tuple(found or ()),
            ),
            (at, matter.bundle, matter.key),
        )
        for at, matter, firm_name, firm_code, found in await session.execute(query)
    ]
