"""Leaflets against the plans of golden cases: nothing a plan asks for is missing from them."""

from collections.abc import Iterator

import pytest

from definitions.language.cases import Case
from definitions.language.service import Combined, ServiceDefinition, Situation
from definitions.loading import Loaded
from definitions.rules.conditions import holds
from definitions.rules.golden import USUAL
from definitions.rules.guidance import facts_of, guide
from definitions.rules.leaflet import implied, leaflet
from definitions.rules.outlook import outlook
from definitions.rules.planning import plan
from tests.support.schedules import schedule_of
from tests.support.services import CALENDAR, CATALOGUE, SERVICE
from tests.support.shipped import shipped

LIBRARY = shipped()


def cases() -> Iterator[tuple[str, Loaded, Case]]:
    """Every golden case that comes to a plan, under a short name."""
    for loaded in LIBRARY.services:
        head = f"{loaded.definition.service}-v{loaded.definition.version}"
        for n, case in enumerate(loaded.cases):
            if case.expect.situation is not None:
                yield f"{head}-{n}", loaded, case


CASES = [pytest.param(loaded, case, id=name) for name, loaded, case in cases()]
LEAVES = [
    pytest.param(
        loaded, leaf, id=f"{loaded.definition.service}-v{loaded.definition.version}-{leaf.code}"
    )
    for loaded in LIBRARY.services
    for leaf in (*loaded.definition.situations, *loaded.definition.combined)
]


def leaf_of(definition: ServiceDefinition, code: str) -> Situation | Combined:
    """The situation of that code."""
    every = (*definition.situations, *definition.combined)
    return next(each for each in every if each.code == code)


class TestGoldenCases:
    @pytest.mark.parametrize(("loaded", "case"), CASES)
    def test_the_leaflet_has_everything_the_plan_asks_for(self, loaded: Loaded, case: Case) -> None:
        definition, on = loaded.definition, case.on or USUAL
        form = {f"form.{name}": value for name, value in case.form.items()}
        facts = facts_of(definition, case.answers, case.firm, form, on=on)
        made = plan(definition, LIBRARY.catalogue, facts, sha256="", on=on)
        found = leaflet(
            definition, LIBRARY.catalogue, leaf_of(definition, made.situation.code).when
        )
        listed = {each.use.code: each for each in found.materials}
        certain = {code for code, each in listed.items() if not each.only_if}
        asked = {each.code for each in made.materials}
        assert asked <= listed.keys()
        assert certain <= asked, "what is always asked for is asked for here"
        waived = {each.code for each in made.materials if each.waived_by is not None}
        always = {code for code, each in listed.items() if each.waived_if == ""}
        never = {code for code, each in listed.items() if each.waived_if is None}
        assert always & asked <= waived
        assert not never & waived
        needed = {each.key for each in made.matters if each.not_needed is None}
        possible = {each.matter.key: each for each in found.matters}
        assert needed <= possible.keys()
        assert {key for key, each in possible.items() if not each.only_if} <= needed
        assert not needed & {matter.key for matter, _ in found.spared}
        for each in made.matters:
            if each.key in needed:
                documents = {document.kind for document in possible[each.key].matter.documents}
                assert {document.kind for document in each.documents} <= documents

    @pytest.mark.parametrize(("loaded", "case"), CASES)
    def test_the_outlook_comes_to_what_the_plan_comes_to(self, loaded: Loaded, case: Case) -> None:
        definition, on = loaded.definition, case.on or USUAL
        form = {f"form.{name}": value for name, value in case.form.items()}
        facts = facts_of(definition, case.answers, case.firm, form, on=on)
        made = plan(definition, LIBRARY.catalogue, facts, sha256="", on=on)
        ahead = outlook(
            definition,
            LIBRARY.catalogue,
            facts,
            guide(definition, facts),
            on=on,
            calendar=CALENDAR,
        )
        assert ahead.settled
        assert ahead.left == 0
        assert [m.key for m in ahead.matters] == [
            m.key for m in made.matters if m.not_needed is None
        ]
        assert {m.key: m.why for m in ahead.spared} == {
            m.key: m.not_needed for m in made.matters if m.not_needed is not None
        }
        assert [(m.code, m.by, m.produced_by) for m in ahead.materials] == [
            (m.code, m.waived_by, m.produced_by) for m in made.materials
        ]
        assert ahead.schedule.day == schedule_of(made, facts, on, CALENDAR).day


class TestImplied:
    @pytest.mark.parametrize(("loaded", "leaf"), LEAVES)
    def test_every_situation_has_a_leaflet(
        self, loaded: Loaded, leaf: Situation | Combined
    ) -> None:
        found = leaflet(loaded.definition, LIBRARY.catalogue, leaf.when)
        assert found.matters
        # What our own programs begin asks nobody for a paper.
        assert bool(found.materials) is not loaded.definition.inside
        assert leaf.when is None or holds(leaf.when, found.facts) is not False

    def test_what_it_takes_to_be_asked_is_implied_too(self) -> None:
        situation = SERVICE.situations[0].model_copy(
            update={"when": _read({"fact": "answer.seal_kept", "is": "yes"})}
        )
        assert implied(SERVICE, situation.when) == {
            "answer.seal_kept": "yes",
            "answer.changes": ("name",),
        }

    def test_of_two_ways_only_what_they_share_is_implied(self) -> None:
        both = _read(
            {
                "any": [
                    {"all": [{"fact": "firm.listed", "is": True}, {"fact": "form.a", "is": "x"}]},
                    {"all": [{"fact": "firm.listed", "is": True}, {"fact": "form.a", "is": "y"}]},
                ]
            }
        )
        assert implied(SERVICE, both) == {"firm.listed": True}

    def test_an_exclusion_implies_nothing(self) -> None:
        assert implied(SERVICE, _read({"fact": "answer.seal_kept", "is_not": "yes"})) == {}


class TestOutlook:
    def test_before_the_answers_it_says_on_which_question_a_matter_depends(self) -> None:
        facts = facts_of(SERVICE, {}, {})
        ahead = outlook(
            SERVICE, CATALOGUE, facts, guide(SERVICE, facts), on=USUAL, calendar=CALENDAR
        )
        assert not ahead.settled
        assert (ahead.asked, ahead.left) == (0, 1)
        questions = {question.text for question in SERVICE.questions}
        for each in (*ahead.matters, *ahead.materials):
            assert set(each.depends) <= questions

    def test_what_is_certain_takes_at_least_so_long(self) -> None:
        before = facts_of(SERVICE, {}, {})
        after = facts_of(SERVICE, {"changes": ("term",)}, {})
        first, then = (
            outlook(SERVICE, CATALOGUE, facts, guide(SERVICE, facts), on=USUAL, calendar=CALENDAR)
            for facts in (before, after)
        )
        assert first.schedule.day is not None
        assert then.schedule.day is not None
        assert first.schedule.day <= then.schedule.day


def _read(written: dict[str, object]):  # noqa: ANN202 - a condition, as pydantic reads it
    return Situation.model_validate(
        {"code": "X-01", "name": "x", "when": written, "bases": [{"law": "x", "article": "1"}]}
    ).when
