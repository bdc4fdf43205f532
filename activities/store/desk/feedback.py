"""What people said of the pre-check's findings: that one was wrong, and why."""

from datetime import datetime

from pydantic import ConfigDict
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.desk import PrecheckFeedback
from definitions.language.base import Value


class Feedback(Value):
    """A finding called wrong: under which text of the definition, by whom."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    application: str
    rule: str
    place: str
    service: str
    definition: str
    reason: str
    by: str
    at: datetime


async def put_feedback(session: WriteSession, said: Feedback) -> None:
    """Keep it; said again of the same finding, the last word stays."""
    values = said.model_dump()
    key = ["application", "rule", "place"]
    changed = {name: value for name, value in values.items() if name not in key}
    await session.execute(
        insert(PrecheckFeedback)
        .values(values)
        .on_conflict_do_update(index_elements=key, set_=changed)
    )


async def feedback_on(session: ReadSession, application: str) -> tuple[Feedback, ...]:
    """What was said of this application's findings."""
    found = await session.scalars(
        select(PrecheckFeedback)
        .where(PrecheckFeedback.application == application)
        .order_by(PrecheckFeedback.rule, PrecheckFeedback.place)
    )
    return tuple(Feedback.model_validate(row) for row in found)
