"""Cases whose applications have ended, for tests of what follows from that."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ARRAY, JSON, Boolean, DateTime, Integer, Table, insert, select

from activities.store.benefits.cases import CaseView, case_at, give_bundle
from activities.store.engine import ReadSession, Store
from activities.store.tables.benefits import BenefitCase
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Matter
from definitions.bundle.state import BundleStatus

_AT = datetime(2026, 10, 1, tzinfo=UTC)


async def cases_of(
    session: ReadSession, *, run: str, open_only: bool = False
) -> tuple[CaseView, ...]:
    """Cases of a run, in the order in which they were opened."""
    wanted = select(BenefitCase.id).where(BenefitCase.run == run).order_by(BenefitCase.id)
    if open_only:
        wanted = wanted.where(BenefitCase.outcome.is_(None))
    return tuple([await case_at(session, case) for case in (await session.scalars(wanted)).all()])


async def ended(store: Store, case: int, result: str) -> str:
    """Its application has ended like that; the number."""
    number = f"SJ-YJS-310117-20261001-{case:06}"
    application = f"case-{case}"
    async with store.begin() as session:
        await session.execute(
            insert(Application).values(filled(Application, id=application, state="submitted"))
        )
        of_bundle = {"number": number, "application": application, "status": BundleStatus.CLOSED}
        await session.execute(insert(Bundle).values(filled(Bundle, **of_bundle)))
        of_matter = {"bundle": number, "number": f"{case:031}", "key": "REVIEW", "result": result}
        await session.execute(insert(Matter).values(filled(Matter, **of_matter)))
        await give_bundle(session, case, number)
    return number


def filled(model: type[Any], **given: Any) -> dict[str, Any]:  # noqa: ANN401 - of whatever type
    """A row with something in every column that must have it."""
    table: Table = model.__table__
    needed = {
        column.name: _some(column.type)
        for column in table.columns
        if not column.nullable
        and column.server_default is None
        and column.computed is None
        and column.name not in given
    }
    return needed | given


def _some(kind: object) -> object:
    match kind:
        case Boolean():
            return False
        case Integer():
            return 1
        case DateTime():
            return _AT
        case ARRAY():
            return []
        case JSON():
            return {}
        case _:
            return "x"
