"""What every act on benefits needs: whose it is, under which key, and waking the run's driver."""

import structlog

from activities.store.benefits.keys import ActKey
from activities.store.benefits.runs import RunView, run_view
from api.engine import EngineAway
from api.sent import Sent
from api.services import Services
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.permissions import Act

log = structlog.get_logger(__name__)


def key_of(actor: Actor, sent: Sent) -> ActKey:
    """Keys are the caller's own: two people may use the same."""
    return ActKey(by=actor.id, key=sent.key, payload=sent.payload)


def recorded(actor: Actor) -> Actor:
    """Who acts, without what they are trusted with: that is not recorded."""
    return Actor(**{name: getattr(actor, name) for name in Actor.model_fields})


async def read_run(services: Services, actor: Actor, run: str) -> RunView:
    """A run the actor may read. Raises `unknown-run`, `forbidden`."""
    permissions.require(actor, Act.READ_BENEFITS)
    async with services.store.reading() as session:
        found = await run_view(session, run)
    permissions.require_for(actor, Act.READ_BENEFITS, found.state.terms.organ)
    return found


async def wake(services: Services, run: str) -> None:
    """Let the run's driver look at once. Where it cannot be told, it looks by itself soon."""
    if services.run_engine is None:
        return
    try:
        await services.run_engine.wake(run)
    except EngineAway:
        log.warning("run_not_woken", run=run)
