"""How the stand-in works its tasks: reads what it needs through the API, decides, calls back."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx2
import structlog

from activities.outside.departments.sandbox.behaviour import Answers, Credentials, answer
from activities.outside.departments.sandbox.book import Book, Held
from activities.outside.departments.signing import Algorithm, signed

log = structlog.get_logger(__name__)

API = "/api/v1"
_LONGEST_PAUSE = 60
_IDLE = 5.0
# Not an answer of the hall's yet: the same message again.
_AGAIN = frozenset({202, 408, 429, 500, 502, 503, 504})


class Away(Exception):
    """The hall did not answer for good."""


class Answering:
    """Works what is due. `hall` is a client whose base is the hall's address."""

    def __init__(
        self, book: Book, hall: httpx2.AsyncClient, *, now: Callable[[], datetime]
    ) -> None:
        self._book, self._hall, self._now = book, hall, now
        self._tokens: dict[str, str] = {}
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There is something new in the book."""
        self._news.set()

    async def forever(self) -> None:
        """What is due, as it becomes due."""
        while True:
            self._news.clear()
            await self.work()
            upcoming = self._book.next_at()
            left = (upcoming - self._now()).total_seconds() if upcoming else _IDLE
            try:
                async with asyncio.timeout(min(max(left, 0.02), _IDLE)):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def work(self) -> None:
        """Everything that is due now, once."""
        for held in self._book.due(self._now()):
            try:
                await self._step(held)
            except (Away, httpx2.HTTPError) as error:
                pause = min(2**held.tries, _LONGEST_PAUSE)
                self._book.later(held, self._now() + timedelta(seconds=pause))
                log.info("hall_away", task=held.id, reason=type(error).__name__)
            except Exception:
                # One task that cannot be worked must not end the work on the others.
                log.exception("task_failed", task=held.id)
                self._book.tell(held, "failed")

    async def _step(self, held: Held) -> None:
        by = self._book.credentials(held.department)
        if by is None:
            self._book.tell(held, "not-connected")
            return
        if held.answer_id is None:
            held = await self._decided(held, by)
            if held.next_at is None or held.next_at > self._now():
                return
        assert held.answer is not None
        name = held.answer_id
        assert name is not None
        body = held.answer.encode()
        held = self._book.tell(held, await self._called(by, name, body))
        if self._book.behaviour(held.department).answers is Answers.TWICE:
            # Once as whoever did not hear the answer would, once as whoever lost count.
            held = self._book.tell(held, await self._called(by, name, body))
            self._book.tell(held, await self._called(by, _name(), body))

    async def _decided(self, held: Held, by: Credentials) -> Held:
        package = await self._package(held, by)
        behaviour = self._book.behaviour(held.department)
        body = answer(held.assignment, package, behaviour)
        return self._book.decide(held, _name(), body, tell_at=behaviour.told(self._now()))

    async def _package(self, held: Held, by: Credentials) -> Mapping[str, Any] | None:
        """What is to be known of the task; None where it is the department's no more."""
        place = str(held.assignment.get("package", f"{API}/tasks/{held.id}/package"))
        answered = await self._hall.get(place, headers=await self._authorized(by))
        if answered.status_code == HTTPStatus.UNAUTHORIZED:
            self._tokens.pop(by.login, None)
            answered = await self._hall.get(place, headers=await self._authorized(by))
        if answered.status_code == HTTPStatus.NOT_FOUND:
            return None
        if answered.is_error:
            raise Away
        found: Mapping[str, Any] = answered.json()
        return found

    async def _authorized(self, by: Credentials) -> dict[str, str]:
        if by.login not in self._tokens:
            asked = {"login": by.login, "password": by.password}
            answered = await self._hall.post(f"{API}/sessions", json=asked)
            if answered.is_error:
                raise Away
            self._tokens[by.login] = answered.json()["token"]
        return {"Authorization": f"Bearer {self._tokens[by.login]}"}

    async def _called(self, by: Credentials, name: str, body: bytes) -> str:
        """Call back; what the hall said to it. Raises `Away`."""
        headers = signed(
            body,
            name=name,
            at=self._now(),
            secret=by.secrets[0],
            algorithm=Algorithm(by.algorithm),
        )
        answered = await self._hall.post(
            f"{API}/departments/{by.connection}/callback",
            content=body,
            headers={**headers, "content-type": "application/json"},
        )
        if answered.status_code in _AGAIN:
            raise Away
        return "taken" if answered.is_success else str(answered.json()["code"])


def _name() -> str:
    return f"answer_{secrets.token_hex(16)}"
