"""正在查看: who else has a task open; whoever asks is noted as looking, too."""

from collections.abc import Sequence

from activities.store.desk.presence import look
from activities.store.reading.presence import lookers
from api.console.request import Visit


async def others_looking(visitor: Visit, task: str) -> Sequence[str]:
    """The names of who else looks at it now."""
    now, me = visitor.services.now(), visitor.actor.id
    async with visitor.services.store.begin() as session:
        await look(session, task, me, now)
    async with visitor.services.store.reading() as session:
        return [each.name for each in await lookers(session, task, now) if each.account != me]
