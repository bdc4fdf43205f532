"""A made-up service of others over a real socket, for tests that ask it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import uvicorn
from fastapi import FastAPI

from tests.support.waiting import PATIENCE


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[str]:
    """Its address, on a port of its own."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", access_log=False))
    # It listens already, so that whoever is early waits in line.
    listening = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve([listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    # It answers before it is told to end, or it would not hear of it.
    async with httpx2.AsyncClient(base_url=url, timeout=PATIENCE, trust_env=False) as http:
        await http.get("/healthz")
    try:
        yield url
    finally:
        # An answer that is held back on purpose is not waited for.
        server.should_exit = server.force_exit = True
        await running
