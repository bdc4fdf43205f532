"""The desk: inbox, one task, handing papers out, finding applications."""

import httpx2
import pytest

from definitions.language.roles import Role
from tests.support.api import Person, World, application
from tests.support.forms import form, text

INBOX = "/console/inbox"


@pytest.fixture
async def number(clerk: Person) -> str:
    body = await application(clerk, committed=["FOOD"])
    return str((await clerk.post("bundles", body)).json()["number"])


async def _get(person: Person, url: str) -> str:
    answer = await person.client.get(url)
    assert answer.status_code == 200, answer.text
    return answer.text


async def _send(person: Person, html: str, ending: str, **typed: object) -> httpx2.Response:
    found = form(html, ending)
    return await person.client.post(found.action, data={**found.fields, **typed})


async def _claimed(person: Person, task: str) -> str:
    """The task's page once it is claimed."""
    url = f"/console/tasks/{task}"
    done = await _send(person, await _get(person, url), "/claim")
    assert (done.status_code, done.headers["location"]) == (303, url)
    return await _get(person, url)


class TestInbox:
    async def test_shows_a_departments_own_work_only(
        self, number: str, reviewer: Person, taxer: Person
    ) -> None:
        html = await _get(reviewer, INBOX)
        assert f"/console/tasks/{number}.REG.review" in html
        assert "FOOD" not in html
        assert 'data-topic="inbox"' in html
        assert "没有待办" in await _get(taxer, INBOX)

    async def test_begins_with_ones_own_work_where_there_is_some(
        self, number: str, reviewer: Person
    ) -> None:
        assert "可领取" in text(await _get(reviewer, INBOX))
        await reviewer.post(f"tasks/{number}.REG.review/claim")
        html = await _get(reviewer, INBOX)
        assert 'aria-current="page">我的' in html
        assert "/claim" not in html
        assert "您手上有 1 件" in await _get(reviewer, f"{INBOX}?view=ready")

    async def test_done_work_says_how_it_ended(self, number: str, reviewer: Person) -> None:
        body = {"outcome": "advise_refusal", "reasons": ["缺少签名"]}
        await reviewer.post(f"tasks/{number}.REG.review/complete", body)
        html = await _get(reviewer, f"{INBOX}?view=done")
        assert "已办：建议不予" in text(html)
        assert "status bad" in html

    async def test_pages_by_cursor_and_back(self, clerk: Person, reviewer: Person) -> None:
        file = (await clerk.upload()).json()["id"]
        for _ in range(41):
            body = await application(clerk, materials={"M01": {"files": [file]}})
            await clerk.post("bundles", {**body, "committed": ["FOOD"]})
        first = await _get(reviewer, f"{INBOX}?view=ready")
        assert first.count("data-row>") == 40
        assert len(first.encode()) < 100_000
        onwards = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
        second = await _get(reviewer, onwards.replace("&amp;", "&"))
        assert second.count("data-row>") == 1
        assert 'rel="prev"' in second
        assert (await reviewer.client.get(f"{INBOX}?after=nonsense")).status_code == 422

    async def test_a_supervisor_looks_and_takes_nothing(
        self, number: str, supervisor: Person
    ) -> None:
        html = await _get(supervisor, INBOX)
        assert f"{number}.FOOD.handle" in html
        assert f"{number}.REG.review" in html
        assert "/claim" not in html


class TestTask:
    async def test_a_review_from_claim_to_result(self, number: str, reviewer: Person) -> None:
        task = f"{number}.REG.review"
        before = await _get(reviewer, f"/console/tasks/{task}")
        assert "先领取，再办理" in before
        assert "/complete" not in before
        page = await _claimed(reviewer, task)
        assert "已领取" in page
        done = await _send(reviewer, page, "/complete", outcome="pass", opinion="材料齐全")
        assert done.status_code == 303, done.text
        after = text(await _get(reviewer, f"/console/tasks/{task}"))
        assert "已提交：通过" in after
        assert "本件已由reviewer姓名办完，结果：通过" in after

    async def test_a_released_task_is_anybodys(self, number: str, reviewer: Person) -> None:
        page = await _claimed(reviewer, f"{number}.REG.review")
        assert (await _send(reviewer, page, "/release")).status_code == 303
        assert "无人领取" in await _get(reviewer, f"/console/tasks/{number}.REG.review")

    async def test_everything_wrong_is_told_at_once_and_what_was_typed_stays(
        self, number: str, reviewer: Person
    ) -> None:
        page = await _claimed(reviewer, f"{number}.REG.review")
        nothing = await _send(reviewer, page, "/complete", opinion="看过了")
        assert nothing.status_code == 422
        assert "请选择一种结果" in nothing.text
        assert "看过了</textarea>" in nothing.text
        bare = await _send(reviewer, nothing.text, "/complete", outcome="advise_refusal")
        assert "建议不予的，请写明理由" in bare.text
        assert 'href="#reasons"' in bare.text
        long = await _send(reviewer, bare.text, "/complete", outcome="pass", opinion="长" * 2001)
        assert "不得超过 2000 个字" in long.text

    async def test_the_decider_reads_the_review_and_refuses_with_all_it_takes(
        self, number: str, reviewer: Person, approver: Person
    ) -> None:
        body = {"outcome": "advise_refusal", "reasons": ["表决权不足"]}
        await reviewer.post(f"tasks/{number}.REG.review/complete", body)
        page = await _claimed(approver, f"{number}.REG.decide")
        said = text(page)
        for part in ("建议不予", "表决权不足", "reviewer姓名", "六十日内申请行政复议"):
            assert part in said
        bare = await _send(approver, page, "/complete", outcome="refuse", reasons="表决权不足")
        assert bare.status_code == 422
        assert "请勾选法律依据" in bare.text
        # The small catalogue knows no law, and the API accepts only those it knows.
        unknown = await _send(
            approver, bare.text, "/complete", outcome="refuse", reasons="表决权不足", bases="0"
        )
        assert unknown.status_code == 422
        assert "依据目录没有" in unknown.text
        assert "表决权不足</textarea>" in unknown.text

    async def test_who_reviewed_is_told_not_to_decide(self, number: str, approver: Person) -> None:
        await approver.post(f"tasks/{number}.REG.review/complete", {"outcome": "pass"})
        page = await _claimed(approver, f"{number}.REG.decide")
        assert "决定须由另一人作出" in page
        assert "/complete" not in page

    async def test_who_was_quicker_is_told(
        self, desk: World, number: str, reviewer: Person
    ) -> None:
        other = await desk.person("second", Role.OFFICER, "registrar")
        page = await _get(other, f"/console/tasks/{number}.REG.review")
        await reviewer.post(f"tasks/{number}.REG.review/claim")
        late = await _send(other, page, "/claim")
        assert late.status_code == 409
        assert "reviewer姓名 今天 10:00 领取待办：审查" in late.text
        assert "由reviewer姓名领取，正在办理" in late.text

    async def test_what_was_typed_outlives_a_conflict(self, number: str, reviewer: Person) -> None:
        page = await _claimed(reviewer, f"{number}.REG.review")
        await reviewer.post(f"tasks/{number}.REG.review/release")
        late = await _send(reviewer, page, "/complete", outcome="pass", opinion="写了很久的意见")
        assert late.status_code == 409
        assert "写了很久的意见" in late.text

    async def test_another_departments_is_not_there(
        self, number: str, taxer: Person, fooder: Person
    ) -> None:
        for person in (taxer, fooder):
            url = f"/console/tasks/{number}.REG.review"
            assert (await person.client.get(url)).status_code == 404
            claimed = await person.client.post(f"{url}/claim", data={"key": "k" * 12})
            assert claimed.status_code == 404

    async def test_a_check_is_about_its_paper(
        self, number: str, clerk: Person, fooder: Person
    ) -> None:
        file = (await clerk.upload()).json()["id"]
        await clerk.post(f"bundles/{number}/materials/M03/supply", {"files": [file]})
        (task,) = [
            each for each in (await fooder.get("tasks")).json()["items"] if each["kind"] == "check"
        ]
        page = await _claimed(fooder, task["id"])
        assert f"/materials/M03/files/{file}" in page
        assert 'name="preview"' in page
        bare = await _send(fooder, page, "/complete", outcome="reject")
        assert "退回重补的，请写明理由" in bare.text
        done = await _send(fooder, bare.text, "/complete", outcome="reject", reasons="缺公章")
        assert done.status_code == 303

    async def test_a_gap_is_told_before_the_decision(self, number: str, fooder: Person) -> None:
        page = await _claimed(fooder, f"{number}.FOOD.handle")
        assert "还缺：材料M03" in page
        assert "补齐前不发证" in page

    async def test_a_task_whose_clerk_lost_the_session_is_sent_to_sign_in(
        self, desk: World, number: str
    ) -> None:
        answer = await desk.client().get(f"/console/tasks/{number}.REG.review")
        assert answer.status_code == 303


class TestHandingOut:
    @pytest.fixture
    async def paper(self, number: str, reviewer: Person, approver: Person) -> str:
        await reviewer.post(f"tasks/{number}.REG.review/complete", {"outcome": "pass"})
        await approver.post(f"tasks/{number}.REG.decide/complete", {"outcome": "grant"})
        return f"{number}.REG.licence"

    async def test_a_paper_is_chosen_checked_and_handed_out(
        self, paper: str, clerk: Person
    ) -> None:
        assert "请在左边选一份文书" in await _get(clerk, "/console/documents")
        page = await _get(clerk, f"/console/documents?document={paper}")
        unsure = await _send(clerk, page, "/deliver", way="counter")
        assert unsure.status_code == 422
        assert "请核对领取人后勾选" in unsure.text
        done = await _send(clerk, unsure.text, "/deliver", way="post", checked="yes")
        assert done.status_code == 303
        after = text(await _get(clerk, "/console/documents"))
        assert "已登记送达" in after
        assert "没有待领取的文书" in after
        timeline = await _get(clerk, f"/console/bundles/{paper.partition('.')[0]}/timeline")
        assert "送达文书（邮寄）" in timeline

    async def test_a_paper_handed_out_meanwhile_is_told(
        self, desk: World, paper: str, clerk: Person
    ) -> None:
        other = await desk.person("other", Role.WINDOW_CLERK)
        page = await _get(clerk, f"/console/documents?document={paper}")
        await other.post(f"documents/{paper}/deliver")
        late = await _send(clerk, page, "/deliver", way="counter", checked="yes")
        assert late.status_code == 409
        assert "other姓名" in late.text

    async def test_officers_hand_nothing_out(self, paper: str, reviewer: Person) -> None:
        assert (await reviewer.client.get("/console/documents")).status_code == 403
        sent = {"key": "k" * 12, "way": "counter", "checked": "yes"}
        answer = await reviewer.client.post(f"/console/documents/{paper}/deliver", data=sent)
        assert answer.status_code == 403

    async def test_a_document_is_its_departments_and_the_windows(
        self, paper: str, taxer: Person, fooder: Person, reviewer: Person
    ) -> None:
        url = f"/console/documents/{paper}"
        assert (await reviewer.client.get(url)).status_code == 200
        assert (await fooder.client.get(url)).status_code == 404
        assert (await taxer.client.get(url)).status_code == 404


class TestSearch:
    @pytest.mark.parametrize("asked", ["样品有限", "91310117MA1J00001G", "000001"])
    async def test_finds_by_name_code_or_the_end_of_a_number(
        self, number: str, clerk: Person, asked: str
    ) -> None:
        html = await _get(clerk, f"/console/search?q={asked}")
        assert f"/console/bundles/{number}" in html
        assert "registrar局等 2 个部门" in html

    async def test_a_whole_number_opens_its_application(self, number: str, clerk: Person) -> None:
        answer = await clerk.client.get(f"/console/search?q={number}")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/console/bundles/{number}"

    async def test_lists_what_waits_for_a_material(self, number: str, clerk: Person) -> None:
        html = await _get(clerk, "/console/search?state=pending")
        assert "申请人：材料M03" in html
        assert f"/console/bundles/{number}/materials" in html

    async def test_shows_nobody_elses(self, desk: World, number: str) -> None:
        stranger = await desk.person("stranger", Role.OFFICER, "customs")
        assert "没有查到" in await _get(stranger, f"/console/search?q={number}")
        assert number not in await _get(stranger, "/console/search?state=pending")
