"""Special procedures: the closed list of causes for which time is not counted (行政许可法 45)."""

from pydantic import Field

from definitions.language.base import Basis, Name, Text, Written
from definitions.language.conditions import Condition


class ProcedureDefinition(Written):
    """One cause of the closed list; `days` is its usual length in working days."""

    id: Name
    name: Text
    days: int = Field(ge=1, le=365)
    basis: Basis


class HearingRule(Written):
    """A hearing may be held (行政许可法 46–48); where `when` holds, no decision comes before it.

    Told of the right, the applicant has `request` to ask; it is held within `hold`; time and place
    are told at least `notice` before.
    """

    when: Condition | None = None
    request: str = "HEAR5"
    hold: str = "HEAR20"
    notice: str = "HEAR7"
    basis: Basis


class TerminationCause(Written):
    """A cause for which a matter that cannot be handled any more is ended (终止)."""

    id: Name
    name: Text
    basis: Basis
