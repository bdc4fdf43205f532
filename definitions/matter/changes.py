"""Small changes that many events make to a matter's clocks and its end."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from definitions.language.clocks import ClockKind
from definitions.matter.state import MatterState, MatterStatus, Result
from definitions.rules.clocks import Clock

Change = dict[str, Any]


def as_ended(
    status: MatterStatus,
    result: Result,
    at: datetime,
    clocks: tuple[Clock, ...],
    reason: str | None,
) -> Change:
    """The matter is over."""
    return {
        "status": status,
        "result": result,
        "closed_at": at,
        "clocks": clocks,
        "reason": reason,
    }


def with_stopped(clocks: tuple[Clock, ...], at: datetime, *kinds: ClockKind) -> tuple[Clock, ...]:
    """The running clocks of these kinds stop."""
    return tuple(
        clock.model_copy(update={"stopped_at": at}) if clock.kind in kinds and clock.runs else clock
        for clock in clocks
    )


def with_expired(clock: Clock, kind: ClockKind) -> Clock:
    """The clock; if it is of that kind, its passing has been acted upon."""
    if clock.kind is kind and clock.runs:
        return clock.model_copy(update={"expired": True})
    return clock


def on(matter: MatterState, kind: ClockKind, change: Callable[[Clock], Change]) -> Change:
    """One change to the running clock of a kind."""
    return {
        "clocks": tuple(
            clock.model_copy(update=change(clock)) if clock.kind is kind and clock.runs else clock
            for clock in matter.clocks
        )
    }
