"""Steps that most lives share: taking in, completing, handing in, asking for documents, waiting."""

from datetime import date, datetime

from definitions.bundle import commands as c
from definitions.bundle.evolve import evolve
from definitions.bundle.state import BundleState
from definitions.language.base import Basis
from definitions.language.roles import SYSTEM, Actor
from definitions.matter.tasks import Outcome
from definitions.rules.calendar import end_of_day
from definitions.rules.clocks import Clock, ClockKind
from definitions.rules.plan import Plan
from tests.support.services import (
    APPROVER,
    FILE,
    NUMBER,
    REASON,
    REVIEWER,
    Life,
    planned,
    started,
)

BASES = (Basis(law="行政许可法", article="38"),)
TERM: dict[str, str | tuple[str, ...]] = {"changes": ("term",)}
LISTED = {"lacking": ("M03",), "committed": ("FOOD",)}  # a gap of FOOD's that is on the list


def life(plan: Plan | None = None, **more: tuple[str, ...]) -> Life:
    """An application just taken in."""
    return Life(started(plan or planned(), **more))


def altered(plan: Plan, **changes: dict[str, object]) -> Plan:
    """The plan with some matters changed."""
    matters = tuple(m.model_copy(update=changes.get(m.key, {})) for m in plan.matters)
    return plan.model_copy(update={"matters": matters})


def complete(one: Life, actor: Actor, task: str, outcome: Outcome) -> tuple[str, ...]:
    """Complete a task, with everything a refusal needs."""
    name = task if task.startswith(NUMBER) else f"{NUMBER}.{task}"
    command = c.CompleteTask(task=name, outcome=outcome, reasons=(REASON,), bases=BASES)
    return one.act(actor, command)


def supply(one: Life, actor: Actor, code: str) -> tuple[str, ...]:
    """Hand in a paper."""
    return one.act(actor, c.SupplyMaterial(material=code, files=(FILE,)))


def issue(one: Life) -> tuple[str, ...]:
    """The ids of documents issued since this was last asked."""
    new = tuple(name for name in one.state.documents if name not in one.told)
    one.told += new
    return tuple(name.removeprefix(f"{NUMBER}.") for name in new)


def grant_reg(one: Life) -> None:
    """REG is granted, and with it come its documents."""
    complete(one, REVIEWER, "REG.review", Outcome.PASS)
    complete(one, APPROVER, "REG.decide", Outcome.GRANT)
    issue(one)


def clock(one: Life, key: str, kind: ClockKind) -> Clock | None:
    """The running clock of a matter."""
    return one.state.matters[key].clock(kind)


def at(day: date) -> datetime:
    """The instant at which the day is over."""
    return end_of_day(day)


def pass_to(one: Life, moment: datetime) -> tuple[str, ...]:
    """Nothing happens until then."""
    one.now = moment
    return one.act(SYSTEM, c.PassTime())


class Folded(Life):
    """A life that folds new events on instead of replaying all: the same, and quicker."""

    _kept: BundleState | None = None

    @property
    def state(self) -> BundleState:
        """The state its events come to."""
        for recorded in self.events[self._kept.version if self._kept else 0 :]:
            self._kept = evolve(self._kept, recorded)
        assert self._kept is not None
        return self._kept
