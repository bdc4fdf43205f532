"""The made-up registers beside server and worker: asked, hanging, killed, back again."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from deploy.embedded import lock
from deploy.embedded.lock import Running
from tests.support.stack import stack, until
from tests.support.waiting import PATIENCE

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

FIRM = "91310117MA1JEF783F"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Running]:
    with stack(home) as started:
        yield started


@pytest.fixture(scope="module")
def made(running: Running) -> Iterator[httpx2.Client]:
    """The exchange itself, as who has its token."""
    assert running.registers_url is not None
    headers = {"Authorization": f"Bearer {running.registers_token}"}
    with httpx2.Client(
        base_url=running.registers_url, headers=headers, timeout=PATIENCE, trust_env=False
    ) as client:
        yield client


@pytest.fixture(scope="module")
def clerk(home: Path, running: Running) -> Iterator[httpx2.Client]:
    """The hall's API, as a clerk."""
    lines = (home / "accounts.txt").read_text().splitlines()
    login, password = next(line.split("\t") for line in lines if line.startswith("clerk\t"))
    url = f"http://127.0.0.1:{running.port}/api/v1"
    with httpx2.Client(base_url=url, timeout=30) as http:
        answer = http.post("/sessions", json={"login": login, "password": password})
        assert answer.status_code < 300, answer.text
        http.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield http


def unused(made: httpx2.Client, kind: str) -> str:
    """The code of a made-up firm of that kind that nobody asked for yet."""
    firms = made.get("/sandbox/firms").json()
    return str(next(firm["code"] for firm in firms if firm["kind"] == kind))


class TestRegisters:
    def test_hundreds_of_firms_and_the_samples_are_known(
        self, made: httpx2.Client, clerk: httpx2.Client
    ) -> None:
        assert len(made.get("/sandbox/firms").json()) > 400
        found = clerk.get(f"/firms/{FIRM}").json()
        assert found["source"] == "市场主体登记库"
        assert found["away"] == []

    def test_nobody_else_is_answered(self, made: httpx2.Client) -> None:
        with httpx2.Client(base_url=made.base_url, timeout=PATIENCE, trust_env=False) as stranger:
            assert stranger.get("/sandbox/firms").status_code == 401
            assert stranger.get(f"/enterprise/firms/{FIRM}").status_code == 401

    def test_hanging_and_killed_ones_are_survived(
        self, home: Path, running: Running, made: httpx2.Client, clerk: httpx2.Client
    ) -> None:
        code = unused(made, "joint_stock_company")
        pid = running.processes["registers"]
        os.kill(pid, signal.SIGSTOP)
        body = {"service": "company_change", "firm_code": code, "firm_name": "上海待查有限公司"}
        draft = clerk.post("/drafts", json=body)
        assert draft.status_code == 201, draft.text
        assert len(draft.json()["sharing"]["away"]) == 10
        os.kill(pid, signal.SIGKILL)

        def processes() -> dict[str, int]:
            found = lock.running(home)
            return found.processes if found else {}

        until(lambda: processes().get("registers", pid) != pid)

        def everything_is_shared() -> bool:
            found = clerk.get(f"/firms/{code}")
            return found.status_code == 200 and found.json()["away"] == []

        until(everything_is_shared)
        again = clerk.put(
            f"/drafts/{draft.json()['id']}", json=body, headers={"If-Match": '"1"'}
        ).json()
        assert again["sharing"]["away"] == {}
        assert again["firm_name"] != "上海待查有限公司"
