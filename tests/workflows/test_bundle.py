"""One application on a real server, in the strict sandbox.

Acts, time, the register away, new runs.
"""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from definitions.bundle import commands as c
from definitions.language.roles import SYSTEM
from definitions.matter.events import BundleStarted
from definitions.matter.tasks import Outcome
from tests.support.services import (
    APPROVER,
    CLERK,
    FILE,
    FOODER,
    REVIEWER,
    TAXER,
    planned,
    started,
)
from tests.support.temporal import Desk, Register, until, working
from workflows.bundle import BundleWorkflow

pytestmark = pytest.mark.stack

# REG's grant and all that follows from it, when its approver's act returns.
GRANTED = [
    "matter_granted",
    "document_issued",
    "document_issued",
    "matter_issued",
    "document_delivered",
    "matter_received",
    "matter_accepted",
    "task_opened",
]


def application(
    *, lacking: tuple[str, ...] = (), committed: tuple[str, ...] = (), term: bool = False
) -> BundleStarted:
    """The start of an application under a number of its own."""
    answers = {"changes": ("term",)} if term else None
    event = started(planned(answers), lacking=lacking, committed=committed)[0].event
    assert isinstance(event, BundleStarted)
    number = f"SJ-YJS-310117-20261120-{uuid4().int % 10**12:012d}"
    return event.model_copy(update={"number": number})


def done(number: str, task: str, outcome: Outcome) -> c.CompleteTask:
    """Complete a task of the application."""
    return c.CompleteTask(task=f"{number}.{task}", outcome=outcome)


async def refusal(call: object) -> str:
    """The code an update is refused with."""
    with pytest.raises(WorkflowUpdateFailedError) as raised:
        await call  # type: ignore[misc]
    assert isinstance(raised.value.cause, ApplicationError)
    return str(raised.value.cause.type)


class TestWholeLife:
    async def test_from_intake_to_delivery_with_a_paper_coming_later(
        self, desk: Desk, register: Register
    ) -> None:
        """容缺受理.

        The food licence waits for its paper, everything else goes on, all ends well.
        """
        event = application(lacking=("M03",), committed=("FOOD",))
        number = event.number
        handle = await desk.start(event, CLERK)
        await desk.act(number, REVIEWER, done(number, "REG.review", Outcome.PASS))
        await desk.act(number, APPROVER, done(number, "REG.decide", Outcome.GRANT))
        granted = register.kinds(number).index("matter_granted")
        assert register.kinds(number)[granted:] == GRANTED
        await desk.act(number, TAXER, done(number, "TAX.handle", Outcome.GRANT))
        await desk.act(number, FOODER, done(number, "FOOD.handle", Outcome.GRANT))
        assert "matter_awaits_supplement" in register.kinds(number)
        supply = c.SupplyMaterial(material="M03", files=(FILE,))
        await desk.act(number, CLERK, supply)
        await desk.act(number, FOODER, done(number, "FOOD.check-M03-1", Outcome.ACCEPT))
        await desk.act(number, CLERK, c.DeliverDocument(document=f"{number}.REG.licence"))
        assert await handle.result() == "closed"
        assert register.kinds(number)[-1] == "bundle_closed"
        assert [r.seq for r in register.events[number]] == list(
            range(1, len(register.events[number]) + 1)
        )

    async def test_twenty_days_of_publicity_pass_in_a_moment(
        self, env: WorkflowEnvironment, desk: Desk, register: Register
    ) -> None:
        """The legal wait is a timer of the workflow.

        Nothing opens before it, the window opens after.
        """
        event = application(term=True)
        handle = await desk.start(event, CLERK)
        await until(register, event.number, "publicity_opened")
        assert await env.fast_forward(handle, timedelta(days=19))
        assert "publicity_ended" not in register.kinds(event.number)
        assert await env.fast_forward(handle, timedelta(days=3))
        await until(register, event.number, "filing_opened")
        await desk.act(event.number, CLERK, c.FileApplication(matter="OUT"))
        assert "matter_filed" in register.kinds(event.number)

    async def test_a_supplement_that_never_comes_lapses(
        self, env: WorkflowEnvironment, desk: Desk, register: Register
    ) -> None:
        """视为撤回, with a written notice; a late hand-in is refused."""
        event = application(lacking=("M03",), committed=("FOOD",))
        handle = await desk.start(event, CLERK)
        await until(register, event.number, "matter_accepted_pending")
        await env.fast_forward(handle, timedelta(days=30))
        await until(register, event.number, "matter_lapsed")
        lapsed = register.kinds(event.number).index("matter_lapsed")
        notice = ["document_issued", "task_cancelled", "document_delivered"]
        assert register.kinds(event.number)[lapsed + 1 : lapsed + 4] == notice
        supply = c.SupplyMaterial(material="M03", files=(FILE,))
        assert await refusal(desk.act(event.number, CLERK, supply)) == "supplement-late"


class TestActs:
    async def test_the_same_key_gives_the_same_receipt(
        self, desk: Desk, register: Register
    ) -> None:
        """And nothing happens twice."""
        event = application()
        await desk.start(event, CLERK)
        command = done(event.number, "REG.review", Outcome.PASS)
        first = await desk.act(event.number, REVIEWER, command, key="k1")
        again = await desk.act(event.number, REVIEWER, command, key="k1")
        assert first == again
        assert register.kinds(event.number).count("task_completed") == 1

    async def test_of_eight_completions_at_once_one_is_taken(self, desk: Desk) -> None:
        """Deciding and folding in are one step without an await between."""
        event = application()
        await desk.start(event, CLERK)
        command = done(event.number, "REG.review", Outcome.PASS)
        answers = await asyncio.gather(
            *(desk.act(event.number, REVIEWER, command) for _ in range(8)), return_exceptions=True
        )
        taken = [answer for answer in answers if not isinstance(answer, BaseException)]
        assert len(taken) == 1
        assert all(
            isinstance(answer, WorkflowUpdateFailedError)
            for answer in answers
            if isinstance(answer, BaseException)
        )

    async def test_a_refused_command_changes_nothing(self, desk: Desk, register: Register) -> None:
        """Each wrong command is refused with its own code."""
        event = application(lacking=("M03",))
        number = event.number
        await desk.start(event, CLERK)
        await until(register, number, "bundle_started")
        before = list(register.kinds(number))
        grant = done(number, "REG.review", Outcome.GRANT)
        codes = [
            await refusal(desk.act(number, REVIEWER, grant)),
            await refusal(desk.act(number, TAXER, done(number, "REG.review", Outcome.PASS))),
            await refusal(desk.act(number, CLERK, c.FileApplication(matter="OUT"))),
            await refusal(desk.act(number, CLERK, c.SupplyMaterial(material="M99", files=(FILE,)))),
            await refusal(desk.act(number, SYSTEM, c.WithdrawBundle())),
            await refusal(
                desk.act(number, REVIEWER, done(number, "REG.review", Outcome.PASS), expected=1)
            ),
        ]
        assert codes == [
            "outcome-not-possible",
            "unknown-task",
            "not-filing",
            "unknown-material",
            "forbidden",
            "version-conflict",
        ]
        assert register.kinds(number) == before


class TestRegister:
    async def test_away_and_back_loses_nothing(self, desk: Desk, register: Register) -> None:
        """An act taken while the register is away is durable.

        It is recorded when it is back, once.
        """
        event = application()
        await desk.start(event, CLERK)
        await until(register, event.number, "document_delivered")
        register.away = True
        command = done(event.number, "REG.review", Outcome.PASS)
        waiting = asyncio.create_task(desk.act(event.number, REVIEWER, command))
        await asyncio.sleep(0.5)
        assert not waiting.done()
        assert "task_completed" not in register.kinds(event.number)
        register.away = False
        await waiting
        assert register.kinds(event.number).count("task_completed") == 1


class TestRuns:
    async def test_continuing_as_new_loses_no_act(
        self, env: WorkflowEnvironment, register: Register
    ) -> None:
        """Acts keep coming while runs change.

        Each is taken once, and keys are known across runs.
        """
        event = application()
        number = event.number
        task = f"{number}.REG.review"
        async with working(env.client, register) as desk:
            handle = await desk.start(event, CLERK, continue_after=12)
            first = await desk.act(number, REVIEWER, c.ClaimTask(task=task), key="first")
            for _ in range(12):
                await desk.act(number, REVIEWER, c.ReleaseTask(task=task))
                await desk.act(number, REVIEWER, c.ClaimTask(task=task))
            again = await desk.act(number, REVIEWER, c.ClaimTask(task=task), key="first")
            assert again == first
            described = await env.client.get_workflow_handle(number).describe()
            assert described.run_id != handle.first_execution_run_id
        kinds = register.kinds(number)
        assert kinds.count("task_claimed") == 13
        assert kinds.count("task_released") == 12

    async def test_every_task_replayed_from_the_start(
        self, env: WorkflowEnvironment, register: Register
    ) -> None:
        """With no cache every workflow task replays the whole history.

        Any non-determinism shows.
        """
        event = application(lacking=("M03",), committed=("FOOD",))
        async with working(env.client, register, cached=0) as desk:
            await desk.start(event, CLERK)
            number = event.number
            await desk.act(number, REVIEWER, done(number, "REG.review", Outcome.PASS))
            await desk.act(number, APPROVER, done(number, "REG.decide", Outcome.GRANT))
            assert "matter_issued" in register.kinds(number)
            await desk.act(number, TAXER, done(number, "TAX.handle", Outcome.GRANT))
            handle = env.client.get_workflow_handle_for(BundleWorkflow.run, number)
            state = await handle.query(BundleWorkflow.state)
        assert state.matters["TAX"].result == "granted"
