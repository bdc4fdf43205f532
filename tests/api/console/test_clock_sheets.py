"""A limit's page says all that is needed to recompute it: held against a script of its own."""

import re
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.console.fill.clock_sheets import Told, sheet
from api.console.render import render
from api.console.views.clocks import ClockSheet, ClocksPage
from api.console.views.shared import BasisView, Link
from definitions.language.base import Basis
from definitions.language.clocks import ClockKind
from definitions.language.limits import Limit, Unit
from definitions.loading import load_calendars
from definitions.rules.calendar import SHANGHAI, Calendar
from definitions.rules.clocks import Clock, Extension, Pause, due
from tests.support import recompute
from tests.support.console.parts import NOW, frame

FIRST = date(2026, 9, 1)
CALENDAR = load_calendars()
NAMES = ("国庆节", "元旦", "")


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


def cite(basis: Basis) -> BasisView:
    return BasisView(f"{basis.law}全称", basis.article, basis.says or "")


def page(*clocks: Clock, calendar: Calendar = CALENDAR, told: Told | None = None) -> str:
    sheets = tuple(shown(clock, calendar, told) for clock in clocks)
    link = Link("x", "/x")
    return render(ClocksPage(frame("时限计算"), link, link, "区市场监管局", sheets))


def shown(clock: Clock, calendar: Calendar = CALENDAR, told: Told | None = None) -> ClockSheet:
    return sheet(clock, calendar, NOW, cite, matter="事项", told=told)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any days off and made up, known for a while, published for a shorter while."""
    days = st.integers(0, 250).map(lambda n: FIRST + timedelta(days=n))
    exceptions = draw(st.dictionaries(days, st.booleans(), max_size=60))
    named = draw(st.dictionaries(days, st.sampled_from(NAMES), max_size=60))
    known = FIRST + timedelta(days=draw(st.integers(20, 400)))
    return Calendar(
        region="310117",
        version="t",
        # A day that is made up is a weekend's; one that is off may be any.
        exceptions={d: worked for d, worked in exceptions.items() if d.weekday() > 4 or not worked},
        names={d: name for d, name in named.items() if exceptions.get(d) is False},
        published_from=FIRST,
        published_until=FIRST + timedelta(days=draw(st.integers(10, 400))),
        known_until=known,
    )


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """Any limit, with special procedures only where the law leaves days uncounted."""
    unit = draw(st.sampled_from(Unit))
    started = FIRST + timedelta(days=draw(st.integers(0, 15)))
    pauses: list[Pause] = []
    if unit is Unit.WORKING_DAY:
        for since, length in draw(
            st.lists(st.tuples(st.integers(0, 60), st.integers(0, 25) | st.none()), max_size=3)
        ):
            begun = started + timedelta(days=since)
            ended = None if length is None else noon(begun + timedelta(days=length))
            pauses.append(Pause(procedure="p", cause="检验", since=noon(begun), until=ended))
    added = draw(st.lists(st.integers(1, 15), max_size=2))
    told = draw(st.none() | st.integers(0, 90))
    return Clock(
        kind=ClockKind.STATUTORY,
        name="时限",
        limit=Limit(days=draw(st.integers(0, 60)), unit=unit, rolls=draw(st.booleans())),
        started_at=noon(started),
        pauses=tuple(pauses),
        extensions=tuple(Extension(days=n, by="u1", reason="r", at=NOW) for n in added),
        told=None if told is None else started + timedelta(days=told),
    )


@settings(max_examples=200, deadline=None)
@given(clocks(), calendars())
def test_whoever_recounts_the_page_comes_to_the_same_day(clock: Clock, calendar: Calendar) -> None:
    (verdict,) = recompute.check(page(clock, calendar=calendar))
    assert verdict.faults == []
    ends = due(clock, calendar)
    assert verdict.reckoned.startswith(str(ends.day or ("计时已停" if ends.stopped else "未定")))


@settings(max_examples=100, deadline=None)
@given(clocks(), calendars(), st.sampled_from((-1, 1, 7)))
def test_a_page_whose_last_day_was_altered_is_found_out(
    clock: Clock, calendar: Calendar, by: int
) -> None:
    html, ends = page(clock, calendar=calendar), due(clock, calendar)
    if ends.day is None:
        altered = re.sub(r"(到期日</dt><dd>)[^<]+", r"\g<1>2026-12-01（周二）", html)
    else:
        wrong = ends.day + timedelta(days=by)
        altered = re.sub(r"(到期日</dt><dd>)[\d-]{10}", rf"\g<1>{wrong}", html)
    assert altered != html
    (verdict,) = recompute.check(altered)
    assert not verdict.agrees


AUTUMN = Clock(
    kind=ClockKind.STATUTORY,
    name="法定办结时限",
    limit=Limit(
        days=20,
        basis=Basis(law="行政许可法", article="第四十二条第一款", says="二十日内作出决定"),
    ),
    started_at=noon(date(2026, 9, 16)),
    pausable=True,
    pauses=(
        Pause(
            procedure="p1",
            cause="检验",
            since=noon(date(2026, 10, 12)),
            until=noon(date(2026, 10, 16)),
        ),
    ),
    extensions=(Extension(days=10, by="u1", reason="r1", at=noon(date(2026, 10, 14))),),
)
"""Over the holidays of autumn 2026, with a made-up Sunday, a test of four days, an extension."""


class TestOneLimit:
    def test_every_kind_of_day_says_why(self) -> None:
        said = {str(line.day): (line.kind, line.nth, line.note) for line in shown(AUTUMN).lines}
        assert said["2026-09-16"] == ("工作日", None, "起算当日，不计")
        assert said["2026-09-17"] == ("工作日", 1, "")
        assert said["2026-09-19"] == ("周末", None, "不计")
        assert said["2026-09-20"] == ("调休上班", 3, "")
        assert said["2026-10-01"] == ("国庆节", None, "不计")
        assert said["2026-10-12"] == ("工作日", 14, "")
        assert said["2026-10-13"] == ("工作日", None, "特别程序：检验，不计")
        assert said["2026-11-09"][1:] == (30, "到期日，24:00 止，窗口 17:00 止")

    def test_the_facts_say_what_it_is_reckoned_from(self) -> None:
        told = Told({"u1": "王局长"}, {"r1": "案情复杂"})
        facts = [(fact.label, fact.value) for fact in shown(AUTUMN, told=told).facts]
        for fact in (
            ("依据", "《行政许可法全称》第四十二条第一款：二十日内作出决定"),
            ("期限", "20 个工作日"),
            ("起算", "2026-09-16 受理，当日不计"),
            ("暂停", "检验：2026-10-12 开始，2026-10-16 结束，其间 4 个工作日不计"),
            ("延长", "10 个工作日，2026-10-14 批准，批准人 王局长，理由：案情复杂"),
            ("到期日", "2026-11-09（周一）"),
            ("截止", "到窗口交到 17:00 止，网上交到 24:00 止；机关办到 24:00 止"),
        ):
            assert fact in facts

    def test_the_public_reads_no_names(self) -> None:
        assert "批准人" not in page(AUTUMN)

    def test_into_next_year_it_is_provisional_and_further_it_is_undecided(self) -> None:
        winter = AUTUMN.model_copy(
            update={"started_at": noon(date(2026, 12, 21)), "pauses": (), "extensions": ()}
        )
        assert "暂定：其中有未公布放假安排的年份" in page(winter)
        far = winter.model_copy(update={"limit": Limit(days=400)})
        assert "未定：超出已知的工作日历（算到 2027-12-31）" in page(far)

    def test_a_special_procedure_that_goes_on_stops_it(self) -> None:
        open_pause = Pause(procedure="p", cause="鉴定", since=noon(date(2026, 9, 21)))
        html = page(AUTUMN.model_copy(update={"pauses": (open_pause,)}))
        assert "计时已停：鉴定" in html
        assert "鉴定：2026-09-21 开始，尚未结束" in html

    def test_a_last_day_of_rest_moves(self) -> None:
        publicity = Clock(
            kind=ClockKind.PUBLICITY,
            limit=Limit(days=20, unit=Unit.CALENDAR_DAY),
            started_at=noon(date(2026, 9, 14)),
        )
        last = shown(publicity).lines[-1]
        assert (last.day, last.note.partition("；")[0]) == (date(2026, 10, 8), "顺延到这一日")

    @pytest.mark.parametrize(
        ("true", "false"),
        [
            ("<td>国庆节</td>", "<td>工作日</td>"),
            ("第 17 日", "第 18 日"),
            ("<dd>20 个工作日", "<dd>25 个工作日"),
            ("2026-09-16 受理", "2026-09-15 受理"),
            ("2026-10-16 结束", "2026-10-19 结束"),
            ("其间 4 个", "其间 5 个"),
            ("10 个工作日，2026-10-14 批准", "5 个工作日，2026-10-14 批准"),
            ("2026-09-19 周六</td><td>周末", "2026-09-19 周六</td><td>工作日"),
        ],
    )
    def test_a_tampered_line_is_found_out(self, true: str, false: str) -> None:
        html = page(AUTUMN)
        assert recompute.check(html)[0].agrees
        assert true in html
        assert not recompute.check(html.replace(true, false, 1))[0].agrees

    def test_a_line_that_was_left_out_is_found_out(self) -> None:
        html = page(AUTUMN)
        without = re.sub(r"<tr[^>]*><td>2026-10-20.*?</tr>", "", html)
        assert without != html
        assert not recompute.check(without)[0].agrees


def test_the_script_stands_alone(tmp_path: Path) -> None:
    """Nothing of the engine is imported: it runs isolated, from a folder of its own."""
    script = tmp_path / "recompute.py"
    script.write_bytes(Path(recompute.__file__).read_bytes())
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    good.write_text(page(AUTUMN), encoding="utf-8")
    bad.write_text(page(AUTUMN).replace("2026-11-09（", "2026-11-10（"), encoding="utf-8")
    for file, code, said in ((good, 0, "一致"), (bad, 1, "复算为 2026-11-09")):
        command = [sys.executable, "-I", str(script), str(file)]
        done = subprocess.run(command, capture_output=True, cwd=tmp_path, check=False)  # noqa: S603
        assert (done.returncode, said in done.stdout.decode()) == (code, True), done.stdout.decode()


def test_the_moment_of_the_page_does_not_change_the_reckoning() -> None:
    later = sheet(AUTUMN, CALENDAR, datetime(2030, 1, 1, tzinfo=UTC), cite, matter="")
    assert later.lines == shown(AUTUMN).lines
