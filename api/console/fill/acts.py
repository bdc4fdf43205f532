"""Which legal acts are open to a person on a matter now, and if one is not, why not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from activities.store.reading.bundles import BundleView
from activities.store.reading.matters import MatterView
from activities.store.reading.tasks import TaskView
from api.console.fill.extending import extendable
from api.console.fill.matters import matter_url
from api.console.fill.seen import Seen
from api.console.views.acts import ActLink
from definitions.bundle.state import BundleStatus
from definitions.language.matters import MatterDefinition
from definitions.language.roles import Role
from definitions.matter.state import (
    BEFORE_ACCEPTANCE,
    DECIDED,
    IN_HAND,
    TERMINAL,
    HearingStatus,
    MatterStatus,
    Result,
)
from definitions.matter.tasks import TaskKind
from definitions.rules.clocks import Clock, ClockKind
from definitions.rules.pending import terms
from definitions.rules.permissions import Act

_HELD = IN_HAND | {MatterStatus.SUSPENDED}
_OUT = frozenset({MatterStatus.ISSUED, MatterStatus.CLOSED})
_NOT_IN_HAND = "本事项不在办理中"


@dataclass(frozen=True, slots=True)
class Stand:
    """A matter before a person who may read it, with the application's tasks."""

    seen: Seen
    bundle: BundleView
    matter: MatterView
    tasks: Sequence[TaskView]

    @property
    def planned(self) -> MatterDefinition | None:
        """The matter's rules."""
        return self.seen.planned(self.bundle, self.matter.key)

    @property
    def is_in_hand(self) -> bool:
        """Accepted and not decided, be its clock stopped or not."""
        return self.matter.status in _HELD


@dataclass(frozen=True, slots=True)
class Prolongable:
    """A limit of the applicant that may be prolonged: by how much, ordinarily or not."""

    clock: Clock
    most: int
    ordinary: bool
    force_majeure: bool


@dataclass(frozen=True, slots=True)
class Spec:
    """An act: its address, name, the permission it needs, and why it is not open (empty: it is)."""

    slug: str
    label: str
    hint: str
    permission: Act
    why_not: Callable[[Stand], str]


def open_acts(at: Stand) -> tuple[ActLink, ...]:
    """The acts this person may do now, in the order of a matter's life."""
    base = matter_url(at.bundle.number, at.matter.key)
    found = [
        ActLink(spec.label, f"{base}/acts/{spec.slug}", spec.hint)
        for spec in SPECS
        if not refusal(at, spec)
    ]
    if _correctable(at):
        url = f"/console/bundles/{at.bundle.number}/correct"
        found.append(ActLink("当场更正", url, "申请表、材料有可以当场改的错误"))
    return tuple(found)


def refusal(at: Stand, spec: Spec) -> str:
    """Why this person cannot do it now; empty where they can."""
    actor = at.seen.actor
    if not at.seen.may(spec.permission):
        return "您的岗位不能办理这一步"
    theirs = actor.role in {Role.OFFICER, Role.APPROVER}
    if theirs and actor.department != at.matter.department:
        return "这个事项由其他部门办理"
    return spec.why_not(at)


def prolongable(at: Stand) -> tuple[Prolongable, ...]:
    """The applicant's limits that this person may prolong."""
    return tuple(_prolongable(at))


def _prolongable(at: Stand) -> Iterator[Prolongable]:
    clerk = at.seen.actor.role is Role.WINDOW_CLERK
    for view in at.matter.clocks:
        clock = view.facts
        if clock is None or not clock.runs or (clerk and clock.kind is not ClockKind.HOLD):
            continue
        times, most, majeure = _terms(at, clock.kind)
        used = sum(not extension.force_majeure for extension in clock.extensions)
        if used < times or majeure:
            yield Prolongable(clock, most, ordinary=used < times, force_majeure=majeure)


def _terms(at: Stand, kind: ClockKind) -> tuple[int, int, bool]:
    """How often, by how much, and whether for force majeure besides."""
    planned = at.planned
    if planned is None:
        return 0, 0, False
    match kind:
        case ClockKind.HOLD:
            found = planned.hold
            return found.extensions, found.extra, found.force_majeure
        case ClockKind.SUPPLEMENT:
            pending = terms(planned.accept_pending, at.seen.library.catalogue.jurisdictions)
            return (
                (pending.extensions, pending.extra, pending.force_majeure)
                if pending
                else (0, 0, False)
            )
        case ClockKind.PROMISE if planned.issue_then_supply is not None:
            later = planned.issue_then_supply
            return later.extensions, later.extra, later.force_majeure
        case ClockKind.CORRECTION if planned.examine is not None:
            return 1, planned.examine.days, True
        case ClockKind.FILING if planned.filing is not None:
            return (1 if planned.filing.extra else 0), planned.filing.extra, False
        case _:
            return 0, 0, False


def _correctable(at: Stand) -> bool:
    waiting = any(m.status in BEFORE_ACCEPTANCE for m in (*at.bundle.matters, *at.bundle.linked))
    return at.seen.may(Act.CORRECT) and waiting and at.matter.status in BEFORE_ACCEPTANCE


def _procedure(at: Stand) -> str:
    if at.matter.suspended:
        return "特别程序正在进行，先结束后才能再开始"
    return "" if at.is_in_hand else _NOT_IN_HAND


def _resume(at: Stand) -> str:
    if not at.matter.suspended:
        return "没有正在进行的特别程序"
    if at.matter.special.procedures[-1].cause == "hearing":
        return "听证以听证笔录结束，请办结“组织听证”待办"
    return ""


def _extension(at: Stand) -> str:
    if not at.is_in_hand:
        return _NOT_IN_HAND
    if any(_is_asked(at, task) for task in at.tasks):
        return "延期正在报批"
    return "" if extendable(at.matter) else "本事项的法定期限不能延长，或者已经延长、已经届满"


def _is_asked(at: Stand, task: TaskView) -> bool:
    mine = task.matter == at.matter.key and task.kind is TaskKind.EXTENSION
    return mine and task.completed_at is None and task.outcome is None


def _prolong(at: Stand) -> str:
    return "" if prolongable(at) else "没有可以展期的补正、补交期限"


def _hearing_right(at: Stand) -> str:
    if not at.is_in_hand:
        return _NOT_IN_HAND
    if at.matter.special.hearing is not None:
        return "听证权利已经告知过"
    return "" if at.planned and at.planned.hearing else "本事项没有规定听证"


def _hearing_answer(at: Stand) -> str:
    hearing = at.matter.special.hearing
    told = hearing is not None and hearing.status is HearingStatus.TOLD
    return "" if told else "现在不在要求听证的期限内"


def _hearing(at: Stand) -> str:
    if not at.is_in_hand:
        return _NOT_IN_HAND
    if at.planned is None or at.planned.hearing is None:
        return "本事项没有规定听证"
    hearing = at.matter.special.hearing
    if hearing is None or hearing.status in {HearingStatus.REQUESTED, HearingStatus.SCHEDULED}:
        return ""
    told = hearing.status is HearingStatus.TOLD
    return "等申请人答复是否要求听证" if told else "没有等待举行的听证"


def _second_notice(at: Stand) -> str:
    special = at.matter.special
    if at.matter.status != MatterStatus.SUPPLEMENTING or special.notice is None:
        return "本事项没有正在进行的补正"
    return "已经批准，还没有用" if special.overridden else ""


def _return(at: Stand) -> str:
    before = at.matter.status in BEFORE_ACCEPTANCE
    examined = at.planned is None or at.planned.examine is not None
    return "" if before and not examined else "只有尚未受理的登记申请可以退件"


def _terminate(at: Stand) -> str:
    return "" if at.is_in_hand else _NOT_IN_HAND


def _revoke(at: Stand) -> str:
    granted = at.matter.result == Result.GRANTED and at.matter.status in _OUT
    return "" if granted else "只有已经作出的准予决定可以撤销"


def _withdraw(at: Stand) -> str:
    over = at.matter.status in TERMINAL or at.matter.status in DECIDED
    running = at.bundle.status == BundleStatus.RUNNING
    return "已经作出决定或者办结的事项不能撤回" if over or not running else ""


SPECS: tuple[Spec, ...] = (
    Spec("return", "退件", "尚未受理，材料退还申请人", Act.RETURN, _return),
    Spec(
        "second-notice",
        "批准再次补正告知",
        "第一次没有写明、确有必要的",
        Act.ALLOW_SECOND_NOTICE,
        _second_notice,
    ),
    Spec("prolong", "补正展期", "申请人需要更多时间补交", Act.PROLONG, _prolong),
    Spec(
        "procedure",
        "启动特别程序",
        "检验、检测、专家评审等，时间不计入期限",
        Act.SUSPEND,
        _procedure,
    ),
    Spec("resume", "结束特别程序", "附上结果，次日起继续计时", Act.SUSPEND, _resume),
    Spec("extension", "提请延期", "期限内作不出决定，报负责人批准", Act.EXTEND, _extension),
    Spec("hearing-right", "告知听证权利", "作出决定前依法告知", Act.HEAR, _hearing_right),
    Spec(
        "hearing-answer", "记录是否要求听证", "申请人要求或者放弃", Act.ASK_HEARING, _hearing_answer
    ),
    Spec("hearing", "确定听证时间、地点", "通知申请人和利害关系人", Act.HEAR, _hearing),
    Spec("terminate", "终止办理", "客观上办不下去，原因依法列明", Act.TERMINATE, _terminate),
    Spec("withdraw", "登记撤回本事项", "申请人只撤回这一项", Act.WITHDRAW, _withdraw),
    Spec("revoke", "撤销决定", "准予决定违法，或者以欺骗取得", Act.REVOKE, _revoke),
)
