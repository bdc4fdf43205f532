"""Which papers a matter still lacks, whose they are to bring, and which of them a promise bears."""

from definitions.bundle.state import BundleState
from definitions.language.pending import Mode
from definitions.matter.state import MaterialStatus, MatterState, MatterStatus
from definitions.rules.plan import PlannedGate, PlannedMatter

Gaps = tuple[PlannedGate, ...]


def missing(state: BundleState, planned: PlannedMatter) -> Gaps:
    """The papers this matter's decision still lacks."""
    return tuple(gate for gate in planned.gates if not state.materials[gate.code].is_ready)


def gating(state: BundleState, planned: PlannedMatter, matter: MatterState) -> Gaps:
    """Those that hold the result back: not the ones that may follow it (承诺制容缺办结)."""
    gaps = missing(state, planned)
    if matter.mode is Mode.ISSUE_THEN_SUPPLY:
        return tuple(gate for gate in gaps if gate.tolerable is None)
    return gaps


def applicants(state: BundleState, gaps: Gaps) -> Gaps:
    """The gaps that are the applicant's to fill; the others' papers are results of matters."""
    produced = {m.code for m in state.plan.materials if m.produced_by is not None}
    return tuple(gate for gate in gaps if gate.code not in produced)


def tolerated(state: BundleState, planned: PlannedMatter, gaps: Gaps) -> Mode | None:
    """The mode in which all these gaps may be borne, or None.

    Only where the applicant chose it and every gap is on the list (domain.md §2.3).
    """
    listed = all(gate.tolerable is not None for gate in gaps)
    if planned.key not in state.committed or not listed:
        return None
    if planned.accept_pending is not None:
        return None if planned.instant else Mode.ACCEPT_PENDING
    return Mode.ISSUE_THEN_SUPPLY if planned.issue_then_supply is not None else None


def still_owed(state: BundleState, codes: frozenset[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Those of the materials that have not come in, or came in wrong."""
    owed = {MaterialStatus.PENDING, MaterialStatus.REFUSED}
    return tuple(
        code for code in state.materials if code in codes and state.materials[code].status in owed
    )


def examines(planned: PlannedMatter, matter: MatterState) -> bool:
    """Whether the organ itself looks at what is handed in: it asked for it."""
    noticed = matter.status is MatterStatus.SUPPLEMENTING
    return noticed and planned.examine is not None and planned.examine.by == "officer"
