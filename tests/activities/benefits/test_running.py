"""A run in the register: who comes onto its list, and who says yes."""

from datetime import timedelta

from sqlalchemy import select

from activities.contracts.benefits import Chunk
from activities.store.benefits.cases import CaseKind
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.opting import EVERY, OptOutKind, opt_out
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitCase, Claim, Entitlement
from definitions.benefits.commands import Cancel, EndSpan, MatchAgain
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from definitions.language.benefits import PolicyDefinition
from definitions.language.roles import SYSTEM
from tests.support.batches import ASKING, AWARD, HERE, Batches, heard, known, name_of
from tests.support.benefits import ON, begin_in, officer, policy, publish, say_all, subjects

HIRED = {
    "id": "hired",
    "says": "招用青年",
    "measure": {"number": {"fact": "firm.young_hires_count"}, "at_least": 1, "unit": "人"},
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
                session, no, OptOutKind.BENEFIT, policy=EVERY, by="self", act="no", now=batches.now
            )
            await opt_out(
                session,
                human,
                OptOutKind.AUTOMATED,
                policy=EVERY,
                by="self",
                act="no",
                now=batches.now,
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
            claims = {
                row.token: row.entitlement
                for row in await session.scalars(select(Claim).order_by(Claim.token))
            }
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
