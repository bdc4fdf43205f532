"""Pre-check (智能预审): rules over form, dates and papers. Advice to people, never a decision."""

from datetime import date
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
Day = FactName | Literal["today"] | date


class Severity(StrEnum):
    """How much a finding weighs. `BLOCK`: the application will probably be refused as it is."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Interval(Written):
    """So many days from one date to another; whichever bound is written must hold.

    A date is a fact, today, or one that the law itself names; in a text it is the last one written
    like 2046年12月31日. Years are counted by the calendar: from 29 February they end on the 28th
    (民法典 202).
    """

    since: Day
    until: Day = "today"
    unit: Unit = Unit.CALENDAR_DAY
    at_least: int | None = None
    at_most: int | None = None
    at_most_years: int | None = Field(default=None, ge=1, le=100)

    @model_validator(mode="after")
    def _bounded(self) -> "Interval":
        if (self.at_least, self.at_most, self.at_most_years) == (None, None, None):
            msg = "an interval has at_least, at_most or at_most_years"
            raise ValueError(msg)
        return self


class Share(Written):
    """One number as a share of another (a majority): at least, or more than, so much of it."""

    part: FactName
    whole: FactName
    numerator: int = Field(ge=1)
    denominator: int = Field(ge=1)
    strictly: bool = False


class Same(Written):
    """Facts that must say the same, or (`differ`) each something else; spaces do not count."""

    facts: tuple[FactName, ...] = Field(min_length=2)
    differ: bool = False


class Amount(Written):
    """A number against another or against a constant."""

    fact: FactName
    than: FactName | Decimal
    comparison: Literal["more", "less", "at_least", "at_most", "equal"]


class Wording(Written):
    """Words that a text must contain, or must not; each as written.

    It ends with one of `ends`. `leaves`: so many characters remain when the words of `without` are
    taken away, each once.
    """

    fact: FactName
    contains: tuple[Text, ...] = ()
    lacks: tuple[Text, ...] = ()
    ends: tuple[Text, ...] = ()
    without: tuple[Text, ...] = ()
    leaves: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _says_something(self) -> "Wording":
        if not (self.contains or self.lacks or self.ends or self.leaves):
            msg = "a wording has contains, lacks, ends or leaves"
            raise ValueError(msg)
        return self


class PhraseKind(StrEnum):
    """一般项目, 后置许可项目 (licence after registration), 前置许可项目 (approval before it)."""

    GENERAL = "general"
    POST = "post"
    PRE = "pre"


class Phrases(Written):
    """A business scope is read phrase by phrase; none of this sort may stand in it.

    `unknown` stands for what the house's list does not have, `twice` for what is said again, `any`
    for every phrase. What stands in `besides` as well (the scope as registered) does not count.
    """

    fact: FactName
    none_of: Literal["general", "post", "pre", "unknown", "twice", "any"]
    besides: FactName | None = None


class Apart(Written):
    """Texts that list names: no name may stand in two of them."""

    facts: tuple[FactName, ...] = Field(min_length=2)


class Coded(Written):
    """An identity code: length, alphabet, date and check digit are judged, nothing else."""

    fact: FactName
    code: Literal["uscc", "person_id"]


class Age(Written):
    """The age in whole years, out of an identity number, on the day of asking."""

    fact: FactName
    at_least: int = Field(ge=1, le=120)


TESTS = (
    *("holds", "interval", "share", "same", "apart"),
    *("amount", "wording", "phrases", "coded", "age"),
)


class Precheck(Written):
    """One rule. Where `when` holds and the one test fails, that is a finding at `at`.

    `given` is an interval that must be kept as well for the rule to apply: firms founded before a
    day of the law, and the like. A fact that is missing lets the rule rest: nothing is found and
    nothing is vouched for. `at` is a form field (`form.…`), a question (`answer.…`), a fact of the
    firm or a material's code.
    """

    id: CheckId
    severity: Severity
    at: FactName | Code
    says: Text
    remedy: Text
    when: Condition | None = None
    given: Interval | None = None
    holds: Condition | None = None
    interval: Interval | None = None
    share: Share | None = None
    same: Same | None = None
    apart: Apart | None = None
    amount: Amount | None = None
    wording: Wording | None = None
    phrases: Phrases | None = None
    coded: Coded | None = None
    age: Age | None = None
    basis: Basis | None = None

    @model_validator(mode="after")
    def _one_test(self) -> "Precheck":
        written = [name for name in TESTS if getattr(self, name) is not None]
        if len(written) != 1:
            msg = f"write exactly one of {', '.join(TESTS)}"
            raise ValueError(msg)
        return self


class ScopePhrase(Written):
    """One phrase of the standard list (经营范围规范表述): which sort, which licence, whose."""

    phrase: Text
    kind: PhraseKind
    licence: Text | None = None
    organ: Text | None = None

    @model_validator(mode="after")
    def _licensed(self) -> "ScopePhrase":
        licensed = self.licence is not None and self.organ is not None
        if licensed is (self.kind is PhraseKind.GENERAL):
            msg = "licence and organ belong to a phrase of kind post or pre, and only there"
            raise ValueError(msg)
        return self
