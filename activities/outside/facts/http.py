"""Sources of facts over HTTP, behind one exchange: `{base}/facts/{source}/{kind}`, NDJSON.

The answer is written into a file as it comes and given on only when it is whole. Nothing of a
failure is passed on but that there was one.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from http import HTTPStatus
from typing import BinaryIO

import httpx2
import structlog

from activities.outside.facts.protocol import Delivery, FeedAway
from definitions.language.benefits import SubjectKind

log = structlog.get_logger(__name__)

TIMEOUT = 30.0
CONNECT = 3.0
PAUSE = 0.5
AS_OF = "As-Of"
_TRIES = 3
_IN_MEMORY = 1 << 22
_NOTHING = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED, HTTPStatus.NOT_FOUND})
_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class HttpFeeds:
    """`FactFeed` over HTTP. `pause` is what is waited before a second try, then twice as long."""

    def __init__(
        self, base: str, *, token: str = "", timeout: float = TIMEOUT, pause: float = PAUSE
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # The exchange is named by the settings; a proxy of the environment is not meant for it.
        self._http = httpx2.AsyncClient(
            base_url=base.rstrip("/"),
            headers=headers,
            timeout=httpx2.Timeout(timeout, connect=min(timeout, CONNECT)),
            trust_env=False,
        )
        self._pause = pause

    @asynccontextmanager
    async def fetch(
        self, source: str, kind: SubjectKind, since: date | None, known: str = ""
    ) -> AsyncIterator[Delivery | None]:
        """As `FactFeed.fetch`."""
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
            yield await self._tried(source, kind, since, known, file)  # type: ignore[arg-type]

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def _tried(
        self, source: str, kind: SubjectKind, since: date | None, known: str, file: BinaryIO
    ) -> Delivery | None:
        why = ""
        for turn in range(_TRIES):
            if turn:
                await asyncio.sleep(self._pause * 2 ** (turn - 1))
            file.seek(0)
            file.truncate()
            try:
                status, as_of = await self._asked(source, kind, since, known, file)
            except (httpx2.HTTPError, ValueError) as error:
                why = type(error).__name__
                continue
            if status in _NOTHING:
                return None
            if status is HTTPStatus.OK and as_of is not None:
                file.seek(0)
                return Delivery(as_of=as_of, file=file)
            why = str(status.value)
            if status in _REFUSALS:
                break
        log.warning("fact_source_away", source=source, kind=kind, reason=why)
        raise FeedAway(why)

    async def _asked(
        self, source: str, kind: SubjectKind, since: date | None, known: str, file: BinaryIO
    ) -> tuple[HTTPStatus, date | None]:
        """Raises `ValueError` where the day is none."""
        headers = {"If-None-Match": f'"{known}"'} if known else {}
        asked = {"since": since.isoformat()} if since else {}
        path = f"/facts/{source}/{kind}"
        async with self._http.stream("GET", path, params=asked, headers=headers) as answer:
            status = HTTPStatus(answer.status_code)
            if status is not HTTPStatus.OK:
                return status, None
            as_of = date.fromisoformat(answer.headers.get(AS_OF, ""))
            async for part in answer.aiter_bytes():
                await asyncio.to_thread(file.write, part)
            return status, as_of
