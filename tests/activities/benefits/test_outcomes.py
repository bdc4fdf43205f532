"""Where somebody goes on after a case, and the last look before paying."""

from datetime import timedelta

import pytest

from activities.benefits.rechecking import OPTED_OUT, recheck
from activities.benefits.returning import back_to
from activities.benefits.verifying import Paid, owed
from activities.store.benefits.cases import CaseKind, open_case
from activities.store.benefits.claims import claim
from activities.store.benefits.entitlements import NewEntitlement, put_entitlements
from activities.store.benefits.opting import EVERY, OptOutKind, opt_out
from activities.store.benefits.policies import policies_in_force
from activities.store.benefits.runs import run_view
from activities.store.engine import Store
from definitions.benefits.entitlement import FOLLOWS, Status
from definitions.benefits.periods import entitlement_id
from definitions.benefits.run import Phase
from definitions.language.benefits import Verdict, Way
from definitions.language.roles import SYSTEM
from definitions.rules.matching import Finding, Match
from tests.support.benefits import (
    CATALOGUE,
    NOW,
    ON,
    begin_in,
    policy,
    publish,
    say_all,
    subjects,
)

HERE = {"id": "here", "says": "在松江登记", "when": {"fact": "firm.registered_here", "is": True}}
ACTIVE = {
    "id": "active",
    "says": "存续",
    "again": True,
    "when": {"fact": "firm.active", "is": True},
}
DISHONEST = {
    "id": "dishonest",
    "says": "严重失信",
    "again": True,
    "excludes": True,
    "when": {"fact": "firm.dishonest", "is": True},
}
AWARD = policy(conditions=[HERE, ACTIVE, DISHONEST])
GROUPED = policy("grouped", conditions=[HERE], exclusion={"group": "one", "rank": 1})


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("phase", [Phase.REVIEW, Phase.WISH, Phase.PUBLICITY, Phase.PAYING])
@pytest.mark.parametrize("before", [Status.LISTED, Status.ASKED, Status.CONFIRMED, Status.CLEARED])
@pytest.mark.parametrize("late", [True, False])
def test_whoever_was_objected_to_comes_to_where_the_run_is(
    phase: Phase, way: Way, before: Status, *, own: bool, late: bool
) -> None:
    to = back_to(phase, way, before, own=own, late=late)
    assert to in FOLLOWS[Status.OBJECTED]
    agreed = own or before in {Status.CONFIRMED, Status.CLEARED}
    if phase is Phase.PAYING:
        # Silence is no, however long an objection took; the late may still ask for a person.
        silent = {Way.CONFIRM: Status.SILENT, Way.INVITE: Status.INVITED}.get(way, Status.CLEARED)
        assert to is (Status.CLEARED if agreed else silent)
    if to is Status.ASKED:
        # After the silent were counted nobody would ever look at an answer.
        assert (phase, late) == (Phase.WISH, False)


@pytest.mark.parametrize(
    ("verdict", "amount", "back"),
    [
        (Verdict.HIT, 1_000, None),
        (Verdict.HIT, 1_200, None),
        (Verdict.HIT, 400, (600, "amount")),
        (Verdict.MISS, None, (1_000, "here")),
        (Verdict.UNKNOWN, None, None),
    ],
)
def test_what_comes_back(
    verdict: Verdict, amount: int | None, back: tuple[int, str] | None
) -> None:
    finding = Finding(id="here", says="在", holds=False)
    now = Match(verdict=verdict, amount=amount, findings=(finding,), figures={})
    found = owed(Paid(id="e", subject=1, fen=1_000, used=()), now)
    assert (None if found is None else (found.fen, found.why)) == back


async def test_the_last_look_goes_by_today(store: Store) -> None:
    good, gone, barred, unheard = firms = await subjects(store, 4)
    fresh = {"firm.active": True, "firm.dishonest": False}
    said = {
        good: fresh,
        gone: {**fresh, "firm.active": False},
        barred: {**fresh, "firm.dishonest": True},
        unheard: {"firm.dishonest": False},
    }
    # That it is not registered here any more is not asked again.
    await say_all(store, said)
    await publish(store, AWARD)
    ids = await _listed(store, firms)
    async with store.begin() as session:
        (loaded,) = await policies_in_force(session, ON)
        seen = await recheck(session, CATALOGUE, loaded, ids, ON)
        later = await recheck(session, CATALOGUE, loaded, ids, ON + timedelta(days=8))
    assert seen.good == (ids[0],)
    assert [(move.entitlement, move.to, move.why) for move in seen.moves] == [
        (ids[1], Status.STOPPED, "active"),
        (ids[2], Status.STOPPED, "dishonest"),
        (ids[3], Status.HELD, "active"),
    ]
    # What the register said is too old by then: nobody is paid on it, nobody is turned away.
    assert later.good == ()
    assert {move.to for move in later.moves} == {Status.HELD}


async def test_who_has_opted_out_meanwhile_is_not_paid(store: Store) -> None:
    of_this, of_all, of_other, by_hand = firms = await subjects(store, 4)
    fresh = {"firm.active": True, "firm.dishonest": False}
    await say_all(store, dict.fromkeys(firms, fresh))
    await publish(store, AWARD)
    ids = await _listed(store, firms)
    said = {
        of_this: (OptOutKind.BENEFIT, AWARD.policy),
        of_all: (OptOutKind.BENEFIT, EVERY),
        of_other: (OptOutKind.BENEFIT, "another_award"),
        by_hand: (OptOutKind.AUTOMATED, EVERY),
    }
    async with store.begin() as session:
        for firm, (kind, of) in said.items():
            await opt_out(session, firm, kind, policy=of, by="self", act="no", now=NOW)
        (loaded,) = await policies_in_force(session, ON)
        seen = await recheck(session, CATALOGUE, loaded, ids, ON)
    assert seen.good == tuple(ids[2:])
    stopped = [(each.entitlement, each.to, each.why) for each in seen.moves]
    assert stopped == [(name, Status.STOPPED, OPTED_OUT) for name in ids[:2]]


@pytest.mark.parametrize("evidence", [{"tokens": ["shared"]}, {"tokens": [], "used": ["shared"]}])
async def test_what_another_has_used_up_meanwhile_is_not_paid_twice(
    store: Store, evidence: dict[str, list[str]]
) -> None:
    first, second = firms = await subjects(store, 2)
    await publish(store, GROUPED)
    run = await begin_in(store, GROUPED)
    async with store.begin() as session:
        state = (await run_view(session, run)).state
        new = [NewEntitlement(subject=firm, fen=1, evidence=evidence) for firm in firms]
        await put_entitlements(session, state, new, actor=SYSTEM, act="list", now=NOW)
        ids = [entitlement_id("grouped", "2026", firm, "award") for firm in (first, second)]
        await claim(session, GROUPED, "2026", {ids[0]: ("shared",)})
        (loaded,) = await policies_in_force(session, ON)
        seen = await recheck(session, CATALOGUE, loaded, ids, ON)
    assert seen.good == (ids[0],)
    assert [(move.to, move.why) for move in seen.moves] == [(Status.EXCLUDED, "grouped")]


async def test_a_case_is_opened_once_under_its_key(store: Store) -> None:
    (firm,) = await subjects(store, 1)
    await publish(store, AWARD)
    run = await begin_in(store, AWARD)
    for _ in range(2):
        async with store.begin() as session:
            case = await open_case(
                session,
                kind=CaseKind.REVIEW,
                run=run,
                subject=firm,
                entitlement=None,
                said={"reason": "要求人工复核"},
                key="once",
                by="subject",
            )
    assert case.id == 1


async def _listed(store: Store, firms: list[int]) -> list[str]:
    run = await begin_in(store, AWARD)
    async with store.begin() as session:
        state = (await run_view(session, run)).state
        new = [NewEntitlement(subject=firm, fen=1, evidence={}) for firm in firms]
        made = await put_entitlements(session, state, new, actor=SYSTEM, act="list", now=NOW)
    return sorted(made)
