"""When everything is done: against the longest way found the naive way, and the law's waits."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.language.base import Basis
from definitions.language.limits import Limit, Unit
from definitions.language.matters import Edge, EdgeKind, Fee, Filing, MatterDefinition, Publicity
from definitions.rules.calendar import Calendar, add_calendar_days, add_working_days
from definitions.rules.schedule import schedule
from tests.support.schedules import schedule_of
from tests.support.services import CALENDAR, SERVICE, TODAY, planned

FIRST = SERVICE.matters[0]
BASIS = Basis(law="行政许可法", article="32")
CHAINED = (EdgeKind.RESULT, EdgeKind.ACCEPTED)


def matter(
    key: str, days: int, needs: Sequence[tuple[str, EdgeKind]] = (), **more: object
) -> MatterDefinition:
    """A matter that is promised in so many working days."""
    return FIRST.model_copy(
        update={
            "key": key,
            "name": f"事项{key}",
            "promised": Limit(days=days),
            "needs": tuple(Edge(matter=other, kind=kind) for other, kind in needs),
            "filing": None,
            "fee": None,
            "attend": None,
            **more,
        }
    )


def publicity(**more: object) -> Publicity:
    """45 days before the creditors."""
    return Publicity.model_validate(
        {
            "kind": "publicity",
            "key": "notice",
            "name": "债权人公告",
            "limit": {"days": 45, "unit": "calendar_day"},
            **more,
        }
    )


@st.composite
def graphs(draw: st.DrawFn) -> tuple[MatterDefinition, ...]:
    """Matters that wait for earlier ones only; every third has a wait of its own before."""
    made: list[MatterDefinition] = []
    for n in range(draw(st.integers(1, 7))):
        needs = [
            (other.key, draw(st.sampled_from(CHAINED))) for other in made if draw(st.booleans())
        ]
        waits = (publicity(limit=Limit(days=draw(st.integers(1, 60)), unit=Unit.CALENDAR_DAY)),)
        steps = (*(waits if draw(st.integers(0, 2)) == 0 else ()), *FIRST.steps)
        made.append(matter(f"M{n}", draw(st.integers(0, 30)), needs, steps=steps))
    return tuple(draw(st.permutations(made)))


def ways(key: str, by_key: dict[str, MatterDefinition]) -> Iterator[list[tuple[str, bool]]]:
    """Every way to a matter's end: the matters on it, and whether each is gone through."""
    edges = by_key[key].needs
    yield [(key, True)]
    for edge in edges:
        for way in ways(edge.matter, by_key):
            if edge.kind is EdgeKind.RESULT:
                yield [*way, (key, True)]
            else:
                # Accepted as soon as begun: what that one itself takes does not count.
                yield [*way[:-1], (edge.matter, False), (key, True)]


def naive(way: list[tuple[str, bool]], by_key: dict[str, MatterDefinition]) -> tuple[date, int]:
    """Its end and its promised days, one matter after the other."""
    day, days = TODAY, 0
    for key, is_gone_through in way:
        if not is_gone_through:
            continue
        for step in by_key[key].steps:
            if isinstance(step, Publicity):
                day = add_calendar_days(day, step.limit.days, CALENDAR)
        day = add_working_days(day, by_key[key].promised.days, CALENDAR)
        days += by_key[key].promised.days
    return day, days


class TestLongestWay:
    @given(graphs())
    def test_is_the_longest_of_all_ways(self, matters: tuple[MatterDefinition, ...]) -> None:
        by_key = {each.key: each for each in matters}
        found = schedule(matters, {}, TODAY, CALENDAR)
        every = [naive(way, by_key) for key in by_key for way in ways(key, by_key)]
        assert found.day == max(day for day, _ in every)
        assert (found.day, found.working_days) in every

    @given(graphs())
    def test_its_way_leads_there_by_edges_alone(
        self, matters: tuple[MatterDefinition, ...]
    ) -> None:
        found = schedule(matters, {}, TODAY, CALENDAR)
        assert found.path[-1].until == found.day
        assert sum(stage.days for stage in found.path) == found.working_days
        for before, after in zip(found.path, found.path[1:], strict=False):
            assert before.until == after.since

    def test_nothing_to_do_is_done_today(self) -> None:
        found = schedule((), {}, TODAY, CALENDAR)
        assert (found.day, found.working_days, found.path) == (TODAY, 0, ())

    def test_what_is_not_among_the_matters_is_not_waited_for(self) -> None:
        alone = schedule((matter("AA", 2, [("GONE", EdgeKind.RESULT)]),), {}, TODAY, CALENDAR)
        assert alone.working_days == 2

    def test_accepted_together_it_is_not_done_before_the_other(self) -> None:
        matters = (matter("AA", 9), matter("BB", 2, [("AA", EdgeKind.JOINT)]))
        found = schedule(matters, {}, TODAY, CALENDAR)
        assert [stage.matter for stage in found.path] == ["AA", "BB"]
        assert found.stages[1].until == found.stages[0].until == found.day
        assert found.working_days == 9

    def test_accepted_together_both_limits_run_from_the_acceptance(self) -> None:
        matters = (matter("AA", 2), matter("BB", 9, [("AA", EdgeKind.JOINT)]))
        assert schedule(matters, {}, TODAY, CALENDAR).working_days == 9

    def test_past_the_calendar_no_day_is_guessed(self) -> None:
        short = Calendar(
            region="310000", version="t", exceptions={}, published_until=date(2026, 11, 30)
        )
        found = schedule((matter("AA", 20, attend="法定代表人"),), {}, TODAY, short)
        assert (found.day, found.path, found.stages) == (None, (), ())
        assert found.working_days == 0
        assert [visit.why for visit in found.visits] == ["法定代表人"]

    def test_a_plan_counts_what_is_needed(self) -> None:
        made = planned(firm={})
        needed = [each.key for each in made.matters if each.not_needed is None]
        assert [s.matter for s in schedule_of(made, {}, TODAY, CALENDAR).stages] == needed
        assert len(needed) < len(made.matters)

    def test_a_plan_s_dates_are_the_facts_it_was_made_from(self) -> None:
        made = planned({"changes": ("term",)}, firm={})
        dated = (publicity(dated="announced_on"),)
        matters = tuple(m.model_copy(update={"steps": dated}) for m in made.matters if not m.needs)
        given = {"answer.announced_on": "2026-09-01"}
        waits = schedule_of(made.model_copy(update={"matters": matters}), given, TODAY, CALENDAR)
        assert {wait.since for wait in waits.waits} == {date(2026, 9, 1)}

    def test_a_promise_in_calendar_days_is_no_working_days(self) -> None:
        promised = Limit(days=4, unit=Unit.CALENDAR_DAY)
        found = schedule((matter("AA", 9, promised=promised),), {}, TODAY, CALENDAR)
        assert (found.day, found.working_days) == (date(2026, 11, 24), 0)


class TestWaits:
    def wait(self, facts: dict[str, str], dated: str | None) -> tuple[date, bool, date | None]:
        """From when it runs, whether it is over, and when all is done."""
        one = matter("ANN", 5, steps=(publicity(dated=dated),))
        then = matter("REG", 1, [("ANN", EdgeKind.RESULT)])
        found = schedule((one, then), facts, TODAY, CALENDAR)
        (wait,) = found.waits
        assert found.working_days == 1, "a wait by law is no work of the office"
        return wait.since, wait.passed, found.day

    def test_runs_from_its_turn_where_no_date_is_given(self) -> None:
        end = add_calendar_days(TODAY, 45, CALENDAR)
        expected = (TODAY, False, add_working_days(end, 1, CALENDAR))
        assert self.wait({}, "announced_on") == expected
        assert self.wait({"answer.announced_on": "2026-10-30"}, None) == expected

    def test_runs_already_from_the_date_given(self) -> None:
        end = add_calendar_days(date(2026, 10, 30), 45, CALENDAR)
        found = self.wait({"answer.announced_on": "2026-10-30"}, "announced_on")
        assert found == (date(2026, 10, 30), False, add_working_days(end, 1, CALENDAR))

    @pytest.mark.parametrize("fact", ["answer.announced_on", "form.announced_on"])
    def test_a_passed_one_takes_no_time(self, fact: str) -> None:
        found = self.wait({fact: "2026-09-01"}, "announced_on")
        assert found == (date(2026, 9, 1), True, add_working_days(TODAY, 1, CALENDAR))

    def test_its_last_day_is_still_waited_for(self) -> None:
        """Begun 45 days before tomorrow it ends tomorrow; 45 days before today it is over."""
        for back, passed in ((44, False), (45, True)):
            on = TODAY - timedelta(days=back)
            found = self.wait({"answer.announced_on": on.isoformat()}, "announced_on")
            assert found[:2] == (on, passed)

    def test_what_is_no_date_counts_as_not_given(self) -> None:
        assert self.wait({"answer.announced_on": "?"}, "announced_on")[0] == TODAY

    def test_only_those_go_through_it_for_whom_it_is_meant(self) -> None:
        step = publicity(when={"fact": "answer.x", "is": "yes"})
        one = matter("AA", 1, steps=(step, *FIRST.steps))
        assert schedule((one,), {"answer.x": "no"}, TODAY, CALENDAR).waits == ()
        assert len(schedule((one,), {"answer.x": "yes"}, TODAY, CALENDAR).waits) == 1

    def test_the_applicants_own_window_is_told_and_takes_no_time(self) -> None:
        window = Filing(name="申请期", limit=Limit(days=20, unit=Unit.CALENDAR_DAY), basis=BASIS)
        found = schedule((matter("AA", 3, filing=window),), {}, TODAY, CALENDAR)
        (wait,) = found.waits
        assert (wait.own, wait.since, wait.limit.days) == (True, TODAY, 20)
        assert found.day == add_working_days(TODAY, 3, CALENDAR)

    @pytest.mark.parametrize(("said", "count"), [("yes", 1), ("no", 0)])
    def test_only_those_have_a_window_for_whom_it_is_meant(self, said: str, count: int) -> None:
        window = Filing.model_validate(
            {
                "name": "申请期",
                "when": {"fact": "answer.x", "is": "yes"},
                "limit": {"days": 20, "unit": "calendar_day"},
                "basis": BASIS,
            }
        )
        found = schedule((matter("AA", 3, filing=window),), {"answer.x": said}, TODAY, CALENDAR)
        assert len(found.waits) == count

    def test_one_wait_begins_when_the_other_is_over(self) -> None:
        """The applicant's own window opens after both (公示期满之日起)."""
        window = Filing(name="申请期", limit=Limit(days=20, unit=Unit.CALENDAR_DAY), basis=BASIS)
        steps = (publicity(), publicity(key="again"), *FIRST.steps)
        one = matter("AA", 1, steps=steps, filing=window)
        first, second, own = schedule((one,), {}, TODAY, CALENDAR).waits
        assert (first.since, first.given) == (TODAY, False)
        assert second.since == first.until == add_calendar_days(TODAY, 45, CALENDAR)
        assert own.since == second.until

    def test_a_notice_already_given_is_told_to_be(self) -> None:
        one = matter("ANN", 5, steps=(publicity(dated="announced_on"),))
        found = schedule((one,), {"answer.announced_on": "2026-11-02"}, TODAY, CALENDAR)
        assert [wait.given for wait in found.waits] == [True]

    def test_a_wait_that_does_not_roll_may_end_on_a_rest_day(self) -> None:
        """From Friday, two days: Sunday; rolled on (民法典 203): Monday."""
        for rolls, day in ((False, date(2026, 11, 22)), (True, date(2026, 11, 23))):
            limit = Limit(days=2, unit=Unit.CALENDAR_DAY, rolls=rolls)
            found = schedule(
                (matter("AA", 0, steps=(publicity(limit=limit),)),), {}, TODAY, CALENDAR
            )
            assert found.day == day


class TestCostsAndVisits:
    def test_fees_are_added_up_with_their_bases(self) -> None:
        fees = (Fee(yuan=80, says="工本费", basis=BASIS), Fee(yuan=0, says="不收费"), None)
        matters = [matter(f"M{n}", 1, fee=fee) for n, fee in enumerate(fees)]
        found = schedule(matters, {}, TODAY, CALENDAR)
        assert found.yuan == 80
        told = [(each.matter, each.yuan, each.basis) for each in found.charges]
        assert told == [("M0", 80, BASIS), ("M1", 0, None)]

    def test_who_must_come_and_for_what(self) -> None:
        matters = (matter("AA", 1), matter("BB", 1, attend="预留印鉴"))
        found = schedule(matters, {}, TODAY, CALENDAR)
        assert [(each.matter, each.why) for each in found.visits] == [("BB", "预留印鉴")]
