"""What stands beside a matter's ordinary way: notice, procedure, hearing, extension, promise."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from activities.store.reading.bundles import BundleView
from activities.store.reading.matters import ClockView, MatterView
from activities.store.reading.tasks import TaskView
from api.console import formats, words
from api.console.fill.clocks import clock_deadline
from api.console.fill.matters import in_order
from api.console.fill.seen import Seen, last_day
from api.console.views.acts import NoticedPoint, StandingView
from api.console.views.shared import DeadlineView, Pair, StatusView, Tone
from definitions.language.limits import Unit
from definitions.language.pending import Credit, Mode
from definitions.matter.state import (
    TERMINAL,
    Hearing,
    HearingStatus,
    MatterStatus,
    Notice,
    Procedure,
    Promise,
    PromiseStatus,
)
from definitions.matter.tasks import TaskKind
from definitions.rules.clocks import ClockKind, Extension

_GAPS = {MatterStatus.HOLDING: Mode.HOLD}


@dataclass(frozen=True, slots=True)
class Known:
    """Names of people by account and texts by digest, as far as a matter refers to them."""

    people: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def person(self, account: str | None) -> str:
        """What somebody is called."""
        return self.people.get(account or "", "")

    def text(self, digest: str) -> str:
        """What somebody wrote."""
        return self.texts.get(digest, "")


def referred(matter: MatterView) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The accounts and the texts that `Known` has to know for this matter."""
    special = matter.special
    extensions = [extension for _, extension in _extensions(matter)]
    people = [extension.by for extension in extensions]
    texts = [extension.reason for extension in extensions]
    if special.hearing is not None:
        people += [special.hearing.chair] if special.hearing.chair else []
        texts += [special.hearing.place.text] if special.hearing.place else []
    if special.notice is not None:
        texts += [point.defect.text for point in special.notice.points]
    return tuple(people), tuple(texts)


def flags(matter: MatterView) -> tuple[StatusView, ...]:
    """What is said beside the state because it does not pass with it."""
    special, found = matter.special, []
    if special.deemed and matter.status != MatterStatus.DEEMED_ACCEPTED:
        found.append(words.DEEMED)
    if special.extended:
        found.append(words.EXTENDED)
    if special.promise is not None and special.promise.is_open:
        found.append(promise_status(special.promise))
    if special.basis_lost:
        found.append(words.BASIS_LOST)
    return tuple(found)


def promise_status(promise: Promise) -> StatusView:
    """How a promise stands: one to bring papers, or one that the organ goes and checks."""
    if promise.status is PromiseStatus.OPEN and promise.mode is Mode.INFORM_COMMIT:
        return StatusView("待核查承诺", words.SYMBOLS[Tone.WAIT], Tone.WAIT)
    said = words.PROMISE[promise.status]
    if promise.status is PromiseStatus.RECTIFYING:
        return said
    return StatusView(f"承诺{said.label}", said.symbol, said.tone)


def standing(
    seen: Seen, bundle: BundleView, matter: MatterView, tasks: Iterable[TaskView], known: Known
) -> tuple[StandingView, ...]:
    """Every such thing this matter has, in the order in which it comes up."""
    return tuple(_standing(seen, bundle, matter, tasks, known))


def _standing(
    seen: Seen, bundle: BundleView, matter: MatterView, tasks: Iterable[TaskView], known: Known
) -> Iterator[StandingView]:
    special = matter.special
    if matter.status == MatterStatus.NOT_ACCEPTED and special.not_accepted is not None:
        yield _not_accepted(matter)
    if special.notice is not None:
        yield _notice(seen, bundle, matter, special.notice, known)
    gap = _gap(seen, bundle, matter)
    if gap is not None:
        yield gap
    for procedure in special.procedures:
        yield _procedure(seen, matter, procedure)
    if special.hearing is not None:
        yield _hearing(seen, matter, special.hearing, known)
    elif special.hearing_due and matter.status not in TERMINAL:
        yield _hearing_owed()
    yield from _extension(seen, matter, tasks, known)
    if special.promise is not None:
        yield _promise(seen, bundle, matter, special.promise)
    if special.credit is not Credit.NONE:
        status = StatusView("已记录", words.SYMBOLS[Tone.BAD], Tone.BAD)
        facts = (Pair("后果", words.CREDIT[special.credit]),)
        yield StandingView("credit", "信用", status, None, facts)
    if special.revoked_at is not None or special.basis_lost:
        yield _revocation(seen, bundle, matter)


def _not_accepted(matter: MatterView) -> StandingView:
    special = matter.special
    why = words.NOT_ACCEPTED[special.not_accepted] if special.not_accepted else ""
    facts = [Pair("原因", why)]
    if special.says:
        facts.append(Pair("说明", special.says))
    if special.competent:
        facts.append(Pair("向哪里申请", special.competent))
    status = words.MATTER[MatterStatus.NOT_ACCEPTED]
    return StandingView("not-accepted", "不予受理", status, None, tuple(facts))


def _notice(
    seen: Seen, bundle: BundleView, matter: MatterView, notice: Notice, known: Known
) -> StandingView:
    materials = {material.code: material for material in bundle.materials}
    waiting = matter.status == MatterStatus.SUPPLEMENTING
    facts = [Pair("告知", f"{formats.moment(notice.at, seen.now)}，第 {notice.count} 次")]
    planned = seen.planned(bundle, matter.key)
    if waiting and planned is not None and planned.examine is not None:
        facts.append(Pair("到期没有补正", words.LAPSE[planned.examine.lapse]))
    if waiting:
        facts.append(Pair("补正后", "自全部补齐之日起受理；核对期间不另行要求其他材料"))
    if matter.special.overridden:
        facts.append(Pair("再次告知", "督办人员已批准，可以写明第一次没有告知的内容"))
    return StandingView(
        id="correction",
        title="补正",
        status=words.MATTER[MatterStatus.SUPPLEMENTING] if waiting else _done("补正结束"),
        deadline=clock_deadline(seen, matter, ClockKind.CORRECTION) if waiting else None,
        facts=tuple(facts),
        points=tuple(
            NoticedPoint(
                material=materials[point.material].name,
                defect=known.text(point.defect.text),
                status=words.MATERIAL[materials[point.material].status],
            )
            for point in notice.points
            if point.material in materials
        ),
    )


def _gap(seen: Seen, bundle: BundleView, matter: MatterView) -> StandingView | None:
    """容缺收件 or 容缺受理, while something is missing."""
    running = matter.status not in TERMINAL and bool(matter.missing)
    tolerated = running and matter.special.mode is Mode.ACCEPT_PENDING
    mode = Mode.ACCEPT_PENDING if tolerated else _GAPS.get(MatterStatus(matter.status))
    if mode is None:
        return None
    kind = ClockKind.SUPPLEMENT if tolerated else ClockKind.HOLD
    missing = _names(bundle, matter.missing)
    return StandingView(
        id="gap",
        title=words.MODE[mode],
        status=StatusView("待补", words.SYMBOLS[Tone.WAIT], Tone.WAIT),
        deadline=clock_deadline(seen, matter, kind),
        facts=(Pair("还缺", missing), Pair("补齐之前", words.EFFECT[mode])),
    )


def _procedure(seen: Seen, matter: MatterView, procedure: Procedure) -> StandingView:
    facts = [
        Pair("开始", formats.moment(procedure.since, seen.now)),
        Pair("预计", f"{procedure.days} 个工作日"),
    ]
    if procedure.until is None:
        expected = _clock(matter, ClockKind.PROCEDURE)
        if expected is not None and expected.due_at is not None:
            facts.append(Pair("预计结束", formats.day(last_day(expected.due_at), seen.now)))
        facts.append(Pair("这段时间", "承诺时限、法定时限不计；申请人补交材料的期限照常"))
        status = StatusView("进行中", words.SYMBOLS[Tone.PAUSE], Tone.PAUSE)
    else:
        facts.append(Pair("结束", formats.moment(procedure.until, seen.now)))
        if procedure.result:
            facts.append(Pair("结果材料", f"{len(procedure.result)} 份，已归入本件"))
        status = _done("已结束")
    return StandingView(
        id=f"procedure-{procedure.id}",
        title=f"特别程序：{procedure.name}",
        status=status,
        deadline=None,
        facts=tuple(facts),
    )


def _hearing(seen: Seen, matter: MatterView, hearing: Hearing, known: Known) -> StandingView:
    facts: list[Pair] = []
    if hearing.told_at is not None:
        facts.append(Pair("告知权利", formats.moment(hearing.told_at, seen.now)))
    if hearing.on is not None:
        day = formats.day(hearing.on, seen.now)
        facts.append(Pair("时间", f"{day} {formats.clock(hearing.on)}"))
        facts.append(Pair("地点", known.text(hearing.place.text) if hearing.place else ""))
        facts.append(Pair("主持人", known.person(hearing.chair)))
    if hearing.minutes:
        facts.append(Pair("听证笔录", f"{len(hearing.minutes)} 份，决定以笔录为根据"))
    deadline: DeadlineView | None = None
    if hearing.status is HearingStatus.TOLD:
        deadline = clock_deadline(seen, matter, ClockKind.HEARING_REQUEST)
    elif not hearing.is_over:
        deadline = clock_deadline(seen, matter, ClockKind.HEARING)
    if not hearing.is_over:
        facts.append(Pair("结束之前", "不能作出决定"))
    return StandingView("hearing", "听证", words.HEARING[hearing.status], deadline, tuple(facts))


def _hearing_owed() -> StandingView:
    status = StatusView("应当告知", words.SYMBOLS[Tone.WAIT], Tone.WAIT)
    facts = (Pair("还没有做", "作出决定前，应当告知申请人、利害关系人听证权利"),)
    return StandingView("hearing", "听证", status, None, facts)


def _extension(
    seen: Seen, matter: MatterView, tasks: Iterable[TaskView], known: Known
) -> Iterator[StandingView]:
    asked = [
        task
        for task in tasks
        if task.matter == matter.key and task.kind is TaskKind.EXTENSION and task.outcome is None
    ]
    waiting = next((task for task in asked if task.completed_at is None), None)
    if waiting is not None and matter.status not in TERMINAL:
        organ = seen.organ(waiting.department)
        facts = [
            Pair("提请", f"延长 {waiting.days or 0} 个工作日"),
            Pair("等谁批准", f"{organ} {waiting.assignee_name or '审批人，无人领取'}"),
        ]
        facts += [Pair("理由", reason) for reason in waiting.reasons]
        status = StatusView("正在报批", words.SYMBOLS[Tone.WAIT], Tone.WAIT)
        yield StandingView("extension", "延期", status, None, tuple(facts))
    for clock, extension in _extensions(matter):
        if clock.kind != ClockKind.PROMISED:
            yield _extended(seen, clock, extension, known)


def _extended(seen: Seen, clock: ClockView, extension: Extension, known: Known) -> StandingView:
    ours = clock.kind == ClockKind.STATUTORY
    unit = formats.unit(Unit(clock.unit))
    because = "不可抗力，" if extension.force_majeure else ""
    facts = [
        Pair("延长", f"{because}{extension.days} 个{unit}，现共 {clock.days} 个{unit}"),
        Pair("批准", f"{known.person(extension.by)} {formats.moment(extension.at, seen.now)}"),
        Pair("理由", known.text(extension.reason)),
    ]
    if clock.due_at is not None:
        facts.append(Pair("延长后", formats.day(last_day(clock.due_at), seen.now)))
    title = "延期" if ours else f"{words.CLOCK[clock.kind]}展期"
    name = f"extended-{clock.kind.replace('_', '-')}-{extension.at:%m%d%H%M%S}"
    return StandingView(name, title, words.EXTENDED, None, tuple(facts))


def _promise(seen: Seen, bundle: BundleView, matter: MatterView, promise: Promise) -> StandingView:
    to_check = promise.mode is Mode.INFORM_COMMIT
    facts = [
        Pair("方式", f"{words.MODE[promise.mode]}：{words.EFFECT[promise.mode]}"),
        Pair("承诺的内容" if to_check else "要补交的", _names(bundle, promise.materials)),
    ]
    planned = seen.planned(bundle, matter.key)
    if to_check and planned is not None and planned.inform_commit is not None:
        facts.append(Pair("承诺的条件", "；".join(planned.inform_commit.conditions)))
    if promise.checks:
        facts.append(Pair("整改", f"已责令整改 {promise.checks} 次，整改后仍不符合的，撤销决定"))
    return StandingView(
        id="promise",
        title="承诺",
        status=promise_status(promise),
        deadline=_promise_deadline(seen, matter, promise),
        facts=tuple(facts),
    )


def _promise_deadline(seen: Seen, matter: MatterView, promise: Promise) -> DeadlineView | None:
    if promise.status is PromiseStatus.RECTIFYING:
        return clock_deadline(seen, matter, ClockKind.RECTIFICATION)
    if promise.status is not PromiseStatus.OPEN:
        return None
    checked = promise.mode is Mode.INFORM_COMMIT
    kind = ClockKind.VERIFICATION if checked else ClockKind.PROMISE
    return clock_deadline(seen, matter, kind, open_only=not checked)


def _revocation(seen: Seen, bundle: BundleView, matter: MatterView) -> StandingView:
    special = matter.special
    if special.revoked_at is not None:
        facts = [Pair("撤销", formats.moment(special.revoked_at, seen.now))]
        facts += [Pair("原因", matter.reason)] if matter.reason else []
        status = words.MATTER[MatterStatus.REVOKED]
        return StandingView("revocation", "撤销", status, None, tuple(facts))
    names = {each.key: each.name for each in in_order(bundle)}
    lost = "、".join(names.get(key, key) for key in special.basis_lost)
    facts = [Pair("已撤销的前置决定", lost), Pair("接下来", "审查本决定是撤销还是维持")]
    return StandingView("revocation", "撤销审查", words.BASIS_LOST, None, tuple(facts))


def _extensions(matter: MatterView) -> Iterator[tuple[ClockView, Extension]]:
    for clock in matter.clocks:
        if clock.facts is not None:
            for extension in clock.facts.extensions:
                yield clock, extension


def _clock(matter: MatterView, kind: ClockKind) -> ClockView | None:
    return next((clock for clock in reversed(matter.clocks) if clock.kind == kind), None)


def _names(bundle: BundleView, codes: Iterable[str]) -> str:
    known = {material.code: material.name for material in bundle.materials}
    return "、".join(known.get(code, code) for code in codes)


def _done(label: str) -> StatusView:
    return StatusView(label, words.SYMBOLS[Tone.OK], Tone.OK)
