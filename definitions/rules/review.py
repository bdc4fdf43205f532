"""What is wrong with a definition that its shape alone does not show.

Names that lead nowhere, orders that cannot be kept; the other themes have modules of their own.
Pure; the loader gives each problem its line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from definitions.language.materials import Source
from definitions.language.matters import MatterDefinition, Review
from definitions.language.receipt import NotAccepted
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.rules.planning import with_own
from definitions.rules.review_catalogue import own_problems, review_catalogue
from definitions.rules.review_checks import check_problems
from definitions.rules.review_citations import citation_problems
from definitions.rules.review_clocks import clock_problems
from definitions.rules.review_conditions import condition_problems, facts_known
from definitions.rules.review_form import form_problems
from definitions.rules.review_gaps import gap_problems
from definitions.rules.review_prepared import prepared_problems
from definitions.rules.review_problem import Path, Problem
from definitions.rules.review_reach import reach_problems

__all__ = ["Problem", "review", "review_catalogue"]


@dataclass(frozen=True)
class _Names:
    """What may be referred to."""

    departments: frozenset[str]
    sources: dict[str, Source]
    matters: frozenset[str]


def review(definition: ServiceDefinition, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Every problem of the definition at once; empty where it may be published."""
    house, catalogue = catalogue, with_own(catalogue, definition)
    conditions = tuple(condition_problems(definition))
    names = _Names(
        departments=frozenset(department.code for department in catalogue.departments),
        sources={material.code: material.source for material in catalogue.materials},
        matters=frozenset(matter.key for matter in definition.matters),
    )
    laws = frozenset(law.key for law in catalogue.laws)
    return (
        *_service(definition, names),
        *own_problems(definition, house),
        *citation_problems(definition, (), laws),
        *conditions,
        *form_problems(definition),
        *check_problems(definition),
        *prepared_problems(definition, facts_known(definition)),
        *_materials(definition, names),
        *_matters(definition, names),
        *clock_problems(definition, catalogue),
        *gap_problems(definition, catalogue),
        *_order(definition),
        # What is said of facts that are not there leads nowhere; that has been told already.
        *(() if conditions else reach_problems(definition)),
    )


def _service(definition: ServiceDefinition, names: _Names) -> Iterator[Problem]:
    if definition.lead not in names.departments:
        yield Problem(("lead",), "unknown_department", f"没有这个部门：{definition.lead}")
    elif all(matter.department != definition.lead for matter in definition.matters):
        yield Problem(("lead",), "lead_without_matter", "牵头部门没有联办事项")
    validity = definition.validity
    if validity.ends is not None and validity.ends <= validity.begins:
        yield Problem(("validity", "until"), "validity", "失效日期早于生效日期")


def _materials(definition: ServiceDefinition, names: _Names) -> Iterator[Problem]:
    needed = {gate.code for matter in definition.matters for gate in matter.materials}
    for n, use in enumerate(definition.materials):
        path = ("materials", n)
        if use.code not in names.sources:
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
    for n, matter in enumerate(definition.matters):
        path = ("matters", n)
        yield from _matter(matter, path, names)
        same = [m.key for m in definition.matters[:n] if _item(m) == _item(matter)]
        if same:
            # The matter's number is made of them (rules.numbers).
            message = f"与 {same[0]} 的部门、事项编码相同，办件编号会重复"
            yield Problem((*path, "item"), "twice", message)


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
    for n, refusal in enumerate(matter.unacceptable):
        if refusal.kind is NotAccepted.NOT_COMPETENT and refusal.organ is None:
            message = "不属于本机关职权的，须写 organ：告知申请人向哪个机关申请"
            yield Problem((*path, "unacceptable", n), "organ_missing", message)
    yield from _steps(matter, path, names)
    yield from _documents(matter, path)


def _steps(matter: MatterDefinition, path: Path, names: _Names) -> Iterator[Problem]:
    keys = [step.key for step in matter.steps]
    for n, step in enumerate(matter.steps):
        place = (*path, "steps", n)
        if step.key in keys[:n]:
            yield Problem((*place, "key"), "twice", f"步骤“{step.key}”重复")
        if isinstance(step, Review):
            yield from _lower_organ(step, matter, place, names)


def _lower_organ(
    step: Review, matter: MatterDefinition, place: Path, names: _Names
) -> Iterator[Problem]:
    """A lower organ that examines first is another one, and has a limit (行政许可法 35, 43)."""
    if step.department is None:
        return
    if step.department not in names.departments:
        message = f"没有这个部门：{step.department}"
        yield Problem((*place, "department"), "unknown_department", message)
    if step.department == matter.department:
        message = "下级机关不能就是决定机关；由本机关审查的不写 department"
        yield Problem((*place, "department"), "lower_organ", message)
    if step.limit is None:
        message = "由下级机关先行审查的，须写审查期限 limit"
        yield Problem(place, "lower_organ", message)


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
