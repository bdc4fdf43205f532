"""What a task asks of whoever is to have it, and who may not: read before somebody is named."""

from collections.abc import Iterable

from sqlalchemy import select

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read
from activities.store.tables.register import Recusal, Task
from definitions.language.roles import Confidentiality, Role


class Needs(Read):
    """Where a task is to be worked, in which role, and what one must be trusted with for it."""

    bundle: str
    department: str
    role: Role
    item: str
    confidentiality: Confidentiality


async def needs_of_task(session: ReadSession, name: str) -> Needs | None:
    """Those of a task as the register shows it."""
    query = select(*_COLUMNS).where(Task.id == name)
    found = (await session.execute(query)).first()
    return Needs.model_validate(found) if found else None


async def needs_of_matter(session: ReadSession, number: str, matter: str) -> Needs | None:
    """Those of a matter, by any of its tasks; None where it has had none."""
    query = select(*_COLUMNS).where(Task.bundle == number, Task.matter == matter).limit(1)
    found = (await session.execute(query)).first()
    return Needs.model_validate(found) if found else None


async def recused_among(
    session: ReadSession, number: str, accounts: Iterable[str]
) -> frozenset[str]:
    """Who of these keeps away from the application (回避)."""
    query = select(Recusal.account).where(
        Recusal.bundle == number, Recusal.account.in_(sorted(set(accounts)))
    )
    return frozenset(await session.scalars(query))


_COLUMNS = (Task.bundle, Task.department, Task.role, Task.item, Task.confidentiality)
