"""What an inbox lists: its filters, its columns, who stands in, what waits for a second look."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from activities.store.tables.inbox import Absence
from definitions.language.roles import Role
from tests.support.api import Person, World
from tests.support.inbox import FOOD_ITEM, taken_in
from tests.support.services import TODAY


@pytest.fixture
async def number(clerk: Person) -> str:
    """An application in which REG and FOOD are open."""
    return await taken_in(clerk)


async def _names(person: Person, query: str) -> list[str]:
    answer = await person.get(f"tasks?{query}")
    assert answer.status_code == 200, answer.text
    return [task["id"].partition(".")[2] for task in answer.json()["items"]]


async def _stand_in(world: World, absent: Person, substitute: Person, *, days: int = 0) -> None:
    day = TODAY + timedelta(days=days)
    async with world.services.store.begin() as session:
        await session.execute(
            insert(Absence).values(
                id=f"abs-{days}",
                account=absent.actor.id,
                substitute=substitute.actor.id,
                since=day,
                until=day,
                reason="出差",
                set_by="x",
            )
        )


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("kind=decide", ["FOOD.handle"]),
            ("kind=hearing&kind=review", []),
            (f"item={FOOD_ITEM}", ["FOOD.handle"]),
            ("item=00000000FOOD", ["FOOD.handle"]),
            (f"item={'1' * 31}", []),
            ("service=small_change", ["FOOD.handle"]),
            ("service=other", []),
            ("overdue=true", []),
            ("due_within=9", []),
            ("due_within=10", ["FOOD.handle"]),
            ("level=1", []),
            ("status=ready", ["FOOD.handle"]),
            ("status=held", []),
            ("status=waiting", []),
            ("status=reviewing", []),
            ("status=done", []),
            ("mine=true", []),
            ("asked=true", []),
        ],
    )
    async def test_narrow_the_list(
        self, number: str, fooder: Person, query: str, expected: list[str]
    ) -> None:
        assert number
        assert await _names(fooder, query) == expected

    @pytest.mark.usefixtures("number")
    async def test_know_what_is_late_by_now(self, desk: World) -> None:
        desk.staying = timedelta(days=60)
        officer = await desk.person("later", Role.OFFICER, "food")
        desk.now.at += timedelta(days=30)
        assert await _names(officer, "overdue=true") == ["FOOD.handle"]
        (task,) = (await officer.get("tasks")).json()["items"]
        assert (task["overdue"], task["light"]) == (True, "overdue")
        assert task["remaining"] < 0
        assert (await officer.get("tasks/counts")).json()["overdue"] == 1

    @pytest.mark.parametrize("query", ["status=claimed", "kind=none", "due_within=-1", "level=x"])
    async def test_that_are_none_are_refused(self, fooder: Person, query: str) -> None:
        assert (await fooder.get(f"tasks?{query}")).json()["code"] == "invalid"


class TestTask:
    async def test_shows_the_columns_of_its_item_with_personal_numbers_masked(
        self, number: str, fooder: Person
    ) -> None:
        found = (await fooder.get(f"tasks/{number}.FOOD.handle")).json()
        listed = (await fooder.get("tasks")).json()["items"][0]
        assert found["columns"] == listed["columns"]
        assert [(each["label"], each["value"]) for each in found["columns"]] == [
            ("经营项目", "热食类食品制售"),
            ("联系电话", "138****5678"),
        ]
        assert (found["item"], found["remaining"], found["light"]) == (FOOD_ITEM, 10, "green")

    async def test_says_what_it_waits_for_and_who_gave_it(
        self, desk: World, number: str, fooder: Person
    ) -> None:
        second = await desk.person("second", Role.OFFICER, "food")
        path = f"tasks/{number}.FOOD.handle"
        await fooder.post(f"{path}/claim")
        await fooder.post(f"{path}/hand-over", {"to": "second", "reasons": []})
        handed = (await second.get(path)).json()["handed"]
        assert (handed["by_name"], handed["before_name"]) == ("fooder姓名", "fooder姓名")
        await second.post(f"{path}/wait", {"cause": "applicant", "reasons": ["等复印件"]})
        waiting = (await second.get(path)).json()["waiting"]
        assert (waiting["cause"], waiting["reasons"]) == ("applicant", ["等复印件"])
        assert await _names(second, "status=waiting&mine=true") == ["FOOD.handle"]
        assert (await second.get("tasks/counts")).json()["waiting"] == 1


class TestMine:
    async def test_holds_those_of_whom_one_stands_in_for_today(
        self, desk: World, number: str, fooder: Person
    ) -> None:
        second = await desk.person("second", Role.OFFICER, "food")
        await fooder.post(f"tasks/{number}.FOOD.handle/claim")
        await _stand_in(desk, fooder, second, days=1)
        assert await _names(second, "mine=true") == []
        await _stand_in(desk, fooder, second)
        assert await _names(second, "mine=true") == ["FOOD.handle"]
        assert (await second.get("tasks/counts")).json()["mine"] == 1


class TestReviewing:
    async def test_lists_what_waits_for_ones_own_second_look(
        self, desk: World, number: str, reviewer: Person
    ) -> None:
        named, third = [await desk.person(n, Role.OFFICER, "registrar") for n in ("named", "third")]
        path = f"tasks/{number}.REG.review/propose"
        await reviewer.post(path, {"outcome": "pass", "reasons": ["齐全"], "to": "named"})
        for person, expected in ((named, ["REG.review"]), (third, []), (reviewer, [])):
            assert await _names(person, "status=reviewing") == expected
            count = (await person.get("tasks/counts")).json()["reviewing"]
            assert count == len(expected)
        proposal = (await named.get(f"tasks/{number}.REG.review")).json()["proposal"]
        assert (proposal["by_name"], proposal["to_name"]) == ("reviewer姓名", "named姓名")
        assert (proposal["outcome"], proposal["reasons"]) == ("pass", ["齐全"])


class TestAsked:
    async def test_lists_what_the_department_asked_of_others_with_the_answer(
        self, number: str, reviewer: Person, taxer: Person
    ) -> None:
        body = {"what": "consultation", "departments": ["tax"], "question": "有无欠税？"}
        asked = await reviewer.post(f"bundles/{number}/matters/REG/ask", body)
        assert asked.status_code == 200, asked.text
        (task,) = (await reviewer.get("tasks?asked=true")).json()["items"]
        assert task["request"]["question"] == "有无欠税？"
        assert (await taxer.get(f"bundles/{number}/matters/REG")).status_code == 200
        await taxer.post(f"tasks/{task['id']}/complete", {"outcome": "agree", "reasons": ["无"]})
        assert await _names(reviewer, "asked=true") == []
        (done,) = (await reviewer.get("tasks?asked=true&status=done")).json()["items"]
        assert (done["answer"]["outcome"], done["answer"]["reasons"]) == ("agree", ["无"])
        assert (await reviewer.get(f"tasks/{task['id']}")).status_code == 200
        assert (await reviewer.get("tasks/counts")).json()["answered"] == 1
