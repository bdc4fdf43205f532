"""One's own page, opened by the subject's number, which says nothing of who it is, and the code."""

from activities.store.benefits.facts import subject_view
from api.benefits.beneficiary import Beneficiary, admitted
from api.services import Services
from definitions.language.benefits import SubjectKind

_NOBODY = "-"


async def admitted_by_number(
    services: Services, subject: int, query_code: str, *, address: str
) -> Beneficiary:
    """As `admitted`, for an address that must not hold an ID number. Raises the same."""
    async with services.store.reading() as session:
        found = await subject_view(session, subject)
    # Each number that is nobody's has a bound of its own, as each that is somebody's.
    kind, code = (found.kind, found.code) if found else (SubjectKind.FIRM, f"{_NOBODY}{subject}")
    return await admitted(services, kind, code, query_code, address=address)
