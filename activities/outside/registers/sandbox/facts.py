"""The stand-in's other half: what sources say for benefits, whole files as of today."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field

from definitions.language.base import Value
from definitions.language.benefits import SubjectKind

AS_OF = "As-Of"
NDJSON = "application/x-ndjson"


class FeedMode(StrEnum):
    """How a source behaves: as it should, late, with an error, not there, or unwilling."""

    FINE = "fine"
    SLOW = "slow"
    FAIL = "fail"
    AWAY = "away"
    REFUSE = "refuse"


_STATUS = {FeedMode.FAIL: 500, FeedMode.AWAY: 503, FeedMode.REFUSE: 403}


class MadeSubject(Value):
    """A line of a source: who, and what is said."""

    source: str
    kind: SubjectKind
    code: str
    said: Mapping[str, Any]


class FeedTrouble(BaseModel):
    """How a source (all, where none is named) behaves from now on; as of how many days ago."""

    model_config = ConfigDict(extra="forbid")

    mode: FeedMode = FeedMode.FINE
    which: str | None = None
    seconds: float = Field(default=5.0, ge=0, le=60)
    days_behind: int = Field(default=0, ge=0, le=1000)


class SubjectBody(BaseModel):
    """A line to be added, or facts to be changed; what is null is known no more."""

    model_config = ConfigDict(extra="forbid")

    said: dict[str, str | int | bool | list[str] | None]


class FactDesk:
    """What is served, and how each source behaves just now. `today` tells the day."""

    def __init__(self, subjects: Iterable[MadeSubject], today: Callable[[], date]) -> None:
        self._rows: dict[tuple[str, SubjectKind], dict[str, dict[str, Any]]] = {}
        self._today = today
        self._modes: dict[str | None, FeedTrouble] = {}
        for each in subjects:
            self.put(each.source, each.kind, each.code, each.said)

    def put(self, source: str, kind: SubjectKind, code: str, said: Mapping[str, Any]) -> None:
        """Add a line, or change what it says."""
        rows = self._rows.setdefault((source, kind), {})
        rows[code] = {**rows.get(code, {"code": code}), **said}

    def behave(self, trouble: FeedTrouble) -> None:
        """From now on."""
        if trouble.which is None:
            self._modes.clear()
        self._modes[trouble.which] = trouble

    async def answer(self, source: str, kind: SubjectKind, known: str) -> Response:
        """A whole file, or that it is the known one. Raises HTTPException where told to fail."""
        trouble = self._trouble(source)
        if trouble.mode is FeedMode.SLOW:
            await asyncio.sleep(trouble.seconds)
        elif trouble.mode is not FeedMode.FINE:
            raise HTTPException(_STATUS[trouble.mode])
        rows = self._rows.get((source, kind))
        if rows is None:
            raise HTTPException(404)
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values())
        body = "".join(lines).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()}"'
        headers = {AS_OF: self.day_of(source).isoformat(), "ETag": tag}
        if known == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=NDJSON)

    def day_of(self, source: str) -> date:
        """As of which day it speaks."""
        return self._today() - timedelta(days=self._trouble(source).days_behind)

    def _trouble(self, source: str) -> FeedTrouble:
        return self._modes.get(source) or self._modes.get(None) or FeedTrouble()


def feed_routes(desk: FactDesk) -> APIRouter:
    """`/facts/{source}/{kind}`."""
    routes = APIRouter()

    @routes.get("/facts/{source}/{kind}")
    async def facts(
        source: str,
        kind: SubjectKind,
        since: date | None = None,
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:
        """The same bytes are news where they are of a later day: the facts stay fresh by that."""
        later = since is None or since < desk.day_of(source)
        return await desk.answer(source, kind, "" if later else if_none_match)

    return routes


def feed_sandbox(desk: FactDesk) -> APIRouter:
    """`/sandbox/facts`: to make trouble, and other facts."""
    routes = APIRouter()

    @routes.post("/facts/trouble", status_code=204)
    async def trouble(body: FeedTrouble) -> None:
        desk.behave(body)

    @routes.put("/facts/{source}/{kind}/{code}", status_code=204)
    async def put(source: str, kind: SubjectKind, code: str, body: SubjectBody) -> None:
        desk.put(source, kind, code, body.said)

    return routes
