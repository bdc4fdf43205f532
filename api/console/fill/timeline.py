"""What happened, as people read it: acts of people and milestones open, the rest folded."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from activities.store.reading import timeline as reading
from api.console import formats, words
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
        *("clock_expired", "bundle_closed"),
    }
)
# Told by the decision itself where a person decided; told here where only time did.
_BY_TIME = frozenset({"matter_granted", "matter_refused"})
_AT_COUNTER: Mapping[str, str] = {"counter": "窗口领取", "post": "邮寄"}
_ABOUT_TASK = frozenset({"task_claimed", "task_released", "task_opened", "task_cancelled"})


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
        person=(each.actor_name or _role(each)) if by_person else "",
        act=_act(each),
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


def _role(each: reading.TimelineEntry) -> str:
    return words.ROLE.get(each.actor_role, "")


def _act(each: reading.TimelineEntry) -> str:
    said = words.EVENT[each.kind]
    if each.kind == "task_completed" and each.outcome:
        return f"{each.task_name or '办理'}：{words.OUTCOME[each.outcome]}"
    if each.kind in _ABOUT_TASK and each.task_name:
        return f"{said}：{each.task_name}"
    if each.kind == "clock_expired" and each.clock:
        return f"{words.CLOCK[each.clock]}期限届满"
    if each.kind == "document_delivered" and each.way is not None and each.way in _AT_COUNTER:
        return f"{said}（{_AT_COUNTER[each.way]}）"
    return said


def _remark(seen: Seen, each: reading.TimelineEntry) -> str:
    bases = [seen.basis(basis) for basis in each.bases]
    parts = (
        each.material_name or "",
        each.reason or "",
        "\n".join(said for said in each.reasons if said),
        "依据：" + "、".join(f"《{b.law}》{b.article}" for b in bases) if bases else "",
    )
    return "。".join(part.rstrip("。") for part in parts if part)


def _document(each: reading.TimelineEntry) -> Link | None:
    if each.document is None or each.document_name is None:
        return None
    return Link(each.document_name, f"/console/documents/{each.document}")
