"""The pages of one application: what each person sees of it, and every form on them."""

from dataclasses import dataclass
from datetime import timedelta

import httpx2
import pytest

from definitions.language.roles import Role
from tests.support.api import PDF, Person, World, application
from tests.support.forms import form, text
from tests.support.services import NOW

TERM = {"changes": ["term"]}


@dataclass
class Case:
    """A running application with one paper pending in the food office's matter."""

    number: str

    @property
    def url(self) -> str:
        """Where it is shown."""
        return f"/console/bundles/{self.number}"


@pytest.fixture
async def case(clerk: Person) -> Case:
    body = await application(clerk, committed=["FOOD"])
    return Case((await clerk.post("bundles", body)).json()["number"])


async def _send(person: Person, html: str, ending: str, **typed: str) -> httpx2.Response:
    """Fill in a form of the page and send it."""
    found = form(html, ending)
    return await person.client.post(found.action, data={**found.fields, **typed})


async def _get(person: Person, url: str) -> str:
    answer = await person.client.get(url)
    assert answer.status_code == 200, answer.text
    return answer.text


class TestOverview:
    async def test_says_who_has_it_until_when_and_what_is_missing(
        self, case: Case, clerk: Person
    ) -> None:
        said = text(await _get(clerk, case.url))
        for part in ("小变更", "办理中", "无人领取", "待补材料", "材料M03", "收件凭证", "补收材料"):
            assert part in said

    async def test_a_limit_can_be_recomputed_from_what_is_shown(
        self, case: Case, clerk: Person
    ) -> None:
        said = text(await _get(clerk, case.url))
        assert "承诺 10 个工作日" in said
        assert "11月20日受理（当日不计） → 12月4日（周五）" in said
        assert "其间休息日 4 天不计：11月21日至22日、11月28日至29日" in said

    async def test_a_department_sees_its_own_matter_and_only_how_the_others_stand(
        self, case: Case, clerk: Person, fooder: Person, reviewer: Person
    ) -> None:
        await reviewer.post(f"tasks/{case.number}.REG.review/claim")
        said = text(await _get(fooder, case.url))
        assert "去办理" in said
        assert "容缺受理" in said
        assert "reviewer姓名" not in said
        assert "事项REG" in said
        assert "事项REG 承诺" not in said
        assert "reviewer姓名" in text(await _get(clerk, case.url))

    async def test_a_department_that_takes_no_part_sees_nothing(
        self, desk: World, case: Case
    ) -> None:
        stranger = await desk.person("stranger", Role.OFFICER, "customs")
        for path in ("", "/materials", "/timeline", "/documents", "/matters/REG"):
            answer = await stranger.client.get(case.url + path)
            assert answer.status_code == 404, path
            assert "样品有限公司" not in answer.text

    async def test_a_supervisor_sees_it_without_forms(self, case: Case, supervisor: Person) -> None:
        html = await _get(supervisor, case.url)
        assert "申请人要撤回" not in html
        assert "补收材料" not in html

    async def test_somebody_who_is_not_signed_in_is_sent_to_sign_in(
        self, desk: World, case: Case
    ) -> None:
        answer = await desk.client().get(case.url)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/console/sign-in?next=")

    async def test_follows_news_of_this_application_only(self, case: Case, clerk: Person) -> None:
        html = await _get(clerk, case.url)
        assert f'data-topic="bundle:{case.number}"' in html


class TestMaterials:
    async def test_a_pending_paper_is_taken_in_and_checked(
        self, case: Case, clerk: Person, fooder: Person
    ) -> None:
        page = await _get(clerk, f"{case.url}/materials")
        found = form(page, "/M03/supply")
        done = await clerk.client.post(
            found.action, data=found.fields, files={"file": ("许可.pdf", PDF)}
        )
        assert (done.status_code, done.headers["location"]) == (303, f"{case.url}/materials")
        said = text(await _get(clerk, f"{case.url}/materials"))
        assert "已补收材料" in said
        assert "已补待核" in said
        theirs = await _get(fooder, f"{case.url}/materials")
        answer = await _send(fooder, theirs, "/M03/check", outcome="accept", reasons="")
        assert answer.status_code == 303
        assert "已收" in text(await _get(fooder, f"{case.url}/materials"))

    async def test_without_a_file_the_page_says_so(self, case: Case, clerk: Person) -> None:
        page = await _get(clerk, f"{case.url}/materials")
        answer = await _send(clerk, page, "/M03/supply")
        assert answer.status_code == 422
        assert 'href="#supply-M03"' in answer.text
        assert "请选择要补收的文件" in answer.text

    async def test_what_is_no_paper_is_refused_beside_its_form(
        self, case: Case, clerk: Person
    ) -> None:
        found = form(await _get(clerk, f"{case.url}/materials"), "/M03/supply")
        answer = await clerk.client.post(
            found.action, data=found.fields, files={"file": ("a.exe", b"MZ")}
        )
        assert answer.status_code == 422
        assert "只接收" in answer.text
        assert 'href="#supply-M03"' in answer.text

    async def test_sending_back_needs_to_say_what_is_wrong(
        self, case: Case, clerk: Person, fooder: Person
    ) -> None:
        await _supplied(clerk, case)
        page = await _get(fooder, f"{case.url}/materials")
        answer = await _send(fooder, page, "/M03/check", outcome="reject", reasons=" ")
        assert answer.status_code == 422
        assert "请写明不符合之处" in answer.text
        again = await _send(fooder, answer.text, "/M03/check", outcome="reject", reasons="缺公章")
        assert again.status_code == 303
        assert "退回原因：缺公章" in text(await _get(clerk, f"{case.url}/materials"))

    async def test_a_paper_that_changed_meanwhile_is_shown_with_who_changed_it(
        self, desk: World, case: Case, clerk: Person
    ) -> None:
        other = await desk.person("other", Role.WINDOW_CLERK)
        found = form(await _get(clerk, f"{case.url}/materials"), "/M03/supply")
        await _supplied(other, case)
        late = await clerk.client.post(
            found.action, data=found.fields, files={"file": ("许可.pdf", PDF)}
        )
        assert late.status_code == 409
        assert "other姓名" in late.text
        assert "补交材料" in late.text

    async def test_the_same_form_sent_twice_is_one_act(self, case: Case, clerk: Person) -> None:
        found = form(await _get(clerk, f"{case.url}/withdraw"), "/withdraw")
        sent = {**found.fields, "confirmed": "yes"}
        for _ in range(2):
            answer = await clerk.client.post(found.action, data=sent)
            assert answer.status_code == 303, answer.text

    async def test_an_officer_has_no_form_to_hand_in(self, case: Case, fooder: Person) -> None:
        assert "/supply" not in await _get(fooder, f"{case.url}/materials")
        answer = await fooder.client.post(f"{case.url}/materials/M03/supply", data={"key": "k" * 9})
        assert answer.status_code == 403


async def _supplied(person: Person, case: Case) -> None:
    file = (await person.upload()).json()["id"]
    done = await person.post(f"bundles/{case.number}/materials/M03/supply", {"files": [file]})
    assert done.status_code == 200, done.text


class TestTimeline:
    async def test_tells_acts_and_folds_what_follows_by_itself(
        self, case: Case, clerk: Person, reviewer: Person
    ) -> None:
        await reviewer.post(f"tasks/{case.number}.REG.review/complete", {"outcome": "pass"})
        html = await _get(clerk, f"{case.url}/timeline")
        said = text(html)
        assert "审查：通过" in said
        assert "reviewer姓名" in said
        open_part, folded = html.split('<details class="fold">')
        assert "分派待办" in folded
        assert "分派待办" not in open_part
        assert "领取待办" not in open_part

    async def test_goes_back_by_sequence(self, case: Case, clerk: Person) -> None:
        said = text(await _get(clerk, f"{case.url}/timeline?before=2"))
        assert "收件" in said
        assert "容缺受理 事项FOOD" not in said


class TestDocuments:
    async def test_a_document_is_shown_in_its_own_frame_of_rules(
        self, case: Case, clerk: Person
    ) -> None:
        html = await _get(clerk, f"{case.url}/documents")
        assert "/console/documents/" in html
        address = html.split('href="/console/documents/')[1].split('"')[0]
        paper = await clerk.client.get(f"/console/documents/{address}")
        assert paper.status_code == 200
        assert "frame-ancestors 'self'" in paper.headers["content-security-policy"]
        assert "script-src" not in paper.headers["content-security-policy"]


class TestMatter:
    async def test_shows_steps_limits_and_the_way_to_the_task(
        self, case: Case, reviewer: Person
    ) -> None:
        said = text(await _get(reviewer, f"{case.url}/matters/REG"))
        for part in (
            "审查",
            "决定",
            "未开始",
            "registrar局",
            "021-1",
            "去审查",
            "时限",
            "当日不计",
        ):
            assert part in said

    async def test_another_departments_says_how_it_stands_and_no_more(
        self, case: Case, fooder: Person
    ) -> None:
        said = text(await _get(fooder, f"{case.url}/matters/REG"))
        assert "其他部门的事项" in said
        assert "去审查" not in said
        assert "当日不计" not in said
        assert "未起算" not in said

    async def test_none_of_that_name_is_not_there(self, case: Case, clerk: Person) -> None:
        assert (await clerk.client.get(f"{case.url}/matters/NONE")).status_code == 404


class TestPublicityAndFiling:
    @pytest.fixture
    async def term(self, clerk: Person) -> Case:
        body = await application(clerk, answers=TERM)
        return Case((await clerk.post("bundles", body)).json()["number"])

    async def test_an_objection_is_taken_down_with_all_it_says(
        self, term: Case, clerk: Person, reviewer: Person
    ) -> None:
        page = await _get(clerk, f"{term.url}/matters/PUB")
        assert "公示中" in text(page)
        assert "公示 20 个自然日" in text(page)
        empty = await _send(clerk, page, "/object", objector="", contact="021-2", grounds="")
        assert empty.status_code == 422
        assert "请填写异议理由" in empty.text
        assert 'value="021-2"' in empty.text
        done = await _send(
            clerk, empty.text, "/object", objector="某甲", contact="021-2", grounds="欠款未还"
        )
        assert done.status_code == 303
        (task,) = [
            each
            for each in (await reviewer.get("tasks")).json()["items"]
            if each["kind"] == "objection"
        ]
        said = text(await _get(reviewer, f"/console/tasks/{task['id']}"))
        assert "异议人：某甲，联系电话 021-2。理由：欠款未还" in said


class TestWithdraw:
    async def test_says_what_ends_and_what_stays_and_asks_to_confirm(
        self, case: Case, clerk: Person, reviewer: Person, approver: Person
    ) -> None:
        await reviewer.post(f"tasks/{case.number}.REG.review/complete", {"outcome": "pass"})
        await approver.post(f"tasks/{case.number}.REG.decide/complete", {"outcome": "grant"})
        page = await _get(clerk, f"{case.url}/withdraw")
        ends, stays = text(page).split("已经作出决定，不受影响")
        assert "事项TAX" in ends
        assert "事项REG" in stays
        unsure = await _send(clerk, page, "/withdraw")
        assert unsure.status_code == 422
        assert "请确认" in unsure.text
        done = await _send(clerk, unsure.text, "/withdraw", confirmed="yes")
        assert done.status_code == 303
        assert "撤回" in text(await _get(clerk, f"{case.url}/matters/TAX"))

    async def test_who_changed_what_is_told_when_it_changed(
        self, case: Case, clerk: Person, reviewer: Person
    ) -> None:
        found = form(await _get(clerk, f"{case.url}/withdraw"), "/withdraw")
        await reviewer.post(f"tasks/{case.number}.REG.review/complete", {"outcome": "pass"})
        late = await clerk.client.post(found.action, data={**found.fields, "confirmed": "yes"})
        assert late.status_code == 409
        assert "reviewer姓名 今天 10:00 审查：通过" in late.text

    async def test_only_the_window_may(self, case: Case, reviewer: Person) -> None:
        assert (await reviewer.client.get(f"{case.url}/withdraw")).status_code == 403


class TestLate:
    async def test_what_is_taken_but_not_recorded_yet_is_told_so(
        self, desk: World, case: Case, clerk: Person
    ) -> None:
        page = await _get(clerk, f"{case.url}/withdraw")
        desk.engine.slow = True
        await _send(clerk, page, "/withdraw", confirmed="yes")
        assert "已接收，正在登记" in await _get(clerk, case.url)

    async def test_an_engine_that_is_away_loses_nothing(
        self, desk: World, case: Case, clerk: Person
    ) -> None:
        page = await _get(clerk, f"{case.url}/withdraw")
        desk.engine.away = True
        answer = await _send(clerk, page, "/withdraw", confirmed="yes")
        assert answer.status_code == 503
        assert "不会重复办理" in answer.text

    async def test_an_overdue_limit_says_by_how_much(self, desk: World, case: Case) -> None:
        desk.now.at = NOW + timedelta(days=5)
        other = await desk.person("other", Role.WINDOW_CLERK)  # the first session is over by then
        assert "已超 2 个工作日" in text(await _get(other, case.url))
