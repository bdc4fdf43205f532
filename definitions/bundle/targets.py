"""Finding what a command is about, or saying that it is not there."""

from definitions.bundle.state import BundleState
from definitions.errors import Code, Refused
from definitions.language.roles import Actor
from definitions.matter.state import IN_HAND, MatterState
from definitions.rules.permissions import Act, require_for
from definitions.rules.plan import PlannedMatter


def matter_of(state: BundleState, key: str) -> MatterState:
    """The matter of that key. Raises `Refused(UNKNOWN_MATTER)`."""
    matter = state.matters.get(key)
    if matter is None:
        raise Refused(Code.UNKNOWN_MATTER, f"本件没有事项 {key}")
    return matter


def planned_of(state: BundleState, key: str) -> PlannedMatter:
    """The plan of that matter. Raises `Refused(UNKNOWN_MATTER)`."""
    planned = state.plan.matter(key)
    if planned is None:
        raise Refused(Code.UNKNOWN_MATTER, f"本件没有事项 {key}")
    return planned


def own(state: BundleState, key: str, actor: Actor, act: Act) -> tuple[PlannedMatter, MatterState]:
    """The matter with its plan, where the actor may do this to it."""
    planned = planned_of(state, key)
    require_for(actor, act, planned.department)
    return planned, state.matters[key]


def in_hand(matter: MatterState, *, decided: bool = False) -> None:
    """Raise `Refused` unless the matter is accepted and nothing is decided about it yet.

    `decided`: also where it is decided and only waits for papers (审结待补).
    """
    if matter.status not in IN_HAND or (matter.decision is not None and not decided):
        raise Refused(Code.NOT_IN_HAND, "本事项不在办理中", status=matter.status)
