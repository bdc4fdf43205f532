"""Guesses at passwords and at query codesare slowed down: each is counted before it is judged."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text

from activities.store.engine import WriteSession
from activities.store.tables.desk import SignInFailure
from definitions.language.base import Value

KEPT = timedelta(days=1)


class Bound(Value):
    """At most `count` failures about `subject` within `within`."""

    subject: str
    count: int
    within: timedelta


async def count_guess(
    session: WriteSession, bounds: Sequence[Bound], now: datetime
) -> timedelta | None:
    """Count one guess against every bound; how long to wait where one is spent, else None.

    Guesses at one subject take turns, so that many at once are counted as many.
    """
    for bound in sorted(bounds, key=lambda each: each.subject):
        await session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))"),
            {"subject": bound.subject},
        )
    for bound in bounds:
        found = (
            await session.execute(
                select(func.count(), func.min(SignInFailure.at)).where(
                    SignInFailure.subject_sha256 == _digest(bound.subject),
                    SignInFailure.at > now - bound.within,
                )
            )
        ).one()
        if found[0] >= bound.count:
            return max(found[1] + bound.within - now, timedelta(seconds=1))
    session.add_all(
        SignInFailure(subject_sha256=_digest(bound.subject), at=now) for bound in bounds
    )
    return None


async def forget_guesses(session: WriteSession, bounds: Sequence[Bound], now: datetime) -> None:
    """The guess was right: forget what was counted against these subjects, and what is old."""
    subjects = [_digest(bound.subject) for bound in bounds]
    await session.execute(
        delete(SignInFailure).where(
            SignInFailure.subject_sha256.in_(subjects) | (SignInFailure.at < now - KEPT)
        )
    )


async def uncount_guess(session: WriteSession, bounds: Sequence[Bound], now: datetime) -> None:
    """The guess counted at that moment was right: it alone no longer counts against these."""
    for bound in bounds:
        counted = select(func.max(SignInFailure.id)).where(
            SignInFailure.subject_sha256 == _digest(bound.subject), SignInFailure.at == now
        )
        await session.execute(
            delete(SignInFailure).where(SignInFailure.id == counted.scalar_subquery())
        )


def _digest(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()
