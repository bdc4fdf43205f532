"""The morning's digest of supervision, composed once a day for every department and for all."""

from datetime import date, timedelta

from temporalio import activity

from activities.contracts.profiles import LOOKUP, Profile
from definitions.language.base import Value

# Once a day, over everything that is open.
COMPOSING: Profile = {**LOOKUP, "start_to_close_timeout": timedelta(minutes=10)}


class DigestAsked(Value):
    """Of which day, Shanghai time."""

    day: date


class DigestMade(Value):
    """`composed` counts what was written just now: none on a day off, none where all stand."""

    worked: bool
    composed: int


@activity.defn(name="compose_digests")
async def compose_digests(asked: DigestAsked) -> DigestMade:
    """Write the day's digests: one of each department, and one of all.

    Idempotent: what stands for a day and department is never written again. On a day that the
    calendar in force calls off, nothing is written.
    """
    raise NotImplementedError
