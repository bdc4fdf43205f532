"""Accounts and their sessions. Passwords are kept as argon2 digests, session tokens as SHA-256."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from pydantic import ConfigDict
from sqlalchemy import delete, select, update

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.desk import Account, Session
from definitions.language.base import Value
from definitions.language.roles import WINDOW, Actor, Authority, Confidentiality, Role

SESSION_LIFE = timedelta(hours=12)
SHORTEST_PASSWORD = 12
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ANYTHING_ORDINARY = Authority()
# Verified for a login that does not exist, so that the answer takes as long as for one that does.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(24))


class AccountView(Value):
    """A person or program that may sign in, without the password."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    login: str
    name: str
    role: Role
    department: str | None
    active: bool
    items: tuple[str, ...] = ()
    clearance: Confidentiality = Confidentiality.ORDINARY

    @property
    def authority(self) -> Authority:
        """What of the department's work it is trusted with."""
        return Authority(items=self.items, clearance=self.clearance)

    @property
    def actor(self) -> Actor:
        """Who this is to the core."""
        return Actor(id=self.id, role=self.role, department=self.department)


def hashed(password: str) -> str:
    """The digest to keep. Slow on purpose: call it off the loop."""
    return _HASHER.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password. Takes as long for `None` (no such account)."""
    try:
        _HASHER.verify(kept or _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


async def create_account(
    session: WriteSession,
    *,
    login: str,
    name: str,
    role: Role,
    password_hash: str,
    department: str | None = None,
    authority: Authority = _ANYTHING_ORDINARY,
    person: str | None = None,
) -> AccountView:
    """A new account; window clerks belong to the window. `login` must be free."""
    if department is None and role is Role.WINDOW_CLERK:
        department = WINDOW
    account = Account(
        id=f"a-{secrets.token_hex(8)}",
        login=login,
        name=name,
        role=role,
        department=department,
        items=list(authority.items),
        clearance=authority.clearance,
        person=person,
        password=password_hash,
        active=True,
    )
    session.add(account)
    await session.flush()
    return AccountView.model_validate(account)


async def account_with_password(session: ReadSession, login: str) -> tuple[AccountView, str] | None:
    """The active account of that login, with its kept digest."""
    found = await session.scalar(select(Account).where(Account.login == login, Account.active))
    return (AccountView.model_validate(found), found.password) if found else None


async def accounts(session: ReadSession) -> tuple[AccountView, ...]:
    """Every account, by login."""
    found = await session.scalars(select(Account).order_by(Account.login))
    return tuple(AccountView.model_validate(account) for account in found)


async def accounts_of(session: ReadSession, department: str) -> tuple[AccountView, ...]:
    """The active accounts of a department, by login."""
    found = await session.scalars(
        select(Account)
        .where(Account.department == department, Account.active)
        .order_by(Account.login)
    )
    return tuple(AccountView.model_validate(account) for account in found)


async def accounts_of_persons(session: ReadSession, persons: Iterable[str]) -> tuple[str, ...]:
    """The ids of accounts, closed ones too, whose holders these are, by ID number."""
    wanted = sorted(set(persons))
    if not wanted:
        return ()
    found = await session.scalars(
        select(Account.id).where(Account.person.in_(wanted)).order_by(Account.id)
    )
    return tuple(found)


async def set_password(session: WriteSession, account: str, password_hash: str) -> None:
    """A new password ends every session of the account."""
    await session.execute(
        update(Account).where(Account.id == account).values(password=password_hash)
    )
    await session.execute(delete(Session).where(Session.account == account))


async def open_session(session: WriteSession, account: str, now: datetime) -> tuple[str, datetime]:
    """A new session: its token, told once, and when it ends."""
    token, ends = secrets.token_urlsafe(32), now + SESSION_LIFE
    session.add(Session(token_sha256=token_digest(token), account=account, expires_at=ends))
    await session.flush()
    return token, ends


async def signed_in(
    session: ReadSession, token_sha256: str, now: datetime
) -> tuple[AccountView, datetime] | None:
    """Whose session this is and when it ends; None where it has ended or the account was closed."""
    found = (
        await session.execute(
            select(Account, Session.expires_at)
            .join(Session, Session.account == Account.id)
            .where(Session.token_sha256 == token_sha256, Session.expires_at > now, Account.active)
        )
    ).first()
    return (AccountView.model_validate(found[0]), found[1]) if found else None


async def close_session(session: WriteSession, token_sha256: str) -> None:
    """Sign out."""
    await session.execute(delete(Session).where(Session.token_sha256 == token_sha256))


async def sweep_sessions(session: WriteSession, now: datetime) -> None:
    """Forget sessions that have ended."""
    await session.execute(delete(Session).where(Session.expires_at <= now))


def token_digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
