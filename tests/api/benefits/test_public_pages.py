"""What anybody sees of a list in publicity, and what beneficiaries see and decide of their own."""

from datetime import timedelta

import pytest
from sqlalchemy import func, update

from activities.store.benefits import ledger
from activities.store.benefits.budgets import BudgetKey, put_budget
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.facts import SubjectView, subject_view
from activities.store.benefits.ledger import Booking
from activities.store.benefits.notices import NoticeKind, tell
from activities.store.benefits.reading_cases import case_lines
from activities.store.engine import Store
from activities.store.tables.subjects import Subject
from definitions.benefits.entitlement import Status
from definitions.benefits.ledger import Entry, EntryKind
from definitions.language.roles import SYSTEM
from tests.api.benefits.test_money import PAID, brought
from tests.api.benefits.test_rights import entry
from tests.support import benefits
from tests.support.api import World
from tests.support.benefit_world import Hall, ok
from tests.support.benefit_world import hall as opened
from tests.support.console.browsing import ORIGIN, Browser, Page
from tests.support.forms import text

WISH = benefits.policy(
    "some_wish",
    sample=2,
    way="confirm",
    confirmation={"days": 10, "reminders": [3]},
    publicity=None,
)


@pytest.fixture
async def hall(hall: Hall) -> Hall:
    """Its firms under codes as they are written, in capitals."""
    return await in_capitals(hall)


@pytest.fixture
async def wishes(desk: World) -> Hall:
    """Three firms that are asked whether they want it."""
    return await in_capitals(await opened(desk, WISH))


@pytest.fixture
async def browser(desk: World) -> Browser:
    """Anybody."""
    return Browser(desk.client())


async def in_capitals(made: Hall) -> Hall:
    """The same hall, the codes of its subjects in capitals."""
    async with made.world.services.store.begin() as session:
        await session.execute(update(Subject).values(code=func.upper(Subject.code)))
    return made


async def subject_of(store: Store, number: int) -> SubjectView:
    """A subject."""
    async with store.reading() as session:
        found = await subject_view(session, number)
    assert found is not None
    return found


async def entered(who: Browser, subject: SubjectView, path: str = "/public/my-benefits") -> Page:
    """Through the form, with the code and the query code."""
    page = await who.open(path)
    given: dict[str, str | list[str]] = {
        "kind": subject.kind,
        "code": subject.code,
        "query": subject.query_code,
    }
    return await who.send(page, given)


async def pressed(who: Browser, page: Page, act: str, **given: str) -> Page:
    """Send the form of that page which goes there."""
    form = next(each for each in page.forms if f"/{act}?" in each.action)
    answer = await who.client.post(
        form.action,
        data=form.filled(dict(given)),
        headers={"Origin": ORIGIN},
        follow_redirects=True,
    )
    return Page(str(answer.url), answer.status_code, answer.text)


class TestPublicity:
    async def test_a_list_is_public_from_its_second_approval_until_it_is_over(
        self, hall: Hall, browser: Browser
    ) -> None:
        run = await hall.begun()
        nothing = await browser.open("/public/benefits")
        assert "现在没有正在公示的名单" in nothing.html
        hidden = await browser.open(f"/public/benefits/{run}")
        assert hidden.status == 404
        await hall.approved(run)
        every = await browser.open("/public/benefits")
        assert "某项奖励" in every.html
        page = await browser.open(f"/public/benefits/{run}")
        said = text(page.html)
        assert "5 个工作日，9月30日（周三）公布" in said
        assert "公布当日不计：第 1 日 10月1日" in said
        assert "1,000.00 元" in said
        for number in hall.firms:
            firm = await subject_of(hall.world.services.store, number)
            assert firm.name not in page.html
            assert firm.code not in page.html

    async def test_anybody_may_object_to_one_of_them_and_it_waits(
        self, hall: Hall, browser: Browser
    ) -> None:
        run = await hall.begun()
        await hall.approved(run)
        name = (await hall.entries(run))[hall.firms[1]]["id"]
        form = await browser.open(f"/public/benefits/{run}/object?entry={name}")
        assert "对名单上的“" in form.html
        wrong = await browser.send(form, {"name": "李四", "contact": "", "reason": "已经搬走"})
        assert (wrong.status, wrong.errors) == (
            422,
            ["请填写联系方式（60 字以内），以便答复"],
        )
        assert "已经搬走" in wrong.html
        done = await browser.send(wrong, {"contact": "13800000000"})
        assert "已经收到您的异议，编号 SJ-YJS-" in text(done.html)
        assert "李四" not in done.html
        stands = (await hall.entries(run))[hall.firms[1]]
        assert stands["status"] == Status.OBJECTED
        async with hall.world.services.store.reading() as session:
            (case,) = await case_lines(session, run=run)
        assert (case.kind, case.entitlement) == ("objection", name)

    async def test_after_the_last_day_it_is_too_late(self, hall: Hall, browser: Browser) -> None:
        run = await hall.begun()
        await hall.approved(run)
        form = await browser.open(f"/public/benefits/{run}/object")
        hall.world.now.at += timedelta(days=20)
        late = await browser.send(form, {"name": "李四", "contact": "1", "reason": "不符合条件"})
        assert late.status == 422
        assert "公示已于" in late.errors[0]


class TestOwnPage:
    async def test_a_wrong_code_and_an_unknown_subject_look_alike(
        self, hall: Hall, browser: Browser
    ) -> None:
        firm = await subject_of(hall.world.services.store, hall.firms[0])
        wrong = firm.model_copy(update={"query_code": "00000000"})
        unknown = firm.model_copy(update={"code": "91310117MA1J09999X"})
        for each in (wrong, unknown):
            page = await entered(browser, each)
            assert page.status == 404
            assert page.errors == ["代码或查询码不对；查询码可以到办事窗口凭有效证件查询、更换"]
            assert firm.name not in page.html
        other = await browser.open(f"/public/my-benefits/{hall.firms[1]}?code={firm.query_code}")
        assert other.status == 404

    async def test_guessing_is_stopped(self, hall: Hall, browser: Browser) -> None:
        number = hall.firms[0]
        seen = [
            (await browser.open(f"/public/my-benefits/{number}?code=0000000{n % 10}")).status
            for n in range(11)
        ]
        assert seen == [404] * 10 + [429]

    async def test_the_address_holds_no_code_and_the_page_says_where_it_stands(
        self, hall: Hall, browser: Browser
    ) -> None:
        run = await hall.begun()
        firm = await subject_of(hall.world.services.store, hall.firms[0])
        page = await entered(browser, firm)
        assert page.status == 200
        assert firm.code not in page.url
        assert "已列入名单，正在复核" in page.html
        assert firm.name not in page.html
        assert firm.account_number is None or firm.account_number not in page.html
        name = (await hall.entries(run))[firm.id]["id"]
        why = await browser.open(
            f"/public/my-benefits/{firm.id}/entries/{name}?code={firm.query_code}"
        )
        said = text(why.html)
        for part in ("在松江登记", "符合", "截至", "由系统按下列条件和数据自动比对得出"):
            assert part in said

    async def test_others_benefits_are_not_told_of(self, hall: Hall, browser: Browser) -> None:
        run = await hall.begun()
        firm = await subject_of(hall.world.services.store, hall.firms[0])
        theirs = (await hall.entries(run))[hall.firms[1]]["id"]
        for name in (theirs, "some_award:2026:999999:award"):
            answer = await browser.open(
                f"/public/my-benefits/{firm.id}/entries/{name}?code={firm.query_code}"
            )
            assert answer.status == 404

    async def test_one_click_says_yes_and_one_says_no(self, wishes: Hall, browser: Browser) -> None:
        run = await wishes.begun("some_wish")
        await wishes.approved(run)
        await wishes.driver.ask(run)
        store = wishes.world.services.store
        for number, act, said in (
            (wishes.firms[0], "confirm", "已确认。"),
            (wishes.firms[1], "decline", "已放弃这一笔。"),
        ):
            page = await entered(browser, await subject_of(store, number))
            assert "以前确认是否需要" in page.html
            done = await pressed(browser, page, act)
            assert said in text(done.html)
        statuses = {number: e["status"] for number, e in (await wishes.entries(run)).items()}
        assert statuses == {
            wishes.firms[0]: Status.CONFIRMED,
            wishes.firms[1]: Status.DECLINED,
            wishes.firms[2]: Status.ASKED,
        }

    async def test_a_person_instead_of_the_machine(self, hall: Hall, browser: Browser) -> None:
        run = await hall.begun()
        firm = await subject_of(hall.world.services.store, hall.firms[0])
        name = (await hall.entries(run))[firm.id]["id"]
        page = await browser.open(
            f"/public/my-benefits/{firm.id}/entries/{name}?code={firm.query_code}"
        )
        refused = await pressed(browser, page, "refuse")
        assert "以后由工作人员审核" in text(refused.html)
        assert not any("/refuse?" in form.action for form in refused.forms)
        empty = await pressed(browser, refused, "review", **{"reason-review": " "})
        assert empty.status == 422
        assert len(empty.errors) == 1
        told = await pressed(browser, empty, "review", **{"reason-review": "金额不对"})
        assert "人工复核" in text(told.html)
        assert "SJ-YJS-" in told.html
        assert (await hall.entries(run))[firm.id]["status"] == Status.OBJECTED

    async def test_a_fact_is_put_right_by_a_case(self, hall: Hall, browser: Browser) -> None:
        run = await hall.begun()
        firm = await subject_of(hall.world.services.store, hall.firms[0])
        name = (await hall.entries(run))[firm.id]["id"]
        page = await browser.open(
            f"/public/my-benefits/{firm.id}/entries/{name}?code={firm.query_code}"
        )
        given = {"fact-correction": "firm.registered_here", "reason-correction": "已经迁出"}
        wrong = await pressed(browser, page, "correction", **given, **{"value-correction": "搬了"})
        assert (wrong.status, wrong.errors) == (422, ["“在松江区登记”应为是或否"])
        done = await pressed(browser, wrong, "correction", **{"value-correction": "否"})
        assert "核对属实的会更正" in text(done.html)
        async with hall.world.services.store.reading() as session:
            (case,) = await case_lines(session, run=run)
        assert case.kind == "correction"

    async def test_what_is_owed_back_is_what_has_not_come_back(
        self, hall: Hall, browser: Browser
    ) -> None:
        await hall.begun()
        store = hall.world.services.store
        firm = await subject_of(store, hall.firms[0])
        line = entry(firm.id)
        book = BudgetKey(policy="some_award", period="2026")
        async with store.begin() as session:
            whole = benefits.policy(sample=2)
            await put_budget(session, book, whole, 1_000_000, actor=SYSTEM, now=benefits.NOW)
            for kind in (EntryKind.RESERVE, EntryKind.PAY):
                put = Entry(entitlement=line, kind=kind, attempt=1, fen=100_000)
                await ledger.book(session, (Booking(key=book, entry=put, act=kind),), by="system")
        await brought(hall, firm.id, *PAID)
        async with store.begin() as session:
            due = Move(
                entitlement=line,
                to=Status.RECOVERING,
                back_fen=80_000,
                back_by=benefits.NOW.date(),
            )
            await move(session, [due], actor=SYSTEM, act="owed", now=benefits.NOW)
        assert "以前退回 800.00 元" in text((await entered(browser, firm)).html)
        path = f"benefits/entitlements/{line}/return"
        ok(await hall.officer.post(path, {"fen": 30_000}, key="key-return-1"))
        other = await hall.officer.post(path, {"fen": 20_000}, key="key-return-1")
        assert other.json()["code"] == "idempotency-key-reused"
        assert "以前退回 500.00 元" in text((await entered(browser, firm)).html)

    async def test_what_was_decided_by_a_policy_of_then_is_told_in_words(
        self, hall: Hall, browser: Browser
    ) -> None:
        await hall.approved(await hall.begun())
        store, subject = hall.world.services.store, hall.firms[0]
        async with store.begin() as session:
            stopped = Move(entitlement=entry(subject), to=Status.STOPPED, why="here")
            await move(session, [stopped], actor=SYSTEM, act="s", now=benefits.NOW)
        await benefits.retired(store)
        page = await entered(browser, await subject_of(store, subject))
        assert "（在松江登记）" in text(page.html)

    async def test_notices_are_new_until_they_are_seen(self, hall: Hall, browser: Browser) -> None:
        firm = await subject_of(hall.world.services.store, hall.firms[0])
        async with hall.world.services.store.begin() as session:
            await tell(session, firm.id, None, NoticeKind.PAID, "told-once", "已经到账。")
        assert "· 新" in (await entered(browser, firm)).html
        assert "· 新" not in (await entered(browser, firm)).html

    async def test_a_no_to_everything_and_its_way_back(self, hall: Hall, browser: Browser) -> None:
        run = await hall.begun()
        firm = await subject_of(hall.world.services.store, hall.firms[0])
        page = await entered(browser, firm)
        unsaid = await pressed(browser, page, "no", policy="all")
        assert unsaid.errors == ["请选择不享受，还是不接受自动作出决定"]
        done = await pressed(browser, unsaid, "no", policy="all", kind="benefit")
        assert "所有政策：不享受" in text(done.html)
        assert (await hall.entries(run))[firm.id]["status"] == Status.DECLINED
        back = await pressed(browser, done, "yes")
        assert "所有政策：不享受" not in text(back.html)


class TestOwnCheckUp:
    async def test_what_one_is_entitled_to_with_what_is_declared(
        self, hall: Hall, browser: Browser
    ) -> None:
        firm = await subject_of(hall.world.services.store, hall.firms[0])
        page = await entered(browser, firm, "/public/checkup")
        said = text(page.html)
        assert "可享 1 项，合计 1,000.00 元" in said
        assert firm.name not in page.html
        followed = await pressed(browser, page, "checkup/follow")
        assert "起订阅" in text(followed.html)
        gone = await pressed(browser, followed, "checkup/unfollow")
        assert "起订阅" not in text(gone.html)
        report = await browser.open(
            f"/public/my-benefits/{firm.id}/checkup/report?code={firm.query_code}"
        )
        assert "政策体检报告" in report.html
