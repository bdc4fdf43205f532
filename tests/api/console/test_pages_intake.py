"""The clerk's way from the sign-in page to the receipt, without script."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import PDF, World
from tests.support.console.browsing import ORIGIN, Browser, Page
from tests.support.console.hall import BLOCKED_FIRM, FOOD_FIRM, hall, signed_in

ANSWERS: dict[str, str | list[str]] = {
    "changes": ["name"],
    "paper_licence": "electronic_only",
    "food_licence_form": "paper",
    "filed_by": "agent",
}
FORM: dict[str, str | list[str]] = {
    "decided_on": "2026-11-18",
    "new_name": "上海云间食光餐饮管理有限公司",
    "agent_name": "陆一鸣",
    "agent_id": "310117199003071231",
    "contact_mobile": "13817720455",
}
SEAL = {"file.M44": ("印章.pdf", PDF)}
PENDING: dict[str, str | list[str]] = {"mode.LIC_FOOD.M41": "accept_pending", "pages.M44": "2"}
READY: dict[str, str | list[str]] = {
    "confirmed": "yes",
    "commitment.signature": "paper",
    "commitment.authority": "yes",
}


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    async with hall(store, tmp_path) as made:
        yield made


@pytest.fixture
async def clerk(world: World) -> Browser:
    return await signed_in(world, "clerk", Role.WINDOW_CLERK)


async def started(who: Browser, firm: str = FOOD_FIRM) -> Page:
    page = await who.open(f"/console/?uscc={firm}")
    return await who.send(page, {"service": "company_change"})


async def guided(who: Browser, page: Page) -> Page:
    while "/guidance" in page.url:
        question = page.form.action.partition("question=")[2]
        page = await who.send(page, {question: ANSWERS[question]})
    return page


async def filled(who: Browser) -> Page:
    """Up to the materials."""
    return await who.send(await guided(who, await started(who)), FORM)


async def checked(who: Browser) -> Page:
    """Up to the last look."""
    return await who.send(await filled(who), PENDING, SEAL)


class TestTheWay:
    async def test_from_the_first_page_to_the_receipt(self, world: World, clerk: Browser) -> None:
        check = await checked(clerk)
        assert check.url.endswith("/check"), check.errors
        assert "受理后 3 个工作日内" in check.html
        receipt = await clerk.send(check, READY)
        number = "SJ-YJS-310117-20261124-000001"
        assert receipt.url == f"{ORIGIN}/console/bundles/{number}/receipt"
        assert f"已收件，编号 {number}" in receipt.html
        assert world.engine.started == [number]
        for said in ("上海云间餐饮管理有限公司", "陆一鸣", "原印章（缴销）", "2026年12月1日前告知"):
            assert said in receipt.html
        assert "310117199003071231" not in receipt.html
        again = await clerk.open(f"/console/bundles/{number}/receipt")
        assert "已收件，编号" not in again.html

    async def test_a_resend_leads_to_the_same_receipt(self, world: World, clerk: Browser) -> None:
        check = await checked(clerk)
        first = await clerk.send(check, READY)
        second = await clerk.send(check, READY)
        assert second.url == first.url
        assert "已经提交" in second.html
        assert len(world.engine.started) == 1

    async def test_an_engine_that_is_away_still_gives_a_receipt(
        self, world: World, clerk: Browser
    ) -> None:
        check = await checked(clerk)
        world.engine.away = True
        receipt = await clerk.send(check, READY)
        assert "已接收，正在登记" in receipt.html

    async def test_a_second_start_opens_the_draft_under_way(self, clerk: Browser) -> None:
        first = await started(clerk)
        second = await started(clerk)
        assert first.url == second.url
        assert "没办完的草稿" in second.html

    async def test_a_step_too_early_leads_to_what_is_open(self, clerk: Browser) -> None:
        page = await guided(clerk, await started(clerk))
        check = await clerk.open(page.url.replace("/form", "/check"))
        assert check.url.endswith("/form?check=1")
        assert len(check.errors) == 5


class TestGuidance:
    async def test_blockers_are_told_at_once_with_owner_and_remedy(self, clerk: Browser) -> None:
        page = await started(clerk, BLOCKED_FIRM)
        page = await clerk.send(page, {"changes": ["address"]})
        page = await clerk.send(page, {"address_place": "moving_out"})
        assert page.html.count("现在不能这样办：") == 3
        assert "企业的登记机关不是松江区市场监督管理局" in page.html
        assert "由迁入地登记机关办理" in page.html
        assert "诉讼或者仲裁终结后再申请" in page.html

    async def test_an_answer_may_be_changed_and_takes_what_followed_with_it(
        self, clerk: Browser
    ) -> None:
        page = await started(clerk)
        page = await clerk.send(page, {"changes": ["address"]})
        page = await clerk.send(page, {"address_place": "moving_out"})
        assert "由迁入地登记机关办理" in page.html
        back = await clerk.open(page.url + "?question=changes")
        page = await clerk.send(back, {"changes": ["name"]})
        assert "由迁入地登记机关办理" not in page.html

    async def test_a_day_is_asked_for_and_judged_like_any_answer(self, clerk: Browser) -> None:
        page = await started(clerk)
        page = await clerk.send(page, {"changes": ["capital_reduction"]})
        page = await clerk.send(page, {"capital_reduction_kind": "ordinary"})
        page = await clerk.send(page, {"announced": "done"})
        assert 'type="date"' in page.html
        late = await clerk.send(page, {"announced_on": "2026-11-25"})
        assert late.status == 422
        assert "不能晚于今天" in late.errors[0]
        assert dict(late.form.fields)["announced_on"] == "2026-11-25"
        assert (await clerk.send(page, {"announced_on": " "})).errors == ["请填写日期"]
        page = await clerk.send(page, {"announced_on": "2026年10月12日"})
        assert page.status == 200
        assert "2026-10-12" in page.html
        assert "45 个自然日，10月12日起" in page.html

    async def test_what_registers_answered_is_confirmed_by_one_act(self, clerk: Browser) -> None:
        page = await started(clerk)
        assert "登记库已查到，请确认" in page.html
        assert "申请更正；更正前按登记库的记载办理" in page.html
        form = next(form for form in page.forms if form.action.endswith("/confirm"))
        answer = await clerk.client.post(
            form.action,
            data=form.filled({}),
            headers={"Origin": ORIGIN},
            follow_redirects=True,
        )
        assert "申请人已确认" in answer.text
        assert "/guidance/confirm" not in answer.text
        page = await clerk.open(str(answer.url))
        page = await clerk.send(await guided(clerk, page), FORM)
        page = await clerk.send(page, PENDING, SEAL)
        assert "有限责任公司（登记库，申请人已确认）" in page.html
        assert "企业信息变更 第 2 版" in page.html

    async def test_says_how_many_questions_are_left(self, clerk: Browser) -> None:
        page = await started(clerk)
        assert "已答 0 题，还剩 " in page.html
        page = await clerk.send(page, {"changes": ["name"]})
        assert "已答 1 题" in page.html

    async def test_no_answer_is_a_fault(self, clerk: Browser) -> None:
        page = await clerk.send(await started(clerk))
        assert (page.status, page.errors) == (422, ["请至少选一项"])

    async def test_what_registers_know_is_not_asked(self, clerk: Browser) -> None:
        page = await started(clerk)
        assert "有限责任公司" in page.html
        assert "company_kind" not in page.form.action


class TestForm:
    async def test_every_fault_at_once_and_the_input_stays(self, clerk: Browser) -> None:
        page = await guided(clerk, await started(clerk))
        again = await clerk.send(page, {**FORM, "contact_mobile": "138", "agent_id": "310117"})
        assert again.status == 422
        assert len(again.errors) == 2
        kept = dict(again.form.fields)
        assert (kept["contact_mobile"], kept["new_name"]) == ("138", FORM["new_name"])

    async def test_autosave_keeps_what_is_not_right_yet(self, clerk: Browser) -> None:
        page = await guided(clerk, await started(clerk))
        saved = await clerk.send(page, {"contact_mobile": "138"}, autosave=True)
        assert '"saved_at":"12:00"' in saved.html
        assert dict((await clerk.open(page.url)).form.fields)["contact_mobile"] == "138"

    async def test_two_people_see_both_values_and_choose(self, clerk: Browser) -> None:
        page = await guided(clerk, await started(clerk))
        await clerk.send(page, {"new_name": "上海甲方餐饮管理有限公司"}, autosave=True)
        both = await clerk.send(page, {**FORM, "new_name": "上海乙方餐饮管理有限公司"})
        assert both.status == 409
        assert "上海甲方餐饮管理有限公司" in both.html
        assert "上海乙方餐饮管理有限公司" in both.html
        undecided = await clerk.send(both)
        assert any("采用我的" in error for error in undecided.errors)
        names = [name for name, _ in both.form.fields if name == "conflict"]
        choices: dict[str, str | list[str]] = {
            f"{value}.use": "theirs" if value == "new_name" else "mine"
            for name, value in both.form.fields
            if name in names
        }
        after = await clerk.send(both, choices)
        assert after.url.endswith("/materials")
        kept = await clerk.open(after.url.replace("/materials", "/form"))
        assert dict(kept.form.fields)["new_name"] == "上海甲方餐饮管理有限公司"
        assert dict(kept.form.fields)["agent_name"] == "陆一鸣"

    async def test_autosave_tells_a_conflict_and_keeps_nothing(self, clerk: Browser) -> None:
        page = await guided(clerk, await started(clerk))
        await clerk.send(page, {"agent_name": "甲乙"}, autosave=True)
        late = await clerk.send(page, {"agent_name": "丙丁"}, autosave=True)
        assert late.status == 409


class TestMaterials:
    async def test_what_is_missing_is_told_and_the_file_stays(self, clerk: Browser) -> None:
        page = await filled(clerk)
        assert "不可用：承诺时限只有 1 个工作日" in page.html
        kept = await clerk.send(page, {"pages.M44": "2"}, SEAL)
        assert "已存下 1 个文件" in kept.html
        assert "印章.pdf" in kept.html
        missing = await clerk.send(kept)
        assert missing.errors == ["请上传“食品经营许可证正本、副本（缴回）”，或者选一种容缺方式"]
        assert "印章.pdf" in missing.html

    async def test_a_file_that_is_none_is_refused_by_name(self, clerk: Browser) -> None:
        page = await clerk.send(
            await filled(clerk), PENDING, {"file.M44": ("印章.heic", b"ftypheic")}
        )
        assert page.status == 422
        assert page.errors[0].startswith("“印章.heic”没有存下")
        assert dict(page.form.fields)["mode.LIC_FOOD.M41"] == "accept_pending"

    async def test_a_file_may_be_removed(self, clerk: Browser) -> None:
        page = await clerk.send(await filled(clerk), {}, SEAL)
        file = page.html.partition('name="remove" value="')[2].partition('"')[0]
        assert "印章.pdf" not in (await clerk.send(page, {"remove": file})).html

    async def test_whoever_wants_no_tolerance_brings_the_papers_first(self, clerk: Browser) -> None:
        page = await clerk.send(await filled(clerk), {"mode.LIC_FOOD.M41": "none"}, SEAL)
        assert page.status == 422
        assert "申请人不用容缺的" in page.errors[0]

    async def test_held_papers_need_no_commitment(self, clerk: Browser) -> None:
        page = await clerk.send(await filled(clerk), {"mode.LIC_FOOD.M41": "hold"}, SEAL)
        assert "承诺书" not in page.html
        assert "补齐材料后才受理" in page.html

    async def test_the_commitment_is_printed(self, clerk: Browser) -> None:
        check = await checked(clerk)
        paper = await clerk.open(check.url.replace("/check", "/commitment"))
        assert "视为撤回申请，退还材料" in paper.html

    async def test_tolerance_is_submitted_only_with_a_signed_commitment(
        self, world: World, clerk: Browser
    ) -> None:
        page = await clerk.send(await checked(clerk), {"confirmed": "yes"})
        assert page.status == 422
        assert page.errors == [
            "请申请人签承诺书，再选签字方式",
            "陆一鸣是代理人：请核对授权委托书写明可以代为承诺，再勾选",
        ]
        assert dict(page.form.fields)["confirmed"] == "yes"
        assert world.engine.started == []

    async def test_what_was_signed_stays_when_something_else_is_missing(
        self, clerk: Browser
    ) -> None:
        page = await clerk.send(await checked(clerk), {"commitment.signature": "phone"})
        assert dict(page.form.fields)["commitment.signature"] == "phone"
        assert "commitment.authority" not in dict(page.form.fields)


class TestVirtualWindow:
    async def test_an_agent_hands_over_and_cannot_submit(
        self, world: World, clerk: Browser
    ) -> None:
        agent = await signed_in(world, "agent", Role.VIRTUAL_WINDOW_AGENT)
        check = await checked(agent)
        assert check.form.action.endswith("/hand-over")
        wrong = replace(check, html=check.html.replace("/hand-over", "/submit"))
        refused = await agent.send(wrong, {"confirmed": "yes"})
        assert refused.status == 403
        done = await agent.send(check, {"confirmed": "yes"})
        assert "已交给属地窗口" in done.html
        assert world.engine.started == []
        theirs = await clerk.open("/console/drafts?from=remote")
        assert "agent姓名" in theirs.html
        receipt = await clerk.send(await clerk.open(check.url), READY)
        assert receipt.url.endswith("/receipt")
        assert (await agent.open(receipt.url)).status == 403


class TestFirms:
    async def test_a_wrong_code_is_told_and_stays(self, clerk: Browser) -> None:
        page = await clerk.open("/console/?uscc=9131")
        assert page.status == 422
        assert "18 位" in page.errors[0]
        assert dict(page.form.fields)["uscc"] == "9131"

    async def test_an_unknown_firm_gives_its_name(self, clerk: Browser) -> None:
        page = await clerk.open("/console/?uscc=91310117MA1JXY121H")
        given: dict[str, str | list[str]] = {"service": "company_change"}
        again = await clerk.send(page, given)
        assert again.errors == ["登记库没有这家企业，请填写企业名称"]
        page = await clerk.send(again, {**given, "firm_name": "上海新来有限公司"})
        assert page.url.endswith("/guidance")
        assert "上海新来有限公司" in page.html
