"""Beside a task: notes with files, the draft of its form, how one takes work."""

import json
from typing import Any

import httpx2
import pytest

from definitions.language.roles import Role
from tests.support.api import Person
from tests.support.legal_api import ok, pointer, refused
from tests.support.work_api import WHY, Work

TASK = "PERMIT.receipt"


def address(case: Work, rest: str) -> str:
    """Below the task."""
    return f"tasks/{case.number}.{TASK}/{rest}"


async def typed(person: Person, case: Work, body: Any) -> httpx2.Response:  # noqa: ANN401 - any JSON
    """Keep a draft."""
    place, kind = f"/api/v1/{address(case, 'draft')}", {"Content-Type": "application/json"}
    return await person.client.put(place, content=json.dumps(body), headers=kind)


class TestNotes:
    async def test_are_read_by_who_sees_the_task_with_their_files(self, case: Work) -> None:
        file = (await case.officer.upload(name="现场照片.pdf")).json()["id"]
        body = {"body": "已电话联系", "files": [file]}
        made = await case.officer.post(address(case, "notes"), body)
        assert made.status_code == 201, made.text
        await case.head.post(address(case, "notes"), {"body": "知道了"})
        items = (await case.second.get(address(case, "notes"))).json()["items"]
        assert [(each["account_name"], each["body"]) for each in items] == [
            ("officer姓名", "已电话联系"),
            ("head姓名", "知道了"),
        ]
        assert items[0]["files"][0]["name"] == "现场照片.pdf"
        got = await case.second.get(address(case, f"notes/{items[0]['id']}/files/{file}"))
        assert got.headers["content-type"] == "application/pdf"
        elsewhere = await case.second.get(address(case, f"notes/{items[1]['id']}/files/{file}"))
        assert refused(elsewhere) == (404, "unknown-file")

    async def test_are_not_there_for_who_does_not_see_the_task(self, case: Work) -> None:
        ok_note = await case.officer.post(address(case, "notes"), {"body": "内部意见"})
        assert ok_note.status_code == 201
        for person in (case.taxer, case.clerk):
            assert refused(await person.get(address(case, "notes"))) == (404, "unknown-task")
            written = await person.post(address(case, "notes"), {"body": "我也说"})
            assert refused(written) == (404, "unknown-task")
            file = await person.get(address(case, "notes/1/files/x"))
            assert refused(file) == (404, "unknown-task")

    async def test_are_written_by_who_works_or_watches_and_not_by_who_only_reads(
        self, case: Work
    ) -> None:
        policy = await case.world.person("policy", Role.POLICY_OFFICER)
        told = await policy.post(address(case, "notes"), {"body": "路过"})
        assert refused(told) == (403, "forbidden")
        watched = await case.supervisor.post(address(case, "notes"), {"body": "请抓紧"})
        assert watched.status_code == 201

    async def test_are_paged_in_the_order_they_were_written(self, case: Work) -> None:
        for number in range(3):
            await case.officer.post(address(case, "notes"), {"body": f"第{number}条"})
        first = (await case.officer.get(address(case, "notes?limit=2"))).json()
        rest = (await case.officer.get(address(case, f"notes?after={first['next']}"))).json()
        assert [each["body"] for each in (*first["items"], *rest["items"])] == [
            "第0条",
            "第1条",
            "第2条",
        ]
        broken = await case.officer.get(address(case, "notes?after=WyJ4Il0"))
        assert refused(broken) == (422, "invalid")

    async def test_under_one_key_are_written_once(self, case: Work) -> None:
        body = {"body": "一次"}
        first = await case.officer.post(address(case, "notes"), body, key="write-once")
        again = await case.officer.post(address(case, "notes"), body, key="write-once")
        assert again.json() == first.json()
        other = await case.officer.post(address(case, "notes"), {"body": "两次"}, key="write-once")
        assert refused(other) == (422, "idempotency-key-reused")
        same_key = await case.second.post(
            address(case, "notes"), {"body": "我的"}, key="write-once"
        )
        assert same_key.status_code == 201

    async def test_say_something_and_bring_files_of_their_own(self, case: Work) -> None:
        empty = await case.officer.post(address(case, "notes"), {"body": " "})
        assert pointer(empty) == "/body"
        theirs = {"body": "附件", "files": [case.files["any"]]}
        answer = await case.officer.post(address(case, "notes"), theirs)
        assert (refused(answer), pointer(answer)) == ((422, "invalid"), "/files/0")

    async def test_are_of_characters_that_can_be_kept(self, case: Work) -> None:
        odd = await case.officer.post(address(case, "notes"), {"body": "一\x00二"})
        assert (refused(odd), pointer(odd)) == ((422, "invalid"), "/body")
        lines = await case.officer.post(address(case, "notes"), {"body": "一\n二 🏮"})
        assert lines.json()["body"] == "一\n二 🏮"

    async def test_are_no_part_of_the_legal_record(self, case: Work) -> None:
        before = await case.events()
        await case.officer.post(address(case, "notes"), {"body": "内部意见"})
        assert await case.events() == before


class TestDraft:
    @pytest.mark.parametrize(
        "body",
        [
            {"outcome": "nonsense", "days": -1, "text": "写到一半"},
            [1, None, {"深": ["层"]}],
            "一行",
            None,
            {"odd": "\x00 \ud800"},
        ],
    )
    async def test_is_kept_just_as_it_was_typed(self, case: Work, body: object) -> None:
        assert (await typed(case.officer, case, body)).status_code == 204
        assert (await case.officer.get(address(case, "draft"))).json()["body"] == body

    async def test_is_ones_own_and_the_last_one_counts(self, case: Work) -> None:
        await typed(case.officer, case, {"n": 1})
        await typed(case.officer, case, {"n": 2})
        assert (await case.officer.get(address(case, "draft"))).json()["body"] == {"n": 2}
        other = (await case.second.get(address(case, "draft"))).json()
        assert other == {"body": None, "changed_at": None}
        assert refused(await case.taxer.get(address(case, "draft"))) == (404, "unknown-task")
        assert refused(await typed(case.taxer, case, {})) == (404, "unknown-task")

    async def test_is_no_larger_than_64_kib(self, case: Work) -> None:
        assert (await typed(case.officer, case, "字" * 21_000)).status_code == 204
        assert refused(await typed(case.officer, case, "字" * 22_000)) == (413, "too-large")

    @pytest.mark.parametrize("verb", ["complete", "return", "approve"])
    async def test_is_gone_when_the_task_is_done(self, case: Work, verb: str) -> None:
        for person in (case.officer, case.second):
            await typed(person, case, {"n": 1})
        accept = {"outcome": "accept"}
        point = {"fault": "unclear", "says": "看不清"}
        match verb:
            case "complete":
                ok(await case.do(case.officer, TASK, verb, accept))
            case "return":
                ok(await case.do(case.officer, TASK, verb, {"points": [point]}))
            case _:
                ok(await case.do(case.officer, TASK, "propose", accept))
                ok(await case.do(case.second, TASK, verb))
        for person in (case.officer, case.second):
            assert (await person.get(address(case, "draft"))).json()["body"] is None
        late = await typed(case.officer, case, {"n": 2})
        assert refused(late) == (409, "task-not-open")

    async def test_of_a_task_that_fell_away_is_not_shown(self, case: Work) -> None:
        await typed(case.officer, case, {"n": 1})
        ok(await case.clerk.post(f"bundles/{case.number}/withdraw", WHY))
        assert (await case.officer.get(address(case, "draft"))).json()["body"] is None


class TestSettings:
    async def test_begin_as_for_everybody_and_are_kept(self, around: Work) -> None:
        begun = (await around.officer.get("work-settings")).json()
        assert begun["at_most"] == 20
        wanted = {
            "at_most": 8,
            "shift_from": "09:00:00",
            "shift_until": "17:30:00",
            "skills": ["review", "000000PERMIT"],
            "keys": False,
        }
        for _ in range(2):
            put = await around.officer.client.put("/api/v1/work-settings", json=wanted)
            assert (put.status_code, put.json()) == (200, wanted)
        assert (await around.officer.get("work-settings")).json() == wanted
        assert (await around.second.get("work-settings")).json() == begun

    @pytest.mark.parametrize(
        ("wanted", "place"),
        [
            ({"at_most": 0}, "/at_most"),
            ({"at_most": 2000}, "/at_most"),
            ({"shift_from": "09:00"}, "/shift_until"),
            ({"shift_until": "09:00"}, "/shift_from"),
            ({"shift_from": "09:00", "shift_until": "09:00"}, "/shift_until"),
            ({"shift_from": "nine"}, "/shift_from"),
        ],
    )
    async def test_that_make_no_sense_are_refused(
        self, around: Work, wanted: dict[str, object], place: str
    ) -> None:
        answer = await around.officer.client.put("/api/v1/work-settings", json=wanted)
        assert (refused(answer), pointer(answer)) == ((422, "invalid"), place)

    async def test_are_for_who_works_tasks(self, around: Work) -> None:
        assert refused(await around.supervisor.get("work-settings")) == (403, "forbidden")
