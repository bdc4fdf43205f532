"""Runs whose list is approved, and the beneficiaries that are to be paid by them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import yaml
from sqlalchemy import insert, select, update
from temporalio.testing import ActivityEnvironment

from activities.benefits.paying import Paying
from activities.contracts.benefits import Chunk, ChunkDone
from activities.store.benefits.books import Books, books_balance
from activities.store.benefits.budgets import BudgetKey
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.facts import SubjectRow, put_subjects
from activities.store.benefits.runs import act_on_run
from activities.store.chains import GENESIS
from activities.store.engine import Store
from activities.store.tables.benefits import Entitlement, PaymentInstruction
from activities.store.tables.subjects import FactBatch, PolicyText, Subject, SubjectFacts
from definitions.benefits.commands import (
    ApproveList,
    FreezeFacts,
    PassTrial,
    ReportList,
    ReportMatch,
    RunCommand,
)
from definitions.benefits.entitlement import Status
from definitions.benefits.periods import entitlement_id, period_of, run_id
from definitions.benefits.run import Counts, Phase, RunState, Sampled
from definitions.language.benefits import PolicyDefinition, SubjectKind
from definitions.language.roles import SYSTEM, Actor
from definitions.policy_loading import load_facts
from tests.support.benefits import NOW, ON, begin, officer, policy
from tests.support.services import CALENDAR

CATALOGUE = load_facts()
FEN = 100_000
AGAIN = [
    {
        "id": "active",
        "says": "存续",
        "again": True,
        "when": {"fact": "firm.active", "is": True},
    }
]
_CASE = {"case": "存续", "on": "2026-09-30", "facts": {"firm.active": True}, "expect": "hit"}


def award(name: str = "some_award", **more: Any) -> PolicyDefinition:  # noqa: ANN401 - as in YAML
    """A policy that is paid as soon as its list is approved."""
    return policy(name, **({"publicity": None, "conditions": AGAIN} | more))


async def publish(store: Store, of: PolicyDefinition) -> None:
    """The policy as it would stand in the register."""
    said = of.model_dump(mode="json", exclude_none=True)
    case = {**_CASE, "amount": FEN}
    async with store.begin() as session:
        await session.execute(
            insert(PolicyText).values(
                policy=of.policy,
                version=of.version,
                sha256="0" * 64,
                name=of.name,
                organ=of.organ,
                state="published",
                since=str(of.validity.since),
                text=yaml.safe_dump(said, allow_unicode=True),
                cases=yaml.safe_dump({"cases": [case]}, allow_unicode=True),
                proposed_by="test",
            )
        )


async def firms(store: Store, count: int, *, start: int = 1, bad: Sequence[int] = ()) -> list[int]:
    """So many firms with an account each; those of `bad` have one that takes no money."""
    rows = [
        SubjectRow(
            kind=SubjectKind.FIRM,
            code=f"FIRM{n:06}",
            name=f"第{n}号有限公司",
            account_name=f"第{n}号有限公司",
            account_number=f"62220000{n:06}{'0000' if n in bad else '1111'}",
        )
        for n in range(start, start + count)
    ]
    async with store.begin() as session:
        ids = await put_subjects(session, rows)
    return [ids[row.code] for row in rows]


async def know(store: Store, subjects: Sequence[int], *, on: date = ON, **facts: object) -> None:
    """The market register knows this of them, as of a day."""
    said = {f"firm.{name}": value for name, value in facts.items()}
    async with store.begin() as session:
        batch = await session.scalar(
            insert(FactBatch)
            .values(
                source="market",
                kind="firm",
                as_of=on,
                name="test",
                sha256=f"{on}{sorted(said)}{subjects[0]}{said}",
                rows=len(subjects),
                good=len(subjects),
                bad=0,
                loaded_by="test",
            )
            .returning(FactBatch.id)
        )
        await session.execute(
            insert(SubjectFacts),
            [
                {"source": "market", "subject": each, "as_of": on, "facts": said, "batch": batch}
                for each in subjects
            ],
        )


async def paying(
    store: Store,
    of: PolicyDefinition,
    subjects: Sequence[int],
    *,
    fens: Sequence[int] = (),
    at: datetime = NOW,
    turn: int = 1,
) -> RunState:
    """A run of the policy that has come to paying, with everybody cleared."""
    period = period_of(of, ON)
    began = begin(of, id=run_id(of.policy, period, turn))
    state: RunState | None = None
    commands: list[tuple[RunCommand, Actor]] = [
        (began, SYSTEM),
        (FreezeFacts(snapshot="s", sha256="0" * 64), SYSTEM),
        (ReportMatch(counts=Counts(subjects=len(subjects), hits=1)), SYSTEM),
        (PassTrial(sampled=(Sampled(subject=1, right=True),)), officer("first")),
        (ReportList(listed=len(subjects), fen=0), SYSTEM),
        (ApproveList(), officer("first")),
        (ApproveList(), officer("second")),
    ]
    async with store.begin() as session:
        for n, (command, actor) in enumerate(commands):
            state = await act_on_run(
                session,
                command,
                run=began.id,
                actor=actor,
                act=f"{n}",
                now=at,
                calendar=CALENDAR,
            )
    assert state is not None
    assert state.phase is Phase.PAYING
    await listed(store, of, state, subjects, fens=fens, at=at)
    return state


async def listed(
    store: Store,
    of: PolicyDefinition,
    run: RunState,
    subjects: Sequence[int],
    *,
    fens: Sequence[int] = (),
    at: datetime = NOW,
) -> None:
    """Everybody on the list, and cleared."""
    rows = [
        {
            "id": entitlement_id(of.policy, run.period, subject, of.item),
            "run": run.id,
            "policy": of.policy,
            "version": of.version,
            "period": run.period,
            "subject": subject,
            "item": of.item,
            "organ": of.organ,
            "fen": fen,
            "status": Status.LISTED.value,
            "evidence": {},
            "seq": 0,
            "chain": GENESIS,
            "changed_at": at,
        }
        for subject, fen in zip(subjects, fens or [FEN] * len(subjects), strict=True)
    ]
    async with store.begin() as session:
        await session.execute(insert(Entitlement), rows)
        moves = [Move(entitlement=str(row["id"]), to=Status.CLEARED) for row in rows]
        await move(session, moves, actor=SYSTEM, act="clear", now=at)


async def through(work: Any, run: str, *, limit: int = 500) -> list[ChunkDone]:  # noqa: ANN401
    """One of the activities over all chunks of a run."""
    done: list[ChunkDone] = []
    after: str | None = ""
    while after is not None:
        chunk = Chunk(run=run, after=after, limit=limit)
        done.append(await ActivityEnvironment().run(work, chunk))
        after = done[-1].after
    return done


async def pay_all(paying: Paying, run: str, *, limit: int = 500) -> None:
    """Once round: set aside, send, collect."""
    for work in (paying.reserve_chunk, paying.send_chunk, paying.collect_chunk):
        await through(work, run, limit=limit)


async def statuses(store: Store, run: str | None = None) -> list[str]:
    """Of every entitlement, in the order of their ids."""
    query = select(Entitlement.status).order_by(Entitlement.id)
    if run is not None:
        query = query.where(Entitlement.run == run)
    async with store.reading() as session:
        return list(await session.scalars(query))


async def instructions(store: Store) -> list[PaymentInstruction]:
    """All of them, by id."""
    async with store.reading() as session:
        return list(
            await session.scalars(select(PaymentInstruction).order_by(PaymentInstruction.id))
        )


async def new_account(store: Store, subject: int, number: str) -> None:
    """The subject has named another account."""
    async with store.begin() as session:
        await session.execute(
            update(Subject)
            .where(Subject.id == subject)
            .values(account_number=number, account_version=Subject.account_version + 1)
        )


async def books(store: Store, of: PolicyDefinition, lines: Any = None) -> Books:  # noqa: ANN401
    """How the books of the policy's budget stand."""
    key = BudgetKey.of(of, period_of(of, ON))
    async with store.reading() as session:
        found = await books_balance(session, key, lines)
    assert found is not None
    return found
