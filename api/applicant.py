"""An applicant without an account: number and query code let them hand in what is awaited."""

from datetime import timedelta

from activities.store.desk.guessing import Bound, count_guess
from api.problems import too_many
from api.progress import progress_of
from api.services import Services
from definitions.language.roles import Actor, Role


async def admitted(services: Services, number: str, code: str, *, address: str) -> Actor:
    """Who the applicant of this application is to the core.

    Asked before the body is read. Raises `unknown-bundle`, `too-many-requests`.
    """
    found = await progress_of(services, number, code, address=address)
    async with services.store.begin() as session:
        wait = await count_guess(session, _bounds(found.number, address), services.now())
    if wait is not None:
        raise too_many(wait)
    return Actor(id=f"applicant:{found.number}", role=Role.APPLICANT)


def _bounds(number: str, address: str) -> tuple[Bound, ...]:
    """Enough for every paper of a case, handed in again after each rejection."""
    hour = timedelta(hours=1)
    return (
        Bound(subject=f"supply {number}", count=20, within=hour),
        Bound(subject=f"supply from {address}", count=100, within=hour),
    )
