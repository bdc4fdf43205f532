"""Whether a gap may be borne, for how long, and if not, why not (domain.md §2.3 step 2, §2.4).

Where a mode is not open, the applicant is told the reason; it is never merely hidden.
"""

from definitions.language.limits import Unit
from definitions.language.materials import MaterialDefinition
from definitions.language.matters import GatingMaterial, MatterDefinition
from definitions.language.pending import AcceptPending, Jurisdiction, PendingTerms
from definitions.rules.conditions import Facts
from definitions.rules.plan import PlannedGate

# What the registers say of an applicant whose word is not enough at present, and how it is told.
STANDING: tuple[tuple[str, str], ...] = (
    ("firm.dishonest", "有失信记录尚未修复，不能以承诺代替材料"),
    ("firm.broken_promise", "曾作不实承诺或者逾期未履行承诺，信用修复前不能以承诺代替材料"),
    ("firm.overdue_promise", "另有已逾期、尚未履行的承诺，履行后才能再作承诺"),
)


def terms(
    written: AcceptPending | None, jurisdictions: tuple[Jurisdiction, ...]
) -> AcceptPending | None:
    """The full terms: what the matter does not write itself comes from its jurisdiction."""
    if written is None or written.rule is None:
        return written
    rule = next(each for each in jurisdictions if each.id == written.rule)
    given = {name: getattr(written, name) for name in written.model_fields_set}
    inherited = {name: getattr(rule, name) for name in PendingTerms.model_fields}
    return AcceptPending(**{**inherited, **given})


def standing(facts: Facts) -> str | None:
    """Why the applicant's promise is not taken at present; None where it is."""
    for name, told in STANDING:
        if facts.get(name) is True:
            return told
    return None


def gate(
    matter: MatterDefinition,
    written: GatingMaterial,
    known: MaterialDefinition,
    pending: AcceptPending | None,
    facts: Facts,
) -> PlannedGate:
    """The gate as it stands for this application."""
    if written.tolerable is None and not written.promised:
        return PlannedGate(code=written.code)
    barred = standing(facts) or _excluded(matter, pending) or _main(known)
    if barred is not None:
        return PlannedGate(code=written.code, why_not=barred)
    return PlannedGate(
        code=written.code,
        tolerable=_days(matter, written, pending),
        promised=written.promised and matter.inform_commit is not None,
    )


def _excluded(matter: MatterDefinition, pending: AcceptPending | None) -> str | None:
    if matter.instant and pending is not None:
        return "本项为即办件，不能容缺"
    if pending is not None and any(domain in pending.excluded for domain in matter.domains):
        return "本项涉及公共安全、生态环境、人身健康等，不能容缺"
    return None


def _main(known: MaterialDefinition) -> str | None:
    return f"“{known.name}”是主审要件，不能容缺" if known.main else None


def _days(
    matter: MatterDefinition, written: GatingMaterial, pending: AcceptPending | None
) -> int | None:
    """Working days in which the gap must be closed: listed, capped, and ahead of the decision."""
    if written.tolerable is None:
        return None
    if pending is not None:
        if matter.promised.unit is not Unit.WORKING_DAY:
            return None
        room = matter.promised.days - pending.margin
        return min(written.tolerable.days, pending.cap, room) if room > 0 else None
    if matter.issue_then_supply is not None:
        return min(written.tolerable.days, matter.issue_then_supply.limit.days)
    return None
