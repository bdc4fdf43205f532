"""The same processes on servers that are not ours, by settings alone, and without time skipping."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from temporalio.testing import WorkflowEnvironment

from deploy import temporal_setup
from deploy.embedded.ports import choose
from deploy.embedded.stack import answers
from deploy.settings import PREFIX, Settings
from deploy.trouble import Exit, Trouble
from tests.support.stack import until
from workflows.messages import SEARCH_ATTRIBUTES

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

SAMPLES = Path(__file__).parents[2] / "deploy/samples"
NAMES = [key.name for key in SEARCH_ATTRIBUTES]


@pytest.fixture
async def temporal() -> AsyncIterator[str]:
    """The address of a server as it comes: no search attributes of ours, no time skipping."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_log_level="error",
    ) as env:
        yield env.client.service_client.config.target_host


@pytest.fixture
def settings(temporal: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", temporal_address=temporal)


class TestRegister:
    async def test_what_is_missing_is_added_once(self, settings: Settings) -> None:
        assert await asyncio.to_thread(temporal_setup.lacking, settings) == NAMES
        await asyncio.to_thread(temporal_setup.register, settings)
        await asyncio.to_thread(temporal_setup.register, settings)
        assert await asyncio.to_thread(temporal_setup.lacking, settings) == []

    async def test_a_worker_is_told_what_is_missing(self, settings: Settings) -> None:
        client = await temporal_setup.connect(settings)
        with pytest.raises(Trouble, match=f"{'、'.join(NAMES)}.*yijianshi migrate"):
            await temporal_setup.require(client, settings)

    async def test_an_unknown_namespace_is_named(self, settings: Settings) -> None:
        elsewhere = settings.model_copy(update={"temporal_namespace": "elsewhere"})
        with pytest.raises(Trouble, match="没有命名空间 elsewhere") as caught:
            await asyncio.to_thread(temporal_setup.register, elsewhere)
        assert caught.value.code == Exit.INPUT

    async def test_a_server_that_is_away_is_named(self, settings: Settings) -> None:
        away = settings.having(temporal_address="127.0.0.1:1")
        with pytest.raises(Trouble, match=r"127\.0\.0\.1:1 没有应答"):
            await asyncio.to_thread(temporal_setup.register, away)


class Outside:
    """Our commands, with nothing but the environment to tell them where to go."""

    def __init__(self, database: str, temporal: str, folder: Path) -> None:
        self.port = choose("", fixed=None, usual=18080).port
        others = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
        self._logs = folder
        self._environment = others | {
            "YIJIANSHI_HOME": str(folder / "home"),
            "YIJIANSHI_DATABASE_URL": database,
            "YIJIANSHI_TEMPORAL_ADDRESS": temporal,
            "YIJIANSHI_PORT": str(self.port),
            "YIJIANSHI_READY_FILE": str(folder / "worker.ready"),
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "deploy.main", *arguments],
            env=self._environment,
            text=True,
            capture_output=True,
            check=False,
        )

    @contextmanager
    def running(self, command: str) -> Iterator[subprocess.Popen[bytes]]:
        with (self._logs / f"{command}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "deploy.main", command],
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield process
        finally:
            process.terminate()
            assert process.wait(timeout=60) == 0


@pytest.fixture
def outside(database_url: str, temporal: str, tmp_path: Path) -> Outside:
    """An empty database of its own beside the one that other tests share."""
    url = make_url(database_url)
    plain = url.set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS outside")
        server.execute("CREATE DATABASE outside")
    address = plain.set(database="outside").render_as_string(hide_password=False)
    return Outside(address, temporal, tmp_path)


class TestOutside:
    async def test_samples_run_as_far_as_the_law_lets_them(
        self, outside: Outside, tmp_path: Path
    ) -> None:
        first = await asyncio.to_thread(outside.run, "worker")
        assert (first.returncode, "yijianshi migrate" in first.stderr) == (Exit.FAILED, True)
        for command in ("migrate", "seed"):
            done = await asyncio.to_thread(outside.run, command)
            assert done.returncode == 0, done.stderr
        with ExitStack() as processes:
            processes.enter_context(outside.running("worker"))
            processes.enter_context(outside.running("server"))
            until((tmp_path / "worker.ready").exists)
            until(lambda: answers(f"http://127.0.0.1:{outside.port}/readyz"))
            whole = await asyncio.to_thread(
                outside.run, "demo", str(SAMPLES / "address-change.json")
            )
            assert whole.returncode == 0, whole.stderr
            waits = await asyncio.to_thread(
                outside.run, "demo", str(SAMPLES / "simple-deregistration.json")
            )
            assert waits.returncode == Exit.FAILED
            assert "没有开启时间快进" in waits.stderr
            assert waits.stderr.count("\n") == 1
            looked = await asyncio.to_thread(outside.run, "rebuild", "--check")
            assert looked.returncode == 0, looked.stdout
