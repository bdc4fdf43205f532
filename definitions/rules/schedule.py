"""When everything will be done if everyone keeps the promised limits, and what lies on that way.

The law's own waits (公示、公告) are told apart from the offices' time: nobody can hurry them. Fees
and whom one must see stand beside. Before everything is answered, the same over what is certain
already gives what it takes at least.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from definitions.language.base import Basis, Value
from definitions.language.limits import Limit, Unit
from definitions.language.matters import EdgeKind, MatterDefinition, Publicity
from definitions.rules.calendar import (
    BeyondCalendar,
    Calendar,
    add_calendar_days,
    add_working_days,
)
from definitions.rules.conditions import Facts, holds
from definitions.rules.plan import PlannedMatter

AnyMatter = PlannedMatter | MatterDefinition


class Stage(Value):
    """A matter with the days on which it begins and is done; `days` are promised working days."""

    matter: str
    name: str
    since: date
    until: date
    days: int


class Wait(Value):
    """A wait by law. `given`: it runs from a date the applicant named, so it may be over already.

    An applicant's own window (`own`) takes no time where he applies at once.
    """

    matter: str
    name: str
    limit: Limit
    since: date
    until: date
    given: bool = False
    passed: bool = False
    own: bool = False


class Charge(Value):
    """What a matter costs, and by which rule."""

    matter: str
    name: str
    yuan: int
    says: str
    basis: Basis | None


class Visit(Value):
    """A matter for which somebody must come, and who for what."""

    matter: str
    name: str
    why: str


class Schedule(Value):
    """`day` is missing where the calendar ends before; `path` leads to it, in order.

    `working_days` are the promised ones on the path; `stages` are all matters. `yuan` is what it
    costs together; nothing written is 不收费.
    """

    day: date | None
    working_days: int
    path: tuple[Stage, ...]
    stages: tuple[Stage, ...]
    waits: tuple[Wait, ...]
    charges: tuple[Charge, ...]
    yuan: int
    visits: tuple[Visit, ...]


def schedule(
    matters: Sequence[AnyMatter], facts: Facts, today: date, calendar: Calendar
) -> Schedule:
    """The schedule of the needed matters; one that is waited for and not among them is done."""
    charges = tuple(_charges(matters))
    visits = tuple(
        Visit(matter=m.key, name=m.name, why=m.attend) for m in matters if m.attend is not None
    )
    reckoned = _Reckoning(matters, facts, today, calendar)
    try:
        stages = tuple(reckoned.stage(matter.key) for matter in matters)
    except BeyondCalendar:
        return Schedule(
            day=None,
            working_days=0,
            path=(),
            stages=(),
            waits=(),
            charges=charges,
            yuan=sum(charge.yuan for charge in charges),
            visits=visits,
        )
    last = reckoned.last()
    return Schedule(
        day=max([today, *(stage.until for stage in stages)]),
        working_days=last.total if last else 0,
        path=reckoned.path(),
        stages=stages,
        waits=reckoned.waits(),
        charges=charges,
        yuan=sum(charge.yuan for charge in charges),
        visits=visits,
    )


def _charges(matters: Sequence[AnyMatter]) -> Iterator[Charge]:
    for matter in matters:
        if matter.fee is not None:
            yield Charge(
                matter=matter.key,
                name=matter.name,
                yuan=matter.fee.yuan,
                says=matter.fee.says,
                basis=matter.fee.basis,
            )


class _Bound(NamedTuple):
    """What a day depends on: the later day counts, and of the same day the longer work.

    `total` are the promised working days up to it, `after` the matter whose end it is, if any.
    """

    day: date
    total: int
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Leg:
    """A matter as reckoned, with what its beginning and its end depend on."""

    stage: Stage
    waits: tuple[Wait, ...]
    begun: _Bound
    ended: _Bound


class _Reckoning:
    """Each matter once, what it waits for first. There are no cycles: the checker proves it."""

    def __init__(
        self, matters: Sequence[AnyMatter], facts: Facts, today: date, calendar: Calendar
    ) -> None:
        self._matters: Mapping[str, AnyMatter] = {matter.key: matter for matter in matters}
        self._facts, self._today, self._calendar = facts, today, calendar
        self._legs: dict[str, _Leg] = {}

    def stage(self, key: str) -> Stage:
        """When the matter begins and is done. Raises `BeyondCalendar`."""
        return self._leg(key).stage

    def waits(self) -> tuple[Wait, ...]:
        """Every wait by law, matter by matter."""
        return tuple(wait for leg in self._legs.values() for wait in leg.waits)

    def last(self) -> _Bound | None:
        """What is done last; of two that end together, the one with more work before it."""
        return max(map(self._done, self._legs), default=None)

    def path(self) -> tuple[Stage, ...]:
        """The way to what is done last."""
        last, found = self.last(), list[Stage]()
        while last is not None and last.after:
            leg = self._legs[last.after]
            found.append(leg.stage)
            last = leg.ended
        return tuple(reversed(found))

    def _leg(self, key: str) -> _Leg:
        if key not in self._legs:
            self._legs[key] = self._reckoned(self._matters[key])
        return self._legs[key]

    def _reckoned(self, matter: AnyMatter) -> _Leg:
        edges = [edge for edge in matter.needs if edge.matter in self._matters]
        results = [e.matter for e in edges if e.kind is EdgeKind.RESULT]
        joint = [e.matter for e in edges if e.kind is EdgeKind.JOINT]
        accepted = [e.matter for e in edges if e.kind is not EdgeKind.RESULT]
        begun = max(
            [
                _Bound(self._today, 0),
                *map(self._done, results),
                *(self._leg(key).begun for key in accepted),
            ]
        )
        waits = tuple(self._waits(matter, begun.day))
        open_from = max([begun.day, *(wait.until for wait in waits if not wait.own)])
        days, ends = self._promised(matter, open_from)
        # Accepted together, handled after the other's result: not done before that one is.
        own = begun._replace(day=ends, total=begun.total + days)
        ended = max([own, *map(self._done, joint)])
        stage = Stage(
            matter=matter.key, name=matter.name, since=begun.day, until=ended.day, days=days
        )
        return _Leg(stage, waits, begun, ended)

    def _done(self, key: str) -> _Bound:
        leg = self._leg(key)
        return leg.ended._replace(after=key)

    def _waits(self, matter: AnyMatter, begins: date) -> Iterator[Wait]:
        day = begins
        for step in matter.steps:
            if isinstance(step, Publicity) and holds(step.when, self._facts) is True:
                wait = self._publicity(matter.key, step, day)
                day = max(day, wait.until)
                yield wait
        if matter.filing is not None and holds(matter.filing.when, self._facts) is True:
            yield Wait(
                matter=matter.key,
                name=matter.filing.name,
                limit=matter.filing.limit,
                since=day,
                until=self._add(day, matter.filing.limit),
                own=True,
            )

    def _publicity(self, key: str, step: Publicity, begins: date) -> Wait:
        """A notice that was given already runs from its own day; when that has passed, no wait."""
        since = self._given(step.dated)
        until = self._add(since or begins, step.limit)
        return Wait(
            matter=key,
            name=step.name,
            limit=step.limit,
            since=since or begins,
            until=until,
            given=since is not None,
            passed=since is not None and until <= begins,
        )

    def _given(self, name: str | None) -> date | None:
        said = self._facts.get(f"answer.{name}", self._facts.get(f"form.{name}"))
        try:
            return min(date.fromisoformat(str(said)), self._today) if name and said else None
        except ValueError:
            return None

    def _promised(self, matter: AnyMatter, day: date) -> tuple[int, date]:
        """The office's own time: none where the law's wait is all there is to the matter."""
        if all(isinstance(step, Publicity) for step in matter.steps):
            return 0, day
        promised = matter.promised
        days = promised.days if promised.unit is Unit.WORKING_DAY else 0
        return days, self._add(day, promised)

    def _add(self, day: date, limit: Limit) -> date:
        if limit.unit is Unit.WORKING_DAY:
            return add_working_days(day, limit.days, self._calendar)
        return add_calendar_days(day, limit.days, self._calendar, rolls=limit.rolls)
