"""What a recalculation writes down of its progress.

Every figure is counted anew, never added up, so that doing it twice changes nothing.
"""

from collections.abc import Sequence

from sqlalchemy import func, select, text, update

from activities.store.engine import WriteSession
from activities.store.tables.calendars import MovedLimit, Recalculation
from activities.store.tables.register import Bundle

_OVER = "closed"
_COPY = text(
    "INSERT INTO moved_limit (recalculation, bundle, matter, clock, was, becomes, stands) "
    "SELECT :recalculation, e.bundle, m ->> 'matter', m ->> 'clock', "
    "(m ->> 'was')::date, (m ->> 'becomes')::date, coalesce((m ->> 'stands')::bool, false) "
    "FROM event e CROSS JOIN LATERAL jsonb_array_elements(e.body -> 'moved') m "
    "WHERE e.bundle = ANY(:bundles) AND e.kind = 'calendar_replaced' AND e.act = :act "
    "ON CONFLICT DO NOTHING"
)


async def copy_moved(
    session: WriteSession, recalculation: str, bundles: Sequence[str], *, act: str
) -> None:
    """Copy what the applications' own events say was moved by this act."""
    await session.execute(
        _COPY, {"recalculation": recalculation, "bundles": list(bundles), "act": act}
    )


async def note_progress(
    session: WriteSession, name: str, *, skipped: int, failures: Sequence[str], finished: bool
) -> str | None:
    """Write down how far it is, and whether that is the end; returns the state it is in then.

    None where there is no such recalculation.
    """
    left = (
        select(func.count())
        .select_from(Bundle)
        .where(Bundle.status != _OVER, Bundle.calendar != Recalculation.calendar)
        .correlate(Recalculation)
        .scalar_subquery()
    )
    moved = (
        select(func.count())
        .select_from(MovedLimit)
        .where(MovedLimit.recalculation == name)
        .scalar_subquery()
    )
    total = func.greatest(Recalculation.total, left)
    await session.execute(
        update(Recalculation)
        .where(Recalculation.id == name, Recalculation.state.in_(("running", "paused")))
        .values(
            total=total,
            done=total - left,
            skipped=skipped,
            moved=moved,
            failed=len(failures),
            failures=list(failures),
            **({"state": "done", "finished_at": func.clock_timestamp()} if finished else {}),
        )
    )
    return await session.scalar(select(Recalculation.state).where(Recalculation.id == name))
