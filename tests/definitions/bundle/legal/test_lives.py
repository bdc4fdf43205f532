"""Lives in which every legal act is tried at random: `decide` is total, the rules always hold."""

import random
from datetime import date, timedelta
from functools import cache

import pytest

from definitions.bundle import commands as c
from definitions.bundle.decide import RULES
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import evolve, replay
from definitions.bundle.settle import next_due, next_event
from definitions.bundle.state import BundleState
from definitions.bundle.tasks import OUTCOMES
from definitions.bundle.view import changes
from definitions.errors import Refused
from definitions.language.base import Value
from definitions.language.clocks import ClockKind
from definitions.language.roles import SYSTEM, Actor, Role
from definitions.matter.events import DocumentIssued, MatterGranted
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import COLLABORATION, Outcome, TaskKind
from definitions.matter.values import Point
from definitions.rules.clocks import due
from tests.support.at_work import SYSTEM_OF_FOOD, watched
from tests.support.legal import (
    APPLICANT,
    BASES,
    CALENDAR,
    CLERK,
    FILE,
    HEAD,
    MAYOR,
    OFFICER,
    OTHER,
    SECOND,
    SUPERVISOR,
    TAX_HEAD,
    TEXT,
    WHY,
    life,
    planned,
)
from tests.support.lives import Folded
from tests.support.trying import by_system, together

SEEDS = range(60)
STAND_IN = Actor(id="second", role=Role.OFFICER, department="food", stands_for="officer")
PEOPLE = (
    *(CLERK, OFFICER, SECOND, HEAD, OTHER, TAX_HEAD, MAYOR, SUPERVISOR, APPLICANT, SYSTEM),
    *(STAND_IN, SYSTEM_OF_FOOD),
)
ALSO = ("sign", "clear", "joint", "renew", "register")
GAPS = ("M01", "M03", "M04", "M06", "M07")


@cache
def lived(seed: int) -> Folded:
    """A life of many acts chosen by `seed`; the same seed, the same life."""
    dice = random.Random(seed)  # noqa: S311 - chance, not secrecy
    also = tuple(each for each in ALSO if dice.random() < 0.6)
    plan = watched(planned(*also, heard=dice.choice(("yes", "no"))))
    one = life(
        plan,
        lacking=tuple(code for code in GAPS if dice.random() < 0.4),
        committed=tuple(key for key in ("PERMIT", "CLEAR", "SIGN") if dice.random() < 0.7),
        promised=("M05",) if dice.random() < 0.7 else (),
        dates={"decided_on": date(2026, 2, 10), "valid_until": date(2026, 4, 1)},
    )
    for n in range(180):
        one.now += timedelta(minutes=dice.randrange(600))
        try:
            _step(one, dice, n)
        except Refused:
            continue
    return one


def _step(one: Folded, dice: random.Random, n: int) -> None:
    open_tasks = one.state.open_tasks
    if open_tasks and dice.random() < 0.25:
        task = dice.choice(open_tasks)
        command: Value = c.CompleteTask(
            task=task.id,
            outcome=_outcome(task.kind, dice),
            reasons=(WHY,),
            bases=BASES,
            points=tuple(Point(material=code, defect=TEXT) for code in GAPS if dice.random() < 0.3),
            days=dice.choice((None, None, 3, 10, 0, 99)),
            organ=dice.choice((None, "某机关")),
            files=(FILE,),
            companions=dice.choice(((), ("second",))),
        )
    elif dice.random() < 0.15:
        one.now = max(one.now, next_due(one.state) or one.now)
        command = c.PassTime()
    else:
        command = _command(one.state, dice, n)
    likely = dice.random() < 0.7
    for actor in dice.sample(PEOPLE, len(PEOPLE)) if likely else (dice.choice(PEOPLE),):
        try:
            one.act(actor, by_system(actor, command))
        except Refused:
            continue
        return


def _outcome(kind: TaskKind, dice: random.Random) -> Outcome:
    """Mostly what lets the matter go on, so that lives are long."""
    if kind is TaskKind.RECEIPT and dice.random() < 0.9:
        return dice.choice((Outcome.ACCEPT, Outcome.ASK_SUPPLEMENT, Outcome.ASK_SUPPLEMENT))
    return OUTCOMES[kind][0] if dice.random() < 0.7 else dice.choice(OUTCOMES[kind])


def _command(state: BundleState, dice: random.Random, n: int) -> Value:
    matter = "PERMIT" if dice.random() < 0.6 else dice.choice(list(state.matters))
    days = dice.choice((0, 1, 1, 5, 10, 400))
    if dice.random() < 0.05:
        return _ending(state, dice, matter)
    if dice.random() < 0.4:
        return together(state, dice, matter)
    soon = state.started_at + timedelta(days=dice.randrange(60), hours=3)
    code = dice.choice([*state.materials, "M99"])
    kind = dice.choice(list(ClockKind))
    document = dice.choice(list(state.documents))
    moved = {CALENDAR.published_until - timedelta(days=dice.randrange(300)): dice.random() < 0.5}
    calendar = CALENDAR.model_copy(
        update={"version": f"v{n}", "exceptions": {**CALENDAR.exceptions, **moved}}
    )
    return dice.choice(
        (
            *(c.SupplyMaterial(material=code, files=(FILE,)) for code in GAPS),
            c.SupplyMaterial(material=code, files=(FILE,)),
            c.FileApplication(matter=matter),
            c.RaiseObjection(matter=matter, objection=WHY),
            c.DeliverDocument(document=document),
            c.CorrectOnTheSpot(field="decided_on", becomes=TEXT),
            c.CorrectOnTheSpot(material=code, files=(FILE,)),
            c.AllowSecondNotice(matter=matter, reason=WHY),
            c.StartProcedure(
                matter=matter, cause=dice.choice(("testing", "x")), days=days, reasons=(WHY,)
            ),
            c.EndProcedure(matter=matter, result=(FILE,)),
            c.ProposeExtension(matter=matter, days=days, reasons=(WHY,)),
            c.ProlongSupplement(
                matter=matter,
                clock=kind,
                days=days,
                reasons=(WHY,),
                force_majeure=dice.random() < 0.5,
            ),
            c.TellHearingRight(matter=matter, reasons=(WHY,)),
            c.AnswerHearing(matter=matter, wanted=dice.random() < 0.5),
            c.ScheduleHearing(matter=matter, on=soon, place=TEXT, chair="chair"),
            c.UseCalendar(calendar=calendar),
        )
    )


def _ending(state: BundleState, dice: random.Random, matter: str) -> Value:
    return dice.choice(
        (
            c.WithdrawBundle(matters=(matter,) if dice.random() < 0.8 else ()),
            c.ReturnMatter(matter=dice.choice((matter, "REG")), reasons=(WHY,)),
            c.TerminateMatter(matter=matter, cause=state.plan.terminations[0].id, reasons=(WHY,)),
            c.RevokeDecision(matter=matter, reasons=(WHY,), bases=BASES),
        )
    )


def through(one: Folded) -> list[BundleState]:
    """Every state of the life, act by act."""
    acts = [recorded.act for recorded in one.events]
    ends = [n for n, act in enumerate(acts) if n + 1 == len(acts) or acts[n + 1] != act]
    return [replay(one.events[: end + 1]) for end in ends[:: max(1, len(ends) // 12)]]


def _legal(state: BundleState) -> dict[str, list[str]]:
    """Every clock but the house's own for a step."""
    return {
        key: [x.model_dump_json() for x in matter.clocks if x.kind is not ClockKind.INTERNAL]
        for key, matter in state.matters.items()
    }


@pytest.mark.parametrize("seed", SEEDS)
class TestAlways:
    def test_it_is_kept_and_comes_back_as_it_was(self, seed: int) -> None:
        one = lived(seed)
        events = tuple(Recorded.model_validate_json(r.model_dump_json()) for r in one.events)
        assert replay(events) == one.state
        assert BundleState.model_validate_json(one.state.model_dump_json()) == one.state

    def test_nothing_more_follows_and_every_row_can_be_made(self, seed: int) -> None:
        one = lived(seed)
        assert next_event(one.state, one.now) is None or next_due(one.state) is not None
        rows = changes(None, one.state)
        assert len(rows.matters) == len(one.state.matters)

    def test_no_result_leaves_before_what_it_rests_on_is_there(self, seed: int) -> None:
        """DESIGN.md §7 rule 4, modes HOLD and ACCEPT_PENDING."""
        one = lived(seed)
        for n, recorded in enumerate(one.events):
            if not isinstance(recorded.event, MatterGranted) or recorded.event.deemed:
                continue
            state = replay(one.events[:n])
            key = recorded.event.matter
            plan, matter = state.plan.matter(key), state.matters[key]
            assert plan is not None
            lacking = [g for g in plan.gates if not state.materials[g.code].is_ready]
            assert all(g.tolerable for g in lacking)
            assert not lacking or matter.mode == "issue_then_supply"
            assert matter.procedure is None
            assert matter.hearing is None or matter.hearing.is_over

    def test_documents_are_issued_once_with_numbers_of_their_own(self, seed: int) -> None:
        issued = [
            r.event.document for r in lived(seed).events if isinstance(r.event, DocumentIssued)
        ]
        assert len({d.id for d in issued}) == len({d.number for d in issued}) == len(issued)

    def test_clocks_keep_their_bounds(self, seed: int) -> None:
        """Stretched once; paused for listed causes only; the supplement before the decision."""
        for state in through(lived(seed)):
            for matter in state.matters.values():
                clocks = matter.clocks
                assert all(sum(not e.force_majeure for e in x.extensions) <= 1 for x in clocks)
                assert all(x.pausable for x in clocks if x.pauses)
                assert sum(pause.until is None for x in clocks for pause in x.pauses) <= len(clocks)
                ours, theirs = (
                    matter.clock(kind) for kind in (ClockKind.PROMISED, ClockKind.SUPPLEMENT)
                )
                if ours and theirs:
                    decided = due(ours, state.calendar).day
                    supplied = due(theirs, state.calendar).day
                    told = theirs.told
                    assert decided is None or supplied is None or told or supplied < decided

    def test_a_decision_comes_at_most_once_and_from_other_eyes(self, seed: int) -> None:
        """DESIGN.md §7 rule 5; 四眼."""
        one = lived(seed)
        for key, matter in one.state.matters.items():
            decided = [
                r
                for r in one.events
                if r.event.kind in {"matter_granted", "matter_refused"} and r.event.matter == key
            ]
            assert len(decided) <= 1
            if matter.decision is not None:
                assert matter.decision.by not in matter.reviewed_by

    def test_what_leads_to_a_result_is_over_when_there_is_one(self, seed: int) -> None:
        """A complaint, and what is verified behind the result, are not."""
        before = {*COLLABORATION, TaskKind.REVIEW, TaskKind.DECIDE, TaskKind.REWORK}
        for state in through(lived(seed)):
            for task in state.open_tasks:
                if task.kind in before:
                    assert state.matters[task.matter].result is None
                if task.kind in COLLABORATION:
                    assert state.matters[task.matter].decision is None

    def test_nobody_holds_what_he_must_keep_away_from(self, seed: int) -> None:
        for state in through(lived(seed)):
            assert {t.assignee for t in state.open_tasks}.isdisjoint(state.recused)

    def test_no_return_wait_or_transfer_moves_a_clock_of_the_law(self, seed: int) -> None:
        one = lived(seed)
        still = {
            "task_returned",
            "task_transferred",
            "task_waits",
            "task_resumed",
            "task_proposed",
            "task_sent_back",
            "task_handed_over",
            "task_taken_back",
            "task_urged",
        }
        state: BundleState | None = None
        for recorded in one.events:
            after = evolve(state, recorded)
            if state is not None and recorded.event.kind in still:
                assert _legal(state) == _legal(after)
            state = after

    def test_what_was_waived_is_never_asked(self, seed: int) -> None:
        """DESIGN.md §7 rule 3."""
        one = lived(seed)
        waived = {k for k, m in one.state.materials.items() if m.status is MaterialStatus.WAIVED}
        for matter in one.state.matters.values():
            assert matter.notice is None or not matter.notice.materials & waived


def test_they_meet_nearly_everything_that_can_happen() -> None:
    """Otherwise the tests of this file would prove little."""
    kinds = {recorded.event.kind for seed in SEEDS for recorded in lived(seed).events}
    assert {
        "matter_deemed_accepted",
        "matter_accepted_pending",
        "supplement_noticed",
        "supplement_arrived",
        "second_notice_allowed",
        "form_corrected",
        "material_replaced",
        "procedure_started",
        "procedure_ended",
        "clock_extended",
        "hearing_told",
        "hearing_requested",
        "hearing_scheduled",
        "hearing_waived",
        "matter_returned",
        "matter_revoked",
        "matter_terminated",
        "matter_withdrawn",
        "promise_opened",
        "promise_broken",
        "rectification_ordered",
        "credit_recorded",
        "calendar_replaced",
        "reminded",
        "clock_expired",
        "decision_disclosed",
        "task_released",
        "task_begun",
        "task_waits",
        "task_resumed",
        "task_handed_over",
        "task_taken_back",
        "task_proposed",
        "task_sent_back",
        "task_transferred",
        "task_returned",
        "task_cancelled",
        "task_escalated",
        "task_urged",
        "consent_deemed",
        "officer_recused",
    } <= kinds


def test_every_command_is_tried() -> None:
    """A command added to the core has to be added here."""
    tried = {c.PassTime, c.CompleteTask}
    for seed in range(800):
        state = lived(0).state
        tried.add(type(_command(state, random.Random(seed), seed)))  # noqa: S311
    assert tried == RULES
