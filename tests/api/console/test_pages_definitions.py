"""Policy officers at definitions, without script: try, propose, publish with four eyes, retire."""

import pytest

from definitions.language.roles import Role
from tests.support.api import World
from tests.support.console.browsing import ORIGIN, Browser, Page, signed_in
from tests.support.new_service import CASES, SERVICE, TEXT, changed, second

pytestmark = pytest.mark.stack

URL = "/console/definitions"
ONE = f"{URL}/{SERVICE}/1"


@pytest.fixture
async def author(house: World) -> Browser:
    """Who writes definitions."""
    return await signed_in(house, "author", Role.POLICY_OFFICER)


@pytest.fixture
async def other(house: World) -> Browser:
    """Who looks a second time."""
    return await signed_in(house, "second", Role.POLICY_OFFICER)


async def sent(who: Browser, text: str = TEXT, cases: str = CASES, act: str = "propose") -> Page:
    """The page after a text was checked or proposed."""
    page = await who.open(f"{URL}/propose")
    return await who.send(page, {"text": text, "cases": cases, "act": act, "note": "新服务"})


async def published(author: Browser, other: Browser, text: str = TEXT, number: int = 1) -> Page:
    """A version proposed by one and approved by the other."""
    await sent(author, text)
    page = await other.open(f"{URL}/{SERVICE}/{number}/impact")
    return await other.press(page, "/approve")


class TestList:
    async def test_begins_empty_and_leads_to_the_form(self, author: Browser) -> None:
        page = await author.open(URL)
        assert "还没有发布过定义" in page.html
        assert f'href="{URL}/propose"' in page.html
        assert 'aria-current="page">事项' in page.html

    async def test_who_may_not_read_definitions_is_told(self, house: World) -> None:
        someone = await signed_in(house, "clerk", Role.VIRTUAL_WINDOW_AGENT)
        for path in (URL, f"{URL}/propose"):
            assert (await someone.open(path)).status == 403

    async def test_who_may_only_read_is_offered_no_act(
        self, house: World, author: Browser, other: Browser
    ) -> None:
        await published(author, other)
        someone = await signed_in(house, "watch", Role.SUPERVISOR)
        page = await someone.open(URL)
        assert page.status == 200
        assert f"{URL}/propose" not in page.html
        impact = await someone.open(f"{ONE}/impact")
        assert "停用这一版" not in impact.html
        assert (await someone.open(f"{URL}/propose")).status == 403


class TestProposing:
    async def test_a_check_keeps_nothing_and_loses_nothing(self, author: Browser) -> None:
        page = await sent(author, act="check")
        assert page.status == 200
        assert "没有问题" in page.html
        kept = dict(page.form.fields)
        assert kept["text"].strip() == TEXT.strip()
        assert kept["cases"].strip() == CASES.strip()
        assert "还没有发布过定义" in (await author.open(URL)).html

    async def test_faults_stand_with_their_line_beside_the_text(self, author: Browser) -> None:
        wrong = changed("lead: market_regulation", "lead: nobody")
        line = wrong.splitlines().index("lead: nobody") + 1
        page = await sent(author, wrong)
        assert page.status == 422
        assert page.errors[0].startswith(f"第 {line} 行")
        assert f"定义 第 {line} 行" in page.html
        assert '<td class="mono">lead: nobody</td>' in page.html
        assert dict(page.form.fields)["text"].strip() == wrong.strip()

    async def test_a_case_that_comes_out_otherwise_is_told(self, author: Browser) -> None:
        page = await sent(author, cases=CASES.replace("[GYM, SIGN]", "[GYM]"))
        assert page.status == 422
        assert "没有通过的金例" in page.html
        assert "应为 GYM，得到 GYM、SIGN" in page.html

    async def test_nothing_given_is_told(self, author: Browser) -> None:
        assert (await sent(author, "")).errors == ["请选择定义文件，或粘贴定义文本"]

    async def test_from_files(self, author: Browser) -> None:
        page = await author.open(f"{URL}/propose")
        files = {
            "text_file": ("v1.yaml", TEXT.encode()),
            "cases_file": ("v1.cases.yaml", CASES.encode()),
        }
        page = await author.send(page, {"act": "propose"}, files)
        assert page.url.endswith(ONE)
        assert "等另一人批准" in page.html

    async def test_what_is_too_large_is_told(self, author: Browser) -> None:
        page = await author.open(f"{URL}/propose")
        large = {"text_file": ("v1.yaml", b"#" * 1_000_001)}
        page = await author.send(page, {"act": "check"}, large)
        assert page.status == 422
        assert "KB" in page.errors[0]


class TestFourEyes:
    async def test_the_proposer_sees_why_not(self, author: Browser) -> None:
        await sent(author)
        page = await author.open(f"{ONE}/impact")
        assert "须由另一人批准" in page.html
        assert "批准并发布" not in page.html
        answer = await author.client.post(
            f"{ONE}/approve", data={"key": "k" * 20}, headers={"Origin": ORIGIN}
        )
        assert answer.status_code == 403
        assert "另一人批准" in answer.text

    async def test_another_officer_publishes_and_it_is_in_force(
        self, author: Browser, other: Browser
    ) -> None:
        page = await published(author, other)
        assert page.url.endswith(ONE)
        assert "已发布" in page.html
        assert "施行中" in page.html
        rows = await author.open(URL)
        assert "施行中" in rows.html

    async def test_a_return_needs_its_reason_and_shows_it(
        self, author: Browser, other: Browser
    ) -> None:
        await sent(author)
        page = await other.open(f"{ONE}/impact")
        empty = await other.press(page, "/return", reason=" ")
        assert (empty.status, empty.errors) == (422, ["请写明退回的理由"])
        await other.press(page, "/return", reason="承诺时限与清单不一致")
        seen = await author.open(ONE)
        assert "已退回" in seen.html
        assert "承诺时限与清单不一致" in seen.html

    async def test_what_was_returned_cannot_be_approved(
        self, author: Browser, other: Browser
    ) -> None:
        await sent(author)
        page = await other.open(f"{ONE}/impact")
        await other.press(page, "/return", reason="再改")
        again = await other.press(page, "/approve")
        assert again.status == 409
        assert "没有等待批准的文本" in again.html


class TestOneVersion:
    async def test_every_tab_opens(self, author: Browser, other: Browser) -> None:
        await published(author, other)
        page = await author.open(ONE)
        assert "<svg" in page.html
        assert "用文字说明" in page.html
        for path in ("rules", "diff", "checks", "impact"):
            tab = await author.open(f"{ONE}/{path}")
            assert tab.status == 200
            assert tab.html.count('aria-current="page"') == 2
        text = await author.client.get(f"{ONE}/text")
        assert (text.status_code, text.text.strip()) == (200, TEXT.strip())

    async def test_it_may_be_tried_again(self, author: Browser, other: Browser) -> None:
        await published(author, other)
        page = await author.send(await author.open(f"{ONE}/checks"))
        assert "没有问题" in page.html
        assert "通过 1 个" in page.html

    async def test_two_versions_are_compared_in_words(
        self, author: Browser, other: Browser
    ) -> None:
        await published(author, other)
        await sent(author, second())
        page = await author.open(f"{URL}/{SERVICE}/2/diff")
        assert "与第 1 版的不同" in page.html
        assert "改动" in page.html
        assert f"{URL}/{SERVICE}/2/diff?before=1" in page.html

    async def test_an_unknown_one_is_not_found(self, author: Browser) -> None:
        for path in (ONE, f"{ONE}/rules", f"{ONE}/diff", f"{ONE}/checks", f"{ONE}/impact"):
            assert (await author.open(path)).status == 404

    async def test_retired_it_takes_nothing_in_any_more(
        self, author: Browser, other: Browser
    ) -> None:
        await published(author, other)
        page = await author.open(f"{ONE}/impact")
        page = await author.press(page, "/retire", reason="改由市级统一办理")
        assert "已停用" in page.html
        assert "改由市级统一办理" in page.html
        assert (await Browser(author.client).open(f"/guide/{SERVICE}")).status == 404
