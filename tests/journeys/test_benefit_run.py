"""One run over twenty thousand made-up firms, and everything that can come between it and money.

A source is away for a while; a firm is entitled to two policies that exclude each other; one is
dissolved between list and payment; three are objected to; one has a wrong account. What became of
each stands in the closing report, and the money adds up to the fen.

The register, the treasury (over HTTP) and the workflows on their server are real, of the run as of
each objection; what people do goes through the API. Days pass because the clock is set.
"""

import io
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from temporalio.worker import Worker

from activities.benefits.matching import Matching
from activities.benefits.paying import Paying
from activities.benefits.running import Running
from activities.outside.facts.protocol import Delivery, FeedAway
from activities.record import Recorder
from activities.store.benefits.books import books_balance
from activities.store.benefits.budgets import BudgetKey
from activities.store.benefits.policies import put_shipped
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from activities.store.tables.subjects import Subject
from api.engine import BundleEngine
from api.run_engine import RunEngine
from bench.made_up import firms
from definitions.benefits.report import Cases, Report, Sum
from definitions.benefits.run import Phase, RunState
from definitions.language.benefits import SubjectKind
from definitions.language.roles import Role
from definitions.loading import Library
from definitions.policy_loading import PolicyLibrary, load_facts
from tests.support.api import Person, World, world
from tests.support.services import CALENDAR
from tests.support.temporal import time_skipping
from tests.support.treasury import Place, treasury_place
from tests.support.waiting import until
from workflows.registry import WORKFLOWS
from workflows.sandbox import runner

pytestmark = pytest.mark.timeout(400)

COUNT = 20_000
KINDS = 20
EACH = COUNT // KINDS
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
TODAY = date(2026, 11, 20)
# The fifth working day after it is the 27th; this is the Saturday.
AFTER = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
HIRING, INTAKE = "young_hire_subsidy", "graduate_intake_subsidy"
FEN = 150_000
# Of all firms by their place: the one in two policies, the dissolved, the wrong account, and those
# that are objected to.
BOTH, DISSOLVED, WRONG, OBJECTED = 0, 20, 40, (60, 80, 100)
CATALOGUE = load_facts()


def entitlement(ids: list[int], place: int, policy: str = HIRING) -> str:
    """The id of what a firm is entitled to."""
    item = "young_hire" if policy == HIRING else "graduate_intake"
    return f"{policy}:2026:{ids[place]}:{item}"


def known_of(place: int, on: date) -> dict[str, dict[str, Any]]:
    """What each source says of a firm, by its place: of twenty, two are entitled."""
    kind = place % KINDS
    hired = {0: 1, 1: 2, 2: 1, 3: 1, 4: 1}.get(kind, 0)
    market = {
        "firm.registered_here": kind != 2 and kind < 12,
        "firm.active": not (place == DISSOLVED and on > TODAY),
        "firm.deregistering": False,
    }
    insurance = {
        "firm.young_hires": [f"H{place}-{n}" for n in range(hired)],
        "firm.young_hires_count": hired,
        "firm.dispatch": kind == 3,
        "firm.size": "small" if place == BOTH else "medium",
    }
    credit = {"firm.dishonest": kind == 4}
    # Of the sixth the insurance knows nothing.
    told = {"market": market, "insurance": insurance, "credit": credit}
    return {source: said for source, said in told.items() if (source, kind) != ("insurance", 5)}


@dataclass
class Sources:
    """Who keeps the facts; may be away. Each tells what it knew on the day that is set."""

    on: date = TODAY
    away: set[str] = field(default_factory=set)

    @asynccontextmanager
    async def fetch(
        self, source: str, kind: SubjectKind, since: date | None, known: str = ""
    ) -> AsyncIterator[Delivery | None]:
        """The whole file, where there is a newer one."""
        del known
        if source in self.away:
            raise FeedAway("no answer")
        if kind is SubjectKind.PERSON or since == self.on or not self._lines(source, 1):
            yield None
            return
        yield Delivery(self.on, io.BytesIO("\n".join(self._lines(source, COUNT)).encode()))

    def _lines(self, source: str, count: int) -> list[str]:
        return list(self._told(source, count))

    def _told(self, source: str, count: int) -> Iterator[str]:
        for place, firm in enumerate(firms(count)):
            said = known_of(place, self.on).get(source)
            if said is not None:
                end = "0000" if place == WRONG else "1111"
                account = {"account_name": firm.name, "account_number": f"6222{place:08}{end}"}
                own = account if source == "market" else {}
                yield json.dumps({"code": firm.code, "name": firm.name, **own, **said})


@dataclass
class Hall:
    """The API, the people, the driver's worker and the treasury."""

    desk: World
    sources: Sources
    treasury: Place
    officer: Person
    approver: Person
    clerk: Person

    @property
    def store(self) -> Store:
        """The register."""
        return self.desk.services.store

    async def begin(self, policy: str) -> str:
        """A run, begun by the officer."""
        answer = await self.officer.post("benefits/runs", {"policy": policy})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["state"]["id"])

    async def act(self, who: Person, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """What somebody does."""
        answer = await who.post(path, body)
        assert answer.is_success, answer.text
        return answer.json()

    async def reaches(self, run: str, phase: Phase) -> RunState:
        """The run, once its driver has brought it there."""
        await until(lambda: self._stands_in(run, phase))
        return await self._state(run)

    async def _stands_in(self, run: str, phase: Phase) -> bool:
        return (await self._state(run)).phase is phase

    async def _state(self, run: str) -> RunState:
        async with self.store.reading() as session:
            return (await run_view(session, run)).state

    async def pass_trial(self, run: str) -> None:
        """Every result of the sample is looked at."""
        drawn = (await self.officer.get(f"benefits/runs/{run}/sample")).json()
        right = [{"subject": each["line"]["subject"], "right": True} for each in drawn]
        await self.act(self.officer, f"benefits/runs/{run}/pass-trial", {"sampled": right})

    async def approve(self, run: str) -> None:
        """By two persons."""
        await self.act(self.officer, f"benefits/runs/{run}/approve")
        await self.act(self.approver, f"benefits/runs/{run}/approve")

    async def decide(self, number: str, *, grant: bool) -> None:
        """One examines the objection, another decides."""
        answer = {} if grant else {"reasons": ["与事实不符"], "bases": [BASIS]}
        review, decision = f"tasks/{number}.HR.review", f"tasks/{number}.HR.decide"
        await self.act(self.officer, f"{review}/claim")
        advice = {"outcome": "pass"} if grant else {"outcome": "advise_refusal", **answer}
        await self.act(self.officer, f"{review}/complete", advice)
        await self.act(self.approver, f"{decision}/claim")
        outcome = {"outcome": "grant" if grant else "refuse"}
        await self.act(self.approver, f"{decision}/complete", outcome | answer)

    async def let_days_pass(self) -> None:
        """To the day after the publicity. What the sources know by then, the driver asks for."""
        self.desk.now.at, self.sources.on = AFTER, AFTER.date()

    async def wake(self, run: str) -> None:
        """As the schedule would, a little later."""
        engine = self.desk.services.run_engine
        assert engine is not None
        await engine.wake(run)

    async def report(self, run: str) -> Report:
        """As it was written when the run was closed."""
        answer = await self.officer.get(f"benefits/runs/{run}/report")
        return Report.model_validate(answer.json())


BASIS = {"law": "上海优化营商环境条例", "article": "第二十四条第三款"}


@pytest.fixture
async def hall(store: Store, tmp_path: Path) -> AsyncIterator[Hall]:
    """Everything, with the shipped policies in force."""
    library, queue = Library.load(), f"test-{uuid4().hex}"
    async with store.begin() as session:
        await put_shipped(session, PolicyLibrary.load(library.catalogue), NOW)
    async with AsyncExitStack() as stack:
        treasury = await stack.enter_async_context(treasury_place(tmp_path))
        env = await stack.enter_async_context(time_skipping())
        desk = await stack.enter_async_context(
            world(store, tmp_path / "files", NOW, library=library)
        )
        desk = World(
            services=replace(
                desk.services,
                engine=BundleEngine(env.client, store, task_queue=queue),
                run_engine=RunEngine(env.client, queue),
            ),
            engine=desk.engine,
            now=desk.now,
            staying=timedelta(days=30),
        )
        stack.push_async_callback(desk.close)
        sources = Sources(away={"insurance"})
        matching = Matching(store, CATALOGUE, sources, now=desk.now)
        running = Running(store, CATALOGUE, CALENDAR, now=desk.now)
        client = treasury.treasury()
        stack.push_async_callback(client.close)
        paying, recorder = Paying(store, client, CATALOGUE, now=desk.now), Recorder(store)
        worker = Worker(
            env.client,
            task_queue=queue,
            workflows=list(WORKFLOWS),
            activities=[
                getattr(owner, name)
                for owner in (matching, running, paying, recorder)
                for name in vars(type(owner))
                if hasattr(getattr(owner, name), "__temporal_activity_definition")
            ],
            workflow_runner=runner(strict=True),
        )
        await stack.enter_async_context(worker)
        yield Hall(
            desk=desk,
            sources=sources,
            treasury=treasury,
            officer=await desk.person("officer", Role.OFFICER, "human_resources"),
            approver=await desk.person("approver", Role.APPROVER, "human_resources"),
            clerk=await desk.person("clerk", Role.WINDOW_CLERK),
        )


async def ids_of(store: Store) -> list[int]:
    """The firms' numbers by their places."""
    codes = [firm.code for firm in firms(COUNT)]
    async with store.reading() as session:
        rows = await session.execute(select(Subject.code, Subject.id))
        known = {row.code: row.id for row in rows}
    return [known[code] for code in codes]


async def test_each_is_handled_as_it_should_be_and_stands_in_the_report(hall: Hall) -> None:
    run = await hall.begin(HIRING)
    state = await hall.reaches(run, Phase.TRIAL)
    away_while(state)
    hall.sources.away.clear()
    await hall.act(hall.officer, f"benefits/runs/{run}/match-again", {"reason": "社保数据恢复"})
    await hall.reaches(run, Phase.MATCHING)
    state = await hall.reaches(run, Phase.TRIAL)
    assert (state.away, state.counts.hits) == ((), 2 * EACH)
    await hall.pass_trial(run)
    await hall.reaches(run, Phase.REVIEW)
    other = await hall.begin(INTAKE)
    await hall.approve(run)
    state = await hall.reaches(run, Phase.PUBLICITY)
    assert state.publicity is not None
    assert state.publicity.until == date(2026, 11, 27)
    ids = await ids_of(hall.store)
    await objections(hall, run, ids)
    await excluded(hall, other)
    await hall.let_days_pass()
    for each in (run, other):
        await hall.wake(each)
        await hall.reaches(each, Phase.CLOSED)
    failed = (await hall.report(run)).failures
    assert (failed.ever, failed.put_right, failed.left) == (1, 0, Sum(count=1, fen=FEN))
    await put_account_right(hall, run, ids)
    reported(await hall.report(run))
    await adds_up(hall, ids)


def away_while(state: RunState) -> None:
    """Without the insurance nobody is entitled, and whoever might be is unknown, not refused."""
    counts = state.counts
    assert state.away == ("insurance",)
    assert (counts.hits, counts.missed, counts.unknown) == (0, 9 * EACH, 11 * EACH)
    assert counts.unknown_by == {"insurance": 11 * EACH}


async def objections(hall: Hall, run: str, ids: list[int]) -> None:
    """Three are objected to by somebody from outside; the first rightly."""
    outside = Person(hall.clerk.actor, "", hall.desk.client())
    for n, place in enumerate(OBJECTED):
        said = {
            "name": "某人",
            "contact": "13800000000",
            "reason": "该企业没有招用青年",
            "entitlement": entitlement(ids, place),
        }
        path = f"public/benefits/lists/{run}/objections"
        number = (await hall.act(outside, path, said))["number"]
        await hall.decide(number, grant=n == 0)
    await hall.wake(run)


async def excluded(hall: Hall, run: str) -> None:
    """The one firm that both policies would pay is paid by the one that goes before."""
    await hall.reaches(run, Phase.TRIAL)
    await hall.pass_trial(run)
    state = await hall.reaches(run, Phase.REVIEW)
    assert (state.counts.hits, state.listed) == (1, 0)
    await hall.approve(run)
    await hall.reaches(run, Phase.PUBLICITY)


async def put_account_right(hall: Hall, run: str, ids: list[int]) -> None:
    """At the window, with a paper; then it is paid by itself."""
    file = (await hall.clerk.upload()).json()["id"]
    path = f"benefits/entitlements/{entitlement(ids, WRONG)}/account"
    said = {"name": "更正后的户名", "number": "6222000099991111", "files": [file]}
    await hall.act(hall.clerk, path, said)

    async def is_put_right() -> bool:
        return bool((await hall.report(run)).failures.put_right)

    await until(is_put_right)
    await hall.reaches(run, Phase.CLOSED)


def reported(report: Report) -> None:
    """Every figure of the closing report."""
    counts, whole = report.counts, 3 * EACH * FEN
    assert (counts.subjects, counts.hits, counts.missed) == (COUNT, 2 * EACH, 16 * EACH)
    assert (counts.unknown, counts.excluded, counts.near) == (EACH, EACH, 8 * EACH)
    assert counts.unknown_by == {"insurance": EACH}
    near = {"hired": 6 * EACH, "registered": EACH, "not_dispatch": EACH}
    assert report.near_by == near
    assert report.listed == Sum(count=2 * EACH, fen=whole)
    assert report.by_status == {
        "paid": Sum(count=2 * EACH - 2, fen=whole - 2 * FEN),
        "stopped": Sum(count=2, fen=2 * FEN),
    }
    assert report.stopped_by == {"active": 1, "objection-upheld": 1}
    assert report.cases["objection"] == Cases(upheld=1, rejected=2)
    assert report.cases["account"] == Cases(upheld=1)
    assert report.unknown.told == EACH
    assert (report.failures.ever, report.failures.put_right) == (1, 1)
    assert report.failures.left == Sum()
    assert (report.sample.looked, report.sample.wrong) == (20, 0)
    money = report.money
    assert money.is_equal
    assert (money.reserved, money.paid, money.ledger_paid) == (0, whole - 2 * FEN, money.paid)
    assert money.entitlements_paid == money.instructions_paid == money.paid


async def adds_up(hall: Hall, ids: list[int]) -> None:
    """Register and treasury say the same; the other policy has paid nothing."""
    key = BudgetKey(policy=HIRING, period="2026")
    moved = hall.treasury.moved(key.project)
    assert len({line.key for line in moved}) == len(moved) == 2 * EACH - 2
    async with hall.store.reading() as session:
        books = await books_balance(session, key, moved)
    assert books is not None
    assert not books.differences
    rest = await hall.report(f"{INTAKE}:2026:1")
    assert rest.excluded_by == {HIRING: 1}
    assert rest.by_status == {"excluded": Sum(count=1, fen=200_000)}
    stands = (await hall.officer.get(f"benefits/entitlements/{entitlement(ids, DISSOLVED)}")).json()
    assert (stands["line"]["status"], stands["line"]["why"]) == ("stopped", "active")
    assert stands["chain_holds"]
