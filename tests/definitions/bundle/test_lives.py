"""Whole lives of applications: random people do random things at random moments.

The law holds anyway.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from definitions.bundle import commands as c
from definitions.bundle.decide import Asked, decide
from definitions.bundle.evolve import replay
from definitions.bundle.gaps import missing
from definitions.bundle.settle import next_due, next_event
from definitions.bundle.state import BundleStatus
from definitions.bundle.tasks import OUTCOMES
from definitions.bundle.view import changes
from definitions.errors import Refused
from definitions.language.base import Basis
from definitions.language.roles import SYSTEM, Actor
from definitions.matter.events import OfficerRecused, TaskCompleted, TaskReturned
from definitions.matter.state import MaterialStatus, MatterStatus, Result
from definitions.matter.tasks import (
    COLLABORATION,
    HELD,
    Outcome,
    TaskKind,
    TaskStatus,
)
from definitions.rules.permissions import may_work
from tests.support.at_work import watched
from tests.support.lives import Folded
from tests.support.services import FILE, NOW, PEOPLE, REASON, Life, planned, started
from tests.support.trying import DAYS, EVERYBODY, NAMES, SOMEBODY, completion_of, on_task

ANSWERS = (
    {"changes": ("name",), "seal_kept": "yes"},
    {"changes": ("term",)},
    {"changes": ("name", "term"), "seal_kept": "no"},
)
BASES = (Basis(law="行政许可法", article="38"),)
BY_HAND = {
    "task_claimed",
    "task_begun",
    "task_waits",
    "task_resumed",
    "task_handed_over",
    "task_proposed",
    "task_sent_back",
    "task_transferred",
    "task_returned",
    "task_completed",
}


class Lives(RuleBasedStateMachine):
    """One application from intake to wherever chance takes it."""

    @initialize(
        answers=st.sampled_from(ANSWERS),
        food=st.booleans(),
        lacking=st.sets(st.sampled_from(("M01", "M03"))),
        committed=st.booleans(),
    )
    def start(
        self,
        answers: dict[str, tuple[str, ...] | str],
        lacking: set[str],
        *,
        food: bool,
        committed: bool,
    ) -> None:
        """An application is taken in, with or without gaps."""
        plan = watched(planned(answers, {"licences": ("food",) if food else ()}))
        self.life = Folded(
            started(
                plan,
                lacking=tuple(sorted(lacking)),
                committed=("FOOD",) if committed else (),
            )
        )
        self.decided: dict[str, str] = {}

    def _take(self, actor: object, command: object) -> None:
        """Either the version moves, or the refusal carries a code; nothing else ever comes out."""
        before = self.life.state
        try:
            kinds = self.life.act(actor, command)  # type: ignore[arg-type]
        except Refused as refused:
            assert refused.code  # noqa: PT017 - what is refused differs from run to run
            assert self.life.state == before
            return
        assert self.life.state.version == before.version + len(kinds)

    @rule(actor=st.sampled_from(PEOPLE), data=st.data())
    def work_any_task(self, actor: object, data: st.DataObject) -> None:
        """Anybody tries anything on any task."""
        tasks = sorted(self.life.state.tasks)
        if not tasks:
            return
        task = data.draw(st.sampled_from(tasks))
        outcome = data.draw(st.sampled_from(Outcome))
        reasons = data.draw(st.sampled_from(((), (REASON,))))
        command = data.draw(
            st.sampled_from(
                (
                    c.ClaimTask(task=task),
                    c.ReleaseTask(task=task),
                    c.CompleteTask(task=task, outcome=outcome, reasons=reasons, bases=BASES),
                )
            )
        )
        self._take(actor, command)

    @rule(data=st.data())
    def work_sensibly(self, data: st.DataObject) -> None:
        """The right person completes an open task in a way it may be completed."""
        tasks = self.life.state.open_tasks
        if not tasks:
            return
        task = data.draw(st.sampled_from(tasks))
        outcome = data.draw(st.sampled_from(_outcomes(task.kind)))
        people = [p for p in EVERYBODY if may_work(p, department=task.department, role=task.role)]
        actor = data.draw(st.sampled_from(people))
        command = c.CompleteTask(task=task.id, **dict(completion_of(actor, outcome)))
        self._take(actor, command)

    @rule(data=st.data())
    def pass_on(self, data: st.DataObject) -> None:
        """Somebody who may work a task, or anybody, does anything with it but complete it."""
        tasks = sorted(self.life.state.tasks)
        if not tasks:
            return
        task = self.life.state.tasks[data.draw(st.sampled_from(tasks))]
        able = [p for p in EVERYBODY if may_work(p, department=task.department, role=task.role)]
        people = data.draw(st.sampled_from((able, EVERYBODY))) or SOMEBODY
        actor = data.draw(st.sampled_from(people))
        self._take(actor, on_task(data, task.id, actor, data.draw(st.sampled_from(Outcome))))

    @rule(data=st.data(), what=st.sampled_from(("consultation", "assistance", "expert", "survey")))
    def ask(self, data: st.DataObject, what: str) -> None:
        """One organ asks others, and sometimes no longer wants to know."""
        departments = data.draw(st.sets(st.sampled_from(("registrar", "tax", "food", "window"))))
        command = c.AskColleagues.model_validate(
            {
                "matter": data.draw(st.sampled_from(sorted(self.life.state.matters))),
                "what": what,
                "departments": tuple(sorted(departments)),
                "question": REASON,
                "days": data.draw(st.sampled_from((None, 1, 5, 99))),
                "tacit": data.draw(st.booleans()),
                "to": data.draw(st.sampled_from(NAMES)) if what == "expert" else None,
                "dates": DAYS if what == "survey" else (),
            }
        )
        self._take(data.draw(st.sampled_from(EVERYBODY)), command)
        asked = sorted({t.request.id for t in self.life.state.tasks.values() if t.request})
        if asked and data.draw(st.sampled_from((True, False))):
            request = data.draw(st.sampled_from(asked))
            self._take(data.draw(st.sampled_from(EVERYBODY)), c.WithdrawRequest(request=request))

    @rule(actor=st.sampled_from(EVERYBODY), data=st.data(), luck=st.integers(0, 4))
    def complain_or_keep_away(self, actor: Actor, data: st.DataObject, luck: int) -> None:
        """Somebody complains; seldom, somebody must keep away from the whole."""
        matter = data.draw(st.sampled_from(sorted(self.life.state.matters)))
        self._take(actor, c.Complain(matter=matter, complaint=REASON))
        if luck == 0:
            officer = data.draw(st.sampled_from((actor.id, "taxer", "colleague")))
            self._take(actor, c.RecuseOfficer(officer=officer, reasons=(REASON,)))

    @rule(actor=st.sampled_from(PEOPLE), code=st.sampled_from(("M01", "M02", "M03", "M04", "M99")))
    def supply(self, actor: object, code: str) -> None:
        """A paper is handed in, awaited or not."""
        self._take(actor, c.SupplyMaterial(material=code, files=(FILE,)))

    @rule(actor=st.sampled_from(PEOPLE), key=st.sampled_from(("REG", "PUB", "OUT", "NO")))
    def object_or_file(self, actor: object, key: str) -> None:
        """Objections and late applications, in and out of their windows."""
        self._take(actor, c.RaiseObjection(matter=key, objection=REASON))
        self._take(actor, c.FileApplication(matter=key))

    @rule(actor=st.sampled_from(PEOPLE))
    def deliver(self, actor: object) -> None:
        """Everything that lies at the counter is handed out."""
        for document in self.life.state.documents:
            self._take(actor, c.DeliverDocument(document=document))

    @rule(actor=st.sampled_from(PEOPLE), luck=st.integers(0, 9))
    def withdraw(self, actor: object, luck: int) -> None:
        """The applicant changes his mind, seldom."""
        if luck == 0:
            self._take(actor, c.WithdrawBundle())

    @rule(hours=st.integers(1, 24 * 12))
    def pass_time(self, hours: int) -> None:
        """Time passes, and with it limits."""
        self.life.now += timedelta(hours=hours)
        self._take(SYSTEM, c.PassTime())

    @rule()
    def pass_to_the_next_limit(self) -> None:
        """Exactly to the next limit: something must follow, or the timer would spin."""
        due = next_due(self.life.state)
        if due is None:
            return
        self.life.now = max(self.life.now, due)
        before = self.life.state.version
        self._take(SYSTEM, c.PassTime())
        assert self.life.state.version > before

    @invariant()
    def every_material_is_in_one_state(self) -> None:
        """Each planned material is there exactly once, and a waived one stays waived."""
        state = self.life.state
        assert sorted(state.materials) == sorted(m.code for m in state.plan.materials)
        for material in state.plan.materials:
            waived = state.materials[material.code].status is MaterialStatus.WAIVED
            assert waived is (material.waived_by is not None)

    @invariant()
    def nothing_is_decided_twice(self) -> None:
        """A matter's result, once there, never changes, and its event stands once."""
        for key, matter in self.life.state.matters.items():
            if matter.result is not None:
                assert self.decided.setdefault(key, matter.result) == matter.result
        granted = [r.event for r in self.life.events if r.event.kind == "matter_granted"]
        assert len({event.matter for event in granted}) == len(granted)

    @invariant()
    def nothing_leaves_before_its_gate(self) -> None:
        """No grant, and no document of a grant, while a gating paper is missing (rule 4)."""
        state = self.life.state
        for planned_matter in state.plan.matters:
            if state.matters[planned_matter.key].result is Result.GRANTED:
                assert not missing(state, planned_matter)
        for document in state.documents.values():
            if document.matter and document.kind in {"done", "notice", "licence"}:
                assert state.matters[document.matter].result is Result.GRANTED

    @invariant()
    def a_refusal_has_reasons(self) -> None:
        """Rule 5."""
        for matter in self.life.state.matters.values():
            if matter.result is Result.REFUSED:
                assert matter.decision is not None
                assert matter.decision.reasons
                assert matter.decision.bases

    @invariant()
    def closed_exactly_when_all_are_terminal(self) -> None:
        """And then no task is open and no limit runs."""
        state = self.life.state
        closed = state.status is BundleStatus.CLOSED
        done = all(matter.is_terminal for matter in state.matters.values())
        # A complaint is answered whatever became of its matter.
        complained = any(task.kind is TaskKind.COMPLAINT for task in state.open_tasks)
        assert closed is (done and not complained)
        assert (state.status is BundleStatus.FOLLOWED) is (done and complained)
        if closed:
            assert not state.open_tasks
            assert next_due(state) is None

    @invariant()
    def four_eyes(self) -> None:
        """Who examined REG has not decided it."""
        reg = self.life.state.matters["REG"]
        if reg.decision is not None:
            assert reg.decision.by not in reg.reviewed_by

    @invariant()
    def a_task_has_one_holder_or_none(self) -> None:
        """And it is nobody who must keep away."""
        state = self.life.state
        for task in state.tasks.values():
            assert (task.status in HELD) <= (task.assignee is not None)
            assert (task.status is TaskStatus.READY) <= (task.assignee is None)
            assert not (task.is_open and task.assignee in state.recused)
            assert (task.status is TaskStatus.IN_REVIEW) <= (task.proposal is not None)

    @invariant()
    def nobody_approves_his_own(self) -> None:
        """复核: who completes what was proposed is somebody else."""
        for recorded in self.life.events:
            if isinstance(recorded.event, TaskCompleted) and recorded.event.drafted_by:
                assert recorded.event.drafted_by not in recorded.actor.people

    @invariant()
    def what_was_returned_is_done_again_before_a_decision(self) -> None:
        """The step it went back to, or the window's putting right, and then the step."""
        owed: set[str] = set()
        for recorded in self.life.events:
            event = recorded.event
            if isinstance(event, TaskReturned) and event.again:
                owed.add(event.matter)
            elif isinstance(event, TaskCompleted) and event.step:
                decides = event.outcome in {Outcome.GRANT, Outcome.REFUSE}
                assert not (decides and event.matter in owed)
                owed.discard(event.matter)

    @invariant()
    def nothing_that_was_asked_is_open_behind_a_decision(self) -> None:
        """The lead has waited for it."""
        for task in self.life.state.open_tasks:
            if task.kind in COLLABORATION:
                assert self.life.state.matters[task.matter].decision is None

    @invariant()
    def who_must_keep_away_does_nothing_more(self) -> None:
        """Not by himself, and nobody does it for him."""
        away: set[str] = set()
        for recorded in self.life.events:
            if recorded.event.kind in BY_HAND:
                assert away.isdisjoint(recorded.actor.people)
            if isinstance(recorded.event, OfficerRecused):
                away.add(recorded.event.officer)

    @invariant()
    def edges_hold(self) -> None:
        """A matter has been received only if what it waits for has come."""
        state = self.life.state
        for planned_matter in state.plan.matters:
            if state.matters[planned_matter.key].received_at is None:
                continue
            for edge in planned_matter.needs:
                other = state.matters[edge.matter]
                assert other.accepted_at is not None if edge.kind == "accepted" else other.succeeded

    @invariant()
    def settled_and_replayable(self) -> None:
        """Nothing is left to follow.

        The events alone give the same state; rows can be made of it.
        """
        state = self.life.state
        assert next_event(state, self.life.events[-1].at) is None
        assert [event.seq for event in self.life.events] == list(range(1, state.version + 1))
        assert replay(self.life.events) == state
        rows = changes(None, state)
        assert len(rows.matters) == len(state.matters)
        for task in state.tasks.values():
            if state.matters[task.matter].is_terminal:
                assert not task.is_open or task.kind is TaskKind.COMPLAINT


def _outcomes(kind: TaskKind) -> tuple[Outcome, ...]:
    usual = {
        "review": (Outcome.PASS, Outcome.PASS, Outcome.ADVISE_REFUSAL),
        "decide": (Outcome.GRANT, Outcome.GRANT, Outcome.REFUSE),
        "check": (Outcome.ACCEPT, Outcome.REJECT),
    }
    return usual.get(kind, OUTCOMES[kind])


TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_a_command_never_outruns_a_limit() -> None:
    """A supplement handed in a minute after the lapse, before any timer fired, is refused."""
    life = Life(started(planned(), lacking=("M03",), committed=("FOOD",)))
    food = life.state.matters["FOOD"]
    assert food.status is MatterStatus.ACCEPTED_PENDING
    due = next_due(life.state)
    assert due is not None
    life.now = NOW + timedelta(days=40)
    asked = Asked(
        key="late", actor=PEOPLE[0], command=c.SupplyMaterial(material="M03", files=(FILE,))
    )
    with pytest.raises(Refused) as refused:
        decide(life.state, asked, life.now)
    assert refused.value.code == "supplement-late"
