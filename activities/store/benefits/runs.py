"""Runs as they stand in the register: one row each, locked while somebody acts on it.

A run's truth is here and not in its workflow, because here are the rows and the money that one
transaction must hold together (docs/decisions/0023). The workflow is what makes it move.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from activities.store.chains import GENESIS, chained
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.base import Json
from activities.store.tables.benefits import BenefitEvent, BenefitRun
from definitions.benefits.commands import Begin, RunCommand
from definitions.benefits.decide import decide
from definitions.benefits.events import RunBegun, RunEvent, SampleFailed
from definitions.benefits.evolve import begun, evolve
from definitions.benefits.run import OVER, RunState
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.rules.calendar import Calendar


class Progress(Value):
    """How far the chunks of a phase have come; `done` of `total` rows, since when.

    `after` is where the next chunk begins: a driver that starts anew goes on there.
    """

    phase: str = ""
    turn: int = 1
    done: int = 0
    total: int | None = None
    after: str = ""
    since: datetime | None = None


class RunView(Value):
    """A run and what stands beside it."""

    state: RunState
    progress: Progress
    begun_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    verify_at: date | None

    @property
    def id(self) -> str:
        """The run's."""
        return self.state.id

    @property
    def name(self) -> str:
        """The policy's, as it was when the run began."""
        return self.state.terms.name


async def act_on_run(
    session: WriteSession,
    command: RunCommand,
    *,
    run: str,
    actor: Actor,
    act: str,
    now: datetime,
    calendar: Calendar,
) -> RunState:
    """What stands after the command. The same `act` a second time changes nothing.

    Raises `Refused`, `UNKNOWN_RUN` among them.
    """
    row = await session.scalar(select(BenefitRun).where(BenefitRun.id == run).with_for_update())
    if row is not None and await _acted(session, run, act):
        return RunState.model_validate(row.state)
    before = RunState.model_validate(row.state) if row else None
    events = decide(before, command, actor, now, calendar)
    if not events:
        assert before is not None
        return before
    state = before
    for event in events:
        state = evolve(state, event) if state else _first(event, actor)
    assert state is not None
    await _put(session, row, state, now)
    await _record(
        session, run, events, seq=before.seq if before else 0, act=act, actor=actor, at=now
    )
    return state


async def run_view(session: ReadSession, run: str) -> RunView:
    """A run. Raises `Refused(UNKNOWN_RUN)`."""
    row = await session.scalar(select(BenefitRun).where(BenefitRun.id == run))
    if row is None:
        raise Refused(Code.UNKNOWN_RUN, "没有这个批次")
    return viewed(row)


def viewed(row: BenefitRun) -> RunView:
    """The run of a row."""
    return RunView(
        state=RunState.model_validate(row.state),
        progress=Progress.model_validate(row.progress),
        begun_at=row.begun_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        verify_at=row.verify_at,
    )


async def run_states(session: ReadSession, runs: Iterable[str]) -> dict[str, RunState]:
    """What stands of each of them that there is."""
    rows = await session.execute(
        select(BenefitRun.id, BenefitRun.state).where(BenefitRun.id.in_(set(runs)))
    )
    return {name: RunState.model_validate(state) for name, state in rows}


async def failed_sample(session: ReadSession, run: str, act: str) -> SampleFailed | None:
    """The sample that this act found wrong, if it did."""
    body = await session.scalar(
        select(BenefitEvent.body).where(
            BenefitEvent.run == run,
            BenefitEvent.act == act,
            BenefitEvent.kind == SampleFailed.model_fields["kind"].default,
        )
    )
    return None if body is None else SampleFailed.model_validate(body)


async def put_progress(session: WriteSession, run: str, progress: Progress) -> None:
    """How far the phase has come; no legal act, so not in the chain."""
    body = progress.model_dump(mode="json")
    await session.execute(update(BenefitRun).where(BenefitRun.id == run).values(progress=body))


async def _acted(session: ReadSession, run: str, act: str) -> bool:
    found = select(BenefitEvent.seq).where(BenefitEvent.run == run, BenefitEvent.act == act)
    return await session.scalar(found.limit(1)) is not None


def _first(event: RunEvent, actor: Actor) -> RunState:
    assert isinstance(event, RunBegun)
    assert isinstance(event.begin, Begin)
    return begun(event, actor)


async def _put(
    session: WriteSession, row: BenefitRun | None, state: RunState, now: datetime
) -> None:
    values: dict[str, Any] = {
        "phase": state.phase,
        "paused": state.paused,
        "state": state.model_dump(mode="json"),
        "seq": state.seq,
        "changed_at": now,
        "closed_at": now if state.phase in OVER else None,
    }
    if row is not None:
        await session.execute(update(BenefitRun).where(BenefitRun.id == state.id).values(values))
        return
    named = {
        "id": state.id,
        "policy": state.policy,
        "version": state.version,
        "period": state.period,
        "organ": state.terms.organ,
        "begun_at": now,
    }
    await session.execute(insert(BenefitRun).values(values | named))


async def _record(
    session: WriteSession,
    run: str,
    events: Sequence[RunEvent],
    *,
    seq: int,
    act: str,
    actor: Actor,
    at: datetime,
) -> None:
    last = await session.scalar(
        select(BenefitEvent.chain).where(BenefitEvent.run == run, BenefitEvent.seq == seq)
    )
    chain, rows = last or GENESIS, list[Json]()
    for n, event in enumerate(events, start=seq + 1):
        body = event.model_dump(mode="json")
        who = actor.model_dump(mode="json")
        chain = chained(
            chain,
            {"run": run, "seq": n, "act": act, "actor": who, "at": at.isoformat(), "event": body},
        )
        rows.append(
            {
                "run": run,
                "seq": n,
                "act": act,
                "kind": event.kind,
                "at": at,
                "actor": who,
                "body": body,
                "chain": chain,
            }
        )
    await session.execute(insert(BenefitEvent), rows)
