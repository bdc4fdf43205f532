"""Waiting until somebody listens, so that what is told now is heard."""

from sqlalchemy import text

from activities.store.engine import Store
from api.events import Hub
from tests.support.waiting import until

_LISTENERS = text("SELECT count(*) FROM pg_stat_activity WHERE query = :query")


async def listened(store: Store, channel: str) -> None:
    """Until a connection listens on the channel."""

    async def somebody_listens() -> bool:
        async with store.reading() as session:
            return bool(await session.scalar(_LISTENERS, {"query": f'LISTEN "{channel}"'}))

    await until(somebody_listens)


async def followed(hub: Hub) -> None:
    """Until a stream has found its place and waits for news."""
    await until(lambda: any(queue._getters for queue in hub._queues))
