"""The follower of the outbox on a real PostgreSQL: what goes to systems, once, and who is told."""

import asyncio

import pytest
from sqlalchemy import text

from activities.assignments import following
from activities.assignments.following import Away, Follower, follow_forever
from activities.contracts.assignments import AssignmentStatus, Note, Over, Way
from activities.store.desk.connections import assignment_of, note
from activities.store.engine import Store
from activities.store.reading.feed import CHANNEL
from definitions.bundle import commands as c
from definitions.language.roles import Actor, Role
from definitions.matter.tasks import Outcome
from tests.support.connected import TAX_SYSTEM, TAX_TASK, Noted, Written, connect
from tests.support.listening import listened
from tests.support.lives import complete, grant_reg
from tests.support.services import NUMBER, REASON, REVIEWER, TAXER
from tests.support.waiting import until

pytestmark = pytest.mark.stack
TAX_ITEM = "11310117002456781R4000000000TAX"
REG_TASK = f"{NUMBER}.REG.review"


async def unsent(store: Store) -> list[str]:
    """The topics of ours that still lie in the outbox."""
    statement = text(
        "SELECT topic FROM outbox WHERE sent_at IS NULL AND topic = ANY(:topics) ORDER BY id"
    )
    async with store.reading() as session:
        return list(await session.scalars(statement, {"topics": list(following.TOPICS)}))


@pytest.fixture
def errands() -> Noted:
    """Workflows of this test alone."""
    return Noted()


@pytest.fixture
async def taxed(store: Store) -> Written:
    """An application that has come to the tax department."""
    written = Written(store)
    grant_reg(written.one)
    await written.record()
    return written


class TestNobodyConnected:
    async def test_everything_is_done_with_at_once(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        assert taxed.one.events
        assert await unsent(store)
        assert await Follower(store, errands).take() > 0
        assert await unsent(store) == []
        assert errands.begins == 0

    async def test_an_inactive_connection_takes_nothing(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        assert taxed.one.events
        await connect(store, active=False)
        await Follower(store, errands).take()
        assert errands.begins == 0

    async def test_other_topics_are_left_to_others(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        assert taxed.one.events
        await Follower(store, errands).take()
        async with store.reading() as session:
            left = await session.scalar(
                text(
                    "SELECT count(*) FROM outbox WHERE topic = 'matter_granted' AND sent_at IS NULL"
                )
            )
        assert left == 1


class TestConnected:
    async def test_its_tasks_go_there_and_only_its_own(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        assert taxed.one.events
        await connect(store)
        await Follower(store, errands).take()
        assert list(errands.begun) == [f"assignment:{TAX_TASK}"]
        given = errands.begun[f"assignment:{TAX_TASK}"]
        assert (given.way, given.queue, given.department) == (Way.WORKER, "dept-tax", "tax")
        assert await unsent(store) == []
        async with store.reading() as session:
            row = await assignment_of(session, TAX_TASK)
        assert row is not None
        assert row.status is AssignmentStatus.SENDING

    async def test_a_connection_for_other_items_takes_nothing(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        assert taxed.one.events
        await connect(store, items=["other"])
        await Follower(store, errands).take()
        assert errands.begins == 0

    async def test_the_connection_of_the_item_comes_before_the_departments(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        assert taxed.one.events
        await connect(store, "a-general")
        await connect(
            store, "tax-item", items=["11310117002456781R4000000000TAX"], way=Way.AUTOMATIC
        )
        await Follower(store, errands).take()
        assert [given.connection for given in errands.begun.values()] == ["tax-item"]

    async def test_what_its_account_may_not_see_stays_with_people(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        assert taxed.one.events
        await connect(store)
        async with store.begin() as session:
            await session.execute(text("UPDATE task SET confidentiality = 'secret'"))
        await Follower(store, errands).take()
        assert errands.begins == 0

    async def test_a_task_that_is_over_by_now_goes_nowhere(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        await connect(store)
        complete(taxed.one, TAXER, "TAX.handle", Outcome.GRANT)
        await taxed.record()
        await Follower(store, errands).take()
        assert errands.begins == 0
        assert await unsent(store) == []


class TestNews:
    @pytest.mark.parametrize(
        ("actor", "why"), [(TAXER, Over.OVERTAKEN), (TAX_SYSTEM, Over.ANSWERED)]
    )
    async def test_who_completed_it_decides_what_the_errand_is_told(
        self, store: Store, taxed: Written, errands: Noted, actor: Actor, why: Over
    ) -> None:
        await connect(store)
        follower = Follower(store, errands)
        await follower.take()
        people = ("001", "002") if actor.role is Role.DEPARTMENT_SYSTEM else ()
        task = c.CompleteTask(task=TAX_TASK, outcome=Outcome.GRANT, handled_by=people)
        taxed.one.act(actor, task)
        await taxed.record()
        await follower.take()
        assert errands.ended == [(f"assignment:{TAX_TASK}", why)]

    async def test_an_errand_that_has_ended_is_not_told(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        await connect(store)
        follower = Follower(store, errands)
        await follower.take()
        given = errands.begun[f"assignment:{TAX_TASK}"]
        async with store.begin() as session:
            said = Note(given=given, status=AssignmentStatus.DECLINED, error="not-ours")
            assert await note(session, said)
        complete(taxed.one, TAXER, "TAX.handle", Outcome.GRANT)
        await taxed.record()
        await follower.take()
        assert errands.ended == []
        assert await unsent(store) == []

    async def test_a_transferred_task_ends_one_errand_and_begins_another(
        self, store: Store, errands: Noted
    ) -> None:
        await connect(store)
        await connect(
            store, "reg-system", department="registrar", account="a-reg", way=Way.AUTOMATIC
        )
        written, follower = Written(store), Follower(store, errands)
        await written.record()
        await follower.take()
        assert list(errands.begun) == [f"assignment:{REG_TASK}"]
        transfer = c.TransferTask(task=REG_TASK, department="tax", reasons=(REASON,))
        written.one.act(REVIEWER, transfer)
        await written.record()
        await follower.take()
        assert errands.ended == [(f"assignment:{REG_TASK}", Over.TRANSFERRED)]
        seq = written.one.events[-1].seq
        assert list(errands.begun)[1].startswith(f"assignment:{REG_TASK}:")
        assert seq
        async with store.reading() as session:
            row = await assignment_of(session, REG_TASK)
        assert row is not None
        assert (row.connection, row.workflow) == ("tax-system", list(errands.begun)[1])
        # What the first one still says of it is of no interest any more.
        async with store.begin() as session:
            late = Note(
                given=errands.begun[f"assignment:{REG_TASK}"], status=AssignmentStatus.WITHDRAWN
            )
            assert not await note(session, late)


class TestCrashes:
    async def test_killed_between_start_and_mark_it_starts_nothing_twice(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        """The transaction that marks is lost with the process; the start was not."""
        assert taxed.one.events
        await connect(store)
        errands.failing[TAX_TASK] = RuntimeError("killed")
        first = Follower(store, errands)
        await first.take()
        assert await unsent(store) == ["task_opened"]
        await Follower(store, errands).take()
        assert errands.begins == 2
        assert len(errands.begun) == 1
        assert await unsent(store) == []

    async def test_overtaken_between_start_and_mark_the_errand_sees_to_its_row(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        """Started or not, the row must not say for ever that it is being sent."""
        await connect(store)
        errands.failing[TAX_TASK] = RuntimeError("killed")
        await Follower(store, errands).take()
        complete(taxed.one, TAXER, "TAX.handle", Outcome.GRANT)
        await taxed.record()
        await Follower(store, errands).take()
        assert errands.begins == 2
        assert errands.ended == [(f"assignment:{TAX_TASK}", Over.OVERTAKEN)]

    async def test_one_that_fails_holds_up_nobody_and_is_left_for_a_while(
        self, store: Store, errands: Noted
    ) -> None:
        await connect(store)
        await connect(
            store, "reg-system", department="registrar", account="a-reg", way=Way.AUTOMATIC
        )
        written, follower = Written(store), Follower(store, errands)
        await written.record()
        errands.failing[REG_TASK] = RuntimeError("bad")
        await follower.take()
        assert await unsent(store) == ["task_opened"]
        grant_reg(written.one)
        await written.record()
        await follower.take()
        assert f"assignment:{TAX_TASK}" in errands.begun
        assert await follower.take() == 0

    async def test_temporal_away_leaves_everything_for_later(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        assert taxed.one.events
        await connect(store)
        errands.failing[TAX_TASK] = Away()
        await Follower(store, errands).take()
        assert "task_opened" in await unsent(store)

    async def test_two_at_once_pass_on_each_message_once(
        self, store: Store, taxed: Written, errands: Noted
    ) -> None:
        assert taxed.one.events
        await connect(store)
        await asyncio.gather(*(Follower(store, errands).take() for _ in range(4)))
        assert errands.begins == 1


async def test_followed_as_soon_as_it_is_recorded(
    store: Store, errands: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the database's word, not by looking again: there is an hour between two looks."""
    await connect(store)
    begun = asyncio.Event()
    begin = errands.begin

    async def heard(given: object) -> None:
        await begin(given)  # type: ignore[arg-type]
        begun.set()

    monkeypatch.setattr(errands, "begin", heard)
    task = asyncio.create_task(follow_forever(store, errands, pause=3600))
    try:
        await listened(store, CHANNEL)
        written = Written(store)
        grant_reg(written.one)
        await written.record()
        await until(begun.is_set)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
