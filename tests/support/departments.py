"""A department that works in its own system: connected, given tasks, calling back."""

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from activities.contracts.assignments import (
    Assignment,
    AssignmentInput,
    AssignmentStatus,
    Note,
    Way,
)
from activities.outside.departments.sandbox.answering import Answering
from activities.outside.departments.sandbox.app import create_app
from activities.outside.departments.sandbox.behaviour import Credentials
from activities.outside.departments.sandbox.book import Book
from activities.outside.departments.signing import Algorithm, secret_of, signed
from activities.outside.departments.webhooks import (
    HttpDepartments,
    Kind,
    Message,
    Target,
    message_name,
)
from activities.store.desk.connections import (
    ConnectionGiven,
    add_secret,
    keep_assignment,
    note,
    put_connection,
    set_active,
)
from definitions.language.roles import Role
from definitions.matter.tasks import Outcome, TaskKind
from tests.support.api import PASSWORD, Person, World

NEW, OLD, RETIRED = (secret_of(bytes([n]) * 32) for n in (1, 2, 3))
CONNECTION, DEPARTMENT = "registrar", "registrar"
TOKEN = "steering"  # noqa: S105 - a test's
_IDS = itertools.count(1)


@dataclass
class Errands:
    """`api.errands.Errands`: notes what was asked; `over` are workflows that have ended."""

    over: set[str] = field(default_factory=set)
    sent: list[str] = field(default_factory=list)

    async def send_again(self, workflow: str) -> bool:
        """As the protocol says."""
        self.sent.append(workflow)
        return workflow not in self.over


@dataclass
class Connected:
    """The hall, and a department's system that is connected to it by webhook."""

    desk: World
    system: Person
    book: Book
    answering: Answering
    made_up: httpx2.AsyncClient
    errands: Errands
    target: Target

    def body(self, task: str, **more: object) -> bytes:
        """An answer."""
        said = {"task": task, "outcome": "pass", "handled_by": ["jbr-01"], **more}
        return json.dumps(said, ensure_ascii=False).encode()

    async def call(
        self,
        body: bytes,
        *,
        name: str | None = None,
        secret: str = NEW,
        algorithm: Algorithm = Algorithm.SHA256,
        at: datetime | None = None,
        connection: str = CONNECTION,
        **headers: str,
    ) -> httpx2.Response:
        """Call back, signed; `headers` are put in the place of those that belong there."""
        made = signed(
            body,
            name=name or f"answer_{next(_IDS)}",
            at=at or self.desk.now(),
            secret=secret,
            algorithm=algorithm,
        )
        sent = {**made, **{k.replace("_", "-"): v for k, v in headers.items()}}
        async with self.desk.client() as nobody:
            return await nobody.post(
                f"/api/v1/departments/{connection}/callback",
                content=body,
                headers={"content-type": "application/json", **sent},
            )

    async def give(
        self,
        task: str,
        *,
        connection: str = CONNECTION,
        status: AssignmentStatus = AssignmentStatus.DELIVERED,
    ) -> AssignmentInput:
        """Write down that the task was given to the system."""
        given = AssignmentInput(
            workflow=f"assignment:{task}",
            task=task,
            bundle=task.split(".", maxsplit=1)[0],
            department=DEPARTMENT,
            connection=connection,
            way=Way.WEBHOOK,
        )
        async with self.desk.services.store.begin() as session:
            await keep_assignment(session, given)
            await note(session, Note(given=given, status=status, attempts=1))
        return given

    async def tell(self, given: AssignmentInput, kind: Kind = Kind.ASSIGNED) -> str | None:
        """Tell the made-up system of it; what went wrong."""
        departments = self.desk.services.departments
        assert departments is not None
        data: dict[str, Any] = {"task": given.task}
        if kind is Kind.ASSIGNED:
            data = assignment(given.task, self.desk.now()).model_dump(mode="json")
        message = Message(
            name=message_name(given.workflow, kind), kind=kind, at=self.desk.now(), data=data
        )
        return (await departments.tell(self.target, message)).error

    async def behave(self, **said: object) -> None:
        """How the made-up system behaves from now on."""
        answer = await self.made_up.put(f"/behaviour/{DEPARTMENT}", json=said)
        assert answer.status_code == 204, answer.text


def assignment(task: str, at: datetime) -> Assignment:
    """What a system is told of the review."""
    return Assignment(
        task=task,
        bundle=task.split(".", maxsplit=1)[0],
        matter="REG",
        matter_number="SJ-X",
        item="000000000REG",
        service="small_change",
        situation="BG-01",
        kind=TaskKind.REVIEW,
        name="审查",
        department=DEPARTMENT,
        opened_at=at,
        outcomes=(Outcome.PASS, Outcome.ADVISE_REFUSAL),
        version=1,
    )


@asynccontextmanager
async def connected(
    desk: World, folder: Path, *, algorithm: Algorithm = Algorithm.SHA256
) -> AsyncIterator[Connected]:
    """The registrar's system, made up, connected by webhook with two secrets."""
    system = await desk.person("registrar.system", Role.DEPARTMENT_SYSTEM, DEPARTMENT)
    async with desk.services.store.begin() as session:
        given = ConnectionGiven(
            department=DEPARTMENT,
            way=Way.WEBHOOK,
            account=system.actor.id,
            url="http://department.test/registrar",
            algorithm=algorithm,
        )
        await put_connection(session, CONNECTION, given, by="test")
        await set_active(session, CONNECTION, active=True, by="test")
        for secret in (RETIRED, OLD, NEW):
            await add_secret(session, CONNECTION, secret, by="test")
    book = Book(folder / "book.sqlite")
    book.connect(DEPARTMENT, credentials(system.login, algorithm))
    answering = Answering(book, desk.client(), now=desk.now)
    app = create_app(book, answering, token=TOKEN, now=desk.now)
    transport = httpx2.ASGITransport(app=app)
    departments = HttpDepartments(now=desk.now, transport=transport)
    errands = Errands()
    desk.services = replace(desk.services, departments=departments, errands=errands)
    desk.app.state.services = desk.services
    steering = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://department.test", headers=steering
    ) as made_up:
        yield Connected(
            desk=desk,
            system=system,
            book=book,
            answering=answering,
            made_up=made_up,
            errands=errands,
            target=Target(
                url="http://department.test/registrar", secrets=(NEW, OLD), algorithm=algorithm
            ),
        )
    await departments.close()
    book.close()


def credentials(login: str, algorithm: Algorithm = Algorithm.SHA256) -> Credentials:
    """What the made-up system knows of its connection."""
    return Credentials(
        connection=CONNECTION,
        secrets=(NEW, OLD),
        algorithm=algorithm,
        login=login,
        password=PASSWORD,
    )
