"""Amounts and figures as data: whole numbers only, so that two evaluators cannot differ.

Money is in fen. A formula over a fact that is missing is unknown, like a condition.
"""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from definitions.language.base import Name, Written

FactName = Annotated[str, Field(pattern=r"^(firm|person)\.[a-z][a-z0-9_]*$")]


class OfFact(Written):
    """The value of a number fact."""

    fact: FactName


class MonthsSince(Written):
    """Whole months from a date fact to the day of the run; never less than 0."""

    months_since: FactName


class Named(Written):
    """A figure of the policy, by its name."""

    figure: Name


class Sum(Written):
    """All parts together."""

    sum: tuple["Formula", ...] = Field(min_length=2, max_length=20)


class Minus(Written):
    """The first without the second."""

    minus: tuple["Formula", "Formula"]


class Times(Written):
    """The first times the second."""

    times: tuple["Formula", "Formula"]


class Least(Written):
    """The smallest part: how a cap is written."""

    least: tuple["Formula", ...] = Field(min_length=2, max_length=20)


class Greatest(Written):
    """The largest part."""

    greatest: tuple["Formula", ...] = Field(min_length=2, max_length=20)


class Percent(Written):
    """So many hundredths of it; what is left of a fen is dropped."""

    percent: int = Field(ge=0, le=1000)
    of: "Formula"


class Band(Written):
    """From this value on, this figure."""

    since: int = Field(alias="from")
    then: int


class Bands(Written):
    """By table: the last band that begins at or below the value; 0 below the first."""

    bands: tuple[Band, ...] = Field(min_length=1, max_length=50)
    of: "Formula"


class Choice(Written):
    """The first for which the fact has this value; otherwise the last."""

    choose: FactName
    by: dict[str, "Formula"] = Field(min_length=1)
    otherwise: "Formula"


_KEYS = {
    "fact": "fact",
    "months_since": "months",
    "figure": "figure",
    "sum": "sum",
    "minus": "minus",
    "times": "times",
    "least": "least",
    "greatest": "greatest",
    "percent": "percent",
    "bands": "bands",
    "choose": "choose",
}


def _form(value: Any) -> str:  # noqa: ANN401 - raw YAML or a model, before validation
    if isinstance(value, int):
        return "number"
    said = value if isinstance(value, dict) else value.model_fields_set
    return next((tag for key, tag in _KEYS.items() if key in said), "fact")


Formula = Annotated[
    Annotated[int, Tag("number")]
    | Annotated[OfFact, Tag("fact")]
    | Annotated[MonthsSince, Tag("months")]
    | Annotated[Named, Tag("figure")]
    | Annotated[Sum, Tag("sum")]
    | Annotated[Minus, Tag("minus")]
    | Annotated[Times, Tag("times")]
    | Annotated[Least, Tag("least")]
    | Annotated[Greatest, Tag("greatest")]
    | Annotated[Percent, Tag("percent")]
    | Annotated[Bands, Tag("bands")]
    | Annotated[Choice, Tag("choose")],
    Discriminator(_form),
]

for _model in (Sum, Minus, Times, Least, Greatest, Percent, Bands, Choice):
    _model.model_rebuild()
