"""Signing in and out. Guesses are counted by login, by address and by both, before being judged."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from fastapi import Response

from activities.store.desk.accounts import (
    SESSION_LIFE,
    AccountView,
    account_with_password,
    close_session,
    matches,
    open_session,
    sweep_sessions,
)
from activities.store.desk.guessing import Bound, count_guess, forget_guesses
from api.auth.identity import COOKIE, SignedIn
from api.problems import ApiCode, Problem, too_many
from api.services import Services

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just opened; the token is told this once."""

    account: AccountView
    token: str
    ends_at: datetime


async def sign_in(services: Services, login: str, password: str, *, address: str) -> NewSession:
    """Open a session. Raises `sign-in-failed`, `too-many-requests`."""
    bounds = _bounds(login, address)
    async with services.store.begin() as session:
        wait = await count_guess(session, bounds, services.now())
    if wait is not None:
        log.warning("sign_in_throttled")
        raise too_many(wait)
    async with services.store.reading() as reading:
        found = await account_with_password(reading, login)
    if not await asyncio.to_thread(matches, password, found[1] if found else None) or not found:
        log.info("sign_in_failed", account=found[0].id if found else None)
        raise Problem(ApiCode.SIGN_IN_FAILED, "账号或口令不对，请重新输入")
    now = services.now()
    async with services.store.begin() as session:
        await forget_guesses(session, bounds[:2], now)
        await sweep_sessions(session, now)
        token, ends_at = await open_session(session, found[0].id, now)
    log.info("signed_in", account=found[0].id)
    return NewSession(account=found[0], token=token, ends_at=ends_at)


async def sign_out(services: Services, who: SignedIn) -> None:
    """End the session."""
    services.sessions.forget(who.session)
    async with services.store.begin() as session:
        await close_session(session, who.session)
    log.info("signed_out", account=who.account.id)


def set_cookie(response: Response, opened: NewSession, *, secure: bool) -> None:
    """Keep the console signed in. Scripts cannot read it, other sites cannot post with it."""
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(SESSION_LIFE.total_seconds()),
        httponly=True,
        secure=secure,
        samesite="lax",
    )


def clear_cookie(response: Response, *, secure: bool) -> None:
    """Forget the session in the browser."""
    response.delete_cookie(COOKIE, httponly=True, secure=secure, samesite="lax")


def _bounds(login: str, address: str) -> tuple[Bound, ...]:
    """Few tries at one login from one place; many more before everybody is shut out of a login."""
    quarter = timedelta(minutes=15)
    return (
        Bound(subject=f"sign-in {login} {address}", count=5, within=timedelta(minutes=5)),
        Bound(subject=f"sign-in {login}", count=30, within=quarter),
        Bound(subject=f"sign-in from {address}", count=200, within=quarter),
    )
