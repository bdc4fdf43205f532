"""Which working calendar is in force: asked of the database, so that every process agrees."""

from activities.store.desk import calendars as kept
from activities.store.engine import Store
from api.following import follow
from definitions.language.calendars import NATION
from definitions.rules.calendar import Calendar
from definitions.rules.numbers import DIVISION
from definitions.rules.publishing import version_of

EVERY = 5.0


class CalendarInForce:
    """The calendar in force in this installation's division, as this process knows it.

    `current` asks the database for its latest version and reads it where that is new; `value` is
    what was read last. `shipped` stands in until anything is published.
    """

    def __init__(self, store: Store, shipped: Calendar, *, region: str = DIVISION) -> None:
        self._store = store
        self._region = region
        self._value = shipped

    @property
    def value(self) -> Calendar:
        """As read last: for showing how long there is left, not for beginning anything."""
        return self._value

    async def current(self) -> Calendar:
        """The calendar in force now."""
        async with self._store.reading() as session:
            versions = await kept.versions(session)
            if NATION not in versions:
                return self._value
            if version_of(self._region, versions) != self._value.version:
                stands = await kept.published(session, versions)
                self._value = stands.calendar(self._region) or self._value
        return self._value

    async def follow(self) -> None:
        """Keep `value` near what is in force, for pages that only show how long there is left."""
        await follow("calendar", self.current, every=EVERY)
