"""The one vocabulary of states: name → Chinese word, symbol, tone (ui.md §4, domain.md §8.4).

Every state the engine knows stands here once (a test compares); a state without a word is an error,
never an English code on a screen.
"""

from collections.abc import Mapping
from types import MappingProxyType

from api.console.views.shared import StatusView, Tone
from definitions.bundle.state import BundleStatus
from definitions.language.roles import Role
from definitions.matter.state import (
    MaterialStatus,
    MatterStatus,
    Outcome,
    Result,
    TaskKind,
    TaskStatus,
)
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
    # Of domain.md §8.4, not reached by the engine yet.
    ("supplementing", "补正中", Tone.WAIT),
    ("not_accepted", "不予受理", Tone.BAD),
    ("deemed_accepted", "视为受理", Tone.INFO),
    ("suspended", "特别程序", Tone.PAUSE),
    ("extended", "已延期", Tone.PAUSE),
    ("revoked", "撤销", Tone.BAD),
)

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
        ClockKind.HOLD: "容缺收件",
        ClockKind.SUPPLEMENT: "容缺补齐",
        ClockKind.PUBLICITY: "公示",
        ClockKind.FILING: "申请期",
    },
)

MODE: Mapping[str, str] = MappingProxyType({"hold": "容缺收件", "accept_pending": "容缺受理"})

TASK_KIND: Mapping[str, str] = MappingProxyType(
    {
        TaskKind.REVIEW: "审查",
        TaskKind.DECIDE: "决定",
        TaskKind.CHECK: "复核补件",
        TaskKind.OBJECTION: "处理异议",
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
    },
)

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
        "matter_lapsed": "退件（视为撤回）",
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
