"""What may be done with a run now, by whom, and the forms that do it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.console import benefit_words as words
from api.console.fill.act_parts import Typed, long
from api.console.fill.benefits import run_url
from api.console.request import submission
from api.console.views.benefits import ActForm
from api.console.views.shared import FieldControl, FieldView, Link, Option
from api.problems import Problem, wrong
from definitions.benefits.run import FOR_PEOPLE, OVER, Pace, Phase, RunState
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.money import yuan
from definitions.rules.permissions import Act

TOLD: Mapping[str, str] = {
    "pause": "已暂停，手头的一段办完就停",
    "resume": "已继续",
    "pace": "已调速",
    "match-again": "已重新比对",
    "approve": "名单已复核",
    "return": "名单已退回",
    "cancel": "批次已取消",
    "verify": "已开始事后核查",
}
_LABELS = {"pause": "暂停", "match-again": "重新比对", "cancel": "取消批次"}
_AGAIN = "来源恢复、数据改正之后，用今天的数据重新比对；已有的复核作废。"
_VERIFY = "按现在知道的数据再看一遍已经拨付的。"
_REVIEWS = frozenset({Phase.REVIEW, Phase.SECOND_REVIEW})
_PAID_FOR = frozenset({Phase.PAYING, Phase.VERIFYING})


@dataclass(frozen=True, slots=True)
class Allowed:
    """What this person's role allows with this run."""

    runs: bool
    reviews: bool
    has_approved: bool

    @classmethod
    def of(cls, actor: Actor, state: RunState) -> "Allowed":
        """Of this actor."""
        organ = state.terms.organ
        return cls(
            runs=permissions.reaches(actor, Act.RUN_BENEFITS, organ),
            reviews=permissions.reaches(actor, Act.REVIEW_BENEFITS, organ),
            has_approved=bool(actor.people & set(state.approved_by)),
        )


def next_link(state: RunState, allowed: Allowed) -> Link | None:
    """Where the next step of a person is done."""
    if state.phase is Phase.TRIAL and allowed.runs:
        return Link("抽查试算结果", run_url(state.id, "sample"))
    if state.phase in _REVIEWS and allowed.reviews and not allowed.has_approved:
        return Link("复核名单", run_url(state.id, "list"))
    if state.phase is Phase.CLOSED:
        return Link("看结项报告", run_url(state.id, "report"))
    return None


def why_not(state: RunState, allowed: Allowed) -> str:
    """Why this person cannot do the next step; empty where there is none, or they can."""
    if state.phase is Phase.TRIAL and not allowed.runs:
        return "等主管部门的经办人抽查试算结果。"
    if state.phase in _REVIEWS:
        if not allowed.reviews:
            return "等主管部门的两个人分别复核名单。"
        if allowed.has_approved:
            return "您已经复核过，名单要由另一个人再复核一遍。"
    return ""


def approving(state: RunState, allowed: Allowed) -> ActForm | None:
    """The form by which one of two says that the list is right."""
    if state.phase not in _REVIEWS or not allowed.reviews or allowed.has_approved:
        return None
    said = "复核后开始下一阶段" if state.phase is Phase.SECOND_REVIEW else "还要另一个人复核"
    hint = f"名单 {state.listed:,} 笔，{yuan(state.listed_fen)}；{said}。"
    return ActForm("名单无误", submission(run_url(state.id, "approve")), hint=hint)


def returning(state: RunState, allowed: Allowed, filled: Typed) -> ActForm | None:
    """The form by which the list is given back."""
    if state.phase not in _REVIEWS or not allowed.reviews:
        return None
    reason = long(filled, field_id("return", "reason"), "退回理由")
    action = submission(run_url(state.id, "return"))
    return ActForm("退回名单", action, (reason,), danger=True, opens="名单有误，退回")


def steering(state: RunState, allowed: Allowed, filled: Typed) -> tuple[ActForm, ...]:
    """Everything else that may be done with the run now; what was wrong stands beside it."""
    if not allowed.runs:
        return ()
    found: list[ActForm] = []
    if state.phase not in OVER:
        going_on = _plain(state, "继续", "resume")
        found.append(going_on if state.paused else _reasoned(state, filled, "pause"))
        pace = _plain(state, "调速", "pace")
        found.append(replace(pace, fields=(_paces(state.pace),), opens="调速"))
    if state.phase in FOR_PEOPLE:
        found.append(replace(_reasoned(state, filled, "match-again"), hint=_AGAIN))
    if state.phase not in OVER | _PAID_FOR:
        found.append(replace(_reasoned(state, filled, "cancel"), danger=True))
    if state.phase is Phase.CLOSED:
        found.append(replace(_plain(state, "开始事后核查", "verify"), hint=_VERIFY))
    return tuple(found)


def field_id(act: str, name: str) -> str:
    """The id of a field of an act's form: each form of the page has its own."""
    return f"{name}-{act}" if name == "reason" else name


def _plain(state: RunState, label: str, act: str) -> ActForm:
    """An act that needs no words."""
    return ActForm(label, submission(run_url(state.id, act)))


def _reasoned(state: RunState, filled: Typed, act: str) -> ActForm:
    """An act with a reason, folded behind its name."""
    label = _LABELS[act]
    reason = long(filled, field_id(act, "reason"), f"{label}的理由")
    return replace(_plain(state, label, act), fields=(reason,), opens=label)


def wrong_day() -> Problem:
    """A day that is none."""
    return wrong("/on", "date", "日期写成 2026-11-24 这样")


def _paces(now: Pace) -> FieldView:
    hints = {Pace.FULL: "四路并行", Pace.GENTLE: "一路", Pace.CRAWL: "一路，段间停顿"}
    return FieldView(
        "pace",
        "快慢",
        FieldControl.CARDS,
        options=tuple(
            Option(each, words.PACE[each], hint=hints[each], chosen=each is now) for each in Pace
        ),
    )
