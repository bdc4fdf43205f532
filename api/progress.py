"""The public view by number and query code. A wrong code and an unknown number are told alike."""

import hmac
from datetime import timedelta

from activities.store.desk.applications import application_of
from activities.store.desk.guessing import Bound, count_guess, forget_guesses
from activities.store.reading.progress import Progress, progress
from api.problems import too_many
from api.services import Services
from definitions.errors import Code, Refused

_SHOWN_FIRST, _SHOWN_LAST = 2, 4


async def progress_of(services: Services, number: str, code: str, *, address: str) -> Progress:
    """How far the application is. Raises `unknown-bundle`, `too-many-requests`."""
    bounds = _bounds(number, address)
    async with services.store.begin() as session:
        wait = await count_guess(session, bounds, services.now())
    if wait is not None:
        raise too_many(wait)
    async with services.store.reading() as reading:
        found = await application_of(reading, number)
        kept = (found.query_code if found else None) or ""
        if not hmac.compare_digest(kept.encode(), code.encode()) or found is None or not kept:
            raise Refused(Code.UNKNOWN_BUNDLE, "办件编号或查询码不对，请照收件凭证填写")
        shown = await progress(reading, number, masked(found.firm_name))
        loaded = services.library.services
        name = next(
            (s.definition.name for s in loaded if s.definition.service == found.service), ""
        )
    async with services.store.begin() as session:
        await forget_guesses(session, bounds, services.now())
    return shown or Progress(
        number=number,
        name=name,
        status="registering",
        version=0,
        started_at=found.submitted_at,
        closed_at=None,
        firm_name=masked(found.firm_name),
    )


def masked(name: str) -> str:
    """A firm's name as anybody may see it: both ends, the middle hidden."""
    hidden = len(name) - _SHOWN_FIRST - _SHOWN_LAST
    if hidden <= 0:
        return name[:1] + "*" * (len(name) - 1)
    return f"{name[:_SHOWN_FIRST]}{'*' * hidden}{name[-_SHOWN_LAST:]}"


def _bounds(number: str, address: str) -> tuple[Bound, ...]:
    """A code has 10,000 values: ten guesses in a quarter of an hour, and bounded by address too."""
    quarter = timedelta(minutes=15)
    return (
        Bound(subject=f"progress {number}", count=10, within=quarter),
        Bound(subject=f"progress from {address}", count=60, within=quarter),
    )
