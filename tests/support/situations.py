"""Every situation of the catalogue with a case to play it by, and a form filled in as asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from definitions.language.cases import Case
from definitions.language.conditions import Scalar
from definitions.language.questions import FieldKind, FormField
from definitions.language.service import ServiceDefinition
from definitions.loading import Library, Loaded
from definitions.rules.codes import uscc_fault
from definitions.rules.forms import fields_asked
from definitions.rules.golden import USUAL
from definitions.rules.guidance import facts_of

# 开办餐饮店 has situations that are never accepted, and journeys of its own.
ELSEWHERE = frozenset({"restaurant_opening"})
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WORDS = "上海云间商贸有限公司的说明文字，"
_KNOWN = {"person_id": "310117199003071231", "mobile": "13800000001", "person_name": "李建国"}


@dataclass(frozen=True, slots=True)
class Played:
    """A situation and the golden case that shows it at its plainest: the first that is accepted.

    Where the law sends every such application elsewhere, the case is one that is not accepted.
    """

    loaded: Loaded
    code: str
    case: Case


def played(library: Library, on: date) -> tuple[Played, ...]:
    """Every situation, and every combined one, of every service in force that day."""
    return tuple(_played(library, on))


def _played(library: Library, on: date) -> Iterator[Played]:
    for name in dict.fromkeys(loaded.definition.service for loaded in library.services):
        if name in ELSEWHERE:
            continue
        loaded = library.service(name, on)
        definition = loaded.definition
        codes = [each.code for each in definition.situations]
        for code in (*codes, *(each.code for each in definition.combined)):
            found = [case for case in loaded.cases if case.expect.situation == code]
            plain = (case for case in found if not case.expect.not_accepted)
            case = next(plain, found[0] if found else None)
            assert case is not None, f"{code} has no case that is planned"
            yield Played(loaded, code, moved(case, on))


def codes_of_firms() -> Iterator[str]:
    """Credit codes that are valid and of no firm."""
    for n in count(1):
        body = f"91310117MAY{n:06d}"
        yield next(body + sign for sign in _SIGNS if uscc_fault(body + sign) is None)


def moved(case: Case, to: date) -> Case:
    """The case played on another day: every date in it moves along, so that what had passed has."""
    days = to - (case.on or USUAL)

    def shifted(said: Scalar | tuple[str, ...]) -> Scalar | tuple[str, ...]:
        if isinstance(said, str) and _DATE.fullmatch(said):
            return (date.fromisoformat(said) + days).isoformat()
        return said

    body = case.model_dump(by_alias=True, exclude_unset=True)
    for part in ("answers", "firm", "form"):
        body[part] = {name: shifted(said) for name, said in getattr(case, part).items()}
    return Case.model_validate({**body, "on": to})


def filled(definition: ServiceDefinition, case: Case, on: date) -> dict[str, str]:
    """Every required field that is asked, filled in with something its rules accept."""
    facts = facts_of(definition, case.answers, case.firm, on=on)
    form: dict[str, str] = {}
    for field in fields_asked(definition, facts):
        known = facts.get(field.prefilled_from or "")
        if known is not None and str(known):
            form[field.id] = str(known)
        elif field.required:
            form[field.id] = _something(field, on)
    return {**form, **case.form}


def _something(field: FormField, on: date) -> str:
    match field.kind:
        case FieldKind.DATE:
            return (on - timedelta(days=3)).isoformat()
        case FieldKind.CHOICE:
            return field.options[0].value
        case FieldKind.NUMBER | FieldKind.MONEY:
            return str(max(field.least or 0, min(field.most or 100, 100)))
        case FieldKind.USCC:
            return next(codes_of_firms())
        case FieldKind.TEXT | FieldKind.LONG_TEXT:
            return (_WORDS * 300)[: max(field.min_length, 12)][: field.max_length]
        case kind:
            return _KNOWN[kind.value]
