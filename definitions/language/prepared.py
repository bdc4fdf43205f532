"""Papers that the house prepares from what is known, ready to sign (系统生成的材料)."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator

from definitions.language.base import Code, Text, Written
from definitions.language.conditions import Condition

GAP = re.compile(r"\{([^{}]*)\}")
_FACT = re.compile(r"(answer|firm|form)\.[a-z][a-z0-9_]*")


def _gaps_name_facts(says: str) -> str:
    strange = next((gap for gap in GAP.findall(says) if not _FACT.fullmatch(gap)), None)
    if strange is not None:
        msg = f"a gap names a fact: {strange}"
        raise ValueError(msg)
    return says


Sentence = Annotated[Text, AfterValidator(_gaps_name_facts)]
"""A sentence with gaps: `{form.new_name}` stands for that fact, a blank to fill in by hand."""


class Clause(Written):
    """A sentence of a paper, there while `when` holds."""

    says: Sentence
    when: Condition | None = None


class PreparedPaper(Written):
    """One paper: the material it is, its clauses (numbered where there are several), who signs.

    `title`, where it depends on something, is the first clause that holds. `form`: the application
    form itself, so that every field that was asked stands in it. `addressed` is the organ it goes
    to; `closing` stands behind the clauses, without number.
    """

    code: Code
    title: tuple[Clause, ...] = Field(min_length=1)
    when: Condition | None = None
    addressed: Text | None = None
    opening: tuple[Clause, ...] = ()
    clauses: tuple[Clause, ...] = ()
    form: bool = False
    closing: tuple[Clause, ...] = ()
    signed: tuple[Clause, ...] = Field(min_length=1)

    @field_validator("title", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:  # noqa: ANN401 - raw YAML, before validation
        """A paper with one title writes just that."""
        return [{"says": value}] if isinstance(value, str) else value
