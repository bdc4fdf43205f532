"""Signed answers of departments' systems: what is taken, and every way to be refused."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from activities.outside.departments.signing import (
    SIGNATURE,
    TIMESTAMP,
    TOLERANCE,
    Algorithm,
    secret_of,
    signed,
)
from activities.store.desk.callbacks import RefusedView, callback_of, refused_calls
from activities.store.desk.connections import set_active
from activities.store.engine import WriteSession
from api import callbacks
from api.callbacks import LARGEST
from tests.support.api import PDF, Person, World, application
from tests.support.departments import NEW, OLD, RETIRED, Connected, connected

SAID = "这句话不该出现在任何日志里"
OTHER = secret_of(b"x" * 32)


@pytest.fixture
async def task(clerk: Person) -> str:
    number = (await clerk.post("bundles", await application(clerk))).json()["number"]
    return f"{number}.REG.review"


@pytest.fixture
async def side(desk: World, tmp_path: Path, task: str) -> AsyncIterator[Connected]:
    async with connected(desk, tmp_path) as made:
        await made.give(task)
        yield made


async def refused(side: Connected) -> list[RefusedView]:
    async with side.desk.services.store.reading() as session:
        return list(await refused_calls(session, limit=50))


async def outcome(person: Person, task: str) -> str | None:
    """How the task was completed; None where it is open."""
    found = (await person.get(f"tasks/{task}")).json()["outcome"]
    assert found is None or isinstance(found, str)
    return found


class TestTaken:
    async def test_an_answer_completes_the_task_as_the_systems_account(
        self, desk: World, side: Connected, task: str, reviewer: Person
    ) -> None:
        answer = await side.call(side.body(task, reasons=["材料齐全"]), name="answer_a")
        assert answer.status_code == 200, answer.text
        assert answer.json()["task"] == task
        found = (await reviewer.get(f"tasks/{task}")).json()
        assert (found["status"], found["outcome"]) == ("completed", "pass")
        assert found["assignee"] == side.system.actor.id
        assert await refused(side) == []
        async with desk.services.store.reading() as session:
            kept = await callback_of(session, "registrar", "answer_a")
        assert kept is not None
        assert kept.receipt == answer.json()

    async def test_by_the_secret_of_before_while_both_are_active(
        self, side: Connected, task: str, reviewer: Person
    ) -> None:
        assert (await side.call(side.body(task), secret=OLD)).status_code == 200
        assert await outcome(reviewer, task) == "pass"

    async def test_by_sm3_where_that_was_agreed_on(
        self, desk: World, tmp_path: Path, task: str
    ) -> None:
        async with connected(desk, tmp_path, algorithm=Algorithm.SM3) as side:
            await side.give(task)
            wrong = await side.call(side.body(task))
            assert wrong.json()["code"] == "signature-invalid"
            right = await side.call(side.body(task), algorithm=Algorithm.SM3)
            assert right.status_code == 200, right.text

    async def test_with_a_file_in_it_and_one_that_was_uploaded_before(
        self, side: Connected, task: str
    ) -> None:
        uploaded = (await side.system.upload(PDF + b"\n%other")).json()["sha256"]
        content = base64.b64encode(PDF).decode()
        files = [{"name": "踏勘记录.pdf", "content": content}, {"sha256": uploaded}]
        body = side.body(task, files=files)
        assert (await side.call(body)).status_code == 200

    async def test_after_a_crash_before_the_receipt_was_kept_it_is_the_same_answer(
        self, side: Connected, task: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def cut(_: WriteSession, **_said: object) -> bool:
            raise RuntimeError

        body = side.body(task, files=[{"name": "a.pdf", "content": base64.b64encode(PDF).decode()}])
        with monkeypatch.context() as patched:
            patched.setattr(callbacks.kept, "keep_callback", cut)
            assert (await side.call(body, name="answer_a")).status_code == 500
        again = await side.call(body, name="answer_a")
        assert again.status_code == 200, again.text
        timeline = await side.system.get(f"bundles/{task.split('.', maxsplit=1)[0]}/timeline")
        completed = [e for e in timeline.json()["items"] if e["kind"] == "task_completed"]
        assert len(completed) == 1
        assert await refused(side) == []

    async def test_while_the_register_is_behind_it_is_neither_receipt_nor_refusal(
        self, desk: World, side: Connected, task: str
    ) -> None:
        desk.engine.slow = True
        assert (await side.call(side.body(task), name="answer_a")).status_code == 202
        desk.engine.slow = False
        assert (await side.call(side.body(task), name="answer_a")).status_code == 200

    async def test_while_the_engine_is_away_it_is_no_refusal(
        self, desk: World, side: Connected, task: str
    ) -> None:
        desk.engine.away = True
        assert (await side.call(side.body(task))).json()["code"] == "engine-away"
        assert await refused(side) == []


class TestRefused:
    @pytest.fixture(autouse=True)
    async def nothing_of_it_is_logged(self) -> AsyncIterator[None]:
        with capture_logs() as logs:
            yield
        assert SAID not in str(logs)
        assert OTHER not in str(logs)
        assert [entry for entry in logs if entry["event"] == "callback_refused"]

    async def check(
        self,
        side: Connected,
        task: str,
        code: str,
        status: int,
        *,
        known: bool = False,
        **call: object,
    ) -> None:
        """Refused so, written down so, and the task still open."""
        body = call.pop("body", side.body(task, reasons=[SAID]))
        answer = await side.call(body, **call)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        rows = await refused(side)
        assert [row.rule for row in rows] == [code]
        assert rows[0].task == (task if known else None)
        assert rows[0].remote is not None
        found = (await side.system.get(f"tasks/{task}")).json()
        assert found["status"] == "ready"

    async def test_a_retired_secret(self, side: Connected, task: str) -> None:
        await self.check(side, task, "signature-invalid", 401, secret=RETIRED)

    async def test_a_forged_signature(self, side: Connected, task: str) -> None:
        await self.check(side, task, "signature-invalid", 401, secret=OTHER)

    async def test_no_signature(self, side: Connected, task: str) -> None:
        await self.check(side, task, "signature-missing", 401, webhook_signature="")

    async def test_an_altered_body(self, side: Connected, task: str) -> None:
        body = side.body(task, reasons=[SAID])
        made = signed(
            side.body(task, outcome="advise_refusal"),
            name="answer_a",
            at=side.desk.now(),
            secret=NEW,
            algorithm=Algorithm.SHA256,
        )
        call = {"webhook_signature": made[SIGNATURE], "webhook_timestamp": made[TIMESTAMP]}
        await self.check(side, task, "signature-invalid", 401, body=body, name="answer_a", **call)

    async def test_a_stale_one(self, side: Connected, task: str) -> None:
        at = side.desk.now() - TOLERANCE - timedelta(seconds=1)
        await self.check(side, task, "signature-stale", 401, at=at)

    async def test_one_from_the_future(self, side: Connected, task: str) -> None:
        at = side.desk.now() + TOLERANCE + timedelta(seconds=1)
        await self.check(side, task, "signature-future", 401, at=at)

    async def test_an_unknown_connection(self, side: Connected, task: str) -> None:
        await self.check(side, task, "unknown-connection", 404, connection="nobody")

    async def test_a_connection_that_was_disabled(self, side: Connected, task: str) -> None:
        async with side.desk.services.store.begin() as session:
            await set_active(session, "registrar", active=False, by="test")
        await self.check(side, task, "connection-inactive", 409)

    async def test_what_is_no_json(self, side: Connected, task: str) -> None:
        await self.check(side, task, "malformed", 400, body=SAID.encode())

    async def test_what_is_not_asked_for(self, side: Connected, task: str) -> None:
        body = side.body(task, opinion=SAID)
        await self.check(side, task, "invalid", 422, body=body)

    async def test_missing_reasons(self, side: Connected, task: str) -> None:
        body = side.body(task, outcome="advise_refusal")
        await self.check(side, task, "reasons-missing", 422, body=body, known=True)

    async def test_an_outcome_the_task_has_not(self, side: Connected, task: str) -> None:
        body = side.body(task, outcome="grant")
        await self.check(side, task, "outcome-not-possible", 422, body=body, known=True)

    async def test_a_name_where_a_staff_number_belongs(self, side: Connected, task: str) -> None:
        body = side.body(task, handled_by=[SAID])
        await self.check(side, task, "invalid", 422, body=body, known=True)

    async def test_one_that_is_too_large(self, side: Connected, task: str) -> None:
        await self.check(side, task, "too-large", 413, body=b"x" * (LARGEST + 1))

    async def test_files_that_are_too_large_together(self, side: Connected, task: str) -> None:
        content = base64.b64encode(b"%PDF-" + b"0" * 5_400_000).decode()
        body = side.body(task, files=[{"name": f"{n}.pdf", "content": content} for n in "ab"])
        await self.check(side, task, "too-large", 413, body=body, known=True)

    @pytest.mark.parametrize(
        "file",
        [{}, {"name": "a.pdf"}, {"content": "eA=="}, {"name": "a.pdf", "content": "!"}],
    )
    async def test_files_that_are_none(
        self, side: Connected, task: str, file: dict[str, str]
    ) -> None:
        await self.check(side, task, "invalid", 422, body=side.body(task, files=[file]), known=True)

    async def test_a_file_nobody_uploaded(self, side: Connected, task: str) -> None:
        body = side.body(task, files=[{"sha256": "0" * 64}])
        await self.check(side, task, "unknown-file", 404, body=body, known=True)

    async def test_a_task_that_was_not_given_to_it(self, side: Connected, task: str) -> None:
        other = task.replace("REG.review", "FOOD.handle")
        body = side.body(other, outcome="grant", reasons=[SAID])
        answer = await side.call(body)
        assert (answer.status_code, answer.json()["code"]) == (404, "task-not-assigned")
        assert [(row.rule, row.task) for row in await refused(side)] == [
            ("task-not-assigned", other)
        ]

    async def test_a_task_that_is_closed(
        self, side: Connected, task: str, reviewer: Person
    ) -> None:
        done = await reviewer.post(f"tasks/{task}/complete", {"outcome": "pass"})
        assert done.status_code == 200, done.text
        answer = await side.call(side.body(task, reasons=[SAID]))
        assert (answer.status_code, answer.json()["code"]) == (409, "task-not-open")
        assert [(row.rule, row.task) for row in await refused(side)] == [("task-not-open", task)]

    async def test_a_replayed_one_is_told_the_first_receipt(
        self, side: Connected, task: str
    ) -> None:
        body = side.body(task, reasons=[SAID])
        first = await side.call(body, name="answer_a")
        again = await side.call(body, name="answer_a")
        assert (again.status_code, again.json()["code"]) == (409, "callback-replayed")
        assert again.json()["details"] == first.json()
        assert [(row.rule, row.webhook) for row in await refused(side)] == [
            ("callback-replayed", "answer_a")
        ]

    async def test_another_body_under_the_same_id(self, side: Connected, task: str) -> None:
        await side.call(side.body(task), name="answer_a")
        again = await side.call(side.body(task, reasons=[SAID]), name="answer_a")
        assert (again.status_code, again.json()["code"]) == (409, "callback-altered")

    async def test_another_body_under_an_id_whose_receipt_was_lost(
        self, side: Connected, task: str
    ) -> None:
        side.desk.engine.slow = True
        assert (await side.call(side.body(task), name="answer_a")).status_code == 202
        side.desk.engine.slow = False
        again = await side.call(side.body(task, reasons=[SAID]), name="answer_a")
        assert (again.status_code, again.json()["code"]) == (409, "callback-altered")


class TestFloods:
    async def test_beyond_a_hundred_a_place_they_are_told_to_slow_down_and_not_written(
        self, side: Connected, task: str
    ) -> None:
        answers = [await side.call(b"{}", secret=OTHER) for _ in range(102)]
        assert [answer.status_code for answer in answers[99:]] == [401, 429, 429]
        async with side.desk.services.store.reading() as session:
            assert len(await refused_calls(session, limit=200)) == 100
        assert (await side.call(side.body(task))).status_code == 200


class TestTokens:
    async def test_a_forged_token_reads_no_package(self, desk: World, task: str) -> None:
        forged = desk.client(headers={"Authorization": "Bearer forged"})
        answer = await forged.get(f"/api/v1/tasks/{task}/package")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
