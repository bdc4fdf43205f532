"""The guided questions and the form: what is asked, when, and with which answers."""

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from definitions.language.base import Name, Text, Written
from definitions.language.conditions import Condition

FEWEST = 2


class Option(Written):
    """One possible answer. It is offered only while `when` holds."""

    value: Name
    label: Text
    hint: Text | None = None
    when: Condition | None = None


class Question(Written):
    """One guided question. It is asked only while `when` holds and no register answers it.

    `answered_by` names the firm fact that answers it; the applicant then only confirms. A register
    that says something which is not among the options says `other`, where there is such an option.
    A `date` has no options and is never in the future; `since.<id>` counts the days from it.
    """

    id: Name
    text: Text
    why: Text
    kind: Literal["one", "many", "date"]
    options: tuple[Option, ...] = ()
    when: Condition | None = None
    answered_by: str | None = Field(default=None, pattern=r"^firm\.[a-z][a-z0-9_]*$")

    @model_validator(mode="after")
    def _choices(self) -> "Question":
        few = len(self.options) < FEWEST
        if (self.kind == "date") is not few or (self.kind == "date" and self.options):
            msg = "a question has two options or more; a date has none"
            raise ValueError(msg)
        return self


class FieldKind(StrEnum):
    """What a form field holds; each kind has one check in `rules.forms`."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    PERSON_NAME = "person_name"
    PERSON_ID = "person_id"
    MOBILE = "mobile"
    DATE = "date"
    CHOICE = "choice"
    NUMBER = "number"
    MONEY = "money"
    USCC = "uscc"


COUNTED = (FieldKind.NUMBER, FieldKind.MONEY)


class FormField(Written):
    """One field of the merged form, asked once whoever needs it.

    `group` is the heading it stands under. A `number` is whole, `money` is in yuan with at most two
    decimals; `least` and `most` bound both, `unit` is shown beside them. `editable`: whether the
    applicant may correct what a register filled in; his paper then stands before the register's.
    `person` names the field with the name of the one whose `person_id` this is: the population
    register is asked whether they belong together (`person.<id>` is verified, mismatch or barred).
    """

    id: Name
    label: Text
    kind: FieldKind
    hint: Text | None = None
    when: Condition | None = None
    required: bool = True
    min_length: int = Field(default=1, ge=0)
    max_length: int = Field(default=200, ge=1, le=4000)
    prefilled_from: str | None = Field(default=None, pattern=r"^firm\.[a-z][a-z0-9_]*$")
    editable: bool = True
    group: Text | None = None
    unit: Text | None = None
    least: int | None = None
    most: int | None = None
    person: Name | None = None
    options: tuple[Option, ...] = ()

    @model_validator(mode="after")
    def _bounds(self) -> "FormField":
        if (self.least, self.most) != (None, None) and self.kind not in COUNTED:
            msg = "least and most belong to a field of kind number or money"
            raise ValueError(msg)
        if self.person is not None and self.kind is not FieldKind.PERSON_ID:
            msg = "person belongs to a field of kind person_id"
            raise ValueError(msg)
        if not self.editable and self.prefilled_from is None:
            msg = "only what a register fills in can be closed to the applicant"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _choices(self) -> "FormField":
        if (self.kind is FieldKind.CHOICE) != bool(self.options):
            msg = "options belong to a field of kind choice, and only there"
            raise ValueError(msg)
        return self
