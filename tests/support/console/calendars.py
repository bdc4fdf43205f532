"""Sample pages of the administrator's calendars."""

from dataclasses import replace
from datetime import date

from activities.store.reading.calendars import (
    CalendarVersion,
    MovedLimitView,
    RecalculationView,
)
from api.calendars import Day, Preview, YearView
from api.console.fill import calendars as fill
from api.console.views.calendars import (
    CalendarPreviewPage,
    CalendarsPage,
    CalendarYearPage,
    RecalculationPage,
)
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Pager,
    Tab,
)
from definitions.language.roles import Role
from definitions.loading import load_calendars, load_years
from definitions.rules.calendar import Certainty
from definitions.rules.publishing import ChangedDay, DayKind, days_of, kind_of
from tests.support.console.parts import BUNDLE_URL, NOW, at, frame, submission

CHINA = load_calendars(region="310117").model_copy(update={"version": "CN-2+310117-1"})
HOME = Breadcrumb("日历", fill.URL)
NAME = "310117:CN-2+310117-1"
NUMBER = BUNDLE_URL.rpartition("/")[2]


def _recalculation(**changed: object) -> RecalculationView:
    return RecalculationView.model_validate(
        {
            "id": NAME,
            "region": "310117",
            "calendar": "CN-2+310117-1",
            "total": 2506,
            "done": 1520,
            "skipped": 3,
            "moved": 24_310,
            "failed": 1,
            "failures": (NUMBER,),
            "state": "running",
            "started_at": at(24, 14, 2),
            "finished_at": None,
            **changed,
        }
    )


def overview() -> CalendarsPage:
    """Two publications over the shipped one, and a text with two mistakes."""
    wrong = (
        ErrorView("yaml", "第 12 行第 8 列：调休上班日本来就是工作日（2027-02-22）"),
        ErrorView("yaml", "第 6 行第 12 列：同一天写了两次（2027-01-03）"),
    )
    versions = [
        CalendarVersion(
            region=region,
            version=version,
            sha256="0" * 64,
            published_at=at(24, 10 + version),
            published_by=by,
            published_by_name="周某" if by == "a1" else None,
            note=note,
            years=years,
            recalculation=None,
        )
        for region, version, by, note, years in (
            ("310117", 1, "a1", "进博会期间调休", (2026,)),
            ("CN", 2, "a1", "2027 年放假通知已发布", (2024, 2025, 2026, 2027)),
            ("CN", 1, "seed", "", (2024, 2025, 2026, 2027)),
        )
    ]
    return CalendarsPage(
        frame=replace(frame("日历", fill.URL, role=Role.ADMINISTRATOR), errors=wrong),
        facts=fill.in_force(CHINA),
        rows=tuple(fill.version_row(each) for each in versions),
        pager=Pager("", f"{fill.URL}?after=x"),
        recalculations=(
            fill.recalculation_row(_recalculation()),
            fill.recalculation_row(
                _recalculation(state="done", done=2506, finished_at=at(24, 14, 6))
            ),
        ),
        preview=submission(f"{fill.URL}/preview"),
        text=FieldView(
            "yaml",
            "或粘贴日历文本",
            FieldControl.LONG_TEXT,
            value="year: 2027\nstatus: published\n",
            error="；".join(each.message for each in wrong),
            required=False,
        ),
    )


def overview_empty() -> CalendarsPage:
    """Nothing published yet."""
    full = overview()
    return replace(
        full, frame=replace(full.frame, errors=()), rows=(), recalculations=(), pager=Pager()
    )


def year() -> CalendarYearPage:
    """2026, with its make-up days."""
    days = tuple(
        Day(
            day=day,
            worked=CHINA.is_worked(day),
            kind=kind_of(day, CHINA),
            name=CHINA.names.get(day, ""),
        )
        for day in days_of(2026)
    )
    found = YearView(
        region="310117",
        version=CHINA.version,
        year=2026,
        certainty=Certainty.PUBLISHED,
        working_days=248,
        published_until=CHINA.published_until,
        known_until=CHINA.last_known,
        years=(2024, 2025, 2026, 2027),
        opens="09:00",
        closes="17:00",
        days=days,
    )
    return CalendarYearPage(
        frame=frame("2026 年日历", fill.URL, crumbs=(HOME,), role=Role.ADMINISTRATOR),
        status=fill.certainty(found.certainty),
        facts=fill.year_facts(found),
        years=tuple(
            Tab(f"{each} 年", fill.year_url("310117", each), current=each == 2026)
            for each in found.years
        ),
        months=fill.months(found),
    )


def preview() -> CalendarPreviewPage:
    """The notice for 2027 over the provisional year."""
    found = Preview(
        year=load_years()["CN"][-1].model_copy(update={"status": "published"}),
        region="CN",
        version=3,
        unchanged=False,
        days=(
            ChangedDay(date(2027, 2, 9), DayKind.WORKDAY, DayKind.OFF, "春节"),
            ChangedDay(date(2027, 2, 20), DayKind.WEEKEND, DayKind.MAKE_UP, "调休上班"),
        ),
        status_was="provisional",
        open_bundles=2506,
    )
    return CalendarPreviewPage(
        frame=frame("发布日历：预览", fill.URL, crumbs=(HOME,), role=Role.ADMINISTRATOR),
        facts=fill.preview_facts(found),
        days=fill.changed_rows(found),
        unchanged=False,
        publish=submission(fill.URL),
        text="year: 2027\n",
        note=FieldView("note", "发布说明", required=False),
        back_url=fill.URL,
    )


def recalculation(state: str = "running") -> RecalculationPage:
    """In the middle of it: limits later, earlier than was told, and beyond what is known."""
    found = _recalculation(state=state)
    moved = [
        MovedLimitView(
            bundle=NUMBER,
            matter="TAX",
            matter_name="税务信息变更",
            department_name="税务局",
            clock=clock,
            was=was,
            becomes=becomes,
            stands=stands,
        )
        for clock, was, becomes, stands in (
            ("promised", date(2026, 11, 27), date(2026, 12, 1), False),
            ("statutory", date(2026, 12, 18), date(2026, 12, 17), True),
            ("publicity", None, date(2028, 1, 4), False),
            ("filing", date(2027, 12, 31), None, False),
        )
    ]
    url = fill.recalculation_url(NAME)
    return RecalculationPage(
        frame=frame("重算在办件的时限", fill.URL, crumbs=(HOME,), role=Role.ADMINISTRATOR),
        status=fill.state(found),
        going=state == "running",
        done=found.done,
        total=found.total,
        facts=fill.progress_facts(found, NOW),
        failures=fill.bundles(found.failures),
        pause=submission(f"{url}/pause") if state == "running" else None,
        resume=submission(f"{url}/resume") if state == "paused" else None,
        refresh_url=url,
        rows=fill.moved_rows(moved),
        pager=Pager("", f"{url}?after=x"),
    )
