"""What the reports of 督办 say: people in figures, leads to look into, the morning's digest."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from activities.store.reading.digests import DigestFigures, DigestTask, DigestView
from activities.store.reading.officers import OfficerLoad
from activities.store.reading.outside import Lead, OutsideAsked, OutsideFigures, Sign
from api.console import formats, words
from api.console.fill.matters import matter_url
from api.console.fill.seen import Seen, last_day
from api.console.fill.supervision_tabs import OUTSIDE
from api.console.views.shared import Link, Pair
from api.console.views.supervision import (
    Count,
    DigestRow,
    DigestSection,
    LeadRow,
    OfficerRow,
    OutsideRow,
)
from definitions.rules.numbers import bundle_of_task
from definitions.rules.worktime import OddTime

OFFICER_HEADS = ("在办", "超期", "等待", "本周办结")
OUTSIDE_HEADS = ("办结", "受理即办结", "非办公时间", "成批办结")
SIGNS = {Sign.QUICK: "受理即办结", Sign.ODD: "非办公时间", Sign.BULK: "成批办结"}
_ODD = {OddTime.DAY_OFF: "休息日", OddTime.NIGHT: "上班前或者下班后", OddTime.BREAK: "午休时间"}
_HOUR = 60
_MOST_PEOPLE = 60


def officer_row(seen: Seen, load: OfficerLoad) -> OfficerRow:
    """One officer; the numbers open nothing."""
    counts = (load.held, load.overdue, load.waiting, load.completed)
    return OfficerRow(
        organ=seen.organ(load.department),
        name=load.name,
        role=words.ROLE[load.role],
        counts=tuple(Count(head, n, "") for head, n in zip(OFFICER_HEADS, counts, strict=True)),
    )


def outside_rows(
    seen: Seen, figures: Sequence[OutsideFigures], query: dict[str, str]
) -> tuple[OutsideRow, ...]:
    """Each department, and beneath it those of its people whose work bears a sign.

    Of a great many, the most conspicuous. Each number opens its leads.
    """
    marked = sorted(figures, key=_signs, reverse=True)[:_MOST_PEOPLE]
    rows: list[OutsideRow] = []
    for department in dict.fromkeys(each.department for each in figures):
        every = [each for each in figures if each.department == department]
        asked = {**query, "department": department}
        rows.append(_outside_row(seen.organ(department), "", every, asked))
        rows += [
            _outside_row("", each.officer_name, [each], {**asked, "officer": each.officer})
            for each in marked
            if each.department == department and _signs(each)
        ]
    return tuple(rows)


def _outside_row(
    organ: str, name: str, figures: Sequence[OutsideFigures], query: dict[str, str]
) -> OutsideRow:
    counts = [Count(OUTSIDE_HEADS[0], sum(each.completed for each in figures), "")]
    for label, sign in zip(OUTSIDE_HEADS[1:], Sign, strict=True):
        number = sum(getattr(each, sign) for each in figures)
        counts.append(Count(label, number, f"{OUTSIDE}?{urlencode({**query, 'sign': sign})}"))
    return OutsideRow(organ=organ, name=name, counts=tuple(counts))


def _signs(figures: OutsideFigures) -> int:
    return figures.quick + figures.odd + figures.bulk


def measures(asked: OutsideAsked) -> tuple[str, ...]:
    """By what it is reckoned, in the words of the configuration."""
    outside, hours = asked.watched.outside, asked.watched.office_hours
    office = "、".join(f"{each.since:%H:%M}–{each.until:%H:%M}" for each in hours)
    return (
        f"受理即办结：承诺若干日办结的事项，受理后 {outside.minutes} 分钟以内作出决定",
        f"非办公时间：休息日，或者工作日 {office} 以外办结",
        f"成批办结：一人 {outside.entries_minutes} 分钟以内办结超过 {outside.entries} 件",
    )


def lead_row(seen: Seen, lead: Lead) -> LeadRow:
    """One thing to look into."""
    matter = None
    if lead.bundle and lead.matter:
        label = f"{lead.task_name} · {lead.matter_name}"
        matter = Link(label, matter_url(lead.bundle, lead.matter))
    return LeadRow(
        at=lead.at,
        organ=seen.organ(lead.department),
        name=lead.officer_name,
        sign=SIGNS[lead.sign],
        says=_says(seen, lead),
        matter=matter,
        applicant=lead.firm_name,
    )


def _says(seen: Seen, lead: Lead) -> str:
    if lead.sign is Sign.QUICK:
        if not lead.minutes:
            return "受理后不到 1 分钟作出决定"
        return f"受理后 {lead.minutes} 分钟作出决定"
    if lead.sign is Sign.ODD:
        on = formats.day(lead.at, seen.now)
        return f"{_ODD[lead.odd]}，{on}" if lead.odd else on
    since, until = formats.clock(lead.since), formats.clock(lead.at)
    return f"{since}–{until} 办结 {lead.entries} 件"


def digest_figures(figures: DigestFigures) -> tuple[Pair, ...]:
    """The head of the digest."""
    counted = (
        ("超期", figures.overdue),
        ("今天到期", figures.today),
        ("三个工作日内", figures.soon),
        ("等待中", figures.waiting),
        ("问出去未答复", figures.asked),
        ("待答复其他机关", figures.to_answer),
        ("提醒到承办人", figures.holder),
        ("提醒到负责人", figures.head),
        ("提醒到督办", figures.supervisor),
        ("上一工作日起办结", figures.completed),
    )
    pairs = tuple(Pair(label, f"{count} 件") for label, count in counted)
    if figures.average_minutes is None:
        return pairs
    hours, minutes = divmod(figures.average_minutes, _HOUR)
    took = f"{hours} 小时 {minutes} 分" if hours else f"{minutes} 分"
    return (*pairs, Pair("平均用时（办公时间）", took))


def sections(seen: Seen, digest: DigestView) -> tuple[DigestSection, ...]:
    """The lists of the digest, the most pressing first."""
    figures = digest.figures
    return tuple(
        DigestSection(
            title=title,
            count=count,
            rows=tuple(_row(seen, digest, each) for each in tasks),
            empty=empty,
        )
        for title, count, tasks, empty in (
            ("超期", figures.overdue, digest.overdue, "没有超期的待办。"),
            ("今天到期", figures.today, digest.today, "今天没有到期的待办。"),
            ("三个工作日内到期", figures.soon, digest.soon, "三个工作日内没有到期的待办。"),
            ("等待中", figures.waiting, digest.waiting, "没有在等待的待办。"),
            ("问出去、还没有答复", figures.asked, digest.asked, "没有等其他机关答复的请求。"),
        )
    )


def _row(seen: Seen, digest: DigestView, task: DigestTask) -> DigestRow:
    bundle = bundle_of_task(task.id)
    matter = task.id.removeprefix(f"{bundle}.").partition(".")[0]
    return DigestRow(
        url=matter_url(bundle, matter),
        task=f"{task.name} · {task.matter_name}",
        number=bundle,
        organ=seen.organ(task.department),
        holder=digest.names.get(task.assignee or "", "") or "无人领取",
        due=formats.iso_day(last_day(task.due_at)) if task.due_at else "",
        says="；".join(_why(seen, digest, task)),
    )


def _why(seen: Seen, digest: DigestView, task: DigestTask) -> Iterator[str]:
    if task.cause is not None and task.since is not None:
        since = formats.short_day(task.since, seen.now)
        until = f"，预计到{formats.short_day(task.until, seen.now)}" if task.until else ""
        said = [digest.texts[each] for each in task.reasons if each in digest.texts]
        why = f"：{'，'.join(said)}" if said else ""
        yield f"{words.CAUSE[task.cause]}（{since}起{until}）{why}"
    if task.asked_by:
        yield f"{seen.organ(task.asked_by)}请求"
    if task.level:
        yield f"提醒过 {task.level} 次"
