"""A run in the register from its list to the closing report: money, cases, verification."""

from datetime import timedelta

from activities.benefits.outcomes import OBJECTION_UPHELD
from activities.contracts.benefits import RunRef
from activities.store.benefits.cases import CaseKind, open_case
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.opting import EVERY, OPTED_OUT, OptOutKind, opt_out
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from definitions.benefits.commands import PayLate, Verify
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from definitions.language.roles import SYSTEM
from definitions.rules.calendar import local_day
from tests.support.batches import AWARD, Batches, heard, known, name_of, report
from tests.support.benefits import ON, begin_in, officer, publish, say_all, subjects
from tests.support.cases import cases_of, ended
from tests.support.payments import new_account
from tests.support.treasury import Place


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
        await batches.settle(run)
        # Who waits for facts is nothing that paying has still to get through.
        async with store.reading() as session:
            seen = (await run_view(session, run)).progress
        assert (seen.done, seen.total) == (1, 1)
        await say_all(store, {unheard: fresh}, today)
        await batches.pay(run)
        await batches.running.close_run(RunRef(run=run))
        found = await report(store, run)
        assert found.stopped_by == {"active": 1}
        assert found.by_status["paid"].count == 2

    async def test_a_no_after_the_list_is_heard_at_the_last_look(
        self, store: Store, batches: Batches
    ) -> None:
        willing, unwilling, elsewhere = await known(store, 3)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_paying(run)
        await heard(batches, willing, unwilling, elsewhere)
        for firm, policy in ((unwilling, AWARD.policy), (elsewhere, "another_award")):
            async with store.begin() as session:
                await opt_out(
                    session,
                    firm,
                    OptOutKind.BENEFIT,
                    policy=policy,
                    by="self",
                    act="no",
                    now=batches.now,
                )
        await batches.pay(run)
        assert await batches.statuses(run) == {
            willing: Status.PAID,
            unwilling: Status.STOPPED,
            elsewhere: Status.PAID,
        }
        await batches.running.close_run(RunRef(run=run))
        assert (await report(store, run)).stopped_by == {OPTED_OUT: 1}

    async def test_who_could_not_be_paid_is_payable_with_another_account_only(
        self, store: Store, batches: Batches, place: Place
    ) -> None:
        (firm,) = await known(store, 1)
        await new_account(store, firm, "62220000000000")
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_paying(run)
        await heard(batches, firm)
        failed = await batches.pay(run)
        assert (failed.open, failed.payable) == ({Status.FAILED: 1}, 0)
        await new_account(store, firm, "62220000001234")
        standing = await batches.running.run_standing(RunRef(run=run))
        assert standing.payable == 1
        paid = await batches.pay(run)
        assert (paid.open, paid.payable) == ({Status.PAID: 1}, 0)
        assert [line.fen for line in place.moved()] == [100_000]


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

    async def test_a_fact_put_right_lifts_no_objection_of_others(
        self, store: Store, batches: Batches
    ) -> None:
        firm, other = await known(store, 2)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_review(run)
        standing = await batches.approve(run)
        objection = await self._object(store, batches, run, firm, 1)
        async with store.begin() as session:
            case = await open_case(
                session,
                kind=CaseKind.CORRECTION,
                run=run,
                subject=firm,
                entitlement=name_of(AWARD, firm),
                said={"reason": "已在松江登记", "facts": {"firm.registered_here": True}},
                key="corrected",
                by="subject",
            )
        await ended(store, case.id, "granted")
        await batches.end_publicity(run, standing)
        await heard(batches, firm, other)
        await batches.pay(run)
        assert await batches.statuses(run) == {firm: Status.OBJECTED, other: Status.PAID}
        await ended(store, objection, "refused")
        await batches.pay(run)
        assert (await batches.statuses(run))[firm] is Status.PAID

    async def test_who_wants_a_person_is_paid_once_a_person_has_looked(
        self, store: Store, batches: Batches
    ) -> None:
        (firm,) = await known(store, 1)
        await publish(store, AWARD)
        async with store.begin() as session:
            await opt_out(
                session,
                firm,
                OptOutKind.AUTOMATED,
                policy=EVERY,
                by="self",
                act="no",
                now=batches.now,
            )
        run = await begin_in(store, AWARD)
        await batches.to_review(run)
        async with store.reading() as session:
            (case,) = await cases_of(session, run=run, open_only=True)
        await batches.to_paying_from_review(run)
        await heard(batches, firm)
        await batches.pay(run)
        assert await batches.statuses(run) == {firm: Status.OBJECTED}
        await ended(store, case.id, "granted")
        await batches.pay(run)
        assert await batches.statuses(run) == {firm: Status.PAID}

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
            await move(session, [held], actor=SYSTEM, act=f"o:{n}", now=batches.now, lenient=True)
        return case.id


class TestVerification:
    """Held later against what is known by then."""

    async def test_who_had_nothing_coming_gives_it_back_once_two_persons_have_looked(
        self, store: Store, batches: Batches
    ) -> None:
        right, wrong, spared, unheard = await known(store, 4)
        run = await self._paid(store, batches, right, wrong, spared, unheard)
        async with store.reading() as session:
            view = await run_view(session, run)
        assert view.verify_at == local_day(batches.now) + timedelta(days=30)
        left = {"firm.registered_here": False, "firm.active": True}
        await say_all(store, {wrong: left, spared: left}, ON)
        await say_all(store, {unheard: {"firm.active": True}}, ON)
        await batches.say(run, Verify(), officer("a-verifies"))
        assert await batches.chunks(batches.running.verify_chunk, run, limit=2) == (4, 2)
        closed = await batches.running.close_run(RunRef(run=run))
        assert closed.state.verified
        # Nothing follows from what a machine has found.
        assert set((await batches.statuses(run)).values()) == {Status.PAID}
        assert "recovery" not in await batches.told(wrong)
        found = await report(store, run)
        assert (found.cases["verification"].open, found.recoveries.wanted.count) == (2, 0)
        async with store.reading() as session:
            cases = {case.subject: case for case in await cases_of(session, run=run)}
            assert (await run_view(session, run)).verify_at is None
        assert set(cases) == {wrong, spared}
        said = cases[wrong].said
        assert (said["fen"], said["why"]) == (100_000, "here")
        assert "不符合“在松江登记”。已发放 1,000.00 元，拟追回 1,000.00 元" in said["reason"]
        await ended(store, cases[wrong].id, "granted")
        await ended(store, cases[spared].id, "refused")
        await batches.settle(run)
        assert await batches.statuses(run) == {
            right: Status.PAID,
            wrong: Status.RECOVERING,
            spared: Status.PAID,
            unheard: Status.PAID,
        }
        assert (await batches.told(wrong))[-1] == "recovery"
        assert (await batches.told(spared))[-1] == "paid"
        # The report of the closed run says so too.
        assert (await report(store, run)).recoveries.wanted.fen == 100_000

    async def test_the_very_same_is_looked_into_once(self, store: Store, batches: Batches) -> None:
        (wrong,) = await known(store, 1)
        run = await self._paid(store, batches, wrong)
        await say_all(store, {wrong: {"firm.registered_here": False, "firm.active": True}}, ON)
        for n in range(2):
            await batches.say(run, Verify(), officer(f"a-verifies-{n}"))
            await batches.chunks(batches.running.verify_chunk, run)
            await batches.running.close_run(RunRef(run=run))
            async with store.reading() as session:
                (case,) = await cases_of(session, run=run)
            if case.outcome is None:
                await ended(store, case.id, "refused")
                await batches.settle(run)
        assert await batches.statuses(run) == {wrong: Status.PAID}

    async def test_what_nobody_has_decided_is_found_again(
        self, store: Store, batches: Batches
    ) -> None:
        (wrong,) = await known(store, 1)
        run = await self._paid(store, batches, wrong)
        await say_all(store, {wrong: {"firm.registered_here": False, "firm.active": True}}, ON)
        for n, (result, left) in enumerate((("withdrawn", 1), ("granted", 2), ("granted", 2))):
            await batches.say(run, Verify(), officer(f"a-verifies-{n}"))
            await batches.chunks(batches.running.verify_chunk, run)
            # A chunk that is tried again opens nothing more.
            await batches.chunks(batches.running.verify_chunk, run)
            await batches.running.close_run(RunRef(run=run))
            async with store.reading() as session:
                cases = await cases_of(session, run=run)
            assert len(cases) == left
            if cases[-1].outcome is None:
                await ended(store, cases[-1].id, result)
                await batches.settle(run)
        assert await batches.statuses(run) == {wrong: Status.RECOVERING}

    @staticmethod
    async def _paid(store: Store, batches: Batches, *firms: int) -> str:
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_paying(run)
        await heard(batches, *firms)
        await batches.pay(run)
        await batches.running.close_run(RunRef(run=run))
        return run
