"""One situation as a leaflet (办事指南): what is certain in it, what depends on what, and on what.

Pure: from the definition alone, without a firm. What a situation's own condition implies is taken
as known; whatever is left of a condition then is told in words.
"""

from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import islice, product

from definitions.language.base import Value
from definitions.language.conditions import All, AnyOf, Compare, Condition
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.materials import MaterialDefinition, MaterialUse
from definitions.language.matters import GatingMaterial, MatterDefinition, Publicity
from definitions.language.service import Blocker, Catalogue, ServiceDefinition
from definitions.rules.conditions import Fact, Facts
from definitions.rules.phrases import Residual, phrase, residual
from definitions.rules.planning import edges_between, with_own

_MOST_WAYS = 64


class LeafletMatter(Value):
    """A linked matter; `only_if` where it is not always needed.

    It waits for matters of this situation only, and has no step or document that never comes here.
    """

    matter: MatterDefinition
    only_if: str = ""


class LeafletMaterial(Value):
    """A material with the matters that wait for it.

    `only_if`: where it is not always asked for. `waived_if` says when it need not be brought: None
    never, the empty text always.
    """

    use: MaterialUse
    material: MaterialDefinition
    gates: tuple[tuple[MatterDefinition, GatingMaterial], ...]
    only_if: str = ""
    waived_if: str | None = None


class LeafletBlocker(Value):
    """What rules this situation out, and when."""

    blocker: Blocker
    only_if: str


class Leaflet(Value):
    """What one situation comes to; `spared` are the matters it never needs, with the reason."""

    facts: Mapping[str, Fact]
    matters: tuple[LeafletMatter, ...]
    spared: tuple[tuple[MatterDefinition, str], ...]
    materials: tuple[LeafletMaterial, ...]
    blockers: tuple[LeafletBlocker, ...]


def leaflet(definition: ServiceDefinition, catalogue: Catalogue, when: Condition | None) -> Leaflet:
    """The leaflet of the situation with that condition; of the whole service without one."""
    facts = implied(definition, when) if when else {}
    never = frozenset(_never(definition, facts))
    whole = with_own(catalogue, definition)
    left = {m.key: _needed(m, facts, never) for m in definition.matters}
    needed = [m for m in definition.matters if _may(left[m.key])]
    return Leaflet(
        facts=facts,
        matters=tuple(
            LeafletMatter(
                matter=_here(m, definition, left, facts, never),
                only_if=_said(left[m.key], definition),
            )
            for m in needed
        ),
        spared=tuple(
            (m, _otherwise(m, facts, never)) for m in definition.matters if not _may(left[m.key])
        ),
        materials=tuple(_materials(definition, whole, left, facts, never)),
        blockers=tuple(
            LeafletBlocker(blocker=b, only_if=_said(found, definition))
            for b in definition.blockers
            if _may(found := residual(b.when, facts, never))
        ),
    )


def _materials(
    definition: ServiceDefinition,
    catalogue: Catalogue,
    left: Mapping[str, Residual],
    facts: Facts,
    never: frozenset[str],
) -> Iterator[LeafletMaterial]:
    known = {material.code: material for material in catalogue.materials}
    for use in definition.materials:
        gates = tuple(
            (matter, gate)
            for matter in definition.matters
            for gate in matter.materials
            if gate.code == use.code and _may(left[matter.key])
        )
        wanted = _asked(use, tuple(left[matter.key] for matter, _ in gates), facts, never)
        if use.produced_by is not None:
            wanted = _joined(wanted, left[use.produced_by])
        if not gates or not _may(wanted):
            continue
        waived = residual(use.waived.when, facts, never) if use.waived else False
        yield LeafletMaterial(
            use=use,
            material=known[use.code],
            gates=gates,
            only_if=_said(wanted, definition),
            waived_if=_said(waived, definition) if _may(waived) else None,
        )


def _asked(
    use: MaterialUse, gates: tuple[Residual, ...], facts: Facts, never: frozenset[str]
) -> Residual:
    """Its own condition, and that one of the matters that wait for it is needed."""
    own = residual(use.when, facts, never)
    if True in gates:
        return own
    some = tuple(gate for gate in gates if not isinstance(gate, bool) and gate is not None)
    if not some:
        return False
    return _joined(own, some[0] if len(some) == 1 else AnyOf(any=some))


def _joined(one: Residual, other: Residual) -> Residual:
    """Both of them."""
    if not (_may(one) and _may(other)):
        return False
    if isinstance(one, bool) or one is None:
        return other
    if isinstance(other, bool) or other is None or one == other:
        return one
    return All(all=(one, other))


def _needed(matter: MatterDefinition, facts: Facts, never: frozenset[str]) -> Residual:
    conditions = tuple(requirement.when for requirement in matter.needed)
    return residual(All(all=conditions), facts, never) if conditions else True


def _otherwise(matter: MatterDefinition, facts: Facts, never: frozenset[str]) -> str:
    failed = (r for r in matter.needed if not _may(residual(r.when, facts, never)))
    return next(requirement.otherwise for requirement in failed)


def _here(
    matter: MatterDefinition,
    definition: ServiceDefinition,
    left: Mapping[str, Residual],
    facts: Facts,
    never: frozenset[str],
) -> MatterDefinition:
    documents = (d for d in matter.documents if _may(residual(d.when, facts, never)))
    steps = (
        step
        for step in matter.steps
        if not isinstance(step, Publicity) or _may(residual(step.when, facts, never))
    )
    edges = {each.key: each.needs for each in definition.matters}
    possible = {key for key, each in left.items() if _may(each)}
    return matter.model_copy(
        update={
            "needs": edges_between(matter.key, edges, possible),
            "documents": tuple(documents),
            "steps": tuple(steps),
        }
    )


def _may(left: Residual) -> bool:
    return left is not False and left is not None


def _said(left: Residual, definition: ServiceDefinition) -> str:
    return "" if isinstance(left, bool) or left is None else phrase(left, definition)


# ── what a situation implies ────────────────────────────────────────


def implied(definition: ServiceDefinition, when: Condition) -> dict[str, Fact]:
    """The answers that every way into the situation has, and those before which they are asked.

    Of a question with several answers, those named are taken to be all: the situation alone.
    """
    facts: dict[str, Fact] = {}
    todo: list[Condition] = [when]
    questions = {f"answer.{question.id}": question for question in definition.questions}
    while todo:
        for name, value in _common(todo.pop()).items():
            question = questions.get(name)
            if name in facts:
                continue
            facts[name] = value
            if question is not None and question.when is not None:
                todo.append(question.when)
            if question is not None and question.answered_by is not None:
                facts |= _registered(question.answered_by, value)
    return facts


def _registered(fact: str, value: Fact) -> dict[str, Fact]:
    """What the register would say, where it knows that word."""
    known = {option.value for option in FACTS_BY_NAME[fact.removeprefix("firm.")].values}
    values = value if isinstance(value, tuple) else (value,)
    return {fact: value} if all(each in known for each in values) else {}


def _common(condition: Condition) -> dict[str, Fact]:
    ways = _ways(condition)
    first, *others = ways or [{}]
    return {name: v for name, v in first.items() if all(w.get(name) == v for w in others)}


def _ways(condition: Condition) -> list[dict[str, Fact]]:
    """The combinations of values that make it true; what only excludes something says nothing."""
    match condition:
        case All(all=parts):
            chosen = islice(product(*(_ways(part) for part in parts)), _MOST_WAYS)
            return [reduce(_both, each, {}) for each in chosen]
        case AnyOf(any=parts):
            return [way for part in parts for way in _ways(part)][:_MOST_WAYS]
        case Compare(fact=fact, is_=value) if value is not None:
            return [{fact: value}]
        case Compare(fact=fact, has=value) if value is not None:
            return [{fact: (str(value),)}]
        case Compare(fact=fact, one_of=values) if values is not None:
            return [{fact: value} for value in values]
        case _:
            return [{}]


def _both(one: dict[str, Fact], other: dict[str, Fact]) -> dict[str, Fact]:
    both = {**one, **other}
    for name in one.keys() & other.keys():
        mine, theirs = one[name], other[name]
        if isinstance(mine, tuple) and isinstance(theirs, tuple):
            both[name] = tuple(dict.fromkeys((*mine, *theirs)))
    return both


def _never(definition: ServiceDefinition, facts: Facts) -> Iterator[str]:
    """Questions that are not asked here, fields that are not shown, and the days since them."""
    never: set[str] = set()
    for question in definition.questions:
        asked = residual(question.when, facts, never)
        if not _may(asked) and question.answered_by is None:
            never |= {f"answer.{question.id}", f"since.{question.id}"}
    for field in definition.form:
        if not _may(residual(field.when, facts, never)):
            never |= {f"form.{field.id}", f"since.{field.id}", f"person.{field.id}"}
    yield from sorted(never - facts.keys())
