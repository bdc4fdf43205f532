"""免申即享: a policy as data. Who is entitled, to how much, how it is given, and what is checked.

Money is in fen, rates in thousandths. What is not known of a subject is never silently a no.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from definitions.language.base import Basis, Name, Text, Validity, Written
from definitions.language.conditions import Condition, Scalar
from definitions.language.formulas import FactName, Formula

Mark = Annotated[str, StringConstraints(pattern=r"^(text|high|med|low)$")]


class SubjectKind(StrEnum):
    """Whom a policy is for."""

    FIRM = "firm"
    PERSON = "person"


class Way(StrEnum):
    """How the benefit reaches its beneficiary.

    `DIRECT`: paid without asking (直接兑现). `CONFIRM`: one click; silence is no (一键确认).
    `INVITE`: asked to apply the short way (快申快享).
    """

    DIRECT = "direct"
    CONFIRM = "confirm"
    INVITE = "invite"


class Every(StrEnum):
    """How often a beneficiary can have it; the period is part of the key that is paid once."""

    ONCE = "once"
    YEAR = "year"
    MONTH = "month"


class FactType(StrEnum):
    """What a fact holds. `MANY` is a list of words."""

    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    TEXT = "text"
    MANY = "many"


class SourceDefinition(Written):
    """数据来源: who keeps the facts; older than so many days, they count as missing."""

    id: Name
    name: Text
    fresh_days: int = Field(ge=1, le=800)


class SubjectFact(Written):
    """One fact about firms or persons. `sensitive` ones never stand on a public list.

    `counts`: the list fact of which this is the number of entries; where some of them are used up
    (`Exclusion.by`), it is reckoned anew from those that are left. `money`: the number is in fen.
    `values`: what the words of a text or list are called.
    """

    fact: FactName
    label: Text
    type: FactType
    source: Name
    unit: Text | None = None
    sensitive: bool = False
    counts: FactName | None = None
    money: bool = False
    values: dict[str, Text] = Field(default_factory=dict)

    @property
    def kind(self) -> SubjectKind:
        """Whose fact it is."""
        return SubjectKind(self.fact.partition(".")[0])


class Figure(Written):
    """A named formula, shown wherever the policy's working is shown."""

    name: Name
    label: Text
    unit: Text = "元"
    formula: Formula


class Measure(Written):
    """A figure against a bound or two."""

    number: Formula
    at_least: Formula | None = None
    at_most: Formula | None = None
    unit: Text = ""

    @model_validator(mode="after")
    def _bounded(self) -> "Measure":
        if self.at_least is None and self.at_most is None:
            msg = "write at_least or at_most"
            raise ValueError(msg)
        return self


class Ratio(Written):
    """Part to whole against a bound in thousandths. Of nothing there is no ratio: unknown."""

    part: Formula
    whole: Formula
    at_least: Formula | None = None
    at_most: Formula | None = None

    @model_validator(mode="after")
    def _bounded(self) -> "Ratio":
        if (self.at_least is None) is (self.at_most is None):
            msg = "write one of at_least and at_most"
            raise ValueError(msg)
        return self


class PolicyCondition(Written):
    """One condition, in words and as data.

    `excludes`: whoever fulfils it is excluded (credit, other benefits). `again`: looked at once
    more right before paying (death, move, dissolution).
    """

    id: Name
    says: Text
    when: Condition | None = None
    measure: Measure | None = None
    ratio: Ratio | None = None
    excludes: bool = False
    again: bool = False

    @model_validator(mode="after")
    def _one_form(self) -> "PolicyCondition":
        if sum(part is not None for part in (self.when, self.measure, self.ratio)) != 1:
            msg = "write exactly one of when, measure, ratio"
            raise ValueError(msg)
        return self


class Amount(Written):
    """What is paid. `at_most`: the cap for one beneficiary, which every amount must have.

    `mark` says how well the figures are known (domain.md); `low` and `med` are shown as uncertain.
    """

    formula: Formula
    at_most: int = Field(ge=1, le=10**13)
    mark: Mark = "text"
    note: Text | None = None


class Budget(Written):
    """预算, in fen, for each of the policy's periods or for the whole of its validity."""

    fen: int = Field(ge=1, le=10**15)
    per: Literal["period", "policy"] = "period"


class Exclusion(Written):
    """互斥: of a group only one is paid to a beneficiary in a period, the lowest `rank` first.

    `by`: a list fact whose entries are used up one by one (one hired person, one employer), in
    each period anew, or `for_good`.
    """

    group: Name
    rank: int = Field(ge=1, le=100)
    by: FactName | None = None
    for_good: bool = False


class Publicity(Written):
    """公示 in working days; `shows` which facts, masked or plain."""

    days: int = Field(ge=1, le=60)
    shows: tuple[Literal["name", "code", "amount", "reason"], ...] = ("name", "amount")
    masked: bool = True


class Confirmation(Written):
    """一键确认: for how many working days, and reminders so many days before the end."""

    days: int = Field(ge=1, le=60)
    reminders: tuple[int, ...] = ()


class Recovery(Written):
    """追回: working days to give it back; later benefits may be set off against it."""

    days: int = Field(ge=1, le=365)
    offset: bool = False
    basis: Basis | None = None


class Begins(Written):
    """When a run begins by itself: on a day of the month or year, and when such a fact comes in.

    `month` is written for a yearly run; a `day` past a month's end is its last.
    """

    day: int | None = Field(default=None, ge=1, le=31)
    month: int | None = Field(default=None, ge=1, le=12)
    facts: tuple[FactName, ...] = ()

    @model_validator(mode="after")
    def _some(self) -> "Begins":
        if self.day is None and (self.month is not None or not self.facts):
            msg = "write a day, or facts that begin a run"
            raise ValueError(msg)
        return self


class PolicyDefinition(Written):
    """One version of a policy.

    `sample`: how many of a trial's results are looked through by hand before anything follows from
    them; `verified_after`: days after its closing at which a run is verified against what is known
    by then.
    """

    policy: Name
    version: int = Field(ge=1)
    name: Text
    number: Text
    organ: Name
    item: Name
    subject: SubjectKind
    every: Every
    validity: Validity
    bases: tuple[Basis, ...] = Field(min_length=1)
    summary: Text
    way: Way
    figures: tuple[Figure, ...] = ()
    conditions: tuple[PolicyCondition, ...] = Field(min_length=1)
    amount: Amount
    budget: Budget
    exclusion: Exclusion | None = None
    publicity: Publicity | None = None
    confirmation: Confirmation | None = None
    recovery: Recovery
    promised_days: int = Field(ge=1, le=120)
    begins: Begins | None = None
    sample: int = Field(default=20, ge=1, le=200)
    verified_after: int | None = Field(default=None, ge=1, le=1100)

    @model_validator(mode="after")
    def _whole(self) -> "PolicyDefinition":
        if (self.way is Way.CONFIRM) is (self.confirmation is None):
            msg = "confirmation is written exactly where the way is confirm"
            raise ValueError(msg)
        for what, names in (
            ("condition", [condition.id for condition in self.conditions]),
            ("figure", [figure.name for figure in self.figures]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                msg = f"{what} written twice: {'、'.join(twice)}"
                raise ValueError(msg)
        return self


class Verdict(StrEnum):
    """比对结果. Unknown is neither yes nor no; excluded would be entitled otherwise."""

    HIT = "hit"
    MISS = "miss"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"


Said = dict[FactName, Scalar | tuple[str, ...]]


class PolicyCase(Written):
    """One golden case; amounts in fen. `without` are facts of `usual` that are missing here."""

    case: Text
    on: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    facts: Said = Field(default_factory=dict)
    without: tuple[FactName, ...] = ()
    expect: Verdict
    amount: int | None = None
    reasons: tuple[Name, ...] = ()


class PolicyCases(Written):
    """The cases beside a policy. `usual`: the facts of every case that does not say others."""

    usual: Said = Field(default_factory=dict)
    cases: tuple[PolicyCase, ...] = Field(min_length=1)
