"""From runs as they are read to what their pages show: phases, progress, counts, history."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode

from activities.store.benefits.reading import EventLine, Tally
from activities.store.benefits.runs import Progress, RunView
from api.console import benefit_words as words
from api.console import formats
from api.console.fill.charts import Figure, chart
from api.console.fill.timeline import SYSTEM_NAME
from api.console.request import Visit, department_name
from api.console.views.benefits import PhaseStep, ProgressView, RunHead, RunRow
from api.console.views.charts import Chart
from api.console.views.shared import Link, Pair, StatusView, Tab, TimelineEntry, Tone
from api.console.words import ROLE, SYMBOLS
from api.services import Services
from definitions.benefits.events import SampleFailed
from definitions.benefits.periods import ONCE
from definitions.benefits.run import OVER, Counts, Phase, RunState, Span
from definitions.language.benefits import PolicyDefinition
from definitions.language.roles import Role
from definitions.policy_loading import FactCatalogue, LoadedPolicy
from definitions.rules.calendar import local_day
from definitions.rules.money import yuan
from definitions.rules.permissions import Act

URL = "/console/benefits"
NEW, CASES = f"{URL}/new", f"{URL}/cases"
BUDGETS, RECOVERIES = f"{URL}/budgets", f"{URL}/recoveries"
FOUND = f"{URL}/entitlements"
CHECKUP = "/console/checkup"
_RAIL = (
    *(Phase.SNAPSHOT, Phase.MATCHING, Phase.TRIAL, Phase.LISTING, Phase.REVIEW),
    *(Phase.SECOND_REVIEW, Phase.WISH, Phase.PUBLICITY, Phase.PAYING, Phase.CLOSED),
)
_RAIL_WORDS: Mapping[Phase, str] = {
    Phase.TRIAL: "试算抽查",
    Phase.REVIEW: "名单复核",
    Phase.SECOND_REVIEW: "第二人复核",
}
_NOTHING: Mapping[str, str] = {}
_SPANS = frozenset({"span_opened", "span_ended"})
_HOUR = 3600
_MINUTE = 60


def run_url(run: str, part: str = "") -> str:
    """Where a run is shown, or a part of it."""
    return f"{URL}/runs/{quote(run, safe='')}" + (f"/{part}" if part else "")


def entitlement_url(name: str) -> str:
    """Where an entitlement is shown."""
    return f"{FOUND}/{quote(name, safe='')}"


def subject_url(run: str, subject: int) -> str:
    """Where the working of one subject of a run is shown."""
    return run_url(run, f"subjects/{subject}")


def with_query(url: str, **said: str | int | None) -> str:
    """The address with what was said of it."""
    query = urlencode({name: value for name, value in said.items() if value not in {None, ""}})
    return f"{url}?{query}" if query else url


def tabs(visitor: Visit, current: str) -> tuple[Tab, ...]:
    """The areas of these pages, as far as they are this person's to read."""
    if not visitor.may(Act.READ_BENEFITS):
        return ()
    areas = [("批次", URL), ("应享", FOUND), ("复核件", CASES)]
    areas += [("预算", BUDGETS), ("追回", RECOVERIES), ("政策体检", CHECKUP)]
    return tuple(Tab(label, url, current=url == current) for label, url in areas)


def head(services: Services, state: RunState, part: str) -> RunHead:
    """What every page of the run says of it; `part` is the one that is open."""
    parts = [("进度", ""), ("试算抽查", "sample"), ("名单", "list"), ("复核件", "cases")]
    parts += [("拨付", "payments"), ("结项报告", "report")]
    return RunHead(
        policy=Link(state.terms.name, f"/console/policies/{quote(state.policy, safe='')}"),
        organ=department_name(services, state.terms.organ),
        period=period(state.period),
        status=status(state),
        tabs=tuple(
            Tab(label, run_url(state.id, name), current=name == part) for label, name in parts
        ),
        note=f"第 {state.turn} 次比对" if state.turn > 1 else "",
    )


def name(state: RunState) -> str:
    """失业保险稳岗返还 2026 年第 1 批: what a run is called, its number being for the record."""
    return run_name(state.terms.name, state.period, state.id)


def run_name(policy: str, said: str, run: str) -> str:
    """The same of a run that is only named."""
    return f"{policy} {period(said)}第 {run.rpartition(':')[2]} 批"


def period(said: str) -> str:
    """2026 年, 2026 年 9 月, or 一次性."""
    if said == ONCE:
        return "一次性"
    if said == "policy":
        return "政策有效期内"
    year, _, month = said.partition("-")
    return f"{year} 年 {int(month)} 月" if month else f"{year} 年"


def status(state: RunState) -> StatusView:
    """The phase in a word; a run that stands still says so."""
    return words.PAUSED if state.paused else words.PHASE[state.phase]


def row(services: Services, line: RunView) -> RunRow:
    """A run in the list."""
    state = line.state
    return RunRow(
        link=Link(name(state), run_url(line.id)),
        number=line.id,
        organ=department_name(services, state.terms.organ),
        status=status(state),
        hits=state.counts.hits,
        fen=state.listed_fen if state.listed else None,
        begun_at=line.begun_at,
    )


def steps(state: RunState) -> tuple[PhaseStep, ...]:
    """The phases this run has, in order; those before the current one are done."""
    mine = [phase for phase in _RAIL if _is_ours(phase, state)]
    if state.phase in {Phase.VERIFYING, Phase.CANCELLED}:
        mine.append(state.phase)
    at = mine.index(state.phase)
    return tuple(
        PhaseStep(
            label=_RAIL_WORDS.get(phase, words.PHASE[phase].label),
            state="current" if n == at else _passed(n < at, state),
            note=_until(phase, state),
        )
        for n, phase in enumerate(mine)
    )


def progress(found: Progress, state: RunState, now: datetime) -> ProgressView | None:
    """How far the chunks of the phase are, how fast, and how long it still takes."""
    if found.phase != state.phase or found.turn != state.turn or state.phase in OVER:
        return None
    facts: list[Pair] = []
    spent = (now - found.since).total_seconds() if found.since else 0.0
    # When all is done that can be, the run waits, and is no slower by that.
    if found.done and found.done != found.total and spent >= 1:
        facts.append(Pair("速度", f"每秒 {found.done / spent:,.1f}"))
        if found.total is not None:
            left = (found.total - found.done) * spent / found.done
            facts.append(Pair("大约还要", _lasting(timedelta(seconds=left))))
    return ProgressView(
        label=words.PHASE[state.phase].label,
        done=found.done,
        total=found.total,
        facts=tuple(facts),
        going=state.is_driven,
    )


def matched(counts: Counts, run: str) -> Chart | None:
    """比对结果 as bars; each leads to its list."""
    if not counts.subjects:
        return None
    listed = run_url(run, "list")
    return chart(
        "比对结果",
        (
            Figure("符合", counts.hits, Tone.OK, with_query(listed, view="hit")),
            Figure("不符合", counts.missed, Tone.IDLE),
            Figure("其中差一点", counts.near, Tone.WAIT, with_query(listed, view="near")),
            Figure("数据缺失", counts.unknown, Tone.PAUSE, with_query(listed, view="unknown")),
            Figure("排除", counts.excluded, Tone.BAD, with_query(listed, view="excluded")),
        ),
        of=f"共 {counts.subjects:,} 户（人）",
        unit="户（人）",
    )


def standing(tallies: Sequence[Tally], run: str) -> Chart | None:
    """Entitlements by status as bars; each leads to its list."""
    if not tallies:
        return None
    listed = run_url(run, "list")
    return chart(
        "应享现状",
        [
            Figure(
                f"{words.STATUS[each.status].label}（{yuan(each.fen)}）",
                each.count,
                words.STATUS[each.status].tone,
                with_query(listed, status=each.status),
            )
            for each in tallies
        ],
        of="状态",
        unit="笔",
    )


def missed_by(counts: Counts, policy: PolicyDefinition) -> Chart | None:
    """Which conditions were in the way, the commonest first."""
    if not counts.missed_by:
        return None
    says = {condition.id: condition.says for condition in policy.conditions}
    found = sorted(counts.missed_by.items(), key=lambda each: (-each[1], each[0]))
    figures = [Figure(says.get(name, name), number, Tone.IDLE) for name, number in found]
    return chart("不符合的原因", figures, of="条件", unit="户（人）")


def unknown_by(counts: Counts, catalogue: FactCatalogue) -> Chart | None:
    """Whose facts were missing."""
    if not counts.unknown_by:
        return None
    names = {source.id: source.name for source in catalogue.sources}
    found = sorted(counts.unknown_by.items(), key=lambda each: (-each[1], each[0]))
    figures = [Figure(names.get(name, name), number, Tone.PAUSE) for name, number in found]
    return chart("缺哪里的数据", figures, of="来源", unit="户（人）")


def facts(line: RunView) -> tuple[Pair, ...]:
    """What else is to be known of a run."""
    state = line.state
    found = [
        Pair("编号", state.id),
        Pair("数据截至", formats.iso_day(state.on)),
        Pair("兑现方式", words.WAY[state.terms.way]),
        Pair("发起", words.CAUSE[state.cause]),
        Pair("快慢", words.PACE[state.pace]),
        Pair("政策版本", f"第 {state.version} 版"),
    ]
    if state.counts.subjects:
        found.append(Pair("全部符合的金额", yuan(state.counts.fen)))
    if state.listed:
        found.append(Pair("名单", f"{state.listed:,} 笔，{yuan(state.listed_fen)}"))
    for label, span in (("意愿确认", state.wish), ("公示", state.publicity)):
        if span is not None:
            found.append(Pair(label, _span(span)))
    if state.snapshot_sha256:
        found.append(Pair("数据快照", f"sha256 {state.snapshot_sha256[:16]}…"))
    if line.verify_at is not None:
        found.append(Pair("事后核查", formats.iso_day(line.verify_at)))
    return tuple(found)


def timeline(
    found: Iterable[EventLine], names: Mapping[str, str], says: Mapping[str, str] = _NOTHING
) -> tuple[TimelineEntry, ...]:
    """What happened to a run, or to an entitlement, whose events are called by its statuses."""
    return tuple(
        TimelineEntry(
            at=each.at,
            organ=_role(each),
            person=each.actor_name or "",
            act=_act(each, names),
            remark=_remark(each, says),
        )
        for each in found
    )


def status_names() -> Mapping[str, str]:
    """What the events of entitlements are called."""
    return {str(name): view.label for name, view in words.STATUS.items()}


def says_of(policy: PolicyDefinition, others: Iterable[LoadedPolicy] = ()) -> Mapping[str, str]:
    """What codes of reasons mean: the policy's conditions, and the policies that go before it.

    What waits for somebody names the kind of case it waits for.
    """
    rivals = {o.definition.policy: f"已享受“{o.definition.name}”，两者互斥" for o in others}
    said = {each.id: each.says for each in policy.conditions}
    return {**words.WHY, **words.CASE, **rivals, **said}


def why(said: str | None, says: Mapping[str, str]) -> str:
    """Why an entitlement is where it is: a code in words, or a person's own words."""
    return says.get(said, said) if said else ""


def _act(each: EventLine, names: Mapping[str, str]) -> str:
    """What was done: of a span, which one began or ended."""
    said = names.get(each.kind, each.kind)
    return said + words.PHASE[Phase(each.body["phase"])].label if each.kind in _SPANS else said


def _remark(each: EventLine, says: Mapping[str, str]) -> str:
    """What a person said, or what an event brought, in words."""
    body = each.body
    if said := body.get("reason") or body.get("why"):
        return why(str(said), says)
    match each.kind:
        case "match_reported":
            counts = Counts.model_validate(body["counts"])
            return f"符合 {counts.hits:,}，缺数据 {counts.unknown:,}，共 {counts.subjects:,}"
        case "list_reported":
            return f"{body['listed']:,} 笔，{yuan(body['fen'])}"
        case "trial_passed":
            return f"抽查 {len(body['sampled'])} 例，都对"
        case "sample_failed":
            failed = SampleFailed.model_validate(body)
            return f"抽查 {len(failed.sampled)} 例，{len(failed.wrong)} 例不对"
        case "pace_set":
            return words.PACE[body["pace"]]
        case _:
            return ""


def chain(*, holds: bool) -> StatusView:
    """Whether the history is as it was written."""
    tone = Tone.OK if holds else Tone.BAD
    return StatusView("记录链完整" if holds else "记录链有缺损", SYMBOLS[tone], tone)


def is_overdue(due: date | None, now: datetime) -> bool:
    """Whether the last day is over."""
    return due is not None and local_day(now) > due


def _is_ours(phase: Phase, state: RunState) -> bool:
    if phase is Phase.WISH:
        return state.terms.confirmation is not None
    if phase is Phase.PUBLICITY:
        return state.terms.publicity_days is not None
    return True


def _passed(is_before: bool, state: RunState) -> str:  # noqa: FBT001 - said at the only call
    return "done" if is_before and state.phase is not Phase.CANCELLED else ""


def _until(phase: Phase, state: RunState) -> str:
    span = {Phase.WISH: state.wish, Phase.PUBLICITY: state.publicity}.get(phase)
    return f"到 {formats.iso_day(span.until)}" if span else ""


def _span(span: Span) -> str:
    since, until = formats.iso_day(span.since), formats.iso_day(span.until)
    return f"{since} 的次日起 {span.days} 个工作日，到 {until}（日历 {span.calendar}）"


def _lasting(left: timedelta) -> str:
    seconds = int(left.total_seconds())
    if seconds < _MINUTE:
        return "不到 1 分钟"
    hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
    return f"{hours} 小时 {minutes} 分钟" if hours else f"{minutes} 分钟"


def _role(each: EventLine) -> str:
    if each.actor_role == Role.SYSTEM:
        return SYSTEM_NAME
    return ROLE.get(each.actor_role, each.actor_role)
