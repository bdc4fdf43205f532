"""The people of a demonstration, each signed in, acting through the public API only."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2

from activities.store.desk.accounts import AccountView, accounts, open_session
from activities.store.engine import Store
from definitions.language.roles import Role

Json = dict[str, Any]
API = "/api/v1"
TIMEOUT = 30.0
PATIENCE = 30
UNAVAILABLE = 503
ACCEPTED = 202


class Declined(Exception):
    """The API refused. `problem` is its RFC 9457 body."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or "refused"))
        self.problem = problem


class Person:
    """One signed-in person. Repeats a call under the same key while the engine is away."""

    def __init__(self, account: AccountView, http: httpx2.AsyncClient, token: str) -> None:
        self.account = account
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}

    async def read(self, path: str, **query: str) -> Any:  # noqa: ANN401 - whatever the API says
        """GET under the API's root."""
        answer = await self._http.get(API + path, params=query, headers=self._headers)
        return _body(answer)

    async def act(self, path: str, body: Mapping[str, Any] | None = None) -> Json:
        """POST a command under a key of its own, until it is recorded."""
        headers = {**self._headers, "Idempotency-Key": uuid4().hex}
        for _ in range(PATIENCE):
            answer = await self._http.post(API + path, json=dict(body or {}), headers=headers)
            if answer.status_code not in {ACCEPTED, UNAVAILABLE}:
                break
            await asyncio.sleep(1)
        found: Json = _body(answer)
        return found

    async def upload(self, name: str, content: bytes) -> str:
        """Upload one file; returns its id."""
        answer = await self._http.post(
            f"{API}/files", files={"file": (name, content)}, headers=self._headers
        )
        return str(_body(answer)["id"])


class People:
    """Everybody a demonstration needs, by post."""

    def __init__(self, everybody: list[Person]) -> None:
        self._everybody = everybody

    def post(self, role: Role, department: str | None = None) -> Person:
        """Somebody in that role (and department)."""
        return next(
            person
            for person in self._everybody
            if person.account.role is role
            and (department is None or person.account.department == department)
        )


async def gathered(store: Store, http: httpx2.AsyncClient) -> People:
    """Everybody with an account, each in a new session of their own."""
    everybody: list[Person] = []
    async with store.begin() as session:
        for account in await accounts(session):
            token, _ = await open_session(session, account.id, datetime.now(UTC))
            everybody.append(Person(account, http, token))
    return People(everybody)


def _body(answer: httpx2.Response) -> Any:  # noqa: ANN401 - whatever the API says
    body = answer.json()
    if answer.is_error:
        raise Declined(body)
    return body
