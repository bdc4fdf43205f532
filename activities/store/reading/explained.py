"""Limits that explain themselves, from the register's own facts and the calendar of the day.

Which calendar an application is reckoned by stands in its events: the one it was started with, or
the last that replaced it. So an explanation can be given for ever, whatever is published later.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from activities.store.desk.texts import texts
from activities.store.engine import ReadSession
from activities.store.reading.clocks import ledgers
from activities.store.reading.scope import Read, Scope
from activities.store.tables.desk import Account
from activities.store.tables.register import Event
from definitions.rules.calendar import Calendar
from definitions.rules.explanations import Explanation, explain


class MatterClocks(Read):
    """Every limit of a matter, day by day.

    `texts` and `people` resolve what extensions refer to: reasons by digest, accounts by id.
    """

    matter: str
    name: str
    department: str
    department_name: str
    calendar: str
    clocks: tuple[Explanation, ...]
    texts: Mapping[str, str] = {}
    people: Mapping[str, str] = {}


async def calendar_of(session: ReadSession, number: str) -> Calendar | None:
    """The calendar the application is reckoned by; None where there is no such application."""
    found: Any = await session.scalar(
        select(Event.body["calendar"])
        .where(Event.bundle == number, Event.kind.in_(("bundle_started", "calendar_replaced")))
        .order_by(Event.seq.desc())
        .limit(1)
    )
    return Calendar.model_validate(found) if found is not None else None


async def explained(
    session: ReadSession, number: str, scope: Scope, *, key: str | None = None
) -> tuple[MatterClocks, ...]:
    """The limits of every matter the reader may see, or of the one named; in plan order."""
    calendar = await calendar_of(session, number)
    if calendar is None:
        return ()
    found = await ledgers(session, number, scope, matter=key)
    extended = [each for one in found for clock in one.clocks for each in clock.extensions]
    said = await texts(session, (each.reason for each in extended))
    people = await _names(session, {each.by for each in extended})
    return tuple(
        MatterClocks(
            matter=one.key,
            name=one.name,
            department=one.department,
            department_name=one.department_name,
            calendar=calendar.version,
            clocks=tuple(explain(clock, calendar) for clock in one.clocks),
            texts=said,
            people=people,
        )
        for one in found
    )


async def _names(session: ReadSession, accounts: set[str]) -> Mapping[str, str]:
    if not accounts:
        return {}
    found = await session.execute(
        select(Account.id, Account.name).where(Account.id.in_(sorted(accounts)))
    )
    return {row[0]: row[1] for row in found}
