"""The made-up treasury beside worker and server: asked, killed, back again with its book."""

import asyncio
import os
import signal
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from activities.outside.payments.treasury import Answered
from deploy import treasury
from deploy.doctor import examine
from deploy.embedded import lock
from deploy.embedded.stack import answers, attached_to
from deploy.settings import Settings
from tests.support.stack import stack, until
from tests.support.treasury import PROJECT, payment

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]


def test_it_is_killed_and_knows_what_it_paid(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with stack(home) as running:
        settings = attached_to(Settings(home=home))
        assert settings is not None
        assert settings.treasury_url == running.treasury_url is not None
        assert asyncio.run(paid(settings)) is Answered.PAID
        pid = running.processes["treasury"]
        os.kill(pid, signal.SIGKILL)
        until(lambda: _back(home, pid))
        assert asyncio.run(paid(settings)) is Answered.PAID
        assert len(asyncio.run(statement(settings))) == 1
        stranger = httpx2.post(
            f"{running.treasury_url}/receipts", json={"keys": ["a#1"]}, trust_env=False
        )
        assert stranger.status_code == 401
        finding = next(each for each in examine(Settings(home=home)) if each.subject == "国库")
        assert finding.ok


def test_where_none_is_named_nobody_is_paid(tmp_path: Path) -> None:
    assert type(treasury.connected(Settings(home=tmp_path))).__name__ == "NoTreasury"
    named = Settings(
        home=tmp_path, treasury_url="https://t.example/", treasury_token=SecretStr("x")
    )
    assert named.treasury_url == "https://t.example"
    assert treasury.token(named) == "x"
    with pytest.raises(ValueError, match="http"):
        Settings(home=tmp_path, treasury_url="t.example")


async def paid(settings: Settings) -> Answered:
    outside = treasury.connected(settings)
    said = await outside.pay([payment()])
    await outside.close()
    return said["a#1"].answered


async def statement(settings: Settings) -> list[str]:
    outside = treasury.connected(settings)
    lines = await outside.statement(PROJECT)
    await outside.close()
    return [line.key for line in lines]


def _back(home: Path, killed: int) -> bool:
    running = lock.running(home)
    assert running is not None
    known = running.processes.get("treasury")
    return known not in {None, killed} and answers(f"{running.treasury_url}/healthz")
