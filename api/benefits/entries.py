"""What officers do with one entitlement: strike it from a list or put it back."""

from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.keys import acted_on_entitlement
from activities.store.benefits.policies import policy_at
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.reading_entitlement import (
    EntitlementView,
    entitlement_line,
    entitlement_view,
)
from activities.store.benefits.runs import run_view
from activities.store.engine import ReadSession
from api.benefits.base import key_of, recorded, wake
from api.benefits.discreet import told_entitlement, told_working
from api.benefits.working import Working, decided_by
from api.problems import wrong
from api.sent import Sent
from api.services import Services
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.benefits import PolicyDefinition
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.permissions import Act

# As long as the application has room for: an officer reads all of it, or it is not taken.
LONGEST_REASON = 2000
_STRUCK = frozenset({Status.STRUCK})


class Decided(Value):
    """An entitlement, and how it was decided, where the evidence of that was kept."""

    view: EntitlementView
    policy: PolicyDefinition
    working: Working | None


async def read_entitlement(services: Services, actor: Actor, name: str) -> Decided:
    """One entitlement, as the actor may know it. Raises `unknown-entitlement`, `forbidden`."""
    permissions.require(actor, Act.READ_BENEFITS)
    catalogue = services.facts
    async with services.store.reading() as session:
        found = await entitlement_view(session, name)
        organ = found.line.organ
        permissions.require_for(actor, Act.READ_BENEFITS, organ)
        policy = (await policy_at(session, found.line.policy, found.version)).definition
    working = decided_by(found.evidence, policy, catalogue)
    return Decided(
        view=told_entitlement(actor, found, policy, catalogue),
        policy=policy,
        working=working and told_working(actor, organ, working, policy, catalogue),
    )


async def strike(
    services: Services, actor: Actor, name: str, *, reason: str, sent: Sent
) -> EntryLine:
    """Take one off the list under review, and say why."""
    return await _review(services, actor, name, Status.STRUCK, reason, sent)


async def restore(
    services: Services, actor: Actor, name: str, *, reason: str, sent: Sent
) -> EntryLine:
    """Put one that was struck back on the list; nothing else comes back by hand."""
    return await _review(services, actor, name, Status.LISTED, reason, sent, _STRUCK)


def written(reason: str) -> str:
    """A reason that somebody wrote. Raises `reasons-missing`, `invalid`."""
    if not reason.strip():
        raise Refused(Code.REASONS_MISSING, "请写明理由", field="/reason")
    if len(reason.strip()) > LONGEST_REASON:
        raise wrong("/reason", "length", f"理由不超过 {LONGEST_REASON} 字")
    return reason.strip()


async def _review(  # noqa: PLR0917 - who, what, whither, why
    services: Services,
    actor: Actor,
    name: str,
    to: Status,
    reason: str,
    sent: Sent,
    only_from: frozenset[Status] | None = None,
) -> EntryLine:
    """The list may change until the first of the two has approved it; then it is returned first."""
    said = written(reason)
    permissions.require(actor, Act.REVIEW_BENEFITS)
    key = key_of(actor, sent)
    async with services.store.begin() as session:
        line = await own(session, actor, name, Act.REVIEW_BENEFITS)
        if await acted_on_entitlement(session, name, key):
            return line
        phase = (await run_view(session, line.run)).state.phase
        if phase is not Phase.REVIEW:
            message = (
                "已经有一人复核通过，要改名单先退回"
                if phase is Phase.SECOND_REVIEW
                else "名单不在复核中，不能增减"
            )
            raise Refused(Code.RUN_PHASE, message, phase=phase)
        await move(
            session,
            [Move(entitlement=name, to=to, why=said, only_from=only_from)],
            actor=recorded(actor),
            act=key.act,
            now=services.now(),
        )
        found = await entitlement_line(session, name)
    await wake(services, line.run)
    return found


async def own(session: ReadSession, actor: Actor, name: str, act: Act) -> EntryLine:
    """One entitlement that the actor may do this with. Raises `forbidden`."""
    line = await entitlement_line(session, name)
    permissions.require_for(actor, act, line.organ)
    return line
