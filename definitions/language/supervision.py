"""督办 and 协同 as data: office hours, the ladder of reminders, what is asked of other organs."""

from datetime import time
from typing import Literal

from pydantic import Field, model_validator

from definitions.language.base import Basis, Name, Text, Written

What = Literal["consultation", "assistance", "expert", "survey"]
"""What one organ may ask of another."""


class OfficeHours(Written):
    """A part of the working day, Shanghai time, both ends of the same day."""

    since: time = Field(alias="from")
    until: time

    @model_validator(mode="after")
    def _in_order(self) -> "OfficeHours":
        if self.since >= self.until:
            msg = "`from` lies before `until`"
            raise ValueError(msg)
        return self


class Rung(Written):
    """Who is told how many working `hours` before (negative) or after a task's limit."""

    id: Name
    name: Text
    hours: int = Field(ge=-200, le=200)
    to: Literal["holder", "head", "supervisor"]


class Outside(Written):
    """What looks as if it was handled elsewhere and only typed in afterwards (体外循环).

    Decided within `minutes` of acceptance where days are promised; entered outside of the office
    hours; more than `entries` completions of one person within `entries_minutes`.
    """

    minutes: int = Field(ge=1, le=240)
    entries: int = Field(ge=2, le=1000)
    entries_minutes: int = Field(ge=1, le=240)


class Supervision(Written):
    """How work is watched. `amber` and `red`: working days left at which a limit shows so.

    `complaint_days`: within how many working days 办不成事 is answered.
    """

    office_hours: tuple[OfficeHours, ...] = Field(min_length=1)
    amber: int = Field(ge=1, le=30)
    red: int = Field(ge=0, le=10)
    complaint_days: int | None = Field(default=None, ge=1, le=30)
    ladder: tuple[Rung, ...] = Field(min_length=1)
    outside: Outside

    @model_validator(mode="after")
    def _in_order(self) -> "Supervision":
        if [rung.hours for rung in self.ladder] != sorted(rung.hours for rung in self.ladder):
            msg = "the rungs of the ladder stand in the order of their hours"
            raise ValueError(msg)
        if len({rung.id for rung in self.ladder}) < len(self.ladder):
            msg = "two rungs of the ladder have the same id"
            raise ValueError(msg)
        pairs = zip(self.office_hours, self.office_hours[1:], strict=False)
        if any(later.since < earlier.until for earlier, later in pairs):
            msg = "office hours stand in order and do not overlap"
            raise ValueError(msg)
        if self.red >= self.amber:
            msg = "`red` is fewer days than `amber`"
            raise ValueError(msg)
        return self


class Collaboration(Written):
    """What one organ may ask of another: `days` (working) usually, `at_most` at the longest.

    Only where it is `tacit` may no answer in time be taken as agreement.
    """

    kind: What
    name: Text
    days: int = Field(ge=1, le=60)
    at_most: int = Field(ge=1, le=60)
    tacit: bool = False
    basis: Basis | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Collaboration":
        if self.days > self.at_most:
            msg = "`days` is not more than `at_most`"
            raise ValueError(msg)
        return self
