"""The ledgers of an application's limits: what each is reckoned from."""

from sqlalchemy import select

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read, Scope, seen_matters
from activities.store.tables.register import Matter
from definitions.rules.clocks import Clock


class Ledgers(Read):
    """A matter's limits in the order they began; those recorded before there were ledgers lack."""

    key: str
    name: str
    department: str
    department_name: str
    clocks: tuple[Clock, ...]


async def ledgers(
    session: ReadSession, number: str, scope: Scope, *, matter: str | None = None
) -> tuple[Ledgers, ...]:
    """The limits of one matter or of all, where the reader may see them."""
    query = select(Matter).where(Matter.bundle == number, seen_matters(scope))
    if matter is not None:
        query = query.where(Matter.key == matter)
    return tuple(
        Ledgers(
            key=row.key,
            name=row.name,
            department=row.department,
            department_name=row.department_name,
            clocks=tuple(
                Clock.model_validate(clock["facts"]) for clock in row.clocks if clock.get("facts")
            ),
        )
        for row in await session.scalars(query.order_by(Matter.position))
    )
