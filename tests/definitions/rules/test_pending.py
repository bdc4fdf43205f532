"""Which gaps may be borne, for how long, and what the applicant is told where they may not."""

from typing import Any

import pytest

from definitions.language.limits import Limit, Unit
from definitions.language.materials import MaterialDefinition
from definitions.language.matters import GatingMaterial, MatterDefinition
from definitions.language.pending import AcceptPending, Domain, IssueThenSupply, Jurisdiction
from definitions.rules.conditions import Fact
from definitions.rules.pending import gate, standing, terms
from definitions.rules.plan import PlannedGate
from tests.support.legal import CATALOGUE, SERVICE

BASIS = {"law": "上海优化营商环境条例", "article": "第二十四条"}
LISTED = GatingMaterial(code="M04", tolerable=Limit(days=6))
PROVED = GatingMaterial(code="M05", promised=True)
PAPER = next(each for each in CATALOGUE.materials if each.code == "M04")
MATTERS = {each.key: each for each in SERVICE.matters}


def pending(**said: object) -> AcceptPending:
    """容缺受理 on these terms."""
    return AcceptPending.model_validate({"basis": BASIS, **said})


def found(
    written: GatingMaterial = LISTED,
    *,
    matter: MatterDefinition = MATTERS["PERMIT"],
    paper: MaterialDefinition = PAPER,
    facts: dict[str, Fact] | None = None,
    **said: object,
) -> PlannedGate:
    """The gate, where papers may be pending."""
    return gate(matter, written, paper, pending(**said), facts or {})


def changed(key: str = "PERMIT", **changes: Any) -> MatterDefinition:  # noqa: ANN401 - fields of a matter
    return MATTERS[key].model_copy(update=changes)


class TestTerms:
    STRICT = Jurisdiction.model_validate(
        {"id": "strict", "name": "严", "cap": 5, "margin": 4, "basis": BASIS}
    )
    LAX = Jurisdiction.model_validate({"id": "lax", "name": "宽", "cap": 19, "basis": BASIS})

    def test_they_come_from_the_jurisdiction_that_is_named(self) -> None:
        for rule, cap, margin in (("strict", 5, 4), ("lax", 19, 2)):
            full = terms(pending(rule=rule), (self.LAX, self.STRICT))
            assert full is not None
            assert (full.cap, full.margin, full.rule) == (cap, margin, rule)

    def test_what_the_matter_writes_itself_stands(self) -> None:
        full = terms(pending(rule="strict", cap=3), (self.LAX, self.STRICT))
        assert full is not None
        assert (full.cap, full.margin) == (3, 4)

    def test_without_a_name_nothing_is_added(self) -> None:
        own = pending(cap=7)
        assert terms(own, (self.STRICT,)) == own
        assert terms(None, (self.STRICT,)) is None


class TestStanding:
    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("dishonest", "有失信记录尚未修复"),
            ("broken_promise", "曾作不实承诺或者逾期未履行承诺"),
            ("overdue_promise", "另有已逾期、尚未履行的承诺"),
        ],
    )
    def test_a_record_is_told(self, name: str, told: str) -> None:
        reason = standing({f"firm.{name}": True})
        assert reason is not None
        assert told in reason

    def test_where_nothing_is_on_record_the_word_is_taken(self) -> None:
        assert standing({"firm.dishonest": False, "firm.overdue_promise": False}) is None
        assert standing({}) is None


class TestGate:
    def test_a_paper_that_is_not_listed_is_plainly_needed(self) -> None:
        """Nothing is said of why not: there was nothing to hope for."""
        bare = GatingMaterial(code="M04")
        assert found(bare, facts={"firm.dishonest": True}) == PlannedGate(code="M04")

    def test_a_listed_gap_is_borne_as_long_as_the_list_says(self) -> None:
        assert found() == PlannedGate(code="M04", tolerable=6)

    @pytest.mark.parametrize("written", [LISTED, PROVED])
    def test_a_record_bars_papers_to_come_and_promises_alike(self, written: GatingMaterial) -> None:
        matter = MATTERS["SIGN"] if written is PROVED else MATTERS["PERMIT"]
        barred = found(written, matter=matter, facts={"firm.dishonest": True})
        assert (barred.code, barred.tolerable, barred.promised) == (written.code, None, False)
        assert barred.why_not is not None
        assert "失信" in barred.why_not

    def test_a_main_paper_is_never_missing(self) -> None:
        """主审要件 (domain.md §2.3)."""
        barred = found(paper=PAPER.model_copy(update={"main": True}))
        assert (barred.tolerable, barred.why_not) == (None, f"“{PAPER.name}”是主审要件，不能容缺")

    def test_a_matter_done_at_once_has_no_time_for_it(self) -> None:
        barred = found(matter=changed(instant=True))
        assert (barred.tolerable, barred.why_not) == (None, "本项为即办件，不能容缺")

    @pytest.mark.parametrize(
        ("domains", "borne"),
        [((), True), ((Domain.ENERGY,), True), ((Domain.ENERGY, Domain.HEALTH), False)],
    )
    def test_fields_that_the_jurisdiction_leaves_out(
        self, domains: tuple[Domain, ...], *, borne: bool
    ) -> None:
        one = found(matter=changed(domains=domains), excluded=["health", "ecology"])
        assert (one.tolerable is not None) is borne
        expected = None if borne else "本项涉及公共安全、生态环境、人身健康等，不能容缺"
        assert one.why_not == expected

    def test_those_are_no_bar_where_papers_are_not_pending_at_all(self) -> None:
        """A promise instead of a proof has a list of fields of its own."""
        matter = changed("SIGN", instant=True, domains=(Domain.HEALTH,))
        one = gate(matter, PROVED, PAPER, None, {})
        assert one == PlannedGate(code="M05", promised=True)

    def test_a_promise_needs_a_matter_that_takes_promises(self) -> None:
        assert found(PROVED, matter=changed("SIGN", inform_commit=None)).promised is False
        assert found(LISTED, matter=MATTERS["SIGN"]).promised is False


class TestDays:
    @pytest.mark.parametrize(
        ("promised", "margin", "days"), [(2, 2, None), (3, 2, 1), (4, 2, 2), (5, 2, 3), (9, 2, 6)]
    )
    def test_they_end_ahead_of_the_decision_or_there_are_none(
        self, promised: int, margin: int, days: int | None
    ) -> None:
        """domain.md §2.4: two working days before it at the latest."""
        one = found(matter=changed(promised=Limit(days=promised)), margin=margin)
        assert one.tolerable == days

    def test_a_promise_in_calendar_days_leaves_no_room_to_reckon_with(self) -> None:
        promised = Limit(days=30, unit=Unit.CALENDAR_DAY)
        assert found(matter=changed(promised=promised)).tolerable is None

    @pytest.mark.parametrize(("listed", "limit", "days"), [(6, 15, 6), (20, 15, 15)])
    def test_after_the_result_the_shorter_of_two_counts(
        self, listed: int, limit: int, days: int
    ) -> None:
        later = IssueThenSupply.model_validate({"limit": {"days": limit}, "basis": BASIS})
        written = GatingMaterial(code="M06", tolerable=Limit(days=listed))
        matter = changed("CLEAR", issue_then_supply=later)
        assert gate(matter, written, PAPER, None, {}).tolerable == days
        assert gate(changed("CLEAR", issue_then_supply=None), written, PAPER, None, {}) == (
            PlannedGate(code="M06")
        )
