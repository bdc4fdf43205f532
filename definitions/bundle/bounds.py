"""What bounds a person beyond the role: what concerns himself, what he is not trusted with."""

from definitions.bundle.commands import (
    Command,
    CorrectOnTheSpot,
    DeliverDocument,
    OfTaskCommand,
    RecuseOfficer,
    SupplyMaterial,
    WithdrawBundle,
    WithdrawRequest,
)
from definitions.bundle.state import BundleState
from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Authority
from definitions.rules.permissions import require_authority
from definitions.rules.plan import PlannedMatter


def check_bounds(
    state: BundleState, command: Command, actor: Actor, authority: Authority | None
) -> None:
    """Raise `Refused` where the actor is recused, or an item or its confidentiality is beyond him.

    Who is recused may still say so again.
    """
    recusing = isinstance(command, RecuseOfficer) and command.officer in actor.people
    if not recusing and not actor.people.isdisjoint(state.recused):
        raise Refused(Code.RECUSED, "本件与您有利害关系，须回避")
    concerned = _concerned(state, command)
    if _is_of_paper(command) and any(_covers(authority, planned) for planned in concerned):
        # One paper may serve several matters; it is handed in for the one that is within.
        return
    for planned in concerned:
        item = "" if _is_asked(state, command, planned) else planned.item
        require_authority(authority, item=item, confidentiality=planned.confidentiality)


def _is_asked(state: BundleState, command: Command, planned: PlannedMatter) -> bool:
    """Whether it is about work that another organ asks for: its items are not the asked one's."""
    task = state.tasks.get(command.task) if isinstance(command, OfTaskCommand) else None
    return task is not None and task.department != planned.department


def _is_of_paper(command: Command) -> bool:
    return isinstance(command, SupplyMaterial | CorrectOnTheSpot | DeliverDocument)


def _covers(authority: Authority | None, planned: PlannedMatter) -> bool:
    return authority is None or authority.covers(planned.item, planned.confidentiality)


def _concerned(state: BundleState, command: Command) -> tuple[PlannedMatter, ...]:
    """The matters that the command is about; none where it is about no single one."""
    keys: set[str]
    match command:
        case SupplyMaterial(material=code) | CorrectOnTheSpot(material=str(code)):
            keys = {p.key for p in state.plan.matters if p.gate(code) is not None}
        case DeliverDocument(document=name):
            keys = {d.matter for d in state.documents.values() if d.id == name and d.matter}
        case CorrectOnTheSpot():
            keys = set(state.matters)
        case WithdrawBundle(matters=named):
            keys = set(named or state.matters)
        case WithdrawRequest(request=name):
            tasks = state.tasks.values()
            keys = {task.matter for task in tasks if task.request and task.request.id == name}
        case _ if isinstance(command, OfTaskCommand):
            keys = {state.tasks[command.task].matter}
        case _:
            keys = {getattr(command, "matter", "")}
    return tuple(planned for planned in state.plan.matters if planned.key in keys)
