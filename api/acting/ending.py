"""Acts that end a matter before its decision, or undo the decision: each with its reasons."""

from collections.abc import Sequence

from api.acting.base import Answer, act, act_on_matter, check_bases, reasons_of
from api.sent import Sent
from api.services import Services
from definitions.bundle.commands import (
    ReturnMatter,
    RevokeDecision,
    TerminateMatter,
    WithdrawBundle,
)
from definitions.language.base import Basis
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.permissions import Act as Permission


async def withdraw_bundle(
    services: Services,
    actor: Actor,
    number: str,
    sent: Sent,
    *,
    matters: Sequence[str] = (),
    reasons: Sequence[str] = (),
) -> Answer:
    """Withdraw the named matters, or all that is not decided yet."""
    permissions.require(actor, Permission.WITHDRAW)
    said = await reasons_of(services, reasons)
    command = WithdrawBundle(matters=tuple(dict.fromkeys(matters)), reasons=said)
    return await act(services, actor, number, command, sent)


async def return_matter(
    services: Services,
    actor: Actor,
    number: str,
    matter: str,
    sent: Sent,
    *,
    reasons: Sequence[str],
) -> Answer:
    """退件 before acceptance, with everything that was wrong told at once."""
    permissions.require(actor, Permission.RETURN)
    said = await reasons_of(services, reasons)
    command = ReturnMatter(matter=matter, reasons=said)
    return await act_on_matter(services, actor, number, command, sent)


async def terminate_matter(
    services: Services,
    actor: Actor,
    number: str,
    matter: str,
    sent: Sent,
    *,
    cause: str,
    reasons: Sequence[str],
) -> Answer:
    """终止 for a cause of the closed list."""
    permissions.require(actor, Permission.TERMINATE)
    said = await reasons_of(services, reasons)
    command = TerminateMatter(matter=matter, cause=cause, reasons=said)
    return await act_on_matter(services, actor, number, command, sent)


async def revoke_decision(
    services: Services,
    actor: Actor,
    number: str,
    matter: str,
    sent: Sent,
    *,
    reasons: Sequence[str],
    bases: Sequence[Basis],
) -> Answer:
    """撤销 a grant, on a closed application too."""
    permissions.require(actor, Permission.REVOKE)
    check_bases(services, bases)
    said = await reasons_of(services, reasons)
    command = RevokeDecision(matter=matter, reasons=said, bases=tuple(bases))
    return await act_on_matter(services, actor, number, command, sent)
