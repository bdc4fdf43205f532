"""Shared bases and small words of the language."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

# One offset all year since 1991; a fixed zone keeps file reads out of workflow code.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


class Written(BaseModel):
    """What stands in a YAML file: frozen, and an unknown key is an error.

    Written out under the names it was read by, because parts of it travel in a plan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


class Value(BaseModel):
    """What travels between parts: frozen.

    Unknown keys are ignored, so that old code reads new events.
    """

    model_config = ConfigDict(frozen=True)


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
MatterKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,23}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{1,23}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class Basis(Written):
    """A citation.

    `law` is a key of `catalogue/laws.yaml`, `article` is written as the law counts.
    """

    law: Text
    article: Text
    says: Text | None = None


Instant = date | datetime
"""A day, or a moment of it (`2026-12-01T14:00`, Shanghai time)."""


def moment_of(value: Instant) -> datetime:
    """The moment itself, or the first one of the day."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=SHANGHAI) if value.tzinfo is None else value
    return datetime.combine(value, time(), SHANGHAI)


class Validity(Written):
    """From `since` on, to the end of the day `until`, or to that moment, itself not included.

    Open-ended where `until` is missing. Two versions may follow each other on one day.
    """

    since: Instant
    until: Instant | None = None

    @property
    def begins(self) -> datetime:
        """The first moment at which it holds."""
        return moment_of(self.since)

    @property
    def ends(self) -> datetime | None:
        """The first moment at which it no longer holds."""
        if self.until is None or isinstance(self.until, datetime):
            return None if self.until is None else moment_of(self.until)
        return moment_of(self.until + timedelta(days=1))

    def holds(self, at: Instant) -> bool:
        """Whether it is in force at that moment, or at the start of that day."""
        moment = moment_of(at)
        return self.begins <= moment and (self.ends is None or moment < self.ends)
