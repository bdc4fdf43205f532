"""`yijianshi policies …` on a database: publishing, comparing, retiring, simulating."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from rich.console import Console

from activities.benefits.simulating import simulated
from activities.store.benefits import policies as kept
from activities.store.benefits.policies import (
    SHIPPED_BY,
    PolicyHead,
    PolicyRow,
    policies_in_force,
)
from activities.store.benefits.simulations import (
    COMMAND_LINE,
    SimulationResult,
    put_simulation,
)
from activities.store.desk.definitions import Asked
from activities.store.engine import Store
from api.policies import fit
from api.simulating import year_before
from definitions.language.benefits import Verdict
from definitions.lifecycle.judging import finding
from definitions.lifecycle.policy_diffing import policy_changes
from definitions.lifecycle.policy_judging import VERDICTS
from definitions.lifecycle.policy_saying import organs_of
from definitions.loading import load_catalogue
from definitions.policy_loading import (
    LoadedPolicy,
    PolicyLibrary,
    house_of,
    load_facts,
    read_policy,
)
from definitions.rules.calendar import local_day
from definitions.rules.money import yuan
from definitions.rules.permissions import Act
from deploy.policy_texts import judged
from deploy.settings import Settings
from deploy.texts import (
    policy_officer,
    read_text_file,
    require_reason,
    show_cases,
    show_changes,
    show_findings,
    version_among,
    with_store,
)
from deploy.trouble import Exit, Trouble

STORE = "policies"
_STATES = {
    "proposed": "等批准",
    "returned": "已退回",
    "published": "已发布",
    "retired": "已停用",
}
_SHIFTS = (("gains", "新增"), ("losses", "不再有"), ("more", "多得"), ("less", "少得"))


def publish(
    settings: Settings,
    path: Path,
    cases: Path | None,
    *,
    proposed_by: str,
    approved_by: str,
    note: str,
    console: Console,
) -> None:
    """Propose and approve in one step, by two people. Raises Trouble with everything wrong."""
    text, said, found = judged(path, cases)
    show_findings(found.report.findings, console)
    show_cases(found.report, "政策", console)
    written = fit(found, text, said)

    async def put(store: Store) -> PolicyRow:
        now = datetime.now(UTC)
        async with store.begin() as session:
            one = await policy_officer(session, proposed_by, Act.PUBLISH_POLICY, "政策")
            other = await policy_officer(session, approved_by, Act.PUBLISH_POLICY, "政策")
            await kept.propose(session, written, Asked(by=one.id, note=note), now)
            return await kept.approve(session, written, by=other.id, now=now)

    made = with_store(settings, STORE, put)
    until = f"至 {made.until}" if made.until else "起"
    console.print(f"✓ 已发布 {made.name}（{made.policy} 第 {made.version} 版，{made.sha256}）。")
    console.print(f"· {made.since} {until}有效；已经开始的批次不变，新的批次按生效的版本。")


def retire(
    settings: Settings, policy: str, version: int, *, by: str, reason: str, console: Console
) -> None:
    """Let no run begin under a version any more. Raises Trouble."""
    require_reason(reason)

    async def put(store: Store) -> PolicyRow:
        async with store.begin() as session:
            who = await policy_officer(session, by, Act.PUBLISH_POLICY, "政策")
            return await kept.retire(
                session, policy, version, by=who.id, reason=reason, now=datetime.now(UTC)
            )

    made = with_store(settings, STORE, put)
    console.print(f"✓ 已停用 {made.name} 第 {made.version} 版：不再开始新的批次。")


def show_list(settings: Settings | None, console: Console) -> None:
    """Every version with its standing."""
    if settings is None:
        for loaded in PolicyLibrary.load(load_catalogue()).policies:
            definition = loaded.definition
            since = definition.validity.since.isoformat()
            line = f"{definition.policy} 第 {definition.version} 版 {definition.name}"
            console.print(f"{line}：{since} 起（随软件）")
        return

    async def ask(store: Store) -> tuple[PolicyHead, ...]:
        async with store.reading() as session:
            return await kept.policy_heads(session)

    for head in with_store(settings, STORE, ask):
        shipped = head.decided_by == SHIPPED_BY and head.state == kept.PUBLISHED
        how = "随软件发布" if shipped else _STATES[head.state]
        until = f"至 {head.until}" if head.until else "起"
        named = f"{head.policy} 第 {head.version} 版 {head.name}"
        console.print(f"{named}：{head.since} {until}，{how}")


def show_diff(
    settings: Settings | None, policy: str, before: int, after: int, console: Console
) -> None:
    """What a version says otherwise than another. Raises Trouble."""
    known = versions_of(settings, policy)
    was, becomes = (version_among(known, policy, number) for number in (before, after))
    facts = {fact.fact: fact for fact in load_facts().facts}
    organs = organs_of(load_catalogue())
    found = policy_changes(was.definition, becomes.definition, facts, organs)
    show_changes(becomes.definition.name, before, after, found, console)


def simulate(settings: Settings, path: Path, on: str, console: Console) -> None:
    """Try a policy on the facts of a day, beside the version in force. Raises Trouble."""
    today = local_day(datetime.now(UTC))
    day = _day(on) if on else year_before(today)
    if day > today:
        message = "推演的日期不能在今天之后。"
        raise Trouble(message, code=Exit.INPUT)
    text = read_text_file(path)
    # A draft may be tried before it has cases, and after its validity is over.
    house = house_of(load_facts(), load_catalogue())
    draft, errors = read_policy(text.encode(), str(path), house)
    show_findings([finding(error) for error in errors], console)
    assert draft is not None

    async def ask(store: Store) -> SimulationResult:
        async with store.reading() as session:
            in_force = await policies_in_force(session, today)
        result = await simulated(store, load_facts(), draft, in_force, day)
        async with store.begin() as session:
            now = datetime.now(UTC)
            sha256, by = draft.sha256, COMMAND_LINE
            await put_simulation(session, sha256=sha256, text=text, result=result, by=by, now=now)
        return result

    _show(with_store(settings, STORE, ask), console)


def _show(result: SimulationResult, console: Console) -> None:
    title = f"{result.name} 第 {result.version} 版，{result.on} 的数据，{result.subjects:,} 户"
    console.print(title)
    for outcome in (result.draft, result.before):
        if outcome is None:
            continue
        told = "，".join(f"{VERDICTS[each]} {outcome.counts.get(each, 0):,}" for each in Verdict)
        name = "草案" if outcome is result.draft else "生效的版本"
        line = f"{name}（第 {outcome.version} 版）：{told}，差一点 {outcome.near:,}"
        console.print(f"{line}；合计 {yuan(outcome.fen)}")
        for reason in outcome.reasons:
            why = f"{VERDICTS[reason.verdict]}：{reason.says}"
            console.print(f"    {why} {reason.subjects:,} 户", markup=False)
    if result.before is not None:
        for name, word in _SHIFTS:
            shift = getattr(result, name)
            console.print(f"{word}：{shift.subjects:,} 户，{yuan(shift.fen)}")
    if result.rivals:
        console.print(f"同组在先的政策拿走的已经扣除：{'、'.join(result.rivals)}")
    if result.over:
        console.print(f"! 比一期的预算多 {yuan(result.over)}")
    if result.away:
        names = {source.id: source.name for source in load_facts().sources}
        away = "、".join(names.get(each, each) for each in result.away)
        console.print(f"! 那一天没有新到能用的数据：{away}")


def versions_of(settings: Settings | None, policy: str) -> Mapping[int, LoadedPolicy]:
    """Every version of a policy that is shipped or kept. `settings` None: no database."""
    library = PolicyLibrary.load(load_catalogue())
    own = [each for each in library.policies if each.definition.policy == policy]
    found = {each.definition.version: each for each in own}
    if settings is None:
        return found

    async def ask(store: Store) -> list[PolicyRow]:
        async with store.reading() as session:
            heads = await kept.policy_heads(session, policy)
            rows = [await kept.policy_row(session, policy, head.version) for head in heads]
        return [row for row in rows if row is not None]

    return found | {row.version: row.loaded() for row in with_store(settings, STORE, ask)}


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        message = "请用 --on 写日期，如 2025-11-24。"
        raise Trouble(message, code=Exit.INPUT) from error
