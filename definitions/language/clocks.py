"""Clocks as definitions: what starts one, how long it runs, who may stretch it, what its end means.

`catalogue/clocks.yaml` holds every clock of the law (domain.md §1.2); a matter names those it has.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from definitions.language.base import Basis, Name, Text, Written
from definitions.language.limits import Limit, Unit

ClockId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,23}$")]


class ClockKind(StrEnum):
    """What a clock measures, and so which event stops it (`definitions.matter.evolve`)."""

    PROMISED = "promised"
    STATUTORY = "statutory"
    INTERNAL = "internal"
    ACCEPTANCE = "acceptance"
    CORRECTION = "correction"
    HOLD = "hold"
    SUPPLEMENT = "supplement"
    FILING = "filing"
    DUTY = "duty"
    PUBLICITY = "publicity"
    HEARING_REQUEST = "hearing_request"
    HEARING = "hearing"
    PROCEDURE = "procedure"
    RENEWAL = "renewal"
    DELIVERY = "delivery"
    DISCLOSURE = "disclosure"
    PROMISE = "promise"
    VERIFICATION = "verification"
    RECTIFICATION = "rectification"


class Starts(StrEnum):
    """The event whose day is not counted. `DATED`: a date that the applicant gave."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    NOTICED = "noticed"
    HEARING_TOLD = "hearing_told"
    HEARING_REQUESTED = "hearing_requested"
    HEARING_DAY = "hearing_day"
    GRANTED = "granted"
    ISSUED = "issued"
    PUBLICITY = "publicity"
    TURN = "turn"
    DATED = "dated"
    RATED = "rated"


class Expiry(StrEnum):
    """What follows when the last day has passed."""

    ALARM = "alarm"
    WARN = "warn"
    DEEM_ACCEPTED = "deem_accepted"
    DEEM_RENEWED = "deem_renewed"
    LAPSE = "lapse"
    RIGHT_LAPSES = "right_lapses"
    WAIT_ENDS = "wait_ends"


class ExtendedBy(StrEnum):
    """Whose approval an extension needs: the organ's head, or the head of the government."""

    ORGAN_HEAD = "organ_head"
    GOVERNMENT_HEAD = "government_head"


class ExtensionRule(Written):
    """How far a limit may be stretched, once, and by whom."""

    days: int = Field(ge=1, le=60)
    by: ExtendedBy
    basis: Basis


class ClockRule(Written):
    """One clock of the law.

    `dated` is the form field that holds the starting date; `kept` the one that holds the day on
    which the duty was done, where that is not the day of applying. Only clocks of 行政许可法 45 are
    `pausable`. `before`: counted backwards, the last day on which something may still be done.
    `mark` says how well the rule is known (domain.md): `low` is never used by a matter.
    """

    id: ClockId
    name: Text
    kind: ClockKind
    starts: Starts
    dated: Name | None = None
    kept: Name | None = None
    limit: Limit
    before: bool = False
    extension: ExtensionRule | None = None
    pausable: bool = False
    expiry: Expiry = Expiry.ALARM
    basis: Basis
    mark: Annotated[str, StringConstraints(pattern=r"^(text|high|med|low)$")] = "text"
    note: Text | None = None

    @model_validator(mode="after")
    def _lawful(self) -> "ClockRule":
        if (self.starts is Starts.DATED) is (self.dated is None):
            msg = "`dated` names a form field exactly where the clock starts with a date"
            raise ValueError(msg)
        if self.pausable and self.limit.unit is not Unit.WORKING_DAY:
            msg = "only working days can be left uncounted (行政许可法 45)"
            raise ValueError(msg)
        return self
