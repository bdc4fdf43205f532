"""How somebody works: settings, absences, and acting for who is absent."""

import pytest

from definitions.language.roles import Role
from tests.support.api import Person, World, application
from tests.support.console.restaurant import claimed, read, send
from tests.support.forms import text

SETTINGS, ABSENCES = "/console/settings", "/console/absences"


@pytest.fixture
async def second(desk: World) -> Person:
    return await desk.person("second", Role.OFFICER, "registrar")


class TestSettings:
    async def test_are_kept_and_shown_again(self, reviewer: Person) -> None:
        page = await read(reviewer, SETTINGS)
        done = await send(
            reviewer,
            page,
            "/settings",
            at_most="7",
            shift_from="09:00",
            shift_until="17:00",
            skills=["review"],
        )
        assert done.status_code == 303, done.text
        after = await read(reviewer, SETTINGS)
        for part in ('value="7"', 'value="09:00"', 'value="review" checked'):
            assert part in after
        # Single keys were not ticked: they are off on every page from now on.
        assert "data-keys" not in after
        keys = await read(reviewer, "/console/keys")
        await send(reviewer, keys, "/preferences", keys="on")
        assert "data-keys" in await read(reviewer, SETTINGS)

    async def test_faults_are_told_at_the_field(self, reviewer: Person) -> None:
        page = await read(reviewer, SETTINGS)
        done = await send(reviewer, page, "/settings", at_most="0", shift_from="25:00")
        assert done.status_code == 422
        assert "时间请按时、分填写" in done.text
        bad = await send(reviewer, page, "/settings", at_most="900", keys="yes")
        assert "1 到 200 之间" in bad.text
        half = await send(reviewer, page, "/settings", at_most="5", shift_from="09:00")
        assert "班次的起止时间请一并填写" in half.text

    async def test_say_what_one_is_trusted_with(self, reviewer: Person) -> None:
        assert "本部门全部事项" in await read(reviewer, SETTINGS)

    async def test_are_nobodys_who_works_no_tasks(self, supervisor: Person) -> None:
        assert (await supervisor.client.get(SETTINGS)).status_code == 403


class TestAbsences:
    async def test_a_substitute_acts_and_both_names_are_on_record(
        self, clerk: Person, reviewer: Person, second: Person
    ) -> None:
        body = await application(clerk, committed=["FOOD"])
        number = str((await clerk.post("bundles", body)).json()["number"])
        url = f"/console/tasks/{number}.REG.review"
        await claimed(reviewer, url)
        page = await read(reviewer, ABSENCES)
        bare = await send(reviewer, page, "/absences")
        assert bare.status_code == 422
        assert "请选择代办人" in bare.text
        done = await send(
            reviewer,
            page,
            "/absences",
            substitute=second.actor.id,
            since="2026-11-20",
            until="2026-11-27",
            reason="年休假",
        )
        assert done.status_code == 303, done.text
        assert "second姓名 代 reviewer姓名 办理" in await read(reviewer, ABSENCES)
        mine = await read(second, "/console/inbox?view=mine")
        assert url in mine
        task = await read(second, url)
        assert "您正在代reviewer姓名办理" in task
        done = await send(second, task, "/complete", outcome="pass", opinion="齐全")
        assert done.status_code == 303, done.text
        assert "（代reviewer姓名）" in await read(second, url)
        line = text(await read(clerk, f"/console/bundles/{number}/timeline"))
        assert "second姓名（代reviewer姓名）" in line

    async def test_it_ends_early(self, reviewer: Person, second: Person) -> None:
        page = await read(reviewer, ABSENCES)
        said = {"substitute": second.actor.id, "since": "2026-11-20", "until": "2026-11-27"}
        await send(reviewer, page, "/absences", **said, reason="出差")
        shown = await read(second, ABSENCES)
        assert "◐ 代办中" in text(shown)
        assert "/end" not in shown
        done = await send(reviewer, await read(reviewer, ABSENCES), "/end")
        assert done.status_code == 303
        assert "○ 已结束" in text(await read(reviewer, ABSENCES))

    async def test_what_is_not_possible_is_told_at_the_field(
        self, reviewer: Person, second: Person
    ) -> None:
        page = await read(reviewer, ABSENCES)
        done = await send(
            reviewer,
            page,
            "/absences",
            substitute=second.actor.id,
            since="2026-11-27",
            until="2026-11-20",
            reason="出差",
        )
        assert done.status_code == 422
        assert "结束的日期不能早于开始的日期" in done.text
        assert 'href="#until"' in done.text
