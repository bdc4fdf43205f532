"""The form of each legal act: what it does, on what basis, what is asked, and what of it is known.

Nothing is decided here: what is refused in the end the core refuses, and its words are shown at the
field they are about.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from api.console import formats, words
from api.console.fill.act_parts import ActForm, Typed, cards, confirmed, days, long
from api.console.fill.acts import Prolongable, Stand, prolongable
from api.console.fill.ending_forms import (
    return_form,
    revoke_form,
    terminate_form,
    withdraw_form,
)
from api.console.fill.extending import comparison, extendable
from api.console.fill.outcomes import Colleague, choices
from api.console.fill.second_notice import second_notice_form
from api.console.views.acts import UploadField
from api.console.views.shared import FieldControl, FieldView, Option, Pair
from definitions.language.limits import Unit
from definitions.rules.calendar import BeyondCalendar, add_working_days, local_day
from definitions.rules.clocks import ClockKind, Extension, due

HEARING = "hearing"
_ONE = timedelta(days=1)
_FAR = 30


def form_of(slug: str, at: Stand, typed: Typed, people: tuple[Colleague, ...]) -> ActForm:
    """The form of the act of that name."""
    return _FORMS[slug](at, typed, people)


def earliest_hearing(at: Stand) -> tuple[date | None, date | None]:
    """The first and the last day on which a hearing may be held; None where nobody can say."""
    planned, clocks = at.planned, at.seen.library.catalogue.clocks
    rule = planned.hearing if planned else None
    calendar, today = at.seen.calendar, local_day(at.seen.now)
    if rule is None:
        return None, None
    limits = {each.id: each.limit.days for each in clocks}
    ahead = limits.get(rule.notice, 0)
    try:
        first = add_working_days(today, ahead, calendar)
        while add_working_days(first, -ahead, calendar) < today:
            first = add_working_days(first, 1, calendar)
    except BeyondCalendar:
        return None, None
    running = next((c for c in at.matter.clocks if c.kind == ClockKind.HEARING), None)
    if running is not None and running.facts is not None:
        return first, due(running.facts, calendar).day
    try:
        return first, add_working_days(today, limits.get(rule.hold, _FAR), calendar)
    except BeyondCalendar:
        return first, None


def _procedure(at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    causes = []
    for known in at.seen.library.catalogue.procedures:
        basis = at.seen.basis(known.basis)
        told = known.id == HEARING
        causes.append(
            Option(
                known.id,
                known.name,
                hint=f"《{basis.law}》{basis.article}；通常 {known.days} 个工作日",
                chosen=typed.said("cause") == known.id and not told,
                unavailable="在“告知听证权利”“确定听证时间、地点”中办理" if told else "",
            )
        )
    return ActForm(
        title="启动特别程序",
        button="启动特别程序",
        effects=(
            Pair("停下的", "承诺时限、法定时限，自次日起不计；审查、决定等结束后再办"),
            Pair("照常的", "申请人补交材料的期限；其他不等它的事项"),
            Pair("申请人会知道", "收到特别程序告知书，写明原因、依据和所需时间"),
            Pair("不算在内的", "现场踏勘照算期限，不能用特别程序"),
        ),
        fields=(
            cards(typed, "cause", "依法列明的情形", tuple(causes)),
            days(
                typed,
                "预计需要（工作日）",
                "写进告知书；不填的，按这种情形通常的天数",
                required=False,
            ),
            long(typed, "reasons", "理由", "为什么需要，做什么；会写进告知书"),
        ),
        done="特别程序已经开始，次日起不计时",
    )


def _resume(at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    procedure = at.matter.special.procedures[-1]
    upload = UploadField(
        "result",
        "结果材料",
        hint=f"{procedure.name}报告、结论等，归入本件",
        error=typed.error("result"),
        required=False,
        kept=typed.kept,
    )
    return ActForm(
        title="结束特别程序",
        button="结束特别程序",
        effects=(
            Pair("正在进行", f"{procedure.name}，预计 {procedure.days} 个工作日"),
            Pair("开始", formats.moment(procedure.since, at.seen.now)),
            Pair("结束之后", "次日起继续计时；期限按扣除的工作日顺延"),
            Pair("申请人会知道", "收到特别程序结束告知书和新的办结日期"),
        ),
        fields=(),
        upload=upload,
        done="特别程序已经结束，次日起继续计时",
    )


def _extension(at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    found = extendable(at.matter)
    rule = found[1] if found else None
    most = rule.days if rule else 0
    by = words.EXTENDED_BY[rule.by] if rule else ""
    return ActForm(
        title="提请延期",
        button="提请批准",
        effects=(
            Pair("最多延长", f"{most} 个工作日，只能延长一次"),
            Pair("谁批准", f"{by}；批准之前期限不变"),
            *comparison(at.seen, at.matter, most, at.seen.now),
            Pair("申请人会知道", "批准后收到延长办理期限告知书，写明理由"),
        ),
        fields=(
            days(typed, "延长（工作日）", f"1 至 {most} 个工作日"),
            long(typed, "reasons", "理由", "为什么在期限内作不出决定；会写进告知书"),
        ),
        basis=(rule.basis,) if rule else (),
        done="已提请延期，等批准",
    )


def _prolong(at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    found = prolongable(at)
    chosen = typed.said("clock") or (found[0].clock.kind if len(found) == 1 else "")
    options = tuple(
        Option(
            each.clock.kind,
            words.CLOCK[each.clock.kind],
            hint=_prolonging(at, each),
            chosen=each.clock.kind == chosen,
        )
        for each in found
    )
    forced = FieldView(
        "force_majeure",
        "不可抗力",
        FieldControl.CHECKS,
        required=False,
        error=typed.error("force_majeure"),
        hint="自然灾害等不能预见、不能避免的情况；不占一次展期的机会",
        options=(Option("yes", "因不可抗力展期", chosen=typed.said("force_majeure") == "yes"),),
    )
    most = max((each.most for each in found), default=0)
    return ActForm(
        title="补正展期",
        button="批准展期",
        effects=(
            Pair("次数", "只能展期一次；不可抗力的另计"),
            Pair("不变的", "办理时限照常，容缺受理的补交期限必须早于办结期限"),
        ),
        fields=(
            cards(typed, "clock", "哪个期限", options),
            days(typed, "展期天数", f"最多 {most}，与原期限同一种日（工作日或者自然日）"),
            *((forced,) if any(each.force_majeure for each in found) else ()),
            long(typed, "reasons", "理由", "申请人说明的情况"),
        ),
        done="已展期",
    )


def _limit(at: Stand, name: str) -> str:
    """How long a limit of the catalogue is."""
    found = next((each.limit for each in at.seen.library.catalogue.clocks if each.id == name), None)
    return f"{found.days} 个{formats.unit(found.unit)}" if found else "规定的期限"


def _prolonging(at: Stand, each: Prolongable) -> str:
    clock, calendar = each.clock, at.seen.calendar
    added = Extension(days=each.most, by="", reason="", at=at.seen.now)
    longer = clock.model_copy(update={"extensions": (*clock.extensions, added)})
    old, new = due(clock, calendar).day, due(longer, calendar).day
    unit = formats.unit(Unit(clock.limit.unit))
    was = formats.day(old, at.seen.now) if old else "未定"
    becomes = formats.day(new, at.seen.now) if new else "未定"
    said = f"现在到 {was}；最多再给 {each.most} 个{unit}，到 {becomes}"
    return said if each.ordinary else f"{said}；已展期一次，只能因不可抗力再展"


def _hearing_right(at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    hearing = at.planned.hearing if at.planned else None
    within = f"收到后 {_limit(at, hearing.request)}" if hearing else "规定的期限"
    return ActForm(
        title="告知听证权利",
        button="告知听证权利",
        effects=(
            Pair("申请人的权利", f"{within}内可以要求听证，不承担费用；逾期视为放弃"),
            Pair("这几天", "还不停计时；要求听证的，自次日起不计时"),
            Pair("在此之前", "不能作出决定"),
            Pair("申请人会知道", "收到听证权利告知书"),
        ),
        fields=(long(typed, "reasons", "拟作决定的事实和理由", "会写进告知书"),),
        basis=(hearing.basis,) if hearing else (),
        done="已告知听证权利",
    )


def _hearing_answer(at: Stand, typed: Typed, _: tuple[Colleague, ...]) -> ActForm:
    rule = at.planned.hearing if at.planned else None
    hold, ahead = (_limit(at, rule.hold), _limit(at, rule.notice)) if rule else ("", "")
    wanted = typed.said("wanted")
    return ActForm(
        title="记录是否要求听证",
        button="提交记录",
        effects=(
            Pair("要求的", f"{hold}内组织听证，时间、地点提前 {ahead}通知；自次日起不计时"),
            Pair("放弃的", "不再举行听证，继续办理；以后不能再要求"),
        ),
        fields=(
            cards(
                typed,
                "wanted",
                "申请人的答复",
                (
                    Option("yes", "要求听证", chosen=wanted == "yes"),
                    Option("no", "放弃听证", chosen=wanted == "no"),
                ),
            ),
            confirmed(typed, "申请人本人的意思，身份已核对，书面答复已收"),
        ),
        done="已记录申请人的答复",
    )


def _hearing(at: Stand, typed: Typed, people: tuple[Colleague, ...]) -> ActForm:
    first, last = earliest_hearing(at)
    hearing = at.matter.special.hearing
    earliest = formats.day(first, at.seen.now) if first else "工作日历未公布，未定"
    latest = f"，最迟 {formats.day(last, at.seen.now)}" if last else ""
    rule = at.planned.hearing if at.planned else None
    started = Pair("开始计算", "本机关决定举行听证，自次日起不计时") if hearing is None else None
    return ActForm(
        title="确定听证时间、地点",
        button="通知听证",
        effects=(
            Pair("可以定在", f"最早 {earliest}{latest}；应当是工作日"),
            *((started,) if started else ()),
            Pair("主持人", "不能是审查本申请的人员"),
            Pair("申请人会知道", "收到听证通知书；认为主持人有利害关系的，可以申请回避"),
        ),
        fields=(
            FieldView(
                "on",
                "时间",
                FieldControl.MOMENT,
                value=typed.said("on", f"{first}T09:30" if first else ""),
                hint=f"最早 {earliest}{latest}",
                error=typed.error("on"),
            ),
            FieldView("place", "地点", value=typed.said("place"), error=typed.error("place")),
            FieldView(
                "chair",
                "主持人",
                FieldControl.CHOICE,
                error=typed.error("chair"),
                options=choices(people, typed.said("chair")),
            ),
        ),
        basis=(rule.basis,) if rule else (),
        done="已定听证时间、地点，通知书已出具",
    )


_FORMS: Mapping[str, Callable[[Stand, Typed, tuple[Colleague, ...]], ActForm]] = {
    "procedure": _procedure,
    "resume": _resume,
    "extension": _extension,
    "prolong": _prolong,
    "hearing-right": _hearing_right,
    "hearing-answer": _hearing_answer,
    "hearing": _hearing,
    "return": return_form,
    "second-notice": second_notice_form,
    "terminate": terminate_form,
    "revoke": revoke_form,
    "withdraw": withdraw_form,
}
