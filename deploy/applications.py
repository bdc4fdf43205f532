"""The running applications as activities see them: through the one Temporal client.

Activities may not know the API; both meet here.
"""

from temporalio.client import Client

from activities.calendars import NotTaken, Took, act_of
from activities.store.engine import Store
from api.engine import Accepted, BundleEngine, EngineAway
from definitions.bundle.commands import UseCalendar
from definitions.bundle.decide import Asked
from definitions.errors import Code, Refused
from definitions.language.roles import SYSTEM
from definitions.rules.calendar import Calendar
from deploy.settings import Settings
from workflows.messages import Act


class Applications:
    """`activities.calendars.Applications` over Temporal."""

    def __init__(self, client: Client, store: Store, settings: Settings) -> None:
        self._engine = BundleEngine(client, store, task_queue=settings.task_queue)

    async def use_calendar(self, number: str, calendar: Calendar) -> Took:
        """See `activities.calendars.Applications.use_calendar`."""
        asked = Asked(
            key=act_of(calendar.version), actor=SYSTEM, command=UseCalendar(calendar=calendar)
        )
        try:
            answer = await self._engine.act(number, Act(payload=calendar.version, asked=asked))
        except Refused as refused:
            if refused.code is Code.BUNDLE_CLOSED:
                return Took.CLOSED
            raise NotTaken(refused.code) from refused
        except EngineAway as away:
            raise NotTaken("engine-away") from away
        if isinstance(answer, Accepted):
            # Durable but not in the register yet: the next try is told when it is.
            raise NotTaken("not-recorded")
        return Took.REPLACED
