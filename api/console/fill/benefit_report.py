"""From a closing report as it was written to what its page shows."""

from collections.abc import Mapping

from api.console import benefit_words as words
from api.console import formats
from api.console.fill import benefits as fill
from api.console.fill.charts import Figure, chart
from api.console.views.benefit_money import ReportPart
from api.console.views.charts import Chart
from api.console.views.shared import Pair, Tone
from definitions.benefits.entitlement import Status
from definitions.benefits.report import Report, Sum
from definitions.benefits.run import Phase
from definitions.language.benefits import PolicyDefinition
from definitions.policy_loading import FactCatalogue
from definitions.rules.money import yuan

_DAY = 24


def facts(report: Report) -> tuple[Pair, ...]:
    """Which run it is the report of."""
    found = [
        Pair("报告日", formats.iso_day(report.made_on)),
        Pair("数据截至", formats.iso_day(report.on)),
        Pair("政策版本", f"第 {report.version} 版"),
        Pair("事后核查", "已核查" if report.verified else "尚未核查"),
    ]
    if report.snapshot_sha256:
        found.append(Pair("数据快照", f"sha256 {report.snapshot_sha256[:16]}…"))
    return tuple(found)


def parts(
    report: Report, policy: PolicyDefinition, says: Mapping[str, str], catalogue: FactCatalogue
) -> tuple[ReportPart, ...]:
    """Its parts, in the order of a run."""
    counts = report.counts
    sources = {source.id: source.name for source in catalogue.sources}
    away = "、".join(sources.get(name, name) for name in report.away)
    return (
        ReportPart(
            "比对结果",
            fill.matched(counts, report.run),
            (Pair("全部符合的金额", yuan(counts.fen)), Pair("名单", _sum(report.listed))),
            f"固定数据时没有新数据的来源：{away}。" if away else "",
        ),
        *_missed(report, policy, says, catalogue),
        _standing(report),
        _wishes(report),
        _cases(report),
        ReportPart("核对后不再发放", _by("不再发放的原因", report.stopped_by, says), (), ""),
        ReportPart("互斥，不重复享受", _by("互斥的政策", report.excluded_by, says), (), ""),
        _failures(report),
        _money(report),
        _recoveries(report),
        _sample(report),
        _times(report),
    )


def _missed(
    report: Report, policy: PolicyDefinition, says: Mapping[str, str], catalogue: FactCatalogue
) -> tuple[ReportPart, ...]:
    """应享未享: who nearly had it and why not, and of whom something was not known."""
    unknown = report.unknown
    return (
        ReportPart("不符合的原因", fill.missed_by(report.counts, policy), (), ""),
        ReportPart(
            "差一点：只差这一个条件",
            _by("差一点的条件", report.near_by, says),
            (),
            "可以据此辅导，也可以据此评估条件是否合适。",
        ),
        ReportPart(
            "数据缺失",
            fill.unknown_by(report.counts, catalogue),
            (
                Pair("已告知", f"{unknown.told:,}"),
                Pair("补充数据的", f"{unknown.brought:,}"),
                Pair("因此享受到的", f"{unknown.entitled:,}"),
            ),
            "数据缺失的没有当作不符合。",
        ),
    )


def _standing(report: Report) -> ReportPart:
    figures = [
        Figure(
            f"{words.STATUS[Status(name)].label}（{yuan(each.fen)}）",
            each.count,
            words.STATUS[Status(name)].tone,
        )
        for name, each in report.by_status.items()
    ]
    made = chart("应享的结果", figures, of="状态", unit="笔") if figures else None
    return ReportPart("应享的结果", made, (), "")


def _wishes(report: Report) -> ReportPart:
    wishes = report.wishes
    figures = [
        Figure("已确认", wishes.confirmed, Tone.OK),
        Figure("已放弃", wishes.declined, Tone.IDLE),
        Figure("没有回答，视为不需要", wishes.silent, Tone.WAIT),
    ]
    asked = chart("意愿确认", figures, of=f"问了 {wishes.asked:,}", unit="户（人）")
    return ReportPart(
        "意愿",
        asked if wishes.asked else None,
        (Pair("事先选择不享受", f"{wishes.opted_out:,}"),),
        "",
    )


def _cases(report: Report) -> ReportPart:
    pairs = [
        Pair(
            words.CASE[kind],
            f"成立 {found.upheld}，不成立 {found.rejected}，撤回 {found.dropped}，"
            f"处理中 {found.open}",
        )
        for kind, found in report.cases.items()
    ]
    return ReportPart("异议和复核", None, tuple(pairs), "" if pairs else "没有。")


def _failures(report: Report) -> ReportPart:
    failures = report.failures
    return ReportPart(
        "账户有误",
        _by("没有到账的原因", failures.reasons, words.WHY),
        (
            Pair("曾经没有到账", f"{failures.ever:,} 笔"),
            Pair("更正后到账", f"{failures.put_right:,} 笔"),
            Pair("仍没有到账", _sum(failures.left)),
        ),
        "",
    )


def _money(report: Report) -> ReportPart:
    money = report.money
    figures = [
        Figure("预算已拨付", money.paid, Tone.INFO),
        Figure("台账已拨付", money.ledger_paid, Tone.INFO),
        Figure("本批应享已拨付", money.entitlements_paid, Tone.OK),
        Figure("本批指令已到账", money.instructions_paid, Tone.OK),
        Figure("预算已预留", money.reserved, Tone.WAIT),
        Figure("已收回", money.returned, Tone.IDLE),
    ]
    budget = "没有动用预算" if money.budget is None else f"预算总额 {yuan(money.budget)}"
    said = "预算与台账相符。" if money.is_equal else "预算与台账不符，请核对。"
    return ReportPart(
        "资金",
        chart("资金", figures, of=budget, unit="金额", said=yuan, whole=money.budget or 0),
        (),
        f"{said}预算和台账是整项政策本周期的，应享和指令是本批次的。",
    )


def _recoveries(report: Report) -> ReportPart:
    found = report.recoveries
    return ReportPart(
        "追回",
        None,
        (
            Pair("追回中", _sum(found.wanted)),
            Pair("已追回", _sum(found.back)),
            Pair("已过退回期限", _sum(found.overdue)),
        ),
        "",
    )


def _sample(report: Report) -> ReportPart:
    sample = report.sample
    rate = f"{sample.wrong_permille / 10:.1f}%"
    pairs = (Pair("抽查", f"{sample.looked} 例"), Pair("差错率", rate))
    return ReportPart("试算抽查", None, pairs, "")


def _times(report: Report) -> ReportPart:
    figures = [Figure(words.PHASE[Phase(each.phase)].label, each.hours) for each in report.phases]
    made = chart("各阶段用时", figures, of="阶段", unit="用时", said=_lasting) if figures else None
    return ReportPart("各阶段用时", made, (), "")


def _by(caption: str, found: Mapping[str, int], says: Mapping[str, str]) -> Chart | None:
    if not found:
        return None
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    figures = [Figure(fill.why(k, says) or "未说明", n, Tone.IDLE) for k, n in ordered]
    return chart(caption, figures, of="原因", unit="笔")


def _sum(found: Sum) -> str:
    return f"{found.count:,} 笔，{yuan(found.fen)}"


def _lasting(hours: int) -> str:
    days, rest = divmod(hours, _DAY)
    return f"{days} 天 {rest} 小时" if days else f"{rest} 小时"
