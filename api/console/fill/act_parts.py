"""What the forms of legal acts are made of: what was typed, and the fields they share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.console.fill.outcomes import LONGEST
from api.console.request import Posted
from api.console.views.acts import UploadField
from api.console.views.shared import FieldControl, FieldView, Option, Pair
from definitions.language.base import Basis


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into an act's form, and what is wrong with it by field."""

    values: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept: tuple[Option, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)

    def said(self, name: str, otherwise: str = "") -> str:
        """The field's value."""
        return self.values.get(name, otherwise)

    def error(self, name: str) -> str:
        """What is wrong with it."""
        return self.errors.get(name, "")

    @classmethod
    def back(cls, form: Posted | None, errors: Mapping[str, str]) -> "Typed":
        """A form as it was sent, with what the command found wrong."""
        return cls(values=dict(form.fields) if form else {}, errors=errors)


@dataclass(frozen=True, slots=True)
class ActForm:
    """An act's form before it becomes a page."""

    title: str
    button: str
    effects: tuple[Pair, ...]
    fields: tuple[FieldView, ...]
    basis: tuple[Basis, ...] = ()
    upload: UploadField | None = None
    danger: bool = False
    done: str = ""


def short(typed: Typed, name: str, label: str, hint: str = "", *, longest: int = 100) -> FieldView:
    """A text of one line."""
    return FieldView(
        name,
        label,
        value=typed.said(name),
        hint=hint,
        error=typed.error(name),
        max_length=longest,
    )


def long(typed: Typed, name: str, label: str, hint: str = "") -> FieldView:
    """A long text."""
    return FieldView(
        name,
        label,
        FieldControl.LONG_TEXT,
        value=typed.said(name),
        hint=hint,
        error=typed.error(name),
        max_length=LONGEST,
    )


def days(typed: Typed, label: str, hint: str, *, required: bool = True) -> FieldView:
    """A number of days."""
    return FieldView(
        "days",
        label,
        FieldControl.NUMBER,
        value=typed.said("days"),
        hint=hint,
        error=typed.error("days"),
        required=required,
        max_length=3,
    )


def cards(typed: Typed, name: str, label: str, options: tuple[Option, ...]) -> FieldView:
    """One of several, each with what it means."""
    return FieldView(name, label, FieldControl.CARDS, error=typed.error(name), options=options)


def confirmed(typed: Typed, says: str) -> FieldView:
    """That somebody has looked at the person and the paper."""
    return FieldView(
        "confirmed",
        "确认",
        FieldControl.CHECKS,
        error=typed.error("confirmed"),
        options=(Option("yes", says, chosen=typed.said("confirmed") == "yes"),),
    )
