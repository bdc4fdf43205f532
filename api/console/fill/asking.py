"""The forms with which others are asked (协同) and called off; 办不成事 as it is taken down."""

from collections.abc import Iterator, Mapping
from datetime import date

from activities.store.reading.bundles import BundleView
from activities.store.reading.matters import MatterView
from api.console import formats
from api.console.fill.act_parts import ActForm, Typed, long
from api.console.fill.matters import matter_url
from api.console.fill.outcomes import Colleague
from api.console.fill.seen import Seen
from api.console.views.acts import ActLink, UploadField
from api.console.views.shared import FieldControl, FieldView, Option, Pair
from definitions.language.roles import WINDOW
from definitions.language.supervision import Collaboration
from definitions.matter.state import IN_HAND
from definitions.rules.permissions import Act

DATES = ("date1", "date2", "date3", "date4")
_HINTS: Mapping[str, str] = {
    "consultation": "请其他部门对本事项提意见",
    "assistance": "请其他部门查询、检查、出具资料",
    "expert": "请有专长的同事出具意见",
    "survey": "几个部门约一天一起到现场",
}
_QUESTIONS: Mapping[str, str] = {
    "consultation": "要对方回答什么；给出方案和理由，便于答复",
    "assistance": "要对方查什么、办什么，法律依据是什么",
    "expert": "请专家回答的专业问题",
    "survey": "看什么地方、看什么；集合地点",
}


def rule_of(seen: Seen, what: str) -> Collaboration | None:
    """What the catalogue says of this kind of request."""
    known = seen.library.catalogue.collaboration
    return next((each for each in known if each.kind == what), None)


def ask_links(seen: Seen, bundle: BundleView, matter: MatterView) -> tuple[ActLink, ...]:
    """The requests this person may make about the matter now: its lead, while it is in hand."""
    lead = seen.actor.department == matter.department
    if not (seen.may(Act.ASK) and lead and matter.status in IN_HAND):
        return ()
    base = matter_url(bundle.number, matter.key)
    return tuple(
        ActLink(rule.name, f"{base}/ask/{rule.kind}", _HINTS[rule.kind])
        for rule in seen.library.catalogue.collaboration
    )


def complain_link(seen: Seen, bundle: BundleView, matter: MatterView) -> tuple[ActLink, ...]:
    """办不成事, taken down at the window."""
    if not seen.may(Act.COMPLAIN):
        return ()
    url = f"{matter_url(bundle.number, matter.key)}/complain"
    return (ActLink("登记办不成事反映", url, "申请人说有事办不成，由窗口查明、答复"),)


def ask_form(
    seen: Seen, matter: MatterView, rule: Collaboration, typed: Typed, people: tuple[Colleague, ...]
) -> ActForm:
    """A request of one kind."""
    basis = () if rule.basis is None else (rule.basis,)
    answered = "逾期不答复的，可以约定视为同意" if rule.tacit else "没有答复以前，不能作出决定"
    return ActForm(
        title=rule.name,
        button=f"提出{rule.name}",
        effects=(
            Pair("时限", "本事项的时限照常计算，不因此停表"),
            Pair("答复期限", f"通常 {rule.days} 个工作日，最多 {rule.at_most} 个"),
            Pair("答复", answered),
        ),
        fields=tuple(_ask_fields(seen, matter, rule, typed, people)),
        basis=basis,
        upload=UploadField(
            "files",
            "附件",
            hint="给对方看的材料；申请材料对方看不到的，附在这里",
            error=typed.error("files"),
            required=False,
            kept=typed.kept,
        ),
        done=f"已提出{rule.name}，答复会显示在这里",
    )


def withdraw_form(typed: Typed) -> ActForm:
    """A request is not needed any more."""
    said = long(typed, "reasons", "原因", "对方看得到")
    return ActForm(
        title="撤回请求",
        button="撤回请求",
        effects=(Pair("之后", "还没有答复的部门不用再答复；已经答复的保留"),),
        fields=(said,),
        danger=True,
        done="已撤回请求",
    )


def complain_form(typed: Typed) -> ActForm:
    """办不成事反映."""
    return ActForm(
        title="登记办不成事反映",
        button="登记反映",
        effects=(
            Pair("谁办", "综合窗口查明情况，3 个工作日内答复申请人"),
            Pair("时限", "本事项的时限照常计算"),
        ),
        fields=(long(typed, "complaint", "反映的内容", "什么事办不成，已经跑过哪里"),),
        done="已登记，由综合窗口查明、答复",
    )


def dates_of(typed: Typed) -> tuple[str, ...]:
    """The days that were filled in."""
    return tuple(said for name in DATES if (said := typed.said(name)))


def _ask_fields(
    seen: Seen, matter: MatterView, rule: Collaboration, typed: Typed, people: tuple[Colleague, ...]
) -> Iterator[FieldView]:
    chosen = typed.many.get("departments", ())
    if rule.kind == "expert":
        yield FieldView(
            "to",
            "请哪位专家",
            FieldControl.LIST,
            error=typed.error("to"),
            options=(
                Option("", "请选择", chosen=not typed.said("to")),
                *(Option(p.id, p.name, chosen=p.id == typed.said("to")) for p in people),
            ),
        )
    else:
        yield FieldView(
            "departments",
            "向哪些部门提出",
            FieldControl.CHECKS,
            error=typed.error("departments"),
            options=tuple(
                Option(each.code, each.name, chosen=each.code in chosen)
                for each in seen.library.catalogue.departments
                if each.code not in {matter.department, WINDOW}
            ),
        )
    yield long(typed, "question", "请求的内容", _QUESTIONS[rule.kind])
    if rule.kind == "survey":
        yield from _dates(seen, typed)
    yield FieldView(
        "days",
        "几个工作日内答复",
        FieldControl.NUMBER,
        value=typed.said("days", str(rule.days)),
        error=typed.error("days"),
        hint=f"最多 {rule.at_most} 个工作日",
        max_length=2,
    )
    if rule.tacit:
        yield FieldView(
            "tacit",
            "逾期不答复",
            FieldControl.CHECKS,
            required=False,
            options=(Option("yes", "视为同意", chosen=typed.said("tacit") == "yes"),),
        )


def _dates(seen: Seen, typed: Typed) -> Iterator[FieldView]:
    hint = f"今天（{formats.short_day(seen.now, seen.now)}）之后；多提几天，容易约成"
    for number, name in enumerate(DATES, 1):
        yield FieldView(
            name,
            f"可选日期 {number}",
            FieldControl.DATE,
            value=typed.said(name),
            error=typed.error(name),
            hint=hint if number == 1 else "",
            required=number == 1,
        )


def day_list(typed: Typed) -> tuple[date, ...]:
    """The same as days; the form has looked at each."""
    return tuple(date.fromisoformat(said) for said in dates_of(typed))
