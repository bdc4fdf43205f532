"""From a definition, the answers and the firm's facts to the frozen plan of one application."""

from collections.abc import Mapping
from datetime import date

from definitions.errors import Code, Refused
from definitions.language.materials import MaterialDefinition, MaterialUse
from definitions.language.matters import Edge, EdgeKind, GatingMaterial, MatterDefinition
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.rules.conditions import Facts, holds
from definitions.rules.guidance import guide
from definitions.rules.plan import (
    DefinitionRef,
    Plan,
    PlannedGate,
    PlannedMaterial,
    PlannedMatter,
    PlannedSituation,
)


def plan(
    definition: ServiceDefinition, catalogue: Catalogue, facts: Facts, *, sha256: str, on: date
) -> Plan:
    """The plan for these facts.

    Raises `Refused`: INVALID while a question is open, BLOCKED naming every blocker at once,
    NO_SITUATION where no leaf fits.
    """
    situation = _settled_situation(definition, facts)
    reasons = {matter.key: _not_needed(matter, facts) for matter in definition.matters}
    needed = {key for key, reason in reasons.items() if reason is None}
    materials = _materials(definition, catalogue, facts, needed)
    there = {material.code for material in materials}
    edges = {matter.key: matter.needs for matter in definition.matters}
    return Plan(
        definition=DefinitionRef(
            service=definition.service, version=definition.version, sha256=sha256
        ),
        name=definition.name,
        lead=definition.lead,
        situation=situation,
        materials=materials,
        matters=tuple(
            _matter(matter, definition, catalogue, facts).model_copy(
                update={
                    "not_needed": reasons[matter.key],
                    "needs": _edges(matter.key, edges, needed),
                    "gates": _gates(matter, there),
                }
            )
            for matter in definition.matters
        ),
        planned_on=on,
    )


def _settled_situation(definition: ServiceDefinition, facts: Facts) -> PlannedSituation:
    guidance = guide(definition, facts)
    if guidance.blockers:
        told = "；".join(f"{b.reason}（{b.owner}：{b.remedy}）" for b in guidance.blockers)
        raise Refused(Code.BLOCKED, f"现在不能办理本项：{told}", blockers=len(guidance.blockers))
    if guidance.asked:
        question = guidance.asked[0]
        raise Refused(Code.INVALID, f"请先回答：{question.text}", field=f"/answers/{question.id}")
    if guidance.situation is None:
        raise Refused(Code.NO_SITUATION, "按所答情况，没有对应的办理情形", field="/answers")
    return guidance.situation


def _not_needed(matter: MatterDefinition, facts: Facts) -> str | None:
    """Why the matter is not needed.

    What is not known counts as not there: the form asked for it.
    """
    failed = (req for req in matter.needed if holds(req.when, facts) is not True)
    return next((requirement.otherwise for requirement in failed), None)


def _edges(key: str, edges: Mapping[str, tuple[Edge, ...]], needed: set[str]) -> tuple[Edge, ...]:
    """Edges to needed matters only; one that is not needed hands its own edges on."""
    found: dict[str, Edge] = {}
    for edge in edges[key]:
        reached = (edge,) if edge.matter in needed else _edges(edge.matter, edges, needed)
        for each in reached:
            known = found.get(each.matter)
            if known is None or known.kind is EdgeKind.ACCEPTED:
                found[each.matter] = each
    return tuple(found.values())


def _gates(matter: MatterDefinition, there: set[str]) -> tuple[PlannedGate, ...]:
    return tuple(
        PlannedGate(code=gate.code, tolerable=_tolerable_days(matter, gate))
        for gate in matter.materials
        if gate.code in there
    )


def _tolerable_days(matter: MatterDefinition, gate: GatingMaterial) -> int | None:
    """Working days in which the gap must be closed: listed, capped, and ahead of the decision."""
    rule = matter.accept_pending
    if rule is None or gate.tolerable is None:
        return None
    return min(gate.tolerable.days, rule.cap, matter.promised.days - rule.margin)


def _materials(
    definition: ServiceDefinition, catalogue: Catalogue, facts: Facts, needed: set[str]
) -> tuple[PlannedMaterial, ...]:
    known = {material.code: material for material in catalogue.materials}
    gating = {
        gate.code
        for matter in definition.matters
        if matter.key in needed
        for gate in matter.materials
    }
    return tuple(
        _material(use, known[use.code], facts)
        for use in definition.materials
        if use.code in gating
        and holds(use.when, facts) is True
        # What another matter produces is never asked of the applicant, needed or not.
        and use.produced_by in needed | {None}
    )


def _material(use: MaterialUse, known: MaterialDefinition, facts: Facts) -> PlannedMaterial:
    waived = use.waived if use.waived and holds(use.waived.when, facts) is True else None
    return PlannedMaterial(
        code=use.code,
        name=known.name,
        source=known.source,
        main=known.main,
        standard=known.standard,
        waived_by=waived.by if waived else None,
        waived_basis=waived.basis if waived else None,
        produced_by=use.produced_by,
    )


def _matter(
    matter: MatterDefinition, definition: ServiceDefinition, catalogue: Catalogue, facts: Facts
) -> PlannedMatter:
    organ = next(d for d in catalogue.departments if d.code == matter.department)
    return PlannedMatter(
        key=matter.key,
        name=matter.name,
        department=organ.code,
        department_name=organ.name,
        item=f"{organ.uscc}{organ.level}{matter.item}",
        lead=matter.department == definition.lead,
        not_needed=None,
        needs=(),
        instant=matter.instant,
        promised=matter.promised,
        statutory=matter.statutory,
        filing=matter.filing,
        gates=(),
        hold=matter.hold,
        accept_pending=matter.accept_pending,
        steps=matter.steps,
        documents=tuple(d for d in matter.documents if holds(d.when, facts) is True),
        refusal=matter.refusal,
        bases=matter.bases,
        remedies=organ.remedies,
    )
