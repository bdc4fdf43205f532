"""What the answers so far lead to: what is certain already, what depends on which open question.

The same rules as `planning.plan`, which speaks only once everything is answered; from then on both
say the same.
"""

from collections.abc import Collection, Iterator
from datetime import date

from definitions.language.base import Basis, Value
from definitions.language.conditions import All, Condition
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.materials import MaterialUse, Source, Waiver
from definitions.language.matters import MatterDefinition
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.rules.calendar import Calendar
from definitions.rules.conditions import Facts, facts_in, holds
from definitions.rules.guidance import Guidance
from definitions.rules.phrases import residual
from definitions.rules.planning import edges_between, with_own
from definitions.rules.schedule import Schedule, schedule

_FIRM = frozenset(f"firm.{name}" for name in FACTS_BY_NAME)


class OutlookMatter(Value):
    """A matter that is needed, or may be: `depends` are the open questions that decide it."""

    key: str
    name: str
    department: str
    depends: tuple[str, ...] = ()


class Spared(Value):
    """A matter that is not needed, and why."""

    key: str
    name: str
    why: str


class OutlookMaterial(Value):
    """A material to bring, or one that need not be brought: then `by` says who verifies instead.

    `made` out of what is filled in, only to be signed. `produced_by` is the matter it comes from.
    """

    code: str
    name: str
    standard: str
    depends: tuple[str, ...] = ()
    by: str | None = None
    basis: Basis | None = None
    made: bool = False
    produced_by: str | None = None


class Outlook(Value):
    """Matters, papers, time, cost, visits. `settled` once nothing is open.

    Before that the schedule is what the certain matters take at least.
    """

    settled: bool
    asked: int
    left: int
    matters: tuple[OutlookMatter, ...]
    spared: tuple[Spared, ...]
    materials: tuple[OutlookMaterial, ...]
    schedule: Schedule


def outlook(
    definition: ServiceDefinition,
    catalogue: Catalogue,
    facts: Facts,
    guidance: Guidance,
    *,
    on: date,
    calendar: Calendar,
) -> Outlook:
    """The outlook for these facts. `guidance` is where the questions stand for the same facts."""
    settled = not guidance.asked
    never = _never(definition, facts, settled=settled)
    reasons = {m.key: _otherwise(m, facts, never, settled=settled) for m in definition.matters}
    maybe = [matter for matter in definition.matters if reasons[matter.key] is None]
    certain = [m for m in maybe if settled or _truth(_need(m), facts, never) is True]
    edges = {matter.key: matter.needs for matter in definition.matters}
    sure = {matter.key for matter in certain}
    timed = [
        matter.model_copy(update={"needs": edges_between(matter.key, edges, sure)})
        for matter in certain
    ]
    answered = [q for q in definition.questions if f"answer.{q.id}" in facts]
    return Outlook(
        settled=settled,
        asked=len(answered),
        left=len(guidance.asked),
        matters=tuple(
            OutlookMatter(
                key=matter.key,
                name=matter.name,
                department=matter.department,
                depends=() if settled else _open(_need(matter), definition, facts, never),
            )
            for matter in maybe
        ),
        spared=tuple(
            Spared(key=matter.key, name=matter.name, why=why)
            for matter in definition.matters
            if (why := reasons[matter.key]) is not None
        ),
        materials=tuple(
            _materials(
                definition, with_own(catalogue, definition), facts, maybe, never, settled=settled
            )
        ),
        schedule=schedule(timed, facts, on, calendar),
    )


def _need(matter: MatterDefinition) -> Condition | None:
    conditions = tuple(requirement.when for requirement in matter.needed)
    return All(all=conditions) if conditions else None


def _never(definition: ServiceDefinition, facts: Facts, *, settled: bool) -> frozenset[str]:
    """What will not be known any more: answers to questions that have ceased to matter.

    Nor what registers did not say, once they have said anything of the firm.
    """
    asked = any(name.startswith("firm.") for name in facts)
    never = {name for name in _FIRM if name not in facts} if asked or settled else set[str]()
    if settled:
        never |= {f"{kind}.{q.id}" for q in definition.questions for kind in ("answer", "since")}
        return frozenset(never - set(facts))
    for question in definition.questions:
        name = f"answer.{question.id}"
        if name not in facts and _truth(question.when, facts, never) is False:
            never |= {name, f"since.{question.id}"}
    return frozenset(never)


def _truth(condition: Condition | None, facts: Facts, never: Collection[str]) -> bool | None:
    """Whether it holds; None while an answer still to come may settle it."""
    left = residual(condition, facts, never)
    if isinstance(left, bool) or left is None:
        return left is True
    return None


def _otherwise(
    matter: MatterDefinition, facts: Facts, never: Collection[str], *, settled: bool
) -> str | None:
    """Why it is not needed; before everything is answered only what is certain counts."""
    truths = ((r, _truth(r.when, facts, never)) for r in matter.needed)
    failed = (r for r, true in truths if true is False or (settled and true is None))
    return next((requirement.otherwise for requirement in failed), None)


def _open(
    condition: Condition | None,
    definition: ServiceDefinition,
    facts: Facts,
    never: Collection[str],
) -> tuple[str, ...]:
    """The unanswered questions among what it still looks at, by their text."""
    left = residual(condition, facts, never)
    looked_at = set() if isinstance(left, bool) else set(facts_in(left))
    return tuple(
        question.text
        for question in definition.questions
        if f"answer.{question.id}" in looked_at and f"answer.{question.id}" not in facts
    )


def _materials(
    definition: ServiceDefinition,
    catalogue: Catalogue,
    facts: Facts,
    maybe: list[MatterDefinition],
    never: Collection[str],
    *,
    settled: bool,
) -> Iterator[OutlookMaterial]:
    known = {material.code: material for material in catalogue.materials}
    needed = {matter.key for matter in maybe}
    # Whoever certainly needs it decides; among others, the first.
    sure_first = sorted(maybe, key=lambda m: _truth(_need(m), facts, never) is not True)
    gating = {gate.code: matter for matter in reversed(sure_first) for gate in matter.materials}
    for use in definition.materials:
        asked = _truth(use.when, facts, never)
        if use.code not in gating or asked is False or (settled and asked is None):
            continue
        if use.produced_by is not None and use.produced_by not in needed:
            continue
        material, waiver = known[use.code], _waiver(use, facts)
        yield OutlookMaterial(
            code=use.code,
            name=material.name,
            standard=material.standard,
            depends=() if settled else _open_for(use, gating[use.code], definition, facts, never),
            by=waiver.by if waiver else None,
            basis=waiver.basis if waiver else None,
            made=material.source is Source.SYSTEM,
            produced_by=use.produced_by,
        )


def _waiver(use: MaterialUse, facts: Facts) -> Waiver | None:
    return use.waived if use.waived and holds(use.waived.when, facts) is True else None


def _open_for(
    use: MaterialUse,
    matter: MatterDefinition,
    definition: ServiceDefinition,
    facts: Facts,
    never: Collection[str],
) -> tuple[str, ...]:
    own = _open(use.when, definition, facts, never)
    return tuple(dict.fromkeys((*own, *_open(_need(matter), definition, facts, never))))
