"""What beneficiaries are told, in plain Chinese. No name and no whole account number in it."""

from datetime import date

from activities.store.benefits.notices import NoticeKind
from definitions.benefits.run import Terms
from definitions.language.base import Value
from definitions.rules.money import yuan

_RIGHT = "您可以要求说明理由，也可以要求人工复核"


class Told(Value):
    """What one notice is about."""

    kind: NoticeKind
    terms: Terms
    fen: int = 0
    until: date | None = None
    account: str | None = None
    why: str | None = None


def say(told: Told) -> str:
    """The notice's text."""
    name, sum_ = told.terms.name, yuan(told.fen)
    day = f"{told.until:%Y-%m-%d}" if told.until else ""
    match told.kind:
        case NoticeKind.ASKED:
            return f"您符合“{name}”的条件，金额 {sum_}。请在 {day} 前确认；不确认的，视为不需要。"
        case NoticeKind.REMINDED:
            return f"提醒：“{name}”（{sum_}）请在 {day} 前确认；不确认的，视为不需要。"
        case NoticeKind.SILENT:
            return f"“{name}”到 {day} 没有确认，本期不发放。仍需要的，请联系主管部门。"
        case NoticeKind.LISTED:
            return f"您符合“{name}”的条件，金额 {sum_}，不用申请，将拨付到{_to(told.account)}。{_RIGHT}。"
        case NoticeKind.INVITED:
            return f"您可能符合“{name}”的条件，金额约 {sum_}。确认后即可办理（快申快享）。"
        case NoticeKind.UNKNOWN:
            return f"“{name}”比对时缺少您的部分数据，没有作出结论。您可以补充数据，由人工核对（快申快享）。"
        case NoticeKind.EXCLUDED:
            return f"您已享受（或者将享受）与“{name}”互斥的政策，本期不重复发放。{_RIGHT}。"
        case NoticeKind.STOPPED:
            return f"“{name}”（{sum_}）不再发放：{told.why}。{_RIGHT}。"
        case NoticeKind.HELD:
            return f"“{name}”（{sum_}）拨付前的核对缺少数据，暂缓发放，数据齐后继续。"
        case NoticeKind.CASE:
            return f"您就“{name}”提出的事项已经办结：{told.why}。"
        case NoticeKind.RECOVERY:
            return (
                f"事后核查发现“{name}”多发 {sum_}，请在 {day} 前退回。"
                "对此有异议的，可以提出陈述和申辩。"
            )
        case NoticeKind.RECOVERED:
            return f"“{name}”应退回的 {sum_} 已经结清。"
        case NoticeKind.PAID:
            return f"“{name}”{sum_} 已经拨付到{_to(told.account)}。"
        case NoticeKind.FAILED:
            return f"“{name}”{sum_} 没有拨付成功：{told.why}。请更正收款账户。"


def _to(account: str | None) -> str:
    return f"尾号 {account[-4:]} 的账户" if account else "您的账户（请先补充收款账户）"
