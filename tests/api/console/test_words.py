"""Words, dates and limits as people read them."""

import re
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import get_args

import pytest
from pydantic import BaseModel

from api.console import deadlines, formats, words
from api.console.event_words import EVENT
from api.console.navigation import navigation
from api.console.views.shared import DeadlineKind
from definitions.bundle.state import BundleStatus
from definitions.bundle.tasks import OUTCOMES
from definitions.language.clocks import ExtendedBy
from definitions.language.limits import Unit
from definitions.language.pending import Credit, Lapse, Mode
from definitions.language.receipt import NotAccepted
from definitions.language.roles import Role
from definitions.language.supervision import Rung
from definitions.matter.events import Event
from definitions.matter.state import (
    HearingStatus,
    MaterialStatus,
    MatterStatus,
    PromiseStatus,
    Result,
)
from definitions.matter.tasks import Outcome, ReturnPoint, TaskKind, TaskStatus, Waiting
from definitions.rules.calendar import Calendar
from definitions.rules.clocks import ClockKind
from tests.support.console.parts import NOW, TODAY, on

TABLES = (
    *("BUNDLE", "MATTER", "TASK", "MATERIAL", "ROLE", "CLOCK", "TASK_KIND", "OUTCOME"),
    *("MODE", "EFFECT", "LAPSE", "CREDIT", "NOT_ACCEPTED", "EXTENDED_BY", "HEARING", "PROMISE"),
    *("DELIVERY", "FILE", "CAUSE", "FAULT", "ALERTED"),
)
WEEKDAYS = Calendar(region="310117", version="t", exceptions={}, published_until=on(31, 12))


class TestWords:
    @pytest.mark.parametrize(
        ("table", "states"),
        [
            (words.BUNDLE, BundleStatus),
            (words.MATTER, MatterStatus),
            (words.TASK, TaskStatus),
            (words.MATERIAL, MaterialStatus),
            (words.ROLE, Role),
            (words.CLOCK, ClockKind),
            (words.TASK_KIND, TaskKind),
            (words.OUTCOME, Outcome),
            (words.MODE, Mode),
            (words.LAPSE, Lapse),
            (words.CREDIT, Credit),
            (words.NOT_ACCEPTED, NotAccepted),
            (words.EXTENDED_BY, ExtendedBy),
            (words.HEARING, HearingStatus),
            (words.PROMISE, PromiseStatus),
        ],
        ids=lambda each: each.__name__ if isinstance(each, type) else "",
    )
    def test_stand_for_every_state(self, table: dict[str, object], states: type[StrEnum]) -> None:
        assert set(states) - set(table) == set()

    def test_stand_for_every_event(self) -> None:
        kinds = {each.model_fields["kind"].default for each in get_args(get_args(Event)[0])}
        assert kinds == set(EVENT)

    @pytest.mark.parametrize(
        ("table", "model", "field"),
        [
            (words.CAUSE, Waiting, "cause"),
            (words.FAULT, ReturnPoint, "fault"),
            (words.ALERTED, Rung, "to"),
        ],
    )
    def test_stand_for_everything_a_task_may_say(
        self, table: dict[str, str], model: type[BaseModel], field: str
    ) -> None:
        assert set(get_args(model.model_fields[field].annotation)) == set(table)

    @pytest.mark.parametrize(
        ("kind", "outcome"), [(kind, each) for kind, ends in OUTCOMES.items() for each in ends]
    )
    def test_no_two_outcomes_of_a_task_sound_alike(self, kind: TaskKind, outcome: Outcome) -> None:
        said = [words.outcome(kind, each) for each in OUTCOMES[kind]]
        assert said.count(words.outcome(kind, outcome)) == 1

    def test_to_accept_an_application_is_not_to_find_a_paper_right(self) -> None:
        assert words.outcome(TaskKind.RECEIPT, Outcome.ACCEPT) == "受理"
        assert words.outcome(TaskKind.CHECK, Outcome.ACCEPT) == "核对无误"

    def test_no_two_modes_sound_or_mean_alike(self) -> None:
        """One 容缺 flag for four modes is a mistake (ui.md §9)."""
        for table in (words.MODE, words.EFFECT):
            assert len(set(table.values())) == len(table) == len(Mode) + 1

    @pytest.mark.parametrize("table", TABLES)
    def test_are_chinese(self, table: str) -> None:
        for said in getattr(words, table).values():
            label = said if isinstance(said, str) else said.label
            assert label
            assert not re.search("[A-Za-z]", label)

    @pytest.mark.parametrize("result", Result)
    def test_how_it_ended_has_a_word(self, result: Result) -> None:
        assert words.ended(result).label

    def test_a_closed_refusal_does_not_look_like_a_success(self) -> None:
        assert words.ended("refused") == words.MATTER["refused"]
        assert words.ended("granted") == words.MATTER["closed"]


class TestFormats:
    def test_a_day_has_its_weekday(self) -> None:
        assert formats.day(on(27), NOW) == "11月27日（周五）"

    def test_another_year_is_written(self) -> None:
        assert formats.day(date(2027, 1, 4), NOW) == "2027年1月4日（周一）"

    def test_the_day_is_shanghais(self) -> None:
        late = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
        assert formats.iso_day(late) == "2026-11-24"
        assert formats.moment(late, NOW) == "今天 01:30"

    def test_a_naive_moment_is_refused(self) -> None:
        naive = datetime(2026, 11, 23)  # noqa: DTZ001 - the mistake under test
        with pytest.raises(ValueError, match="naive"):
            formats.clock(naive)

    def test_documents_write_the_long_form(self) -> None:
        assert formats.long_moment(datetime(2026, 11, 24, 6, 40, tzinfo=UTC)) == (
            "2026年11月24日14:40"
        )

    @pytest.mark.parametrize(
        ("name", "masked"),
        [
            ("张明", "张*"),
            ("阿依古丽·买买提江", "阿********"),
            ("上海云间味道餐饮管理有限公司", "上海********有限公司"),
            ("", "未提供"),
        ],
    )
    def test_names_are_masked(self, name: str, masked: str) -> None:
        assert formats.masked_name(name) == masked
        assert formats.masked_name(masked) in {masked, "未**"}

    def test_numbers_are_masked(self) -> None:
        assert formats.masked_id("310117199003071231") == "310***********1231"
        assert formats.masked_phone("13817720455") == "138****0455"

    def test_a_code_is_grouped_without_spaces(self) -> None:
        assert " 0117" not in formats.code("91310117MA1J4K7T4L")
        assert "<span>0117</span>" in formats.code("91310117MA1J4K7T4L")


class TestDeadlines:
    @pytest.mark.parametrize(
        ("due_on", "left", "kind"),
        [
            (on(4, 12), 8, DeadlineKind.RUNNING),
            (on(27), 3, DeadlineKind.SOON),
            (on(24), 0, DeadlineKind.TODAY),
            (on(23), -1, DeadlineKind.OVERDUE),
            (on(22), 0, DeadlineKind.OVERDUE),
        ],
    )
    def test_kind_follows_from_what_is_left(
        self, due_on: date, left: int, kind: DeadlineKind
    ) -> None:
        assert deadlines.running(due_on=due_on, today=TODAY, left=left).kind is kind

    def test_midnight_belongs_to_the_day_before(self) -> None:
        """The register keeps 24:00 of the last day; people read the last day."""
        midnight = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
        shown = deadlines.ticking(
            due_at=midnight, now=NOW, unit=Unit.CALENDAR_DAY, calendar=WEEKDAYS
        )
        assert shown.due_on == on(26)
        assert shown.days == 2

    def test_working_days_are_counted_by_the_calendar(self) -> None:
        midnight = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
        shown = deadlines.ticking(
            due_at=midnight, now=NOW, unit=Unit.WORKING_DAY, calendar=WEEKDAYS
        )
        assert (shown.due_on, shown.days) == (on(30), 4)


class TestNavigation:
    @pytest.mark.parametrize("role", Role)
    def test_counts_work_only_where_it_is(self, role: Role) -> None:
        items = navigation(role, "/console/inbox", {"/console/inbox": 3})
        assert all(item.count == 0 or item.url == "/console/inbox" for item in items)
        assert sum(item.current for item in items) <= 1

    def test_an_agent_of_a_virtual_window_prepares_only(self) -> None:
        places = {item.url for item in navigation(Role.VIRTUAL_WINDOW_AGENT, "", {})}
        assert places == {"/console/", "/console/drafts", "/console/precheck"}
