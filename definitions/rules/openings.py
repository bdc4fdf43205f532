"""For every paper that may be missing: the four ways to go on without it, and why not.

A way that is not open is never merely left out; the applicant is told the reason (domain.md §2.3).
"""

from collections.abc import Iterator

from definitions.language.base import Basis, Value
from definitions.language.limits import Limit, Unit
from definitions.language.pending import Mode
from definitions.rules.plan import Plan, PlannedGate, PlannedMaterial, PlannedMatter

# A supplement is due two working days before the decision at the latest (domain.md §2.4).
SHORTEST = 3


class Opening(Value):
    """One way; `limit` is how long, where it is open, `why_not` the reason where it is not."""

    mode: Mode
    open: bool
    limit: Limit | None = None
    basis: Basis | None = None
    why_not: str | None = None


class Gap(Value):
    """What may be done about one paper that one matter needs, should it be missing."""

    matter: str
    matter_name: str
    material: str
    material_name: str
    openings: tuple[Opening, ...]


def gaps(plan: Plan) -> tuple[Gap, ...]:
    """Every paper the applicant is to bring, matter by matter, in plan order."""
    return tuple(
        Gap(
            matter=planned.key,
            matter_name=planned.name,
            material=material.code,
            material_name=material.name,
            openings=tuple(_openings(plan, planned, gate, material)),
        )
        for planned in plan.matters
        if planned.not_needed is None
        for gate in planned.gates
        for material in plan.materials
        if material.code == gate.code
        and material.waived_by is None
        and material.produced_by is None
    )


def _openings(
    plan: Plan, planned: PlannedMatter, gate: PlannedGate, material: PlannedMaterial
) -> Iterator[Opening]:
    hold, pending = planned.hold, planned.accept_pending
    later, inform = planned.issue_then_supply, planned.inform_commit
    examined = (
        "本项由机关先审查再受理，缺的材料一次性告知补正" if planned.examine is not None else None
    )
    yield _way(Mode.HOLD, examined, hold.limit, hold.basis)
    tolerable = Limit(days=gate.tolerable) if gate.tolerable else None
    yield _way(
        Mode.ACCEPT_PENDING,
        _no_pending(planned, gate, material),
        tolerable,
        pending.basis if pending else None,
    )
    yield _way(
        Mode.ISSUE_THEN_SUPPLY,
        _no_later(planned, gate, material),
        later.limit if later else None,
        later.basis if later else None,
    )
    yield _way(
        Mode.INFORM_COMMIT,
        _no_promise(plan, planned, gate),
        inform.verify if inform else None,
        inform.basis if inform else None,
    )


def _way(mode: Mode, why_not: str | None, limit: Limit | None, basis: Basis | None) -> Opening:
    if why_not is not None:
        return Opening(mode=mode, open=False, why_not=why_not)
    return Opening(mode=mode, open=True, limit=limit, basis=basis)


def _no_pending(planned: PlannedMatter, gate: PlannedGate, material: PlannedMaterial) -> str | None:
    pending, promised = planned.accept_pending, planned.promised
    if planned.instant:
        return "本项为即办件，当场办结，不能容缺"
    if pending is None and promised.unit is Unit.WORKING_DAY and promised.days < SHORTEST:
        return f"承诺时限只有 {promised.days} 个工作日，不足 {SHORTEST} 个工作日，留不出补正的时间"
    if pending is None:
        return "本项不在容缺受理清单上"
    return None if gate.tolerable is not None else gate.why_not or _unlisted(material)


def _no_later(planned: PlannedMatter, gate: PlannedGate, material: PlannedMaterial) -> str | None:
    if planned.issue_then_supply is None or planned.accept_pending is not None:
        return "本项不在承诺制容缺办结清单上"
    if gate.tolerable is not None:
        return None
    return gate.why_not or _unlisted(material)


def _no_promise(plan: Plan, planned: PlannedMatter, gate: PlannedGate) -> str | None:
    if planned.inform_commit is None:
        return "本项不实行告知承诺"
    if not gate.promised:
        return gate.why_not or "这份材料不能以承诺代替"
    others = [
        other.name
        for other in plan.matters
        if other.not_needed is None
        and any(its.code == gate.code and not its.promised for its in other.gates)
    ]
    return f"事项“{'”、“'.join(others)}”也要这份材料，不能只作承诺" if others else None


def _unlisted(material: PlannedMaterial) -> str:
    if material.main:
        return f"“{material.name}”是主审要件，没有它审查无从开始"
    return f"“{material.name}”不在可以容缺的材料清单上"
