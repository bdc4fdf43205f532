"""What errands ask of the register: describing, noting, completing by rule; webhooks beside it."""

import pytest
from sqlalchemy import text
from temporalio.exceptions import ApplicationError

from activities.assignments.automatic import Automatic, NotTaken
from activities.assignments.rows import Rows
from activities.assignments.webhooks import NOT_CONNECTED, Webhooks
from activities.contracts.assignments import (
    Answer,
    AssignmentInput,
    AssignmentStatus,
    Declined,
    Delivery,
    Handled,
    Note,
    Over,
    Sent,
    Way,
    Withdrawal,
)
from activities.outside.departments.signing import Algorithm
from activities.outside.departments.webhooks import Answered, Belief, Message, Target
from activities.store.desk.connections import (
    AssignmentFilter,
    account_of,
    add_secret,
    assignment_of,
    assignments,
    by_department,
    connection_of,
    counted,
    drop_old_secrets,
    keep_assignment,
    keys_of,
    under_way,
)
from activities.store.engine import Store
from activities.store.tables.desk import Account, Application
from definitions.bundle.decide import Asked
from definitions.errors import Code, Refused
from definitions.language.roles import Role
from definitions.matter.tasks import Outcome
from tests.support.connected import TAX_SYSTEM, TAX_TASK, Written, connect
from tests.support.errands import assignment
from tests.support.lives import complete, grant_reg
from tests.support.services import NOW, NUMBER, TAXER

pytestmark = pytest.mark.stack
REVIEW = f"{NUMBER}.REG.review"


def given(task: str = TAX_TASK, department: str = "tax", way: Way = Way.WORKER) -> AssignmentInput:
    """An errand."""
    return AssignmentInput(
        workflow=f"assignment:{task}",
        task=task,
        bundle=NUMBER,
        department=department,
        connection=f"{department}-system",
        way=way,
    )


@pytest.fixture
async def written(store: Store) -> Written:
    """An application that has just come in; the first task is the registrar's review."""
    made = Written(store)
    await made.record()
    return made


class TestDescribing:
    async def test_says_references_and_possible_outcomes_and_nothing_of_the_applicant(
        self, store: Store, written: Written
    ) -> None:
        grant_reg(written.one)
        await written.record()
        found = await Rows(store).describe_assignment(given())
        told = found.assignment
        assert told is not None
        assert (told.task, told.matter, told.department) == (TAX_TASK, "TAX", "tax")
        assert set(told.outcomes) == {Outcome.GRANT, Outcome.REFUSE}
        assert told.version > 0

    async def test_a_completed_task_is_over_by_who_completed_it(
        self, store: Store, written: Written
    ) -> None:
        await connect(store)
        grant_reg(written.one)
        complete(written.one, TAXER, "TAX.handle", Outcome.GRANT)
        await written.record()
        rows = Rows(store)
        assert (await rows.describe_assignment(given())).over is Over.OVERTAKEN
        async with store.begin() as session:
            await session.execute(text("UPDATE task SET assignee = 'a-tax'"))
        assert (await rows.describe_assignment(given())).over is Over.ANSWERED

    async def test_another_departments_task_is_over_for_this_one(
        self, store: Store, written: Written
    ) -> None:
        assert written.one.events
        found = await Rows(store).describe_assignment(given(REVIEW))
        assert found.over is Over.TRANSFERRED

    async def test_a_task_nobody_knows_is_over(self, store: Store) -> None:
        assert (await Rows(store).describe_assignment(given())).over is Over.CANCELLED


class TestNoting:
    async def test_the_row_says_what_became_of_it(self, store: Store) -> None:
        await connect(store)
        rows = Rows(store)
        async with store.begin() as session:
            await keep_assignment(session, given())
        said = Note(given=given(), status=AssignmentStatus.DELIVERED, attempts=2)
        await rows.note_assignment(said)
        await rows.note_assignment(said)
        async with store.reading() as session:
            row = await assignment_of(session, TAX_TASK)
            assert [each.task for each in await under_way(session, "tax-system")] == [TAX_TASK]
            assert await counted(session) == {"tax-system": {AssignmentStatus.DELIVERED: 1}}
        assert row is not None
        assert row.attempts == 2
        assert row.delivered_at is not None
        assert row.closed_at is None
        dead = said.model_copy(update={"status": AssignmentStatus.DECLINED, "error": "no"})
        await rows.note_assignment(dead)
        async with store.reading() as session:
            row = await assignment_of(session, TAX_TASK)
            assert await under_way(session, "tax-system") == []
        assert row is not None
        assert row.closed_at is not None
        assert row.delivered_at is not None

    async def test_lists_go_on_behind_the_last_one_seen(self, store: Store) -> None:
        await connect(store)
        for n in range(5):
            async with store.begin() as session:
                await keep_assignment(session, given(f"{NUMBER}.TAX.{n}"))
        asked = AssignmentFilter(department="tax", status=AssignmentStatus.SENDING)
        async with store.reading() as session:
            first = await assignments(session, asked, after=None, limit=3)
            last = (first[-1].changed_at, first[-1].task)
            rest = await assignments(session, asked, after=last, limit=3)
            others = AssignmentFilter(department="food")
            assert await assignments(session, others, after=None, limit=3) == []
        assert [each.task[-1] for each in (*first, *rest)] == ["4", "3", "2", "1", "0"]


class TestSecrets:
    async def test_two_are_valid_while_one_replaces_the_other(self, store: Store) -> None:
        await connect(store, way=Way.WEBHOOK, url="http://tax.example")
        for secret in ("one", "two", "three"):
            async with store.begin() as session:
                assert await add_secret(session, "tax-system", secret, by="admin")
        async with store.reading() as session:
            keys = await keys_of(session, "tax-system")
            view = await connection_of(session, "tax-system")
            assert await by_department(session, "food") == ()
        assert keys is not None
        assert [each.get_secret_value() for each in keys.secrets] == ["three", "two"]
        assert "three" not in repr(keys)
        assert view is not None
        assert view.secrets == 2
        async with store.begin() as session:
            assert await drop_old_secrets(session, "tax-system", by="admin")
        async with store.reading() as session:
            keys = await keys_of(session, "tax-system")
        assert keys is not None
        assert [each.get_secret_value() for each in keys.secrets] == ["three"]


class Engine:
    """The application's answers."""

    def __init__(self, answer: int | Exception = 7) -> None:
        self.answer = answer
        self.asked: list[Asked] = []

    async def act(self, number: str, asked: Asked, *, payload: str) -> int:
        """As the workflow."""
        assert number == NUMBER
        assert payload
        self.asked.append(asked)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def automatically(store: Store, engine: Engine) -> Answer:
    """The registrar's review, by rule."""
    review = given(REVIEW, "registrar", Way.AUTOMATIC)
    return await Automatic(store, engine).handle_automatically(review)


class TestAutomatic:
    async def test_passes_what_nothing_speaks_against_under_one_key(
        self, store: Store, written: Written
    ) -> None:
        assert written.one.events
        await _automatic(store)
        engine = Engine()
        assert await automatically(store, engine) == Handled(version=7)
        assert await automatically(store, engine) == Handled(version=7)
        assert len({asked.key for asked in engine.asked}) == 1
        assert engine.asked[0].actor.id == "a-reg"
        assert engine.asked[0].authority is not None

    async def test_a_missing_paper_speaks_against_it(self, store: Store, written: Written) -> None:
        assert written.one.events
        await _automatic(store)
        lacking = text("UPDATE material SET status = 'pending' WHERE gates @> '[\"REG\"]'")
        async with store.begin() as session:
            await session.execute(lacking)
        answer = await automatically(store, Engine())
        assert answer == Declined(reason=Code.MATERIAL_MISSING)

    async def test_a_grave_finding_speaks_against_it(self, store: Store, written: Written) -> None:
        assert written.one.events
        await _automatic(store, findings=[{"rule": "r", "severity": "block"}])
        assert await automatically(store, Engine()) == Declined(reason="findings-block")

    async def test_a_light_finding_does_not(self, store: Store, written: Written) -> None:
        assert written.one.events
        await _automatic(store, findings=[{"rule": "r", "severity": "warn"}])
        assert await automatically(store, Engine()) == Handled(version=7)

    async def test_what_the_application_refuses_is_left_to_people(
        self, store: Store, written: Written
    ) -> None:
        assert written.one.events
        await _automatic(store)
        refused = Engine(Refused(Code.FOUR_EYES, "…"))
        assert await automatically(store, refused) == Declined(reason="four-eyes")

    async def test_an_engine_that_is_away_is_asked_again(
        self, store: Store, written: Written
    ) -> None:
        assert written.one.events
        await _automatic(store)
        with pytest.raises(ApplicationError) as error:
            await automatically(store, Engine(NotTaken("engine-away")))
        assert not error.value.non_retryable

    async def test_a_closed_account_completes_nothing(self, store: Store, written: Written) -> None:
        assert written.one.events
        await _automatic(store)
        async with store.begin() as session:
            await session.execute(text("UPDATE account SET active = false WHERE id = 'a-reg'"))
            assert await account_of(session, "registrar-system") is None
        engine = Engine()
        assert await automatically(store, engine) == Declined(reason="account-closed")
        assert engine.asked == []


async def _automatic(store: Store, findings: list[dict[str, object]] | None = None) -> None:
    """The registrar's automatic connection, and the application as it was submitted."""
    await connect(
        store,
        "registrar-system",
        department="registrar",
        account="a-reg",
        role=Role.APPROVER,
        way=Way.AUTOMATIC,
    )
    async with store.begin() as session:
        session.add(
            Application(
                id="a1",
                state="submitted",
                service="small_change",
                owner="a-reg",
                channel="window",
                firm_code="",
                firm_name="",
                firm={},
                firm_source={},
                answers={},
                form={},
                materials={},
                committed=[],
                findings=findings or [],
                created_at=NOW,
            )
        )


class Department:
    """A system as `Departments` meets it."""

    def __init__(self, sent: Sent | None = None, belief: Belief | None = None) -> None:
        self.sent = sent or Sent()
        self.belief = belief or Belief(status="open")
        self.told: list[tuple[Target, Message]] = []

    async def tell(self, target: Target, message: Message) -> Sent:
        """Take the message."""
        self.told.append((target, message))
        return self.sent

    async def ask(self, target: Target, task: str) -> Belief:
        """Say what is believed."""
        assert target.secrets
        assert task == TAX_TASK
        return self.belief


class Hall:
    """Where answers are taken."""

    def __init__(self, refused: str | None = None) -> None:
        self.refused = refused
        self.taken: list[Answered] = []

    async def take(self, connection: str, answered: Answered) -> str | None:
        """As a callback."""
        assert connection == "tax-system"
        self.taken.append(answered)
        return self.refused


class TestWebhooks:
    @pytest.fixture(autouse=True)
    async def connected(self, store: Store) -> None:
        """A webhook with a secret, and an assignment under way."""
        await connect(store, way=Way.WEBHOOK, url="http://tax.example")
        async with store.begin() as session:
            await add_secret(session, "tax-system", "whsec_x", by="admin")
            await keep_assignment(session, given(way=Way.WEBHOOK))

    async def test_every_attempt_carries_the_same_id(self, store: Store) -> None:
        department = Department()
        webhooks = Webhooks(store, department, Hall())
        for attempt in (1, 2):
            delivery = Delivery(given=given(), assignment=assignment(), attempt=attempt)
            assert (await webhooks.deliver_webhook(delivery)).error is None
        (target, first), (_, second) = department.told
        assert first.name == second.name
        assert target.algorithm is Algorithm.SHA256
        assert first.data["task"] == assignment().task

    async def test_a_withdrawal_is_another_message(self, store: Store) -> None:
        department = Department()
        webhooks = Webhooks(store, department, Hall())
        await webhooks.deliver_webhook(Delivery(given=given(), assignment=assignment(), attempt=1))
        await webhooks.withdraw_webhook(Withdrawal(given=given(), why=Over.OVERTAKEN, attempt=1))
        assert len({message.name for _, message in department.told}) == 2
        assert department.told[1][1].data == {"task": TAX_TASK, "reason": "overtaken"}

    async def test_a_connection_taken_away_is_given_up(self, store: Store) -> None:
        async with store.begin() as session:
            await session.execute(text("UPDATE connection SET url = NULL"))
        department = Department()
        sent = await Webhooks(store, department, Hall()).deliver_webhook(
            Delivery(given=given(), assignment=assignment(), attempt=1)
        )
        assert sent == Sent(error=NOT_CONNECTED, final=True)
        assert department.told == []

    async def test_an_answer_that_was_missed_is_taken(self, store: Store) -> None:
        answered = Answered(id="msg1", body="{}")
        belief = Belief(status="completed", answer=answered)
        hall = Hall()
        found = await Webhooks(store, Department(belief=belief), hall).reconcile(given())
        assert (found.believes, found.taken) == ("completed", True)
        assert hall.taken == [answered]
        async with store.reading() as session:
            row = await assignment_of(session, TAX_TASK)
        assert row is not None
        assert row.checked_at is not None
        assert row.believes is not None
        assert "body" not in row.believes

    async def test_an_answer_that_is_refused_is_not_taken(self, store: Store) -> None:
        belief = Belief(status="completed", answer=Answered(id="msg1", body="{}"))
        found = await Webhooks(store, Department(belief=belief), Hall("four-eyes")).reconcile(
            given()
        )
        assert not found.taken


async def test_the_account_of_a_connection_is_who_acts(store: Store) -> None:
    await connect(store)
    async with store.reading() as session:
        assert await session.get(Account, TAX_SYSTEM.id) is not None
        found = await account_of(session, "tax-system")
    assert found is not None
    assert found.actor == TAX_SYSTEM
