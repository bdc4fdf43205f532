"""政策订阅: who wants to hear when the check-up comes out otherwise, and what they were told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from activities.store.benefits.checkups import CheckUp, check_ups
from activities.store.benefits.facts import SubjectView
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.base import Json
from activities.store.tables.subjects import Subject, Subscription
from definitions.benefits.checkup import Change, Told, changes, told
from definitions.language.base import Value
from definitions.policy_loading import FactCatalogue
from definitions.rules.calendar import local_day

MOST_CHANGES = 50
_TOLD = TypeAdapter(dict[str, Told])


class Noted(Value):
    """A change and when it was noticed."""

    at: datetime
    change: Change


class SubscriptionView(Value):
    """A subscription; `changes` has the latest first."""

    subject: int
    at: datetime
    last_at: datetime
    changes: tuple[Noted, ...]


class Refreshed(Value):
    """How many subscriptions were looked at and how many have news; `after`: where to go on."""

    seen: int
    changed: int
    after: int | None


async def subscribe(session: WriteSession, found: CheckUp, by: str, now: datetime) -> None:
    """From now on, against this check-up. Who subscribed before keeps what they were told."""
    assert found.subject is not None
    row = {
        "subject": found.subject,
        "by": by,
        "at": now,
        "last": _dumped(told(found.policies)),
        "last_at": now,
    }
    await session.execute(insert(Subscription).values(row).on_conflict_do_nothing())


async def unsubscribe(session: WriteSession, subject: int) -> None:
    """No news any more, and none of the old."""
    await session.execute(delete(Subscription).where(Subscription.subject == subject))


async def subscription_of(session: ReadSession, subject: int) -> SubscriptionView | None:
    """A subject's; None where nobody subscribed."""
    row = await session.scalar(select(Subscription).where(Subscription.subject == subject))
    if row is None:
        return None
    noted = tuple(Noted.model_validate(each) for each in row.changes)
    return SubscriptionView(subject=row.subject, at=row.at, last_at=row.last_at, changes=noted)


async def refresh_subscriptions(
    session: WriteSession,
    catalogue: FactCatalogue,
    now: datetime,
    *,
    subjects: Sequence[int] | None = None,
    after: int = 0,
    limit: int = 500,
) -> Refreshed:
    """Look at subscriptions again, by their subjects' numbers; of these subjects or of all.

    What comes out otherwise is noted once: after that it is what was told last.
    """
    query = (
        select(Subscription, Subject)
        .join(Subject, Subject.id == Subscription.subject)
        .where(Subscription.subject > after)
        .order_by(Subscription.subject)
        .limit(limit)
        .with_for_update(of=Subscription)
    )
    if subjects is not None:
        query = query.where(Subscription.subject.in_(subjects))
    rows = (await session.execute(query)).all()
    views = [SubjectView.model_validate(row, from_attributes=True) for _, row in rows]
    found = await check_ups(session, catalogue, views, local_day(now)) if views else {}
    changed, values = 0, list[Json]()
    for row, subject in rows:
        fresh = told(found[subject.id].policies)
        news = changes(_TOLD.validate_python(row.last), fresh)
        changed += bool(news)
        noted = [Noted(at=now, change=each).model_dump(mode="json") for each in news]
        values.append(
            {
                "subject": subject.id,
                "last": _dumped(fresh),
                "last_at": now,
                "changes": [*noted, *row.changes][:MOST_CHANGES],
            }
        )
    if values:
        await session.execute(update(Subscription), values)
    more = rows[-1][1].id if len(rows) == limit else None
    return Refreshed(seen=len(rows), changed=changed, after=more)


def _dumped(said: Mapping[str, Told]) -> Json:
    found: Json = _TOLD.dump_python(dict(said), mode="json")
    return found
