"""The public page: how far it is, who has it, what the applicant can do; nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from activities.store.reading.documents import DocumentView
from activities.store.reading.matters import MatterView
from activities.store.reading.progress import Progress
from api.console import formats, words
from api.console.fill import complaints
from api.console.fill.matters import bundle_status, status_of
from api.console.fill.public_case import PublicCase, cause, day_of, running
from api.console.fill.seen import HOTLINE, last_day
from api.console.fill.todos import todos
from api.console.request import HALL
from api.console.views.public import (
    Asked,
    ProgressPage,
    PublicPaper,
    PublicRemedy,
    PublicStep,
    PublicTodo,
)
from api.console.views.shared import Frame, Link, StatusView, Tone
from definitions.bundle.passing import APPLICANTS
from definitions.bundle.state import BundleStatus
from definitions.language.pending import Credit, Mode
from definitions.matter.state import TERMINAL, HearingStatus, MatterStatus, PromiseStatus, Result
from definitions.rules.calendar import local_day
from definitions.rules.clocks import ClockKind

PLACE = f"{HALL}综合窗口"
_WAITS = StatusView("等您办", words.SYMBOLS[Tone.WAIT], Tone.WAIT)
_NOT_YET = StatusView("还没开始", words.SYMBOLS[Tone.IDLE], Tone.IDLE)
_OFFICE = frozenset({ClockKind.PROMISED, ClockKind.STATUTORY})
# Of a matter as of a result: what one may not agree with.
_AGAINST: Mapping[str, str] = {
    Result.REFUSED: "没有准予",
    Result.NOT_ACCEPTED: "没有受理",
    Result.REVOKED: "决定被撤销",
    Result.LAPSED: "已经退件",
    Result.TERMINATED: "已经终止办理",
}
_DOING: Mapping[str, str] = {
    MatterStatus.RECEIVED: "已经收到申请",
    MatterStatus.HOLDING: "已经收下材料，等您补齐",
    MatterStatus.SUPPLEMENTING: "等您补正材料",
    MatterStatus.ACCEPTED: "已经受理",
    MatterStatus.ACCEPTED_PENDING: "已经容缺受理",
    MatterStatus.DEEMED_ACCEPTED: "视为受理，开始办理",
    MatterStatus.REVIEWING: "正在审查",
    MatterStatus.REVIEWED_AWAITING_SUPPLEMENT: "审查完了，等您补齐材料",
    MatterStatus.GRANTED: "已经准予，正在制证",
    MatterStatus.REFUSED: "已经作出不予决定，正在制作文书",
    MatterStatus.ISSUED: "已经办好",
}


def page(frame: Frame, case: PublicCase, *, accept: str, largest: str) -> ProgressPage:
    """The page of one application."""
    progress, every = case.progress, todos(case)
    owed = tuple(todo for todo in every if todo.due)
    own = any(clock.kind in APPLICANTS for matter in case.matters for clock in matter.clocks)
    return ProgressPage(
        frame=frame,
        number=progress.number,
        service=progress.name,
        applicant=progress.firm_name,
        status=_WAITS if owed else bundle_status(progress.status, progress.matters),
        headline=_headline(case, owed),
        expected_on=_expected(case),
        todos=every,
        steps=tuple(_steps(case, owed)),
        ready=tuple(f"{each.name}（{each.number}）" for each in case.documents if _lies(each)),
        papers=tuple(_paper(case, each) for each in reversed(case.documents)),
        remedies=tuple(_remedies(case)),
        clocks=Link("期限是怎样算的", case.below("clocks")) if own else None,
        phone=HOTLINE,
        place=PLACE,
        accept=accept,
        largest=largest,
        complaints=tuple(complaints.complaints(case)),
        complain=complaints.form(case),
    )


def _headline(case: PublicCase, owed: Sequence[PublicTodo]) -> str:
    progress = case.progress
    if owed:
        first = owed[0]
        return "等您补交材料" if first.asked is Asked.SUPPLY else f"等您{first.title}"
    if progress.status == BundleStatus.CLOSED:
        return _ended(progress)
    if progress.status == BundleStatus.FOLLOWED:
        return "结果已经发出，还有承诺要履行或者核查"
    if progress.status != BundleStatus.RUNNING:
        return "已经收到，正在登记"
    for matter in case.matters:
        if matter.suspended:
            return f"{matter.department_name}正在{cause(matter)}，这段时间不计入期限"
    for matter in case.matters:
        if matter.status in _DOING and matter.status != MatterStatus.ISSUED:
            return f"{matter.department_name}{_DOING[matter.status]}"
    if any(_lies(each) for each in case.documents):
        return "证照已经制好，请来领取"
    return "正在办理"


def _ended(progress: Progress) -> str:
    results = {m.result for m in progress.matters if m.status != MatterStatus.NOT_NEEDED}
    if results <= {Result.GRANTED}:
        return "全部办完"
    if results <= {Result.WITHDRAWN}:
        return "已经按您的申请撤回"
    for result, said in _AGAINST.items():
        named = [matter.name for matter in progress.matters if matter.result == result]
        if named:
            return f"{'、'.join(named)}{said}，请看下面的结果"
    return "办理结束，请看下面各事项的结果"


def _expected(case: PublicCase) -> date | None:
    """Only where every matter that is not over runs under its office's promise."""
    running_ = [m for m in case.matters if m.status not in TERMINAL]
    dues = [m.due_at for m in running_ if m.due_at is not None and m.due_kind in _OFFICE]
    return last_day(max(dues)) if dues and len(dues) == len(running_) else None


# ── the matters ────────────────────────────────────────


def _steps(case: PublicCase, owed: Sequence[PublicTodo]) -> Iterator[PublicStep]:
    progress = case.progress
    if progress.started_at is not None:
        yield PublicStep("收到申请", PLACE, words.RECEIVED, progress.started_at, ())
    for matter in case.matters:
        if matter.status != MatterStatus.NOT_NEEDED:
            yield PublicStep(
                name=matter.name,
                organ=matter.department_name,
                status=_NOT_YET if matter.status == MatterStatus.PLANNED else status_of(matter),
                at=matter.closed_at,
                notes=tuple(_notes(case, matter, owed)),
            )


def _notes(case: PublicCase, matter: MatterView, owed: Sequence[PublicTodo]) -> Iterator[str]:
    """What holds it, until when, and what stands behind its result, each as a sentence."""
    names = {each.key: each.name for each in case.matters}
    if matter.status == MatterStatus.PLANNED and matter.needs:
        yield f"{'、'.join(names.get(key, key) for key, _ in matter.needs)}办好后开始"
    if matter.reason and matter.status in TERMINAL:
        yield matter.reason
    if matter.special.competent:
        yield f"请向{matter.special.competent}申请"
    yield from _paused(case, matter)
    if matter.special.extended:
        yield "办理期限已经延长，理由见延期通知书"
    yield from _hearing(case, matter)
    if matter.status not in TERMINAL and not matter.suspended:
        yield from _until(case, matter, owed)
    yield from _promise(case, matter)
    if matter.special.credit is not Credit.NONE:
        yield f"信用：{words.CREDIT[matter.special.credit]}"


def _paused(case: PublicCase, matter: MatterView) -> Iterator[str]:
    now = case.seen.now
    for procedure in matter.special.procedures:
        since = formats.short_day(procedure.since, now)
        if procedure.until is not None:
            until = formats.short_day(procedure.until, now)
            yield f"{procedure.name}：{since}至 {until}，没有计入期限"
            continue
        ends = day_of(running(matter, ClockKind.PROCEDURE))
        until = f"，预计 {formats.day(ends, now)}结束" if ends else ""
        yield (
            f"正在{procedure.name}：{since}开始，需要 {procedure.days} 个工作日{until}；"
            "这段时间不计入办理期限"
        )


def _hearing(case: PublicCase, matter: MatterView) -> Iterator[str]:
    hearing = matter.special.hearing
    if hearing is None:
        return
    match hearing.status:
        case HearingStatus.REQUESTED:
            yield "您要求的听证，时间、地点会提前 7 日通知"
        case HearingStatus.SCHEDULED if hearing.on is not None:
            yield f"听证：{formats.moment(hearing.on, case.seen.now)}，地点见听证通知书"
        case HearingStatus.HELD:
            yield "听证已经举行，决定以听证笔录为依据"
        case _:
            return


def _until(case: PublicCase, matter: MatterView, owed: Sequence[PublicTodo]) -> Iterator[str]:
    if matter.due_at is None:
        return
    day = formats.day(last_day(matter.due_at), case.seen.now)
    told = "（暂定）" if matter.due_provisional else ""
    kind = ClockKind(matter.due_kind) if matter.due_kind else None
    if kind in _OFFICE:
        yield f"{day}前办完{told}"
    elif kind is ClockKind.ACCEPTANCE:
        yield f"{day}前告知是否受理；没有告知的，自收到材料之日起视为受理"
    elif kind is ClockKind.PUBLICITY:
        yield f"公示到 {day}"
    elif kind is ClockKind.FILING:
        yield f"请在 {day}前提出申请"
    elif kind in APPLICANTS and kind is not ClockKind.HEARING_REQUEST:
        supplied = not any(todo.asked is Asked.SUPPLY for todo in owed)
        yield "补交的材料已收到，等部门核对" if supplied else f"{day}前补齐材料{told}"


def _promise(case: PublicCase, matter: MatterView) -> Iterator[str]:
    promise = matter.special.promise
    if promise is None:
        return
    kinds = {
        PromiseStatus.RECTIFYING: ClockKind.RECTIFICATION,
        PromiseStatus.OPEN: ClockKind.VERIFICATION
        if promise.mode is Mode.INFORM_COMMIT
        else ClockKind.PROMISE,
    }
    kind = kinds.get(promise.status)
    day = day_of(running(matter, kind)) if kind else None
    until = f"{formats.day(day, case.seen.now)}前" if day else ""
    match promise.status:
        case PromiseStatus.OPEN if promise.mode is Mode.INFORM_COMMIT:
            yield f"结果已经发出；{matter.department_name}{until}核查您承诺的条件"
        case PromiseStatus.OPEN:
            yield f"结果已经发出；请在{until}补交承诺的材料"
        case PromiseStatus.RECTIFYING:
            yield f"核查发现与承诺不符，请在{until}整改并补交证明"
        case PromiseStatus.KEPT:
            yield "承诺已经履行"
        case PromiseStatus.BROKEN:
            yield f"承诺没有履行：{case.consequence(matter.key, promise.mode)}"


# ── papers and remedies ────────────────────────────────────────


def _lies(document: DocumentView) -> bool:
    """Whether it waits at the counter."""
    return document.counter and document.delivered_at is None


def is_readable(document: DocumentView) -> bool:
    """Whether the applicant may read it here: what was sent to them electronically."""
    return not document.counter and document.delivered_at is not None


def _paper(case: PublicCase, document: DocumentView) -> PublicPaper:
    about = next((m.name for m in case.matters if m.key == document.matter), "")
    return PublicPaper(
        name=f"{document.name}（{about}）" if about else document.name,
        number=document.number,
        made_on=local_day(document.issued_at),
        url=case.below(f"documents/{document.id}") if is_readable(document) else "",
    )


def _remedies(case: PublicCase) -> Iterator[PublicRemedy]:
    """Of what one may not agree with; nobody needs them before there is a result."""
    for matter in case.matters:
        ended = _AGAINST.get(matter.result or "")
        if ended and matter.remedies:
            said = f"{matter.name}{ended}（{matter.department_name}）"
            yield PublicRemedy(said, matter.remedies)
