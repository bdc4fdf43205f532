"""What happens to an application before it is accepted (行政许可法 32, domain.md §1.3)."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from definitions.language.base import Basis, Text, Written
from definitions.language.clocks import ClockId
from definitions.language.conditions import Condition
from definitions.language.pending import Lapse


class NotAccepted(StrEnum):
    """Why an application is not accepted: no permission needed, not ours, or the applicant barred.

    行政许可法 32(1)(1), 32(1)(2), 78–79.
    """

    NOT_REQUIRED = "not_required"
    NOT_COMPETENT = "not_competent"
    BARRED = "barred"


class Unacceptable(Written):
    """A fact that decides the receipt at once. `organ` is who is competent instead."""

    kind: NotAccepted
    when: Condition
    says: Text
    organ: Text | None = None
    basis: Basis


class Examination(Written):
    """受理审查: an organ looks before it accepts, within `clock` or it is deemed to have accepted.

    `days` is what a supplement notice may give at most; `lapse` what missing it leads to.
    """

    name: Text = "受理审查"
    by: Literal["officer", "window_clerk"] = "officer"
    clock: ClockId = "ACC5"
    supplement: ClockId = "SUPP"
    days: int = Field(default=15, ge=1, le=60)
    lapse: Lapse = Lapse.DEEMED_WITHDRAWN
    basis: Basis
