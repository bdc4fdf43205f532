"""每日督办摘要: composed once a working day for each department and for all."""

from datetime import date, datetime, timedelta

import pytest

from activities.contracts.digests import DigestAsked, DigestMade
from activities.digests import Digests
from activities.store.engine import Store
from activities.store.reading.digests import ALL, LISTED, DigestView, digest, last_day
from definitions.language.base import SHANGHAI
from tests.support.legal import CALENDAR
from tests.support.shipped import shipped
from tests.support.watched import Rows

pytestmark = pytest.mark.stack

DAY = date(2026, 3, 9)
"""A Monday."""


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


MORNING = at(9, 8, 30)


def end(day: int) -> datetime:
    return at(day, 0) + timedelta(days=1)


@pytest.fixture
async def rows(store: Store) -> Rows:
    made = Rows(store, at(6))
    await made.begin()
    await made.matter("A")
    return made


async def compose(rows: Rows, day: date = DAY, now: datetime = MORNING) -> DigestMade:
    watched = shipped().catalogue.supervision
    assert watched is not None
    made = Digests(rows.store, watched, CALENDAR, now=lambda: now)
    return await made.compose_digests(DigestAsked(day=day))


async def read(rows: Rows, department: str = ALL, day: date = DAY) -> DigestView:
    async with rows.store.reading() as session:
        found = await digest(session, day, department)
    assert found is not None
    return found


class TestFigures:
    async def test_count_by_limit_wait_request_and_rung(self, rows: Rows) -> None:
        officer = await rows.person("officer", "food")
        wait = {"cause": "department", "since": at(6).isoformat(), "until": "2026-03-12"}
        late = await rows.task("A", assignee=officer, status="claimed", due_at=end(6))
        for due in (end(9), end(10), end(12), end(13)):
            await rows.task("A", due_at=due)
        await rows.task(
            "A", status="waiting", assignee=officer, more={"waiting": {**wait, "reasons": []}}
        )
        await rows.task("A", department="tax", asked_by="food", kind="consultation", due_at=end(8))
        await rows.task("A", level=3, alerted="head", alerted_at=at(6))
        await rows.task("A", level=4, alerted="supervisor", alerted_at=at(6), status="obsolete")
        await compose(rows)
        food = await read(rows, "food")
        said = food.figures
        assert (said.overdue, said.today, said.soon) == (1, 1, 2)
        assert (said.waiting, said.asked, said.to_answer) == (1, 1, 0)
        assert (said.holder, said.head, said.supervisor) == (0, 1, 0)
        assert [(task.id, food.names[officer]) for task in food.overdue] == [(late, "officer姓名")]
        assert [(task.cause, task.until) for task in food.waiting] == [
            ("department", date(2026, 3, 12))
        ]
        assert [(task.department, task.asked_by) for task in food.asked] == [("tax", "food")]
        tax, whole = (await read(rows, "tax")).figures, (await read(rows)).figures
        assert (tax.overdue, tax.to_answer) == (1, 1)
        assert (whole.overdue, whole.asked, whole.to_answer, whole.head) == (2, 1, 1, 1)

    async def test_what_was_done_since_the_last_working_day_began_and_how_long_it_took(
        self, rows: Rows
    ) -> None:
        officer = await rows.person("officer", "food")
        # Friday and the weekend count; Thursday and this very morning do not.
        for opened, done in (
            (at(5, 16), at(6, 10)),
            (at(6, 9), at(7, 12)),
            (at(4), at(5, 15)),
            (at(6), at(9, 8)),
        ):
            await rows.task(
                "A", status="completed", assignee=officer, opened_at=opened, completed_at=done
            )
        await compose(rows)
        said = (await read(rows, "food")).figures
        # One hour of Thursday and one of Friday; all six of Friday, and none of Saturday.
        assert (said.completed, said.average_minutes) == (2, (120 + 360) // 2)
        assert (await read(rows)).figures.average_minutes == 240

    async def test_lists_hold_the_most_pressing_and_figures_all(self, rows: Rows) -> None:
        await rows.matter("B", department="tax")
        for n in range(LISTED + 3):
            await rows.task("A", due_at=at(6) - timedelta(minutes=n))
            await rows.task("B", department="tax", due_at=at(5) - timedelta(minutes=n))
        await compose(rows)
        food, whole = await read(rows, "food"), await read(rows)
        assert (food.figures.overdue, len(food.overdue)) == (LISTED + 3, LISTED)
        assert food.overdue[0].due_at == at(6) - timedelta(minutes=LISTED + 2)
        assert {task.department for task in whole.overdue} == {"tax"}
        assert (whole.figures.overdue, len(whole.overdue)) == (2 * (LISTED + 3), LISTED)


class TestOnce:
    async def test_what_stands_for_a_day_is_not_written_again(self, rows: Rows) -> None:
        await rows.person("officer", "food")
        assert await compose(rows) == DigestMade(worked=True, composed=2)
        await rows.task("A", due_at=end(6))
        assert await compose(rows, now=MORNING + timedelta(hours=1)) == DigestMade(
            worked=True, composed=0
        )
        assert (await read(rows, "food")).figures.overdue == 0

    async def test_a_department_that_was_missing_is_added(self, rows: Rows) -> None:
        await rows.person("officer", "food")
        await compose(rows)
        await rows.person("taxer", "tax")
        assert (await compose(rows)).composed == 1

    @pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 4, 6)], ids=["Sunday", "清明"])
    async def test_on_a_day_off_nothing_is_written(self, rows: Rows, day: date) -> None:
        await rows.person("officer", "food")
        assert await compose(rows, day) == DigestMade(worked=False, composed=0)
        async with rows.store.reading() as session:
            assert await last_day(session, ALL, until=date(2026, 12, 31)) is None

    async def test_on_a_weekend_that_is_worked_it_is(self, rows: Rows) -> None:
        made = await compose(rows, date(2026, 2, 28), datetime(2026, 2, 28, 8, 30, tzinfo=SHANGHAI))
        assert made.worked
