"""Policy officers at policies, without script: read, try, propose, publish, retire."""

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import World
from tests.support.checkups import known, shipped
from tests.support.console.browsing import ORIGIN, Browser, Page, signed_in
from tests.support.new_policy import CASES, POLICY, SECOND_CASES, TEXT, changed, second
from tests.support.services import TODAY

pytestmark = pytest.mark.stack

URL = "/console/policies"
ONE = f"{URL}/{POLICY}/1"
SIMULATIONS = f"{URL}/simulations"
LAST_YEAR = TODAY.replace(year=TODAY.year - 1)


@pytest.fixture
async def author(house: World) -> Browser:
    """Who writes policies."""
    return await signed_in(house, "author", Role.POLICY_OFFICER)


@pytest.fixture
async def other(house: World) -> Browser:
    """Who looks a second time."""
    return await signed_in(house, "second", Role.POLICY_OFFICER)


async def sent(who: Browser, text: str = TEXT, cases: str = CASES, act: str = "propose") -> Page:
    """The page after a text was checked or proposed."""
    page = await who.open(f"{URL}/propose")
    return await who.send(page, {"text": text, "cases": cases, "act": act, "note": "新政策"})


async def published(
    author: Browser, other: Browser, text: str = TEXT, cases: str = CASES, number: int = 1
) -> Page:
    """A version proposed by one and approved by the other."""
    await sent(author, text, cases)
    page = await other.open(f"{URL}/{POLICY}/{number}/decide")
    return await other.press(page, "/approve")


class TestLibrary:
    async def test_begins_empty_and_leads_to_the_form(self, author: Browser) -> None:
        page = await author.open(URL)
        assert "还没有政策" in page.html
        assert f'href="{URL}/propose"' in page.html
        assert 'aria-current="page">政策' in page.html

    async def test_shipped_policies_stand_with_what_is_uncertain(
        self, store: Store, author: Browser
    ) -> None:
        await shipped(store)
        page = await author.open(URL)
        assert page.html.count("<tr data-row>") >= 10
        assert "待核对" in page.html
        assert "50,000,000.00 元" in page.html
        for path in (URL, f"{URL}/certificate_award/1", f"{URL}/young_hire_subsidy/1"):
            html = (await author.open(path)).html
            for code in ("once", "hiring", ">firm<", "direct"):
                assert code not in html, (path, code)
        one = await author.open(f"{URL}/job_stabilisation_refund/1")
        assert one.status == 200
        for said in (
            "以当年文件为准",
            "“上年度实缴失业保险费（单位和职工）”的 60%",
            "裁员率不高于上限",
            "社会保险经办机构",
            "拨付前再核对",
            "符合的排除",
            "40人减到36人、自然减员1人：裁员率7.5%，不符合",
            "60,000.00 元",
            "失业保险条例",
            "每年 6 月 1 日",
        ):
            assert said in one.html, said

    async def test_officers_may_look_and_are_offered_no_act(
        self, house: World, author: Browser, other: Browser
    ) -> None:
        await published(author, other)
        someone = await signed_in(house, "watch", Role.SUPERVISOR)
        page = await someone.open(URL)
        assert page.status == 200
        assert f"{URL}/propose" not in page.html
        decide = await someone.open(f"{ONE}/decide")
        assert "停用这一版" not in decide.html
        assert (await someone.open(f"{URL}/propose")).status == 403
        listed = await someone.open(SIMULATIONS)
        assert listed.status == 200
        assert "推演中…" not in listed.html

    async def test_who_may_not_read_policies_is_told(self, house: World) -> None:
        someone = await signed_in(house, "clerk", Role.VIRTUAL_WINDOW_AGENT)
        for path in (URL, f"{URL}/propose", SIMULATIONS):
            assert (await someone.open(path)).status == 403


class TestProposing:
    async def test_a_check_keeps_nothing_and_loses_nothing(self, author: Browser) -> None:
        page = await sent(author, act="check")
        assert page.status == 200
        assert "没有问题" in page.html
        assert dict(page.form.fields)["text"].strip() == TEXT.strip()
        assert "还没有政策" in (await author.open(URL)).html

    async def test_faults_stand_with_their_line_beside_the_text(self, author: Browser) -> None:
        wrong = changed("organ: science", "organ: nobody")
        line = wrong.splitlines().index("organ: nobody") + 1
        page = await sent(author, wrong)
        assert page.status == 422
        assert page.errors[0].startswith(f"第 {line} 行")
        assert f"政策 第 {line} 行" in page.html
        assert '<td class="mono">organ: nobody</td>' in page.html
        assert dict(page.form.fields)["text"].strip() == wrong.strip()

    async def test_a_case_that_comes_out_otherwise_is_told(self, author: Browser) -> None:
        page = await sent(author, cases=CASES.replace("amount: 150000", "amount: 160000"))
        assert page.status == 422
        assert "金额应为 1,600.00 元，得到 1,500.00 元" in page.html

    async def test_nothing_given_is_told(self, author: Browser) -> None:
        assert (await sent(author, "")).errors == ["请选择政策文件，或粘贴政策文本"]

    async def test_from_files(self, author: Browser) -> None:
        page = await author.open(f"{URL}/propose")
        files = {
            "text_file": ("v1.yaml", TEXT.encode()),
            "cases_file": ("v1.cases.yaml", CASES.encode()),
        }
        page = await author.send(page, {"act": "propose"}, files)
        assert page.url.endswith(ONE)
        assert "等另一人批准" in page.html
        assert "第 1 版待批准" in (await author.open(URL)).html

    async def test_what_is_too_large_is_told(self, author: Browser) -> None:
        page = await author.open(f"{URL}/propose")
        large = {"text_file": ("v1.yaml", b"#" * 1_000_001)}
        page = await author.send(page, {"act": "check"}, large)
        assert page.status == 422
        assert "KB" in page.errors[0]


class TestFourEyes:
    async def test_the_proposer_sees_why_not(self, author: Browser) -> None:
        await sent(author)
        page = await author.open(f"{ONE}/decide")
        assert "须由另一人批准" in page.html
        assert "批准并发布" not in page.html
        answer = await author.client.post(
            f"{ONE}/approve", data={"key": "k" * 20}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == 403

    async def test_another_officer_publishes_and_it_is_in_force(
        self, author: Browser, other: Browser
    ) -> None:
        page = await published(author, other)
        assert page.url.endswith(ONE)
        assert "施行中" in page.html
        for path in ("diff", "checks", "decide"):
            tab = await author.open(f"{ONE}/{path}")
            assert tab.status == 200
            assert tab.html.count('aria-current="page"') == 2
        text = await author.client.get(f"{ONE}/text")
        assert text.text.strip() == TEXT.strip()
        again = await author.send(await author.open(f"{ONE}/checks"))
        assert "通过 3 个" in again.html

    async def test_a_return_needs_its_reason_and_shows_it(
        self, author: Browser, other: Browser
    ) -> None:
        await sent(author)
        page = await other.open(f"{ONE}/decide")
        empty = await other.press(page, "/return", reason=" ")
        assert (empty.status, empty.errors) == (422, ["请写明退回的理由"])
        await other.press(page, "/return", reason="标准与文件不一致")
        assert "标准与文件不一致" in (await author.open(ONE)).html
        again = await other.press(page, "/approve")
        assert again.status == 409
        await sent(author)
        assert "此前退回" in (await author.open(ONE)).html

    async def test_two_versions_are_compared_and_one_is_retired(
        self, author: Browser, other: Browser
    ) -> None:
        await published(author, other)
        await published(author, other, second(), SECOND_CASES, 2)
        assert (await author.open(f"{URL}/{POLICY}")).url.endswith(f"{POLICY}/2")
        page = await author.open(f"{URL}/{POLICY}/2/diff")
        assert "与第 1 版的不同" in page.html
        assert "400.00 元" in page.html
        page = await author.open(f"{URL}/{POLICY}/2/decide")
        page = await author.press(page, "/retire", reason="改由市级发放")
        assert "已停用" in page.html
        assert "改由市级发放" in page.html

    async def test_an_unknown_one_is_not_found(self, author: Browser) -> None:
        assert (await author.open(f"{URL}/{POLICY}")).status == 404
        for path in (ONE, f"{ONE}/diff", f"{ONE}/checks", f"{ONE}/decide", f"{SIMULATIONS}/9"):
            assert (await author.open(path)).status == 404


class TestSimulation:
    async def test_a_draft_is_tried_and_its_outcome_shown(
        self, store: Store, author: Browser, other: Browser
    ) -> None:
        await published(author, other)
        for n, (size, hires) in enumerate([("small", 2), ("medium", 3), ("small", 0)]):
            facts = {"firm.size": size, "firm.young_hires_count": hires, "firm.dishonest": False}
            code, name = f"91310117MA1J0000{n}X", f"样品{n}公司"
            await known(store, facts, code=code, name=name, as_of=LAST_YEAR)
        page = await author.open(f"{SIMULATIONS}?policy={POLICY}&version=1")
        assert dict(page.form.fields)["on"] == LAST_YEAR.isoformat()
        assert dict(page.form.fields)["text"].strip() == TEXT.strip()
        page = await author.send(page, {"text": second()})
        assert page.status == 200, page.errors
        for said in (
            "没有对任何人产生后果",
            "与生效的版本比",
            "2,000.00 元",
            "1,000.00 元",
            "样品1公司",
            "1,200.00 元",
            "招用青年至少1人",
            "现在少得",
            "<svg",
        ):
            assert said in page.html, said
        assert "绿色工厂奖励" in (await other.open(SIMULATIONS)).html

    async def test_what_cannot_be_tried_is_told(self, author: Browser) -> None:
        page = await author.open(SIMULATIONS)
        assert (await author.send(page, {"text": ""})).errors == ["请选择政策文件，或粘贴政策文本"]
        day = await author.send(page, {"text": TEXT, "on": "昨天"})
        assert day.errors == ["请填写日期，如 2025-11-24"]
        late = await author.send(page, {"text": TEXT, "on": "2099-01-01"})
        assert late.errors == ["推演的日期不能在今天之后"]
        wrong = changed("organ: science", "organ: nobody")
        broken = await author.send(page, {"text": wrong})
        assert broken.status == 422
        assert "部门目录里没有 nobody" in broken.errors[0]
