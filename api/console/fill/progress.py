"""The public page: how far it is, who has it, what the applicant can do; nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from activities.store.reading.materials import MaterialView
from activities.store.reading.progress import Progress, PublicMatter
from api.console import formats, words
from api.console.fill.matters import bundle_status, status_of
from api.console.fill.seen import HOTLINE, last_day
from api.console.request import HALL, submission
from api.console.views.public import ProgressPage, PublicStep, PublicTodo
from api.console.views.shared import Frame, StatusView, Tone
from definitions.bundle.state import BundleStatus
from definitions.matter.state import TERMINAL, MaterialStatus, MatterStatus, Result
from definitions.rules.clocks import ClockKind

PLACE = f"{HALL}综合窗口"
_CONSEQUENCE = "到期没有补齐的，要这份材料的事项不再办理，材料退还，可以重新申请。"
_WAITS = StatusView("等您办", words.SYMBOLS[Tone.WAIT], Tone.WAIT)
_NOT_YET = StatusView("还没开始", words.SYMBOLS[Tone.IDLE], Tone.IDLE)
_OFFICE = frozenset({ClockKind.PROMISED, ClockKind.STATUTORY})
_DOING: Mapping[str, str] = {
    MatterStatus.RECEIVED: "已经收到申请",
    MatterStatus.ACCEPTED: "已经受理",
    MatterStatus.ACCEPTED_PENDING: "已经容缺受理",
    MatterStatus.REVIEWING: "正在审查",
    MatterStatus.REVIEWED_AWAITING_SUPPLEMENT: "审查完了，等您补齐材料",
    MatterStatus.GRANTED: "已经准予，正在制证",
    MatterStatus.REFUSED: "已经作出不予决定，正在制作文书",
    MatterStatus.ISSUED: "已经办好",
}


def page(
    frame: Frame,
    progress: Progress,
    materials: Sequence[MaterialView],
    *,
    code: str,
    accept: str,
    largest: str,
) -> ProgressPage:
    """The page of one application."""
    todos = _todos(progress, materials, code)
    waiting = [m for m in progress.matters if m.status == MatterStatus.TO_FILE]
    return ProgressPage(
        frame=frame,
        number=progress.number,
        service=progress.name,
        applicant=progress.firm_name,
        status=_overall(progress, waits=bool(todos or waiting)),
        headline=_headline(progress, waiting, has_todos=bool(todos)),
        expected_on=_expected(progress),
        todos=todos,
        steps=tuple(_steps(progress, frame.now_at, owes=bool(todos))),
        ready=tuple(
            f"{each.name}（{each.number}）"
            for each in progress.documents
            if each.counter and each.delivered_at is None
        ),
        remedies=_remedies(progress),
        phone=HOTLINE,
        place=PLACE,
        accept=accept,
        largest=largest,
    )


def address(number: str, code: str) -> str:
    """Where the page is."""
    return f"/progress/{number}?{urlencode({'code': code})}"


def supply_address(number: str, material: str, code: str) -> str:
    """Where an awaited material is handed in."""
    return f"/progress/{number}/materials/{material}?{urlencode({'code': code})}"


def _todos(
    progress: Progress, materials: Sequence[MaterialView], code: str
) -> tuple[PublicTodo, ...]:
    kept = {material.code: material for material in materials}
    return tuple(
        PublicTodo(
            code=each.code,
            material=each.name,
            due_on=last_day(each.due_at),
            consequence=_CONSEQUENCE,
            standard=_standard(kept[each.code]),
            submission=submission(
                supply_address(progress.number, each.code, code), kept[each.code].version
            ),
        )
        for each in progress.awaited
        if each.due_at is not None and each.code in kept
    )


def _standard(material: MaterialView) -> str:
    if material.status == MaterialStatus.REFUSED and material.reasons:
        return f"上次交来的需要重补：{'；'.join(material.reasons)}。要求：{material.standard}"
    return f"要求：{material.standard}"


def _headline(progress: Progress, to_file: Sequence[PublicMatter], *, has_todos: bool) -> str:
    if progress.status == BundleStatus.CLOSED:
        return _ended(progress)
    if progress.status != BundleStatus.RUNNING:
        return "已经收到，正在登记"
    if has_todos:
        return "等您补交材料"
    if to_file:
        return "等您提出申请"
    for matter in progress.matters:
        if matter.status in _DOING and matter.status != MatterStatus.ISSUED:
            return f"{matter.department_name}{_DOING[matter.status]}"
    if any(each.counter and each.delivered_at is None for each in progress.documents):
        return "证照已经制好，请来领取"
    return "正在办理"


def _overall(progress: Progress, *, waits: bool) -> StatusView:
    """The tone of the headline: what waits for the applicant stands out."""
    if waits:
        return _WAITS
    return bundle_status(progress.status, progress.matters)


def _ended(progress: Progress) -> str:
    results = {m.result for m in progress.matters if m.status != MatterStatus.NOT_NEEDED}
    if results <= {Result.GRANTED}:
        return "全部办完"
    if results <= {Result.WITHDRAWN}:
        return "已经按您的申请撤回"
    refused = [m.name for m in progress.matters if m.result == Result.REFUSED]
    if refused:
        return f"{'、'.join(refused)}没有准予，请看下面的结果"
    return "办理结束，请看下面各事项的结果"


def _expected(progress: Progress) -> date | None:
    """Only where every matter that is not over runs under its office's promise."""
    running = [m for m in progress.matters if m.status not in TERMINAL]
    dues = [m.due_at for m in running if m.due_at is not None and m.due_kind in _OFFICE]
    return last_day(max(dues)) if dues and len(dues) == len(running) else None


def _steps(progress: Progress, now: datetime, *, owes: bool) -> Iterator[PublicStep]:
    if progress.started_at is not None:
        yield PublicStep("收到申请", PLACE, words.RECEIVED, progress.started_at, "")
    names = {matter.key: matter.name for matter in progress.matters}
    for matter in progress.matters:
        if matter.status != MatterStatus.NOT_NEEDED:
            yield PublicStep(
                name=matter.name,
                organ=matter.department_name,
                status=_status(matter),
                at=matter.closed_at,
                note=_note(matter, names, now, owes=owes),
            )


def _status(matter: PublicMatter) -> StatusView:
    """In the applicant's words: what waits for another matter has not begun."""
    return _NOT_YET if matter.status == MatterStatus.PLANNED else status_of(matter)


def _note(matter: PublicMatter, names: Mapping[str, str], now: datetime, *, owes: bool) -> str:
    day = formats.day(last_day(matter.due_at), now) if matter.due_at else ""
    if matter.status == MatterStatus.PLANNED and matter.needs:
        before = "、".join(names.get(key, key) for key, _ in matter.needs)
        return f"{before}办好后开始"
    if matter.status == MatterStatus.TO_FILE and day:
        return f"请在 {day}前到窗口提出申请"
    if matter.status in TERMINAL or not day:
        return ""
    if matter.due_kind in _OFFICE:
        return f"{day}前办完"
    if matter.due_kind == ClockKind.PUBLICITY:
        return f"公示到 {day}"
    return f"{day}前补齐材料" if owes else "补交的材料已收到，等部门核对"


def _remedies(progress: Progress) -> tuple[str, ...]:
    """Of what was refused; nobody needs them before there is a result."""
    refused = [m for m in progress.matters if m.result == Result.REFUSED]
    return tuple(
        dict.fromkeys(f"{m.department_name}：{remedy}" for m in refused for remedy in m.remedies)
    )
