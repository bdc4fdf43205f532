"""The stand-in as a service: the exchange's addresses, and `/sandbox` to make trouble."""

import asyncio
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from fastapi import APIRouter, Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from activities.outside.registers.answers import NAMES, Register
from activities.outside.registers.sandbox.facts import FactDesk, feed_routes, feed_sandbox
from activities.outside.registers.sandbox.firms import Made, MadeFirm
from activities.outside.stand_ins import only_with, stand_in
from definitions.rules.conditions import Fact


class Mode(StrEnum):
    """How a register behaves: as it should, late, with an error, not there, or unwilling."""

    FINE = "fine"
    SLOW = "slow"
    FAIL = "fail"
    AWAY = "away"
    REFUSE = "refuse"


_STATUS = {Mode.FAIL: 500, Mode.AWAY: 503, Mode.REFUSE: 403}


class Body(BaseModel):
    """Base of request bodies."""

    model_config = ConfigDict(extra="forbid")


class PersonBody(Body):
    """Whose number is asked about: in a body, because addresses are logged."""

    id_number: str
    name: str


class PremisesBody(Body):
    """Which premises are asked about."""

    address: str


class TroubleBody(Body):
    """How a register (all, where `which` is not said) is to behave from now on."""

    mode: Mode
    which: Register | None = None
    seconds: float = Field(default=5.0, ge=0, le=60)


class FirmBody(Body):
    """A firm to be added, or facts to be changed."""

    name: str
    facts: dict[str, str | int | bool | list[str]]


class Desk:
    """What is served, and how each register behaves just now."""

    def __init__(self, data: Made, on: date) -> None:
        self.data, self.on = data, on
        self.firms = {firm.code: firm for firm in data.firms}
        self.modes: dict[Register, tuple[Mode, float]] = {}

    async def behave(self, register: Register) -> None:
        """Be late or fail, where told to."""
        mode, seconds = self.modes.get(register, (Mode.FINE, 0.0))
        if mode is Mode.SLOW:
            await asyncio.sleep(seconds)
        elif mode is not Mode.FINE:
            raise HTTPException(_STATUS[mode])

    def put(self, code: str, given: FirmBody) -> None:
        """Add a firm, or change some facts of one."""
        before = self.firms.get(code)
        said: dict[str, Fact] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in given.facts.items()
        }
        facts = {**(before.facts if before else {}), **said, "uscc": code, "name": given.name}
        absent = before.absent if before else frozenset[Register]()
        self.firms[code] = MadeFirm(code=code, name=given.name, facts=facts, absent=absent)


def create_app(data: Made, *, on: date, token: str = "", facts: FactDesk | None = None) -> FastAPI:
    """The service over these data; with a token, only for who has it."""
    desk = Desk(data, on)
    app = stand_in("登记库（样例）")

    guard = [Depends(only_with(token))] if token else []
    app.include_router(_sandbox(desk), prefix="/sandbox", dependencies=guard)
    if facts is not None:
        app.include_router(feed_sandbox(facts), prefix="/sandbox", dependencies=guard)
        app.include_router(feed_routes(facts), dependencies=guard)
    app.include_router(_registers(desk), dependencies=guard)
    return app


def _registers(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/{register}/firms/{code}")
    async def firm(register: Register, code: str) -> Mapping[str, object]:
        await desk.behave(register)
        found = desk.firms.get(code)
        said = found.known_to(register) if found else None
        if said is None:
            raise HTTPException(404)
        return {"register": NAMES[register], "as_of": desk.on, "facts": said}

    @routes.post("/population/persons/check")
    async def check(body: PersonBody) -> Mapping[str, bool]:
        """Whoever is not among the made-up people is somebody whose papers are in order."""
        await desk.behave(Register.POPULATION)
        known = desk.data.people.get(body.id_number)
        return {"verified": known is None or known == body.name}

    @routes.post("/enterprise/disqualified/check")
    async def disqualified(body: PersonBody) -> Mapping[str, bool]:
        await desk.behave(Register.ENTERPRISE)
        return {"barred": body.id_number in desk.data.barred}

    @routes.post("/real_estate/premises/check")
    async def premises(body: PremisesBody) -> Mapping[str, str]:
        await desk.behave(Register.REAL_ESTATE)
        owner = desk.data.premises.get(body.address)
        if owner is None:
            raise HTTPException(404)
        return {"owner": owner}

    return routes


def _sandbox(desk: Desk) -> APIRouter:
    routes = APIRouter()

    @routes.get("/firms")
    async def firms() -> list[Mapping[str, object]]:
        return [
            {"code": firm.code, "name": firm.name, "kind": firm.facts.get("kind", "")}
            for firm in desk.firms.values()
        ]

    @routes.put("/firms/{code}", status_code=204)
    async def put(code: str, body: FirmBody) -> None:
        desk.put(code, body)

    @routes.post("/trouble", status_code=204)
    async def trouble(body: TroubleBody) -> None:
        for register in Register if body.which is None else (body.which,):
            desk.modes[register] = (body.mode, body.seconds)

    return routes
