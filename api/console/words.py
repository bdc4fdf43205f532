"""The one vocabulary of states: name → Chinese word, symbol, tone (ui.md §4, domain.md §8.4).

Every state the engine knows stands here once (a test compares); a state without a word is an error,
never an English code on a screen.
"""

from collections.abc import Mapping
from types import MappingProxyType

from api.console.views.shared import StatusView, Tone
from definitions.bundle.state import BundleStatus
from definitions.language.clocks import ExtendedBy
from definitions.language.pending import Credit, Lapse, Mode
from definitions.language.receipt import NotAccepted
from definitions.language.roles import Role
from definitions.matter.state import (
    HearingStatus,
    MaterialStatus,
    MatterStatus,
    PromiseStatus,
    Result,
)
from definitions.matter.tasks import Outcome, TaskKind, TaskStatus
from definitions.rules.clocks import ClockKind

SYMBOLS: Mapping[Tone, str] = MappingProxyType(
    {
        Tone.IDLE: "○",
        Tone.INFO: "◐",
        Tone.WAIT: "△",
        Tone.PAUSE: "‖",
        Tone.OK: "✓",
        Tone.BAD: "✕",
    },
)


def _words(*words: tuple[str, str, Tone]) -> Mapping[str, StatusView]:
    return MappingProxyType(
        {name: StatusView(label, SYMBOLS[tone], tone) for name, label, tone in words},
    )


BUNDLE = _words(
    ("draft", "暂存", Tone.IDLE),
    ("handed_over", "待认领", Tone.IDLE),
    ("registering", "已接收，正在登记", Tone.INFO),
    (BundleStatus.RUNNING, "办理中", Tone.INFO),
    (BundleStatus.FOLLOWED, "结果已出，承诺待履行", Tone.WAIT),
    (BundleStatus.CLOSED, "办结", Tone.OK),
)

MATTER = _words(
    (MatterStatus.PLANNED, "待前置", Tone.IDLE),
    (MatterStatus.TO_FILE, "待申请", Tone.WAIT),
    (MatterStatus.RECEIVED, "收件", Tone.INFO),
    (MatterStatus.HOLDING, "容缺收件", Tone.WAIT),
    (MatterStatus.ACCEPTED, "受理", Tone.INFO),
    (MatterStatus.ACCEPTED_PENDING, "容缺受理", Tone.WAIT),
    (MatterStatus.REVIEWING, "审查", Tone.INFO),
    (MatterStatus.REVIEWED_AWAITING_SUPPLEMENT, "审结待补", Tone.WAIT),
    (MatterStatus.GRANTED, "准予", Tone.OK),
    (MatterStatus.REFUSED, "不予", Tone.BAD),
    (MatterStatus.ISSUED, "制证", Tone.OK),
    (MatterStatus.CLOSED, "办结", Tone.OK),
    (MatterStatus.NOT_NEEDED, "无需办理", Tone.IDLE),
    (MatterStatus.LAPSED, "退件", Tone.BAD),
    (MatterStatus.WITHDRAWN, "撤回", Tone.IDLE),
    (MatterStatus.TERMINATED, "终止", Tone.BAD),
    (MatterStatus.SUPPLEMENTING, "补正中", Tone.WAIT),
    (MatterStatus.NOT_ACCEPTED, "不予受理", Tone.BAD),
    (MatterStatus.DEEMED_ACCEPTED, "视为受理", Tone.INFO),
    (MatterStatus.SUSPENDED, "特别程序", Tone.PAUSE),
    (MatterStatus.REVOKED, "撤销", Tone.BAD),
)

EXTENDED = StatusView("已延期", SYMBOLS[Tone.PAUSE], Tone.PAUSE)
DEEMED = MATTER[MatterStatus.DEEMED_ACCEPTED]
BASIS_LOST = StatusView("所依据的决定已撤销", SYMBOLS[Tone.BAD], Tone.BAD)
"""What is said of a matter beside its state."""

TASK = _words(
    (TaskStatus.READY, "待领", Tone.IDLE),
    (TaskStatus.CLAIMED, "在办", Tone.INFO),
    (TaskStatus.COMPLETED, "已办", Tone.OK),
    (TaskStatus.CANCELLED, "取消", Tone.IDLE),
)

MATERIAL: Mapping[str, StatusView] = MappingProxyType(
    {
        **_words(
            (MaterialStatus.PENDING, "待补", Tone.WAIT),
            (MaterialStatus.SUPPLIED, "已补待核", Tone.INFO),
            (MaterialStatus.SATISFIED, "已收", Tone.OK),
            (MaterialStatus.REFUSED, "退回重补", Tone.BAD),
        ),
        # 免交 is neither an open nor a done thing for the applicant: a dash, no hue (ui.md §5.3).
        MaterialStatus.WAIVED: StatusView("免交", "–", Tone.IDLE),
        MaterialStatus.PROMISED: StatusView("以承诺代替", "–", Tone.IDLE),
    },
)

FILE = _words(
    ("checking", "检查中", Tone.INFO),
    ("kept", "已保存", Tone.OK),
    ("failed", "没有传成，请重试", Tone.BAD),
)

RECEIVED = StatusView("已收件", SYMBOLS[Tone.OK], Tone.OK)
"""The first step on the public page: for the applicant, having handed in is something done."""

DELIVERY = _words(
    ("electronic", "已电子送达", Tone.OK),
    ("ready", "待领取", Tone.WAIT),
    ("delivered", "已送达", Tone.OK),
)

ROLE: Mapping[str, str] = MappingProxyType(
    {
        Role.WINDOW_CLERK: "综合窗口",
        Role.VIRTUAL_WINDOW_AGENT: "虚拟窗口协办",
        Role.OFFICER: "部门经办",
        Role.APPROVER: "部门审批",
        Role.SUPERVISOR: "督办",
        Role.POLICY_OFFICER: "政策管理",
        Role.ADMINISTRATOR: "系统管理",
        Role.DEPARTMENT_SYSTEM: "部门系统",
        Role.APPLICANT: "申请人",
        Role.SYSTEM: "一件事系统",
    },
)

CLOCK: Mapping[str, str] = MappingProxyType(
    {
        ClockKind.PROMISED: "承诺",
        ClockKind.STATUTORY: "法定",
        ClockKind.INTERNAL: "内部",
        ClockKind.ACCEPTANCE: "受理审查",
        ClockKind.CORRECTION: "补正",
        ClockKind.HOLD: "容缺收件",
        ClockKind.SUPPLEMENT: "容缺补齐",
        ClockKind.FILING: "申请期",
        ClockKind.DUTY: "申请人办理",
        ClockKind.PUBLICITY: "公示",
        ClockKind.HEARING_REQUEST: "要求听证",
        ClockKind.HEARING: "组织听证",
        ClockKind.PROCEDURE: "特别程序",
        ClockKind.RENEWAL: "延续",
        ClockKind.DELIVERY: "送达",
        ClockKind.DISCLOSURE: "公开决定",
        ClockKind.PROMISE: "承诺补交",
        ClockKind.VERIFICATION: "核查",
        ClockKind.RECTIFICATION: "整改",
    },
)

CORRECTION = "correction"
MODE: Mapping[str, str] = MappingProxyType(
    {
        Mode.HOLD: "容缺收件",
        Mode.ACCEPT_PENDING: "容缺受理",
        Mode.ISSUE_THEN_SUPPLY: "承诺制容缺办结",
        Mode.INFORM_COMMIT: "告知承诺",
        CORRECTION: "补正",
    },
)
"""How a gap is borne; 补正 is no mode, but waits for the applicant like one."""

EFFECT: Mapping[str, str] = MappingProxyType(
    {
        Mode.HOLD: "补齐前不受理，时限未起算",
        Mode.ACCEPT_PENDING: "补齐前不发证，审查照常",
        Mode.ISSUE_THEN_SUPPLY: "结果已出，逾期影响信用",
        Mode.INFORM_COMMIT: "办后核查，不实的撤销决定",
        CORRECTION: "补齐后受理，时限未起算",
    },
)
"""What being missing means in each mode: never the same word for two of them (ui.md §9)."""

LAPSE: Mapping[str, str] = MappingProxyType(
    {
        Lapse.RETURNED: "退件",
        Lapse.DEEMED_WITHDRAWN: "视为撤回申请",
        Lapse.ACCEPTANCE_REVOKED: "撤销受理",
        Lapse.REFUSED: "不予许可",
        Lapse.TERMINATED: "终止办理",
    },
)

CREDIT: Mapping[str, str] = MappingProxyType(
    {
        Credit.NONE: "不影响信用",
        Credit.NOT_ELIGIBLE: "信用修复前不能再用容缺、承诺办理",
        Credit.PUBLIC_RECORD: "记入公共信用信息，修复前不能再用容缺、承诺办理",
    },
)

NOT_ACCEPTED: Mapping[str, str] = MappingProxyType(
    {
        NotAccepted.NOT_REQUIRED: "不需要取得许可",
        NotAccepted.NOT_COMPETENT: "不属于本机关职权",
        NotAccepted.BARRED: "申请人在限制申请的期限内",
    },
)

EXTENDED_BY: Mapping[str, str] = MappingProxyType(
    {
        ExtendedBy.ORGAN_HEAD: "本机关负责人",
        ExtendedBy.GOVERNMENT_HEAD: "区政府负责人",
    },
)

HEARING = _words(
    (HearingStatus.TOLD, "已告知权利，等申请人答复", Tone.WAIT),
    (HearingStatus.REQUESTED, "要举行，时间未定", Tone.PAUSE),
    (HearingStatus.SCHEDULED, "已定时间、地点", Tone.PAUSE),
    (HearingStatus.HELD, "已举行", Tone.OK),
    (HearingStatus.WAIVED, "不举行", Tone.IDLE),
)

PROMISE = _words(
    (PromiseStatus.OPEN, "待履行", Tone.WAIT),
    (PromiseStatus.RECTIFYING, "限期整改中", Tone.WAIT),
    (PromiseStatus.KEPT, "已履行", Tone.OK),
    (PromiseStatus.BROKEN, "未履行", Tone.BAD),
)

TASK_KIND: Mapping[str, str] = MappingProxyType(
    {
        TaskKind.RECEIPT: "受理审查",
        TaskKind.REVIEW: "审查",
        TaskKind.DECIDE: "决定",
        TaskKind.CHECK: "复核补件",
        TaskKind.OBJECTION: "处理异议",
        TaskKind.EXTENSION: "批准延期",
        TaskKind.HEARING: "组织听证",
        TaskKind.VERIFICATION: "核查承诺",
        TaskKind.REVOCATION: "审查撤销",
    },
)

OUTCOME: Mapping[str, str] = MappingProxyType(
    {
        Outcome.PASS: "通过",
        Outcome.ADVISE_REFUSAL: "建议不予",
        Outcome.GRANT: "准予",
        Outcome.REFUSE: "不予",
        Outcome.ACCEPT: "核对无误",
        Outcome.REJECT: "退回重补",
        Outcome.UPHOLD: "异议成立",
        Outcome.DISMISS: "异议不成立",
        Outcome.ASK_SUPPLEMENT: "一次性告知补正",
        Outcome.NOT_REQUIRED: "不需要许可",
        Outcome.NOT_COMPETENT: "不属本机关",
        Outcome.APPROVE: "批准延期",
        Outcome.DECLINE: "不批准",
        Outcome.HELD: "听证已举行",
        Outcome.CONFIRM: "属实",
        Outcome.RECTIFY: "责令整改",
        Outcome.UNTRUE: "不属实",
        Outcome.REVOKE: "撤销决定",
        Outcome.KEEP: "维持决定",
    },
)


def outcome(kind: str, said: str) -> str:
    """How a task ended. The same outcome means another thing where receipt is examined."""
    if kind == TaskKind.RECEIPT and said == Outcome.ACCEPT:
        return "受理"
    return OUTCOME[said]


EVENT: Mapping[str, str] = MappingProxyType(
    {
        "bundle_started": "收件",
        "bundle_closed": "全部办结",
        "matter_not_needed": "无需办理",
        "filing_opened": "申请期开始",
        "matter_filed": "申请人提出申请",
        "matter_received": "收件",
        "matter_held": "容缺收件",
        "matter_accepted": "受理",
        "matter_accepted_pending": "容缺受理",
        "supplement_completed": "材料补齐",
        "publicity_opened": "公示开始",
        "publicity_ended": "公示期满",
        "objection_raised": "收到异议",
        "matter_awaits_supplement": "审结待补",
        "matter_granted": "准予",
        "matter_refused": "不予",
        "matter_issued": "制证",
        "matter_closed": "办结",
        "matter_not_accepted": "不予受理",
        "matter_deemed_accepted": "逾期没有告知，视为受理",
        "supplement_noticed": "一次性告知补正",
        "supplement_arrived": "补正材料到齐，重新核对",
        "second_notice_allowed": "督办批准再次告知",
        "form_corrected": "当场更正申请内容",
        "material_replaced": "当场更换材料",
        "procedure_started": "特别程序开始，次日起不计时",
        "procedure_ended": "特别程序结束，次日起继续计时",
        "clock_extended": "延长期限",
        "reminded": "提醒申请人补交",
        "hearing_told": "告知听证权利",
        "hearing_requested": "决定举行听证",
        "hearing_scheduled": "通知听证时间、地点",
        "hearing_held": "举行听证",
        "hearing_waived": "不举行听证",
        "calendar_replaced": "工作日历更新，期限重算",
        "matter_returned": "退件",
        "matter_revoked": "撤销决定",
        "basis_lost": "所依据的决定已撤销",
        "decision_disclosed": "公开决定",
        "promise_opened": "结果已出，承诺待履行",
        "promise_kept": "承诺已履行",
        "promise_broken": "承诺未履行",
        "rectification_ordered": "责令限期整改",
        "credit_recorded": "记录失信后果",
        "bundle_followed": "结果均已作出，承诺待履行",
        "bundle_reopened": "办结后又有事要办",
        "matter_lapsed": "逾期未补，退件",
        "matter_terminated": "终止",
        "matter_withdrawn": "申请人撤回",
        "clock_expired": "超过时限",
        "task_opened": "分派待办",
        "task_claimed": "领取待办",
        "task_released": "放回待领",
        "task_completed": "办完待办",
        "task_cancelled": "取消待办",
        "material_supplied": "补交材料",
        "material_accepted": "材料核对无误",
        "material_rejected": "材料退回重补",
        "material_produced": "由事项产生材料",
        "document_issued": "出具文书",
        "document_delivered": "送达文书",
    },
)
"""What happened, as the timeline says it."""


def ended(result: str | None) -> StatusView:
    """How a closed matter ended: a refusal that is closed must not look like a success."""
    if result in {None, Result.GRANTED}:
        return MATTER[MatterStatus.CLOSED]
    return MATTER[str(result)]
