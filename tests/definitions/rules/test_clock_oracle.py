"""`due` against a naive counter, over random calendars, pauses and extensions.

The oracle knows nothing of the implementation: it lists days and strikes out those that do not
count, as an auditor would with a pencil.
"""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from definitions.language.clocks import ClockKind
from definitions.language.limits import Limit, Unit
from definitions.rules.calendar import SHANGHAI, Calendar, Certainty
from definitions.rules.clocks import Clock, Extension, Pause, Why, due, used, walk
from definitions.rules.explanations import explain

FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]

calendars = st.builds(
    lambda odd, published: Calendar(
        region="CN",
        version="random",
        exceptions={day: day.weekday() >= 5 for day in odd},
        published_until=published,
        published_from=FIRST,
        known_until=LAST,
    ),
    st.sets(st.sampled_from(DAYS), max_size=60),
    st.sampled_from([date(2026, 12, 31), LAST]),
)
moments = st.builds(
    lambda day, minute: datetime.combine(day, time(), SHANGHAI) + timedelta(minutes=minute),
    st.sampled_from(DAYS[:300]),
    st.integers(0, 24 * 60 - 1),
)


@st.composite
def clocks(draw: st.DrawFn, unit: Unit = Unit.WORKING_DAY) -> Clock:
    """A clock with up to three pauses, ended or not, and up to one extension."""
    started = draw(moments)
    pauses: list[Pause] = []
    if unit is Unit.WORKING_DAY:
        for n in range(draw(st.integers(0, 3))):
            since = started + timedelta(minutes=draw(st.integers(0, 60 * 24 * 60)))
            length = draw(st.one_of(st.none(), st.integers(0, 30 * 24 * 60)))
            until = None if length is None else since + timedelta(minutes=length)
            pauses.append(Pause(procedure=f"p{n}", cause="检验", since=since, until=until))
    extra = draw(st.one_of(st.none(), st.integers(1, 15)))
    extension = Extension(days=extra or 1, by="head", reason="0" * 64, at=started)
    return Clock(
        kind=ClockKind.STATUTORY,
        limit=Limit(days=draw(st.integers(0, 45)), unit=unit, rolls=draw(st.booleans())),
        started_at=started,
        pauses=tuple(pauses),
        extensions=(extension,) if extra else (),
    )


def day_of(moment: datetime) -> date:
    """The day on the wall in Shanghai."""
    return moment.astimezone(SHANGHAI).date()


def oracle(clock: Clock, calendar: Calendar) -> date | None:
    """The last day, with a pencil; None where a pause that has not ended comes before it."""
    rest = {day for day in DAYS if calendar.exceptions.get(day, day.weekday() < 5) is False}
    open_since = [day_of(pause.since) for pause in clock.pauses if pause.until is None]
    struck = set(rest) if clock.limit.unit is Unit.WORKING_DAY else set()
    for pause in clock.pauses:
        if pause.until is not None:
            struck |= {d for d in DAYS if day_of(pause.since) < d <= day_of(pause.until)}
    counted = [day for day in DAYS if day > day_of(clock.started_at) and day not in struck]
    total = clock.limit.days + sum(extension.days for extension in clock.extensions)
    last = counted[total - 1] if total else day_of(clock.started_at)
    if any(since < last for since in open_since):
        return None
    while clock.limit.unit is Unit.CALENDAR_DAY and clock.limit.rolls and last in rest:
        last = DAYS[DAYS.index(last) + 1]
    return last


@pytest.mark.law("行政许可法 82", "民法典 201")
@given(clocks(), calendars)
def test_working_days_agree_with_the_naive_count(clock: Clock, calendar: Calendar) -> None:
    found = due(clock, calendar)
    assert found.day == oracle(clock, calendar)
    assert found.stopped is (found.day is None)


@pytest.mark.law("民法典 201", "民法典 203")
@given(clocks(Unit.CALENDAR_DAY), calendars)
def test_calendar_days_agree_with_the_naive_count(clock: Clock, calendar: Calendar) -> None:
    assert due(clock, calendar).day == oracle(clock, calendar)


@given(clocks(), calendars)
def test_the_explanation_is_every_day_and_counts_to_the_limit(
    clock: Clock, calendar: Calendar
) -> None:
    """No day is left out, none is twice, and the counted ones are numbered without a gap."""
    said = explain(clock, calendar)
    days = [line.day for line in said.lines]
    start = day_of(clock.started_at)
    assert days == [start + timedelta(days=n) for n in range(len(days))]
    assert said.lines[0].why is Why.START
    counted = [line.nth for line in said.lines[1:] if line.nth is not None]
    assert counted == list(range(1, len(counted) + 1))
    if said.due.day is not None:
        assert len(counted) == clock.days
        assert said.due.day == days[-1]
        assert used(clock, calendar, days[-1]) == clock.days


@given(clocks(), calendars)
def test_a_pause_only_ever_moves_the_last_day_on(clock: Clock, calendar: Calendar) -> None:
    without = due(clock.model_copy(update={"pauses": ()}), calendar).day
    found = due(clock, calendar).day
    assume(found is not None)
    assert without is not None
    assert found is not None
    assert found >= without


@given(clocks(), calendars)
def test_the_end_is_the_day_s_and_the_window_closes_before(
    clock: Clock, calendar: Calendar
) -> None:
    found = due(clock, calendar)
    assume(found.day is not None)
    assert found.at is not None
    assert found.window_until is not None
    assert day_of(found.at - timedelta(seconds=1)) == found.day == day_of(found.window_until)
    assert found.window_until < found.at
    certain = found.certainty is Certainty.PUBLISHED
    assert certain is (found.day is not None and found.day <= calendar.published_until)


@given(moments, st.integers(1, 45))
def test_past_the_last_known_day_nothing_is_guessed(started: datetime, days: int) -> None:
    until = day_of(started) + timedelta(days=days - 1)
    calendar = Calendar(
        region="CN", version="short", exceptions={}, published_until=until, published_from=FIRST
    )
    clock = Clock(kind=ClockKind.STATUTORY, limit=Limit(days=days), started_at=started)
    found = due(clock, calendar)
    assert (found.day, found.certainty) == (None, Certainty.UNKNOWN)
    assert explain(clock, calendar).beyond == until


@given(clocks(), calendars, st.integers(1, 20))
def test_what_was_told_stands(clock: Clock, calendar: Calendar, later: int) -> None:
    found = due(clock, calendar)
    assume(found.day is not None and found.day + timedelta(days=later) <= LAST)
    assert found.day is not None
    told = found.day + timedelta(days=later)
    kept = clock.model_copy(update={"told": told})
    assert due(kept, calendar).day == told
    assert list(walk(kept, calendar))[-1].why is Why.TOLD
