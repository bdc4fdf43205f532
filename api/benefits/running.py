"""What officers do with a run: begin it, look at its sample, approve, steer, give it up.

Each is one transaction in the register; then the run's driver is told to look.
"""

import re
from collections.abc import Sequence
from datetime import date

from activities.benefits.matching import sample_of
from activities.store.benefits.beginning import begin_run as begun
from activities.store.benefits.keys import acted_on_run, begun_under
from activities.store.benefits.policies import policies_in_force
from activities.store.benefits.runs import RunView, act_on_run, failed_sample, run_view
from activities.store.engine import ReadSession
from api.benefits.base import key_of, recorded, wake
from api.problems import wrong
from api.sent import Sent
from api.services import Services
from definitions.benefits.commands import (
    ApproveList,
    Cancel,
    MatchAgain,
    PassTrial,
    Pause,
    Resume,
    ReturnList,
    RunCommand,
    SetPace,
    Verify,
)
from definitions.benefits.periods import ONCE, period_of
from definitions.benefits.run import Cause, Pace, Phase, RunState, Sampled
from definitions.errors import Code, Refused
from definitions.language.benefits import Every, PolicyDefinition
from definitions.language.roles import Actor
from definitions.policy_loading import LoadedPolicy
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

_PERIODS = {
    Every.ONCE: (re.compile(ONCE), "once"),
    Every.YEAR: (re.compile(r"\d{4}"), "四位年份，如 2026"),
    Every.MONTH: (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), "年-月，如 2026-09"),
}


async def begin_run(
    services: Services,
    actor: Actor,
    *,
    policy: str,
    sent: Sent,
    on: date | None = None,
    period: str | None = None,
) -> RunView:
    """Begin a run: of the facts of that day, by default today, for the period it lies in."""
    permissions.require(actor, Act.RUN_BENEFITS)
    today, key = local_day(services.now()), key_of(actor, sent)
    day = on or today
    if day > today:
        raise wrong("/on", "future", "比对日不能晚于今天")
    calendar = await services.in_force.current()
    async with services.store.begin() as session:
        before = await begun_under(session, key)
        if before is not None:
            return await run_view(session, before)
        loaded = _in_force(await policies_in_force(session, day), policy)
        permissions.require_for(actor, Act.RUN_BENEFITS, loaded.definition.organ)
        state = await begun(
            session,
            loaded,
            period=_period(loaded.definition, period, day),
            on=day,
            cause=Cause.BY_HAND,
            actor=recorded(actor),
            act=key.act,
            now=services.now(),
            calendar=calendar,
        )
        found = await run_view(session, state.id)
    await wake(services, state.id)
    return found


async def pass_trial(
    services: Services, actor: Actor, run: str, *, sampled: Sequence[Sampled], sent: Sent
) -> RunView:
    """The sample was looked through by hand; what follows from it may begin.

    Raises `sample-wrong` where some is wrong (that is recorded by then, and told again under the
    same key), `invalid` for whatever was not drawn.
    """
    found = await _act(services, actor, run, PassTrial(sampled=tuple(sampled)), sent)
    async with services.store.reading() as session:
        failed = await failed_sample(session, run, key_of(actor, sent).act)
    if failed is not None:
        wrong_ones = len(failed.wrong)
        message = f"抽查有 {wrong_ones} 例不对，已记录；先改政策或者数据，再重新比对"
        raise Refused(Code.SAMPLE_WRONG, message, wrong=wrong_ones)
    return found


async def match_again(
    services: Services, actor: Actor, run: str, *, reason: str, sent: Sent, on: date | None = None
) -> RunView:
    """Take the facts anew and match again, before the list is approved by two."""
    today = local_day(services.now())
    day = on or today
    if day > today:
        raise wrong("/on", "future", "比对日不能晚于今天")
    return await _act(services, actor, run, MatchAgain(on=day, reason=reason), sent)


async def approve_list(services: Services, actor: Actor, run: str, *, sent: Sent) -> RunView:
    """One of the two who say that the list is right."""
    return await _act(services, actor, run, ApproveList(), sent, Act.REVIEW_BENEFITS)


async def return_list(
    services: Services, actor: Actor, run: str, *, reason: str, sent: Sent
) -> RunView:
    """The list is not right: approvals are void."""
    command = ReturnList(reason=reason)
    return await _act(services, actor, run, command, sent, Act.REVIEW_BENEFITS)


async def pause_run(
    services: Services, actor: Actor, run: str, *, reason: str, sent: Sent
) -> RunView:
    """Stand still after what is in hand."""
    return await _act(services, actor, run, Pause(reason=reason), sent)


async def resume_run(services: Services, actor: Actor, run: str, *, sent: Sent) -> RunView:
    """Go on."""
    return await _act(services, actor, run, Resume(), sent)


async def set_pace(
    services: Services, actor: Actor, run: str, *, pace: Pace, sent: Sent
) -> RunView:
    """Go faster or slower."""
    return await _act(services, actor, run, SetPace(pace=pace), sent)


async def cancel_run(
    services: Services, actor: Actor, run: str, *, reason: str, sent: Sent
) -> RunView:
    """Give it up. Only before any money is paid."""
    return await _act(services, actor, run, Cancel(reason=reason), sent)


async def verify_run(services: Services, actor: Actor, run: str, *, sent: Sent) -> RunView:
    """Hold what was paid against what is known by now."""
    return await _act(services, actor, run, Verify(), sent)


async def _act(  # noqa: PLR0917 - who, where, what, as which act
    services: Services,
    actor: Actor,
    run: str,
    command: RunCommand,
    sent: Sent,
    permission: Act = Act.RUN_BENEFITS,
) -> RunView:
    permissions.require(actor, permission)
    key = key_of(actor, sent)
    calendar = await services.in_force.current()
    async with services.store.begin() as session:
        before = await run_view(session, run)
        permissions.require_for(actor, permission, before.state.terms.organ)
        if await acted_on_run(session, run, key):
            return before
        if isinstance(command, PassTrial):
            await _require_drawn(session, before.state, command)
        await act_on_run(
            session,
            command,
            run=run,
            actor=recorded(actor),
            act=key.act,
            now=services.now(),
            calendar=calendar,
        )
        found = await run_view(session, run)
    await wake(services, run)
    return found


async def _require_drawn(session: ReadSession, state: RunState, command: PassTrial) -> None:
    """Only what was drawn was looked through; that all of it was, the run itself sees to."""
    if state.phase is not Phase.TRIAL:
        return
    drawn = {each.subject for each in await sample_of(session, state.id)}
    for n, each in enumerate(command.sampled):
        if each.subject not in drawn:
            pointer = f"/sampled/{n}/subject"
            message = f"第 {n + 1} 例不在抽查样本里，请按样本逐例看过"
            raise wrong(pointer, "not-drawn", message)


def _in_force(found: Sequence[LoadedPolicy], policy: str) -> LoadedPolicy:
    loaded = next((each for each in found if each.definition.policy == policy), None)
    if loaded is None:
        raise Refused(Code.UNKNOWN_POLICY, "这一天没有这项政策，或者已经停用", field="/policy")
    return loaded


def require_period(policy: PolicyDefinition, said: str) -> None:
    """Raise `invalid` unless it is written as the policy's periods are."""
    pattern, words = _PERIODS[policy.every]
    if not pattern.fullmatch(said):
        raise wrong("/period", "period", f"这项政策的兑现周期应写成：{words}")


def _period(policy: PolicyDefinition, said: str | None, day: date) -> str:
    own = period_of(policy, day)
    if said is None:
        return own
    require_period(policy, said)
    if said > own:
        raise wrong("/period", "future", "不能为还没有到的周期兑现")
    return said
