"""The closed condition language: all, any, not, and one comparison of one fact.

Data, never code.
"""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from definitions.language.base import Written

Scalar = str | int | bool


class All(Written):
    """Every part holds."""

    all: tuple["Condition", ...] = Field(min_length=1)


class AnyOf(Written):
    """At least one part holds."""

    any: tuple["Condition", ...] = Field(min_length=1)


class Not(Written):
    """The part does not hold."""

    not_: "Condition" = Field(alias="not")


class Compare(Written):
    """One fact against one constant. Exactly one comparison is written.

    `has` and `lacks` look into a list fact; the others compare a single value. `known` asks only
    whether the fact is there. `since.<name>` is the whole days from that date (of a question, a
    form field, a firm) to the day of asking; `person.<field>` what the population register said.
    """

    fact: str = Field(pattern=r"^(answer|firm|form|since|person)\.[a-z][a-z0-9_]*$")
    is_: Scalar | None = Field(default=None, alias="is")
    is_not: Scalar | None = None
    one_of: tuple[Scalar, ...] | None = None
    has: Scalar | None = None
    lacks: Scalar | None = None
    at_least: int | None = None
    at_most: int | None = None
    known: bool | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> "Compare":
        written = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(written) != 1:
            names = ", ".join(name.rstrip("_") for name in COMPARISONS)
            msg = f"write exactly one of {names}"
            raise ValueError(msg)
        return self

    @property
    def comparison(self) -> str:
        """The name of the one comparison that is written."""
        return next(name for name in COMPARISONS if getattr(self, name) is not None)


COMPARISONS = ("is_", "is_not", "one_of", "has", "lacks", "at_least", "at_most", "known")


def _form(value: Any) -> str:  # noqa: ANN401 - raw YAML or a model, before validation
    if isinstance(value, dict):
        return next((key for key in ("all", "any", "not") if key in value), "compare")
    match value:
        case All():
            return "all"
        case AnyOf():
            return "any"
        case Not():
            return "not"
        case _:
            return "compare"


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Compare, Tag("compare")],
    Discriminator(_form),
]

for _model in (All, AnyOf, Not):
    _model.model_rebuild()
