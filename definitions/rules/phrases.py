"""Conditions in plain Chinese, and what is left of one where part of the facts is known.

Whoever reads a phrase decides with the words of the questions, the registers and the form alone;
no name of a fact appears in it.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from definitions.language.conditions import All, AnyOf, Compare, Condition, Not, Scalar
from definitions.language.facts import FACTS_BY_NAME, FactKind
from definitions.language.questions import Option
from definitions.language.service import ServiceDefinition
from definitions.rules.conditions import Facts, holds

Residual = Condition | bool | None
"""What is left: a condition, or settled; None where it never will be (so it never holds)."""

_OPPOSITE = MappingProxyType(
    {"is_": "is_not", "is_not": "is_", "has": "lacks", "lacks": "has", "known": "known"}
)
_SAID = MappingProxyType({"verified": "核对一致", "mismatch": "核对不一致", "barred": "受限制"})


def residual(condition: Condition | None, facts: Facts, never: Collection[str] = ()) -> Residual:
    """What is left of a condition. `never`: facts that will not become known.

    It holds for further facts just where the whole does; where the whole does not, it may be no or
    unknown, which comes to the same.
    """
    match condition:
        case None:
            return True
        case All(all=parts):
            return _all(tuple(residual(part, facts, never) for part in parts))
        case AnyOf(any=parts):
            return _any(tuple(residual(part, facts, never) for part in parts))
        case Not(not_=Compare(fact=fact) as compare) if compare.comparison == "one_of":
            return holds(condition, facts) if fact in facts or fact in never else condition
        case Not(not_=part):
            # With every "not" at the comparisons, what never becomes known can only fail.
            return residual(negated(part), facts, never)
        case Compare(fact=fact):
            return holds(condition, facts) if fact in facts or fact in never else condition


def _all(parts: tuple[Residual, ...]) -> Residual:
    if False in parts or None in parts:
        return False if False in parts else None
    found: list[Condition] = []
    for part in parts:
        if not isinstance(part, bool) and part is not None:
            found += part.all if isinstance(part, All) else (part,)
    left = _distinct(found)
    return All(all=left) if len(left) > 1 else (left or (True,))[0]


def _any(parts: tuple[Residual, ...]) -> Residual:
    if True in parts:
        return True
    found: list[Condition] = []
    for part in parts:
        if not isinstance(part, bool) and part is not None:
            found += part.any if isinstance(part, AnyOf) else (part,)
    left = _distinct(found)
    if not left:
        return None if None in parts else False
    return AnyOf(any=left) if len(left) > 1 else left[0]


def _distinct(found: list[Condition]) -> tuple[Condition, ...]:
    return tuple(each for n, each in enumerate(found) if each not in found[:n])


def negated(condition: Condition) -> Condition:
    """The opposite, with every "not" moved to the comparisons (which keeps all three values)."""
    match condition:
        case All(all=parts):
            return AnyOf(any=tuple(negated(part) for part in parts))
        case AnyOf(any=parts):
            return All(all=tuple(negated(part) for part in parts))
        case Not(not_=part):
            return part
        case Compare():
            return _opposite(condition)


def _opposite(compare: Compare) -> Condition:
    name = compare.comparison
    if name == "known":
        return compare.model_copy(update={"known": not compare.known})
    if name == "at_least":
        return Compare(fact=compare.fact, at_most=(compare.at_least or 0) - 1)
    if name == "at_most":
        return Compare(fact=compare.fact, at_least=(compare.at_most or 0) + 1)
    if name in _OPPOSITE:
        empty = dict.fromkeys((name, _OPPOSITE[name]))
        return compare.model_copy(update={**empty, _OPPOSITE[name]: getattr(compare, name)})
    return Not.model_validate({"not": compare})


# ── in words ────────────────────────────────────────


def phrase(condition: Condition, definition: ServiceDefinition) -> str:
    """The condition as a clause: `“这次要变更哪些事项”选“住所”或者“名称”，并且…`."""
    return _clause(condition, definition, nested=False)


def _clause(condition: Condition, definition: ServiceDefinition, *, nested: bool) -> str:
    said = ""
    match condition:
        case All(all=parts):
            said = "，并且".join(_clause(part, definition, nested=True) for part in parts)
        case AnyOf(any=parts):
            said = "，或者".join(_merged(parts, definition))
        case Not(not_=Compare() as compare) if compare.comparison == "one_of":
            return _compare(compare, definition, ("不是", "没有答"))
        case Not(not_=part):
            return _clause(negated(part), definition, nested=nested)
        case Compare():
            said = _compare(condition, definition)
    return f"（{said}）" if nested and ("，并且" in said or "，或者" in said) else said


def _merged(parts: tuple[Condition, ...], definition: ServiceDefinition) -> list[str]:
    """Alternatives; several values of one fact are told in one breath."""
    unsure = _unsure(parts)
    groups: dict[tuple[str, str], list[Scalar]] = {}
    said: list[str | tuple[str, str]] = []
    for part in parts:
        if isinstance(part, Compare) and part.fact in unsure:
            told = f"不能排除“{_subject(part.fact, definition).label}”"
            said += [] if told in said else [told]
        elif isinstance(part, Compare) and part.comparison in {"is_", "has"}:
            key = (part.fact, part.comparison)
            if key not in groups:
                said.append(key)
            value = part.is_ if part.is_ is not None else part.has
            groups.setdefault(key, []).append("" if value is None else value)
        else:
            said.append(_clause(part, definition, nested=True))
    return [
        each
        if isinstance(each, str)
        else _subject(each[0], definition).says("has" if each[1] == "has" else "is_", groups[each])
        for each in said
    ]


def _unsure(parts: tuple[Condition, ...]) -> set[str]:
    """Facts of which it is enough that nobody says no: unknown, or true."""
    compares = [part for part in parts if isinstance(part, Compare)]
    unknown = {each.fact for each in compares if each.known is False}
    return unknown & {each.fact for each in compares if each.is_ is True}


def _compare(
    compare: Compare, definition: ServiceDefinition, verbs: tuple[str, str] | None = None
) -> str:
    subject, name = _subject(compare.fact, definition), compare.comparison
    if verbs is not None:
        asked = compare.fact.startswith("answer.")
        return subject.sentence(verbs[1 if asked else 0], compare.one_of or ())
    match name:
        case "one_of":
            return subject.says("is_", compare.one_of or ())
        case "at_least" | "at_most":
            bound = compare.at_least if name == "at_least" else compare.at_most
            return subject.bounded(name, bound or 0)
        case "known":
            return subject.known(is_known=bool(compare.known))
        case _:
            return subject.says(name, (getattr(compare, name),))


class _Subject:
    """What a condition looks at: `who` says whose word it is, `label` what it is called."""

    def __init__(self, who: str, label: str, options: Mapping[str, str], kind: str) -> None:
        self.who, self.label, self.options, self.kind = who, label, options, kind

    def says(self, comparison: str, values: Collection[Scalar]) -> str:
        """Which values it has, or has not."""
        if len(values) == 1 and isinstance(next(iter(values)), bool):
            is_so = next(iter(values)) is (comparison in {"is_", "has"})
            return f"{self.who}{'显示' if is_so else '没有显示'}“{self.label}”"
        verb = {
            "is_": ("答", "为"),
            "has": ("选了", "有"),
            "is_not": ("没有答", "不是"),
            "lacks": ("没有选", "没有"),
        }[comparison]
        return self.sentence(verb[0 if self.kind == "answer" else 1], values)

    def sentence(self, verb: str, values: Collection[Scalar]) -> str:
        """`“label”答“a”或者“b”`."""
        named = "或者".join(f"“{self.options.get(str(value), str(value))}”" for value in values)
        return f"{self._named()}{verb}{named}"

    def bounded(self, comparison: str, bound: int) -> str:
        """How large it is, or how long ago."""
        if self.kind == "since":
            told = f"已满 {bound} 日" if comparison == "at_least" else f"不超过 {bound} 日"
            return f"自“{self.label}”起{told}"
        word = "不少于" if comparison == "at_least" else "不超过"
        return f"{self._named()}{word} {bound:,}"

    def known(self, *, is_known: bool) -> str:
        """Whether anybody says anything about it."""
        if self.kind == "answer":
            return f"{'回答了' if is_known else '不用回答'}“{self.label}”"
        if self.kind == "form":
            return f"{'填写了' if is_known else '没有填写'}“{self.label}”"
        return f"{self.who}{'查得到' if is_known else '查不到'}“{self.label}”"

    def _named(self) -> str:
        return f"“{self.label}”" if self.kind == "answer" else f"{self.who}“{self.label}”"


def _subject(fact: str, definition: ServiceDefinition) -> _Subject:
    kind, _, name = fact.partition(".")
    if kind == "answer":
        question = next((q for q in definition.questions if q.id == name), None)
        text = _asked(question.text) if question else name
        return _Subject("", text, _labels(question.options if question else ()), kind)
    if kind == "firm":
        known = FACTS_BY_NAME[name]
        who = "登记库" if known.kind is FactKind.FLAG else "登记库中"
        return _Subject(who, known.label, _labels(known.values), kind)
    if kind == "person":
        return _Subject("人口库", _field(name, definition)[0], _SAID, kind)
    label, options = _field(name, definition)
    return _Subject("填写的", label, options, kind)


def _field(name: str, definition: ServiceDefinition) -> tuple[str, Mapping[str, str]]:
    """A date or a field by whatever keeps it: the form, a question, a register."""
    for field in definition.form:
        if field.id == name:
            return field.label, _labels(field.options)
    for question in definition.questions:
        if question.id == name:
            return _asked(question.text), {}
    known = FACTS_BY_NAME.get(name)
    return (known.label if known else name), {}


def _asked(text: str) -> str:
    """A question as the name of what it asks; advice after it is left out."""
    return text.partition("？")[0]


def _labels(options: tuple[Option, ...]) -> Mapping[str, str]:
    return {option.value: option.label for option in options}
