"""What beneficiaries are told, in plain Chinese. No name and no whole account number in it."""

from collections.abc import Mapping
from datetime import date

from activities.store.benefits.cases import CaseKind, CaseOutcome, CaseView
from activities.store.benefits.notices import NoticeKind
from definitions.benefits.run import Phase, RunState, Terms
from definitions.language.base import Value
from definitions.language.roles import SYSTEM
from definitions.rules.money import yuan

_RIGHT = "您可以要求说明理由，也可以要求人工复核"
# What paying tells, it words itself (`activities.benefits.reserving`, `store.benefits.settling`).
_WORDS: Mapping[NoticeKind, str] = {
    NoticeKind.ASKED: (
        "您符合“{name}”的条件，金额 {sum}。请在 {day} 前确认；不确认的，视为不需要。"
    ),
    NoticeKind.REMINDED: "提醒：“{name}”（{sum}）请在 {day} 前确认；不确认的，视为不需要。",
    NoticeKind.SILENT: "“{name}”到 {day} 没有确认，本期不发放。仍然需要的，可以要求人工复核。",
    NoticeKind.LISTED: (
        "您符合“{name}”的条件，金额 {sum}，不用申请，将拨付到{account}。" + _RIGHT + "。"
    ),
    NoticeKind.INVITED: "您可能符合“{name}”的条件，金额约 {sum}。确认后即可办理（快申快享）。",
    NoticeKind.UNKNOWN: (
        "“{name}”比对时缺少您的部分数据，没有作出结论。您可以补充数据，由人工核对（快申快享）。"
    ),
    NoticeKind.EXCLUDED: (
        "您已享受（或者将享受）与“{name}”互斥的政策，本期不重复发放。" + _RIGHT + "。"
    ),
    NoticeKind.RECOVERY: (
        "事后核查发现“{name}”多发 {sum}，请在 {day} 前退回。对此有异议的，可以提出陈述和申辩。"
    ),
}


_OWN, _BY_OTHERS, _BY_SYSTEM = (
    "您就“{name}”提出的事项已经办结：{why}。",
    "有人就您的“{name}”提出异议，已经复核：{why}。",
    "您要求由工作人员审核的“{name}”已经审核：{why}。",
)
_ENDED = {
    _OWN: {
        CaseOutcome.UPHELD: "意见成立，已经按复核结果办理",
        CaseOutcome.REJECTED: "经复核，意见不成立，原来的结论不变",
        CaseOutcome.DROPPED: "已经撤回或者终止",
    },
    _BY_OTHERS: {
        CaseOutcome.UPHELD: "异议成立，不予发放，已经发放的须退回",
        CaseOutcome.REJECTED: "异议不成立，原来的结论不变",
        CaseOutcome.DROPPED: "异议已经撤回或者终止，原来的结论不变",
    },
    _BY_SYSTEM: {
        CaseOutcome.UPHELD: "符合条件，按规定继续办理",
        CaseOutcome.REJECTED: "不符合条件，不予发放",
        CaseOutcome.DROPPED: "审核已经终止",
    },
}
_RUN_CANCELLED = "。这一批次已经取消，不再发放"


class Told(Value):
    """What one notice is about."""

    kind: NoticeKind
    terms: Terms
    fen: int = 0
    until: date | None = None
    account: str | None = None
    why: str | None = None


def say(told: Told) -> str:
    """The notice's text. Of an account only its end is shown."""
    account = told.account
    return _WORDS[told.kind].format(
        name=told.terms.name,
        sum=yuan(told.fen),
        day=told.until or "",
        account=f"尾号 {account[-4:]} 的账户" if account else "您的账户（请先补充收款账户）",
        why=told.why or "",
    )


def say_ended(state: RunState, case: CaseView, outcome: CaseOutcome) -> str:
    """What the beneficiary is told about a case that has ended, whoever had opened it."""
    words = _OWN
    if case.kind is CaseKind.OBJECTION:
        words = _BY_OTHERS
    elif case.opened_by == SYSTEM.id:
        words = _BY_SYSTEM
    why = _ENDED[words][outcome]
    if state.phase is Phase.CANCELLED and case.kind is not CaseKind.ACCOUNT:
        why += _RUN_CANCELLED
    return words.format(name=state.terms.name, why=why)
