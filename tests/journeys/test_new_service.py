"""A new service is one YAML file with its golden cases: published into a stack that runs.

Nothing is restarted and no Python is written; an application is handled under it to its end, and
goes on under it when the next version comes.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from activities.store.engine import Store
from definitions.language.roles import Role
from deploy import temporal_setup
from deploy.database import url
from deploy.embedded.stack import attached_to
from deploy.journey import Journey
from deploy.main import app
from deploy.people import Declined, Json, People, gathered
from deploy.sample import Sample
from deploy.settings import Settings, load
from deploy.trouble import Trouble
from tests.support.new_service import SAMPLE, SERVICE, TEXT, second, written
from tests.support.survival import standing
from tests.support.waiting import until

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A stack of this module alone."""
    with standing(tmp_path_factory.mktemp("new") / "data") as home:
        running = attached_to(load(home=home))
        assert running is not None
        yield running


def command(settings: Settings, *words: str) -> str:
    """What `yijianshi definitions …` prints."""
    done = CliRunner().invoke(
        app, ["--home", str(settings.home), "definitions", *words], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    return done.output


def publish(settings: Settings, path: Path, *, by: str = "policy2") -> str:
    """Proposed by one policy officer, approved by `by`."""
    return command(settings, "publish", str(path), "--proposed-by", "policy", "--approved-by", by)


async def offered(people: People, version: int) -> None:
    """Wait until the running server knows that version."""
    clerk = people.post(Role.WINDOW_CLERK)

    async def is_offered() -> bool:
        known = {each["service"]: each["version"] for each in await clerk.read("/services")}
        return bool(known.get(SERVICE) == version)

    await until(is_offered)


class _Story:
    """The people of the stack, and journeys of the new service."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.steps: list[str] = []

    async def run(self, folder: Path) -> tuple[Json, Json]:
        """One application closed before the next version, one begun before and closed after."""
        store = Store(url(self.settings), name="journey", size=1)
        client = await temporal_setup.connect(self.settings, lazy=True)
        try:
            async with httpx2.AsyncClient(base_url=self.settings.server_url, timeout=30) as http:
                people = await gathered(store, http)
                await offered(people, 1)
                sample = Sample.model_validate(SAMPLE)
                first, second_one = (
                    Journey(sample, people, client, lambda step: self.steps.append(step.subject))
                    for _ in range(2)
                )
                done = await first.run()
                await second_one.start()
                path = written(folder, second(), version=2)
                await asyncio.to_thread(publish, self.settings, path)
                await offered(people, 2)
                while await second_one.step():
                    pass
                clerk = people.post(Role.WINDOW_CLERK)
                view: Json = await clerk.read(f"/bundles/{second_one.number}")
                await asyncio.to_thread(
                    command,
                    *(self.settings, "retire", SERVICE, "2", "--by", "policy", "--why", "测试"),
                )
                await refused(people)
                return done, view
        finally:
            await store.close()


async def refused(people: People) -> None:
    """Wait until nobody can begin the service any more."""
    body = {name: SAMPLE[name] for name in ("service", "firm_code", "answers", "form")}
    codes: list[str] = []

    async def is_refused() -> bool:
        try:
            await people.post(Role.WINDOW_CLERK).act("/guidance", {**body, "materials": {}})
        except Declined as declined:
            codes.append(declined.problem["code"])
        return bool(codes)

    await until(is_refused)
    assert codes == ["service-retired"]


class TestNewService:
    def test_four_eyes_and_everything_wrong_stop_it(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        path = written(tmp_path)
        with pytest.raises(Trouble, match="另一人"):
            publish(settings, path, by="policy")
        with pytest.raises(Trouble, match="不能提出或者批准"):
            publish(settings, path, by="clerk")
        broken = written(tmp_path / "broken", TEXT.replace("lead: market_reg", "lead: no_reg"))
        with pytest.raises(Trouble, match="no_regulation"):
            publish(settings, broken)

    def test_is_one_file_with_its_cases(self, settings: Settings, tmp_path: Path) -> None:
        path = written(tmp_path)
        assert "没有问题" in command(settings, "check", str(path))
        assert "都相符" in command(settings, "test", str(path))
        assert "已发布" in publish(settings, path)
        story = _Story(settings)
        closed, running = asyncio.run(story.run(tmp_path))
        assert {m["key"]: m["result"] for m in closed["matters"]} == {
            "GYM": "granted",
            "SIGN": "granted",
        }
        assert [each["name"] for each in closed["documents"]][-2:] == [
            "健身场所备案通知书",
            "招牌备案回执",
        ]
        # Begun under the first version, it ended under it.
        assert (running["status"], running["service_version"]) == ("closed", 1)
        assert f"{SERVICE} 第 1 版" in command(settings, "list")
        assert "承诺时限 5 → 3 个工作日" in command(settings, "diff", SERVICE, "1", "2")
        assert "在办 0 件" in command(settings, "impact", SERVICE, "2")
