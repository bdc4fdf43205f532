"""Who asks: a bearer token in `Authorization`, or the console's cookie; and whether they may.

A cookie is sent by browsers from any page, so unsafe requests with one must come from our own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from activities.store.desk.accounts import AccountView, signed_in, token_digest
from activities.store.reading.scope import Scope
from api.auth.person import Person, scope_of
from api.problems import ApiCode, Problem
from api.services import Given, Services
from definitions.language.roles import Actor, Role
from definitions.rules import permissions
from definitions.rules.permissions import Act

COOKIE = "yijianshi_session"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Documents the scheme in OpenAPI; the token itself is read below, so that the cookie works as well.
_SCHEME = HTTPBearer(auto_error=False, description="`POST /api/v1/sessions` 所得令牌")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The account behind a request, and the digest of its session."""

    account: AccountView
    session: str

    @property
    def actor(self) -> Person:
        """Who this is to the core, and what they are trusted with."""
        return Person(**dict(self.account.actor), authority=self.account.authority)

    @property
    def scope(self) -> Scope:
        """What this person may read. Raises `Refused` for those who read no applications."""
        return scope_of(self.actor)


async def find(request: Request, services: Services) -> SignedIn | None:
    """Who asks, by token or cookie; None where nobody is signed in. Raises `cross-site`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        token = request.cookies.get(COOKIE, "")
        if token and request.method not in SAFE:
            require_same_site(request)
    if not token:
        return None
    return await _by_token(services, token_digest(token.strip()))


async def current(
    request: Request, services: Given, _scheme: Annotated[object, Depends(_SCHEME)]
) -> SignedIn:
    """Who asks. Raises `unauthenticated`."""
    found = await find(request, services)
    if found is None:
        raise Problem(ApiCode.UNAUTHENTICATED, "请先登录，或登录已过期")
    structlog.contextvars.bind_contextvars(account=found.account.id, role=found.account.role)
    return found


Current = Annotated[SignedIn, Depends(current)]


def allowed(*acts: Act) -> Callable[[SignedIn], SignedIn]:
    """A dependency: who asks, and may do at least one of these acts."""

    def check(who: Current) -> SignedIn:
        if not any(permissions.may(who.actor, act) for act in acts):
            permissions.require(who.actor, acts[0])
        return who

    return check


Preparer = Annotated[SignedIn, Depends(allowed(Act.PREPARE))]
Submitter = Annotated[SignedIn, Depends(allowed(Act.SUBMIT))]
Reader = Annotated[SignedIn, Depends(allowed(Act.READ_ALL, Act.READ_DEPARTMENT))]
Worker = Annotated[SignedIn, Depends(allowed(Act.WORK_TASK))]
Annotator = Annotated[SignedIn, Depends(allowed(Act.WORK_TASK, Act.URGE))]
Assigner = Annotated[SignedIn, Depends(allowed(Act.WORK_TASK, Act.ASSIGN))]
Transferrer = Annotated[SignedIn, Depends(allowed(Act.TRANSFER))]
Asker = Annotated[SignedIn, Depends(allowed(Act.ASK))]
Complainer = Annotated[SignedIn, Depends(allowed(Act.COMPLAIN))]
Urger = Annotated[SignedIn, Depends(allowed(Act.URGE))]
Recuser = Annotated[SignedIn, Depends(allowed(Act.RECUSE))]
Supplier = Annotated[SignedIn, Depends(allowed(Act.SUPPLY))]
Filer = Annotated[SignedIn, Depends(allowed(Act.FILE))]
Objector = Annotated[SignedIn, Depends(allowed(Act.OBJECT))]
Deliverer = Annotated[SignedIn, Depends(allowed(Act.DELIVER))]
Withdrawer = Annotated[SignedIn, Depends(allowed(Act.WITHDRAW))]
Corrector = Annotated[SignedIn, Depends(allowed(Act.CORRECT))]
SecondNoticer = Annotated[SignedIn, Depends(allowed(Act.ALLOW_SECOND_NOTICE))]
Suspender = Annotated[SignedIn, Depends(allowed(Act.SUSPEND))]
Extender = Annotated[SignedIn, Depends(allowed(Act.EXTEND))]
Prolonger = Annotated[SignedIn, Depends(allowed(Act.PROLONG))]
Hearer = Annotated[SignedIn, Depends(allowed(Act.HEAR))]
HearingAsker = Annotated[SignedIn, Depends(allowed(Act.ASK_HEARING))]
Returner = Annotated[SignedIn, Depends(allowed(Act.RETURN))]
Terminator = Annotated[SignedIn, Depends(allowed(Act.TERMINATE))]
Revoker = Annotated[SignedIn, Depends(allowed(Act.REVOKE))]
CreditRepairer = Annotated[SignedIn, Depends(allowed(Act.REPAIR_CREDIT))]
Overseer = Annotated[SignedIn, Depends(allowed(Act.READ_ALL))]
CalendarPublisher = Annotated[SignedIn, Depends(allowed(Act.PUBLISH_CALENDAR))]
DefinitionProposer = Annotated[SignedIn, Depends(allowed(Act.PROPOSE_DEFINITION))]
DefinitionPublisher = Annotated[SignedIn, Depends(allowed(Act.PUBLISH_DEFINITION))]
PolicyReader = Annotated[SignedIn, Depends(allowed(Act.READ_BENEFITS))]
PolicyProposer = Annotated[SignedIn, Depends(allowed(Act.PROPOSE_POLICY))]
PolicyPublisher = Annotated[SignedIn, Depends(allowed(Act.PUBLISH_POLICY))]
BenefitReader = Annotated[SignedIn, Depends(allowed(Act.READ_BENEFITS))]
BenefitRunner = Annotated[SignedIn, Depends(allowed(Act.RUN_BENEFITS))]
BenefitReviewer = Annotated[SignedIn, Depends(allowed(Act.REVIEW_BENEFITS))]
BudgetSetter = Annotated[SignedIn, Depends(allowed(Act.SET_BUDGET))]
AccountCorrector = Annotated[SignedIn, Depends(allowed(Act.SERVE_BENEFICIARY, Act.RUN_BENEFITS))]


def workable_roles(actor: Actor) -> tuple[Role, ...]:
    """The roles whose tasks the actor may work in their own department."""
    department = actor.department or ""
    return tuple(
        role for role in Role if permissions.may_work(actor, department=department, role=role)
    )


def require_same_site(request: Request) -> None:
    """Raise `cross-site` unless the browser says, or the origin shows, that our own page asks."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        own = site == "same-origin"
    else:
        source = request.headers.get("origin") or request.headers.get("referer") or ""
        own = urlsplit(source).netloc == request.headers.get("host")
    if not own:
        raise Problem(ApiCode.CROSS_SITE, "请求不是从本系统的页面发出的，未予办理")


async def _by_token(services: Services, digest: str) -> SignedIn | None:
    now = services.now()
    account = services.sessions.get(digest, now)
    if account is None:
        async with services.store.reading() as session:
            found = await signed_in(session, digest, now)
        if found is None:
            return None
        account, ends_at = found
        services.sessions.put(digest, account, ends_at)
    return SignedIn(account=account, session=digest)
