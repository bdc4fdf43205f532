"""Departments at work over HTTP: the service of every legal act, with colleagues in two organs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx2
from sqlalchemy import select

from activities.store.desk.accounts import create_account, open_session
from activities.store.tables.desk import Account
from activities.store.tables.register import Event, Task
from definitions.language.roles import Actor, Authority, Confidentiality, Role
from definitions.loading import Library
from tests.support import legal, legal_api
from tests.support.api import Person, World
from tests.support.legal_api import Case
from tests.support.shipped import shipped

_SHIPPED = shipped().catalogue
LIBRARY = Library(
    catalogue=legal_api.LIBRARY.catalogue.model_copy(
        update={"collaboration": _SHIPPED.collaboration, "supervision": _SHIPPED.supervision}
    ),
    services=legal_api.LIBRARY.services,
)
WHY = {"reasons": ["见说明"]}
# By which code people are trusted with PERMIT.
ITEM = next(each.item for each in legal.planned().matters if each.key == "PERMIT")


@dataclass(kw_only=True)
class Work(Case):
    """An application and the people of two organs, the window and the hall around it."""

    taxer: Person
    tax_head: Person
    supervisor: Person

    async def do(
        self,
        person: Person,
        task: str,
        verb: str,
        body: object = None,
        *,
        key: str | None = None,
        **headers: str,
    ) -> httpx2.Response:
        """POST one command on a task of the application."""
        return await person.post(f"tasks/{self.number}.{task}/{verb}", body, key=key, **headers)

    async def row(self, task: str) -> Task:
        """The task as the register has it."""
        async with self.world.services.store.reading() as session:
            found = await session.get(Task, f"{self.number}.{task}")
        assert found is not None, task
        return found

    async def standing(self, task: str) -> tuple[str, str | None]:
        """Its status, and the login of who has it."""
        row = await self.row(task)
        async with self.world.services.store.reading() as session:
            holder = await session.get(Account, row.assignee) if row.assignee else None
        return row.status, holder.login if holder else None

    async def recorded(self, kind: str) -> Sequence[Event]:
        """The events of one kind, in order."""
        async with self.world.services.store.reading() as session:
            query = select(Event).where(Event.bundle == self.number, Event.kind == kind)
            return (await session.scalars(query.order_by(Event.seq))).all()

    async def limits(self, matter: str = "PERMIT") -> list[dict[str, Any]]:
        """What the matter's clocks are reckoned from: no wait and no return may move them."""
        clocks = (await self.matter(matter))["clocks"]
        return [{name: each[name] for name in ("kind", "started_at", "due_at")} for each in clocks]


async def trusted(
    world: World,
    login: str,
    role: Role,
    department: str | None = None,
    *,
    items: Sequence[str] = (),
    clearance: Confidentiality = Confidentiality.ORDINARY,
    person: str | None = None,
) -> Person:
    """A new account with bounds of its own, signed in."""
    async with world.services.store.begin() as session:
        account = await create_account(
            session,
            login=login,
            name=f"{login}姓名",
            role=role,
            password_hash="-",  # noqa: S106 - nobody signs in by it
            department=department,
            authority=Authority(items=tuple(items), clearance=clearance),
            person=person,
        )
        token, _ = await open_session(session, account.id, world.now() + world.staying)
    client = world.client(headers={"Authorization": f"Bearer {token}"})
    return Person(actor=Actor(**dict(account.actor)), login=login, client=client)
