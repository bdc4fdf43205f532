"""The made-up departments' system beside server and worker: there, steered, killed, back again."""

import json
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from activities.outside.departments.signing import Algorithm, signed
from deploy.departments import known
from deploy.embedded import lock
from deploy.embedded.lock import Running
from tests.support.stack import stack, until
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

DEPARTMENT = "housing_fund"
TASK = "SJ-YJS-310117-20261122-000123.HF.review"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Running]:
    with stack(home) as started:
        yield started


@pytest.fixture(scope="module")
def made_up(running: Running) -> Iterator[httpx2.Client]:
    """The system itself, as who has its token."""
    assert running.departments_url is not None
    headers = {"Authorization": f"Bearer {running.departments_token}"}
    url = running.departments_url
    with httpx2.Client(base_url=url, headers=headers, timeout=PATIENCE, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def admin(home: Path, running: Running) -> Iterator[httpx2.Client]:
    """The hall's API, as its administrator."""
    lines = (home / "accounts.txt").read_text().splitlines()
    login, password = next(line.split("\t") for line in lines if line.startswith("admin\t"))
    url = f"http://127.0.0.1:{running.port}/api/v1"
    with httpx2.Client(base_url=url, timeout=30) as http:
        answer = http.post("/sessions", json={"login": login, "password": password})
        assert answer.status_code < 300, answer.text
        http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield http


class TestDepartments:
    def test_every_way_is_connected_and_none_is_active(self, admin: httpx2.Client) -> None:
        found = {each["connection"]["id"]: each for each in admin.get("/connections").json()}
        ways = {name: each["connection"]["way"] for name, each in found.items()}
        assert ways == {
            "housing_fund": "webhook",
            "human_resources": "worker",
            "tax": "nexus",
            "bank": "automatic",
        }
        assert not any(each["connection"]["active"] for each in found.values())
        assert found[DEPARTMENT]["account"] == "housing_fund.system"

    def test_nobody_else_steers_it_and_the_file_is_the_operators_alone(
        self, home: Path, made_up: httpx2.Client
    ) -> None:
        with httpx2.Client(
            base_url=made_up.base_url, timeout=PATIENCE, trust_env=False
        ) as stranger:
            assert stranger.get("/tasks").status_code == 401
            assert "部门系统（样例）" in stranger.get("/").text
        for file in ("departments.json", "departments/book.sqlite"):
            assert (home / file).stat().st_mode & 0o077 == 0

    def test_the_hall_asks_it_and_is_answered(self, admin: httpx2.Client) -> None:
        report = admin.post("/connections/housing_fund/reconcile")
        assert report.status_code == 200, report.text
        assert (report.json()["asked"], report.json()["differences"]) == (0, [])

    def test_killed_it_comes_back_with_everything_it_had(
        self, home: Path, running: Running, made_up: httpx2.Client
    ) -> None:
        behaviour = {"delay_seconds": 5, "fail_times": 0, "answers": "never", "outcome": None}
        assert made_up.put(f"/behaviour/{DEPARTMENT}", json=behaviour).status_code == 204
        data = {"task": TASK, "outcomes": ["pass"], "kind": "review", "name": "审查"}
        body = json.dumps({"type": "task.assigned", "data": data}).encode()
        credentials = known(home)[DEPARTMENT]

        def told() -> httpx2.Response:
            headers = signed(
                body,
                name="assigned_1",
                at=datetime.now(UTC),
                secret=credentials.secrets[0],
                algorithm=Algorithm(credentials.algorithm),
            )
            return made_up.post(f"/{DEPARTMENT}", content=body, headers=headers)

        assert told().json() == {"taken": True}
        pid = running.processes["departments"]
        os.kill(pid, signal.SIGKILL)

        def is_back() -> bool:
            found = lock.running(home)
            return found is not None and found.processes.get("departments", pid) != pid

        until(is_back)

        def has_it() -> bool:
            try:
                return bool(made_up.get("/tasks").status_code == 200)
            except httpx2.TransportError:
                return False

        until(has_it)
        assert [(each["id"], each["status"]) for each in made_up.get("/tasks").json()] == [
            (TASK, "open")
        ]
        assert made_up.get(f"/behaviour/{DEPARTMENT}").json() == behaviour
        assert told().json() == {"taken": False}
