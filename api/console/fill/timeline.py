"""What happened, as people read it: acts of people and milestones open, the rest folded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from activities.store.reading import timeline as reading
from api.console import formats, words
from api.console.event_words import EVENT
from api.console.fill.application import written
from api.console.fill.seen import Seen
from api.console.views.shared import Link, TimelineEntry
from definitions.language.roles import Role

SYSTEM_NAME = "一件事系统"
# What follows by itself and still matters to anybody who asks how the case went.
_MILESTONES = frozenset(
    {
        *("matter_held", "matter_accepted", "matter_accepted_pending", "supplement_completed"),
        *("filing_opened", "publicity_opened", "publicity_ended", "matter_awaits_supplement"),
        *("document_issued", "matter_closed", "matter_lapsed", "matter_terminated"),
        *("clock_expired", "bundle_closed", "bundle_followed", "bundle_reopened"),
        *("matter_not_accepted", "matter_deemed_accepted", "supplement_noticed", "reminded"),
        *("supplement_arrived", "procedure_ended", "hearing_waived", "basis_lost"),
        *("promise_opened", "promise_kept", "promise_broken", "rectification_ordered"),
        *("credit_recorded", "matter_revoked", "calendar_replaced"),
        *("task_escalated", "consent_deemed"),
    }
)
# Told by the decision itself where a person decided; told here where only time did.
_BY_TIME = frozenset({"matter_granted", "matter_refused"})
_TO: Mapping[str, str] = {
    "task_handed_over": "交给{}",
    "task_proposed": "请{}复核",
    "officer_recused": "{}不再看到、办理本件",
}
_AT_COUNTER: Mapping[str, str] = {"counter": "窗口领取", "post": "邮寄"}
_ABOUT_TASK = frozenset(
    {
        *("task_claimed", "task_released", "task_opened", "task_cancelled", "task_begun"),
        *("task_waits", "task_resumed", "task_handed_over", "task_taken_back", "task_sent_back"),
        *("task_transferred", "task_returned", "task_urged", "consent_deemed"),
    }
)


def entries(seen: Seen, found: Iterable[reading.TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """The events, in the order given. Claiming in the act of completing is told by the latter."""
    every = tuple(found)
    completing = {each.act for each in every if each.kind == "task_completed"}
    return tuple(
        replace(_entry(seen, each), system=True)
        if each.kind == "task_claimed" and each.act in completing
        else _entry(seen, each)
        for each in every
    )


def last_change(seen: Seen, found: Iterable[reading.TimelineEntry]) -> str:
    """Who else changed what when, newest first: what a conflict is told with."""
    others = (each for each in found if each.actor != seen.actor.id and _tells_who(each))
    each = next(others, None)
    if each is None:
        return ""
    said = _entry(seen, each)
    who = said.person or said.organ
    return f"{who} {formats.moment(each.at, seen.now)} {said.act}"


def _entry(seen: Seen, each: reading.TimelineEntry) -> TimelineEntry:
    by_person = _is_own(each)
    return TimelineEntry(
        at=each.at,
        organ=_organ(seen, each) if by_person else (each.department_name or SYSTEM_NAME),
        person=_person(each) if by_person else "",
        act=_act(seen, each),
        matter=each.matter_name or "",
        remark=_remark(seen, each),
        document=_document(each),
        system=not by_person and not _is_milestone(each),
    )


def _is_own(each: reading.TimelineEntry) -> bool:
    """Handing a paper out is a person's act too; electronic delivery follows by itself."""
    return not each.system or (each.kind == "document_delivered" and each.way in _AT_COUNTER)


def _tells_who(each: reading.TimelineEntry) -> bool:
    """An act of a person, or something that only time brought about."""
    by_time = each.actor_role == Role.SYSTEM and each.kind in _MILESTONES
    return _is_own(each) or by_time


def _is_milestone(each: reading.TimelineEntry) -> bool:
    if each.kind in _BY_TIME:
        return each.actor_role == Role.SYSTEM
    return each.kind in _MILESTONES


def _organ(seen: Seen, each: reading.TimelineEntry) -> str:
    return seen.organ(each.actor_department) or _role(each)


def _person(each: reading.TimelineEntry) -> str:
    """Who acted; for whom, where somebody was absent (代办)."""
    name = each.actor_name or _role(each)
    return f"{name}（代{each.stands_for_name}）" if each.stands_for_name else name


def _role(each: reading.TimelineEntry) -> str:
    return words.ROLE.get(each.actor_role, "")


def _act(seen: Seen, each: reading.TimelineEntry) -> str:
    said = EVENT[each.kind]
    of_task = _task_act(seen, each, said)
    if of_task:
        return of_task
    if each.kind in {"procedure_started", "procedure_ended"} and each.procedure:
        return f"{said}：{each.procedure}"
    if each.kind == "reminded" and each.clock:
        return f"{said}（{words.CLOCK[each.clock]}期限前 {each.days} 个工作日）"
    if each.kind == "matter_lapsed" and each.lapse:
        return f"逾期未补，{words.LAPSE[each.lapse]}"
    if each.kind == "clock_expired" and each.clock:
        return f"{words.CLOCK[each.clock]}期限届满"
    if each.kind == "document_delivered" and each.way is not None and each.way in _AT_COUNTER:
        return f"{said}（{_AT_COUNTER[each.way]}）"
    return said


def _task_act(seen: Seen, each: reading.TimelineEntry, said: str) -> str:
    """An act on a task names it; empty for what is none."""
    name = each.task_name
    how = words.outcome(each.task_kind or "", each.outcome) if each.outcome else ""
    match each.kind:
        case "task_completed" if how:
            return f"{name or '办理'}：{how}"
        case "task_proposed" if how:
            return f"{said}：{name or '办理'}，拟{how}"
        case "task_escalated":
            return f"{said}：{seen.rung(each.rung)}"
        case "task_opened" if name and not each.system:
            return f"提出{name}"
        case "task_cancelled" if name and not each.system:
            return f"撤回请求：{name}"
        case kind if kind in _ABOUT_TASK and name:
            return f"{said}：{name}"
        case _:
            return ""


def _remark(seen: Seen, each: reading.TimelineEntry) -> str:
    bases = [seen.basis(basis) for basis in each.bases]
    parts = (
        each.material_name or "",
        *_details(seen, each),
        each.reason or "",
        "；".join(said.rstrip("。") for said in each.reasons if said),
        "依据：" + "、".join(f"《{b.law}》{b.article}" for b in bases) if bases else "",
    )
    return "。".join(part.rstrip("。") for part in parts if part)


def _details(seen: Seen, each: reading.TimelineEntry) -> Iterator[str]:
    """What single kinds of events tell besides: how long, when and where, what became what."""
    if each.days and each.kind in {"procedure_started", "clock_extended"}:
        yield f"预计 {each.days} 个工作日" if each.procedure else f"延长 {each.days} 日"
    if each.on is not None:
        yield f"{formats.day(each.on, seen.now)} {formats.clock(each.on)}"
    if each.place:
        yield f"地点：{each.place}"
    if each.becomes is not None:
        yield _corrected(seen, each, each.becomes)
    if each.despite:
        yield f"告知后申请人坚持申请：{'；'.join(each.despite)}"
    if each.organ:
        yield f"应当向{each.organ}申请"
    if each.mode:
        yield words.MODE[each.mode]
    if each.grade:
        yield words.CREDIT[each.grade]
    yield from _of_task(seen, each)


def _of_task(seen: Seen, each: reading.TimelineEntry) -> Iterator[str]:
    """Whose a task is now, what it waits for, who was reminded, why it went back."""
    if each.to_name:
        yield _TO.get(each.kind, "{}").format(each.to_name)
    if each.to_department and (each.kind == "task_transferred" or not each.system):
        yield f"由{seen.organ(each.to_department)}办理"
    if each.cause:
        until = f"，到 {formats.day(each.until, seen.now)}" if each.until else ""
        yield f"{words.CAUSE[each.cause]}{until}"
    if each.kind == "task_escalated" and each.to:
        yield f"{each.task_name or '待办'}，提醒{words.ALERTED[each.to]}"
    for point in each.faults:
        about = seen.place(point.material, point.field)
        yield f"{words.FAULT[point.fault]}：{f'“{about}”' if about else ''}{point.says}"


def _corrected(seen: Seen, each: reading.TimelineEntry, becomes: str) -> str:
    """The field before and after; an identity number shows its ends only."""
    asked = seen.field(each.field)
    if asked is None:
        return f"申请表：“{formats.known(each.was or '')}”改为“{becomes}”"
    was = written(asked, each.was) if each.was else formats.UNKNOWN
    return f"{asked.label}：“{was}”改为“{written(asked, becomes)}”"


def _document(each: reading.TimelineEntry) -> Link | None:
    if each.document is None or each.document_name is None:
        return None
    return Link(each.document_name, f"/console/documents/{each.document}")
