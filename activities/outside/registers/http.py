"""The registers over HTTP, behind one exchange: `{base}/{register}/firms/{code}` and checks.

What identifies a person goes in bodies, never in an address. A register is asked twice at most and
briefly; one that keeps failing is left alone for a while. Nothing of a failure is passed on but
that there was one.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any

import httpx2
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from activities.outside.registers.answers import (
    KEPT_BY,
    PARTS,
    SHARED,
    Answer,
    Answers,
    Property,
    Reach,
    Register,
    Verdict,
)
from definitions.language.facts import FACTS_BY_NAME, FactKind
from definitions.rules.conditions import Fact

log = structlog.get_logger(__name__)

TIMEOUT = 1.5
_TRIES = 2
_FAILURES = 3
_REST = 10.0
_REFUSALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def _now() -> datetime:
    return datetime.now(UTC)


class _Said(BaseModel):
    """What an answer must look like; more in it is ignored."""

    model_config = ConfigDict(extra="ignore")

    as_of: date | None = None
    facts: dict[str, Any] = {}
    verified: bool | None = None
    barred: bool | None = None
    owner: str = ""


@dataclass(slots=True)
class _Fuse:
    """Blown after some failures in a row; then the register rests until `until`."""

    failures: int = 0
    until: float = 0.0


class HttpRegisters:
    """`Registers` over HTTP. `clock` reckons a failing register's rest, `now` dates answers."""

    def __init__(
        self,
        base: str,
        *,
        token: str = "",
        timeout: float = TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _now,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # The exchange is named by the settings; a proxy of the environment is not meant for it.
        self._http = httpx2.AsyncClient(
            base_url=base.rstrip("/"), headers=headers, timeout=timeout, trust_env=False
        )
        self._timeout = timeout
        self._clock, self._now = clock, now
        self._fuses = {register: _Fuse() for register in Register}

    async def firm(self, uscc: str, *, asked: frozenset[Register] | None = None) -> Answers:
        """As `Registers.firm`: all at once, so that the slowest is what one waits for."""
        wanted = [register for register in Register if asked is None or register in asked]
        answers = await asyncio.gather(*(self._firm(register, uscc) for register in wanted))
        return dict(zip(wanted, answers, strict=True))

    async def person(self, id_number: str, name: str) -> Verdict:
        """As `Registers.person`."""
        person = {"id_number": id_number, "name": name}
        (known, same), (listed, bar) = await asyncio.gather(
            self._ask(Register.POPULATION, "POST", "persons/check", person),
            self._ask(Register.ENTERPRISE, "POST", "disqualified/check", person),
        )
        if bar is not None and bar.barred:
            return Verdict.BARRED
        if known is Reach.ABSENT or (same is not None and same.verified is False):
            return Verdict.MISMATCH
        if same is None or same.verified is None or listed in (Reach.AWAY, Reach.REFUSED):
            return Verdict.AWAY
        return Verdict.VERIFIED

    async def property(self, address: str) -> Property:
        """As `Registers.property`."""
        reach, said = await self._ask(
            Register.REAL_ESTATE, "POST", "premises/check", {"address": address}
        )
        return Property(reach=reach, owner=said.owner if said else "")

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def _firm(self, register: Register, uscc: str) -> Answer:
        reach, said = await self._ask(register, "GET", f"firms/{uscc}")
        if said is None:
            fetched = self._now() if reach is Reach.ABSENT else None
            return Answer(reach=reach, fetched_at=fetched)
        return Answer(
            reach=reach,
            facts=_understood(register, said.facts),
            fetched_at=self._now(),
            as_of=said.as_of,
        )

    async def _ask(
        self, register: Register, method: str, path: str, body: Mapping[str, str] | None = None
    ) -> tuple[Reach, _Said | None]:
        fuse = self._fuses[register]
        if fuse.failures >= _FAILURES and self._clock() < fuse.until:
            return Reach.AWAY, None
        why = ""
        for _ in range(_TRIES):
            try:
                async with asyncio.timeout(self._timeout):
                    answer = await self._http.request(method, f"/{register}/{path}", json=body)
                reach, said = _read(answer)
            except (httpx2.TimeoutException, TimeoutError):
                # Somebody waits: one that was too slow is not waited for twice.
                why = "timeout"
                break
            except (httpx2.HTTPError, ValueError) as error:
                why = type(error).__name__
                continue
            if reach is not Reach.AWAY:
                fuse.failures = 0
                if reach is Reach.REFUSED:
                    log.warning("register_refused", register=register, status=answer.status_code)
                return reach, said
            why = str(answer.status_code)
        fuse.failures += 1
        fuse.until = self._clock() + _REST
        log.warning("register_away", register=register, reason=why, failures=fuse.failures)
        return Reach.AWAY, None


def _read(answer: httpx2.Response) -> tuple[Reach, _Said | None]:
    """Raises `ValueError` where the answer is none."""
    match answer.status_code:
        case HTTPStatus.OK:
            try:
                return Reach.ANSWERED, _Said.model_validate_json(answer.content)
            except ValidationError:
                # Its text quotes the answer.
                raise ValueError("not an answer") from None
        case HTTPStatus.NOT_FOUND:
            return Reach.ABSENT, None
        case status if status in _REFUSALS:
            return Reach.REFUSED, None
        case _:
            return Reach.AWAY, None


def _understood(register: Register, facts: Mapping[str, object]) -> dict[str, Fact]:
    """The facts that this register keeps, each in a shape the language has; no others."""
    found: dict[str, Fact] = {}
    for name, said in facts.items():
        if KEPT_BY.get(name) is not register and not (name == SHARED and register in PARTS):
            continue
        value = _value(name, said)
        if value is None:
            log.warning("register_fact_not_understood", register=register, fact=name)
        else:
            found[name] = value
    return found


def _value(name: str, said: object) -> Fact | None:
    fact = FACTS_BY_NAME[name]
    allowed = {option.value for option in fact.values}
    match said:
        case bool():
            return said if fact.kind is FactKind.FLAG else None
        case int():
            return said if fact.kind is FactKind.NUMBER else None
        case str() if fact.kind is FactKind.TEXT:
            return said
        case str() if fact.kind is FactKind.DATE:
            return said if _is_day(said) else None
        case str() if fact.kind is FactKind.ONE:
            return said if said in allowed else None
        case list() if fact.kind is FactKind.MANY:
            listed = tuple(str(each) for each in said)
            return listed if set(listed) <= allowed else None
        case _:
            return None


def _is_day(said: str) -> bool:
    try:
        return date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False
