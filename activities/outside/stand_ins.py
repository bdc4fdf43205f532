"""What the stand-ins for others' systems share: a book that survives kill -9, and who may ask."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException


def durable(file: Path, schema: str) -> sqlite3.Connection:
    """The book in this file, durable at every step, for nobody else on the machine to read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    # One connection on the loop's thread; tests may close it from another.
    db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.executescript(schema)
    file.chmod(0o600)
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of it, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def stand_in(title: str) -> FastAPI:
    """A service that says whether it is up."""
    app = FastAPI(title=title, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    async def healthz() -> Mapping[str, str]:
        return {"status": "ok"}

    return app


def only_with(token: str) -> Callable[[str], None]:
    """A dependency: whoever asks has this token."""

    def known(authorization: Annotated[str, Header()] = "") -> None:
        wanted = f"Bearer {token}"
        if not token or not secrets.compare_digest(authorization.encode(), wanted.encode()):
            raise HTTPException(401)

    return known
