"""The people of a demonstration, each signed in, acting through the public API only.

They behave as good clients do: a call that got no final answer is sent again under the same key.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2

from activities.store.desk.accounts import AccountView, accounts, open_session
from activities.store.engine import Store
from definitions.language.roles import Role
from deploy.trouble import Trouble

Json = dict[str, Any]
API = "/api/v1"
TIMEOUT = 30.0
PATIENCE = 30.0
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0
# Taken but not recorded yet, or nobody there who could say: the same call again.
_AGAIN = frozenset({202, 502, 503, 504})


class Declined(Exception):
    """The API refused. `problem` is its RFC 9457 body."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or "refused"))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call that got its final answer. `act` is the key under which the register knows an act."""

    path: str
    act: str | None
    answer: Any
    tries: int
    seconds: float


Heard = Callable[[Exchange], None]


class Person:
    """One signed-in person. Repeats a call under the same key while nobody answers it for good.

    `patience` is for how many seconds; `heard` is told of every answer.
    """

    def __init__(
        self,
        account: AccountView,
        http: httpx2.AsyncClient,
        token: str,
        *,
        patience: float = PATIENCE,
        heard: Heard | None = None,
    ) -> None:
        self.account = account
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._patience = patience
        self._heard = heard

    async def read(self, path: str, **query: str) -> Any:  # noqa: ANN401 - whatever the API says
        """GET under the API's root."""
        return await self._ask(
            path, lambda: self._http.get(API + path, params=query, headers=self._headers)
        )

    async def page(self, path: str) -> str:
        """A page of the console, as this person sees it."""
        answer = await self._http.get(path, headers=self._headers)
        answer.raise_for_status()
        return answer.text

    async def act(self, path: str, body: Mapping[str, Any] | None = None) -> Json:
        """POST a command under a key of its own, until it is recorded."""
        key = uuid4().hex
        headers = {**self._headers, "Idempotency-Key": key}
        found: Json = await self._ask(
            path,
            lambda: self._http.post(API + path, json=dict(body or {}), headers=headers),
            act=f"{self.account.id}:{key}",
        )
        return found

    async def upload(self, name: str, content: bytes) -> str:
        """Upload one file; returns its id."""
        found = await self._ask(
            "/files",
            lambda: self._http.post(
                f"{API}/files", files={"file": (name, content)}, headers=self._headers
            ),
        )
        return str(found["id"])

    async def _ask(
        self, path: str, send: Callable[[], Awaitable[httpx2.Response]], *, act: str | None = None
    ) -> Any:  # noqa: ANN401 - whatever the API says
        """Until there is a final answer or patience ends, with growing pauses."""
        begun, pause, tries = time.monotonic(), FIRST_PAUSE, 0
        while True:
            tries += 1
            is_last = _since(begun) + pause > self._patience
            try:
                answer = await send()
            except httpx2.TransportError:
                if is_last:
                    raise
            else:
                if is_last or answer.status_code not in _AGAIN:
                    return self._answered(Exchange(path, act, _body(answer), tries, _since(begun)))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _answered(self, exchange: Exchange) -> Any:  # noqa: ANN401 - whatever the API says
        if self._heard is not None:
            self._heard(exchange)
        return exchange.answer


class People:
    """Everybody a demonstration needs, by post."""

    def __init__(self, everybody: list[Person]) -> None:
        self._everybody = everybody

    def post(self, role: Role, department: str | None = None) -> Person:
        """Somebody in that role (and department). Raises Trouble where nobody is."""
        for person in self._everybody:
            account = person.account
            if account.role is role and department in {None, account.department}:
                return person
        message = f"没有演示所需的账号（{role}）：请先运行 yijianshi seed。"
        raise Trouble(message)


async def gathered(
    store: Store,
    http: httpx2.AsyncClient,
    *,
    patience: float = PATIENCE,
    heard: Heard | None = None,
) -> People:
    """Everybody with an account, each in a new session of their own."""
    everybody: list[Person] = []
    async with store.begin() as session:
        for account in await accounts(session):
            token, _ = await open_session(session, account.id, datetime.now(UTC))
            everybody.append(Person(account, http, token, patience=patience, heard=heard))
    return People(everybody)


def _since(begun: float) -> float:
    return time.monotonic() - begun


def _body(answer: httpx2.Response) -> Any:  # noqa: ANN401 - whatever the API says
    body = answer.json()
    if answer.is_error:
        raise Declined(body)
    return body
