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
    (TaskStatus.CLAIMED, "已领", Tone.INFO),
    (TaskStatus.IN_PROGRESS, "在办", Tone.INFO),
    (TaskStatus.WAITING, "等待", Tone.WAIT),
    (TaskStatus.IN_REVIEW, "复核中", Tone.INFO),
    (TaskStatus.COMPLETED, "已办", Tone.OK),
    (TaskStatus.RETURNED, "已退回", Tone.BAD),
    (TaskStatus.CANCELLED, "已撤回", Tone.IDLE),
    (TaskStatus.OBSOLETE, "已失效", Tone.IDLE),
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
        TaskKind.REWORK: "退回完善",
        TaskKind.CONSULTATION: "征求意见",
        TaskKind.ASSISTANCE: "行政协助",
        TaskKind.EXPERT: "专家意见",
        TaskKind.SURVEY: "踏勘约期",
        TaskKind.SITE: "联合踏勘",
        TaskKind.COMPLAINT: "办不成事",
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
        Outcome.DONE: "已办妥",
        Outcome.UNABLE: "无法协助",
        Outcome.AGREE: "同意",
        Outcome.OBJECT: "不同意",
        Outcome.TACIT: "逾期视为同意",
        Outcome.AVAILABLE: "可以参加",
        Outcome.UNAVAILABLE: "不能参加",
        Outcome.SOLVED: "已解决",
        Outcome.EXPLAINED: "已说明",
    },
)

CAUSE: Mapping[str, str] = MappingProxyType(
    {
        "applicant": "等申请人",
        "department": "等其他部门",
        "expert": "等专家意见",
        "register": "等登记库、系统",
        "other": "其他原因",
    },
)
"""What a task waits for."""

FAULT: Mapping[str, str] = MappingProxyType(
    {
        "unclear": "看不清、看不懂",
        "mismatch": "前后不一致",
        "missing": "缺少内容",
        "duplicate": "重复提交",
        "order": "办理顺序不对",
        "department": "不归本部门",
        "other": "其他",
    },
)
"""What kind of fault a return names."""

ALERTED: Mapping[str, str] = MappingProxyType(
    {"holder": "承办人", "head": "部门负责人", "supervisor": "督办"},
)
"""Who stands on a rung of the ladder of reminders."""


def outcome(kind: str, said: str) -> str:
    """How a task ended. The same outcome means another thing where receipt is examined."""
    if kind == TaskKind.RECEIPT and said == Outcome.ACCEPT:
        return "受理"
    return OUTCOME[said]


def ended(result: str | None) -> StatusView:
    """How a closed matter ended: a refusal that is closed must not look like a success."""
    if result in {None, Result.GRANTED}:
        return MATTER[MatterStatus.CLOSED]
    return MATTER[str(result)]
