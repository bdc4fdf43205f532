"""A run in the register, from the facts to the closing report: list, wish, publicity, money."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from activities.benefits.outcomes import OBJECTION_UPHELD
from activities.contracts.benefits import Chunk, RunRef
from activities.store.benefits.cases import CaseKind, open_case
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.opting import EVERY, OptOutKind, opt_out
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitCase, BenefitRun, Claim, Entitlement
from definitions.benefits.commands import Cancel, EndSpan, MatchAgain, PayLate, Verify
from definitions.benefits.entitlement import Status
from definitions.benefits.periods import entitlement_id
from definitions.benefits.report import Report
from definitions.benefits.run import Phase
from definitions.language.benefits import PolicyDefinition
from definitions.language.roles import SYSTEM
from definitions.rules.calendar import local_day
from tests.support.batches import Batches
from tests.support.benefits import ON, begin_in, officer, policy, publish, say_all, subjects
from tests.support.cases import ended
from tests.support.treasury import Place, treasury_place

HERE = {"id": "here", "says": "在松江登记", "when": {"fact": "firm.registered_here", "is": True}}
ACTIVE = {
    "id": "active",
    "says": "存续",
    "again": True,
    "when": {"fact": "firm.active", "is": True},
}
AWARD = policy(conditions=[HERE, ACTIVE], sample=1, verified_after=30)
ASKING = policy(
    "asking_award",
    item="asking",
    conditions=[HERE, ACTIVE],
    sample=1,
    publicity=None,
    way="confirm",
    confirmation={"days": 5, "reminders": [2]},
)
HIRED = {
    "id": "hired",
    "says": "招用青年",
    "measure": {"number": {"fact": "firm.young_hires_count"}, "at_least": 1, "unit": "人"},
}
PER_HEAD = {
    "formula": {"times": [{"fact": "firm.young_hires_count"}, 150_000]},
    "at_most": 10_000_000,
}


def hiring(name: str, rank: int, per: int) -> PolicyDefinition:
    """Of a group in which one hired person counts once."""
    return policy(
        name,
        item=name,
        conditions=[HERE, HIRED],
        amount={
            "formula": {"times": [{"fact": "firm.young_hires_count"}, per]},
            "at_most": 10_000_000,
        },
        exclusion={"group": "hiring", "rank": rank, "by": "firm.young_hires", "for_good": True},
        sample=1,
        publicity=None,
    )


@pytest.fixture
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A treasury."""
    async with treasury_place(tmp_path_factory.mktemp("treasury")) as found:
        yield found


@pytest.fixture
async def batches(store: Store, place: Place) -> AsyncIterator[Batches]:
    """Runs at a moment of the test's own."""
    treasury = place.treasury()
    yield Batches(store, treasury)
    await treasury.close()


async def known(store: Store, count: int, **more: object) -> list[int]:
    """So many firms that are registered here and active."""
    firms = await subjects(store, count)
    facts = {"firm.registered_here": True, "firm.active": True, **more}
    await say_all(store, dict.fromkeys(firms, facts))
    return firms


async def heard(batches: Batches, *firms: int) -> None:
    """The register says today what it said before: the last look needs it fresh."""
    facts = {"firm.registered_here": True, "firm.active": True}
    await say_all(batches.store, dict.fromkeys(firms, facts), local_day(batches.now))


async def report(store: Store, run: str) -> Report:
    """The closing report."""
    async with store.reading() as session:
        return Report.model_validate(
            await session.scalar(select(BenefitRun.report).where(BenefitRun.id == run))
        )


def name_of(of: PolicyDefinition, subject: int) -> str:
    """The entitlement's id."""
    return entitlement_id(of.policy, "2026", subject, of.item)


class TestList:
    """Who comes onto it."""

    async def test_hits_do_with_what_they_were_decided_by(
        self, store: Store, batches: Batches
    ) -> None:
        firms = await known(store, 5)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        standing = await batches.to_review(run, limit=2)
        assert (standing.state.phase, standing.state.listed) == (Phase.REVIEW, 5)
        assert standing.state.listed_fen == 500_000
        async with store.reading() as session:
            row = await session.scalar(
                select(Entitlement).where(Entitlement.id == name_of(AWARD, firms[0]))
            )
            view = await run_view(session, run)
        assert row is not None
        assert row.evidence["sha256"] == standing.state.snapshot_sha256
        assert row.evidence["facts"]["firm.active"] == {
            "value": True,
            "source": "market",
            "as_of": str(ON),
        }
        assert (view.progress.done, view.progress.total) == (5, 5)

    async def test_a_chunk_twice_is_a_chunk_once(self, store: Store, batches: Batches) -> None:
        await known(store, 3)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_review(run)
        first = Chunk(run=run)
        assert (await batches.running.list_chunk(first)).moved == 0
        assert set((await batches.statuses(run)).values()) == {Status.LISTED}

    async def test_who_wants_nothing_is_not_on_it_and_who_wants_a_person_waits(
        self, store: Store, batches: Batches
    ) -> None:
        no, human, other = await known(store, 3)
        await publish(store, AWARD)
        async with store.begin() as session:
            await opt_out(
                session, no, OptOutKind.BENEFIT, policy=EVERY, by="self", now=batches.now
            )
            await opt_out(
                session, human, OptOutKind.AUTOMATED, policy=EVERY, by="self", now=batches.now
            )
        run = await begin_in(store, AWARD)
        standing = await batches.to_review(run)
        assert await batches.statuses(run) == {
            no: Status.DECLINED,
            human: Status.OBJECTED,
            other: Status.LISTED,
        }
        assert (standing.cases, standing.state.listed) == (1, 2)
        async with store.reading() as session:
            case = await session.scalar(select(BenefitCase).where(BenefitCase.run == run))
        assert case is not None
        assert (case.kind, case.subject) == (CaseKind.REVIEW, human)

    async def test_matched_again_it_is_made_anew(self, store: Store, batches: Batches) -> None:
        stays, goes = await known(store, 2)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_review(run)
        gone = {"firm.registered_here": False, "firm.active": True}
        await say_all(store, {goes: gone}, ON)
        await batches.say(run, MatchAgain(on=ON, reason="数据更正"), officer("a-again"))
        await batches.to_trial(run)
        standing = await batches.relist(run)
        assert standing.state.listed == 1
        assert await batches.statuses(run) == {stays: Status.LISTED, goes: Status.STRUCK}

    async def test_one_hired_person_counts_once_whoever_runs_first(
        self, store: Store, batches: Batches
    ) -> None:
        first, second = await subjects(store, 2)
        facts = {"firm.registered_here": True, "firm.young_hires": ["A", "B"]}
        await say_all(
            store,
            {
                first: {**facts, "firm.young_hires_count": 2},
                second: {**facts, "firm.young_hires": ["B", "C"], "firm.young_hires_count": 2},
            },
        )
        better, lesser = hiring("better_one", 1, 100), hiring("lesser_one", 2, 300)
        await publish(store, better, lesser)
        # Whoever would have it by the better one, does not by the other.
        await batches.to_review(run := await begin_in(store, lesser))
        assert set((await batches.statuses(run)).values()) == {Status.EXCLUDED}
        standing = await batches.to_review(await begin_in(store, better))
        assert standing.state.listed_fen == 2 * 100 + 1 * 100
        async with store.reading() as session:
            claims = dict(
                (row.token, row.entitlement)
                for row in await session.scalars(select(Claim).order_by(Claim.token))
            )
        ours, theirs = name_of(better, first), name_of(better, second)
        assert claims == {"A": ours, "B": ours, "C": theirs}

    async def test_a_cancelled_run_lets_go_and_the_next_takes_up(
        self, store: Store, batches: Batches
    ) -> None:
        await known(store, 2)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_review(run)
        await batches.say(run, Cancel(reason="口径有误"), officer("a-cancels"))
        assert await batches.chunks(batches.running.cancel_chunk, run, limit=1) == (2, 2)
        second = await begin_in(store, AWARD, id="some_award:2026:2")
        assert (await batches.to_review(second)).state.listed == 2
        assert await batches.statuses(run) == {}


class TestWish:
    """One click; silence is no."""

    async def test_who_confirms_is_paid_who_is_silent_is_not(
        self, store: Store, batches: Batches
    ) -> None:
        says_yes, silent = await known(store, 2)
        await publish(store, ASKING)
        run = await begin_in(store, ASKING)
        await batches.to_review(run)
        standing = await batches.approve(run)
        assert standing.state.phase is Phase.WISH
        await batches.chunks(batches.running.ask_chunk, run, limit=1)
        async with store.begin() as session:
            yes = Move(entitlement=name_of(ASKING, says_yes), to=Status.CONFIRMED)
            await move(session, [yes], actor=SYSTEM, act="yes", now=batches.now)
        wish = standing.state.wish
        assert wish is not None
        batches.go_to(wish.reminders[0])
        for _ in range(2):
            await batches.chunks(batches.running.remind_chunk, run)
        batches.go_to(wish.until + timedelta(days=1))
        await batches.chunks(batches.running.silence_chunk, run)
        assert (await batches.drive(run, EndSpan())).state.phase is Phase.PAYING
        await heard(batches, says_yes)
        await batches.pay(run)
        assert await batches.statuses(run) == {says_yes: Status.PAID, silent: Status.SILENT}
        assert await batches.told(silent) == ["asked", "reminded", "silent"]
        assert await batches.told(says_yes) == ["asked", "listed", "paid"]

    async def test_nobody_is_silent_before_the_last_day_is_over(
        self, store: Store, batches: Batches
    ) -> None:
        (firm,) = await known(store, 1)
        await publish(store, ASKING)
        run = await begin_in(store, ASKING)
        await batches.to_review(run)
        await batches.approve(run)
        await batches.chunks(batches.running.ask_chunk, run)
        assert await batches.chunks(batches.running.silence_chunk, run) == (0, 0)
        assert await batches.statuses(run) == {firm: Status.ASKED}


class TestMoney:
    """From the list to the report."""

    async def test_everybody_is_paid_and_the_report_says_so(
        self, store: Store, batches: Batches, place: Place
    ) -> None:
        firms = await known(store, 4)
        (missing,) = await subjects(store, 1, first=100)
        await say_all(store, {missing: {"firm.active": True}})
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_paying(run)
        await heard(batches, *firms)
        await batches.pay(run)
        closed = await batches.running.close_run(RunRef(run=run))
        assert closed.state.phase is Phase.CLOSED
        found = await report(store, run)
        assert found.by_status["paid"].fen == 400_000
        assert (found.counts.hits, found.counts.unknown, found.unknown.told) == (4, 1, 1)
        assert found.money.is_equal
        assert found.money.entitlements_paid == found.money.instructions_paid == 400_000
        assert sum(line.fen for line in place.moved()) == 400_000
        assert {each.phase for each in found.phases} >= {"publicity", "review"}
        assert await batches.told(missing) == ["unknown"]
        # A second time nothing more is closed.
        assert (await batches.running.close_run(RunRef(run=run))).state.seq == closed.state.seq

    async def test_a_life_event_between_list_and_payment_stops_it(
        self, store: Store, batches: Batches
    ) -> None:
        lives, gone, unheard = await known(store, 3)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        standing = await batches.to_paying(run)
        today = standing.today
        fresh = {"firm.registered_here": True, "firm.active": True}
        await say_all(store, {lives: fresh, gone: {**fresh, "firm.active": False}}, today)
        await batches.pay(run)
        # Of the third the register has said nothing for longer than it may.
        assert await batches.statuses(run) == {
            lives: Status.PAID,
            gone: Status.STOPPED,
            unheard: Status.HELD,
        }
        await say_all(store, {unheard: fresh}, today)
        await batches.pay(run)
        await batches.running.close_run(RunRef(run=run))
        found = await report(store, run)
        assert found.stopped_by == {"active": 1}
        assert found.by_status["paid"].count == 2


class TestCases:
    """What needs a human, and what follows from it."""

    async def test_objections(self, store: Store, batches: Batches) -> None:
        upheld, rejected, twice = await known(store, 3)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_review(run)
        standing = await batches.approve(run)
        cases = {
            subject: [await self._object(store, batches, run, subject, n) for n in range(many)]
            for subject, many in ((upheld, 1), (rejected, 1), (twice, 2))
        }
        await ended(store, cases[upheld][0], "granted")
        await ended(store, cases[rejected][0], "refused")
        await ended(store, cases[twice][0], "refused")
        await batches.end_publicity(run, standing)
        await heard(batches, rejected, twice)
        await batches.pay(run)
        # As long as one objection is open, it waits.
        assert await batches.statuses(run) == {
            upheld: Status.STOPPED,
            rejected: Status.PAID,
            twice: Status.OBJECTED,
        }
        await ended(store, cases[twice][1], "withdrawn")
        await batches.pay(run)
        await batches.running.close_run(RunRef(run=run))
        found = await report(store, run)
        assert found.stopped_by == {OBJECTION_UPHELD: 1}
        assert found.cases["objection"].model_dump() == {
            "open": 0,
            "upheld": 1,
            "rejected": 2,
            "dropped": 1,
        }
        assert found.by_status["paid"].count == 2

    async def test_upheld_after_paying_it_is_asked_back(
        self, store: Store, batches: Batches
    ) -> None:
        (firm,) = await known(store, 1)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_paying(run)
        await heard(batches, firm)
        await batches.pay(run)
        case = await self._object(store, batches, run, firm, 1)
        await ended(store, case, "granted")
        await batches.settle(run)
        assert await batches.statuses(run) == {firm: Status.RECOVERING}
        assert (await batches.told(firm))[-2:] == ["recovery", "case"]

    async def test_what_was_missing_is_brought_and_paid_late(
        self, store: Store, batches: Batches
    ) -> None:
        firms = await known(store, 1)
        (late,) = await subjects(store, 1, first=50)
        await say_all(store, {late: {"firm.active": True}})
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_paying(run)
        await heard(batches, *firms, late)
        await batches.pay(run)
        await batches.running.close_run(RunRef(run=run))
        async with store.begin() as session:
            case = await open_case(
                session,
                kind=CaseKind.UNKNOWN,
                run=run,
                subject=late,
                entitlement=None,
                said={"reason": "已在松江登记", "facts": {"firm.registered_here": True}},
                key="brought",
                by="subject",
            )
        await ended(store, case.id, "granted")
        standing = await batches.settle(run)
        assert (standing.state.phase, standing.payable) == (Phase.CLOSED, 1)
        await batches.drive(run, PayLate())
        await batches.pay(run)
        await batches.running.close_run(RunRef(run=run))
        found = await report(store, run)
        assert found.by_status["paid"].count == 2
        assert found.unknown.model_dump() == {"told": 1, "brought": 1, "entitled": 1}

    @staticmethod
    async def _object(store: Store, batches: Batches, run: str, subject: int, n: int) -> int:
        own = name_of(AWARD, subject)
        async with store.begin() as session:
            case = await open_case(
                session,
                kind=CaseKind.OBJECTION,
                run=run,
                subject=subject,
                entitlement=own,
                said={"reason": "不在松江经营"},
                key=f"objection:{own}:{n}",
                by="public",
            )
            held = Move(entitlement=own, to=Status.OBJECTED)
            await move(
                session, [held], actor=SYSTEM, act=f"o:{n}", now=batches.now, lenient=True
            )
        return case.id


class TestVerification:
    """Held later against what is known by then."""

    async def test_who_had_nothing_coming_gives_it_back(
        self, store: Store, batches: Batches
    ) -> None:
        right, wrong, unheard = await known(store, 3)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        standing = await batches.to_paying(run)
        await heard(batches, right, wrong, unheard)
        await batches.pay(run)
        await batches.running.close_run(RunRef(run=run))
        async with store.reading() as session:
            view = await run_view(session, run)
        assert view.verify_at == standing.today + timedelta(days=30)
        left = {"firm.registered_here": False, "firm.active": True}
        await say_all(store, {wrong: left}, ON)
        await say_all(store, {unheard: {"firm.active": True}}, ON)
        await batches.say(run, Verify(), officer("a-verifies"))
        assert await batches.chunks(batches.running.verify_chunk, run, limit=2) == (3, 1)
        closed = await batches.running.close_run(RunRef(run=run))
        assert closed.state.verified
        assert await batches.statuses(run) == {
            right: Status.PAID,
            wrong: Status.RECOVERING,
            unheard: Status.PAID,
        }
        found = await report(store, run)
        assert found.recoveries.wanted.fen == 100_000
        async with store.reading() as session:
            assert (await run_view(session, run)).verify_at is None
