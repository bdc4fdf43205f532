"""What applications say in the fields that the inbox shows for their items."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from activities.store.engine import ReadSession
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle


async def forms_of(session: ReadSession, bundles: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """The forms of these applications, with everything that was put right since."""
    if not bundles:
        return {}
    found = await session.execute(
        select(Bundle.number, Application.form, Application.corrections)
        .join(Application, Application.id == Bundle.application)
        .where(Bundle.number.in_(bundles))
    )
    return {row.number: {**row.form, **row.corrections} for row in found}
