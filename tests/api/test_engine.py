"""The engine over a real Temporal and register: receipts, refusals, repeats, being away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Worker

from activities.contracts.record import Entry
from activities.record import Recorder
from activities.store.desk.accounts import create_account
from activities.store.desk.applications import Contents
from activities.store.desk.texts import digest_of
from activities.store.engine import Store
from activities.store.reading.recorded import events_after
from activities.store.tables.desk import Application
from api import engine as under_test
from api.engine import Accepted, BundleEngine, EngineAway
from definitions.bundle.commands import (
    ClaimTask,
    Command,
    CompleteTask,
    DeliverDocument,
    RevokeDecision,
    WithdrawBundle,
)
from definitions.bundle.decide import Asked, decide
from definitions.bundle.evolve import evolve, replay
from definitions.bundle.view import changes
from definitions.errors import Code, Refused
from definitions.language.roles import Role
from definitions.matter.events import BundleStarted, TakenIn
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome
from tests.support.lives import BASES
from tests.support.services import (
    APPROVER,
    CALENDAR,
    CLERK,
    FOODER,
    NUMBER,
    REASON,
    REVIEWER,
    TAXER,
    planned,
)
from tests.support.temporal import Register, time_skipping
from tests.support.waiting import PATIENCE, until
from workflows.bundle import BundleWorkflow
from workflows.messages import Act, BundleInput, Receipt
from workflows.recalculation import RecalculationInput
from workflows.registry import WORKFLOWS
from workflows.sandbox import runner

pytestmark = pytest.mark.stack

QUEUE = "engine-tests"
REVIEW = f"{NUMBER}.REG.review"
RECALCULATION = RecalculationInput(id="310117:CN-2", region="310117", calendar="CN-2")


@pytest.fixture(scope="module")
async def client() -> AsyncIterator[Client]:
    async with time_skipping() as env:
        yield env.client


@asynccontextmanager
async def _worker(client: Client, store: Store) -> AsyncIterator[None]:
    recorder = Recorder(store)
    async with Worker(
        client,
        task_queue=QUEUE,
        workflows=list(WORKFLOWS),
        activities=[recorder.record, recorder.recorded_after],
        workflow_runner=runner(),
    ):
        yield


@pytest.fixture
async def engine(
    client: Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[BundleEngine]:
    """An engine, patient, whose applications of earlier tests are gone."""
    monkeypatch.setattr(under_test, "ANSWER", PATIENCE)
    yield BundleEngine(client, store, task_queue=QUEUE)
    async for found in client.list_workflows("ExecutionStatus = 'Running'"):
        await client.get_workflow_handle(found.id).terminate()


def _given(number: str, *, payload: str = "p" * 64) -> BundleInput:
    plan = planned()
    materials = tuple(
        TakenIn(code=material.code, status=MaterialStatus.SATISFIED) for material in plan.materials
    )
    event = BundleStarted(
        number=number,
        application=f"a-{number}",
        plan=plan,
        calendar=CALENDAR,
        committed=(),
        materials=materials,
    )
    return BundleInput(key="clerk:start", payload=payload, actor=CLERK, started=event)


def _act(command: Command, *, key: str = "k", payload: str = "p" * 64, **more: object) -> Act:
    asked = Asked.model_validate({"key": key, "actor": REVIEWER, "command": command, **more})
    return Act(payload=payload, asked=asked)


def _number(request: pytest.FixtureRequest) -> str:
    return f"SJ-YJS-310117-20261120-{abs(hash(request.node.name)) % 1_000_000:06d}"


class TestStart:
    async def test_returns_when_it_is_recorded_and_again_the_same(
        self, engine: BundleEngine, client: Client, store: Store, request: pytest.FixtureRequest
    ) -> None:
        number = _number(request)
        async with _worker(client, store):
            first = await engine.start(_given(number))
            second = await engine.start(_given(number))
        assert first == second == Receipt(number=number, version=1, seq=1)

    async def test_of_another_application_under_the_number_is_refused(
        self, engine: BundleEngine, client: Client, store: Store, request: pytest.FixtureRequest
    ) -> None:
        number = _number(request)
        async with _worker(client, store):
            await engine.start(_given(number))
            with pytest.raises(Refused) as refused:
                await engine.start(_given(number, payload="q" * 64))
        assert refused.value.code is Code.KEY_REUSED

    async def test_without_a_worker_is_away_and_done_when_one_comes(
        self,
        engine: BundleEngine,
        client: Client,
        store: Store,
        request: pytest.FixtureRequest,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        number = _number(request)
        monkeypatch.setattr(under_test, "ANSWER", 0.5)
        with pytest.raises(EngineAway):
            await engine.start(_given(number))
        monkeypatch.setattr(under_test, "ANSWER", 10.0)
        async with _worker(client, store):
            assert await engine.start(_given(number)) == Receipt(number=number, version=1, seq=1)


class TestAct:
    async def test_repeats_are_one_and_another_body_is_refused(
        self, engine: BundleEngine, client: Client, store: Store, request: pytest.FixtureRequest
    ) -> None:
        number = _number(request)
        command = ClaimTask(task=f"{number}.REG.review")
        async with _worker(client, store):
            await engine.start(_given(number))
            first = await engine.act(number, _act(command))
            assert await engine.act(number, _act(command)) == first
            with pytest.raises(Refused) as refused:
                await engine.act(number, _act(command, payload="q" * 64))
        assert refused.value.code is Code.KEY_REUSED

    async def test_refusals_cross_with_code_field_and_details(
        self, engine: BundleEngine, client: Client, store: Store, request: pytest.FixtureRequest
    ) -> None:
        number = _number(request)
        command = ClaimTask(task=f"{number}.REG.review")
        async with _worker(client, store):
            await engine.start(_given(number))
            with pytest.raises(Refused) as conflict:
                await engine.act(number, _act(command, expected=99))
            with pytest.raises(Refused) as hidden:
                await engine.act(number, _act(command, key="t", actor=TAXER))
        assert conflict.value.code is Code.VERSION_CONFLICT
        assert conflict.value.details["expected"] == 99
        assert hidden.value.code is Code.UNKNOWN_TASK

    async def test_on_no_application_is_refused(
        self, engine: BundleEngine, request: pytest.FixtureRequest
    ) -> None:
        with pytest.raises(Refused) as refused:
            await engine.act(_number(request), _act(ClaimTask(task=REVIEW)))
        assert refused.value.code is Code.UNKNOWN_BUNDLE

    async def test_on_a_closed_application_gives_its_last_receipt_or_says_so(
        self, engine: BundleEngine, client: Client, store: Store, request: pytest.FixtureRequest
    ) -> None:
        number = _number(request)
        withdraw = _act(WithdrawBundle(), key="w", actor=CLERK)
        await _application(store, number)
        async with _worker(client, store):
            await engine.start(_given(number))
            first = await engine.act(number, withdraw)
            await client.get_workflow_handle(number).result()
            again = await engine.act(number, withdraw)
            with pytest.raises(Refused) as refused:
                await engine.act(number, _act(WithdrawBundle(), key="w2", actor=CLERK))
        assert isinstance(first, Receipt)
        assert isinstance(again, Receipt)
        assert refused.value.code is Code.BUNDLE_CLOSED

    @pytest.mark.law("行政许可法 69")
    async def test_of_revocation_reopens_a_closed_application(
        self, engine: BundleEngine, client: Client, store: Store, request: pytest.FixtureRequest
    ) -> None:
        number = _number(request)
        await _application(store, number)
        revoke = RevokeDecision(matter="REG", reasons=(REASON,), bases=BASES)
        asked = _act(revoke, key="r", actor=APPROVER)
        workflow = client.get_workflow_handle_for(BundleWorkflow.run, number)
        async with _worker(client, store):
            await engine.start(_given(number))
            await _to_the_end(engine, number)
            assert await workflow.result() == "closed"
            with pytest.raises(Refused) as forbidden:
                await engine.act(number, _act(revoke, key="f", actor=TAXER))
            first = await engine.act(number, asked)
            assert await engine.act(number, asked) == first
            with pytest.raises(Refused) as reused:
                await engine.act(number, asked.model_copy(update={"payload": "q" * 64}))
            assert (await workflow.query(BundleWorkflow.state)).status == "followed"
            keep = CompleteTask(
                task=f"{number}.TAX.revocation-REG", outcome=Outcome.KEEP, reasons=(REASON,)
            )
            head = TAXER.model_copy(update={"id": "tax_head", "role": Role.APPROVER})
            await engine.act(number, _act(keep, key="keep", actor=head))
            assert await workflow.result() == "closed"
            again = await engine.act(number, asked)
        assert (forbidden.value.code, reused.value.code) == (Code.FORBIDDEN, Code.KEY_REUSED)
        assert isinstance(again, Receipt)
        async with store.reading() as session:
            kinds = [each.event.kind for each in await events_after(session, number, 0)]
        assert kinds.count("matter_revoked") == 1
        assert kinds.count("bundle_closed") == 2

    async def test_that_cannot_be_recorded_now_is_accepted(
        self,
        engine: BundleEngine,
        client: Client,
        request: pytest.FixtureRequest,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        number = _number(request)
        away = Register()
        async with Worker(
            client,
            task_queue=QUEUE,
            workflows=list(WORKFLOWS),
            activities=[away.record, away.recorded_after],
            workflow_runner=runner(),
        ):
            await engine.start(_given(number))
            away.away = True
            # An acceptance is told with the workflow task, which waits for the first local retries.
            monkeypatch.setattr(under_test, "ANSWER", 9.0)
            command = ClaimTask(task=f"{number}.REG.review")

            async def is_accepted() -> bool:
                with suppress(EngineAway):
                    return await engine.act(number, _act(command)) == Accepted(number)
                return False

            await until(is_accepted)
            away.away = False
            monkeypatch.setattr(under_test, "ANSWER", PATIENCE)
            assert isinstance(await engine.act(number, _act(command)), Receipt)

    async def test_where_nobody_listens_is_away(self, store: Store) -> None:
        nowhere = await Client.connect(
            "127.0.0.1:1", lazy=True, data_converter=pydantic_data_converter
        )
        engine = BundleEngine(nowhere, store, task_queue=QUEUE)
        assert await engine.is_healthy() is False
        with pytest.raises(EngineAway):
            await engine.act(NUMBER, _act(ClaimTask(task=REVIEW)))
        with pytest.raises(EngineAway):
            await engine.recalculate(RECALCULATION)
        with pytest.raises(EngineAway):
            await engine.pause_recalculation(RECALCULATION.id)


class TestRecalculate:
    async def test_is_begun_once_and_told_to_go_on(
        self, client: Client, engine: BundleEngine
    ) -> None:
        await engine.recalculate(RECALCULATION)
        await engine.pause_recalculation(RECALCULATION.id)
        await engine.recalculate(RECALCULATION)
        handle = client.get_workflow_handle(f"recalculation:{RECALCULATION.id}")
        signals = [
            event.workflow_execution_signaled_event_attributes.input.payloads[0].data
            async for event in handle.fetch_history_events()
            if event.HasField("workflow_execution_signaled_event_attributes")
        ]
        assert signals == [b"false", b"true", b"false"]

    async def test_pausing_one_that_is_over_is_no_trouble(self, engine: BundleEngine) -> None:
        await engine.pause_recalculation("310117:CN-7")


async def _application(store: Store, number: str) -> None:
    """The register's readers join the application, so one must be there."""
    async with store.begin() as session:
        account = await create_account(
            session, login="clerk", name="clerk", role=CLERK.role, password_hash=digest_of("")
        )
        session.add(
            Application(
                id=f"a-{number}",
                state="submitted",
                owner=account.id,
                channel="window",
                number=number,
                **Contents(service="s", firm_code="c", firm_name="n").model_dump(mode="json"),
            )
        )


async def _to_the_end(engine: BundleEngine, number: str) -> None:
    """Everything is granted, and the licence handed out."""
    for actor, task, outcome in (
        (REVIEWER, "REG.review", Outcome.PASS),
        (APPROVER, "REG.decide", Outcome.GRANT),
        (TAXER, "TAX.handle", Outcome.GRANT),
        (FOODER, "FOOD.handle", Outcome.GRANT),
    ):
        done = CompleteTask(task=f"{number}.{task}", outcome=outcome)
        await engine.act(number, _act(done, key=task, actor=actor))
    licence = DeliverDocument(document=f"{number}.REG.licence")
    await engine.act(number, _act(licence, key="deliver", actor=CLERK))


class TestAfterACrash:
    """The register knows an act of which the engine has heard nothing, and nobody repeats it."""

    async def test_a_refusal_is_thought_over_on_what_stands(
        self, engine: BundleEngine, client: Client, store: Store, request: pytest.FixtureRequest
    ) -> None:
        number = _number(request)
        async with _worker(client, store):
            await engine.start(_given(number))
            await _lost(
                store, number, CompleteTask(task=f"{number}.REG.review", outcome=Outcome.PASS)
            )
            grant = CompleteTask(task=f"{number}.REG.decide", outcome=Outcome.GRANT)
            assert isinstance(await engine.act(number, _act(grant, actor=APPROVER)), Receipt)

    async def test_applications_take_over_what_stands(
        self, engine: BundleEngine, client: Client, store: Store, request: pytest.FixtureRequest
    ) -> None:
        number = _number(request)
        workflow = client.get_workflow_handle_for(BundleWorkflow.run, number)
        async with _worker(client, store):
            await engine.start(_given(number))
            version = await _lost(store, number, ClaimTask(task=f"{number}.REG.review"))
            assert (await workflow.query(BundleWorkflow.state)).version < version
            await engine.settle()
            assert (await workflow.query(BundleWorkflow.state)).version == version

    async def test_what_cannot_be_settled_now_is_settled_later(
        self,
        engine: BundleEngine,
        client: Client,
        store: Store,
        request: pytest.FixtureRequest,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        number = _number(request)
        async with _worker(client, store):
            await engine.start(_given(number))
        version = await _lost(store, number, ClaimTask(task=f"{number}.REG.review"))
        monkeypatch.setattr(under_test, "ANSWER", 0.5)
        await engine.settle()
        monkeypatch.setattr(under_test, "ANSWER", 10.0)
        async with _worker(client, store):
            await engine.settle()
            workflow = client.get_workflow_handle_for(BundleWorkflow.run, number)
            assert (await workflow.query(BundleWorkflow.state)).version == version


async def _lost(store: Store, number: str, command: Command) -> int:
    """Record an act as a run would have that was lost right after; its last sequence."""
    async with store.reading() as session:
        state = replay(await events_after(session, number, 0))
    asked = Asked(key="lost", actor=REVIEWER, command=command)
    events = decide(state, asked, state.started_at + timedelta(seconds=1))
    after = state
    for event in events:
        after = evolve(after, event)
    entry = Entry(bundle=number, events=events, rows=changes(state, after))
    await Recorder(store).record(entry)
    return after.version
