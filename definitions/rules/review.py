"""What is wrong with a definition that its shape alone does not show.

Names that lead nowhere, orders that cannot be kept, limits that leave no room. Pure; the loader
gives each problem its line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import combinations

from pydantic import BaseModel

from definitions.language.base import Basis
from definitions.language.limits import Unit
from definitions.language.materials import Source
from definitions.language.matters import GatingMaterial, MatterDefinition
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.rules.codes import uscc_fault
from definitions.rules.review_conditions import condition_problems
from definitions.rules.review_problem import Path, Problem
from definitions.rules.satisfiable import can_hold

__all__ = ["Problem", "review", "review_catalogue"]


@dataclass(frozen=True)
class _Names:
    """What may be referred to."""

    departments: frozenset[str]
    laws: frozenset[str]
    main: dict[str, bool]
    sources: dict[str, Source]
    used: frozenset[str]
    produced: frozenset[str]
    matters: frozenset[str]


def review(definition: ServiceDefinition, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Every problem of the definition at once; empty where it may be published."""
    names = _Names(
        departments=frozenset(department.code for department in catalogue.departments),
        laws=frozenset(law.key for law in catalogue.laws),
        main={material.code: material.main for material in catalogue.materials},
        sources={material.code: material.source for material in catalogue.materials},
        used=frozenset(material.code for material in definition.materials),
        produced=frozenset(m.code for m in definition.materials if m.produced_by is not None),
        matters=frozenset(matter.key for matter in definition.matters),
    )
    return (
        *_service(definition, names),
        *_citations(definition, (), names),
        *condition_problems(definition),
        *_situations(definition),
        *_materials(definition, names),
        *_matters(definition, names),
        *_order(definition),
    )


def review_catalogue(catalogue: Catalogue) -> tuple[Problem, ...]:
    """Every problem of the shared lists; the first part of each path is the list's name."""
    return (
        *_twice("departments", [department.code for department in catalogue.departments]),
        *_twice("laws", [law.key for law in catalogue.laws]),
        *_twice("materials", [material.code for material in catalogue.materials]),
        *(
            Problem(("departments", n, "uscc"), "uscc", fault)
            for n, department in enumerate(catalogue.departments)
            if (fault := uscc_fault(department.uscc))
        ),
    )


def _twice(name: str, keys: list[str]) -> Iterator[Problem]:
    for n, key in enumerate(keys):
        if key in keys[:n]:
            yield Problem((name, n), "twice", f"“{key}”重复")


def _service(definition: ServiceDefinition, names: _Names) -> Iterator[Problem]:
    if definition.lead not in names.departments:
        yield Problem(("lead",), "unknown_department", f"没有这个部门：{definition.lead}")
    elif all(matter.department != definition.lead for matter in definition.matters):
        yield Problem(("lead",), "lead_without_matter", "牵头部门没有联办事项")
    validity = definition.validity
    if validity.until is not None and validity.until < validity.since:
        yield Problem(("validity", "until"), "validity", "失效日期早于生效日期")


def _citations(model: BaseModel, path: Path, names: _Names) -> Iterator[Problem]:
    """Every basis anywhere in the definition must cite a law of the catalogue."""
    if isinstance(model, Basis):
        if model.law not in names.laws:
            yield Problem((*path, "law"), "unknown_law", f"依据目录里没有“{model.law}”")
        return
    for name in type(model).model_fields:
        value: object = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _citations(value, (*path, name), names)
        elif isinstance(value, tuple):
            for n, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _citations(item, (*path, name, n), names)


def _situations(definition: ServiceDefinition) -> Iterator[Problem]:
    if definition.combined is not None:
        return
    for (_, one), (n, other) in combinations(enumerate(definition.situations), 2):
        if can_hold(one.when, other.when):
            message = f"与情形 {one.code} 可能同时成立，须写 combined（合并情形）"
            yield Problem(("situations", n, "when"), "combined_missing", message)


def _materials(definition: ServiceDefinition, names: _Names) -> Iterator[Problem]:
    needed = {gate.code for matter in definition.matters for gate in matter.materials}
    for n, use in enumerate(definition.materials):
        path = ("materials", n)
        if use.code not in names.main:
            yield Problem((*path, "code"), "unknown_material", f"材料目录里没有 {use.code}")
        if use.code not in needed:
            yield Problem((*path, "code"), "unused_material", f"没有事项需要 {use.code}")
        if use.produced_by is None:
            continue
        if use.produced_by not in names.matters:
            message = f"没有这个事项：{use.produced_by}"
            yield Problem((*path, "produced_by"), "unknown_matter", message)
        if names.sources.get(use.code) is Source.APPLICANT:
            message = f"{use.code} 在材料目录里由申请人自备，不能又由事项产生"
            yield Problem((*path, "produced_by"), "produced_and_asked", message)
        if use.waived is not None:
            message = "由事项产生的材料本来就不向申请人要，不必再写免交"
            yield Problem((*path, "waived"), "produced_and_waived", message)


def _matters(definition: ServiceDefinition, names: _Names) -> Iterator[Problem]:
    situations = [situation.when for situation in definition.situations]
    for n, matter in enumerate(definition.matters):
        path = ("matters", n)
        yield from _matter(matter, path, names)
        for g, gate in enumerate(matter.materials):
            yield from _gate(matter, gate, (*path, "materials", g), names)
        same = [m.key for m in definition.matters[:n] if _item(m) == _item(matter)]
        if same:
            # The matter's number is made of them (rules.numbers).
            message = f"与 {same[0]} 的部门、事项编码相同，办件编号会重复"
            yield Problem((*path, "item"), "twice", message)
        needed = [requirement.when for requirement in matter.needed]
        if needed and not any(can_hold(*needed, situation) for situation in situations):
            message = "在任何情形下都不会需要这个事项"
            yield Problem((*path, "needed"), "unreachable_matter", message)


def _item(matter: MatterDefinition) -> tuple[str, str]:
    return matter.department, matter.item


def _matter(matter: MatterDefinition, path: Path, names: _Names) -> Iterator[Problem]:
    if matter.department not in names.departments:
        message = f"没有这个部门：{matter.department}"
        yield Problem((*path, "department"), "unknown_department", message)
    for n, edge in enumerate(matter.needs):
        if edge.matter not in names.matters:
            message = f"没有这个事项：{edge.matter}"
            yield Problem((*path, "needs", n, "matter"), "unknown_matter", message)
        if edge.matter in [earlier.matter for earlier in matter.needs[:n]]:
            message = f"对 {edge.matter} 的前置关系重复"
            yield Problem((*path, "needs", n, "matter"), "twice", message)
    yield from _limits(matter, path)
    keys = [step.key for step in matter.steps]
    for n, key in enumerate(keys):
        if key in keys[:n]:
            yield Problem((*path, "steps", n, "key"), "twice", f"步骤“{key}”重复")
    yield from _documents(matter, path)


def _limits(matter: MatterDefinition, path: Path) -> Iterator[Problem]:
    legal = matter.statutory
    if legal is None:
        if matter.promised.basis is None:
            message = "没有法定时限的，承诺时限须写依据"
            yield Problem((*path, "promised"), "limit_without_basis", message)
        return
    if matter.promised.unit is not legal.unit:
        message = "承诺时限与法定时限的单位须一致，否则无法比较"
        yield Problem((*path, "promised"), "limit_units", message)
    if legal.basis is None:
        yield Problem((*path, "statutory"), "limit_without_basis", "法定时限须写依据")


def _documents(matter: MatterDefinition, path: Path) -> Iterator[Problem]:
    kinds = [document.kind for document in matter.documents]
    for n, document in enumerate(matter.documents):
        place = (*path, "documents", n)
        if document.kind in kinds[:n]:
            yield Problem((*place, "kind"), "twice", f"文书“{document.kind}”重复")
        if document.template == "refusal":
            yield Problem(
                (*place, "template"), "template", "不予文书写在 refusal，不写在 documents"
            )
    if matter.refusal is not None and matter.refusal.template != "refusal":
        place = (*path, "refusal", "template")
        yield Problem(place, "template", "不予文书须用 refusal 模板：要有理由、依据和救济途径")


def _gate(
    matter: MatterDefinition, gate: GatingMaterial, path: Path, names: _Names
) -> Iterator[Problem]:
    if gate.code not in names.used:
        message = f"{gate.code} 没有列入本服务的 materials"
        yield Problem((*path, "code"), "gate_not_listed", message)
    rule = matter.accept_pending
    if gate.tolerable is None or rule is None:
        return
    place = (*path, "tolerable")
    if gate.code in names.produced:
        message = f"{gate.code} 由其他事项产生，不能要申请人限期补正"
        yield Problem(place, "produced_tolerable", message)
    if names.main.get(gate.code):
        yield Problem(place, "main_tolerable", f"{gate.code} 是主审要件，不得容缺")
    if gate.tolerable.unit is not Unit.WORKING_DAY:
        yield Problem((*place, "unit"), "tolerable_unit", "补正期限须为工作日")
    elif gate.tolerable.days > rule.cap:
        message = f"补正期限 {gate.tolerable.days} 日超过上限 {rule.cap} 日"
        yield Problem((*place, "days"), "tolerable_cap", message)
    elif gate.tolerable.days + rule.margin > matter.promised.days:
        room = f"补正 {gate.tolerable.days} 日加余量 {rule.margin} 日"
        message = f"{room}，超过承诺时限 {matter.promised.days} 日"
        yield Problem((*place, "days"), "tolerable_room", message)


def _order(definition: ServiceDefinition) -> Iterator[Problem]:
    """No matter may wait for itself, neither by its edges nor by a material another produces."""
    makers = {use.code: use.produced_by for use in definition.materials if use.produced_by}
    places = {matter.key: n for n, matter in enumerate(definition.matters)}
    graph = {
        matter.key: [
            *(edge.matter for edge in matter.needs if edge.matter in places),
            *(makers[gate.code] for gate in matter.materials if gate.code in makers),
        ]
        for matter in definition.matters
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        message = f"前置关系成环：{' → '.join(reversed(cycle))}"
        yield Problem(("matters", places[cycle[0]], "needs"), "cycle", message)
