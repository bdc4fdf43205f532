"""Free text people wrote, kept under its digest, so that events and histories hold digests only."""

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.desk import Remark


def digest_of(body: str) -> str:
    """The name of a text."""
    return hashlib.sha256(body.encode()).hexdigest()


async def keep_texts(session: WriteSession, bodies: Iterable[str]) -> tuple[str, ...]:
    """Keep the texts; their digests, each once, in order. Keeping a text again changes nothing."""
    digests = {digest_of(body): body for body in bodies}
    if digests:
        rows = [{"sha256": sha256, "body": body} for sha256, body in sorted(digests.items())]
        await session.execute(insert(Remark).on_conflict_do_nothing(), rows)
    return tuple(digests)


async def texts(session: ReadSession, digests: Iterable[str]) -> Mapping[str, str]:
    """The texts by digest; what is not there is left out."""
    wanted = sorted(set(digests))
    if not wanted:
        return {}
    found = await session.execute(
        select(Remark.sha256, Remark.body).where(Remark.sha256.in_(wanted))
    )
    return {row[0]: row[1] for row in found}
