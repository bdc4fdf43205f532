"""The next task, one act on many, what is kept of filters, who looks on, what is found."""

import asyncio
import json

import pytest

from activities.store.desk.presence import CHANNEL as PRESENCE
from activities.store.reading.scope import Scope
from api.bulk import key_of_item
from api.routes.events import lines
from definitions.language.roles import Role
from tests.support.api import Person, World
from tests.support.inbox import FOOD_ITEM, taken_in
from tests.support.listening import followed, listened


@pytest.fixture
async def numbers(clerk: Person) -> list[str]:
    """Four applications, the first the oldest."""
    return [await taken_in(clerk) for _ in range(4)]


def _foods(numbers: list[str]) -> list[str]:
    return [f"{number}.FOOD.handle" for number in numbers]


class TestPull:
    async def test_many_at_once_get_one_each_and_nobody_the_same(
        self, desk: World, numbers: list[str]
    ) -> None:
        people = [await desk.person(f"p{n}", Role.OFFICER, "food") for n in range(6)]
        answers = await asyncio.gather(*(each.post("tasks/pull") for each in people))
        found = [answer.json() for answer in answers]
        assert all(answer.status_code == 200 for answer in answers), found
        taken = [each["task"]["id"] for each in found if each["task"]]
        assert sorted(taken) == _foods(numbers)
        assert [each["why"] for each in found if not each["task"]] == ["nothing"] * 2
        for person, each in zip(people, found, strict=True):
            if each["task"]:
                assert each["task"]["assignee"] == person.actor.id
                assert each["acted"]["state"] == "recorded"

    async def test_sent_again_finds_the_same_task(self, numbers: list[str], fooder: Person) -> None:
        assert numbers
        first = (await fooder.post("tasks/pull", key="pull-0001")).json()
        again = (await fooder.post("tasks/pull", key="pull-0001")).json()
        other = (await fooder.post("tasks/pull", key="pull-0002")).json()
        assert first["task"]["id"] == again["task"]["id"] != other["task"]["id"]
        assert first["acted"] == again["acted"]

    async def test_gives_nothing_to_who_has_enough(
        self, numbers: list[str], fooder: Person
    ) -> None:
        assert numbers
        settings = {"at_most": 1, "skills": [], "keys": True}
        await fooder.client.put("/api/v1/work-settings", json=settings)
        assert (await fooder.post("tasks/pull")).json()["task"]
        full = (await fooder.post("tasks/pull")).json()
        assert (full["task"], full["why"]) == (None, "full")

    async def test_may_be_of_some_items_only(self, numbers: list[str], fooder: Person) -> None:
        assert numbers
        none = (await fooder.post("tasks/pull", {"item": ["1" * 31]})).json()
        assert none["why"] == "nothing"
        assert (await fooder.post("tasks/pull", {"item": [FOOD_ITEM]})).json()["task"]

    async def test_is_for_who_works_tasks(self, supervisor: Person) -> None:
        assert (await supervisor.post("tasks/pull")).json()["code"] == "forbidden"


class TestBulk:
    async def test_says_of_each_what_became_of_it_and_the_same_again(
        self, desk: World, numbers: list[str], fooder: Person
    ) -> None:
        foods = _foods(numbers)
        other = await desk.person("other", Role.OFFICER, "food")
        await other.post(f"tasks/{foods[1]}/claim")
        body = {
            "tasks": [
                {"id": foods[0]},
                {"id": foods[1]},
                {"id": f"{numbers[2]}.REG.review"},
                {"id": foods[3], "version": 1},
                {"id": "nonsense"},
            ]
        }
        first = (await fooder.post("tasks/bulk/claim", body, key="bulk-key-1")).json()["results"]
        assert [(each["status"], (each["problem"] or {}).get("code")) for each in first] == [
            (200, None),
            (409, "task-taken"),
            (404, "unknown-task"),
            (412, "version-conflict"),
            (404, "unknown-task"),
        ]
        again = (await fooder.post("tasks/bulk/claim", body, key="bulk-key-1")).json()["results"]
        assert again == first
        assert len((await fooder.get("tasks?mine=true")).json()["items"]) == 1

    async def test_completes_with_reasons_given_once_for_all(
        self, numbers: list[str], reviewer: Person
    ) -> None:
        tasks = [{"id": f"{number}.REG.review"} for number in numbers]
        bare = {"tasks": tasks, "outcome": "advise_refusal"}
        refused = await reviewer.post("tasks/bulk/complete", bare)
        assert (refused.status_code, refused.json()["code"]) == (422, "reasons-missing")
        given = await reviewer.post("tasks/bulk/complete", {**bare, "reasons": ["均不符合"]})
        assert [each["status"] for each in given.json()["results"]] == [200] * 4
        done = (await reviewer.get("tasks?status=done&mine=true")).json()["items"]
        assert {task["outcome"] for task in done} == {"advise_refusal"}

    @pytest.mark.parametrize(
        ("act", "body"),
        [
            ("complete", {}),
            ("hand-over", {}),
            ("claim", {"tasks": []}),
            ("claim", {"tasks": [{"id": "x"}] * 2}),
            ("claim", {"tasks": [{"id": str(n)} for n in range(101)]}),
            ("urge", {}),
        ],
    )
    async def test_is_refused_as_a_whole_where_all_of_it_is_wrong(
        self, fooder: Person, act: str, body: dict[str, object]
    ) -> None:
        answer = await fooder.post(f"tasks/bulk/{act}", {"tasks": [{"id": "x"}], **body})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")

    def test_the_key_of_an_item_is_its_own_and_short_enough(self) -> None:
        keys = {key_of_item("k" * 100, task) for task in ("a", "b")}
        assert len(keys) == 2
        assert max(map(len, keys)) <= 100


class TestViews:
    async def test_are_kept_changed_and_dropped_by_their_owner_alone(
        self, fooder: Person, taxer: Person
    ) -> None:
        body = {"name": "急件", "query": {"status": "ready", "due_within": 3}}
        kept = (await fooder.post("views", body, key="view-key-1")).json()
        assert (await fooder.post("views", body, key="view-key-1")).json() == kept
        address = f"/api/v1/views/{kept['id']}"
        changed = {"name": "特急", "query": {"overdue": True}, "position": 5}
        assert (await taxer.client.put(address, json=changed)).status_code == 404
        await taxer.client.delete(address)
        assert (await fooder.client.put(address, json=changed)).json() == {**kept, **changed}
        assert (await fooder.get("views")).json() == [{**kept, **changed}]
        assert (await taxer.get("views")).json() == []
        assert (await fooder.client.delete(address)).status_code == 204
        assert (await fooder.get("views")).json() == []

    async def test_hold_only_what_a_list_can_be_asked(self, fooder: Person) -> None:
        for query in ({"password": "x"}, {"status": "lost"}, {"due_within": 1000}):
            answer = await fooder.post("views", {"name": "x", "query": query})
            assert answer.json()["code"] == "invalid"


class TestPresence:
    async def test_tells_colleagues_who_looks_and_that_they_stopped(
        self, desk: World, numbers: list[str], fooder: Person
    ) -> None:
        second = await desk.person("second", Role.OFFICER, "food")
        hub, path = desk.services.hub, f"tasks/{numbers[0]}.FOOD.handle/presence"
        await hub.start()
        stream = lines(hub, Scope(department="food", account=second.actor.id), None)
        assert await anext(stream) == "retry: 3000\n\n"
        told = asyncio.create_task(anext(stream))
        await followed(hub)
        await listened(desk.services.store, PRESENCE)
        assert (await fooder.post(path)).json()["people"] == []
        said = await told
        assert said.startswith("event: presence\n")
        news = json.loads(said.split("data: ")[1])
        assert [person["name"] for person in news["people"]] == ["fooder姓名"]
        assert [p["name"] for p in (await second.post(path)).json()["people"]] == ["fooder姓名"]
        await fooder.post(path, {"looking": False})
        assert (await second.post(path)).json()["people"] == []
        await stream.aclose()
        await hub.close()


class TestEvents:
    async def test_tell_an_open_inbox_that_a_task_is_gone(
        self, desk: World, numbers: list[str], fooder: Person
    ) -> None:
        hub = desk.services.hub
        await hub.start()
        stream = lines(hub, Scope(department="food"), None)
        await anext(stream)
        following = asyncio.create_task(_told_of(stream, "task_completed"))
        await followed(hub)
        path = f"tasks/{numbers[0]}.FOOD.handle"
        await fooder.post(f"{path}/complete", {"outcome": "grant"})
        task = (await following)["task"]
        assert (task["id"], task["item"]) == (path.removeprefix("tasks/"), FOOD_ITEM)
        assert (task["status"], task["department"]) == ("completed", "food")
        await stream.aclose()
        await hub.close()


async def _told_of(stream: object, kind: str) -> dict[str, dict[str, str]]:
    async for line in stream:  # type: ignore[attr-defined]
        if line.startswith("id: "):
            said: dict[str, dict[str, str]] = json.loads(line.split("data: ")[1])
            if said["kind"] == kind:
                return said
    raise AssertionError(kind)


class TestSearch:
    async def test_shows_beside_a_hit_what_there_is_to_do(
        self, numbers: list[str], fooder: Person, taxer: Person
    ) -> None:
        matter = f"{FOOD_ITEM}20261120{int(numbers[0][-6:]):04}"
        for asked in (numbers[0], matter, numbers[0][-6:]):
            (hit,) = (await fooder.get(f"search?q={asked}")).json()["items"]
            assert hit["bundle"]["number"] == numbers[0]
            assert [task["id"] for task in hit["tasks"]] == _foods(numbers)[:1]
        for asked in ("91310117MA1J00001G", "样品", "松江样品有限公司", numbers[0][:24]):
            found = (await taxer.get(f"search?q={asked}")).json()
            assert [hit["bundle"]["number"] for hit in found["items"]] == numbers[::-1], asked
            assert not any(hit["tasks"] for hit in found["items"])
        assert (await taxer.get("search?q=样品&limit=2")).json()["more"]
