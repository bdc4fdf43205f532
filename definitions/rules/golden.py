"""Golden cases held against the rules: what a definition comes to, in the words of a case."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from definitions.errors import Refused
from definitions.language.cases import Case, Expectation
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.rules.guidance import facts_of, guide
from definitions.rules.plan import Plan, PlannedGate, PlannedMatter
from definitions.rules.planning import plan
from definitions.rules.prechecks import precheck

# The day on which a case plays that names none: an ordinary Tuesday, office hours, all clear.
USUAL = date(2026, 11, 24)
_BY_MATTER = frozenset({"documents", "steps", "clocks"})


@dataclass(frozen=True, slots=True)
class Difference:
    """What one case expected and what came out instead; `item` is a key of `Expectation`."""

    case: str
    item: str
    expected: object
    found: object


def differences(
    definition: ServiceDefinition, catalogue: Catalogue, case: Case
) -> tuple[Difference, ...]:
    """Everything in which the definition does not come to what the case says; empty: it does."""
    expected = case.expect
    try:
        found = outcome(definition, catalogue, case)
    except Refused as refused:
        return (Difference(case.case, refused.field or "answers", expected, refused.message),)
    return tuple(_compared(case.case, expected, found))


def outcome(definition: ServiceDefinition, catalogue: Catalogue, case: Case) -> dict[str, object]:
    """Everything a case may expect; the plan's part of it only where a case asks for that.

    Raises `Refused` for impossible answers, or where nothing can be planned.
    """
    on = case.on or USUAL
    written = {f"form.{name}": value for name, value in case.form.items()}
    facts = facts_of(definition, case.answers, case.firm, written, on=on)
    guidance = guide(definition, facts)
    findings = precheck(definition, facts, on=on, phrases=catalogue.scope_phrases)
    found: dict[str, object] = {
        "asked": tuple(question.id for question in guidance.asked),
        "blocked": tuple(blocker.reason for blocker in guidance.blockers),
        "findings": tuple(each.rule for each in findings),
    }
    if case.expect.model_fields_set <= found.keys():
        return found
    return found | _planned(plan(definition, catalogue, facts, sha256="", on=on))


def _planned(made: Plan) -> dict[str, object]:
    needed = [matter for matter in made.matters if matter.not_needed is None]
    return {
        "situation": made.situation.code,
        "parts": made.situation.parts,
        "needed": tuple(matter.key for matter in needed),
        "not_needed": {m.key: m.not_needed for m in made.matters if m.not_needed is not None},
        "materials": tuple(
            m.code for m in made.materials if m.waived_by is None and m.produced_by is None
        ),
        "waived": tuple(m.code for m in made.materials if m.waived_by is not None),
        "edges": tuple(f"{edge.matter} -> {m.key}" for m in needed for edge in m.needs),
        "documents": {m.key: tuple(d.kind for d in m.documents) for m in needed},
        "steps": {m.key: tuple(step.key for step in m.steps) for m in needed},
        "clocks": {m.key: tuple(rule.id for rule in m.clocks) for m in needed},
        "not_accepted": {m.key: m.unacceptable.kind for m in needed if m.unacceptable},
        "tolerable": _gaps(needed, lambda gate: gate.tolerable is not None),
        "promised": _gaps(needed, lambda gate: gate.promised),
        "hearings": tuple(m.key for m in needed if m.hearing_due),
    }


def _gaps(
    matters: list[PlannedMatter], is_open: Callable[[PlannedGate], bool]
) -> dict[str, tuple[str, ...]]:
    found = {m.key: tuple(gate.code for gate in m.gates if is_open(gate)) for m in matters}
    return {key: codes for key, codes in found.items() if codes}


def _compared(
    case: str, expected: Expectation, found: Mapping[str, object]
) -> Iterator[Difference]:
    for item in sorted(expected.model_fields_set):
        wanted, came = getattr(expected, item), found[item]
        if item in _BY_MATTER and isinstance(came, dict):
            came = {key: came.get(key) for key in wanted}
        if came != wanted:
            yield Difference(case, item, wanted, came)
