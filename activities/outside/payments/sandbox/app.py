"""The stand-in as a service: the treasury's addresses, and `/sandbox` to make trouble."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from activities.outside.payments.sandbox.behaviour import Behaviour, Chance
from activities.outside.payments.sandbox.book import Book, KeyTaken
from activities.outside.payments.treasury import MOST, Payment, Receipt
from activities.outside.stand_ins import only_with, stand_in


class Body(BaseModel):
    """Base of request bodies."""

    model_config = ConfigDict(extra="forbid")


class InstructionsBody(Body):
    """What is to be paid."""

    payments: tuple[Payment, ...] = Field(min_length=1, max_length=MOST)


class KeysBody(Body):
    """What is asked about."""

    keys: tuple[str, ...] = Field(min_length=1, max_length=MOST)


class StatementBody(Body):
    """Whose statement, from where on."""

    project: str
    after: str = ""


class Desk:
    """What is served, and how it behaves just now."""

    def __init__(self, book: Book, now: Callable[[], float], chance: Chance) -> None:
        self.book, self.now, self._chance = book, now, chance

    def strikes(self, what: str) -> bool:
        """Whether this trouble is due."""
        before = self.book.behaviour()
        struck, after = self._chance.strikes(before, what)
        if after != before:
            self.book.behave(after)
        return struck

    async def answer(self) -> None:
        """Be late or fail, where told to, before anything is done."""
        await asyncio.sleep(self.book.behaviour().slow_seconds)
        if self.strikes("fail"):
            raise HTTPException(503)

    def told(self, receipts: Sequence[Receipt]) -> Mapping[str, object]:
        """What is heard of it; nothing, where the answer is lost."""
        if self.strikes("lose"):
            raise HTTPException(504)
        said = [receipt.model_dump(mode="json") for receipt in receipts]
        return {"receipts": said * 2 if self.strikes("twice") else said}


def create_app(
    book: Book, *, token: str = "", now: Callable[[], float] = time.time, seed: int | None = None
) -> FastAPI:
    """The service over this book; with a token, only for who has it."""
    desk = Desk(book, now, Chance(seed))
    app = stand_in("国库支付（样例）")

    guard = [Depends(only_with(token))] if token else []
    app.include_router(_treasury(desk), dependencies=guard)
    app.include_router(_sandbox(desk), prefix="/sandbox", dependencies=guard)
    return app


def _treasury(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.post("/instructions")
    async def instructions(body: InstructionsBody) -> Mapping[str, object]:
        await desk.answer()
        behaviour = desk.book.behaviour()
        cut = desk.strikes("cut")
        payments = body.payments[: len(body.payments) // 2] if cut else body.payments
        try:
            desk.book.take(payments, behaviour, desk.now())
        except KeyTaken:
            raise HTTPException(409) from None
        if cut:
            raise HTTPException(504)
        keys = [payment.key for payment in payments]
        return desk.told(desk.book.receipts(keys, desk.now()))

    @routes.post("/receipts")
    async def receipts(body: KeysBody) -> Mapping[str, object]:
        await desk.answer()
        return desk.told(desk.book.receipts(body.keys, desk.now()))

    @routes.post("/statement")
    async def statement(body: StatementBody) -> Mapping[str, object]:
        await desk.answer()
        lines = desk.book.statement(body.project, body.after, desk.now())
        return {"lines": [line.model_dump(mode="json") for line in lines]}

    return routes


def _sandbox(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/behaviour")
    async def behaviour() -> Behaviour:
        return desk.book.behaviour()

    @routes.put("/behaviour", status_code=204)
    async def behave(body: Behaviour) -> None:
        desk.book.behave(body)

    return routes
