"""What was typed into an act's form, with every fault of it that the form or the act tells."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from api.console.fill.act_parts import ActForm, Typed
from api.console.pages.entered import taken
from api.console.request import Posted, Visit
from api.console.views.shared import FieldControl, FieldView
from api.problems import Problem
from definitions.errors import Refused
from definitions.language.base import SHANGHAI

_CHOSEN = frozenset({FieldControl.CARDS, FieldControl.CHOICE, FieldControl.CHECKS})


async def typed_into(visitor: Visit, form: Posted, blank: ActForm) -> Typed:
    """What was typed, its files kept, and every fault of it at once."""
    names = [each.name for each in blank.fields]
    typed = Typed(
        values={name: form.one(name).strip() for name in names},
        many={
            each.name: form.all(each.name)
            for each in blank.fields
            if each.control is FieldControl.CHECKS
        },
    )
    errors = {each.name: said for each in blank.fields if (said := _fault(each, typed))}
    if blank.upload is not None:
        kept, wrong = await taken(visitor, form, blank.upload.name)
        if wrong:
            errors[blank.upload.name] = wrong
        elif blank.upload.required and not kept:
            errors[blank.upload.name] = f"请附{blank.upload.label}"
        typed = replace(typed, kept=kept)
    return replace(typed, errors=errors)


def faults(error: Problem | Refused, otherwise: str) -> Mapping[str, str]:
    """What an act refused, by the field that is to blame; `otherwise` where none is named."""
    if isinstance(error, Refused):
        return {(error.field or f"/{otherwise}").strip("/"): error.message}
    found = {fault.pointer.strip("/"): fault.message for fault in error.errors}
    return found or {otherwise: error.detail}


def _fault(asked: FieldView, typed: Typed) -> str:
    """What is wrong with one field, as far as the form alone can tell."""
    said = typed.said(asked.name)
    allowed = {option.value for option in asked.options if not option.unavailable}
    if asked.control in _CHOSEN and said and said not in allowed:
        said = ""
    if asked.required and not said:
        if asked.name == "confirmed":
            return "请核对后勾选确认"
        return f"请{'选择' if asked.control in _CHOSEN else '填写'}{asked.label}"
    if asked.control is FieldControl.NUMBER and said and not _is_count(said):
        return f"{asked.label}请填数字，至少为 1"
    if asked.control is FieldControl.MOMENT and said and moment_of(said) is None:
        return "时间请按年、月、日、时、分填写"
    if asked.control is FieldControl.DATE and said and day_of(said) is None:
        return f"{asked.label}请按年、月、日填写"
    if len(said) > asked.max_length:
        return f"{asked.label}不得超过 {asked.max_length} 个字，现有 {len(said)} 个"
    return ""


def _is_count(said: str) -> bool:
    return said.isascii() and said.isdigit() and 1 <= int(said) < 1000  # noqa: PLR2004 - days


def moment_of(said: str) -> datetime | None:
    """A moment as the browser writes it, in Shanghai time."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found.replace(tzinfo=SHANGHAI) if found.tzinfo is None else None


def day_of(said: str) -> date | None:
    """A day as the browser writes it."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
