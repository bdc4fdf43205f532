"""An errand to a department's system on a real server, in the strict sandbox: every way of it."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from activities.contracts.assignments import (
    AssignmentStatus,
    Declined,
    Handled,
    Over,
    Reconciled,
    Sent,
    Way,
)
from definitions.bundle import commands as c
from definitions.matter.events import BundleStarted, TaskCompleted
from definitions.matter.tasks import Outcome
from tests.support.connected import TAX_SYSTEM
from tests.support.errands import TASK, Clerk, Systems, errand
from tests.support.services import APPROVER, CLERK, REVIEWER, TAXER, planned, started
from tests.support.temporal import Desk, Register
from tests.support.waiting import until
from workflows.assignment import AssignmentWorkflow

pytestmark = pytest.mark.stack
S = AssignmentStatus


@pytest.fixture
def systems() -> Systems:
    """A register and systems of this test alone."""
    return Systems()


class TestWorker:
    async def test_what_the_department_completed_is_answered(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        clerk = Clerk()
        async with errand(env.client, systems, Way.WORKER, clerk=clerk) as handle:
            await clerk.began.wait()
            systems.over = Over.ANSWERED
            clerk.answer.set_result(Handled(version=5))
            await handle.signal(AssignmentWorkflow.over, Over.ANSWERED)
            assert await handle.result() == S.ANSWERED
        assert systems.statuses == [S.DELIVERED, S.ANSWERED]
        assert clerk.runs == 1
        assert not clerk.cancelled.is_set()

    async def test_the_worker_is_called_off_when_the_portal_was_first(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        clerk = Clerk()
        async with errand(env.client, systems, Way.WORKER, clerk=clerk) as handle:
            await clerk.began.wait()
            await handle.signal(AssignmentWorkflow.over, Over.OVERTAKEN)
            assert await handle.result() == S.OVERTAKEN
            await until(clerk.cancelled.is_set)
        assert systems.statuses == [S.DELIVERED, S.OVERTAKEN]

    async def test_the_last_word_is_the_registers_whichever_news_comes_first(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        """Refused as task-not-open, it says so before the outbox was followed."""
        clerk = Clerk()
        async with errand(env.client, systems, Way.WORKER, clerk=clerk) as handle:
            await clerk.began.wait()
            clerk.answer.set_result(Declined(reason="task-not-open"))
            await handle.signal(AssignmentWorkflow.over, Over.OVERTAKEN)
            assert await handle.result() == S.OVERTAKEN
        assert S.DECLINED not in systems.statuses

    async def test_a_refusal_leaves_the_task_to_people(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        clerk = Clerk()
        async with errand(env.client, systems, Way.WORKER, clerk=clerk) as handle:
            clerk.answer.set_result(Declined(reason="not-our-district"))
            assert await handle.result() == S.DECLINED
        assert systems.notes[-1].error == "not-our-district"
        assert clerk.runs == 1

    async def test_a_broken_program_is_dead_until_it_is_sent_again(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        clerk = Clerk()
        broken = ApplicationError("secret words", type="Broken", non_retryable=True)
        clerk.answer.set_exception(broken)
        async with errand(env.client, systems, Way.WORKER, clerk=clerk) as handle:
            await until(lambda: systems.statuses == [S.DELIVERED, S.DEAD])
            assert systems.notes[-1].error == "Broken"
            clerk.answer = asyncio.get_running_loop().create_future()
            clerk.answer.set_result(Declined(reason="later"))
            await handle.signal(AssignmentWorkflow.send_again)
            assert await handle.result() == S.DECLINED

    async def test_a_completion_that_the_register_does_not_know_is_not_believed(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        clerk = Clerk()
        clerk.answer.set_result(Handled(version=5))
        async with errand(env.client, systems, Way.WORKER, clerk=clerk) as handle:
            await until(lambda: systems.statuses == [S.DELIVERED] and clerk.runs)
            for _ in range(20):
                await env.fast_forward(handle, timedelta(minutes=15))
                if systems.statuses[-1] is S.DEAD:
                    break
            assert systems.notes[-1].error == "not-completed"
            await handle.signal(AssignmentWorkflow.over, Over.CANCELLED)
            assert await handle.result() == S.WITHDRAWN

    async def test_a_task_that_ended_unheard_is_found_by_looking(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        """It was given up, and the news was lost."""
        systems.sending = [Sent(error="http-410", final=True)]
        async with errand(env.client, systems, Way.WEBHOOK) as handle:
            await until(lambda: systems.statuses == [S.DEAD])
            systems.over = Over.OVERTAKEN
            await env.fast_forward(handle, timedelta(days=2))
            assert await handle.result() == S.OVERTAKEN

    async def test_a_task_that_is_over_already_goes_nowhere(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        systems.over = Over.OBSOLETE
        clerk = Clerk()
        async with errand(env.client, systems, Way.WORKER, clerk=clerk) as handle:
            assert await handle.result() == S.WITHDRAWN
        assert clerk.runs == 0


class TestWebhook:
    async def test_delivered_once_and_answered(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        async with errand(env.client, systems, Way.WEBHOOK) as handle:
            await until(lambda: systems.statuses == [S.DELIVERED])
            await handle.signal(AssignmentWorkflow.over, Over.ANSWERED)
            assert await handle.result() == S.ANSWERED
        assert [each.assignment.task for each in systems.deliveries] == [TASK]
        assert systems.withdrawals == []

    async def test_the_system_is_told_when_the_portal_was_first(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        async with errand(env.client, systems, Way.WEBHOOK) as handle:
            await until(lambda: systems.statuses == [S.DELIVERED])
            await handle.signal(AssignmentWorkflow.over, Over.OVERTAKEN)
            assert await handle.result() == S.OVERTAKEN
        assert [each.why for each in systems.withdrawals] == [Over.OVERTAKEN]

    async def test_tried_with_growing_pauses_for_a_day_then_dead_until_sent_again(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        systems.sending = [Sent(error="http-503")]
        async with errand(env.client, systems, Way.WEBHOOK) as handle:
            begun = (await handle.describe()).start_time
            for _ in range(60):
                await env.fast_forward(handle, timedelta(hours=1))
                if systems.statuses[-1] is S.DEAD:
                    break
            assert systems.statuses == [S.SENDING, S.DEAD]
            assert 20 < len(systems.deliveries) < 45
            assert begun is not None
            tries = len(systems.deliveries)
            await env.fast_forward(handle, timedelta(days=3))
            assert len(systems.deliveries) == tries
            systems.sending = [Sent()]
            await handle.signal(AssignmentWorkflow.send_again)
            await until(lambda: systems.statuses[-1] is S.DELIVERED)
            assert len(systems.deliveries) == tries + 1
            await handle.signal(AssignmentWorkflow.over, Over.ANSWERED)
            assert await handle.result() == S.ANSWERED

    async def test_what_will_never_be_taken_is_dead_at_once(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        systems.sending = [Sent(error="http-410", final=True)]
        async with errand(env.client, systems, Way.WEBHOOK) as handle:
            await until(lambda: systems.statuses == [S.DEAD])
            await handle.signal(AssignmentWorkflow.over, Over.OVERTAKEN)
            assert await handle.result() == S.OVERTAKEN
        assert len(systems.deliveries) == 1

    async def test_an_operator_does_not_wait_for_the_pause(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        systems.sending = [Sent(error="away", retry_after=3600), Sent()]
        async with errand(env.client, systems, Way.WEBHOOK) as handle:
            await until(lambda: systems.statuses == [S.SENDING])
            await handle.signal(AssignmentWorkflow.send_again)
            await until(lambda: systems.statuses[-1] is S.DELIVERED)
            await handle.signal(AssignmentWorkflow.over, Over.ANSWERED)
            assert await handle.result() == S.ANSWERED
        assert [each.attempt for each in systems.deliveries] == [1, 2]

    async def test_a_silent_system_is_asked_and_sent_what_it_never_heard_of(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        systems.beliefs = [Reconciled(believes="unknown"), Reconciled(believes="open")]
        async with errand(env.client, systems, Way.WEBHOOK) as handle:
            await until(lambda: systems.statuses == [S.DELIVERED])
            await env.fast_forward(handle, timedelta(hours=1, minutes=1))
            await until(lambda: len(systems.deliveries) == 2)
            await env.fast_forward(handle, timedelta(hours=2))
            await until(lambda: systems.asked >= 2)
            assert len(systems.deliveries) == 2
            await handle.signal(AssignmentWorkflow.over, Over.ANSWERED)
            assert await handle.result() == S.ANSWERED

    async def test_a_refusal_found_by_asking_leaves_the_task_to_people(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        systems.beliefs = [Reconciled(believes="declined", reason="not-ours")]
        async with errand(env.client, systems, Way.WEBHOOK) as handle:
            await until(lambda: systems.statuses == [S.DELIVERED])
            await env.fast_forward(handle, timedelta(hours=1, minutes=1))
            assert await handle.result() == S.DECLINED
        assert systems.notes[-1].error == "not-ours"


class TestAutomatic:
    async def test_completed_by_the_rule(self, env: WorkflowEnvironment, systems: Systems) -> None:
        async with errand(env.client, systems, Way.AUTOMATIC) as handle:
            await systems.automated.wait()
            await handle.signal(AssignmentWorkflow.over, Over.ANSWERED)
            assert await handle.result() == S.ANSWERED

    async def test_what_speaks_against_it_is_left_to_people(
        self, env: WorkflowEnvironment, systems: Systems
    ) -> None:
        systems.automatic = Declined(reason="findings-block")
        async with errand(env.client, systems, Way.AUTOMATIC) as handle:
            assert await handle.result() == S.DECLINED
        assert systems.notes[-1].error == "findings-block"


class TestRace:
    async def test_portal_and_worker_at_once_one_wins_and_the_other_is_told(
        self, env: WorkflowEnvironment, desk: Desk, register: Register, systems: Systems
    ) -> None:
        """Both complete the same task of a running application, at the same moment."""
        event = started(planned())[0].event
        assert isinstance(event, BundleStarted)
        number = f"SJ-YJS-310117-20261120-{uuid4().int % 900_000 + 100_000}"
        await desk.start(event.model_copy(update={"number": number}), CLERK)
        for actor, step, outcome in (
            (REVIEWER, "review", Outcome.PASS),
            (APPROVER, "decide", Outcome.GRANT),
        ):
            task = f"{number}.REG.{step}"
            await desk.act(number, actor, c.CompleteTask(task=task, outcome=outcome))
        task, clerk = f"{number}.TAX.handle", Clerk()
        portal = c.CompleteTask(task=task, outcome=Outcome.GRANT)
        system = portal.model_copy(update={"handled_by": ("001", "002")})
        async with errand(env.client, systems, Way.WORKER, clerk=clerk) as handle:
            await clerk.began.wait()
            told = await asyncio.gather(
                desk.act(number, TAXER, portal),
                desk.act(number, TAX_SYSTEM, system),
                return_exceptions=True,
            )
            losers = [each for each in told if isinstance(each, WorkflowUpdateFailedError)]
            assert [getattr(each.cause, "type", None) for each in losers] == ["task-not-open"]
            if told[1] in losers:
                clerk.answer.set_result(Declined(reason="task-not-open"))
                why = Over.OVERTAKEN
            else:
                clerk.answer.set_result(Handled(version=9))
                why = Over.ANSWERED
            await handle.signal(AssignmentWorkflow.over, why)
            assert await handle.result() == why
        completed = [
            recorded.actor.id
            for recorded in register.events[number]
            if isinstance(recorded.event, TaskCompleted) and recorded.event.task == task
        ]
        assert completed == [TAXER.id if why is Over.OVERTAKEN else TAX_SYSTEM.id]
