"""The API over a real PostgreSQL, with an engine that runs the core in memory."""

import asyncio
import copy
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from starlette.datastructures import State

from activities.contracts.record import Entry
from activities.documents.issue import Printer
from activities.files import LocalFiles
from activities.store.desk.accounts import create_account, hashed, open_session
from activities.store.engine import Store
from activities.store.writing.register import write
from api.app import create_app
from api.engine import Accepted, EngineAway
from api.services import Services
from definitions.bundle.decide import decide, start, target_version
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import evolve
from definitions.bundle.state import BundleState
from definitions.bundle.view import changes
from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Role
from definitions.loading import Library, Loaded
from definitions.rules.calendar import Calendar
from tests.support.scans import pdf
from tests.support.services import CALENDAR, CATALOGUE, SERVICE
from workflows.messages import Act, BundleInput, Done, Receipt
from workflows.recalculation import RecalculationInput

PDF = pdf()
USCC = "91310117MA1J00001G"
LIBRARY = Library(catalogue=CATALOGUE, services=(Loaded(SERVICE, "s" * 64, {}, (), Path()),))
PASSWORD = "a long enough password"  # noqa: S105 - a test's
_HASH = hashed(PASSWORD)
_KEYS = itertools.count(1)


class MemoryEngine:
    """Every application as a state in memory, recorded in the register. Can be told to fail."""

    def __init__(self, store: Store, files: LocalFiles, now: "Now") -> None:
        self._store, self._files, self._now = store, files, now
        self._states: dict[str, BundleState] = {}
        self._acts: dict[str, Done] = {}
        # Temporal lets one start under a number; so does this.
        self._turns = asyncio.Lock()
        self.away = False
        self.slow = False
        self.started: list[str] = []
        self.recalculations: list[RecalculationInput] = []
        self.paused: list[str] = []

    async def start(self, given: BundleInput) -> Receipt | Accepted:
        """As `Engine.start`."""
        self._reach()
        number = given.started.number
        async with self._turns:
            if number not in self._states:
                self.started.append(number)
                await self._take(
                    number, start(given.started, key=given.key, actor=given.actor, now=self._now())
                )
        return Receipt(number=number, version=1, seq=1)

    async def act(self, number: str, act: Act) -> Receipt | Accepted:
        """As `Engine.act`."""
        self._reach()
        state = self._states.get(number)
        if state is None:
            raise Refused(Code.UNKNOWN_BUNDLE, "没有")
        done = self._acts.get(act.asked.key)
        if done is not None and done.payload != act.payload:
            raise Refused(Code.KEY_REUSED, "该幂等键已用于另一内容的请求")
        if done is None:
            await self._take(number, decide(state, act.asked, self._now()))
            state = self._states[number]
            version = target_version(state, act.asked.command)
            done = Done(payload=act.payload, version=version, seq=state.version)
            self._acts[act.asked.key] = done
        if self.slow:
            return Accepted(number)
        return Receipt(number=number, version=done.version, seq=done.seq)

    async def recalculate(self, given: RecalculationInput) -> None:
        """As `Engine.recalculate`: only notes that it was asked."""
        self._reach()
        self.recalculations.append(given)

    async def pause_recalculation(self, name: str) -> None:
        """As `Engine.pause_recalculation`: only notes that it was asked."""
        self._reach()
        self.paused.append(name)

    async def settle(self) -> None:
        """As `Engine.settle`: nothing here can know less than the register."""

    async def is_healthy(self) -> bool:
        """As `Engine.is_healthy`."""
        return not self.away

    def _reach(self) -> None:
        if self.away:
            raise EngineAway

    async def _take(self, number: str, events: tuple[Recorded, ...]) -> None:
        before = after = self._states.get(number)
        for event in events:
            after = evolve(after, event)
        if after is None or after is before:
            return
        entry = Entry(bundle=number, events=events, rows=changes(before, after))
        async with self._store.begin() as session:
            await write(session, entry)
        self._states[number] = after


@dataclass
class Now:
    """The moment, as a test sets it."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Person:
    """An account with a client that is signed in as it."""

    actor: Actor
    login: str
    client: httpx2.AsyncClient

    async def get(self, path: str, **more: Any) -> httpx2.Response:  # noqa: ANN401 - httpx's own
        """GET below /api/v1."""
        return await self.client.get(f"/api/v1/{path}", **more)

    async def post(
        self, path: str, json: object = None, *, key: str | None = None, **headers: str
    ) -> httpx2.Response:
        """POST below /api/v1, under a fresh idempotency key unless one is given."""
        sent = {"Idempotency-Key": key or f"key-{next(_KEYS):08d}", **headers}
        return await self.client.post(f"/api/v1/{path}", json=json, headers=sent)

    async def upload(self, content: bytes = PDF, name: str = "材料.pdf") -> httpx2.Response:
        """Upload a file."""
        return await self.client.post("/api/v1/files", files={"file": (name, content)})


_built: list[FastAPI] = []


def _app(services: Services) -> FastAPI:
    """The application over these services. Its routes take longer to build than most tests run."""
    if not _built:
        _built.append(create_app(services))
    app = copy.copy(_built[0])
    app.state = State({"services": services})
    return app


# Not printed: a loop prints what a fixture returned, and this holds a whole library.
@dataclass(repr=False)
class World:
    """The application under test and the people who use it."""

    services: Services
    engine: MemoryEngine
    now: Now
    clients: list[httpx2.AsyncClient] = field(default_factory=list)
    # How much longer than usual people stay signed in, where a test lets months pass.
    staying: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self.app = _app(self.services)

    async def person(self, login: str, role: Role, department: str | None = None) -> Person:
        """A new account, signed in."""
        async with self.services.store.begin() as session:
            account = await create_account(
                session,
                login=login,
                name=f"{login}姓名",
                role=role,
                password_hash=_HASH,
                department=department,
            )
            token, _ = await open_session(session, account.id, self.now() + self.staying)
        client = self.client(headers={"Authorization": f"Bearer {token}"})
        return Person(actor=account.actor, login=login, client=client)

    def client(self, **more: Any) -> httpx2.AsyncClient:  # noqa: ANN401 - httpx's own
        """A client that is nobody yet."""
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        client = httpx2.AsyncClient(transport=transport, base_url="http://hall.test", **more)
        self.clients.append(client)
        return client

    async def close(self) -> None:
        """Close every client."""
        for client in self.clients:
            await client.aclose()


@asynccontextmanager
async def world(
    store: Store,
    folder: Path,
    at: datetime,
    *,
    library: Library = LIBRARY,
    calendar: Calendar = CALENDAR,
) -> AsyncIterator[World]:
    """A world on this store, in which these services can be asked for."""
    now, files = Now(at), LocalFiles(folder)
    engine = MemoryEngine(store, files, now)
    services = Services(
        store=store,
        files=files,
        printer=Printer(store, files, catalogue=library.catalogue),
        engine=engine,
        shipped_library=library,
        shipped=calendar,
        recover_every=None,
        now=now,
    )
    made = World(services=services, engine=engine, now=now)
    try:
        yield made
    finally:
        await made.close()


def told(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    return answer.status_code, answer.json()["code"]


async def application(clerk: Person, **changed: object) -> dict[str, object]:
    """What a clerk sends to take in a complete application to the small service."""
    file = (await clerk.upload()).json()["id"]
    return {
        "service": "small_change",
        "firm_code": USCC,
        "firm_name": "上海松江样品有限公司",
        "firm": {"licences": ["food_business"]},
        "answers": {"changes": ["name"], "seal_kept": "yes"},
        "materials": {"M01": {"files": [file]}},
        **changed,
    }
