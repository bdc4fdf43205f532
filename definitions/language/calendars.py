"""One year of a working calendar, as the State Council's yearly notice writes it.

What such a year must fulfil stands in `rules.calendar_review`, where each fault gets its place.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from definitions.language.base import Text, Written

NATION = "CN"

Region = Annotated[str, StringConstraints(pattern=r"^(CN|[1-9][0-9]{5})$")]


class DaysOff(Written):
    """A run of days off, both ends included."""

    since: date = Field(alias="from")
    until: date
    name: Text

    def days(self) -> Iterator[date]:
        """Every day of the run."""
        return (self.since + timedelta(days=n) for n in range((self.until - self.since).days + 1))


class CalendarYear(Written):
    """`published`: the notice is out. `provisional`: statutory days only, make-up days unknown.

    A `region` other than the nation's writes only what is different there; it stands over the
    nation's year. `opens` and `closes` are the office hours where they differ from the usual.
    """

    year: int = Field(ge=2000, le=2100)
    region: Region = NATION
    status: Literal["published", "provisional"]
    source: Text
    opens: time | None = None
    closes: time | None = None
    off: tuple[DaysOff, ...] = ()
    work: tuple[date, ...] = ()
