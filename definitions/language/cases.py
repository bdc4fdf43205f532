"""Golden cases: one sentence of a policy officer, what was answered, what must follow from it."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from definitions.language.base import Code, MatterKey, Name, Text, Written
from definitions.language.checks import CheckId
from definitions.language.clocks import ClockId
from definitions.language.conditions import Scalar
from definitions.language.receipt import NotAccepted

Arrow = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,23} -> [A-Z][A-Z0-9_]{1,23}$")]


class Expectation(Written):
    """What must come out. Only what is written is compared; `edges` lie between needed matters.

    `materials` are the codes to bring, in order; `waived` those that need not be brought;
    `tolerable` and `promised` the gaps that are open to this application; `hearings` the matters in
    which a hearing is due; `clocks` every limit a matter has, `PROMISE` first.
    """

    situation: Code | None = None
    parts: tuple[Code, ...] | None = None
    needed: tuple[MatterKey, ...] | None = None
    not_needed: dict[MatterKey, Text] | None = None
    asked: tuple[Name, ...] | None = None
    materials: tuple[Code, ...] | None = None
    waived: tuple[Code, ...] | None = None
    edges: tuple[Arrow, ...] | None = None
    documents: dict[MatterKey, tuple[Name, ...]] | None = None
    steps: dict[MatterKey, tuple[Name, ...]] | None = None
    clocks: dict[MatterKey, tuple[ClockId, ...]] | None = None
    not_accepted: dict[MatterKey, NotAccepted] | None = None
    tolerable: dict[MatterKey, tuple[Code, ...]] | None = None
    promised: dict[MatterKey, tuple[Code, ...]] | None = None
    hearings: tuple[MatterKey, ...] | None = None
    blocked: tuple[Text, ...] | None = None
    findings: tuple[CheckId, ...] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Expectation":
        if not self.model_fields_set:
            msg = "a case that expects nothing proves nothing"
            raise ValueError(msg)
        return self


class Case(Written):
    """One golden case; `case` is the sentence, and the name of the test.

    `on` is the day it plays on, where that matters; `form` what was filled in, for the pre-check.
    """

    case: Text
    on: date | None = None
    answers: dict[Name, str | tuple[str, ...]] = Field(default_factory=dict)
    firm: dict[Name, Scalar | tuple[str, ...]] = Field(default_factory=dict)
    form: dict[Name, str] = Field(default_factory=dict)
    expect: Expectation


class Cases(Written):
    """One `cases.yaml`."""

    cases: tuple[Case, ...] = Field(min_length=1)
