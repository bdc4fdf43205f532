"""Each stub in activities/contracts is what is registered for it: name, arguments, result.

Workflows are checked against the stubs, workers run the implementations; Temporal joins the two by
a string only, so that a difference would show in production first.
"""

import importlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

import pytest

from activities.assignments.automatic import Automatic
from activities.assignments.rows import Rows
from activities.assignments.webhooks import Webhooks
from activities.benefits.matching import Matching
from activities.benefits.paying import Paying
from activities.benefits.running import Running
from activities.benefits.scheduling import Scheduling
from activities.calendars import Calendars
from activities.digests import Digests
from activities.outside.departments import sdk
from activities.record import Recorder
from tests.replay.mornings import Composer
from tests.rules.sources import ROOT, modules
from tests.support.errands import Clerk, Systems
from tests.support.run_book import RunBook
from tests.support.sweep import Sweep
from tests.support.temporal import Register

# The last is registered by departments' own workers.
REGISTERED = (
    *(Recorder, Calendars, Digests, Rows, Webhooks, Automatic),
    *(Matching, Running, Paying, Scheduling),
    vars(sdk)["_Handling"],
)
STAND_INS = (Register, Sweep, Systems, Clerk, Composer, RunBook)
Function = Callable[..., Any]


def defined(owner: object) -> Iterator[tuple[str, Function]]:
    """The activities among an object's own functions, by their names in Temporal."""
    for found in vars(owner).values():
        definition = getattr(found, "__temporal_activity_definition", None)
        if inspect.isfunction(found) and definition is not None:
            yield definition.name, found


def signature(function: Function) -> tuple[list[Any], Any]:
    """The types of a function's arguments and of its result."""
    hints = get_type_hints(function)
    result = hints.pop("return", None)
    return list(hints.values()), result


def stubs() -> dict[str, Function]:
    """Every stub."""
    files = modules("activities/contracts")
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return dict(found for name in names for found in defined(importlib.import_module(name)))


@pytest.mark.parametrize("owners", [REGISTERED, STAND_INS], ids=["workers", "tests"])
def test_stub_and_implementation_agree(owners: tuple[type, ...]) -> None:
    made = dict(found for owner in owners for found in defined(owner))
    assert {name: signature(found) for name, found in made.items()} == {
        name: signature(found) for name, found in stubs().items()
    }
    assert all(inspect.iscoroutinefunction(found) for found in made.values())
