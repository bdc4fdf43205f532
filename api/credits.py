"""信用修复: lifting what a broken promise did to a firm's standing. Used by routes and console."""

import structlog

from activities.store.desk.credits import repair
from activities.store.desk.texts import keep_texts
from api.problems import ApiCode, Problem
from api.services import Services
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.permissions import Act

log = structlog.get_logger(__name__)


async def repair_credit(
    services: Services, actor: Actor, bundle: str, matter: str, *, reason: str
) -> None:
    """Repair a record, with a reason that is kept. The same again changes nothing.

    Raises `unknown-credit`, or `credit-repaired` where somebody did so before.
    """
    permissions.require(actor, Act.REPAIR_CREDIT)
    async with services.store.begin() as session:
        (said,) = await keep_texts(session, [reason.strip()])
        done = await repair(session, bundle, matter, by=actor.id, reason=said, now=services.now())
    if done is None:
        raise Problem(ApiCode.UNKNOWN_CREDIT)
    if not done:
        raise Problem(ApiCode.CREDIT_REPAIRED)
    log.info("credit_repaired", bundle=bundle, matter=matter, by=actor.id)
