"""The applicant's page through a whole life: what is missing, until when, why, and what may follow.

No script, no account: forms and links only.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx2
import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from definitions.rules.calendar import SHANGHAI
from tests.support import legal, recompute
from tests.support.api import PDF, World, world
from tests.support.forms import form, text
from tests.support.legal_api import LIBRARY, Case, ok, started
from tests.support.work_api import LIBRARY as WATCHED

OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Applicant:
    """Somebody with a receipt, at a browser without script."""

    case: Case
    browser: httpx2.AsyncClient
    code: str

    def url(self, rest: str = "") -> str:
        """Their page, or one below it."""
        return f"/progress/{self.case.number}{rest}?code={self.code}"

    async def html(self, rest: str = "") -> str:
        """A page as they see it."""
        answer = await self.browser.get(self.url(rest))
        assert answer.status_code == 200, answer.text
        return answer.text

    async def said(self, rest: str = "") -> str:
        """Its text."""
        return text(await self.html(rest))

    async def send(self, ending: str, **more: object) -> httpx2.Response:
        """Press the button of the form whose address ends so."""
        found = form(await self.html(), ending)
        fields = {**found.fields, **dict(more.pop("data", {}))}  # type: ignore[call-overload]
        return await self.browser.post(found.action, data=fields, **more)  # type: ignore[arg-type]


@pytest.fixture
async def case(store: Store, tmp_path: Path) -> AsyncIterator[Case]:
    async with world(store, tmp_path, legal.NOW, library=LIBRARY, calendar=legal.CALENDAR) as made:
        yield await _people(made)


async def _people(made: World) -> Case:
    return Case(
        world=made,
        clerk=await made.person("clerk", Role.WINDOW_CLERK),
        officer=await made.person("officer", Role.OFFICER, "food"),
        second=await made.person("second", Role.OFFICER, "food"),
        head=await made.person("head", Role.APPROVER, "food"),
    )


async def applicant(case: Case, *also: str, **changed: object) -> Applicant:
    """Whoever has just handed in."""
    await started(case, *also, **changed)
    receipt = await case.clerk.get(f"bundles/{case.number}")
    found = (
        await case.world.client(headers=case.clerk.client.headers).get(
            f"/console/bundles/{case.number}/receipt"
        )
    ).text
    assert receipt.status_code == 200
    code = found.partition("查询码 <b>")[2].partition("</b>")[0]
    return Applicant(case, case.world.client(headers=OURS), code)


def moment(month: int, day: int, hour: int = 10) -> datetime:
    """In Shanghai."""
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


class TestWhatIsMissing:
    async def test_a_notice_says_what_until_when_why_and_what_follows(self, case: Case) -> None:
        who = await applicant(case)
        points = [{"material": "M04", "defect": "第 2 页缺公章，请盖章后重扫"}]
        ok(
            await case.complete(
                case.officer, "PERMIT.receipt", "ask_supplement", points=points, days=5
            )
        )
        said = await who.said()
        for part in (
            "请您做 1 件事",
            "补正",
            "3月9日（周一）前",
            "网上到当日 24:00，到窗口到 17:00",
            "用于： 事项PERMIT（补正）",
            "需要改的地方：第 2 页缺公章，请盖章后重扫",
            "视为撤回申请，退还材料",
            "依据",
            "告知书",
        ):
            assert part in said.replace("用于：事", "用于： 事"), part
        done = await who.send("/M04", files={"file": ("补正.pdf", PDF)})
        assert done.status_code == 303, done.text
        assert "请您做" not in await who.said()

    async def test_papers_pending_say_so_and_the_limit_can_be_recounted(self, case: Case) -> None:
        who = await applicant(case, lacking=["M04"], committed=["PERMIT"])
        await case.accept()
        said = await who.said()
        assert "（容缺受理）" in said
        assert "期限是怎样算的" in said
        verdicts = recompute.check(await who.html("/clocks"))
        assert verdicts
        assert all(verdict.agrees for verdict in verdicts), verdicts
        assert not any("承诺办结" in verdict.name for verdict in verdicts)

    async def test_the_staffs_page_holds_every_limit_and_can_be_recounted(self, case: Case) -> None:
        await applicant(case)
        await case.accept()
        answer = await case.officer.client.get(
            f"/console/bundles/{case.number}/matters/PERMIT/clocks"
        )
        assert answer.status_code == 200, answer.text
        verdicts = recompute.check(answer.text)
        assert {"承诺办结时限", "法定办结时限"} <= {verdict.name for verdict in verdicts}
        assert all(verdict.agrees for verdict in verdicts), verdicts

    async def test_another_departments_officer_sees_no_limits(self, case: Case) -> None:
        await applicant(case)
        stranger = await case.world.person("taxer", Role.OFFICER, "tax")
        answer = await stranger.client.get(f"/console/bundles/{case.number}/matters/PERMIT/clocks")
        assert answer.status_code == 404


class TestStandingStill:
    async def test_a_special_procedure_is_told_in_words(self, case: Case) -> None:
        who = await applicant(case)
        await case.accept()
        body = {"cause": "inspection", "days": 10, "reasons": ["设备须检验"]}
        ok(await case.officer.post(case.path("procedures"), body))
        said = await who.said()
        assert "‖ 特别程序" in said
        assert "正在检验：3月2日开始，需要 10 个工作日，预计 3月16日（周一）结束" in said
        assert "这段时间不计入办理期限" in said


class TestHearing:
    async def _told(self, case: Case) -> Applicant:
        answers = {"kind": "limited", "heard": "yes", "with": ["none"]}
        who = await applicant(case, answers=answers)
        await case.accept()
        ok(
            await case.officer.post(
                case.path("hearing/tell"), {"reasons": ["拟准予，涉及他人重大利益"]}
            )
        )
        return who

    async def test_the_right_may_be_used(self, case: Case) -> None:
        who = await self._told(case)
        said = await who.said()
        assert "决定要不要听证" in said
        assert "3月9日（周一）前" in said
        assert "视为放弃听证" in said
        done = await who.send("/hearing", data={"wanted": "yes"})
        assert done.status_code == 303, done.text
        assert "您要求的听证，时间、地点会提前 7 日通知" in await who.said()

    async def test_the_right_may_be_given_up(self, case: Case) -> None:
        who = await self._told(case)
        done = await who.send("/hearing", data={"wanted": "no"})
        assert done.status_code == 303, done.text
        assert "决定要不要听证" not in await who.said()

    async def test_no_answer_is_a_fault(self, case: Case) -> None:
        who = await self._told(case)
        answer = await who.send("/hearing")
        assert answer.status_code == 422
        assert 'href="#todo-PERMIT-hearing"' in answer.text


class TestAfterwards:
    async def test_who_is_not_accepted_learns_why_and_where_to_go(self, case: Case) -> None:
        answers = {"kind": "joint_stock", "heard": "no", "with": ["none"]}
        who = await applicant(case, answers=answers)
        said = await who.said()
        for part in ("不予受理", "上海市市场监督管理局", "不同意结果怎么办", "行政复议"):
            assert part in said, part

    async def test_papers_that_were_sent_may_be_read_and_others_not(self, case: Case) -> None:
        who = await applicant(case)
        await case.accept()
        html = await who.html()
        links = [
            part.partition('"')[0] for part in html.split('<a href="') if "/documents/" in part
        ]
        papers = [link for link in links if link.startswith("/progress/")]
        assert papers
        without = await who.browser.get(papers[0].replace(who.code, "xxxx"))
        assert without.status_code == 404
        other = papers[0].partition("/documents/")[0] + f"/documents/none?code={who.code}"
        assert (await who.browser.get(other)).status_code == 404

    async def test_a_promise_behind_the_result_is_told(self, case: Case) -> None:
        head = await case.world.person("taxhead", Role.APPROVER, "tax")
        who = await applicant(case, "sign", promised=["M05"])
        ok(await case.complete(head, "SIGN.decide", "grant"))
        said = await who.said()
        assert "核查您承诺的条件" in said
        assert "请您做" not in said

    async def test_a_grant_is_public_and_a_refusal_is_not(self, case: Case) -> None:
        await started(case)
        await case.grant()
        anybody = case.world.client()
        said = text((await anybody.get("/decisions")).text)
        for part in ("事项PERMIT", "上海松江样品有限公司", "91310117MA1J00001G", "2026年3月2日"):
            assert part in said, part
        await started(case)
        await case.accept()
        companions = [case.second.login]
        ok(await case.complete(case.officer, "PERMIT.review", "pass", companions=companions))
        bases = [{"law": "行政许可法", "article": "第三十八条"}]
        refusal = {"reasons": ["场所不符合条件"], "bases": bases}
        ok(await case.complete(case.head, "PERMIT.decide", "refuse", **refusal))
        assert text((await anybody.get("/decisions")).text).count("事项PERMIT") == 1


class TestComplaint:
    """办不成事: said on one's own page, answered there by the hall's window."""

    SAID = "跑了三次，一直说系统没有数据"

    @pytest.fixture
    async def case(self, store: Store, tmp_path: Path) -> AsyncIterator[Case]:
        """Within how many days it is answered is the house's catalogue's to say."""
        async with world(
            store, tmp_path, legal.NOW, library=WATCHED, calendar=legal.CALENDAR
        ) as made:
            yield await _people(made)

    async def test_it_is_followed_up_and_answered(self, case: Case) -> None:
        who = await applicant(case)
        done = await who.send("/complaints", data={"matter": "PERMIT", "complaint": self.SAID})
        assert done.status_code == 303, done.text
        said = await who.said()
        assert self.SAID in said
        assert "综合窗口正在查明原因，3月5日（周四）前答复您" in said
        found = (await case.clerk.get("tasks?kind=complaint")).json()["items"]
        assert [task["name"] for task in found] == ["办不成事反映"]
        task = found[0]["id"]
        answered = {"outcome": "solved", "reasons": ["数据已经补录，现在可以办"]}
        ok(await case.clerk.post(f"tasks/{task}/complete", answered))
        assert "答复：数据已经补录，现在可以办" in await who.said()

    async def test_nothing_said_is_a_fault_told_beside_the_field(self, case: Case) -> None:
        who = await applicant(case)
        answer = await who.send("/complaints", data={"matter": "PERMIT", "complaint": "  "})
        assert answer.status_code == 422
        assert 'href="#complaint"' in answer.text

    async def test_a_matter_that_is_not_there_is_refused_and_nothing_is_lost(
        self, case: Case
    ) -> None:
        who = await applicant(case)
        answer = await who.send("/complaints", data={"matter": "NONE", "complaint": self.SAID})
        assert answer.status_code == 409
        assert (await case.clerk.get("tasks?kind=complaint")).json()["items"] == []
