"""The register knows more than Temporal: a worker died between the commit and the task's end.

What a lost run recorded is put into the register by hand, as that run would have decided it.
"""

import asyncio
from datetime import timedelta

import pytest
from temporalio.client import WorkflowHandle

from definitions.bundle.commands import ClaimTask, CompleteTask
from definitions.bundle.decide import Asked, decide
from definitions.bundle.evolve import replay
from definitions.language.roles import Actor
from definitions.matter.tasks import Outcome
from tests.support.services import APPROVER, CLERK, REVIEWER
from tests.support.temporal import Desk, Register
from tests.workflows.test_bundle import application, done, refusal
from workflows.bundle import BundleWorkflow

pytestmark = pytest.mark.stack

Handle = WorkflowHandle[BundleWorkflow, str]


async def started(desk: Desk) -> tuple[Handle, str]:
    """An application that is recorded and waits."""
    event = application()
    handle = await desk.start(event, CLERK)
    await handle.execute_update(BundleWorkflow.started, "p")
    return handle, event.number


def lose(
    register: Register, number: str, actor: Actor, command: ClaimTask | CompleteTask, key: str
) -> int:
    """What a run came to that recorded an act and was lost; the act's last sequence."""
    events = register.events[number]
    asked = Asked(key=key, actor=actor, command=command)
    events += decide(replay(events), asked, events[-1].at + timedelta(seconds=1))
    return len(events)


async def agrees(handle: Handle, register: Register, number: str) -> bool:
    """Whether the workflow is where the register is."""
    state = await handle.query(BundleWorkflow.state)
    return state == replay(register.events[number])


async def test_the_lost_act_asked_again_is_done_once(desk: Desk, register: Register) -> None:
    """The client got no answer and repeats itself; it did happen, and when the register says."""
    handle, number = await started(desk)
    review = done(number, "REG.review", Outcome.PASS)
    seq = lose(register, number, REVIEWER, review, "lost")
    receipt = await desk.act(number, REVIEWER, review, key="lost")
    assert receipt.seq == seq == len(register.events[number])
    assert await desk.act(number, REVIEWER, review, key="lost") == receipt
    assert register.kinds(number).count("task_completed") == 1
    assert await agrees(handle, register, number)


async def test_another_act_is_decided_on_what_stands(desk: Desk, register: Register) -> None:
    """The lost one's client has gone away; somebody else comes first."""
    handle, number = await started(desk)
    lose(register, number, REVIEWER, ClaimTask(task=f"{number}.REG.review"), "lost")
    await desk.act(number, REVIEWER, done(number, "REG.review", Outcome.PASS), key="next")
    assert [r.seq for r in register.events[number]] == list(
        range(1, len(register.events[number]) + 1)
    )
    acts = [r.act for r in register.events[number]]
    assert acts.index("lost") < acts.index("next")
    assert await agrees(handle, register, number)


async def test_an_act_that_came_second_is_refused(desk: Desk, register: Register) -> None:
    """It was taken on a state that never stood."""
    handle, number = await started(desk)
    review = done(number, "REG.review", Outcome.PASS)
    lose(register, number, REVIEWER, review, "lost")
    assert await refusal(desk.act(number, REVIEWER, review, key="second")) == "task-not-open"
    assert register.kinds(number).count("task_completed") == 1
    assert await agrees(handle, register, number)


async def test_acts_at_once_share_what_stands(desk: Desk, register: Register) -> None:
    """Those that wait for the flush are decided anew as well, each once."""
    handle, number = await started(desk)
    review = done(number, "REG.review", Outcome.PASS)
    lose(register, number, REVIEWER, ClaimTask(task=f"{number}.REG.review"), "lost")
    answers = await asyncio.gather(
        *(desk.act(number, REVIEWER, review) for _ in range(6)), return_exceptions=True
    )
    assert sum(not isinstance(answer, BaseException) for answer in answers) == 1
    assert register.kinds(number).count("task_completed") == 1
    assert await agrees(handle, register, number)


async def test_who_catches_up_goes_on_from_there(desk: Desk, register: Register) -> None:
    """Nobody repeats anything: `catch_up` takes over what stands, once."""
    handle, number = await started(desk)
    seq = lose(register, number, REVIEWER, done(number, "REG.review", Outcome.PASS), "lost")
    for _ in range(2):
        assert await handle.execute_update(BundleWorkflow.catch_up) == seq
    assert await agrees(handle, register, number)
    await desk.act(number, APPROVER, done(number, "REG.decide", Outcome.GRANT))
    assert await agrees(handle, register, number)


async def test_a_run_after_it_knows_the_lost_act(desk: Desk, register: Register) -> None:
    """A fresh run carries it on."""
    event = application()
    number = event.number
    handle = await desk.start(event, CLERK, continue_after=10)
    await handle.execute_update(BundleWorkflow.started, "p")
    claim = ClaimTask(task=f"{number}.REG.review")
    seq = lose(register, number, REVIEWER, claim, "lost")
    await handle.execute_update(BundleWorkflow.catch_up)
    await desk.act(number, REVIEWER, done(number, "REG.review", Outcome.PASS))
    await desk.act(number, APPROVER, done(number, "REG.decide", Outcome.GRANT))
    receipt = await desk.act(number, REVIEWER, claim, key="lost")
    assert receipt.seq == seq
    assert [r.act for r in register.events[number]].count("lost") == 1
