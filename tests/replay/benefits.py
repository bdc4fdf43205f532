"""The histories of runs of policies: paid, asked for a wish, paused, cancelled; and a morning."""

from datetime import date, timedelta

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.contracts.benefits import DueDone
from definitions.benefits.commands import ApproveList, Cancel, MatchAgain, Pause, Resume
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from tests.support import run_book
from tests.support.benefits import ON, officer, policy
from tests.support.run_book import RunBook, driving
from tests.support.waiting import until
from workflows.benefit_run import BenefitRunWorkflow
from workflows.benefit_schedule import BenefitScheduleInput, BenefitScheduleWorkflow

Handle = WorkflowHandle[BenefitRunWorkflow, str]


async def paid(env: WorkflowEnvironment) -> Handle:
    """Matched twice, paused in the list, published, and paid after receipts were long in coming."""
    book = RunBook(policy(sample=1), rows=20)
    book.owed = 3
    async with driving(env.client, book) as handle:
        await until(lambda: book.state.phase is Phase.TRIAL)
        book.say(MatchAgain(on=ON, reason="来源恢复"), officer("a-again"))
        await handle.signal(BenefitRunWorkflow.wake)
        await until(lambda: book.state.phase is Phase.TRIAL and book.state.turn == 2)
        book.hold.clear()
        book.pass_trial()
        await handle.signal(BenefitRunWorkflow.wake)
        await until(lambda: book.together)
        book.say(Pause(reason="核对"), officer("a-pauses"))
        await handle.signal(BenefitRunWorkflow.wake)
        book.hold.set()
        await env.fast_forward(handle, timedelta(minutes=12))
        book.say(Resume(), officer("a-pauses"))
        await handle.signal(BenefitRunWorkflow.wake)
        await _approved(book, handle)
        await until(lambda: book.state.publicity)
        span = book.state.publicity
        assert span is not None
        book.next_day((span.until - ON).days + 1)
        await handle.signal(BenefitRunWorkflow.wake)
        await handle.result()
    return handle


async def wished(env: WorkflowEnvironment) -> Handle:
    """Asked, reminded, some silent; the others paid."""
    asking = policy(
        sample=1, publicity=None, way="confirm", confirmation={"days": 5, "reminders": [2]}
    )
    book = RunBook(asking)
    async with driving(env.client, book) as handle:
        await until(lambda: book.state.phase is Phase.TRIAL)
        book.pass_trial()
        await handle.signal(BenefitRunWorkflow.wake)
        await _approved(book, handle)
        await until(lambda: book.open.get(Status.ASKED) == book.rows)
        wish = book.state.wish
        assert wish is not None
        book.next_day((wish.reminders[0] - ON).days)
        await env.fast_forward(handle, timedelta(minutes=30))
        book.open[Status.ASKED] -= 4
        book.open[Status.CONFIRMED] = 4
        book.next_day((wish.until - wish.reminders[0]).days + 1)
        await handle.signal(BenefitRunWorkflow.wake)
        await handle.result()
    return handle


async def cancelled(env: WorkflowEnvironment) -> Handle:
    """Given up when the list was there."""
    book = RunBook(policy(sample=1))
    async with driving(env.client, book) as handle:
        await until(lambda: book.state.phase is Phase.TRIAL)
        book.pass_trial()
        await handle.signal(BenefitRunWorkflow.wake)
        await until(lambda: book.state.phase is Phase.REVIEW)
        book.say(Cancel(reason="口径有误"), officer("a-cancels"))
        await handle.signal(BenefitRunWorkflow.wake)
        await handle.result()
    return handle


async def daily(env: WorkflowEnvironment) -> WorkflowHandle[BenefitScheduleWorkflow, DueDone]:
    """What is due on a day."""
    given = BenefitScheduleInput(day=date(2026, 10, 1))
    async with run_book.morning(env.client, RunBook(policy()), given) as handle:
        await handle.result()
    return handle


async def _approved(book: RunBook, handle: Handle) -> None:
    await until(lambda: book.state.phase is Phase.REVIEW)
    book.say(ApproveList(), officer("a-first"))
    book.say(ApproveList(), officer("a-second"))
    await handle.signal(BenefitRunWorkflow.wake)
