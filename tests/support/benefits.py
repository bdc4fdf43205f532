"""Policies, facts and runs for tests: valid as they stand, one thing replaced a test."""

from datetime import UTC, date, datetime
from typing import Any

from definitions.benefits.commands import Begin, RunCommand
from definitions.benefits.decide import decide
from definitions.benefits.events import RunBegun, RunEvent
from definitions.benefits.evolve import begun, evolve
from definitions.benefits.periods import period_of, run_id
from definitions.benefits.run import RunState, Terms
from definitions.language.benefits import PolicyDefinition
from definitions.language.roles import SYSTEM, Actor, Role
from tests.support.services import CALENDAR

ON = date(2026, 9, 30)
NOW = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)  # Wednesday 10:00 in Shanghai


def policy(name: str = "some_award", **more: Any) -> PolicyDefinition:  # noqa: ANN401 - as in YAML
    """A policy for firms registered here: 1,000 yuan each, published for five days."""
    said: dict[str, Any] = {
        "policy": name,
        "version": 1,
        "name": "某项奖励",
        "number": "某号",
        "organ": "science",
        "item": "award",
        "subject": "firm",
        "every": "year",
        "validity": {"since": date(2026, 1, 1)},
        "bases": [{"law": "行政许可法", "article": "第一条"}],
        "summary": "符合条件的，每户奖励一千元",
        "way": "direct",
        "conditions": [
            {
                "id": "here",
                "says": "在松江登记",
                "when": {"fact": "firm.registered_here", "is": True},
            }
        ],
        "amount": {"formula": 100_000, "at_most": 100_000},
        "budget": {"fen": 100_000_000},
        "publicity": {"days": 5},
        "recovery": {"days": 15},
        "promised_days": 30,
    }
    return PolicyDefinition.model_validate(said | more)


def begin(of: PolicyDefinition, **more: Any) -> Begin:  # noqa: ANN401 - whatever a test replaces
    """The command that begins its first run."""
    period = period_of(of, ON)
    said: dict[str, Any] = {
        "id": run_id(of.policy, period, 1),
        "policy": of.policy,
        "version": of.version,
        "sha256": "0" * 64,
        "period": period,
        "terms": Terms.of(of),
        "on": ON,
    }
    return Begin(**said | more)


def officer(name: str = "a-officer", *, stands_for: str | None = None) -> Actor:
    """Somebody of the policy's organ."""
    return Actor(id=name, role=Role.OFFICER, department="science", stands_for=stands_for)


def after(
    state: RunState | None, command: RunCommand, actor: Actor = SYSTEM, now: datetime = NOW
) -> RunState:
    """The state after the command. Raises `Refused`."""
    for event in events(state, command, actor, now):
        state = _first(event, actor) if state is None else evolve(state, event)
    assert state is not None
    return state


def events(
    state: RunState | None, command: RunCommand, actor: Actor = SYSTEM, now: datetime = NOW
) -> list[RunEvent]:
    """What follows from the command. Raises `Refused`."""
    return decide(state, command, actor, now, CALENDAR)


def _first(event: RunEvent, actor: Actor) -> RunState:
    assert isinstance(event, RunBegun)
    return begun(event, actor)
