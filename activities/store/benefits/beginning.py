"""Beginning a run: which number it gets, and what it goes by."""

from datetime import date, datetime

from sqlalchemy import text

from activities.store.benefits.reading import next_turn
from activities.store.benefits.runs import act_on_run
from activities.store.engine import WriteSession
from definitions.benefits.commands import Begin
from definitions.benefits.periods import run_id
from definitions.benefits.run import Cause, RunState, Terms
from definitions.language.roles import Actor
from definitions.policy_loading import LoadedPolicy
from definitions.rules.calendar import Calendar


async def begin_run(
    session: WriteSession,
    loaded: LoadedPolicy,
    *,
    period: str,
    on: date,
    cause: Cause,
    actor: Actor,
    act: str,
    now: datetime,
    calendar: Calendar,
    batch: int | None = None,
) -> RunState:
    """A new run of the policy for the period. Beginnings of the same take turns.

    Whether it was begun under this `act` before, the caller has looked.
    """
    policy = loaded.definition
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))"),
        {"subject": f"run of {policy.policy} for {period}"},
    )
    name = run_id(policy.policy, period, await next_turn(session, policy.policy, period))
    begin = Begin(
        id=name,
        policy=policy.policy,
        version=policy.version,
        sha256=loaded.sha256,
        period=period,
        terms=Terms.of(policy),
        on=on,
        cause=cause,
        batch=batch,
    )
    return await act_on_run(
        session, begin, run=name, actor=actor, act=act, now=now, calendar=calendar
    )
