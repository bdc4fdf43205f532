"""The made-up departments' system as a process of its own: killed, it goes on where it was."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from activities.outside.departments.sandbox.behaviour import Credentials
from activities.outside.departments.signing import Algorithm, secret_of, signed
from deploy.departments import known, leave
from deploy.settings import PREFIX
from tests.support.stack import until
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

DEPARTMENT, TASK = "housing_fund", "SJ-YJS-310117-20261122-000123.HF.review"
SECRET = secret_of(b"s" * 32)
TOKEN = "steering"  # noqa: S105 - a test's


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder in which seeding left what the department knows."""
    credentials = Credentials(
        connection=DEPARTMENT,
        secrets=(SECRET,),
        algorithm=Algorithm.SHA256,
        login="housing_fund.system",
        password="-",  # noqa: S106 - nobody's
    )
    leave(tmp_path, DEPARTMENT, credentials)
    return tmp_path


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def process(home: Path, port: int) -> Iterator[httpx2.Client]:
    """The process, ready; killed without a warning at the end. There is no hall."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    ours = {
        f"{PREFIX}DEPARTMENTS_PORT": str(port),
        f"{PREFIX}DEPARTMENTS_TOKEN": TOKEN,
        f"{PREFIX}PORT": "9",
    }
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "deploy.main", "--home", str(home), "departments"],
        env=inherited | ours,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = f"http://127.0.0.1:{port}"
    with httpx2.Client(base_url=url, headers=headers, timeout=PATIENCE, trust_env=False) as client:

        def is_ready() -> bool:
            assert child.poll() is None
            try:
                return bool(client.get("/healthz").status_code == 200)
            except httpx2.TransportError:
                return False

        try:
            until(is_ready)
            yield client
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait(timeout=PATIENCE)


def told(client: httpx2.Client) -> httpx2.Response:
    """The task, as the hall tells of it."""
    data = {"task": TASK, "outcomes": ["pass"], "kind": "review", "name": "审查"}
    body = json.dumps({"type": "task.assigned", "data": data}).encode()
    headers = signed(
        body,
        name="assigned_1",
        at=datetime.now(UTC),
        secret=SECRET,
        algorithm=Algorithm.SHA256,
    )
    return client.post(f"/{DEPARTMENT}", content=body, headers=headers)


class TestProcess:
    def test_killed_it_has_every_task_once_and_behaves_as_it_was_told(
        self, home: Path, port: int
    ) -> None:
        behaviour = {"delay_seconds": 5, "fail_times": 1, "answers": "never", "outcome": None}
        with process(home, port) as client:
            assert client.put(f"/behaviour/{DEPARTMENT}", json=behaviour).status_code == 204
            assert told(client).status_code == 503
            assert told(client).json() == {"taken": True}
        with process(home, port) as client:
            assert [each["id"] for each in client.get("/tasks").json()] == [TASK]
            assert client.get(f"/behaviour/{DEPARTMENT}").json() == {**behaviour, "fail_times": 0}
            assert told(client).json() == {"taken": False}

    def test_a_hall_that_is_not_there_is_waited_for(self, home: Path, port: int) -> None:
        with process(home, port) as client:
            assert told(client).json() == {"taken": True}
            until(lambda: client.get(f"/tasks/{TASK}").json()["tries"] >= 1)
            held = client.get(f"/tasks/{TASK}").json()
            assert (held["status"], held["told"]) == ("open", [])

    def test_what_it_knows_is_the_operators_alone(self, home: Path, port: int) -> None:
        assert known(home)[DEPARTMENT].secrets == (SECRET,)
        with process(home, port) as client:
            assert client.get("/tasks", headers={"Authorization": ""}).status_code == 401
        for file in ("departments.json", "departments/book.sqlite"):
            assert (home / file).stat().st_mode & 0o077 == 0
