"""Time limits as the law writes them: a number of days, of which kind, and by which article."""

from enum import StrEnum

from pydantic import Field

from definitions.language.base import Basis, Written


class Unit(StrEnum):
    """Whether rest days count (domain.md §0 point 9: both kinds meet in one case)."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"


class Limit(Written):
    """So many days after the day of the event, which itself is not counted (民法典 201).

    0 is that very day (当场). `rolls`: a last calendar day that is a rest day moves to the next
    working day (民法典 203).
    """

    days: int = Field(ge=0, le=3650)
    unit: Unit = Unit.WORKING_DAY
    rolls: bool = True
    basis: Basis | None = None
