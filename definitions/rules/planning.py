"""From a definition, the answers and the firm's facts to the frozen plan of one application."""

from collections.abc import Container, Iterator, Mapping
from datetime import date

from definitions.errors import Code, Refused
from definitions.language.clocks import ClockKind, ClockRule, Starts
from definitions.language.limits import Limit, Unit
from definitions.language.materials import MaterialDefinition, MaterialUse
from definitions.language.matters import Edge, EdgeKind, MatterDefinition, Publicity, Step
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.rules.conditions import Facts, holds
from definitions.rules.guidance import Guidance, guide
from definitions.rules.pending import gate, terms
from definitions.rules.plan import (
    DefinitionRef,
    Plan,
    PlannedBlocker,
    PlannedGate,
    PlannedMaterial,
    PlannedMatter,
    PlannedRefusal,
    PlannedSituation,
)

_PROMISE = "PROMISE"


def plan(
    definition: ServiceDefinition,
    catalogue: Catalogue,
    facts: Facts,
    *,
    sha256: str,
    on: date,
    insisted: bool = False,
) -> Plan:
    """The plan for these facts.

    Raises `Refused`: INVALID while a question is open, BLOCKED naming every blocker at once,
    NO_SITUATION where no leaf fits, ITEM_NOT_IN_FORCE where a needed item is not in force that day.

    A window may not refuse to take in (上海优化营商环境条例 25): where the applicant `insisted`,
    blockers are written into the plan for the organ that decides, and hinder nothing here.
    """
    catalogue = with_own(catalogue, definition)
    guidance = guide(definition, facts, insisted=insisted)
    situation = _settled_situation(guidance, insisted=insisted)
    reasons = {matter.key: _not_needed(matter, facts) for matter in definition.matters}
    needed = {key for key, reason in reasons.items() if reason is None}
    definition = definition.model_copy(update={"lead": _lead(definition, needed)})
    _check_in_force(definition, needed, on)
    materials = _materials(definition, catalogue, facts, needed)
    return Plan(
        definition=DefinitionRef(
            service=definition.service, version=definition.version, sha256=sha256
        ),
        name=definition.name,
        lead=definition.lead,
        situation=situation,
        materials=materials,
        matters=tuple(_matters(definition, catalogue, facts, reasons, materials)),
        planned_on=on,
        procedures=catalogue.procedures,
        terminations=catalogue.terminations,
        papers=catalogue.papers,
        supervision=catalogue.supervision,
        collaboration=catalogue.collaboration,
        laws=definition.own_laws,
        despite=tuple(
            PlannedBlocker(reason=blocker.reason, basis=blocker.basis)
            for blocker in guidance.blockers
        ),
    )


def with_own(catalogue: Catalogue, definition: ServiceDefinition) -> Catalogue:
    """The house's catalogue, and beside it what this service brings along."""
    if not (definition.own_laws or definition.own_materials):
        return catalogue
    return catalogue.model_copy(
        update={
            "laws": (*catalogue.laws, *definition.own_laws),
            "materials": (*catalogue.materials, *definition.own_materials),
        }
    )


def _matters(
    definition: ServiceDefinition,
    catalogue: Catalogue,
    facts: Facts,
    reasons: Mapping[str, str | None],
    materials: tuple[PlannedMaterial, ...],
) -> Iterator[PlannedMatter]:
    there = {material.code for material in materials}
    needed = {key for key, reason in reasons.items() if reason is None}
    edges = {matter.key: matter.needs for matter in definition.matters}
    for matter in definition.matters:
        yield _matter(matter, definition, catalogue, facts).model_copy(
            update={
                "not_needed": reasons[matter.key],
                "needs": edges_between(matter.key, edges, needed),
                "gates": _gates(matter, catalogue, facts, there),
            }
        )


def _lead(definition: ServiceDefinition, needed: set[str]) -> str:
    """The service's lead; where it has nothing to do here, the first organ that has."""
    organs = [matter.department for matter in definition.matters if matter.key in needed]
    return organs[0] if organs and definition.lead not in organs else definition.lead


def _check_in_force(definition: ServiceDefinition, needed: set[str], on: date) -> None:
    """A case may only start for an item that is in force on that day (行政许可事项清单)."""
    for matter in definition.matters:
        if matter.key in needed and matter.valid is not None and not matter.valid.holds(on):
            raise Refused(
                Code.ITEM_NOT_IN_FORCE,
                f"“{matter.name}”在 {on} 不在有效期内，不能申请",
                field="/service",
                matter=matter.key,
            )


def _settled_situation(guidance: Guidance, *, insisted: bool) -> PlannedSituation:
    if guidance.blockers and not insisted:
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


def edges_between(
    key: str, edges: Mapping[str, tuple[Edge, ...]], needed: Container[str]
) -> tuple[Edge, ...]:
    """Edges to needed matters only; one that is not needed hands its own edges on."""
    found: dict[str, Edge] = {}
    for edge in edges[key]:
        reached = (edge,) if edge.matter in needed else edges_between(edge.matter, edges, needed)
        for each in reached:
            known = found.get(each.matter)
            if known is None or known.kind is EdgeKind.ACCEPTED:
                found[each.matter] = each
    return tuple(found.values())


def _gates(
    matter: MatterDefinition, catalogue: Catalogue, facts: Facts, there: set[str]
) -> tuple[PlannedGate, ...]:
    known = {material.code: material for material in catalogue.materials}
    pending = terms(matter.accept_pending, catalogue.jurisdictions)
    return tuple(
        gate(matter, written, known[written.code], pending, facts)
        for written in matter.materials
        if written.code in there
    )


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
    hearing = matter.hearing
    filing = matter.filing if matter.filing and holds(matter.filing.when, facts) is True else None
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
        clocks=tuple(
            rule
            for rule in _clocks(matter, catalogue)
            if (filing is not None or rule.kind is not ClockKind.FILING)
            and _date_asked(rule, definition, facts)
        ),
        filing=filing,
        fee=matter.fee,
        attend=matter.attend,
        unacceptable=_unacceptable(matter, facts),
        examine=matter.examine,
        gates=(),
        hold=matter.hold,
        accept_pending=terms(matter.accept_pending, catalogue.jurisdictions),
        issue_then_supply=matter.issue_then_supply,
        inform_commit=matter.inform_commit,
        hearing=hearing,
        hearing_due=hearing is not None
        and hearing.when is not None
        and holds(hearing.when, facts) is True,
        steps=tuple(step for step in matter.steps if _gone_through(step, facts)),
        documents=tuple(d for d in matter.documents if holds(d.when, facts) is True),
        refusal=matter.refusal,
        bases=matter.bases,
        remedies=organ.remedies,
        confidentiality=matter.confidentiality,
    )


def _gone_through(step: Step, facts: Facts) -> bool:
    return not isinstance(step, Publicity) or holds(step.when, facts) is True


def _unacceptable(matter: MatterDefinition, facts: Facts) -> PlannedRefusal | None:
    found = next((each for each in matter.unacceptable if holds(each.when, facts) is True), None)
    if found is None:
        return None
    return PlannedRefusal(kind=found.kind, says=found.says, organ=found.organ, basis=found.basis)


def _date_asked(rule: ClockRule, definition: ServiceDefinition, facts: Facts) -> bool:
    """Whether this application has the date that a clock starts with: a question, or a field."""
    if rule.starts is not Starts.DATED or f"answer.{rule.dated}" in facts:
        return True
    field = next((field for field in definition.form if field.id == rule.dated), None)
    return field is not None and holds(field.when, facts) is True


def _clocks(matter: MatterDefinition, catalogue: Catalogue) -> Iterator[ClockRule]:
    """The office's own limits first; none of them where only the law is waited for (公示)."""
    known = {rule.id: rule for rule in catalogue.clocks}
    if not all(isinstance(step, Publicity) for step in matter.steps):
        legal = matter.statutory
        statutory = known[legal] if isinstance(legal, str) else _own_limit(matter, legal)
        yield _promised(matter, statutory, known.get(_PROMISE))
        if statutory is not None:
            yield statutory
    yield from (known[name] for name in matter.clocks)
    if matter.examine is not None:
        yield known[matter.examine.clock]
        yield known[matter.examine.supplement]
    if matter.hearing is not None:
        yield from (
            known[name]
            for name in (matter.hearing.request, matter.hearing.hold, matter.hearing.notice)
        )


def _own_limit(matter: MatterDefinition, limit: Limit | None) -> ClockRule | None:
    """A limit that the definition writes itself: by its special law, not to be stretched."""
    if limit is None:
        return None
    return ClockRule(
        id="STATUTORY",
        name="法定办结时限",
        kind=ClockKind.STATUTORY,
        starts=Starts.ACCEPTED,
        limit=limit,
        basis=limit.basis or matter.bases[0],
    )


def _promised(
    matter: MatterDefinition, statutory: ClockRule | None, rule: ClockRule | None
) -> ClockRule:
    """The item's own promise stands still and is stretched together with the law's limit."""
    limit = matter.promised
    pausable = (statutory is None or statutory.pausable) and limit.unit is Unit.WORKING_DAY
    return ClockRule(
        id=_PROMISE,
        name=rule.name if rule else "承诺办结时限",
        kind=ClockKind.PROMISED,
        starts=Starts.ACCEPTED,
        limit=limit,
        pausable=pausable,
        basis=limit.basis or (rule.basis if rule else matter.bases[0]),
    )
