"""The made-up department's system against the hall: it takes tasks, answers, and misbehaves."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.outside.departments.sandbox.answering import Answering
from activities.outside.departments.sandbox.book import Book, Held
from activities.outside.departments.webhooks import Kind
from tests.support.api import Person, World, application
from tests.support.departments import DEPARTMENT, Connected, connected, credentials


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
async def task(clerk: Person) -> str:
    number = (await clerk.post("bundles", await application(clerk))).json()["number"]
    return f"{number}.REG.review"


@pytest.fixture
async def side(desk: World, tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(desk, tmp_path) as made:
        yield made


def held(side: Connected, task: str) -> Held:
    found = side.book.task(DEPARTMENT, task)
    assert found is not None
    return found


async def given(side: Connected, task: str, **behaviour: object) -> None:
    """The task in the hands of a system that behaves so."""
    await side.behave(**behaviour)
    assert await side.tell(await side.give(task)) is None
    await side.answering.work()


async def status(person: Person, task: str) -> str:
    return str((await person.get(f"tasks/{task}")).json()["status"])


async def completions(person: Person, task: str) -> list[dict[str, Any]]:
    """Every completion of the task in the record."""
    found = await person.get(f"bundles/{task.split('.', maxsplit=1)[0]}/timeline")
    return [e for e in found.json()["items"] if e["kind"] == "task_completed" and e["task"] == task]


class TestAnswering:
    async def test_it_reads_the_package_and_completes_the_task(
        self, side: Connected, task: str, reviewer: Person
    ) -> None:
        await given(side, task)
        assert held(side, task).told == ("taken",)
        found = (await completions(reviewer, task))[0]
        assert (found["outcome"], found["actor"]) == ("pass", side.system.actor.id)

    async def test_a_slow_one_answers_when_its_time_has_come(
        self, desk: World, side: Connected, task: str, reviewer: Person
    ) -> None:
        await given(side, task, delay_seconds=3600)
        assert held(side, task).status == "open"
        desk.now.at += timedelta(hours=1)
        await side.answering.work()
        assert await status(reviewer, task) == "completed"

    async def test_one_that_fails_takes_the_message_at_last_and_once(
        self, side: Connected, task: str, reviewer: Person
    ) -> None:
        await side.behave(fail_times=2)
        assignment = await side.give(task)
        errors = [await side.tell(assignment) for _ in range(4)]
        assert errors == ["http-503", "http-503", None, None]
        await side.answering.work()
        assert len(side.book.tasks()) == 1
        assert len(await completions(reviewer, task)) == 1

    async def test_one_that_answers_twice_is_taken_once(
        self, side: Connected, task: str, reviewer: Person
    ) -> None:
        await given(side, task, answers="twice")
        assert held(side, task).told == ("taken", "callback-replayed", "task-not-open")
        assert len(await completions(reviewer, task)) == 1

    async def test_one_that_never_answers_does_when_it_is_told_to(
        self, side: Connected, task: str, reviewer: Person
    ) -> None:
        await given(side, task, answers="never")
        assert await status(reviewer, task) == "ready"
        await side.behave(answers="once")
        await side.answering.work()
        assert await status(reviewer, task) == "completed"

    async def test_a_late_one_has_decided_before_it_says_so(
        self, desk: World, side: Connected, task: str, reviewer: Person
    ) -> None:
        await given(side, task, answers="late", delay_seconds=7200)
        assert held(side, task).status == "completed"
        departments = side.desk.services.departments
        assert departments is not None
        belief = await departments.ask(side.target, task)
        assert belief.status == "completed"
        assert belief.answer is not None
        assert await status(reviewer, task) == "ready"
        desk.now.at += timedelta(hours=2)
        await side.answering.work()
        assert held(side, task).told == ("taken",)

    async def test_an_answer_for_a_withdrawn_task_is_refused(
        self, side: Connected, task: str, reviewer: Person
    ) -> None:
        await given(side, task, answers="after_withdrawal")
        await reviewer.post(f"tasks/{task}/complete", {"outcome": "pass"})
        assignment = await side.give(task)
        assert await side.tell(assignment, Kind.WITHDRAWN) is None
        await side.answering.work()
        found = held(side, task)
        assert (found.status, found.told) == ("withdrawn", ("task-not-open",))
        assert len(await completions(reviewer, task)) == 1

    async def test_a_withdrawn_task_is_not_worked(
        self, desk: World, side: Connected, task: str
    ) -> None:
        await given(side, task, delay_seconds=60)
        assert await side.tell(await side.give(task), Kind.WITHDRAWN) is None
        desk.now.at += timedelta(hours=1)
        await side.answering.work()
        assert (held(side, task).status, held(side, task).told) == ("withdrawn", ())

    async def test_a_wrong_outcome_is_refused_and_stays_with_people(
        self, side: Connected, task: str, reviewer: Person
    ) -> None:
        await given(side, task, outcome="grant")
        assert held(side, task).told == ("outcome-not-possible",)
        assert await status(reviewer, task) == "ready"


class TestSurviving:
    async def again(self, side: Connected) -> None:
        """As after kill -9: another process on the same book, with nothing in memory."""
        book = Book(Path(side.book._db.execute("PRAGMA database_list").fetchone()[2]))
        side.answering = Answering(book, side.desk.client(), now=side.desk.now)
        side.book = book
        await side.answering.work()

    async def test_killed_before_it_called_back(
        self, side: Connected, task: str, reviewer: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def killed(*_: object) -> str:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(side.answering, "_called", killed)
            with pytest.raises(Killed):
                await given(side, task)
        before = held(side, task)
        await self.again(side)
        assert held(side, task).answer_id == before.answer_id
        assert held(side, task).told == ("taken",)
        assert len(await completions(reviewer, task)) == 1

    async def test_killed_after_it_called_back_and_before_it_wrote_so(
        self, side: Connected, task: str, reviewer: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def killed(*_: object) -> Held:
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(side.book, "tell", killed)
            with pytest.raises(Killed):
                await given(side, task)
        assert await status(reviewer, task) == "completed"
        await self.again(side)
        assert held(side, task).told == ("callback-replayed",)
        assert len(await completions(reviewer, task)) == 1

    async def test_a_hall_that_is_away_is_tried_again_with_the_same_answer(
        self, desk: World, side: Connected, task: str, reviewer: Person
    ) -> None:
        desk.engine.away = True
        await given(side, task)
        before = held(side, task)
        assert (before.told, before.tries) == ((), 1)
        desk.engine.away = False
        desk.now.at += timedelta(minutes=2)
        await side.answering.work()
        assert held(side, task).answer_id == before.answer_id
        assert await status(reviewer, task) == "completed"

    async def test_an_expired_session_is_opened_anew(
        self, side: Connected, task: str, reviewer: Person
    ) -> None:
        side.answering._tokens["registrar.system"] = "expired"
        await given(side, task)
        assert await status(reviewer, task) == "completed"


class TestService:
    async def test_only_who_has_the_token_steers_it(self, side: Connected) -> None:
        headers = {"Authorization": "Bearer forged"}
        for method, path in (
            ("GET", "/tasks"),
            ("GET", "/tasks/x"),
            ("PUT", "/behaviour/registrar"),
            ("PUT", "/credentials/registrar"),
        ):
            answer = await side.made_up.request(method, path, headers=headers, json={})
            assert answer.status_code == 401, path

    async def test_who_does_not_sign_is_not_heard(self, side: Connected) -> None:
        answer = await side.made_up.post(f"/{DEPARTMENT}", content=b"{}")
        assert answer.status_code == 401
        assert (await side.made_up.post("/nobody", content=b"{}")).status_code == 404
        assert (await side.made_up.get(f"/{DEPARTMENT}/tasks/x")).status_code == 401

    async def test_a_new_secret_is_taken_over_without_a_restart(
        self, side: Connected, task: str, reviewer: Person
    ) -> None:
        changed = credentials("registrar.system").model_copy(update={"secrets": ("whsec_bad",)})
        path = f"/credentials/{DEPARTMENT}"
        put = await side.made_up.put(path, json=changed.model_dump())
        assert put.status_code == 204
        assert await side.tell(await side.give(task)) == "http-401"
        await side.made_up.put(path, json=credentials("registrar.system").model_dump())
        assert await side.tell(await side.give(task)) is None
        await side.answering.work()
        assert await status(reviewer, task) == "completed"

    async def test_the_page_lists_tasks_by_number_and_what_the_hall_said(
        self, side: Connected, task: str
    ) -> None:
        assert "还没有收到待办" in (await side.made_up.get("/")).text
        await given(side, task)
        page = (await side.made_up.get("/")).text
        for said in (task, "已办", "已收下"):
            assert said in page
        listed = (await side.made_up.get("/tasks")).json()
        assert [each["id"] for each in listed] == [task]
        assert (await side.made_up.get(f"/tasks/{task}")).json()["status"] == "completed"
        assert (await side.made_up.get("/tasks/none")).status_code == 404
