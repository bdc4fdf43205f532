"""The public view: by number and code, masked, and not to be guessed."""

import pytest

from api.progress import masked
from tests.support.api import Person, World, application


class TestProgress:
    async def test_shows_how_far_it_is(self, desk: World, clerk: Person) -> None:
        done = (await clerk.post("bundles", await application(clerk))).json()
        answer = await desk.client().get(
            f"/api/v1/progress/{done['number']}", params={"code": done["query_code"]}
        )
        body = answer.json()
        assert body["status"] == "running"
        assert body["firm_name"] == "上海****有限公司"
        assert [material["code"] for material in body["awaited"]] == ["M03"]
        assert "样品" not in answer.text

    async def test_is_registering_until_the_register_shows_it(
        self, desk: World, clerk: Person
    ) -> None:
        desk.engine.away = True
        done = (await clerk.post("bundles", await application(clerk))).json()
        answer = await desk.client().get(
            f"/api/v1/progress/{done['number']}", params={"code": done["query_code"]}
        )
        assert answer.json()["status"] == "registering"

    async def test_a_wrong_code_and_an_unknown_number_are_told_alike_and_slowed_down(
        self, desk: World, clerk: Person
    ) -> None:
        done = (await clerk.post("bundles", await application(clerk))).json()
        wrong = f"{(int(done['query_code']) + 1) % 10_000:04d}"
        client = desk.client()

        async def ask(number: str, code: str) -> tuple[int, str]:
            answer = await client.get(f"/api/v1/progress/{number}", params={"code": code})
            return answer.status_code, answer.json().get("detail", "")

        told = await ask(done["number"], wrong)
        assert told == await ask("SJ-YJS-310117-20261120-999999", "0000")
        assert told[0] == 404
        for _ in range(9):
            await ask(done["number"], wrong)
        assert (await ask(done["number"], done["query_code"]))[0] == 429

    @pytest.mark.parametrize(
        ("name", "shown"),
        [("上海松江样品有限公司", "上海****有限公司"), ("某某店", "某**"), ("店", "店"), ("", "")],
    )
    def test_the_middle_of_a_name_is_hidden(self, name: str, shown: str) -> None:
        assert masked(name) == shown
