"""From policies and simulations to what officers see."""

from collections.abc import Iterator, Mapping, Sequence

from activities.store.benefits.simulations import Outcome, Shift, SimulationResult
from api.console.fill.benefits import period
from api.console.fill.charts import Figure, chart
from api.console.fill.definitions import course, report_view, since_said, stage
from api.console.views.charts import Chart
from api.console.views.definitions import DefinitionHead, ReportView
from api.console.views.policies import (
    CaseRow,
    ComparedRow,
    ConditionRow,
    MovedRow,
    PolicyRow,
    ShiftView,
)
from api.console.views.shared import Link, Pair, Tab, Tone
from api.definition_views import Stage
from api.policy_views import PolicyVersion, PolicyVersions
from api.services import Services
from api.simulating import Someone
from definitions.benefits.periods import ONCE
from definitions.language.benefits import Verdict
from definitions.lifecycle.judging import CaseFile
from definitions.lifecycle.policy_judging import VERDICTS, PolicyReport
from definitions.lifecycle.policy_plain import PlainPolicy
from definitions.rules.money import yuan

URL = "/console/policies"
SIMULATIONS = f"{URL}/simulations"
UNCERTAIN = "金额待核对，以当年文件为准"
_CASES_FILE = "policy.cases.yaml"
_WAITING = {Stage.PROPOSED: "待批准", Stage.RETURNED: "已退回"}
_TABS = (
    ("政策内容", ""),
    ("与别的版本比较", "/diff"),
    ("检查和金例", "/checks"),
    ("批准和停用", "/decide"),
)
_TONES = {
    Verdict.HIT: Tone.OK,
    Verdict.MISS: Tone.IDLE,
    Verdict.UNKNOWN: Tone.WAIT,
    Verdict.EXCLUDED: Tone.BAD,
}
_SHIFTS = (
    ("gains", "原来没有、现在有"),
    ("losses", "原来有、现在没有"),
    ("more", "现在多得"),
    ("less", "现在少得"),
)


def version_url(policy: str, version: int) -> str:
    """Where one version is."""
    return f"{URL}/{policy}/{version}"


def rows(found: Sequence[PolicyVersions], organs: Mapping[str, str]) -> Iterator[PolicyRow]:
    """Every policy by the version in force, else by its newest."""
    for each in found:
        number = each.in_force or each.versions[0].version
        head = next(head for head in each.versions if head.version == number)
        plain = each.plain
        yield PolicyRow(
            link=Link(head.name, version_url(each.policy, number)),
            organ=organs.get(each.organ, each.organ),
            subject=plain.subject if plain else "",
            way=plain.way if plain else "",
            every=plain.every if plain else "",
            period=_this_period(plain) if plain else "",
            at_most=plain.at_most if plain else None,
            uncertain=plain is not None and plain.uncertain,
            budget=plain.budget if plain else "",
            cases=len(plain.cases) if plain else 0,
            status=stage(head.stage),
            waiting=tuple(
                Link(f"第 {v.version} 版{_WAITING[v.stage]}", version_url(v.policy, v.version))
                for v in each.versions
                if v.stage in _WAITING
            ),
        )


def head_of(head: PolicyVersion, here: str) -> DefinitionHead:
    """The status and the tabs; `here` is the path of the tab below the version."""
    url = version_url(head.policy, head.version)
    tabs = tuple(Tab(label, f"{url}{path}", current=path == here) for label, path in _TABS)
    return DefinitionHead(stage(head.stage), tabs, "政策")


def facts_of_head(head: PolicyVersion, services: Services) -> Iterator[Pair]:
    """Who brought it where it stands, and when."""
    yield Pair("编号", f"{head.policy} v{head.version}")
    yield Pair("有效", since_said(head))
    yield from course(head, services)
    if head.returned:
        yield Pair("此前退回", f"{head.returned} 次")


def conditions(plain: PlainPolicy) -> tuple[ConditionRow, ...]:
    """Each condition with what is compared."""
    return tuple(
        ConditionRow(
            says=each.says,
            means=each.means,
            excludes=each.excludes,
            again=each.again,
            sources="、".join(each.sources),
        )
        for each in plain.conditions
    )


def terms(plain: PlainPolicy) -> tuple[Pair, ...]:
    """Everything else that is laid down."""
    verified = f"结清后 {plain.verified_after} 日" if plain.verified_after else "不核验"
    now = _this_period(plain)
    return (
        Pair("发放部门", plain.organ),
        Pair("文号", plain.number),
        Pair("对象", plain.subject),
        Pair("享受次数", f"{plain.every}（现在是{now}）" if now else plain.every),
        Pair("兑现方式", plain.way),
        Pair("预算", plain.budget),
        Pair("公示", plain.publicity),
        Pair("确认", plain.confirmation),
        Pair("互斥", plain.exclusion),
        Pair("何时开始", plain.begins),
        Pair("承诺期限", f"{plain.promised_days} 个工作日"),
        Pair("试算抽查", f"{plain.sample} 户"),
        Pair("兑现后核验", verified),
        Pair("追回", plain.recovery),
    )


def cases(plain: PlainPolicy) -> tuple[CaseRow, ...]:
    """The golden cases in words."""
    return tuple(
        CaseRow(
            case=each.case,
            on=each.on,
            facts=each.facts,
            expect=each.expect,
            detail=each.amount or "、".join(each.reasons),
        )
        for each in plain.cases
    )


def report_of(report: PolicyReport, text: str, cases: str) -> ReportView:
    """Every finding with the line it is about."""
    return report_view(report, text, (CaseFile(name=_CASES_FILE, text=cases),))


def compared(result: SimulationResult) -> tuple[ComparedRow, ...]:
    """The draft's figures, and those of the version in force where there is one."""
    before = result.before
    lines = [(VERDICTS[each], _count(result.draft, each), _count(before, each)) for each in Verdict]
    lines += [
        ("差一点（只差一个条件）", result.draft.near, before.near if before else None),
    ]
    told = [
        ComparedRow(label, f"{draft:,} 户", "" if was is None else f"{was:,} 户")
        for label, draft, was in lines
    ]
    money = ComparedRow("金额合计", yuan(result.draft.fen), yuan(before.fen) if before else "")
    return (*told, money, ComparedRow("预算", yuan(result.budget), ""))


def verdict_charts(result: SimulationResult) -> Iterator[Chart]:
    """How many of each verdict, for each version."""
    for title, outcome in (("草案", result.draft), ("生效的版本", result.before)):
        if outcome is not None:
            figures = [
                Figure(VERDICTS[each], outcome.counts.get(each, 0), _TONES[each])
                for each in Verdict
            ]
            name = f"{title}（第 {outcome.version} 版）"
            yield chart(name, figures, of=name, unit="户")


def reason_charts(result: SimulationResult) -> Iterator[Chart]:
    """Of each verdict, to how many which condition was the reason."""
    for each in (Verdict.MISS, Verdict.UNKNOWN, Verdict.EXCLUDED):
        figures = [
            Figure(reason.says, reason.subjects, _TONES[each])
            for reason in result.draft.reasons
            if reason.verdict is each
        ]
        if figures:
            name = f"{VERDICTS[each]}的条件"
            yield chart(name, figures, of=name, unit="户")


def shifts(result: SimulationResult, people: Mapping[int, Someone]) -> Iterator[ShiftView]:
    """Who gains and who loses, in four groups."""
    outcomes = (result.before, result.draft)
    says = {each.condition: each.says for o in outcomes if o is not None for each in o.reasons}
    for name, title in _SHIFTS:
        found: Shift = getattr(result, name)
        yield ShiftView(
            title=title,
            subjects=found.subjects,
            fen=found.fen,
            rows=tuple(
                MovedRow(
                    name=people[each.subject].name if each.subject in people else "",
                    code=people[each.subject].code if each.subject in people else "",
                    before=each.before,
                    after=each.after,
                    why="、".join(says.get(reason, reason) for reason in each.reasons),
                )
                for each in found.first
            ),
        )


def _count(outcome: Outcome | None, verdict: Verdict) -> int | None:
    return None if outcome is None else outcome.counts.get(verdict, 0)


def _this_period(plain: PlainPolicy) -> str:
    """The period that runs now; nothing where there is but one."""
    return "" if plain.period == ONCE else period(plain.period)
