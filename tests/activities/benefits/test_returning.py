"""What cases come to in a run: silence stays no, and what is upheld is carried out in time."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from activities.benefits.returning import NotYet, entitled, restored
from activities.benefits.scheduling import to_wake
from activities.contracts.benefits import RunRef
from activities.store.benefits.cases import CaseKind, open_case
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.instructions import READY, by_id
from activities.store.benefits.opting import EVERY, OptOutKind, opt_out
from activities.store.benefits.recoveries import drop_recovery
from activities.store.benefits.settling import send
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitNotice, Entitlement
from activities.store.tables.subjects import Subject
from definitions.benefits.commands import Cancel, EndSpan
from definitions.benefits.entitlement import FOLLOWS, Status
from definitions.benefits.run import Phase, Terms
from definitions.language.benefits import PolicyDefinition, Way
from definitions.language.roles import SYSTEM
from tests.support.batches import ASKING, AWARD, HERE, Batches, heard, known, name_of
from tests.support.benefits import after, begin, begin_in, officer, policy, publish
from tests.support.cases import cases_of, ended

BY_STAFF = policy(
    conditions=[HERE],
    sample=1,
    publicity=None,
    amount={"formula": {"times": [{"fact": "firm.young_hires_count"}, 100]}, "at_most": 100_000},
)


async def opened(  # noqa: PLR0917 - who asks what, of whom
    store: Store,
    batches: Batches,
    run: str,
    kind: CaseKind,
    subject: int,
    entitlement: str | None,
    *,
    by: str = "subject",
    waits: bool = False,
    said: Mapping[str, object] | None = None,
) -> int:
    """A case; where it `waits`, what it is about waits with it."""
    async with store.begin() as session:
        number = len(await cases_of(session, run=run))
        case = await open_case(
            session,
            kind=kind,
            run=run,
            subject=subject,
            entitlement=entitlement,
            said={"reason": "请人工复核", **(said or {})},
            key=f"case:{run}:{number}",
            by=by,
        )
        if waits and entitlement:
            held = [Move(entitlement=entitlement, to=Status.OBJECTED)]
            await move(session, held, actor=SYSTEM, act=f"o:{case.id}", now=batches.now)
    return case.id


async def words(store: Store, subject: int) -> list[str]:
    """What the subject was told about cases."""
    async with store.reading() as session:
        told = select(BenefitNotice.text).where(
            BenefitNotice.subject == subject, BenefitNotice.kind == "case"
        )
        return list(await session.scalars(told.order_by(BenefitNotice.id)))


async def sums(store: Store) -> list[tuple[object, ...]]:
    """Whose, where it stands, how much, and how much of it is asked back."""
    columns = (Entitlement.status, Entitlement.fen, Entitlement.back_fen)
    async with store.reading() as session:
        found = select(Entitlement.subject, *columns).order_by(Entitlement.subject)
        return [tuple(row) for row in await session.execute(found)]


class TestSilence:
    """Who has not said yes is not paid, whoever looked at what."""

    async def test_the_machine_s_own_case_is_nobody_s_yes(
        self, store: Store, batches: Batches
    ) -> None:
        in_time, late = await known(store, 2)
        await publish(store, ASKING)
        async with store.begin() as session:
            for firm in (in_time, late):
                await opt_out(
                    session,
                    firm,
                    OptOutKind.AUTOMATED,
                    policy=EVERY,
                    by="self",
                    act="no",
                    now=batches.now,
                )
        run = await begin_in(store, ASKING)
        await batches.to_review(run)
        standing = await batches.approve(run)
        assert standing.state.wish is not None
        async with store.reading() as session:
            of = {each.subject: each.id for each in await cases_of(session, run=run)}
        await ended(store, of[in_time], "granted")
        await batches.settle(run)
        assert await batches.statuses(run) == {in_time: Status.ASKED, late: Status.OBJECTED}
        assert await batches.told(in_time) == ["asked", "case"]
        assert (await words(store, in_time))[0].startswith("您要求由工作人员审核的")
        batches.go_to(standing.state.wish.until + timedelta(days=1))
        await batches.chunks(batches.running.silence_chunk, run)
        await batches.drive(run, EndSpan())
        await ended(store, of[late], "granted")
        await heard(batches, in_time, late)
        await batches.pay(run)
        assert await batches.statuses(run) == {in_time: Status.SILENT, late: Status.SILENT}
        # Both may still ask for a person, and that is a yes.
        case = await opened(
            store, batches, run, CaseKind.REVIEW, late, name_of(ASKING, late), by="subject"
        )
        await ended(store, case, "granted")
        await batches.pay(run)
        assert (await batches.statuses(run))[late] is Status.PAID

    async def test_after_the_last_day_nobody_is_asked_any_more(
        self, store: Store, batches: Batches
    ) -> None:
        (firm,) = await known(store, 1)
        await publish(store, ASKING)
        run = await begin_in(store, ASKING)
        await batches.to_review(run)
        standing = await batches.approve(run)
        await batches.chunks(batches.running.ask_chunk, run)
        own = name_of(ASKING, firm)
        case = await opened(
            store, batches, run, CaseKind.OBJECTION, firm, own, by="objector", waits=True
        )
        assert standing.state.wish is not None
        batches.go_to(standing.state.wish.until + timedelta(days=1))
        await batches.chunks(batches.running.silence_chunk, run)
        await ended(store, case, "refused")
        await batches.settle(run)
        assert await batches.statuses(run) == {firm: Status.SILENT}
        assert (await batches.told(firm))[-2:] == ["silent", "case"]
        assert (await words(store, firm))[0].startswith("有人就您的")

    async def test_who_asked_for_a_look_has_said_yes_whichever_case_ends_last(
        self, store: Store, batches: Batches
    ) -> None:
        (firm,) = await known(store, 1)
        await publish(store, ASKING)
        run = await begin_in(store, ASKING)
        await batches.to_review(run)
        standing = await batches.approve(run)
        await batches.chunks(batches.running.ask_chunk, run)
        own = name_of(ASKING, firm)
        right = {"facts": {"firm.registered_here": True}}
        correction = await opened(
            store, batches, run, CaseKind.CORRECTION, firm, own, waits=True, said=right
        )
        objection = await opened(store, batches, run, CaseKind.OBJECTION, firm, own, by="objector")
        await ended(store, correction, "granted")
        await batches.settle(run)
        assert await batches.statuses(run) == {firm: Status.OBJECTED}
        assert standing.state.wish is not None
        batches.go_to(standing.state.wish.until + timedelta(days=1))
        await batches.chunks(batches.running.silence_chunk, run)
        await batches.drive(run, EndSpan())
        await ended(store, objection, "refused")
        await heard(batches, firm)
        await batches.pay(run)
        assert await batches.statuses(run) == {firm: Status.PAID}


class TestWays:
    """Each step may follow the one before it, and what cannot be done yet waits."""

    @pytest.mark.parametrize("way", list(Way))
    @pytest.mark.parametrize("phase", [Phase.REVIEW, Phase.WISH, Phase.PUBLICITY, Phase.PAYING])
    def test_what_is_given_up_comes_back_or_waits(self, phase: Phase, way: Way) -> None:
        said = after(None, begin(AWARD), officer())
        terms = Terms.of(AWARD).model_copy(update={"way": way})
        state = said.model_copy(update={"phase": phase, "terms": terms})
        for status in (Status.STRUCK, Status.EXCLUDED, Status.SILENT, Status.DECLINED):
            try:
                steps = restored(state, status)
            except NotYet:
                assert phase is not Phase.PAYING
                assert status is Status.DECLINED
                continue
            for before, to in zip((status, *steps), steps, strict=False):
                assert to in FOLLOWS[before]
            assert steps
            if way is Way.CONFIRM and phase in {Phase.WISH, Phase.PUBLICITY}:
                # Nothing later moves who is listed once everybody was asked.
                assert steps[-1] is Status.CONFIRMED
        over = state.model_copy(update={"phase": Phase.CANCELLED})
        assert restored(over, Status.STRUCK) == ()

    @pytest.mark.parametrize("status", [Status.DECLINED, Status.SILENT])
    def test_facts_put_right_take_back_no_no(self, status: Status) -> None:
        state = after(None, begin(AWARD), officer()).model_copy(update={"phase": Phase.PAYING})
        kind = CaseKind.CORRECTION
        assert entitled(state, status, kind, late=True, other=True) == ()
        review = entitled(state, status, CaseKind.REVIEW, late=True, other=False)
        assert review == (Status.CLEARED,)

    def test_another_sum_reaches_who_was_asked(self) -> None:
        state = after(None, begin(AWARD), officer()).model_copy(update={"phase": Phase.WISH})
        for status in (Status.ASKED, Status.CONFIRMED):
            steps = entitled(state, status, CaseKind.CORRECTION, late=False, other=True)
            for before, to in zip((status, *steps), steps, strict=False):
                assert to in FOLLOWS[before]
            assert steps[-1] is status

    async def test_upheld_before_paying_it_is_carried_out_when_paying_begins(
        self, store: Store, batches: Batches
    ) -> None:
        (firm,) = await known(store, 1)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_review(run)
        standing = await batches.approve(run)
        own = name_of(AWARD, firm)
        async with store.begin() as session:
            out = [Move(entitlement=own, to=Status.DECLINED)]
            await move(session, out, actor=SYSTEM, act="no", now=batches.now)
        case = await opened(store, batches, run, CaseKind.REVIEW, firm, own)
        await ended(store, case, "granted")
        assert (await batches.settle(run)).cases == 1
        assert await words(store, firm) == []
        await batches.end_publicity(run, standing)
        await heard(batches, firm)
        await batches.pay(run)
        assert await batches.statuses(run) == {firm: Status.PAID}
        assert len(await words(store, firm)) == 1


class TestMoney:
    """Money that is set aside, on its way, or paid."""

    async def test_a_correction_reaches_what_is_set_aside(
        self, store: Store, batches: Batches
    ) -> None:
        less, gone, same, sent = firms = await known(store, 4, **{"firm.young_hires_count": 10})
        await publish(store, BY_STAFF)
        run = await begin_in(store, BY_STAFF)
        await batches.to_paying(run)
        await heard(batches, *firms)
        await batches.chunks(batches.running.clear_chunk, run)
        await batches.chunks(batches.paying.reserve_chunk, run)
        told: dict[int, Mapping[str, object]] = {
            less: {"firm.young_hires_count": 4},
            gone: {"firm.registered_here": False},
            same: {"firm.active": True},
            sent: {"firm.young_hires_count": 4},
        }
        cases = {
            firm: await opened(
                store, batches, run, CaseKind.CORRECTION, firm, None, said={"facts": facts}
            )
            for firm, facts in told.items()
        }
        for firm in (less, gone, same):
            await ended(store, cases[firm], "granted")
        standing = await batches.settle(run)
        assert await batches.statuses(run) == {
            less: Status.CLEARED,
            gone: Status.STOPPED,
            same: Status.RESERVED,
            sent: Status.RESERVED,
        }
        assert standing.cases == 1
        # What is on its way is answered first, then the rest of it comes back.
        async with store.begin() as session:
            ready = await by_id(session, [f"{name_of(BY_STAFF, sent)}#1"], status=READY)
            await send(session, ready, batches.now)
        await ended(store, cases[sent], "granted")
        assert (await batches.settle(run)).cases == 1
        for _ in range(2):
            await batches.pay(run)
        await batches.settle(run)
        assert await sums(store) == [
            (less, "paid", 400, 0),
            (gone, "stopped", 1_000, 0),
            (same, "paid", 1_000, 0),
            (sent, "recovering", 1_000, 600),
        ]

    async def test_what_was_dropped_can_be_asked_back_by_another_objection(
        self, store: Store, batches: Batches
    ) -> None:
        (firm,) = await known(store, 1)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_paying(run)
        await heard(batches, firm)
        await batches.pay(run)
        own = name_of(AWARD, firm)
        for turn in range(2):
            case = await opened(store, batches, run, CaseKind.OBJECTION, firm, own, by="objector")
            await ended(store, case, "granted")
            await batches.settle(run)
            assert await batches.statuses(run) == {firm: Status.RECOVERING}
            assert (await batches.told(firm)).count("recovery") == turn + 1
            async with store.begin() as session:
                await drop_recovery(
                    session, own, why="right", actor=SYSTEM, act=f"drop:{turn}", now=batches.now
                )


class TestOtherRuns:
    """A run that was given up, and one that has taken up what another had."""

    async def test_cases_of_a_cancelled_run_are_settled(
        self, store: Store, batches: Batches
    ) -> None:
        firm, other = await known(store, 2)
        await publish(store, AWARD)
        run = await begin_in(store, AWARD)
        await batches.to_review(run)
        own = name_of(AWARD, firm)
        objection = await opened(
            store, batches, run, CaseKind.OBJECTION, firm, own, by="objector", waits=True
        )
        account = await opened(
            store,
            batches,
            run,
            CaseKind.ACCOUNT,
            other,
            None,
            said={"account": {"name": "新户", "number": "6222000000000099"}},
        )
        review = await opened(store, batches, run, CaseKind.REVIEW, other, None)
        await batches.say(run, Cancel(reason="口径有误"), officer("a-cancels"))
        for case, result in ((objection, "refused"), (account, "granted"), (review, "granted")):
            await ended(store, case, result)
        async with store.reading() as session:
            assert await to_wake(session) == (run,)
        assert (await batches.running.run_standing(RunRef(run=run))).cases == 3
        assert (await batches.settle(run)).cases == 0
        await batches.chunks(batches.running.cancel_chunk, run)
        assert await batches.statuses(run) == {firm: Status.CANCELLED, other: Status.CANCELLED}
        assert "已经取消" in (await words(store, firm))[0]
        async with store.reading() as session:
            number = select(Subject.account_number).where(Subject.id == other)
            assert await session.scalar(number) == "6222000000000099"
            assert await to_wake(session) == ()

    async def test_it_goes_by_the_run_that_has_it_on_its_list(
        self, store: Store, batches: Batches
    ) -> None:
        (firm,) = await known(store, 1)
        await publish(store, AWARD)
        first = await self._first_of_two(store, batches, AWARD)
        second = begin(AWARD).id.removesuffix("1") + "2"
        facts = {"facts": {"firm.registered_here": False}}
        for entitlement in (None, name_of(AWARD, firm)):
            kind = CaseKind.CORRECTION if entitlement is None else CaseKind.REVIEW
            case = await opened(store, batches, first, kind, firm, entitlement, said=facts)
            await ended(store, case, "granted")
            await batches.settle(first)
            # The first is cancelled; in the second it is struck, and restored by a person.
            struck = entitlement is None
            to = Status.STRUCK if struck else Status.LISTED
            assert await batches.statuses(second) == {firm: to}

    @staticmethod
    async def _first_of_two(store: Store, batches: Batches, of: PolicyDefinition) -> str:
        """The first is cancelled, the second has its list."""
        first = await begin_in(store, of)
        await batches.to_review(first)
        await batches.say(first, Cancel(reason="口径有误"), officer("a-cancels"))
        await batches.chunks(batches.running.cancel_chunk, first)
        second = await begin_in(store, of, id=first.removesuffix("1") + "2")
        await batches.to_review(second)
        return first
