"""Rows of the register as they may stand after months of work, without living through it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from activities.store.desk.accounts import create_account, hashed
from activities.store.engine import Store
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Matter, Task
from definitions.language.roles import Role

BUNDLE = "SJ-YJS-310117-20260302-000001"
_HASH = hashed("a long enough password")


@dataclass
class Rows:
    """What a test has written so far: one application, matters, tasks, people."""

    store: Store
    now: datetime
    people: dict[str, str] = field(default_factory=dict)
    written: int = 0

    async def begin(self) -> None:
        """The application."""
        async with self.store.begin() as session:
            await session.execute(text("SET session_replication_role = replica"))
            await session.execute(
                insert(Application).values(
                    id="a1",
                    state="submitted",
                    service="legal",
                    owner="nobody",
                    channel="window",
                    firm_code="91310117MA1J00001G",
                    firm_name="上海松江样品有限公司",
                    firm={},
                    firm_source={},
                    answers={},
                    form={},
                    materials={},
                    committed=[],
                    number=BUNDLE,
                )
            )
            await session.execute(
                insert(Bundle).values(
                    number=BUNDLE,
                    application="a1",
                    service="legal",
                    service_version=1,
                    definition_sha256="s" * 64,
                    name="法定程序",
                    situation="FD-01",
                    situation_name="法定",
                    lead="food",
                    status="running",
                    version=1,
                    started_at=self.now,
                )
            )
            await session.execute(text("SET session_replication_role = origin"))

    async def person(self, login: str, department: str | None, role: Role = Role.OFFICER) -> str:
        """An account; returns its id."""
        async with self.store.begin() as session:
            made = await create_account(
                session,
                login=login,
                name=f"{login}姓名",
                role=role,
                password_hash=_HASH,
                department=department,
            )
        self.people[login] = made.id
        return made.id

    async def matter(
        self,
        key: str,
        *,
        department: str = "food",
        accepted_at: datetime | None = None,
        promised: int | None = 10,
        **more: object,
    ) -> str:
        """A matter, with a promise of so many days unless there is none."""
        clocks: list[dict[str, Any]] = []
        if promised is not None:
            clocks.append({"kind": "promised", "days": promised, "due_at": None})
        values = {
            "bundle": BUNDLE,
            "key": key,
            "position": self._next(),
            "number": f"11310117002456781R4{key:0>12}{self.written:011d}",
            "name": f"事项{key}",
            "department": department,
            "department_name": f"{department}局",
            "status": "reviewing",
            "version": 1,
            "accepted_at": accepted_at,
            "due_provisional": False,
            "overdue": False,
            "suspended": False,
            "clocks": clocks,
            **{name: [] for name in ("needs", "gates", "missing", "reasons")},
            **{name: [] for name in ("reason_bases", "bases", "remedies")},
            **more,
        }
        async with self.store.begin() as session:
            await session.execute(insert(Matter).values(values))
        return key

    async def task(self, matter: str, *, department: str = "food", **more: object) -> str:
        """A task of the matter; ready and without a limit unless said otherwise."""
        name = str(more.pop("id", f"{BUNDLE}.{matter}.t{self._next()}"))
        values = {
            "id": name,
            "bundle": BUNDLE,
            "matter": matter,
            "kind": "review",
            "name": "核查",
            "department": department,
            "role": "officer",
            "status": "ready",
            "version": 1,
            "opened_at": self.now - timedelta(days=5),
            "item": "11310117002456781R4" + f"{matter:0>12}",
            "more": {},
            **more,
        }
        async with self.store.begin() as session:
            await session.execute(insert(Task).values(values))
        return name

    async def done(
        self, matter: str, by: str, moments: Sequence[datetime], **more: object
    ) -> list[str]:
        """Tasks of the matter that somebody completed at these moments."""
        return [
            await self.task(
                matter,
                status="completed",
                assignee=by,
                completed_at=moment,
                **{"department": "food", **more},  # type: ignore[arg-type]
            )
            for moment in moments
        ]

    def _next(self) -> int:
        self.written += 1
        return self.written
