"""How much the registers spare the applicant, and how long guidance and plan take.

Every situation is asked of every made-up firm of the kind it is for: how many questions are left
to ask, how many fields come filled in, how many papers need not be brought.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from activities.outside.registers.sandbox.firms import MadeFirm, made
from definitions.errors import Refused
from definitions.language.conditions import Scalar
from definitions.language.service import ServiceDefinition
from definitions.loading import Library
from definitions.rules.conditions import Fact
from definitions.rules.forms import fields_asked
from definitions.rules.golden import USUAL, differences
from definitions.rules.guidance import Guidance, facts_of, guide
from definitions.rules.plan import Plan
from definitions.rules.planning import plan
from tests.support.situations import Played, played


@dataclass
class Figures:
    """Of one situation, over the firms it was asked of."""

    asked: list[int] = field(default_factory=list)
    shown: int = 0
    filled: int = 0
    to_fill: int = 0
    of_those_filled: int = 0
    papers: int = 0
    spared: int = 0
    ruled_out: int = 0
    firms: int = 0


def answered(
    definition: ServiceDefinition,
    case: Mapping[str, str | tuple[str, ...]],
    firm: Mapping[str, Fact],
) -> tuple[Guidance, dict[str, Fact], int]:
    """One question after the other, as the case answers it; how many had to be asked."""
    given: dict[str, str | tuple[str, ...]] = {}
    while True:
        facts = facts_of(definition, given, firm, on=USUAL)
        stands = guide(definition, facts)
        if not stands.asked or stands.asked[0].id not in case:
            return stands, facts, len(given)
        given[stands.asked[0].id] = case[stands.asked[0].id]


def count(figures: Figures, definition: ServiceDefinition, facts: Mapping[str, Fact]) -> None:
    """Fields that come filled in, of all and of those that a person could have to fill in."""
    for each in fields_asked(definition, facts):
        known = facts.get(each.prefilled_from or "") not in {None, "", ()}
        figures.shown += 1
        figures.filled += known
        if each.required:
            figures.to_fill += 1
            figures.of_those_filled += known


def spared(figures: Figures, made_of: Plan) -> None:
    """Papers nobody has to bring: shared, an e-licence, or made from what was filled in."""
    for material in made_of.materials:
        figures.papers += 1
        figures.spared += material.waived_by is not None or material.produced_by is not None


def kinds_of(case: Played) -> frozenset[Scalar | tuple[str, ...]]:
    kind = case.case.firm.get("kind", case.case.answers.get("company_kind", ""))
    return frozenset({kind})


def over(library: Library, case: Played, firms: tuple[MadeFirm, ...]) -> Figures:
    """The situation asked of each firm of its kind."""
    figures, definition = Figures(), case.loaded.definition
    for firm in firms:
        if firm.facts.get("kind") not in kinds_of(case):
            continue
        known = {**firm.facts, "uscc": firm.code, "name": firm.name}
        figures.firms += 1
        try:
            stands, facts, asked = answered(definition, case.case.answers, known)
        except Refused:  # an answer that is not open to this firm
            figures.ruled_out += 1
            continue
        if stands.blockers:
            figures.ruled_out += 1
            continue
        figures.asked.append(asked)
        count(figures, definition, facts)
        if stands.situation is not None:
            planned = plan(definition, library.catalogue, facts, sha256="", on=USUAL)
            spared(figures, planned)
    return figures


def timed(library: Library, cases: tuple[Played, ...], rounds: int) -> Iterator[float]:
    """Milliseconds from the last answer to the plan, case by case."""
    for _ in range(rounds):
        for each in cases:
            definition, case = each.loaded.definition, each.case
            begun = time.perf_counter()
            facts = facts_of(definition, case.answers, case.firm, on=USUAL)
            guide(definition, facts)
            plan(definition, library.catalogue, facts, sha256="", on=USUAL)
            yield (time.perf_counter() - begun) * 1000


def golden(library: Library) -> tuple[int, int, float]:
    """All golden cases: how many, how many differ, in how many seconds."""
    begun = time.perf_counter()
    cases = [(loaded, case) for loaded in library.services for case in loaded.cases]
    wrong = sum(
        bool(differences(loaded.definition, library.catalogue, case)) for loaded, case in cases
    )
    return len(cases), wrong, time.perf_counter() - begun


def share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def main() -> None:
    """Print a line for each situation, then the figures of all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=int, default=20, help="rounds of timing")
    chosen = parser.parse_args()
    library = Library.load()
    firms = made(date(2026, 11, 20)).firms
    cases = played(library, USUAL)
    rows = {case.code: over(library, case, firms) for case in cases}
    for code, row in rows.items():
        median = statistics.median(row.asked) if row.asked else 0
        print(
            f"{code:10} firms {row.firms:3} ruled out {row.ruled_out:3} asked {median:4.1f}"
            f" filled {share(row.filled, row.shown):.2f}"
            f" of required {share(row.of_those_filled, row.to_fill):.2f}"
            f" spared {share(row.spared, row.papers):.2f}"
        )
    spent = sorted(timed(library, cases, chosen.scale))
    number, wrong, seconds = golden(library)
    every = [asked for row in rows.values() for asked in row.asked]
    medians = [statistics.median(row.asked) for row in rows.values() if row.asked]
    print(
        json.dumps(
            {
                "situations": len(rows),
                "firms": len(firms),
                "asked_median": statistics.median(every),
                "asked_median_most": max(medians),
                "prefilled_share": share(
                    sum(r.filled for r in rows.values()), sum(r.shown for r in rows.values())
                ),
                "prefilled_share_of_required": share(
                    sum(r.of_those_filled for r in rows.values()),
                    sum(r.to_fill for r in rows.values()),
                ),
                "waived_share": share(
                    sum(r.spared for r in rows.values()), sum(r.papers for r in rows.values())
                ),
                "guidance_and_plan_p50_ms": round(spent[len(spent) // 2], 3),
                "guidance_and_plan_p95_ms": round(spent[int(len(spent) * 0.95)], 3),
                "golden_cases": number,
                "golden_differ": wrong,
                "golden_seconds": round(seconds, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
