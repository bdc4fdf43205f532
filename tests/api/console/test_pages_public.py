"""What an applicant without an account sees, and may hand in; guessing is slowed down."""

from dataclasses import dataclass

import httpx2
import pytest

from tests.support.api import PDF, Person, World, application
from tests.support.forms import form, text

OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Receipt:
    """What the applicant holds, and a browser that is nobody's."""

    number: str
    code: str
    browser: httpx2.AsyncClient

    @property
    def url(self) -> str:
        """Their page."""
        return f"/progress/{self.number}?code={self.code}"

    async def page(self) -> str:
        """Their page, as they see it."""
        answer = await self.browser.get(self.url)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
async def receipt(desk: World, clerk: Person) -> Receipt:
    body = await application(clerk, committed=["FOOD"])
    done = (await clerk.post("bundles", body)).json()
    return Receipt(done["number"], done["query_code"], desk.client(headers=OURS))


class TestProgress:
    async def test_the_form_leads_to_the_page(self, receipt: Receipt) -> None:
        form_page = await receipt.browser.get("/progress")
        assert form_page.status_code == 200
        sent = await receipt.browser.get(f"/progress?no={receipt.number}&code={receipt.code}")
        assert (sent.status_code, sent.headers["location"]) == (303, receipt.url)

    async def test_says_what_to_do_who_has_it_and_hides_the_name(self, receipt: Receipt) -> None:
        html = await receipt.page()
        said = text(html)
        for part in ("等您补交材料", "请您做 1 件事", "补交材料M03", "registrar局", "还没开始"):
            assert part in said
        assert "样品有限公司" not in html
        assert "91310117MA1J00001G" not in html
        assert "上海" in html

    async def test_a_withdrawal_is_told_and_needs_no_remedies(
        self, receipt: Receipt, clerk: Person
    ) -> None:
        await clerk.post(f"bundles/{receipt.number}/withdraw")
        said = text(await receipt.page())
        assert "已经按您的申请撤回" in said
        assert "不同意结果怎么办" not in said

    async def test_a_wrong_code_and_an_unknown_number_look_alike(self, receipt: Receipt) -> None:
        wrong = await receipt.browser.get(f"/progress/{receipt.number}?code=xxxx")
        unknown = await receipt.browser.get("/progress/SJ-YJS-310117-20261120-999999?code=xxxx")
        for answer in (wrong, unknown):
            assert answer.status_code == 404
            assert "办件编号或查询码不对" in answer.text
        assert f'value="{receipt.number}"' in wrong.text
        assert "xxxx" not in wrong.text

    async def test_guessing_is_stopped(self, receipt: Receipt) -> None:
        for _ in range(10):
            await receipt.browser.get(f"/progress/{receipt.number}?code=xxxx")
        answer = await receipt.browser.get(receipt.url)
        assert answer.status_code == 429
        assert "retry-after" in answer.headers
        assert "尝试次数过多" in answer.text

    async def test_half_an_answer_asks_for_the_other_half(self, receipt: Receipt) -> None:
        answer = await receipt.browser.get(f"/progress?no={receipt.number}")
        assert "请填写查询码" in answer.text


class TestSupply:
    async def _send(self, receipt: Receipt, html: str, **more: object) -> httpx2.Response:
        found = form(html, "/M03")
        return await receipt.browser.post(found.action, data=found.fields, **more)  # type: ignore[arg-type]

    async def test_an_applicant_hands_in_and_an_officer_checks(
        self, receipt: Receipt, fooder: Person
    ) -> None:
        done = await self._send(receipt, await receipt.page(), files={"file": ("许可.pdf", PDF)})
        assert (done.status_code, done.headers["location"]) == (303, receipt.url), done.text
        after = text(await receipt.page())
        assert "已经收到，工作人员会核对" in after
        assert "请您做" not in after
        assert "补交的材料已收到，等部门核对" in after
        kinds = [task["kind"] for task in (await fooder.get("tasks")).json()["items"]]
        assert "check" in kinds

    async def test_what_was_sent_back_says_why(self, receipt: Receipt, fooder: Person) -> None:
        await self._send(receipt, await receipt.page(), files={"file": ("许可.pdf", PDF)})
        body = {"outcome": "reject", "reasons": ["第 2 页缺公章"]}
        await fooder.post(f"bundles/{receipt.number}/materials/M03/check", body)
        assert "需要改的地方：第 2 页缺公章" in text(await receipt.page())

    async def test_without_a_file_or_with_a_wrong_one_the_page_says_so(
        self, receipt: Receipt
    ) -> None:
        page = await receipt.page()
        nothing = await self._send(receipt, page)
        assert nothing.status_code == 422
        assert 'href="#todo-M03"' in nothing.text
        wrong = await self._send(receipt, page, files={"file": ("a.exe", b"MZ")})
        assert "只接收" in wrong.text

    async def test_needs_the_code(self, receipt: Receipt) -> None:
        found = form(await receipt.page(), "/M03")
        action = found.action.replace(receipt.code, "xxxx")
        answer = await receipt.browser.post(
            action, data=found.fields, files={"file": ("许可.pdf", PDF)}
        )
        assert answer.status_code == 404
        assert "等您补交材料" in text(await receipt.page())

    async def test_other_sites_cannot_send_it(self, receipt: Receipt) -> None:
        found = form(await receipt.page(), "/M03")
        answer = await receipt.browser.post(
            found.action, data=found.fields, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 403

    async def test_is_bounded(self, receipt: Receipt) -> None:
        page = await receipt.page()
        for _ in range(20):
            await self._send(receipt, page)
        assert (await self._send(receipt, page)).status_code == 429

    async def test_a_paper_nobody_awaits_is_told_so(self, receipt: Receipt) -> None:
        found = form(await receipt.page(), "/M03")
        answer = await receipt.browser.post(
            found.action.replace("M03", "M01"),
            data=found.fields,
            files={"file": ("许可.pdf", PDF)},
        )
        assert answer.status_code == 409
        assert "现在不需要补交" in answer.text
