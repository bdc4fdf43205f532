"""How the parts of a definition are said in plain Chinese: conditions, limits, names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from definitions.language.base import Basis, Validity
from definitions.language.conditions import All, AnyOf, Compare, Condition, Not, Scalar
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.limits import Limit, Unit
from definitions.language.service import Catalogue, ServiceDefinition

NOTHING = "（无）"
ALWAYS = "不设条件"
UNITS = {Unit.WORKING_DAY: "个工作日", Unit.CALENDAR_DAY: "日"}
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Words:
    """What ids are called, in either of two versions."""

    facts: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[tuple[str, str], str] = field(default_factory=dict)
    matters: Mapping[str, str] = field(default_factory=dict)
    materials: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    clocks: Mapping[str, str] = field(default_factory=dict)


def words_of(definitions: Sequence[ServiceDefinition], catalogue: Catalogue) -> Words:
    """The words of these versions; a later one's count where they differ."""
    facts = {f"firm.{name}": fact.label for name, fact in FACTS_BY_NAME.items()}
    options = {
        (f"firm.{name}", option.value): option.label
        for name, fact in FACTS_BY_NAME.items()
        for option in fact.values
    }
    for definition in definitions:
        for question in definition.questions:
            facts[f"answer.{question.id}"] = question.text
            facts[f"since.{question.id}"] = f"{question.text}至今天数"
            options |= {(f"answer.{question.id}", o.value): o.label for o in question.options}
        for written in definition.form:
            facts[f"form.{written.id}"] = written.label
            facts[f"since.{written.id}"] = f"{written.label}至今天数"
            facts[f"person.{written.id}"] = f"{written.label}核对"
            options |= {(f"form.{written.id}", o.value): o.label for o in written.options}
    own = [material for each in definitions for material in each.own_materials]
    return Words(
        facts=facts,
        options=options,
        matters={matter.key: matter.name for each in definitions for matter in each.matters},
        materials={each.code: each.name for each in (*catalogue.materials, *own)},
        departments={each.code: each.name for each in catalogue.departments},
        clocks={each.id: each.name for each in catalogue.clocks},
    )


def condition_said(condition: Condition | None, words: Words) -> str:
    """A condition as a sentence."""
    match condition:
        case None:
            return ALWAYS
        case All(all=parts):
            return "，且".join(_grouped(part, words) for part in parts)
        case AnyOf(any=parts):
            return "，或".join(_grouped(part, words) for part in parts)
        case Not(not_=part):
            return f"不属于（{condition_said(part, words)}）"
        case Compare():
            return _compared(condition, words)


def days_said(limit: Limit | None) -> str:
    """`5 个工作日`; a calendar limit that stays on a rest day says so."""
    if limit is None:
        return NOTHING
    stays = "" if limit.rolls or limit.unit is Unit.WORKING_DAY else "（末日遇休息日不顺延）"
    return f"{limit.days} {UNITS[limit.unit]}{stays}"


def moved(before: Limit | None, after: Limit | None) -> str:
    """`5 → 3 个工作日`: the unit is said once where it is the same."""
    was, becomes = days_said(before), days_said(after)
    if before is not None and after is not None:
        unit = f" {UNITS[before.unit]}"
        if was.endswith(unit) and becomes.endswith(unit):
            return f"{before.days} → {becomes}"
    return f"{was} → {becomes}"


def basis_said(basis: Basis | None) -> str:
    """`食品经营许可和备案管理办法第三十条`."""
    return NOTHING if basis is None else f"{basis.law}{basis.article}"


def validity_said(validity: Validity | None) -> str:
    """From when to when."""
    if validity is None:
        return NOTHING
    until = f"至 {validity.until.isoformat()}" if validity.until else "起"
    return f"{validity.since.isoformat()} {until}"


def said(value: object, words: Words) -> str:
    """Anything else that stands in a definition."""
    match value:
        case None | "" | ():
            return NOTHING
        case bool():
            return "是" if value else "否"
        case Limit():
            return days_said(value)
        case Basis():
            return basis_said(value)
        case Validity():
            return validity_said(value)
        case All() | AnyOf() | Not() | Compare():
            return condition_said(value, words)
        case BaseModel():
            fields = type(value).model_fields
            parts = (said(getattr(value, name), words) for name in fields)
            return _cut("，".join(part for part in parts if part != NOTHING))
        case tuple() | list():
            return _cut("、".join(said(each, words) for each in value))
        case _:
            return _cut(str(value))


def _grouped(part: Condition, words: Words) -> str:
    inner = condition_said(part, words)
    return f"（{inner}）" if isinstance(part, All | AnyOf) else inner


def _compared(condition: Compare, words: Words) -> str:
    fact = f"“{words.facts.get(condition.fact, condition.fact)}”"
    comparison = condition.comparison
    value = getattr(condition, comparison)
    many = value if isinstance(value, tuple) else (value,)
    options = "、".join(_option(condition.fact, each, words) for each in many)
    match comparison:
        case "is_":
            return f"{fact}为{options}"
        case "is_not":
            return f"{fact}不为{options}"
        case "one_of":
            return f"{fact}为{options}之一"
        case "has":
            return f"{fact}含{options}"
        case "lacks":
            return f"{fact}不含{options}"
        case "at_least":
            return f"{fact}不少于 {value}"
        case "at_most":
            return f"{fact}不多于 {value}"
        case _:
            return f"{fact}{'已知' if value else '未知'}"


def _option(fact: str, value: Scalar, words: Words) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"“{words.options.get((fact, str(value)), str(value))}”"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
