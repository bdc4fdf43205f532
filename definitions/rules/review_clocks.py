"""Whether a matter's clocks are those of the law: known, of the right kind, sure, and not outrun.

A promise is never longer than the law's limit, a publicity never shorter than the law's period, and
a date that starts a clock is asked in the form.
"""

from collections.abc import Iterator, Mapping

from definitions.language.clocks import ClockKind, ClockRule, ExtendedBy, Starts
from definitions.language.limits import Limit
from definitions.language.matters import MatterDefinition, Publicity
from definitions.language.questions import FieldKind
from definitions.language.roles import GOVERNMENT
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.rules.review_problem import Path, Problem

# Clocks that are written elsewhere than in `clocks`, and where.
_ELSEWHERE: Mapping[ClockKind, str] = {
    ClockKind.STATUTORY: "statutory",
    ClockKind.PROMISED: "promised",
    ClockKind.ACCEPTANCE: "examine.clock",
    ClockKind.CORRECTION: "examine.supplement",
    ClockKind.HEARING_REQUEST: "hearing.request",
    ClockKind.HEARING: "hearing.hold",
}
_KIND_NAMES: Mapping[ClockKind, str] = {
    ClockKind.STATUTORY: "法定办结时限（statutory）",
    ClockKind.ACCEPTANCE: "受理审查时限（acceptance）",
    ClockKind.CORRECTION: "补正期限（correction）",
    ClockKind.HEARING_REQUEST: "申请听证的期限（hearing_request）",
    ClockKind.HEARING: "听证的期限（hearing）",
}
_UNITS = {"working_day": "个工作日", "calendar_day": "日"}


class _Clocks:
    """The catalogue's clocks, and how a matter may refer to them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._known = {rule.id: rule for rule in catalogue.clocks}
        self._government = any(d.code == GOVERNMENT for d in catalogue.departments)

    def get(self, name: str) -> ClockRule | None:
        """The clock of that id."""
        return self._known.get(name)

    def referred(self, name: str, path: Path, kind: ClockKind | None) -> Iterator[Problem]:
        """What is wrong with naming that clock there."""
        rule = self.get(name)
        if rule is None:
            yield Problem(path, "unknown_clock", f"时限目录里没有 {name}")
            return
        if kind is not None and rule.kind is not kind:
            yield Problem(path, "clock_kind", f"{name}（{rule.name}）不是{_KIND_NAMES[kind]}")
        if rule.mark == "low":
            message = f"{name}（{rule.name}）只凭记忆（low），核实之前不能引用"
            yield Problem(path, "clock_unsure", message)
        by = rule.extension.by if rule.extension else None
        if by is ExtendedBy.GOVERNMENT_HEAD and not self._government:
            message = f"{name} 的延长由本级人民政府负责人批准，部门目录里没有 {GOVERNMENT}"
            yield Problem(path, "no_government", message)


def clock_problems(definition: ServiceDefinition, catalogue: Catalogue) -> Iterator[Problem]:
    """Every problem of every matter's limits."""
    clocks = _Clocks(catalogue)
    for n, matter in enumerate(definition.matters):
        path = ("matters", n)
        yield from _office(matter, path, clocks)
        yield from _before_acceptance(matter, path, clocks)
        yield from _hearing(matter, path, clocks)
        for c, name in enumerate(matter.clocks):
            place = (*path, "clocks", c)
            if name in matter.clocks[:c]:
                yield Problem(place, "twice", f"{name} 重复")
                continue
            yield from clocks.referred(name, place, None)
            rule = clocks.get(name)
            if rule is not None:
                yield from _besides(rule, matter, path, place)
                yield from _dated(rule, definition, place)


def _office(matter: MatterDefinition, path: Path, clocks: _Clocks) -> Iterator[Problem]:
    """The promise against the law's limit, be it named or written here."""
    legal = matter.statutory
    if legal is None:
        if matter.promised.basis is None:
            message = "没有法定时限的，承诺时限须写依据"
            yield Problem((*path, "promised"), "limit_without_basis", message)
        return
    if isinstance(legal, Limit):
        if legal.basis is None:
            yield Problem((*path, "statutory"), "limit_without_basis", "法定时限须写依据")
        limit, which = legal, "statutory"
    else:
        yield from clocks.referred(legal, (*path, "statutory"), ClockKind.STATUTORY)
        rule = clocks.get(legal)
        if rule is None:
            return
        limit, which = rule.limit, rule.id
    if matter.promised.unit is not limit.unit:
        message = "承诺时限与法定时限的单位须一致，否则无法比较"
        yield Problem((*path, "promised"), "limit_units", message)
    elif matter.promised.days > limit.days:
        message = f"承诺时限 {_told(matter.promised)}长于法定时限 {_told(limit)}（{which}）"
        yield Problem((*path, "promised", "days"), "promised_longer", message)


def _before_acceptance(matter: MatterDefinition, path: Path, clocks: _Clocks) -> Iterator[Problem]:
    examine = matter.examine
    if examine is not None:
        place = (*path, "examine")
        yield from clocks.referred(examine.clock, (*place, "clock"), ClockKind.ACCEPTANCE)
        yield from clocks.referred(examine.supplement, (*place, "supplement"), ClockKind.CORRECTION)


def _hearing(matter: MatterDefinition, path: Path, clocks: _Clocks) -> Iterator[Problem]:
    hearing = matter.hearing
    if hearing is None:
        return
    place = (*path, "hearing")
    yield from clocks.referred(hearing.request, (*place, "request"), ClockKind.HEARING_REQUEST)
    yield from clocks.referred(hearing.hold, (*place, "hold"), ClockKind.HEARING)
    yield from clocks.referred(hearing.notice, (*place, "notice"), ClockKind.HEARING)
    notice = clocks.get(hearing.notice)
    if notice is not None and notice.kind is ClockKind.HEARING and not notice.before:
        message = f"{notice.id} 不是倒算的期限（before），不能用作听证通知"
        yield Problem((*place, "notice"), "clock_kind", message)


def _besides(
    rule: ClockRule, matter: MatterDefinition, path: Path, place: Path
) -> Iterator[Problem]:
    """A clock beside the office's own: it must have something to run for, and be kept."""
    if rule.kind in _ELSEWHERE:
        message = f"{rule.id}（{rule.name}）应写在 {_ELSEWHERE[rule.kind]}，不写在 clocks"
        yield Problem(place, "clock_kind", message)
    elif rule.kind is ClockKind.PUBLICITY:
        yield from _publicity(rule, matter, path, place)
    elif rule.kind is ClockKind.FILING:
        yield from _filing(rule, matter, path, place)


def _publicity(
    rule: ClockRule, matter: MatterDefinition, path: Path, place: Path
) -> Iterator[Problem]:
    steps = [(n, step) for n, step in enumerate(matter.steps) if isinstance(step, Publicity)]
    if not steps:
        yield Problem(place, "clock_without_step", f"{rule.id}（{rule.name}）没有对应的公示步骤")
    for n, step in steps:
        where = (*path, "steps", n, "limit")
        if step.limit.unit is not rule.limit.unit:
            message = f"公示期与 {rule.id} 的单位须一致，否则无法比较"
            yield Problem(where, "limit_units", message)
        elif step.limit.days < rule.limit.days:
            message = f"公示期 {_told(step.limit)}短于法定的 {_told(rule.limit)}（{rule.id}）"
            yield Problem((*where, "days"), "publicity_short", message)


def _filing(
    rule: ClockRule, matter: MatterDefinition, path: Path, place: Path
) -> Iterator[Problem]:
    """The applicant's window is neither cut nor stretched by a definition."""
    filing = matter.filing
    if filing is None:
        yield Problem(place, "clock_without_step", f"{rule.id}（{rule.name}）没有对应的申请窗口")
        return
    same = (filing.limit.days, filing.limit.unit) == (rule.limit.days, rule.limit.unit)
    if not same:
        message = f"申请期限 {_told(filing.limit)}与法定的 {_told(rule.limit)}（{rule.id}）不一致"
        yield Problem((*path, "filing", "limit"), "filing_limit", message)
    most = rule.extension.days if rule.extension else 0
    if filing.extra > most:
        message = f"申请期限至多延长 {most} 日（{rule.id}）"
        yield Problem((*path, "filing", "extra"), "filing_extra", message)


def _dated(rule: ClockRule, definition: ServiceDefinition, place: Path) -> Iterator[Problem]:
    if rule.starts is not Starts.DATED:
        return
    if any(q.id == rule.dated and q.kind == "date" for q in definition.questions):
        return
    field = next((field for field in definition.form if field.id == rule.dated), None)
    if field is None:
        message = f"{rule.id} 自表单字段 {rule.dated} 起算，表单里没有这个字段"
        yield Problem(place, "unknown_field", message)
    elif field.kind is not FieldKind.DATE:
        message = f"{rule.id} 自表单字段 {rule.dated} 起算，这个字段不是日期"
        yield Problem(place, "field_kind", message)


def _told(limit: Limit) -> str:
    return f"{limit.days} {_UNITS[limit.unit]}"
