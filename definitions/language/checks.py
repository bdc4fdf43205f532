"""Pre-check (智能预审): rules over form, dates and papers. Advice to people, never a decision."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from definitions.language.base import Basis, Code, Text, Written
from definitions.language.conditions import Condition
from definitions.language.limits import Unit

CheckId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$")]
FactName = Annotated[
    str, StringConstraints(pattern=r"^(answer|firm|form|since|person)\.[a-z][a-z0-9_]*$")
]


class Severity(StrEnum):
    """How much a finding weighs. `BLOCK`: the application will probably be refused as it is."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Interval(Written):
    """So many days from one date to another; whichever bound is written must hold."""

    since: FactName
    until: FactName | Literal["today"] = "today"
    unit: Unit = Unit.CALENDAR_DAY
    at_least: int | None = None
    at_most: int | None = None


class Share(Written):
    """One number as a share of another (a majority): at least, or more than, so much of it."""

    part: FactName
    whole: FactName
    numerator: int = Field(ge=1)
    denominator: int = Field(ge=1)
    strictly: bool = False


class Same(Written):
    """Facts that must say the same, or (`differ`) must not; spaces do not count."""

    facts: tuple[FactName, ...] = Field(min_length=2)
    differ: bool = False


class Amount(Written):
    """A number against another or against a constant."""

    fact: FactName
    than: FactName | Decimal
    comparison: Literal["more", "less", "at_least", "at_most", "equal"]


class Wording(Written):
    """Words that a text must contain, or must not; each as written."""

    fact: FactName
    contains: tuple[Text, ...] = ()
    lacks: tuple[Text, ...] = ()


TESTS = ("holds", "interval", "share", "same", "amount", "wording")


class Precheck(Written):
    """One rule. Where `when` holds and the one test fails, that is a finding at `at`.

    A fact that is missing lets the rule rest: nothing is found and nothing is vouched for. `at` is
    a form field (`form.…`), a question (`answer.…`) or a material's code.
    """

    id: CheckId
    severity: Severity
    at: FactName | Code
    says: Text
    remedy: Text
    when: Condition | None = None
    holds: Condition | None = None
    interval: Interval | None = None
    share: Share | None = None
    same: Same | None = None
    amount: Amount | None = None
    wording: Wording | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _one_test(self) -> "Precheck":
        written = [name for name in TESTS if getattr(self, name) is not None]
        if len(written) != 1:
            msg = f"write exactly one of {', '.join(TESTS)}"
            raise ValueError(msg)
        return self
