"""Pages by cursor: nothing skipped or told twice while new work comes in between."""

import pytest

from tests.support.api import Person, application


async def _start(clerk: Person) -> str:
    return str((await clerk.post("bundles", await application(clerk))).json()["number"])


async def _walk(person: Person, path: str, *, between: Person | None = None) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        page = (await person.get(f"{path}limit=2{after}")).json()
        found += [
            str(item.get("id") or item.get("number") or item["seq"]) for item in page["items"]
        ]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"
        if between is not None:
            await _start(between)
            between = None


class TestPages:
    async def test_of_tasks_stay_whole_while_others_come(
        self, clerk: Person, reviewer: Person
    ) -> None:
        numbers = [await _start(clerk) for _ in range(5)]
        found = await _walk(reviewer, "tasks?", between=clerk)
        assert found[:5] == [f"{number}.REG.review" for number in numbers]
        assert len(found) == len(set(found)) == 6

    async def test_of_tasks_that_are_done_run_backwards(
        self, clerk: Person, reviewer: Person
    ) -> None:
        numbers = [await _start(clerk) for _ in range(3)]
        for number in numbers:
            await reviewer.post(f"tasks/{number}.REG.review/complete", {"outcome": "pass"})
        found = await _walk(reviewer, "tasks?status=done&")
        assert sorted(found) == [f"{number}.REG.review" for number in numbers]

    async def test_of_applications_run_backwards(self, clerk: Person) -> None:
        numbers = [await _start(clerk) for _ in range(5)]
        assert await _walk(clerk, "bundles?", between=clerk) == numbers[::-1]

    async def test_of_a_timeline_hold_every_event_once(self, clerk: Person) -> None:
        number = await _start(clerk)
        version = (await clerk.get(f"bundles/{number}")).json()["version"]
        found = await _walk(clerk, f"bundles/{number}/timeline?")
        assert found == [str(seq) for seq in range(version, 0, -1)]

    async def test_of_drafts_hold_each_once(self, clerk: Person) -> None:
        body = {"service": "small_change", "firm_code": "91310117MA1J00001G"}
        ids = [(await clerk.post("drafts", body)).json()["id"] for _ in range(3)]
        assert sorted(await _walk(clerk, "drafts?")) == sorted(ids)

    @pytest.mark.parametrize("after", ["x", "W10", "WzFd", "IiI", "WyJhIiwiYiJd"])
    async def test_a_cursor_that_is_none_of_ours_is_refused(
        self, reviewer: Person, after: str
    ) -> None:
        answer = await reviewer.get(f"tasks?after={after}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
