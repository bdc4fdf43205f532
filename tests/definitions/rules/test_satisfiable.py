"""Whether conditions can hold together, tried over all that they can tell apart."""

from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from definitions.language.conditions import Condition
from definitions.rules.conditions import Fact, holds
from definitions.rules.satisfiable import can_hold, compares_in

Plain = dict[str, object]


def _condition(written: Plain) -> Condition:
    adapter: TypeAdapter[Condition] = TypeAdapter(Condition)
    return adapter.validate_python(written)


HAS = _condition({"fact": "firm.licences", "has": "food_business"})
LACKS = _condition({"fact": "firm.licences", "lacks": "food_business"})
KNOWN = _condition({"fact": "firm.licences", "known": True})


class TestSatisfiable:
    def test_opposites_do_not_meet(self) -> None:
        assert can_hold(HAS, KNOWN)
        assert not can_hold(HAS, LACKS)

    def test_bounds_leave_room_between_them(self) -> None:
        low = _condition({"fact": "form.count", "at_least": 3})
        assert can_hold(low, _condition({"fact": "form.count", "at_most": 3}))
        assert not can_hold(low, _condition({"fact": "form.count", "at_most": 2}))

    def test_many_facts_are_no_obstacle(self) -> None:
        parts = [{"fact": f"firm.f{n}", "is": "x"} for n in range(30)]
        assert can_hold(_condition({"all": parts}))
        assert not can_hold(_condition({"all": [*parts, {"fact": "firm.f0", "is": "y"}]}))

    def test_a_search_too_long_is_taken_to_succeed(self) -> None:
        """Nine pigeons, eight holes: there is no short way to see that it cannot be."""
        holes = [f"h{n}" for n in range(8)]
        apart: list[Plain] = [
            {"any": [{"fact": f"firm.p{each}", "is_not": hole} for each in pair]}
            for pair in combinations(range(9), 2)
            for hole in holes
        ]
        inside: list[Plain] = [{"fact": f"firm.p{n}", "one_of": holes} for n in range(9)]
        assert can_hold(_condition({"all": [*inside, *apart]}))

    def test_a_negated_condition_is_looked_into(self) -> None:
        inside = _condition({"not": {"fact": "firm.licences", "has": "food_business"}})
        assert [each.fact for each in compares_in(inside)] == ["firm.licences"]
        assert not can_hold(HAS, inside)
        assert can_hold(LACKS, inside)

    def test_no_condition_compares_nothing(self) -> None:
        assert list(compares_in(None)) == []
        assert can_hold(None)

    def test_a_bound_is_met_from_both_sides(self) -> None:
        below = _condition({"not": {"fact": "since.notified_on", "at_least": 30}})
        above = _condition({"not": {"fact": "since.notified_on", "at_most": 30}})
        assert can_hold(below)
        assert can_hold(above)
        assert not can_hold(below, above)

    def test_a_list_may_have_several_at_once(self) -> None:
        both: Plain = {
            "all": [
                {"fact": "answer.changes", "has": "name"},
                {"fact": "answer.changes", "has": "address"},
                {"fact": "answer.changes", "lacks": "capital"},
            ]
        }
        assert can_hold(_condition(both))


# All that the conditions below can tell apart, each fact by itself.
FACTS: dict[str, list[Fact | None]] = {
    "firm.kind": [None, "a", "b", "c"],
    "firm.flag": [None, True, False],
    "firm.count": [None, 0, 1, 2, 3, 4],
    "firm.list": [None, (), ("x",), ("y",), ("x", "y")],
}
COMPARED = st.sampled_from(
    [
        *({"fact": "firm.kind", key: value} for key in ("is", "is_not") for value in "ab"),
        {"fact": "firm.kind", "one_of": ["a", "b"]},
        *({"fact": "firm.flag", "is": value} for value in (True, False)),
        *({"fact": "firm.count", key: n} for key in ("at_least", "at_most") for n in (1, 3)),
        *({"fact": "firm.list", key: value} for key in ("has", "lacks") for value in "xy"),
        *({"fact": fact, "known": value} for fact in FACTS for value in (True, False)),
    ]
)
WRITTEN = st.recursive(
    COMPARED,
    lambda parts: st.one_of(
        st.builds(lambda each: {"not": each}, parts),
        st.builds(lambda each: {"all": each}, st.lists(parts, min_size=1, max_size=4)),
        st.builds(lambda each: {"any": each}, st.lists(parts, min_size=1, max_size=4)),
    ),
    max_leaves=12,
)


@given(st.lists(WRITTEN, min_size=1, max_size=3))
def test_the_search_finds_what_trying_everything_finds(written: list[Plain]) -> None:
    conditions = [_condition(each) for each in written]
    tried = (
        {name: value for name, value in zip(FACTS, values, strict=True) if value is not None}
        for values in product(*FACTS.values())
    )
    can = any(all(holds(each, facts) is True for each in conditions) for facts in tried)
    assert can_hold(*conditions) is can
