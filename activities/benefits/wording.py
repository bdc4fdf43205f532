"""What beneficiaries are told, in plain Chinese. No name and no whole account number in it."""

from collections.abc import Mapping
from datetime import date

from activities.store.benefits.notices import NoticeKind
from definitions.benefits.run import Terms
from definitions.language.base import Value
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
    NoticeKind.CASE: "您就“{name}”提出的事项已经办结：{why}。",
    NoticeKind.RECOVERY: (
        "事后核查发现“{name}”多发 {sum}，请在 {day} 前退回。对此有异议的，可以提出陈述和申辩。"
    ),
}


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
