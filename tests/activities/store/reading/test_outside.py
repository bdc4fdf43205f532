"""体外循环: what is conspicuous about when and how fast things were entered, and what is not."""

from datetime import datetime, timedelta

import pytest

from activities.store.engine import Store
from activities.store.reading.outside import (
    Lead,
    OutsideAsked,
    OutsideFigures,
    Sign,
    outside_figures,
    outside_leads,
)
from activities.store.reading.scope import EVERYTHING, Scope
from definitions.language.base import SHANGHAI
from definitions.language.roles import Authority, Role
from definitions.rules.worktime import OddTime
from tests.support.legal import CALENDAR
from tests.support.shipped import shipped
from tests.support.watched import Rows

pytestmark = pytest.mark.stack

WATCHED = shipped().catalogue.supervision
MINUTE = timedelta(minutes=1)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def asked(**more: object) -> OutsideAsked:
    given = {"since": at(3, 1, 0), "until": at(4, 1, 0), "watched": WATCHED, "calendar": CALENDAR}
    return OutsideAsked.model_validate({**given, **more})


@pytest.fixture
async def rows(store: Store) -> Rows:
    made = Rows(store, at(3, 2))
    await made.begin()
    return made


async def figures(rows: Rows, scope: Scope = EVERYTHING, **more: object) -> list[OutsideFigures]:
    async with rows.store.reading() as session:
        return await outside_figures(session, scope, asked(**more))


async def leads(
    rows: Rows, scope: Scope = EVERYTHING, sign: Sign | None = None, **more: object
) -> list[Lead]:
    async with rows.store.reading() as session:
        found, _ = await outside_leads(
            session, scope, asked(**more), sign=sign, after=None, limit=100
        )
    return found


class TestQuick:
    async def test_a_decision_within_minutes_of_acceptance_is_one_where_days_are_promised(
        self, rows: Rows
    ) -> None:
        officer = await rows.person("officer", "food")
        for key, minutes, promised, kind in (
            ("NINE", 9, 10, "decide"),
            ("TEN", 10, 1, "decide"),
            ("ELEVEN", 11, 10, "decide"),
            ("SPOT", 2, 0, "decide"),
            ("REVIEW", 2, 10, "review"),
            ("NOLIMIT", 2, None, "decide"),
        ):
            await rows.matter(key, accepted_at=at(3, 3), promised=promised)
            await rows.done(key, officer, [at(3, 3) + minutes * MINUTE], kind=kind)
        found = await leads(rows)
        assert {(each.matter, each.minutes) for each in found} == {("NINE", 9), ("TEN", 10)}
        assert {each.sign for each in found} == {Sign.QUICK}
        (one,) = await figures(rows)
        assert (one.completed, one.quick, one.odd, one.bulk) == (6, 2, 0, 0)

    async def test_an_item_handled_on_the_spot_is_none(self, rows: Rows) -> None:
        officer = await rows.person("officer", "food")
        await rows.matter("SPOT", accepted_at=at(3, 3), promised=1)
        await rows.done("SPOT", officer, [at(3, 3, 10, 2)], kind="decide")
        assert len(await leads(rows)) == 1
        assert await leads(rows, instant=["00000000SPOT"]) == []


class TestOddTime:
    @pytest.mark.parametrize(
        ("moment", "kind"),
        [
            (at(3, 3, 9), None),
            (at(3, 3, 11, 30), None),
            (at(3, 3, 11, 31), OddTime.BREAK),
            (at(3, 3, 13, 29), OddTime.BREAK),
            (at(3, 3, 17), None),
            (at(3, 3, 22, 15), OddTime.NIGHT),
            (at(3, 4, 0, 30), OddTime.NIGHT),
            (at(3, 7), OddTime.DAY_OFF),
        ],
    )
    async def test_is_what_lies_outside_of_office_hours(
        self, rows: Rows, moment: datetime, kind: OddTime | None
    ) -> None:
        officer = await rows.person("officer", "food")
        await rows.matter("A")
        await rows.done("A", officer, [moment])
        assert [each.odd for each in await leads(rows)] == ([kind] if kind else [])

    async def test_goes_by_the_calendar_and_not_by_the_weekday(self, rows: Rows) -> None:
        officer = await rows.person("officer", "food")
        await rows.matter("A")
        # Saturday 28 February is worked, Monday 6 April is 清明.
        await rows.done("A", officer, [at(2, 28), at(4, 6)])
        found = await leads(rows, since=at(2, 1, 0), until=at(5, 1, 0))
        assert [(each.at, each.odd) for each in found] == [(at(4, 6), OddTime.DAY_OFF)]


class TestBulk:
    async def test_more_than_so_many_within_so_many_minutes_are_one_stretch(
        self, rows: Rows
    ) -> None:
        officer, other = await rows.person("officer", "food"), await rows.person("other", "food")
        await rows.matter("A")
        await rows.done("A", officer, [at(3, 3) + n * MINUTE / 4 for n in range(30)])
        await rows.done("A", officer, [at(3, 3, 15) + n * MINUTE / 4 for n in range(20)])
        await rows.done("A", other, [at(3, 3) + n * MINUTE for n in range(30)])
        (one,) = await leads(rows)
        assert (one.sign, one.officer_name, one.entries) == (Sign.BULK, "officer姓名", 30)
        assert (one.since, one.at) == (at(3, 3), at(3, 3) + 29 * MINUTE / 4)
        assert {each.officer: (each.completed, each.bulk) for each in await figures(rows)} == {
            officer: (50, 30),
            other: (30, 0),
        }


class TestReach:
    async def test_machines_keep_no_hours(self, rows: Rows) -> None:
        system = await rows.person("system", "food", Role.DEPARTMENT_SYSTEM)
        await rows.matter("A", accepted_at=at(3, 3))
        await rows.done("A", system, [at(3, 3, 23)] * 30, kind="decide")
        assert (await leads(rows), await figures(rows)) == ([], [])

    async def test_each_department_and_item_for_itself_and_only_in_the_period(
        self, rows: Rows
    ) -> None:
        officer, taxer = await rows.person("officer", "food"), await rows.person("taxer", "tax")
        await rows.matter("A")
        await rows.matter("B", department="tax")
        await rows.done("A", officer, [at(3, 7), at(4, 4)])
        await rows.done("B", taxer, [at(3, 7)], department="tax")
        assert {each.officer for each in await figures(rows)} == {officer, taxer}
        assert [each.officer for each in await leads(rows, Scope(department="tax"))] == [taxer]
        trusted = Scope(authority=Authority(items=("11310117002456781R400000000000A",)))
        assert [each.officer for each in await leads(rows, trusted)] == [officer]

    async def test_pages_follow_each_other_without_a_gap(self, rows: Rows) -> None:
        officer = await rows.person("officer", "food")
        await rows.matter("A")
        await rows.done("A", officer, [at(3, 7) + n * 60 * MINUTE for n in range(5)])
        seen: list[datetime] = []
        after = None
        while True:
            async with rows.store.reading() as session:
                found, after = await outside_leads(
                    session, EVERYTHING, asked(), sign=Sign.ODD, after=after, limit=2
                )
            seen += [each.at for each in found]
            if after is None:
                break
        assert seen == [at(3, 7) + n * 60 * MINUTE for n in (4, 3, 2, 1, 0)]
