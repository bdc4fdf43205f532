"""Whether the gaps a matter bears are open to it: listed, secondary, in one mode, with room.

HOLD, ACCEPT_PENDING, ISSUE_THEN_SUPPLY and INFORM_COMMIT are never mixed (domain.md §2.1).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from definitions.language.limits import Limit, Unit
from definitions.language.matters import GatingMaterial, MatterDefinition
from definitions.language.pending import AcceptPending, IssueThenSupply, Jurisdiction
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.rules.pending import terms
from definitions.rules.review_problem import Path, Problem


@dataclass(frozen=True)
class _Materials:
    used: frozenset[str]
    produced: frozenset[str]
    main: frozenset[str]


def gap_problems(definition: ServiceDefinition, catalogue: Catalogue) -> Iterator[Problem]:
    """Every problem of the materials that gate a matter, and of the modes they may lack in."""
    materials = _Materials(
        used=frozenset(use.code for use in definition.materials),
        produced=frozenset(use.code for use in definition.materials if use.produced_by),
        main=frozenset(material.code for material in catalogue.materials if material.main),
    )
    known = {terms.id: terms for terms in catalogue.jurisdictions}
    for n, matter in enumerate(definition.matters):
        path = ("matters", n)
        pending, found = _pending(matter, path, known)
        yield from found
        for g, gate in enumerate(matter.materials):
            place = (*path, "materials", g)
            if gate.code not in materials.used:
                message = f"{gate.code} 没有列入本服务的 materials"
                yield Problem((*place, "code"), "gate_not_listed", message)
            yield from _gate(gate, place, materials)
            if gate.tolerable is not None and pending is not None:
                yield from _room(matter, gate.tolerable, (*place, "tolerable"), pending)
            if gate.tolerable is not None and matter.issue_then_supply is not None:
                rule = matter.issue_then_supply
                yield from _supply(gate.tolerable, (*place, "tolerable"), rule)
        yield from _unused(matter, path)


def _pending(
    matter: MatterDefinition, path: Path, known: dict[str, Jurisdiction]
) -> tuple[AcceptPending | None, list[Problem]]:
    """The terms that hold in full, and what is wrong with them; None where they are unknown."""
    written = matter.accept_pending
    if written is None or written.rule is None:
        return written, []
    place = (*path, "accept_pending")
    rule = known.get(written.rule)
    if rule is None:
        message = f"没有这套容缺受理规则：{written.rule}"
        return None, [Problem((*place, "rule"), "unknown_jurisdiction", message)]
    found: list[Problem] = []
    if written.cap > rule.cap and "cap" in written.model_fields_set:
        message = f"上限 {written.cap} 日宽于{rule.name}的 {rule.cap} 日"
        found.append(Problem((*place, "cap"), "pending_laxer", message))
    if written.margin < rule.margin and "margin" in written.model_fields_set:
        message = f"余量 {written.margin} 日少于{rule.name}的 {rule.margin} 日"
        found.append(Problem((*place, "margin"), "pending_laxer", message))
    full = terms(written, tuple(known.values()))
    if full is not None and (barred := [d for d in matter.domains if d in full.excluded]):
        message = f"{rule.name}在这些领域不容缺：{'、'.join(barred)}"
        found.append(Problem(place, "pending_excluded", message))
    return full, found


def _gate(gate: GatingMaterial, path: Path, materials: _Materials) -> Iterator[Problem]:
    if gate.tolerable is not None:
        place = (*path, "tolerable")
        if gate.code in materials.produced:
            message = f"{gate.code} 由其他事项产生，不能要申请人限期补正"
            yield Problem(place, "produced_tolerable", message)
        if gate.code in materials.main:
            yield Problem(place, "main_tolerable", f"{gate.code} 是主审要件，不得容缺")
    if gate.promised:
        place = (*path, "promised")
        if gate.code in materials.produced:
            message = f"{gate.code} 由其他事项产生，不用申请人承诺"
            yield Problem(place, "produced_promised", message)
        if gate.code in materials.main:
            yield Problem(place, "main_promised", f"{gate.code} 是主审要件，不能以承诺代替")
        if gate.tolerable is not None:
            message = f"{gate.code} 既可后补又可承诺代替：一份材料只用一种方式"
            yield Problem(place, "two_modes", message)


def _room(
    matter: MatterDefinition, limit: Limit, place: Path, rule: AcceptPending
) -> Iterator[Problem]:
    """The supplement is due before the decision, by the margin (§2.4)."""
    if limit.unit is not Unit.WORKING_DAY:
        yield Problem((*place, "unit"), "tolerable_unit", "补正期限须为工作日")
    elif limit.days > rule.cap:
        message = f"补正期限 {limit.days} 日超过上限 {rule.cap} 日"
        yield Problem((*place, "days"), "tolerable_cap", message)
    elif limit.days + rule.margin > matter.promised.days:
        room = f"补正 {limit.days} 日加余量 {rule.margin} 日"
        message = f"{room}，超过承诺时限 {matter.promised.days} 日"
        yield Problem((*place, "days"), "tolerable_room", message)


def _supply(limit: Limit, place: Path, rule: IssueThenSupply) -> Iterator[Problem]:
    """What is supplied after the result is due within the mode's own limit."""
    if limit.unit is not rule.limit.unit:
        message = "补交期限与 issue_then_supply 的单位须一致"
        yield Problem((*place, "unit"), "tolerable_unit", message)
    elif limit.days > rule.limit.days:
        message = f"补交期限 {limit.days} 日超过上限 {rule.limit.days} 日"
        yield Problem((*place, "days"), "tolerable_cap", message)


def _unused(matter: MatterDefinition, path: Path) -> Iterator[Problem]:
    """A mode without a listed gap would promise what nobody can use."""
    listed = any(gate.tolerable is not None for gate in matter.materials)
    for name in ("accept_pending", "issue_then_supply"):
        if getattr(matter, name) is not None and not listed:
            yield Problem((*path, name), "mode_unused", "没有一份材料列为可容缺（tolerable）")
