"""The hall's API as a department's program meets it, over HTTP, with one task."""

import asyncio
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

TOKEN = "a-token"  # noqa: S105 - of nobody
ACCOUNT = "a-system"
Json = dict[str, Any]


class Window:
    """Who has completed the task, and what was asked. `outages` are answers of before it works."""

    def __init__(self) -> None:
        self.completed_by: str | None = None
        self.taken_by: str | None = None
        self.body: Json | None = None
        self.keys: list[str] = []
        self.effects = 0
        self.outages: list[int] = []
        self.tokens = [TOKEN]
        self.on_complete = asyncio.Event()

    @property
    def app(self) -> FastAPI:
        """What the SDK calls."""
        app = FastAPI()
        app.add_api_route("/api/v1/sessions/current", self._current)
        app.add_api_route("/api/v1/sessions", self._sign_in, methods=["POST"])
        app.add_api_route("/api/v1/tasks/{task}", self._task)
        app.add_api_route("/api/v1/tasks/{task}/package", self._package)
        app.add_api_route("/api/v1/tasks/{task}/complete", self._complete, methods=["POST"])
        return app

    async def _current(self) -> Json:
        return {"id": ACCOUNT}

    async def _sign_in(self) -> Json:
        self.tokens.append(f"{TOKEN}-{len(self.tokens)}")
        return {"token": self.tokens[-1]}

    async def _task(self) -> Json:
        status = "completed" if self.completed_by else "claimed" if self.taken_by else "ready"
        return {"status": status, "assignee": self.completed_by or self.taken_by, "version": 9}

    async def _package(self, task: str) -> Json:
        return {"task": task}

    async def _complete(self, request: Request) -> JSONResponse:
        if request.headers["authorization"] != f"Bearer {self.tokens[-1]}":
            return _problem(401, "unauthenticated")
        if self.outages:
            return JSONResponse({}, self.outages.pop(0))
        key, body = request.headers["idempotency-key"], await request.json()
        if key in self.keys:
            if body != self.body:
                return _problem(422, "idempotency-key-reused")
            return JSONResponse({"version": 9})
        if self.completed_by is not None:
            return _problem(409, "task-not-open")
        if self.taken_by is not None:
            return _problem(409, "task-taken")
        if body["outcome"] == "impossible":
            return _problem(422, "outcome-not-possible")
        self.keys.append(key)
        self.body, self.completed_by = body, ACCOUNT
        self.effects += 1
        self.on_complete.set()
        return JSONResponse({"version": 9})


def _problem(status: int, code: str) -> JSONResponse:
    return JSONResponse({"code": code, "detail": "…"}, status)
