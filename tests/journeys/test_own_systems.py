"""One application, four ways of completing its tasks, and everything killed in the middle.

Two departments work at the portal, two run the sample worker (one on its queue, one in a namespace
of its own), one has a system that is told by webhook, one is automatic.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import psycopg
import pytest

from activities.contracts.assignments import Way
from activities.store.engine import Store
from definitions.language.roles import Role
from deploy import connecting, sample, temporal_setup
from deploy.connecting import Wanted
from deploy.database import url
from deploy.embedded.stack import attached_to
from deploy.journey import Journey
from deploy.people import gathered
from deploy.seed import ACCOUNTS_FILE
from deploy.settings import Settings, load
from tests.support.survival import SAMPLES, standing, where
from tests.support.survival_checks import examined
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

PORTAL = frozenset({"market_regulation", "public_security", "customs", "window"})
SYSTEMS = {
    "human_resources": Way.WORKER,
    "tax": Way.NEXUS,
    "housing_fund": Way.WEBHOOK,
    "bank": Way.AUTOMATIC,
}
_MAIN = "from deploy.main import main; main()"
PROGRAM = SAMPLES / "department-worker" / "worker.py"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A stack of this module alone, with every system connected."""
    home = tmp_path_factory.mktemp("systems") / "data"
    # Seeded before its first start, it does without the applications of a sample day.
    for command in ("migrate", "seed"):
        program = [sys.executable, "-c", _MAIN, "--home", str(home), command]
        subprocess.run(program, check=True, capture_output=True, timeout=120)  # noqa: S603
    with standing(home):
        running = attached_to(load(home=home))
        assert running is not None
        _connect(running)
        yield running


def _connect(settings: Settings) -> None:
    """As an administrator does it; the webhook is seeded with the secret its system knows."""
    for department, way in SYSTEMS.items():
        if way is not Way.WEBHOOK:
            automatic = way is Way.AUTOMATIC
            account = f"{department}.automatic" if automatic else None
            connecting.add(
                settings,
                Wanted(department, department, way, account=account, decides=automatic),
            )
        connecting.switch(settings, department, active=True)


class Portal(Journey):
    """People complete what is theirs; what belongs to a system they leave alone."""

    async def _work(self) -> bool:
        found = await self._people.post(Role.SUPERVISOR).read("/tasks", bundle=self.number)
        done = False
        for task in found["items"]:
            if task["department"] not in PORTAL:
                continue
            outcome = {"review": "pass", "decide": "grant", "check": "accept"}[task["kind"]]
            await self._worker(task).act(f"/tasks/{task['id']}/complete", {"outcome": outcome})
            done = True
        return done


@dataclass
class Departments:
    """The departments' own programs: each a process, and what it printed."""

    settings: Settings
    folder: Path
    passwords: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, department: str, *, seconds: float) -> None:
        """The sample worker, which takes so long over a task."""
        nexus = SYSTEMS[department] is Way.NEXUS
        login = f"{department}.system"
        variables = {
            "HALL_URL": self.settings.server_url,
            "HALL_LOGIN": login,
            "HALL_PASSWORD": self.passwords[login],
            "DEPARTMENT": department,
            "DEPARTMENT_MODE": "nexus" if nexus else "queue",
            "DEPARTMENT_WORKS": str(seconds),
            "TEMPORAL_ADDRESS": self.settings.temporal_address or "",
            "TEMPORAL_NAMESPACE": "dept-tax" if nexus else self.settings.temporal_namespace,
        }
        with self._output(department).open("ab") as output:
            self.running[department] = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, str(PROGRAM)],
                env=os.environ | variables,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def printed(self, department: str) -> str:
        """Everything it has printed, over all its lives."""
        return self._output(department).read_text(encoding="utf-8")

    def kill(self) -> None:
        """SIGKILL, all of them."""
        for process in self.running.values():
            process.kill()
            process.wait()

    def _output(self, department: str) -> Path:
        return self.folder / f"{department}.out"


@asynccontextmanager
async def taken_in(settings: Settings) -> AsyncIterator[Portal]:
    """The application, with everything it needs."""
    store = Store(url(settings), name="journey", size=1)
    client = await temporal_setup.connect(settings, lazy=True)
    given = sample.read(SAMPLES / "name-change.json")
    given = given.model_copy(update={"later": {}, "committed": [], "commitments": []})
    try:
        async with httpx2.AsyncClient(base_url=settings.server_url, timeout=30) as http:
            portal = Portal(given, await gathered(store, http), client, lambda _step: None)
            await portal.start()
            yield portal
    finally:
        await store.close()


async def test_four_ways_and_everything_killed_in_the_middle(
    settings: Settings, tmp_path: Path
) -> None:
    departments = Departments(settings, tmp_path, _passwords(settings))
    for department in ("human_resources", "tax"):
        departments.start(department, seconds=3600)
    await _slow_down(settings, "housing_fund", seconds=5)
    try:
        async with taken_in(settings) as portal:
            number = portal.number
            await _until(portal, lambda: _all_begun(settings, departments))
            departments.kill()
            for part in ("worker", "departments"):
                os.kill(where(settings.home).processes[part], signal.SIGKILL)
            for department in ("human_resources", "tax"):
                departments.start(department, seconds=0)
            await _until(portal, lambda: _is_closed(settings, number))
    finally:
        departments.kill()
    assert _who_completed(settings, number) == {
        "human_resources": ["human_resources.system"],
        "tax": ["tax.system"],
        "housing_fund": ["housing_fund.system"],
        "bank": ["bank.automatic"],
    }
    # The workflows end a moment after the application.
    await _within(lambda: set(_assigned(settings, number).values()) == {"answered"})
    assert set(_assigned(settings, number)) == set(SYSTEMS)
    found = examined(settings.home, _url(settings), [], ours=[number], known=_others(settings))
    assert found.doubled == []
    assert found.lost == []
    assert found.differences == []
    assert found.failed_tasks == []


async def _until(portal: Portal, reached: object) -> None:
    """People go on working until it has come to that."""
    assert callable(reached)
    for _ in range(600):
        if reached():
            return
        if not await portal.step():
            await asyncio.sleep(0.2)
    pytest.fail("it never came to that")


async def _within(reached: object) -> None:
    assert callable(reached)
    for _ in range(150):
        if reached():
            return
        await asyncio.sleep(0.2)


def _all_begun(settings: Settings, departments: Departments) -> bool:
    """Both programs have a task in hand, and the webhook's system has been told of one."""
    begun = all("收到" in departments.printed(each) for each in ("human_resources", "tax"))
    told = _rows(settings, "SELECT status FROM assignment WHERE department = 'housing_fund'")
    return begun and told == [("delivered",)]


def _is_closed(settings: Settings, number: str) -> bool:
    query = "SELECT status FROM bundle WHERE number = %s"
    return _rows(settings, query, number) == [("closed",)]


def _who_completed(settings: Settings, number: str) -> dict[str, list[str]]:
    """Of each department with a system, the logins under which its tasks were completed."""
    query = (
        "SELECT t.department, a.login FROM event e JOIN task t ON t.id = e.body->>'task' "
        "JOIN account a ON a.id = e.actor->>'id' "
        "WHERE e.bundle = %s AND e.kind = 'task_completed' ORDER BY e.seq"
    )
    found: dict[str, list[str]] = {}
    for department, login in _rows(settings, query, number):
        if department in SYSTEMS:
            found.setdefault(department, []).append(login)
    return found


def _assigned(settings: Settings, number: str) -> dict[str, str]:
    query = "SELECT department, status FROM assignment WHERE bundle = %s"
    return dict(_rows(settings, query, number))


def _others(settings: Settings) -> list[str]:
    return [number for (number,) in _rows(settings, "SELECT number FROM bundle")]


def _rows(settings: Settings, query: str, *values: str) -> list[tuple[str, ...]]:
    with psycopg.connect(_url(settings)) as connection:
        return connection.execute(query.encode(), values).fetchall()


def _url(settings: Settings) -> str:
    return url(settings).replace("+psycopg", "", 1)


def _passwords(settings: Settings) -> dict[str, str]:
    lines = (settings.home / ACCOUNTS_FILE).read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


async def _slow_down(settings: Settings, department: str, *, seconds: float) -> None:
    """The made-up system takes so long over each task."""
    running = where(settings.home)
    async with httpx2.AsyncClient(
        base_url=running.departments_url or "",
        headers={"Authorization": f"Bearer {running.departments_token}"},
        timeout=PATIENCE,
    ) as http:
        answer = await http.put(f"/behaviour/{department}", json={"delay_seconds": seconds})
        answer.raise_for_status()
