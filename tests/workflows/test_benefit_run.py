"""The driver of a run on a real server: phases, people, pauses, lanes, fresh runs."""

from datetime import date, timedelta

from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from definitions.benefits.commands import (
    ApproveList,
    Cancel,
    MatchAgain,
    Pause,
    Resume,
    SetPace,
    Verify,
)
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Pace, Phase
from tests.support.benefits import ON, officer, policy
from tests.support.run_book import RunBook, driving, morning
from tests.support.waiting import until
from workflows.benefit_lanes import CRAWLING
from workflows.benefit_run import BenefitRunWorkflow
from workflows.benefit_schedule import BenefitScheduleInput

Handle = WorkflowHandle[BenefitRunWorkflow, str]
DIRECT = policy(sample=1, publicity=None)
PUBLIC = policy(sample=1)
ASKING = policy(sample=1, publicity=None, way="confirm", confirmation={"days": 5, "reminders": [2]})


async def approved(book: RunBook, handle: Handle) -> None:
    """Through the trial and both reviews."""
    await until(lambda: book.state.phase is Phase.TRIAL)
    book.pass_trial()
    await handle.signal(BenefitRunWorkflow.wake)
    await until(lambda: book.state.phase is Phase.REVIEW)
    await approved_by_two(book, handle)


async def approved_by_two(book: RunBook, handle: Handle) -> None:
    """Both reviews."""
    book.say(ApproveList(), officer("a-first"))
    book.say(ApproveList(), officer("a-second"))
    await handle.signal(BenefitRunWorkflow.wake)


class TestDriver:
    """From the facts to the closing."""

    async def test_it_goes_all_the_way_as_soon_as_people_let_it(
        self, env: WorkflowEnvironment
    ) -> None:
        book = RunBook(DIRECT)
        async with driving(env.client, book) as handle:
            await approved(book, handle)
            assert await handle.result() == Phase.CLOSED
        assert book.steps == [
            *("freeze_facts", "report_match", "list", "report_list"),
            *("refresh", "clear", "reserve", "send", "collect", "close"),
        ]
        assert book.state.counts.subjects == book.rows
        assert book.open[Status.PAID] == book.rows

    async def test_nothing_follows_before_the_trial_is_passed(
        self, env: WorkflowEnvironment
    ) -> None:
        book = RunBook(DIRECT)
        async with driving(env.client, book) as handle:
            await until(lambda: book.state.phase is Phase.TRIAL)
            await handle.signal(BenefitRunWorkflow.wake)
            await env.fast_forward(handle, timedelta(hours=1))
            assert book.steps == ["freeze_facts", "report_match"]

    async def test_matched_again_counts_begin_anew(self, env: WorkflowEnvironment) -> None:
        book = RunBook(DIRECT)
        async with driving(env.client, book) as handle:
            await until(lambda: book.state.phase is Phase.TRIAL)
            book.say(MatchAgain(on=ON, reason="来源恢复"), officer("a-again"))
            await handle.signal(BenefitRunWorkflow.wake)
            await until(lambda: book.state.phase is Phase.TRIAL and book.state.turn == 2)
        assert book.state.counts.subjects == book.rows

    async def test_a_wake_that_was_lost_costs_minutes(self, env: WorkflowEnvironment) -> None:
        book = RunBook(DIRECT)
        async with driving(env.client, book) as handle:
            await until(lambda: book.state.phase is Phase.TRIAL)
            book.pass_trial()
            await env.fast_forward(handle, timedelta(minutes=5))
            await until(lambda: book.state.phase is Phase.REVIEW)

    async def test_publicity_ends_the_day_after_its_last(self, env: WorkflowEnvironment) -> None:
        book = RunBook(PUBLIC)
        async with driving(env.client, book) as handle:
            await approved(book, handle)
            await until(lambda: book.state.phase is Phase.PUBLICITY)
            span = book.state.publicity
            assert span is not None
            book.next_day((span.until - ON).days)
            await env.fast_forward(handle, timedelta(minutes=10))
            assert book.state.phase is Phase.PUBLICITY
            book.next_day()
            await handle.signal(BenefitRunWorkflow.wake)
            assert await handle.result() == Phase.CLOSED
        assert book.refusing == []

    async def test_a_wish_is_asked_reminded_once_and_ended(self, env: WorkflowEnvironment) -> None:
        book = RunBook(ASKING)
        async with driving(env.client, book) as handle:
            await approved(book, handle)
            await until(lambda: book.open.get(Status.ASKED) == book.rows)
            wish = book.state.wish
            assert wish is not None
            book.next_day((wish.reminders[0] - ON).days)
            await env.fast_forward(handle, timedelta(minutes=30))
            book.open[Status.ASKED] -= 4
            book.open[Status.CONFIRMED] = 4
            book.next_day((wish.until - wish.reminders[0]).days + 1)
            await handle.signal(BenefitRunWorkflow.wake)
            assert await handle.result() == Phase.CLOSED
        assert book.steps.count("remind-1") == 1
        assert (book.open[Status.PAID], book.open[Status.SILENT]) == (4, 6)


class TestPaying:
    """The loop in which money is set aside, sent, and asked for."""

    async def test_receipts_are_asked_for_until_they_come(self, env: WorkflowEnvironment) -> None:
        book = RunBook(DIRECT)
        book.owed = 6
        async with driving(env.client, book) as handle:
            await approved(book, handle)
            await until(lambda: book.open.get(Status.SENT))
            await env.fast_forward(handle, timedelta(minutes=5))
            assert await handle.result() == Phase.CLOSED
        assert book.open[Status.PAID] == book.rows

    async def test_it_waits_for_cases_but_not_for_ever(self, env: WorkflowEnvironment) -> None:
        book = RunBook(DIRECT)
        book.cases = 1
        async with driving(env.client, book) as handle:
            await approved(book, handle)
            await until(lambda: book.open.get(Status.PAID) == book.rows)
            await env.fast_forward(handle, timedelta(minutes=30))
            assert book.state.phase is Phase.PAYING
            book.next_day(61)
            await handle.signal(BenefitRunWorkflow.wake)
            assert await handle.result() == Phase.CLOSED

    async def test_what_the_treasury_refuses_keeps_no_run_open_for_ever(
        self, env: WorkflowEnvironment
    ) -> None:
        book = RunBook(DIRECT)
        book.refusing_all = True
        async with driving(env.client, book) as handle:
            await approved(book, handle)
            await until(lambda: book.open.get(Status.SENT) == book.rows)
            await env.fast_forward(handle, timedelta(minutes=5))
            assert book.state.phase is Phase.PAYING
            book.next_day(61)
            await env.fast_forward(handle, timedelta(minutes=2))
            assert await handle.result() == Phase.CLOSED
        assert book.open[Status.FAILED] == book.rows

    async def test_sources_are_asked_again_for_who_waits_to_be_looked_at(
        self, env: WorkflowEnvironment
    ) -> None:
        book = RunBook(DIRECT)
        book.cases = 1
        async with driving(env.client, book) as handle:
            await approved(book, handle)
            await until(lambda: book.open.get(Status.PAID) == book.rows)
            await env.fast_forward(handle, timedelta(minutes=40))
            assert book.steps.count("refresh") == 1
            book.open[Status.FAILED] = 1
            await env.fast_forward(handle, timedelta(minutes=40))
            assert book.steps.count("refresh") > 1

    async def test_something_late_is_paid_after_the_closing(self, env: WorkflowEnvironment) -> None:
        book = RunBook(DIRECT)
        async with driving(env.client, book) as handle:
            await approved(book, handle)
            await handle.result()
        book.open[Status.CLEARED] = book.payable = 1
        async with driving(env.client, book) as handle:
            assert await handle.result() == Phase.CLOSED
        assert book.steps.count("pay_late") == 1
        assert book.steps.count("close") == 2
        assert book.open[Status.CLEARED] == 0

    async def test_verified_it_is_closed_again(self, env: WorkflowEnvironment) -> None:
        book = RunBook(DIRECT)
        async with driving(env.client, book) as handle:
            await approved(book, handle)
            await handle.result()
        book.say(Verify(), officer("a-verifies"))
        async with driving(env.client, book) as handle:
            assert await handle.result() == Phase.CLOSED
        assert book.state.verified


class TestSteering:
    """Pause, pace, and giving up."""

    async def test_paused_it_ends_what_is_in_hand_and_goes_on_there(
        self, env: WorkflowEnvironment
    ) -> None:
        book = RunBook(DIRECT, rows=30)
        async with driving(env.client, book) as handle:
            await until(lambda: book.state.phase is Phase.TRIAL)
            book.hold.clear()
            book.pass_trial()
            await handle.signal(BenefitRunWorkflow.wake)
            await until(lambda: book.together)
            book.say(Pause(reason="核对"), officer("a-pauses"))
            await handle.signal(BenefitRunWorkflow.wake)
            book.hold.set()
            await until(lambda: book.seen)
            await env.fast_forward(handle, timedelta(minutes=20))
            assert book.seen == [("list", 0, "")]
            book.say(Resume(), officer("a-pauses"))
            await handle.signal(BenefitRunWorkflow.wake)
            await until(lambda: book.state.phase is Phase.REVIEW)
        assert [after for _, _, after in book.seen] == ["", *map(str, range(3, 30, 3))]

    async def test_lanes_by_pace(self, env: WorkflowEnvironment) -> None:
        for pace, lanes in ((Pace.FULL, 4), (Pace.GENTLE, 1)):
            book = RunBook(DIRECT, rows=20)
            if pace is not book.state.pace:
                book.say(SetPace(pace=pace), officer("a-slow"))
            async with driving(env.client, book) as handle:
                await until(lambda book=book: book.state.phase is Phase.TRIAL)
                book.pass_trial()
                await handle.signal(BenefitRunWorkflow.wake)
                await until(lambda book=book: book.state.phase is Phase.REVIEW)
                book.hold.clear()
                await approved_by_two(book, handle)
                await until(lambda book=book, lanes=lanes: book.together == lanes)
                book.hold.set()
                await handle.result()
            assert book.most == lanes
            assert book.open[Status.PAID] == 20

    async def test_hardly_felt_it_rests_between_two_chunks(self, env: WorkflowEnvironment) -> None:
        book = RunBook(DIRECT, rows=6)
        book.say(SetPace(pace=Pace.CRAWL), officer("a-slow"))
        async with driving(env.client, book) as handle:
            await until(lambda: book.state.phase is Phase.TRIAL)
            book.pass_trial()
            await handle.signal(BenefitRunWorkflow.wake)
            await until(lambda: book.seen)
            assert book.state.phase is Phase.LISTING
            await env.fast_forward(handle, CRAWLING)
            await until(lambda: book.state.phase is Phase.REVIEW)

    async def test_given_up_its_cases_are_still_settled(self, env: WorkflowEnvironment) -> None:
        book = RunBook(DIRECT)
        async with driving(env.client, book) as handle:
            await until(lambda: book.state.phase is Phase.TRIAL)
            book.cases = 1
            book.say(Cancel(reason="口径有误"), officer("a-cancels"))
            await handle.signal(BenefitRunWorkflow.wake)
            assert await handle.result() == Phase.CANCELLED
        assert Phase.CANCELLED in book.settled

    async def test_given_up_it_lets_go_and_ends(self, env: WorkflowEnvironment) -> None:
        book = RunBook(DIRECT)
        async with driving(env.client, book) as handle:
            await until(lambda: book.state.phase is Phase.TRIAL)
            book.pass_trial()
            await handle.signal(BenefitRunWorkflow.wake)
            await until(lambda: book.state.phase is Phase.REVIEW)
            book.say(Cancel(reason="口径有误"), officer("a-cancels"))
            await handle.signal(BenefitRunWorkflow.wake)
            assert await handle.result() == Phase.CANCELLED
        assert book.open[Status.CANCELLED] == book.rows

    async def test_a_long_one_goes_on_in_fresh_runs(self, env: WorkflowEnvironment) -> None:
        book = RunBook(DIRECT, rows=30)
        async with driving(env.client, book, looks=2) as handle:
            await approved(book, handle)
            assert await handle.result() == Phase.CLOSED
            last = await env.client.get_workflow_handle(handle.id).describe()
        assert last.run_id != handle.first_execution_run_id
        assert book.state.counts.subjects == book.open[Status.PAID] == 30


class TestSchedule:
    """What begins by itself."""

    async def test_the_day_is_that_of_the_morning(self, env: WorkflowEnvironment) -> None:
        given = BenefitScheduleInput(day=date(2026, 10, 1))
        async with morning(env.client, RunBook(DIRECT), given) as handle:
            assert (await handle.result()).begun == ("some_award:2026-10-01:1",)
