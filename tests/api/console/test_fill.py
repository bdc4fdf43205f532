"""Limits with their working, and how an application that ended is told."""

from datetime import UTC, datetime, timedelta

import pytest

from activities.store.reading.bundles import BundleView
from activities.store.reading.matters import ClockView, LinkedMatter, MatterView
from api.console.fill.clocks import clock_views
from api.console.fill.matters import bundle_status, nodes
from api.console.fill.seen import Seen
from api.console.views.shared import DeadlineKind, Tone
from definitions.language.limits import Limit, Unit
from definitions.rules.clocks import Clock, ClockKind, due
from tests.support.api import LIBRARY
from tests.support.services import CALENDAR, CLERK, NOW

SEEN = Seen(CLERK, LIBRARY, CALENDAR, NOW)


def clock(days: int, unit: Unit, *, stopped: datetime | None = None, **more: object) -> ClockView:
    """A clock that started on Friday 2026-11-20."""
    made = Clock(kind=ClockKind.PROMISED, limit=Limit(days=days, unit=unit), started_at=NOW)
    ends = due(made, CALENDAR)
    given = {
        "kind": made.kind,
        "days": days,
        "unit": unit,
        "basis": None,
        "started_at": NOW,
        "due_at": ends.at,
        "provisional": ends.provisional,
        "stopped_at": stopped,
        "expired": False,
    }
    return ClockView.model_validate({**given, **more})


def matter(key: str = "REG", **more: object) -> MatterView:
    """A matter as far as these tests look."""
    known = {
        "key": key,
        "position": 0,
        "name": f"事项{key}",
        "department_name": "registrar局",
        "needs": (),
        "missing": (),
        "clocks": (),
        "result": None,
    }
    return MatterView.model_construct(**{**known, **more})


def bundle(*own: MatterView, linked: tuple[LinkedMatter, ...] = ()) -> BundleView:
    """An application of these matters."""
    return BundleView.model_construct(
        number="N",
        definition_sha256="",
        matters=own,
        linked=linked,
        materials=(),
        documents=(),
    )


def shown(one: ClockView) -> tuple[str, DeadlineKind, int]:
    """The working, and where the limit stands."""
    (view,) = clock_views(SEEN, bundle(), (matter(clocks=(one,)),))
    return view.working, view.deadline.kind, view.deadline.days


class TestWorking:
    def test_names_the_rest_days_that_were_not_counted(self) -> None:
        assert shown(clock(5, Unit.WORKING_DAY))[0] == ("其间休息日 2 天不计：11月21日至22日")

    def test_says_that_a_last_day_moved(self) -> None:
        said = shown(clock(8, Unit.CALENDAR_DAY))[0]
        assert said == "第 8 日 11月28日（周六）是休息日，顺延到工作日"

    def test_is_silent_where_nothing_was_passed_over(self) -> None:
        assert shown(clock(7, Unit.CALENDAR_DAY))[0] == ""

    def test_is_silent_where_another_calendar_was_used(self) -> None:
        moved = datetime(2026, 11, 30, 16, tzinfo=UTC)
        assert shown(clock(5, Unit.WORKING_DAY, due_at=moved))[0] == ""

    def test_a_limit_that_was_kept_and_one_that_was_not(self) -> None:
        kept = clock(1, Unit.WORKING_DAY, stopped=NOW)
        late = clock(1, Unit.WORKING_DAY, stopped=NOW + timedelta(days=5))
        assert shown(kept)[1] is DeadlineKind.MET
        assert shown(late)[1:] == (DeadlineKind.OVERDUE, 2)


class TestEnding:
    @pytest.mark.parametrize(
        ("results", "label", "tone"),
        [
            (("granted", "granted"), "办结", Tone.OK),
            (("refused", "terminated"), "办结，有不予", Tone.BAD),
            (("granted", "lapsed"), "办结，有未办成", Tone.BAD),
            (("withdrawn", "withdrawn"), "撤回", Tone.IDLE),
            (("granted", "withdrawn"), "办结，有未办成", Tone.IDLE),
        ],
    )
    def test_only_a_success_looks_like_one(
        self, results: tuple[str, ...], label: str, tone: Tone
    ) -> None:
        found = bundle_status("closed", [matter(status="closed", result=r) for r in results])
        assert (found.label, found.tone) == (label, tone)


class TestOthers:
    def test_nothing_of_a_linked_matter_is_shown_although_it_is_known(self) -> None:
        whole = matter(
            "TAX",
            status="accepted",
            due_at=NOW,
            due_kind="promised",
            accepted_at=NOW,
            step="办理",
            clocks=(clock(1, Unit.WORKING_DAY),),
        )
        (node,) = nodes(SEEN, bundle(linked=(whole,)), ())
        assert (node.deadline, node.holder, node.why) == (None, "", "")
