"""A department's desk: one task, what is known of it, and the two ways to be done with it.

Every call is safe to repeat. The key of a completion is made of the task and the version at which
it was given, so that a program that runs twice completes once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx2

from activities.contracts.assignments import Assignment, Declined, Handled

API = "/api/v1"
TIMEOUT = 30.0
# How long a hall that does not answer is tried within one run; Temporal then runs it once more.
PATIENCE = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
Json = dict[str, Any]
Token = Callable[[bool], Awaitable[str]]

_AGAIN = frozenset({202, 429, 502, 503, 504})
OVER, TAKEN = "task-not-open", "task-taken"
_ENDED = frozenset({OVER, TAKEN, "bundle-closed", "idempotency-key-reused"})


class Overtaken(Exception):
    """The task is over (`task-not-open`), or a person has taken it (`task-taken`)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Refused(Exception):
    """The hall does not take it as it was said. `code` and `problem` (RFC 9457) say why."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        self.code = str(problem.get("code") or "refused")
        self.problem = problem
        super().__init__(str(problem.get("detail") or self.code))


class Unreachable(Exception):
    """The hall did not answer for good; the same call may be made again."""


class Hall(AbstractAsyncContextManager["Hall"]):
    """The hall's API as one account. `token(renew)` gives the token, a fresh one where asked."""

    def __init__(
        self,
        api: str,
        token: Token,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._http = httpx2.AsyncClient(base_url=api, timeout=TIMEOUT, transport=transport)
        self._token = token
        self._patience = patience
        self._account: str | None = None

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def account(self) -> str:
        """The id of the account that acts."""
        if self._account is None:
            self._account = str((await self.get(f"{API}/sessions/current")).json()["id"])
        return self._account

    async def get(self, path: str) -> httpx2.Response:
        """Read. Raises `Refused`, `Unreachable`."""
        return await self._call("GET", path)

    async def post(self, path: str, body: Mapping[str, Any], *, key: str) -> httpx2.Response:
        """Act, under this key. Raises `Refused`, `Unreachable`."""
        return await self._call("POST", path, body=body, headers={"Idempotency-Key": key})

    async def upload(self, name: str, content: bytes) -> str:
        """Upload a file; returns the id by which a completion names it."""
        answer = await self._call("POST", f"{API}/files", files={"file": (name, content)})
        return str(answer.json()["id"])

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        loop = asyncio.get_running_loop()
        until, pause, renew = loop.time() + self._patience, FIRST_PAUSE, False
        while True:
            said = {**(headers or {}), "Authorization": f"Bearer {await self._token(renew)}"}
            try:
                answer = await self._http.request(
                    method, path, json=body, files=files, headers=said
                )
            except httpx2.TransportError as error:
                if loop.time() + pause > until:
                    raise Unreachable(type(error).__name__) from error
            else:
                if answer.status_code == HTTPStatus.UNAUTHORIZED and not renew:
                    renew = True
                    continue
                if answer.status_code not in _AGAIN:
                    return _final(answer)
                if loop.time() + pause > until:
                    raise Unreachable(str(answer.status_code))
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def __aenter__(self) -> Self:
        """Ready to be called."""
        return self


class Desk:
    """One task on the department's desk."""

    def __init__(self, assignment: Assignment, hall: Hall) -> None:
        self.assignment = assignment
        self._hall = hall
        self._task = f"{API}/tasks/{quote(assignment.task, safe='')}"

    async def package(self) -> Json:
        """资料包: everything the department needs to handle the task, to be taken over as it is."""
        found: Json = (await self._hall.get(f"{self._task}/package")).json()
        return found

    async def file(self, address: str) -> bytes:
        """A file of the package, by the address that stands there."""
        if not address.startswith(f"{API}/"):
            # The token is for the hall and for nobody else.
            raise ValueError("not an address of the hall")
        return (await self._hall.get(address)).content

    async def upload(self, name: str, content: bytes) -> str:
        """Upload a file of the department's own; returns its id, for `files` of `complete`."""
        return await self._hall.upload(name, content)

    async def complete(
        self,
        outcome: str,
        *,
        reasons: Sequence[str] = (),
        bases: Sequence[Mapping[str, Any]] = (),
        files: Sequence[str] = (),
        handled_by: Sequence[str] = (),
        **more: object,
    ) -> Handled:
        """办结: complete the task in the department's name.

        `handled_by` are the staff numbers of who handled it, in order; the last one decided. `more`
        is whatever else the task's kind needs (`points`, `days`, `companions`, `dates`), as in
        `POST /tasks/{id}/complete`. Raises `Overtaken`, `Refused`, `Unreachable`.
        """
        body = {
            "outcome": outcome,
            "reasons": list(reasons),
            "bases": [dict(basis) for basis in bases],
            "files": list(files),
            "handled_by": list(handled_by),
            **more,
        }
        try:
            answer = await self._hall.post(f"{self._task}/complete", body, key=self.key)
        except Refused as refused:
            if refused.code not in _ENDED:
                raise
            return await self._done_before(refused)
        return Handled(version=answer.json()["version"])

    def decline(self, reason: str) -> Declined:
        """不办: leave the task to people. `reason` is a code, never words about the applicant."""
        return Declined(reason=reason)

    @property
    def key(self) -> str:
        """The idempotency key of this task's completion: the same at every run."""
        return f"{self.assignment.task}@{self.assignment.version}"

    async def _done_before(self, refused: Refused) -> Handled:
        """An earlier run may have completed the task and died before it could say so."""
        task = (await self._hall.get(self._task)).json()
        if task["status"] == "completed" and task["assignee"] == await self._hall.account():
            return Handled(version=task["version"])
        raise Overtaken(TAKEN if refused.code == TAKEN else OVER) from refused


def fixed(token: str) -> Token:
    """A token that somebody else renews."""

    async def give(renew: bool) -> str:  # noqa: ARG001, FBT001 - as `Token` is called
        return token

    return give


def signing_in(api: str, login: str, password: str) -> Token:
    """Sign in with the account's password, and again when the session has ended."""
    held: list[str] = []
    turn = asyncio.Lock()

    async def give(renew: bool) -> str:  # noqa: FBT001 - as `Token` is called
        before = held[-1:] if renew else []
        async with turn:
            if not held or held == before:
                held[:] = [await _signed_in(api, login, password)]
            return held[0]

    return give


async def _signed_in(api: str, login: str, password: str) -> str:
    async with httpx2.AsyncClient(base_url=api, timeout=TIMEOUT) as http:
        try:
            answer = await http.post(f"{API}/sessions", json={"login": login, "password": password})
        except httpx2.TransportError as error:
            raise Unreachable(type(error).__name__) from error
    if answer.is_server_error or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise Unreachable(str(answer.status_code))
    return str(_final(answer).json()["token"])


def _final(answer: httpx2.Response) -> httpx2.Response:
    if answer.is_success:
        return answer
    if answer.is_server_error:
        raise Unreachable(str(answer.status_code))
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    raise Refused(problem if isinstance(problem, dict) else {})
