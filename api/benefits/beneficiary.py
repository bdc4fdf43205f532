"""Who a benefit is for, speaking for himself by code and query code, or through the window."""

import hmac
from datetime import timedelta

import structlog

from activities.store.benefits.facts import SubjectView, subject_by_code, subject_view
from activities.store.benefits.query_codes import renew_query_code
from activities.store.desk.guessing import (
    Bound,
    count_guess,
    forget_guesses,
    uncount_guess,
)
from api.benefits.base import recorded
from api.facts import checked_code
from api.problems import too_many
from api.services import Services
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.benefits import SubjectKind
from definitions.language.roles import Actor, Role
from definitions.rules import permissions
from definitions.rules.permissions import Act

log = structlog.get_logger(__name__)

_UNKNOWN = "代码或查询码不对；查询码可以到办事窗口凭有效证件查询、更换"


class Beneficiary(Value):
    """A subject, and who speaks for it: itself, or the clerk at whose window it stands."""

    subject: SubjectView
    actor: Actor

    @property
    def by(self) -> str:
        """As records name the speaker: an account's id, or `subject`."""
        return "subject" if self.speaks_for_itself else self.actor.id

    @property
    def speaks_for_itself(self) -> bool:
        """Not through a window."""
        return self.actor.role is Role.APPLICANT


async def admitted(
    services: Services, kind: SubjectKind, code: str, query_code: str, *, address: str
) -> Beneficiary:
    """The subject that this code opens. A wrong code and an unknown subject are told alike.

    Raises `unknown-subject`, `too-many-requests`.
    """
    wanted = code.strip().upper()
    bounds, now = _bounds(kind, wanted, address), services.now()
    async with services.store.begin() as session:
        wait = await count_guess(session, bounds, now)
    if wait is not None:
        raise too_many(wait)
    async with services.store.reading() as session:
        found = await subject_by_code(session, kind, wanted)
    kept = found.query_code if found else ""
    said = query_code.strip().lower()
    if found is None or not kept or not hmac.compare_digest(kept.encode(), said.encode()):
        raise Refused(Code.UNKNOWN_SUBJECT, _UNKNOWN)
    async with services.store.begin() as session:
        await forget_guesses(session, bounds[:1], now)
        await uncount_guess(session, bounds[1:], now)
    return Beneficiary(
        subject=found, actor=Actor(id=f"beneficiary:{found.id}", role=Role.APPLICANT)
    )


async def renewed_code(
    services: Services, actor: Actor, subject: int, *, instead_of: str
) -> SubjectView:
    """换新查询码, for whoever stands at the window; the old one opens nothing any more.

    Only instead of that which the clerk saw: the same request again does not make another.
    Raises `unknown-subject`, `forbidden`.
    """
    permissions.require(actor, Act.SERVE_BENEFICIARY)
    async with services.store.begin() as session:
        done = await renew_query_code(session, subject, instead_of=instead_of)
        found = await subject_view(session, subject)
    if found is None:
        raise Refused(Code.UNKNOWN_SUBJECT, "没有这户企业（这个人）")
    if done:
        log.info("query_code_renewed", subject=subject, by=actor.id)
    return found


async def served(services: Services, actor: Actor, kind: SubjectKind, code: str) -> Beneficiary:
    """The subject whom a clerk serves at the window. Raises `unknown-subject`, `forbidden`."""
    permissions.require(actor, Act.SERVE_BENEFICIARY)
    wanted = checked_code(kind, code)
    async with services.store.reading() as session:
        found = await subject_by_code(session, kind, wanted)
    if found is None:
        raise Refused(Code.UNKNOWN_SUBJECT, "惠企利民数据里没有这个对象", field="/code")
    return Beneficiary(subject=found, actor=recorded(actor))


def _bounds(kind: SubjectKind, code: str, address: str) -> tuple[Bound, ...]:
    """Ten guesses at one subject in a quarter of an hour, and bounded by address too.

    A right guess does not count against its address: a hall has one for everybody in it. The wrong
    ones from there stay counted: one's own code must not buy guesses at those of others.
    """
    quarter = timedelta(minutes=15)
    return (
        Bound(subject=f"benefits {kind} {code}", count=10, within=quarter),
        Bound(subject=f"benefits from {address}", count=60, within=quarter),
    )
