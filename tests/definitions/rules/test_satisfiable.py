"""Whether conditions can hold together, tried over all that they can tell apart."""

from pydantic import TypeAdapter

from definitions.language.conditions import Condition
from definitions.rules.satisfiable import can_hold

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

    def test_what_is_too_large_to_try_is_taken_to_hold(self) -> None:
        parts = [{"fact": f"firm.f{n}", "is": "x"} for n in range(30)]
        never: Plain = {"all": [*parts, {"fact": "firm.f0", "is": "y"}]}
        assert can_hold(_condition(never))
