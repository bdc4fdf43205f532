"""The vocabulary of benefits: runs, entitlements, cases and money in Chinese words.

Beside `words`, which has that of applications; a test holds every closed list complete.
"""

from collections.abc import Mapping
from types import MappingProxyType

from api.console.views.shared import StatusView, Tone
from api.console.words import SYMBOLS
from definitions.benefits.entitlement import Status
from definitions.benefits.ledger import Account, EntryKind
from definitions.benefits.run import Cause, Pace, Phase
from definitions.language.benefits import SubjectKind, Verdict, Way


def _word(label: str, tone: Tone) -> StatusView:
    return StatusView(label, SYMBOLS[tone], tone)


PHASE: Mapping[Phase, StatusView] = MappingProxyType(
    {
        Phase.SNAPSHOT: _word("固定数据", Tone.INFO),
        Phase.MATCHING: _word("比对", Tone.INFO),
        Phase.TRIAL: _word("待试算抽查", Tone.WAIT),
        Phase.LISTING: _word("生成名单", Tone.INFO),
        Phase.REVIEW: _word("待名单复核", Tone.WAIT),
        Phase.SECOND_REVIEW: _word("待第二人复核", Tone.WAIT),
        Phase.WISH: _word("意愿确认", Tone.INFO),
        Phase.PUBLICITY: _word("公示", Tone.INFO),
        Phase.PAYING: _word("拨付", Tone.INFO),
        Phase.VERIFYING: _word("事后核查", Tone.INFO),
        Phase.CLOSED: _word("结项", Tone.OK),
        Phase.CANCELLED: _word("取消", Tone.IDLE),
    }
)
PAUSED = _word("已暂停", Tone.PAUSE)

STATUS: Mapping[Status, StatusView] = MappingProxyType(
    {
        Status.LISTED: _word("在名单", Tone.INFO),
        Status.STRUCK: _word("移出名单", Tone.IDLE),
        Status.EXCLUDED: _word("互斥，不重复享受", Tone.IDLE),
        Status.ASKED: _word("待确认意愿", Tone.WAIT),
        Status.CONFIRMED: _word("已确认", Tone.INFO),
        Status.DECLINED: _word("已放弃", Tone.IDLE),
        Status.SILENT: _word("未确认", Tone.IDLE),
        Status.INVITED: _word("待申领", Tone.WAIT),
        Status.OBJECTED: _word("异议处理中", Tone.WAIT),
        Status.CLEARED: _word("待拨付", Tone.INFO),
        Status.HELD: _word("待核对", Tone.PAUSE),
        Status.STOPPED: _word("不再发放", Tone.BAD),
        Status.SHORT: _word("预算不足", Tone.WAIT),
        Status.RESERVED: _word("已预留资金", Tone.INFO),
        Status.SENT: _word("已送财政", Tone.INFO),
        Status.PAID: _word("已到账", Tone.OK),
        Status.FAILED: _word("没有到账", Tone.BAD),
        Status.RECOVERING: _word("追回中", Tone.WAIT),
        Status.RECOVERED: _word("已追回", Tone.OK),
        Status.CANCELLED: _word("已取消", Tone.IDLE),
    }
)

VERDICT: Mapping[Verdict, StatusView] = MappingProxyType(
    {
        Verdict.HIT: _word("符合", Tone.OK),
        Verdict.MISS: _word("不符合", Tone.IDLE),
        Verdict.UNKNOWN: _word("数据缺失", Tone.WAIT),
        Verdict.EXCLUDED: _word("排除", Tone.BAD),
    }
)
NEAR = _word("差一点", Tone.WAIT)

KIND: Mapping[SubjectKind, str] = MappingProxyType(
    {SubjectKind.FIRM: "企业", SubjectKind.PERSON: "个人"}
)
WAY: Mapping[Way, str] = MappingProxyType(
    {Way.DIRECT: "直接兑现", Way.CONFIRM: "一键确认", Way.INVITE: "快申快享"}
)
PACE: Mapping[Pace, str] = MappingProxyType({Pace.FULL: "快", Pace.GENTLE: "缓", Pace.CRAWL: "慢"})
CAUSE: Mapping[Cause, str] = MappingProxyType(
    {Cause.BY_HAND: "经办人发起", Cause.SCHEDULE: "按日程自动发起", Cause.FACTS: "新数据到达"}
)

CASE: Mapping[str, str] = MappingProxyType(
    {
        "objection": "公示异议",
        "review": "人工复核",
        "correction": "更正数据",
        "account": "更正账户",
        "unknown": "数据缺失核对",
        "recovery": "对追回的异议",
        "verification": "事后核查",
    }
)
OUTCOME: Mapping[str, StatusView] = MappingProxyType(
    {
        "upheld": _word("成立", Tone.OK),
        "rejected": _word("不成立", Tone.IDLE),
        "dropped": _word("撤回或者终止", Tone.IDLE),
    }
)
CASE_OPEN = _word("处理中", Tone.WAIT)

INSTRUCTION: Mapping[str, StatusView] = MappingProxyType(
    {
        "ready": _word("待送", Tone.IDLE),
        "sent": _word("已送财政", Tone.INFO),
        "paid": _word("已到账", Tone.OK),
        "failed": _word("没有到账", Tone.BAD),
    }
)
ENTRY: Mapping[EntryKind, str] = MappingProxyType(
    {
        EntryKind.RESERVE: "预留",
        EntryKind.RELEASE: "释放",
        EntryKind.PAY: "拨付",
        EntryKind.RETURN: "退回",
        EntryKind.OFFSET: "抵扣",
    }
)

EVENT: Mapping[str, str] = MappingProxyType(
    {
        "run_begun": "发起批次",
        "facts_frozen": "数据已固定",
        "match_reported": "比对完成",
        "trial_passed": "试算抽查通过",
        "sample_failed": "试算抽查不合格",
        "matched_again": "重新比对",
        "list_reported": "名单生成",
        "list_approved": "名单复核通过",
        "list_returned": "名单退回",
        "span_opened": "开始",
        "span_ended": "结束",
        "paying_begun": "开始拨付",
        "run_paused": "暂停",
        "run_resumed": "继续",
        "pace_set": "调速",
        "run_cancelled": "取消批次",
        "run_closed": "结项",
        "verification_begun": "开始事后核查",
    }
)

# Codes that entitlements carry; what is none of these is a condition or a person's own words.
WHY: Mapping[str, str] = MappingProxyType(
    {
        "not-found-again": "重新比对后不再符合",
        "opted-out": "本人选择不享受",
        "automated-refused": "本人拒绝自动化决定，转人工复核",
        "no_account": "没有登记收款账户",
        "budget": "预算不足，等追加预算",
        "objection-upheld": "公示异议成立",
        "review-rejected": "人工复核认为不符合",
        "upheld": "本人的意见成立",
        "corrected": "数据更正后重新比对",
        "run-cancelled": "批次取消",
        "amount": "事后核查的金额少于已拨付的",
        "account_refused": "收款账户退回",
        "refused": "财政部门没有受理",
        "never_arrived": "财政部门没有收到，没有拨付",
        "given_up": "没有送出，不再拨付",
    }
)
ACCOUNT: Mapping[Account, str] = MappingProxyType(
    {
        Account.BUDGET: "预算",
        Account.RESERVED: "预留",
        Account.PAID: "已拨付",
        Account.RETURNED: "收回",
    }
)
