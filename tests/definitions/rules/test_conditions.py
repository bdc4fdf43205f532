"""Conditions in three values: the laws of Kleene's logic, and every comparison."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.language.conditions import All, AnyOf, Compare, Condition, Not
from definitions.rules.conditions import Fact, facts_in, holds


def compare(fact: str, comparison: str, value: object) -> Compare:
    """One comparison, as it would be written."""
    return Compare.model_validate({"fact": fact, comparison: value})


def negated(condition: Condition) -> Not:
    """`not: condition`."""
    return Not.model_validate({"not": condition})


NAMES = ("firm.a", "firm.b", "answer.c", "form.d")
ATOMS = st.one_of(
    st.builds(lambda f, v: compare(f, "is", v), st.sampled_from(NAMES), st.booleans()),
    st.builds(lambda f, v: compare(f, "is_not", v), st.sampled_from(NAMES), st.booleans()),
    st.builds(lambda f, v: compare(f, "one_of", [v]), st.sampled_from(NAMES), st.booleans()),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(all=tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(any=tuple(parts))),
        inner.map(negated),
    ),
    max_leaves=8,
)
FACTS: st.SearchStrategy[dict[str, Fact]] = st.dictionaries(
    st.sampled_from(NAMES), st.booleans(), max_size=4
)
RANK = {False: 0, None: 1, True: 2}  # strong Kleene: `all` is the minimum, `any` the maximum


class TestHolds:
    @given(st.lists(CONDITIONS, min_size=1, max_size=4), FACTS)
    def test_all_is_the_least_and_any_the_greatest(
        self, parts: list[Condition], facts: dict[str, Fact]
    ) -> None:
        """Strong Kleene logic, by its truth table."""
        values = [holds(part, facts) for part in parts]
        assert holds(All(all=tuple(parts)), facts) is min(values, key=RANK.__getitem__)
        assert holds(AnyOf(any=tuple(parts)), facts) is max(values, key=RANK.__getitem__)

    @given(CONDITIONS, FACTS)
    def test_not_turns_the_order_round(self, condition: Condition, facts: dict[str, Fact]) -> None:
        value = holds(condition, facts)
        assert RANK[holds(negated(condition), facts)] == 2 - RANK[value]
        assert holds(negated(negated(condition)), facts) is value

    @given(CONDITIONS, CONDITIONS, FACTS)
    def test_de_morgan(self, one: Condition, two: Condition, facts: dict[str, Fact]) -> None:
        assert holds(negated(All(all=(one, two))), facts) is holds(
            AnyOf(any=(negated(one), negated(two))), facts
        )
        assert holds(negated(AnyOf(any=(one, two))), facts) is holds(
            All(all=(negated(one), negated(two))), facts
        )

    @given(CONDITIONS, FACTS, FACTS)
    def test_what_is_settled_stays_settled_as_more_becomes_known(
        self, condition: Condition, facts: dict[str, Fact], more: dict[str, Fact]
    ) -> None:
        """So an unknown never was a silent false: a later answer cannot overturn a value."""
        value = holds(condition, facts)
        if value is not None:
            assert holds(condition, {**more, **facts}) is value

    @given(CONDITIONS)
    def test_with_nothing_known_nothing_is_settled(self, condition: Condition) -> None:
        assert holds(condition, {}) is None

    @given(CONDITIONS)
    def test_with_everything_known_everything_is_settled(self, condition: Condition) -> None:
        assert holds(condition, dict.fromkeys(NAMES, True)) is not None

    def test_no_condition_holds(self) -> None:
        assert holds(None, {}) is True

    @pytest.mark.parametrize(
        ("comparison", "value", "fact", "expected"),
        [
            ("is", "a", "a", True),
            ("is", "a", "b", False),
            ("is_not", "a", "b", True),
            ("is_not", "a", "a", False),
            ("one_of", ["a", "b"], "b", True),
            ("one_of", ["a", "b"], "c", False),
            ("has", "a", ("a", "b"), True),
            ("has", "c", ("a", "b"), False),
            ("has", "a", (), False),
            ("has", "a", "a", True),
            ("has", "a", "ab", False),
            ("lacks", "a", "ab", True),
            ("lacks", "c", ("a", "b"), True),
            ("lacks", "a", ("a", "b"), False),
            ("lacks", "a", (), True),
            ("at_least", 3, 3, True),
            ("at_least", 3, 2, False),
            ("at_least", 3, "3", False),
            ("at_most", 3, 3, True),
            ("at_most", 3, 4, False),
            ("at_most", 3, "3", False),
            ("at_least", 0, 0, True),
            ("at_least", 0, -1, False),
            ("at_most", 0, 0, True),
            ("at_most", 0, 1, False),
            ("known", True, "a", True),
            ("known", False, "a", False),
        ],
    )
    def test_each_comparison(
        self, comparison: str, value: object, fact: Fact, *, expected: bool
    ) -> None:
        condition = compare("firm.a", comparison, value)
        assert holds(condition, {"firm.a": fact}) is expected

    @pytest.mark.parametrize("comparison", ["is", "is_not", "has", "lacks"])
    def test_a_missing_fact_settles_nothing(self, comparison: str) -> None:
        assert holds(compare("firm.a", comparison, "a"), {"firm.b": "a"}) is None

    @pytest.mark.parametrize(("known", "expected"), [(True, False), (False, True)])
    def test_whether_a_fact_is_known_is_always_settled(
        self, *, known: bool, expected: bool
    ) -> None:
        assert holds(compare("firm.a", "known", known), {}) is expected


class TestFactsIn:
    def test_in_the_order_written(self) -> None:
        condition = All(
            all=(
                compare("firm.b", "is", 1),
                AnyOf(any=(negated(compare("form.d", "is", 1)), compare("firm.a", "is", 1))),
            )
        )
        assert facts_in(condition) == ("firm.b", "form.d", "firm.a")
        assert facts_in(None) == ()
