"""The guided questions and the form: what is asked, when, and with which answers."""

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from definitions.language.base import Name, Text, Written
from definitions.language.conditions import Condition


class Option(Written):
    """One possible answer."""

    value: Name
    label: Text
    hint: Text | None = None


class Question(Written):
    """One guided question. It is asked only while `when` holds and no register answers it.

    `answered_by` names the firm fact that answers it; the applicant then only confirms.
    """

    id: Name
    text: Text
    why: Text
    kind: Literal["one", "many"]
    options: tuple[Option, ...] = Field(min_length=2)
    when: Condition | None = None
    answered_by: str | None = Field(default=None, pattern=r"^firm\.[a-z][a-z0-9_]*$")


class FieldKind(StrEnum):
    """What a form field holds; each kind has one check in `rules.forms`."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    PERSON_NAME = "person_name"
    PERSON_ID = "person_id"
    MOBILE = "mobile"
    DATE = "date"
    CHOICE = "choice"


class FormField(Written):
    """One field of the merged form, asked once whoever needs it."""

    id: Name
    label: Text
    kind: FieldKind
    hint: Text | None = None
    when: Condition | None = None
    required: bool = True
    min_length: int = Field(default=1, ge=0)
    max_length: int = Field(default=200, ge=1, le=4000)
    prefilled_from: str | None = Field(default=None, pattern=r"^firm\.[a-z][a-z0-9_]*$")
    options: tuple[Option, ...] = ()

    @model_validator(mode="after")
    def _choices(self) -> "FormField":
        if (self.kind is FieldKind.CHOICE) != bool(self.options):
            msg = "options belong to a field of kind choice, and only there"
            raise ValueError(msg)
        return self
