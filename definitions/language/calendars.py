"""One year of the working calendar, as the State Council's yearly notice writes it."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from pydantic import Field, model_validator

from definitions.language.base import Text, Written

SATURDAY = 5


class DaysOff(Written):
    """A run of days off, both ends included."""

    since: date = Field(alias="from")
    until: date
    name: Text

    def days(self) -> Iterator[date]:
        """Every day of the run."""
        return (self.since + timedelta(days=n) for n in range((self.until - self.since).days + 1))


class CalendarYear(Written):
    """`published`: the notice is out. `provisional`: statutory days only, make-up days unknown."""

    year: int = Field(ge=2000, le=2100)
    status: Literal["published", "provisional"]
    source: Text
    off: tuple[DaysOff, ...] = Field(min_length=1)
    work: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "CalendarYear":
        faults = [*self._range_faults(), *self._day_faults()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _range_faults(self) -> Iterator[str]:
        for run in self.off:
            if run.until < run.since:
                yield f"days off end before they begin: {run.since}"
            if {run.since.year, run.until.year} != {self.year}:
                yield f"days off outside the year: {run.since} – {run.until}"

    def _day_faults(self) -> Iterator[str]:
        days = [day for run in self.off for day in run.days()] + list(self.work)
        for day in sorted({day for day in days if days.count(day) > 1}):
            yield f"day written twice: {day}"
        for day in self.work:
            if day.year != self.year:
                yield f"make-up day outside the year: {day}"
            elif day.weekday() < SATURDAY:
                yield f"make-up day is a weekday: {day}"
