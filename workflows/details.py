"""What an operator reads of an application in Temporal's own pages.

Codes and states, nothing personal.
"""

from definitions.bundle.state import BundleState, BundleStatus
from definitions.matter.state import MatterStatus

_WAITING = {
    MatterStatus.HOLDING,
    MatterStatus.SUPPLEMENTING,
    MatterStatus.ACCEPTED_PENDING,
    MatterStatus.REVIEWED_AWAITING_SUPPLEMENT,
    MatterStatus.TO_FILE,
}


def stage(state: BundleState) -> str:
    """One word for the whole.

    Closed, followed (a promise behind a result, a revocation examined), stopped by a special
    procedure, waiting for the applicant, or in departments' hands.
    """
    if state.status in {BundleStatus.CLOSED, BundleStatus.FOLLOWED}:
        return str(state.status)
    shown = [matter.shown for matter in state.matters.values()]
    if any(status in _WAITING for status in shown):
        return "awaiting_applicant"
    return "suspended" if MatterStatus.SUSPENDED in shown else "in_departments"


def describe(state: BundleState) -> str:
    """A Markdown table of the matters."""
    lines = [
        f"**{state.plan.name}** {state.plan.situation.code} · version {state.version}",
        "",
        "| matter | department | state | result |",
        "|---|---|---|---|",
    ]
    for planned in state.plan.matters:
        matter = state.matters[planned.key]
        result = matter.result or ""
        lines.append(f"| {planned.key} | {planned.department} | {matter.shown} | {result} |")
    return "\n".join(lines)
