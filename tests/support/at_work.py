"""Departments at work in the small legal service, with the ladder and the requests as shipped."""

from datetime import datetime

import pytest

from definitions.bundle import commands as c
from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Role
from definitions.matter.tasks import Completion, Outcome, ReturnPoint, TaskState
from definitions.rules.plan import Plan
from tests.support import legal
from tests.support.legal import BASES, OFFICER, WHY, accept
from tests.support.lives import Folded
from tests.support.services import NUMBER
from tests.support.shipped import shipped

SYSTEM_OF_FOOD = Actor(id="food_system", role=Role.DEPARTMENT_SYSTEM, department="food")
LINE = Actor(id="line", role=Role.OFFICER, department="line")
POINT = ReturnPoint(fault="unclear", material="M01", says=WHY)
RECEIPT, REVIEW, DECIDE = (f"{NUMBER}.PERMIT.{step}" for step in ("receipt", "review", "decide"))


def watched(plan: Plan) -> Plan:
    """The plan with the house's ladder and the requests that may be made."""
    catalogue = shipped().catalogue
    return plan.model_copy(
        update={
            "supervision": catalogue.supervision,
            "collaboration": catalogue.collaboration,
        }
    )


def taken_in(*also: str, lacking: tuple[str, ...] = (), now: datetime = legal.NOW) -> Folded:
    """PERMIT was received and waits for its examination."""
    return legal.life(watched(legal.planned(*also)), lacking=lacking, now=now)


def accepted(*also: str, now: datetime = legal.NOW) -> Folded:
    """PERMIT was accepted and waits for its review."""
    one = taken_in(*also, now=now)
    accept(one)
    return one


def reviewed(*also: str) -> Folded:
    """PERMIT was reviewed and waits for its decision."""
    one = accepted(*also)
    legal.review(one)
    return one


def task(one: Folded, name: str) -> TaskState:
    """A task of PERMIT, by its step or by its whole id."""
    return one.state.tasks[name if name.startswith(NUMBER) else f"{NUMBER}.PERMIT.{name}"]


def said(outcome: Outcome, **more: object) -> Completion:
    """A completion with everything a refusal needs."""
    return Completion.model_validate(
        {"outcome": outcome, "reasons": (WHY,), "bases": BASES, **more}
    )


def ask(what: str = "consultation", *departments: str, **more: object) -> c.AskColleagues:
    """A request of the lead of PERMIT to others."""
    return c.AskColleagues.model_validate(
        {
            "matter": "PERMIT",
            "what": what,
            "departments": departments or ("tax",),
            "question": WHY,
            **more,
        }
    )


def refused(one: Folded, actor: Actor, command: object) -> Code:
    """The code with which the command is refused; nothing changes by it."""
    before = one.events
    with pytest.raises(Refused) as caught:
        one.act(actor, command)
    assert one.events == before
    return caught.value.code


def send_back(one: Folded, actor: Actor, name: str) -> tuple[str, ...]:
    """The task goes back, with one reason."""
    return one.act(actor, c.ReturnTask(task=name, points=(POINT,)))


def pass_review(one: Folded, name: str = REVIEW, actor: Actor = OFFICER) -> tuple[str, ...]:
    """A review on site, passed."""
    completion = said(Outcome.PASS, companions=("second",))
    return one.act(actor, c.CompleteTask(task=name, **dict(completion)))


def clocks(one: Folded) -> dict[str, str]:
    """Every clock of every matter, byte for byte."""
    return {
        key: "".join(clock.model_dump_json() for clock in matter.clocks)
        for key, matter in one.state.matters.items()
    }
