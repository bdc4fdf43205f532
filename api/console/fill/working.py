"""What somebody may do with a task now besides completing it, and what is told above it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from activities.store.reading.tasks import TaskView
from api.console import formats, words
from api.console.fill.outcomes import Ground
from api.console.fill.seen import Seen
from api.console.fill.tasks import task_url
from api.console.fill.work_forms import returns_to
from api.console.request import submission
from api.console.views.acts import ActLink
from api.console.views.desk import Move, ReturnedView, WorkLink
from api.console.views.shared import Notice, StatusView, Tone
from definitions.language.roles import Role
from definitions.matter.tasks import OPEN, TaskKind, TaskStatus
from definitions.rules.permissions import Act

_BUSY = frozenset({TaskStatus.CLAIMED, TaskStatus.IN_PROGRESS})
_LINKS: Mapping[str, tuple[str, str]] = {
    "wait": ("等待", ""),
    "hand-over": ("转交", "t"),
    "transfer": ("移送", ""),
    "return": ("退回", ""),
    "send-back": ("复核退改", ""),
    "urge": ("催办", ""),
    "recuse": ("回避", ""),
}


@dataclass(frozen=True, slots=True)
class Hands:
    """A task before a person: `people` are they and whomever they stand in for today."""

    seen: Seen
    task: TaskView
    people: frozenset[str]

    @property
    def open(self) -> bool:
        """Somebody still has to act."""
        return self.task.status in OPEN

    @property
    def mine(self) -> bool:
        """It is theirs, or that of whom they stand in for."""
        return self.open and self.task.assignee in self.people

    @property
    def workable(self) -> bool:
        """Their post may work it."""
        return self.seen.may_work(self.task)

    @property
    def reviewing(self) -> bool:
        """It is put to them to look at."""
        proposal = self.task.proposal
        return (
            self.task.status is TaskStatus.IN_REVIEW
            and proposal is not None
            and self.workable
            and proposal.by not in self.people
            and (proposal.to is None or proposal.to in self.people)
        )


def moves(hands: Hands, *, closed: bool) -> tuple[Move, ...]:
    """The acts of one button. The first is primary where the form that ends the task is closed."""
    found = tuple(_moves(hands))
    if not closed or not found:
        return found
    first = Move(found[0].label, found[0].submission, found[0].key, primary=True)
    return (first, *found[1:])


def _moves(hands: Hands) -> Iterator[Move]:
    task = hands.task
    if task.status is TaskStatus.READY and hands.workable:
        yield _move(task, "claim", "领取", "c")
    if hands.reviewing:
        yield _move(task, "approve", "同意，按拟办意见办结")
    if hands.mine and hands.workable:
        match task.status:
            case TaskStatus.CLAIMED:
                yield _move(task, "begin", "开始办理", "c")
            case TaskStatus.WAITING:
                yield _move(task, "resume", "继续办理", "c")
            case _:
                pass
        yield _move(task, "release", "放回待领")
    handed = task.handed
    if handed and handed.by in hands.people and task.status is TaskStatus.CLAIMED:
        yield _move(task, "take-back", "收回转交")


def _move(task: TaskView, slug: str, label: str, key: str = "") -> Move:
    return Move(label, submission(f"{task_url(task.id)}/{slug}", task.version), key)


def links(hands: Hands, asks: Sequence[ActLink]) -> tuple[WorkLink, ...]:
    """The acts with a page of their own; `asks` are what others may be asked."""
    base = task_url(hands.task.id)
    found = tuple(
        WorkLink(label, f"{base}/acts/{slug}", key)
        for slug, (label, key) in _LINKS.items()
        if not refusal(hands, slug)
    )
    return (*found, *(WorkLink(each.label, each.url) for each in asks))


def refusal(hands: Hands, slug: str) -> str:
    """Why this person cannot do this with the task now; empty where they can."""
    task, seen = hands.task, hands.seen
    if not hands.open:
        return "这项待办已经办结或者取消"
    free = hands.workable and (hands.mine or task.status is TaskStatus.READY)
    allowed: Mapping[str, bool] = {
        "wait": hands.mine and task.status in _BUSY,
        "hand-over": hands.mine or _assigns(hands),
        "transfer": free
        and seen.may(Act.TRANSFER)
        and task.role is Role.OFFICER
        and task.kind is not TaskKind.DECIDE
        and task.status is not TaskStatus.IN_REVIEW,
        "return": free and bool(returns_to(task)) and task.status is not TaskStatus.IN_REVIEW,
        "send-back": hands.reviewing,
        "urge": seen.may(Act.URGE),
        "recuse": seen.may(Act.RECUSE) and hands.workable,
    }
    return "" if allowed.get(slug) else "待办现在的状态，或者您的岗位，不能这样办理"


def _assigns(hands: Hands) -> bool:
    actor = hands.seen.actor
    return hands.seen.may(Act.ASSIGN) and actor.department in {None, hands.task.department}


def banners(hands: Hands, urged: str) -> Iterator[Notice]:
    """What is told above the task: for whom one acts, what it waits for, who was reminded."""
    task, seen = hands.task, hands.seen
    if hands.open and task.assignee in hands.people - {seen.actor.id}:
        absent = task.assignee_name or "同事"
        yield Notice(Tone.INFO, f"您正在代{absent}办理，记录写明两个人的姓名。")
    marked = mark(seen, task)
    if marked is not None:
        yield Notice(Tone.BAD if marked.tone is Tone.BAD else Tone.WAIT, f"{marked.label}。")
    if task.urged_at is not None and hands.open:
        at = formats.moment(task.urged_at, seen.now)
        yield Notice(Tone.BAD, f"督办人员 {at} 催办{f'：{urged}' if urged else '。'}")
    if task.status is TaskStatus.WAITING and task.waiting is not None:
        yield Notice(Tone.WAIT, f"{waiting(seen, task)}。时限照常计算。")
    if task.handed is not None and task.status is TaskStatus.CLAIMED:
        by = task.handed.by_name or "同事"
        yield Notice(Tone.INFO, f"{by} {formats.moment(task.handed.at, seen.now)} 转交。")
    if task.came_from:
        organs = "、".join(seen.organ(code) for code in task.came_from)
        yield Notice(Tone.INFO, f"由{organs}移送。")


def mark(seen: Seen, task: TaskView) -> StatusView | None:
    """督办: the last reminder the task has had, and who was told."""
    if not task.level or not task.alerted or task.status not in OPEN:
        return None
    name = seen.reminder(task.alerted, overdue=task.overdue)
    tone = Tone.WAIT if task.alerted == "holder" else Tone.BAD
    told = words.ALERTED[task.alerted]
    return StatusView(f"督办：{name}，已提醒{told}", words.SYMBOLS[tone], tone)


def waiting(seen: Seen, task: TaskView) -> str:
    """What it waits for, and until when; empty where it does not wait."""
    if task.waiting is None:
        return ""
    until = f"，到 {formats.short_day(task.waiting.until, seen.now)}" if task.waiting.until else ""
    said = "；".join(task.waiting.reasons)
    return f"{words.CAUSE[task.waiting.cause]}{until}{f'：{said}' if said else ''}"


def returned(at: Ground) -> tuple[ReturnedView, ...]:
    """Why the work came back, point by point."""
    return tuple(
        ReturnedView(
            words.FAULT[point.fault], at.seen.place(point.material, point.field), point.says
        )
        for point in at.task.returned
    )
