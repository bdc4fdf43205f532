"""Every cell of the permission table that is a command: taken or refused as the table says.

For each role and act: the own department or another, the item among those one is trusted with or
not, the confidentiality cleared or not. Made from the table, so a new act needs a sample here.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

import pytest

from definitions.bundle import commands as c
from definitions.bundle.decide import Asked, decide
from definitions.bundle.state import BundleState
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.clocks import ClockKind
from definitions.language.roles import Actor, Authority, Confidentiality, Role
from definitions.matter.tasks import Outcome, ReturnPoint
from definitions.rules.permissions import UNBOUNDED, Act, Reach, reach
from definitions.rules.plan import Plan
from tests.support import legal, services
from tests.support.at_work import DECIDE, RECEIPT, ask, watched
from tests.support.legal import BASES, CLERK, FILE, OFFICER, SECOND, TEXT, WHY
from tests.support.lives import Folded, at, pass_to
from tests.support.services import NUMBER

# These have no command: they are asked for at routes, and tested in tests/api/test_permissions.py.
ROUTES = frozenset(
    {
        Act.PREPARE,
        Act.SUBMIT,
        Act.READ_ALL,
        Act.READ_DEPARTMENT,
        Act.REPAIR_CREDIT,
        Act.SUBSTITUTE,
        Act.MANAGE_ACCOUNTS,
        Act.PUBLISH_CALENDAR,
        Act.PROPOSE_DEFINITION,
        Act.PUBLISH_DEFINITION,
        Act.MANAGE_CONNECTIONS,
        Act.READ_BENEFITS,
        Act.RUN_BENEFITS,
        Act.REVIEW_BENEFITS,
        Act.SET_BUDGET,
        Act.SERVE_BENEFICIARY,
        Act.LOAD_FACTS,
        Act.PROPOSE_POLICY,
        Act.PUBLISH_POLICY,
    }
)
OUTSIDE = frozenset({Code.FORBIDDEN, Code.UNKNOWN_TASK, Code.TASK_TAKEN})
LEVEL = Confidentiality.SENSITIVE


@dataclass(frozen=True)
class Sample:
    """An application in which the command may be taken, whose matter is of this department."""

    one: Folded
    department: str
    matter: str
    command: Value


def _sensitive(plan: Plan) -> Plan:
    matters = tuple(m.model_copy(update={"confidentiality": LEVEL}) for m in plan.matters)
    return watched(plan.model_copy(update={"matters": matters}))


def _taken_in(*also: str, lacking: tuple[str, ...] = (), heard: str = "no") -> Folded:
    return legal.life(_sensitive(legal.planned(*also, heard=heard)), lacking=lacking)


def _permit(command: Value, *before: Callable[[Folded], object], heard: str = "no") -> Sample:
    one = _taken_in(heard=heard)
    for step in before:
        step(one)
    return Sample(one, "food", "PERMIT", command)


def _register(command: Value) -> Sample:
    """REG keeps what came while something is missing."""
    return Sample(_taken_in("register", lacking=("M07",)), "tax", "REG", command)


def _noticed(one: Folded) -> None:
    legal.complete(one, OFFICER, "PERMIT.receipt", Outcome.ASK_SUPPLEMENT, **legal.notice("M01"))


def _held_by_another(one: Folded) -> None:
    one.act(SECOND, c.ClaimTask(task=RECEIPT))


def _told(one: Folded) -> None:
    legal.accept(one)
    one.act(OFFICER, c.TellHearingRight(matter="PERMIT", reasons=(WHY,)))


def _publicity(*, ended: bool) -> Folded:
    plan = _sensitive(services.planned({"changes": ("term",)}, {}))
    one = Folded(services.started(plan), services.NOW)
    if ended:
        pass_to(one, at(date(2026, 12, 10)))
    return one


def _window_task() -> Sample:
    one = _taken_in()
    point = ReturnPoint(fault="unclear", says=WHY)
    one.act(OFFICER, c.ReturnTask(task=RECEIPT, points=(point,)))
    return Sample(one, "window", "PERMIT", c.ClaimTask(task=f"{NUMBER}.PERMIT.rework-1"))


@cache
def sample(act: Act, role: Role) -> Sample:
    """Where the act may be done, by a command; a clerk works the tasks of the window."""
    if act is Act.WORK_TASK and role is Role.WINDOW_CLERK:
        return _window_task()
    return SAMPLES[act]()


_PERMIT = {"matter": "PERMIT", "reasons": (WHY,)}
SAMPLES: dict[Act, Callable[[], Sample]] = {
    Act.WORK_TASK: lambda: _permit(c.ClaimTask(task=RECEIPT)),
    Act.ASSIGN: lambda: _permit(c.HandOverTask(task=RECEIPT, to="officer"), _held_by_another),
    Act.TRANSFER: lambda: _permit(
        c.TransferTask(task=RECEIPT, department="tax", reasons=(WHY,)),
    ),
    Act.URGE: lambda: _permit(c.UrgeTask(task=RECEIPT, reasons=(WHY,))),
    Act.ASK: lambda: _permit(ask(), legal.accept),
    Act.COMPLAIN: lambda: _permit(c.Complain(matter="PERMIT", complaint=WHY)),
    Act.RECUSE: lambda: _permit(c.RecuseOfficer(officer="someone", reasons=(WHY,))),
    Act.SUPPLY: lambda: Sample(
        _taken_in("register", lacking=("M07",)),
        "tax",
        "REG",
        c.SupplyMaterial(material="M07", files=(FILE,)),
    ),
    Act.FILE: lambda: Sample(
        _publicity(ended=True), "registrar", "OUT", c.FileApplication(matter="OUT")
    ),
    Act.OBJECT: lambda: Sample(
        _publicity(ended=False),
        "registrar",
        "PUB",
        c.RaiseObjection(matter="PUB", objection=WHY),
    ),
    Act.DELIVER: lambda: _permit(
        c.DeliverDocument(document=f"{NUMBER}.PERMIT.licence"), legal.grant
    ),
    Act.WITHDRAW: lambda: _permit(c.WithdrawBundle(matters=("PERMIT",))),
    Act.CORRECT: lambda: _register(c.CorrectOnTheSpot(field="decided_on", becomes=TEXT)),
    Act.ALLOW_SECOND_NOTICE: lambda: _permit(
        c.AllowSecondNotice(matter="PERMIT", reason=WHY), _noticed
    ),
    Act.SUSPEND: lambda: _permit(
        c.StartProcedure(cause="testing", days=5, **_PERMIT), legal.accept
    ),
    Act.EXTEND: lambda: _permit(c.ProposeExtension(days=5, **_PERMIT), legal.accept),
    Act.PROLONG: lambda: _register(
        c.ProlongSupplement(matter="REG", clock=ClockKind.HOLD, days=5, reasons=(WHY,))
    ),
    Act.HEAR: lambda: _permit(c.TellHearingRight(**_PERMIT), legal.accept),
    Act.ASK_HEARING: lambda: _permit(c.AnswerHearing(matter="PERMIT", wanted=True), _told),
    Act.RETURN: lambda: _register(c.ReturnMatter(matter="REG", reasons=(WHY,))),
    Act.TERMINATE: lambda: _permit(
        c.TerminateMatter(cause=_termination(), **_PERMIT), legal.accept
    ),
    Act.REVOKE: lambda: _permit(c.RevokeDecision(bases=BASES, **_PERMIT), legal.grant),
    Act.RECORD: lambda: _permit(c.PassTime()),
}


def _termination() -> str:
    return legal.planned().terminations[0].id


@dataclass(frozen=True)
class Cell:
    """Who tries what, and where."""

    role: Role
    act: Act
    own: bool
    item: bool
    cleared: bool

    @property
    def allowed(self) -> bool:
        """What the table says of it."""
        far = reach(self.role, self.act)
        if far is None or (far is Reach.DEPARTMENT and not self.own):
            return False
        # The window works at other organs' matters: no item of its own bounds it there.
        helping = self.role is Role.WINDOW_CLERK and self.act is Act.WORK_TASK
        return self.act in UNBOUNDED or ((self.item or helping) and self.cleared)

    def __str__(self) -> str:
        own = "own" if self.own else "foreign"
        item = "item" if self.item else "other_item"
        return f"{self.role}-{self.act}-{own}-{item}-{'cleared' if self.cleared else 'uncleared'}"


def _cells() -> Iterator[Cell]:
    sides = itertools.product(Role, SAMPLES, *((True, False),) * 3)
    for role, act, own, item, cleared in sides:
        yield Cell(role, act, own, item, cleared)


def _asked(cell: Cell, where: Sample) -> Asked:
    planned = where.one.state.plan.matter(where.matter)
    assert planned is not None
    actor = Actor(
        id="someone",
        role=cell.role,
        department=where.department if cell.own else "elsewhere",
    )
    authority = Authority(
        items=(planned.item,) if cell.item else ("another",),
        clearance=LEVEL if cell.cleared else Confidentiality.ORDINARY,
    )
    return Asked(key="k", actor=actor, command=where.command, authority=authority)


@pytest.mark.parametrize("cell", tuple(_cells()), ids=str)
def test_every_cell(cell: Cell) -> None:
    where = sample(cell.act, cell.role)
    asked = _asked(cell, where)
    if cell.allowed:
        decide(where.one.state, asked, where.one.now)
        return
    with pytest.raises(Refused) as refused:
        decide(where.one.state, asked, where.one.now)
    assert refused.value.code in OUTSIDE


def test_every_act_has_a_sample_or_a_route() -> None:
    assert set(SAMPLES) | ROUTES == set(Act)
    assert set(SAMPLES).isdisjoint(ROUTES)


class TestBounds:
    """What the cells cannot show: several matters at once, and who must keep away."""

    NOBODY = Authority(items=("another",))

    def _state(self) -> BundleState:
        return _taken_in("register", lacking=("M07",)).state

    def test_a_whole_application_is_withdrawn_only_by_who_is_trusted_with_all_of_it(self) -> None:
        state = self._state()
        register = state.plan.matter("REG")
        assert register is not None
        authority = Authority(items=(register.item,), clearance=LEVEL)
        one = Asked(
            key="k", actor=CLERK, command=c.WithdrawBundle(matters=("REG",)), authority=authority
        )
        decide(state, one, legal.NOW)
        both = one.model_copy(update={"command": c.WithdrawBundle()})
        with pytest.raises(Refused) as refused:
            decide(state, both, legal.NOW)
        assert refused.value.code is Code.FORBIDDEN

    def test_a_request_is_withdrawn_only_by_who_is_trusted_with_its_matter(self) -> None:
        one = _taken_in()
        legal.accept(one)
        one.act(OFFICER, ask())
        command = c.WithdrawRequest(request="PERMIT-consultation-1")
        asked = Asked(key="k", actor=OFFICER, command=command, authority=self.NOBODY)
        with pytest.raises(Refused) as refused:
            decide(one.state, asked, one.now)
        assert refused.value.code is Code.FORBIDDEN
        decide(one.state, asked.model_copy(update={"authority": None}), one.now)

    def test_a_decision_as_well(self) -> None:
        one = _taken_in()
        legal.accept(one)
        legal.review(one)
        grant = c.CompleteTask(task=DECIDE, outcome=Outcome.GRANT)
        asked = Asked(key="k", actor=legal.HEAD, command=grant, authority=self.NOBODY)
        with pytest.raises(Refused) as refused:
            decide(one.state, asked, one.now)
        assert refused.value.code is Code.FORBIDDEN

    @pytest.mark.parametrize("stands_for", [None, "officer"])
    def test_whoever_must_keep_away_does_nothing_nor_does_who_stands_in(
        self, stands_for: str | None
    ) -> None:
        one = _taken_in()
        one.act(OFFICER, c.RecuseOfficer(officer="officer", reasons=(WHY,)))
        actor = (
            OFFICER if stands_for is None else SECOND.model_copy(update={"stands_for": stands_for})
        )
        for command in (
            c.ClaimTask(task=RECEIPT),
            c.ReturnTask(task=RECEIPT, points=(ReturnPoint(fault="other", says=WHY),)),
            c.TransferTask(task=RECEIPT, department="tax", reasons=(WHY,)),
        ):
            with pytest.raises(Refused) as refused:
                one.act(actor, command)
            assert refused.value.code is Code.RECUSED
        assert one.act(OFFICER, c.RecuseOfficer(officer="officer", reasons=(WHY,))) == ()
