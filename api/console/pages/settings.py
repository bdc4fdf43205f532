"""How somebody works: settings, absences and who stands in."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Annotated

from fastapi import Path, Response

from activities.store.desk.absences import AbsenceView
from activities.store.desk.accounts import accounts_of
from activities.store.desk.work_settings import WorkSettings
from api.acting.absences import absences_for, end_absence, plan_absence
from api.acting.work_settings import MOST_AT_ONCE, keep_settings, settings_of
from api.console import words
from api.console.fill.outcomes import Colleague, choices
from api.console.pages.neighbours import items_of
from api.console.pages.typed import day_of, faults
from api.console.request import Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Option,
    Pair,
    StatusView,
    Tone,
)
from api.console.views.working import AbsenceRow, AbsencesPage, SettingsPage
from api.problems import Problem
from definitions.errors import Code, Refused
from definitions.language.roles import Confidentiality, Role
from definitions.matter.tasks import TaskKind
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

router = pages()

SETTINGS, ABSENCES = "/console/settings", "/console/absences"
_CLEARANCE: Mapping[str, str] = {
    Confidentiality.ORDINARY: "一般",
    Confidentiality.SENSITIVE: "敏感",
    Confidentiality.SECRET: "涉密",
}
_LONGEST_REASON = 200
# Items of one name have a code in each service: they are ticked together.
_BESIDES = "|"


@router.get(SETTINGS)
async def settings(visitor: Visiting) -> Response:
    """How many at once, in which shift, which items first; single keys."""
    found = await settings_of(visitor.services, visitor.actor)
    typed = {
        "at_most": str(found.at_most),
        "shift_from": f"{found.shift_from:%H:%M}" if found.shift_from else "",
        "shift_until": f"{found.shift_until:%H:%M}" if found.shift_until else "",
        "keys": "yes" if found.keys else "",
    }
    return await _settings_page(visitor, typed, found.skills, {})


@router.post(SETTINGS)
async def keep(visitor: Visiting, form: Posting) -> Response:
    """Keep them."""
    names = ("at_most", "shift_from", "shift_until", "keys")
    typed = {name: form.one(name).strip() for name in names}
    errors: dict[str, str] = {}
    skills = tuple(code for codes in form.all("skills") for code in codes.split(_BESIDES))
    shift = {name: _hour(typed[name]) for name in ("shift_from", "shift_until")}
    for name, found in shift.items():
        if typed[name] and found is None:
            errors[name] = "时间请按时、分填写，例如 09:00"
    if not (typed["at_most"].isascii() and typed["at_most"].isdigit()):
        errors["at_most"] = f"请填 1 至 {MOST_AT_ONCE} 之间的数字"
    if not errors:
        wanted = WorkSettings(
            at_most=int(typed["at_most"][:6]),
            skills=skills,
            keys=typed["keys"] == "yes",
            **shift,
        )
        try:
            await keep_settings(visitor.services, visitor.actor, wanted)
        except Problem as problem:
            errors = dict(faults(problem, "at_most"))
    if errors:
        return await _settings_page(visitor, typed, skills, errors, status=422)
    return moved(SETTINGS, "设置已保存。")


@router.get(ABSENCES)
async def absences(visitor: Visiting) -> Response:
    """Whose work is whose, from when to when."""
    return await _absences_page(visitor, {}, {})


@router.post(ABSENCES)
async def plan(visitor: Visiting, form: Posting) -> Response:
    """Somebody is away, and somebody stands in."""
    names = ("account", "substitute", "since", "until", "reason")
    typed = {name: form.one(name).strip() for name in names}
    since, until = day_of(typed["since"]), day_of(typed["until"])
    errors = {
        name: said
        for name, said, there in (
            ("substitute", "请选择代办人", typed["substitute"]),
            ("since", "请填写从哪天起", since),
            ("until", "请填写到哪天", until),
            ("reason", "请写明事由", typed["reason"]),
        )
        if not there
    }
    if errors or since is None or until is None:
        return await _absences_page(visitor, typed, errors, status=422)
    try:
        made = await plan_absence(
            visitor.services,
            visitor.actor,
            form.sent,
            substitute=typed["substitute"],
            since=since,
            until=until,
            reason=typed["reason"][:_LONGEST_REASON],
            account=typed["account"] or None,
        )
    except Refused as refused:
        errors = {(refused.field or "/reason").strip("/"): refused.message}
        return await _absences_page(visitor, typed, errors, status=422)
    except Problem as problem:
        if problem.code is not Code.INVALID:
            raise
        return await _absences_page(visitor, typed, faults(problem, "substitute"), status=422)
    return moved(ABSENCES, f"已登记：{made.substitute_name} 代 {made.account_name} 办理。")


@router.post("/console/absences/{name}/end")
async def end(visitor: Visiting, name: Annotated[str, Path(max_length=60)]) -> Response:
    """Back earlier."""
    await end_absence(visitor.services, visitor.actor, name)
    return moved(ABSENCES, "代办已提前结束。")


async def _settings_page(
    visitor: Visit,
    typed: Mapping[str, str],
    skills: Sequence[str],
    errors: Mapping[str, str],
    *,
    status: int = 200,
) -> Response:
    frame = await visitor.frame("设置", nav=SETTINGS, errors=_views(errors))
    account = visitor.who.account
    items = items_of(visitor)
    trusted = "、".join(items.get(code, code) for code in account.items) or "本部门全部事项"
    view = SettingsPage(
        frame=frame,
        submission=submission(SETTINGS),
        fields=_setting_fields(visitor, typed, skills, errors),
        trusted=(Pair("事项", trusted), Pair("密级", _CLEARANCE[account.clearance])),
    )
    return page(visitor.request, view, status=status)


def _setting_fields(
    visitor: Visit, typed: Mapping[str, str], skills: Sequence[str], errors: Mapping[str, str]
) -> tuple[FieldView, ...]:
    named: dict[str, list[str]] = {}
    for code, name in items_of(visitor).items():
        named.setdefault(name, []).append(code)
    every = {_BESIDES.join(codes): name for name, codes in named.items()}
    every |= {str(kind): words.TASK_KIND[kind] for kind in TaskKind}
    return (
        FieldView(
            "at_most",
            "手上最多几件",
            FieldControl.NUMBER,
            value=typed["at_most"],
            hint="满了，“领取下一件”不再分给您",
            error=errors.get("at_most", ""),
            max_length=3,
        ),
        _hour_field("shift_from", "班次从", typed, errors),
        _hour_field("shift_until", "班次到", typed, errors),
        FieldView(
            "skills",
            "熟悉的事项、待办",
            FieldControl.CHECKS,
            hint="“领取下一件”先分这些；都不勾选的，不分先后",
            required=False,
            options=tuple(
                Option(codes, name, chosen=set(codes.split(_BESIDES)) <= set(skills))
                for codes, name in every.items()
            ),
        ),
        FieldView(
            "keys",
            "单键快捷键",
            FieldControl.CHECKS,
            hint="输入文字时单键不起作用；提交、决定一类的操作不会由单键完成",
            required=False,
            options=(Option("yes", "打开单键快捷键", chosen=typed["keys"] == "yes"),),
        ),
    )


def _hour_field(
    name: str, label: str, typed: Mapping[str, str], errors: Mapping[str, str]
) -> FieldView:
    return FieldView(
        name,
        label,
        FieldControl.TIME,
        value=typed[name],
        error=errors.get(name, ""),
        hint="不填的，任何时间都可以领取" if name == "shift_from" else "",
        required=False,
    )


async def _absences_page(
    visitor: Visit, typed: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200
) -> Response:
    found = await absences_for(visitor.services, visitor.actor, past=True)
    frame = await visitor.frame(
        "请假、代办",
        nav=SETTINGS,
        crumbs=(Breadcrumb("设置", SETTINGS),),
        errors=_views(errors),
    )
    view = AbsencesPage(
        frame=frame,
        rows=tuple(_absence(visitor, each) for each in found),
        submission=submission(ABSENCES),
        fields=await _absence_fields(visitor, typed, errors),
    )
    return page(visitor.request, view, status=status)


def _absence(visitor: Visit, each: AbsenceView) -> AbsenceRow:
    today, me = local_day(visitor.services.now()), visitor.actor.id
    over = each.ended_at is not None or each.until < today
    if over:
        state = StatusView("已结束", words.SYMBOLS[Tone.IDLE], Tone.IDLE)
    elif each.since <= today:
        state = StatusView("代办中", words.SYMBOLS[Tone.INFO], Tone.INFO)
    else:
        state = StatusView("未开始", words.SYMBOLS[Tone.WAIT], Tone.WAIT)
    may_end = me in {each.account, each.set_by} or visitor.may(Act.SUBSTITUTE)
    return AbsenceRow(
        who=each.account_name,
        substitute=each.substitute_name,
        since=each.since,
        until=each.until,
        reason=each.reason,
        status=state,
        end=submission(f"{ABSENCES}/{each.id}/end") if may_end and not over else None,
    )


async def _absence_fields(
    visitor: Visit, typed: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[FieldView, ...]:
    async with visitor.services.store.reading() as session:
        found = await accounts_of(session, visitor.actor.department or "")
    people = tuple(
        Colleague(each.id, each.name) for each in found if each.role is not Role.DEPARTMENT_SYSTEM
    )
    me = visitor.actor.id
    heads = visitor.may(Act.SUBSTITUTE)
    who = FieldView(
        "account",
        "谁请假",
        FieldControl.LIST,
        error=errors.get("account", ""),
        options=tuple(
            Option(each.id, each.name, chosen=each.id == typed.get("account", me))
            for each in people
        ),
    )
    substitute = FieldView(
        "substitute",
        "由谁代办",
        FieldControl.CHOICE,
        error=errors.get("substitute", ""),
        hint="岗位、授权范围应当能够办理请假人的待办",
        options=choices(people, typed.get("substitute", ""), but="" if heads else me),
    )
    days = tuple(
        FieldView(
            name, label, FieldControl.DATE, value=typed.get(name, ""), error=errors.get(name, "")
        )
        for name, label in (("since", "从哪天"), ("until", "到哪天（含当天）"))
    )
    reason = FieldView(
        "reason",
        "事由",
        value=typed.get("reason", ""),
        error=errors.get("reason", ""),
        hint="例如：年休假、出差",
        max_length=_LONGEST_REASON,
    )
    return (*((who,) if heads else ()), substitute, *days, reason)


def _hour(said: str) -> time | None:
    try:
        return time.fromisoformat(said)
    except ValueError:
        return None


def _views(errors: Mapping[str, str]) -> tuple[ErrorView, ...]:
    return tuple(ErrorView(name, said) for name, said in errors.items())
