"""Rows: written bit by bit over a whole life they come to what a rebuild writes at once."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import rule

from definitions.bundle import commands as c
from definitions.bundle.evolve import evolve, replay
from definitions.bundle.rows import MaterialRow, MatterRow, Rows
from definitions.bundle.state import BundleState
from definitions.bundle.view import changes
from definitions.matter.tasks import Outcome
from tests.definitions.bundle.test_lives import Lives
from tests.support.lives import (
    LISTED,
    TERM,
    altered,
    at,
    complete,
    grant_reg,
    issue,
    life,
    pass_to,
    supply,
)
from tests.support.services import (
    APPLICANT,
    CALENDAR,
    CLERK,
    FOODER,
    NUMBER,
    REASON,
    REVIEWER,
    Life,
    planned,
    started,
)

Tables = dict[tuple[str, str], Any]


def keyed(rows: Rows) -> Tables:
    """Every row under its table and key."""
    return {
        ("bundle", rows.bundle.number): rows.bundle,
        **{("matter", row.key): row for row in rows.matters},
        **{("task", row.id): row for row in rows.tasks},
        **{("material", row.code): row for row in rows.materials},
        **{("document", row.id): row for row in rows.documents},
    }


def matter(one: Life, key: str) -> MatterRow:
    """A matter's row."""
    return next(row for row in changes(None, one.state).matters if row.key == key)


def material(one: Life, code: str) -> MaterialRow:
    """A material's row."""
    return next(row for row in changes(None, one.state).materials if row.code == code)


def following(one: Life, length: int) -> Rows:
    """What the events from `length` on change, states sharing what they have in common."""
    before = replay(one.events[:length])
    after = before
    for recorded in one.events[length:]:
        after = evolve(after, recorded)
    return changes(before, after)


class Flushed(Lives):
    """A life whose rows are written now and then, as a busy register would."""

    shown: BundleState | None = None
    folded: BundleState | None = None

    @rule()
    def flush(self) -> None:
        """What has changed since the last time is written; then all is as a rebuild would have it.

        The state is folded on, not replayed: rows are found by what the two states share.
        """
        if self.shown is None:
            self.tables: Tables = {}
        done = 0 if self.folded is None else self.folded.version
        for recorded in self.life.events[done:]:
            self.folded = evolve(self.folded, recorded)
        assert self.folded is not None
        self.tables |= keyed(changes(self.shown, self.folded))
        self.shown = self.folded
        assert self.tables == keyed(changes(None, self.folded))

    def teardown(self) -> None:
        """Once more at the end."""
        if hasattr(self, "life"):
            self.flush()


TestFlushed = Flushed.TestCase
TestFlushed.settings = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


class TestChanges:
    def test_only_what_an_act_touched_is_written(self) -> None:
        """One act is one small transaction, however large the application."""
        one = life()
        length = len(one.events)
        one.act(REVIEWER, c.ClaimTask(task=f"{NUMBER}.REG.review"))
        rows = following(one, length)
        assert [row.key for row in rows.matters] == ["REG"]
        assert [row.id for row in rows.tasks] == [f"{NUMBER}.REG.review"]
        assert [row.code for row in rows.materials] == ["M01", "M02"]
        assert rows.documents == ()
        assert rows.bundle.version == one.state.version

    def test_a_check_that_was_over_before_the_limit_began_is_written_again(self) -> None:
        """A rebuild would show it with the limit, so the running register must as well."""
        one = life(lacking=("M01",))
        supply(one, APPLICANT, "M01")
        complete(one, CLERK, "REG.check-M01-1", Outcome.REJECT)
        length = len(one.events)
        supply(one, CLERK, "M01")
        rebuilt = {row.id: row for row in changes(None, one.state).tasks}
        assert {row.id: row for row in following(one, length).tasks if row.matter == "REG"} == {
            row.id: row for row in rebuilt.values() if row.matter == "REG"
        }

    def test_nothing_changed_is_only_the_application_s_own_row(self) -> None:
        rows = following(life(), len(life().events))
        assert (rows.matters, rows.tasks, rows.materials, rows.documents) == ((), (), (), ())

    def test_a_material_that_moves_brings_every_matter_it_gates(self) -> None:
        one = life(**LISTED)
        length = len(one.events)
        supply(one, CLERK, "M03")
        rows = following(one, length)
        assert [row.key for row in rows.matters] == ["FOOD"]
        assert [row.code for row in rows.materials] == ["M03"]

    def test_also_one_that_has_not_begun(self) -> None:
        """No event is the waiting matter's own, but it misses one paper fewer."""
        plan = planned(TERM, {})
        gates = (*plan.matters[4].gates, plan.matters[0].gates[0])
        one = life(altered(plan, OUT={"gates": gates}), lacking=("M01",))
        assert matter(one, "OUT").missing == ("M04", "M01")
        length = len(one.events)
        supply(one, CLERK, "M01")
        missing = {row.key: row.missing for row in following(one, length).matters}
        assert missing["OUT"] == ("M04",)


class TestMatterRow:
    def test_what_the_applicant_owes_is_shown_before_the_office_s_limit(self) -> None:
        row = matter(life(**LISTED), "FOOD")
        assert (row.due_kind, row.due_at) == ("supplement", at(date(2026, 12, 2)))
        assert row.missing == ("M03",)
        assert [found.kind for found in row.clocks] == ["promised", "statutory", "supplement"]

    def test_without_a_gap_the_promise_is_shown(self) -> None:
        row = matter(life(), "FOOD")
        assert (row.due_kind, row.due_at) == ("promised", at(date(2026, 12, 4)))
        assert (row.missing, row.gates) == ((), ("M03",))
        assert row.needs == (("REG", "accepted"),)
        assert row.step == "办理"

    def test_publicity_is_shown_before_everything(self) -> None:
        row = matter(life(planned(TERM, {})), "PUB")
        assert (row.due_kind, row.due_at) == ("publicity", at(date(2026, 12, 10)))

    def test_a_limit_beyond_the_published_calendar_says_so(self) -> None:
        until = {"published_until": date(2026, 12, 31), "known_until": date(2027, 12, 31)}
        one = Life(started(planned(), lacking=("M01",), calendar=CALENDAR.model_copy(update=until)))
        assert matter(one, "REG").due_provisional is False
        pass_to(one, at(date(2026, 12, 17)))
        supply(one, CLERK, "M01")
        statutory = matter(one, "REG").clocks[-1]
        assert (statutory.kind, statutory.provisional) == ("statutory", True)

    def test_a_limit_no_calendar_reaches_is_not_guessed(self) -> None:
        until = {"published_until": date(2026, 12, 10), "known_until": None}
        one = Life(started(planned(), calendar=CALENDAR.model_copy(update=until)))
        statutory = matter(one, "REG").clocks[-1]
        assert (statutory.kind, statutory.due_at, statutory.provisional) == (
            "statutory",
            None,
            True,
        )

    def test_an_expired_office_s_limit_is_overdue(self) -> None:
        one = life()
        assert matter(one, "REG").overdue is False
        pass_to(one, at(date(2026, 11, 23)))
        assert matter(one, "REG").overdue is True

    def test_a_limit_the_applicant_missed_is_not_the_office_s_delay(self) -> None:
        one = life(lacking=("M01",))
        pass_to(one, at(date(2026, 12, 18)))
        row = matter(one, "REG")
        assert (row.status, row.overdue) == ("lapsed", False)

    def test_a_decision_is_shown_with_who_and_why(self) -> None:
        one = life()
        complete(one, FOODER, "FOOD.handle", Outcome.REFUSE)
        row = matter(one, "FOOD")
        assert (row.status, row.result, row.decided_by) == ("closed", "refused", "fooder")
        assert (row.reasons, row.decided_at) == ((REASON,), one.now)
        assert (row.reason_bases[0].article, row.step) == ("38", None)
        assert (row.due_kind, row.due_at, row.overdue) == (None, None, False)

    def test_a_matter_that_is_over_misses_nothing(self) -> None:
        one = life(**LISTED)
        one.act(CLERK, c.WithdrawBundle())
        row = matter(one, "FOOD")
        assert (row.missing, row.due_kind, row.closed_at) == ((), None, one.now)


class TestMaterialRow:
    def test_how_a_gap_is_borne_and_until_when(self) -> None:
        """The four modes are never one flag (domain.md §2.1)."""
        pending = material(life(**LISTED), "M03")
        held = material(life(lacking=("M03",)), "M03")
        assert (pending.mode, pending.due_at) == ("accept_pending", at(date(2026, 12, 2)))
        assert (held.mode, held.due_at) == ("hold", at(date(2026, 12, 18)))

    def test_what_is_there_is_not_borne(self) -> None:
        one = life(lacking=("M01",))
        supply(one, CLERK, "M01")
        row = material(one, "M01")
        assert (row.status, row.mode, row.due_at, row.gates) == ("satisfied", None, None, ("REG",))
        waived = material(one, "M02")
        assert (waived.status, waived.waived_by, waived.mode) == ("waived", "名称库", None)

    def test_once_nobody_waits_no_limit_is_shown(self) -> None:
        one = life(lacking=("M01",))
        one.act(CLERK, c.WithdrawBundle())
        row = material(one, "M01")
        assert (row.status, row.mode, row.due_at) == ("pending", None, None)

    def test_a_gap_of_two_matters_shows_the_nearer_limit(self) -> None:
        plan = planned()
        gates = plan.matters[2].gates
        reg = plan.matters[0].model_copy(
            update={"gates": (gates[0].model_copy(update={"tolerable": None}),)}
        )
        food = plan.matters[2].model_copy(update={"needs": ()})
        plan = plan.model_copy(update={"matters": (reg, plan.matters[1], food, *plan.matters[3:])})
        row = material(life(plan, **LISTED), "M03")
        assert (row.mode, row.due_at) == ("accept_pending", at(date(2026, 12, 2)))
        assert row.gates == ("REG", "FOOD")


class TestTaskRow:
    def test_work_is_due_when_its_matter_is(self) -> None:
        rows = {row.id: row for row in changes(None, life().state).tasks}
        assert rows[f"{NUMBER}.REG.review"].due_at == at(date(2026, 11, 23))

    def test_a_check_before_acceptance_and_an_objection_have_no_limit(self) -> None:
        one = life(planned(TERM, {}), lacking=("M01",))
        supply(one, APPLICANT, "M01")
        one.act(CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
        due = {row.kind: row.due_at for row in changes(None, one.state).tasks}
        assert due == {"check": None, "objection": None}


class TestDocumentRow:
    def test_it_says_when_it_reached_whom(self) -> None:
        one = life()
        grant_reg(one)
        assert issue(one) == ()
        rows = {row.kind: row for row in changes(None, one.state).documents}
        assert (rows["notice"].matter, rows["notice"].counter) == ("REG", False)
        assert (rows["notice"].delivered_at, rows["licence"].delivered_at) == (one.now, None)
        assert rows["intake"].matter is None
