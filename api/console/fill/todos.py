"""What the applicant is asked to do: hand something in, answer about a hearing, apply in time."""

from collections.abc import Iterator, Mapping
from datetime import date

from activities.store.reading.materials import MaterialView
from activities.store.reading.matters import ClockView, MatterView
from api.console import words
from api.console.fill.public_case import PublicCase, day_of, running
from api.console.request import submission
from api.console.views.public import Asked, PublicTodo
from definitions.language.pending import Mode
from definitions.matter.state import TERMINAL, HearingStatus, MaterialStatus, MatterStatus
from definitions.rules.clocks import ClockKind

CLOCK_OF: Mapping[str, ClockKind] = {
    Mode.HOLD: ClockKind.HOLD,
    Mode.ACCEPT_PENDING: ClockKind.SUPPLEMENT,
    Mode.ISSUE_THEN_SUPPLY: ClockKind.PROMISE,
    Mode.INFORM_COMMIT: ClockKind.RECTIFICATION,
    words.CORRECTION: ClockKind.CORRECTION,
}
"""Which limit waits for a paper in each way of being missing."""
_OWED = frozenset({MaterialStatus.PENDING, MaterialStatus.REFUSED, MaterialStatus.PROMISED})
_MISSING = frozenset({MaterialStatus.PENDING, MaterialStatus.REFUSED})
_VERB: Mapping[str, str] = {
    Mode.INFORM_COMMIT: "整改后补交",
    words.CORRECTION: "补正",
}
_UNHEARD = "到期没有提出的，视为放弃听证，机关照常作出决定"


def todos(case: PublicCase) -> tuple[PublicTodo, ...]:
    """Everything that waits for the applicant, papers first, the nearest day first."""
    found = [*_supplies(case), *_hearings(case), *_filings(case)]
    return tuple(sorted(found, key=lambda todo: (not todo.due, todo.due_on or date.max)))


def _supplies(case: PublicCase) -> Iterator[PublicTodo]:
    for material in case.materials:
        waiting = [
            (matter, clock)
            for matter in case.matters
            if matter.key in material.gates and material.mode is not None
            if (clock := running(matter, CLOCK_OF[material.mode])) is not None
        ]
        if material.status not in _OWED or material.produced_by is not None:
            continue
        if waiting:
            yield _supply(case, material, waiting)
        elif material.status in _MISSING and (later := _later(case, material)):
            yield _early(case, material, later)


def _later(case: PublicCase, material: MaterialView) -> list[MatterView]:
    """The matters that will need it, though no limit runs for it yet."""
    return [m for m in case.matters if m.key in material.gates and m.status not in TERMINAL]


def _early(case: PublicCase, material: MaterialView, later: list[MatterView]) -> PublicTodo:
    return PublicTodo(
        id=f"todo-{material.code}",
        asked=Asked.SUPPLY,
        title=f"补交{material.name}",
        due_on=None,
        closes_at=None,
        provisional=False,
        matters="、".join(matter.name for matter in later),
        consequence="",
        standard=_standard(material),
        basis=None,
        submission=submission(case.below(f"materials/{material.code}"), material.version),
        due=False,
    )


def _supply(
    case: PublicCase, material: MaterialView, waiting: list[tuple[MatterView, ClockView]]
) -> PublicTodo:
    mode = material.mode or Mode.HOLD
    _, clock = min(waiting, key=lambda each: (day_of(each[1]) is None, day_of(each[1])))
    after = dict.fromkeys(case.consequence(matter.key, mode) for matter, _ in waiting)
    return PublicTodo(
        id=f"todo-{material.code}",
        asked=Asked.SUPPLY,
        title=f"{_VERB.get(mode, '补交')}{material.name}",
        due_on=day_of(clock),
        closes_at=clock.window_until,
        provisional=clock.provisional,
        matters=f"{'、'.join(m.name for m, _ in waiting)}（{words.MODE[mode]}）",
        consequence="；".join(after),
        standard=_standard(material),
        basis=case.seen.basis(clock.basis) if clock.basis else None,
        submission=submission(case.below(f"materials/{material.code}"), material.version),
    )


def _standard(material: MaterialView) -> str:
    if material.status == MaterialStatus.REFUSED and material.reasons:
        return f"需要改的地方：{'；'.join(material.reasons)}。要求：{material.standard}"
    return f"要求：{material.standard}"


def _hearings(case: PublicCase) -> Iterator[PublicTodo]:
    for matter in case.matters:
        hearing, clock = matter.special.hearing, running(matter, ClockKind.HEARING_REQUEST)
        if hearing is None or hearing.status is not HearingStatus.TOLD or clock is None:
            continue
        yield PublicTodo(
            id=f"todo-{matter.key}-hearing",
            asked=Asked.HEARING,
            title="决定要不要听证",
            due_on=day_of(clock),
            closes_at=clock.window_until,
            provisional=clock.provisional,
            matters=matter.name,
            consequence=_UNHEARD,
            standard="听证不收费；拟作的决定和理由见听证告知书。",
            basis=case.seen.basis(clock.basis) if clock.basis else None,
            submission=submission(case.below(f"matters/{matter.key}/hearing"), matter.version),
        )


def _filings(case: PublicCase) -> Iterator[PublicTodo]:
    for matter in case.matters:
        clock = running(matter, ClockKind.FILING)
        if matter.status != MatterStatus.TO_FILE or clock is None:
            continue
        yield PublicTodo(
            id=f"todo-{matter.key}-file",
            asked=Asked.FILE,
            title=f"申请办理{matter.name}",
            due_on=day_of(clock),
            closes_at=clock.window_until,
            provisional=clock.provisional,
            matters=matter.name,
            consequence=f"到期没有申请的，{case.consequence(matter.key, Mode.HOLD)}",
            standard="材料已经在收件时交齐的，不用再交。",
            basis=case.seen.basis(clock.basis) if clock.basis else None,
            submission=submission(case.below(f"matters/{matter.key}/file"), matter.version),
        )
