"""Commands: what each may do, and every refusal, with nothing changed by it."""

from datetime import timedelta

import pytest

from definitions.bundle import commands as c
from definitions.bundle.decide import Asked, decide, target_version
from definitions.errors import Code, Refused
from definitions.language.roles import SYSTEM, Actor, Role
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome, TaskStatus
from definitions.matter.values import FileRef
from tests.support.lives import BASES, TERM, life
from tests.support.services import (
    APPLICANT,
    APPROVER,
    CLERK,
    FILE,
    NUMBER,
    REASON,
    REVIEWER,
    TAXER,
    Life,
    planned,
)

SECOND = Actor(id="second", role=Role.OFFICER, department="registrar")
AGENT = Actor(id="agent", role=Role.VIRTUAL_WINDOW_AGENT, department="window")
REVIEW, DECISION = f"{NUMBER}.REG.review", f"{NUMBER}.REG.decide"


def done(task: str, outcome: Outcome, *, reasons: bool = False, bases: bool = False) -> object:
    """Complete a task."""
    return c.CompleteTask(
        task=task,
        outcome=outcome,
        reasons=(REASON,) if reasons else (),
        bases=BASES if bases else (),
    )


def supply(code: str, *files: FileRef) -> object:
    """Hand in a paper."""
    return c.SupplyMaterial(material=code, files=files or (FILE,))


def refused(one: Life, actor: Actor, command: object, *, expected: int | None = None) -> Refused:
    """What a command is refused with; the application is the same afterwards."""
    before, events = one.state, one.events
    with pytest.raises(Refused) as raised:
        one.act(actor, command, expected=expected)
    assert one.events == events
    assert one.state == before
    return raised.value


class TestClaimAndRelease:
    def test_a_ready_task_is_taken_and_put_back(self) -> None:
        one = life()
        assert one.act(REVIEWER, c.ClaimTask(task=REVIEW)) == ("task_claimed",)
        task = one.state.tasks[REVIEW]
        assert (task.status, task.assignee) == (TaskStatus.CLAIMED, "reviewer")
        assert one.act(REVIEWER, c.ReleaseTask(task=REVIEW)) == ("task_released",)
        task = one.state.tasks[REVIEW]
        assert (task.status, task.assignee) == (TaskStatus.READY, None)

    def test_again_changes_nothing(self) -> None:
        one = life()
        assert one.act(REVIEWER, c.ReleaseTask(task=REVIEW)) == ()
        one.act(REVIEWER, c.ClaimTask(task=REVIEW))
        assert one.act(REVIEWER, c.ClaimTask(task=REVIEW)) == ()

    def test_the_first_claim_begins_the_review(self) -> None:
        one = life()
        assert one.status("REG") == "accepted"
        one.act(REVIEWER, c.ClaimTask(task=REVIEW))
        assert one.status("REG") == "reviewing"

    @pytest.mark.parametrize(
        "command",
        [c.ClaimTask(task=REVIEW), c.ReleaseTask(task=REVIEW), done(REVIEW, Outcome.PASS)],
        ids=lambda command: command.kind,
    )
    def test_what_another_holds_is_taken(self, command: object) -> None:
        one = life()
        one.act(REVIEWER, c.ClaimTask(task=REVIEW))
        found = refused(one, SECOND, command)
        assert (found.code, found.details) == (Code.TASK_TAKEN, {"by": "reviewer"})


class TestComplete:
    def test_a_ready_task_is_claimed_on_the_way(self) -> None:
        one = life()
        kinds = one.act(REVIEWER, done(REVIEW, Outcome.PASS))
        assert kinds == ("task_claimed", "task_completed", "task_opened")
        assert one.state.tasks[REVIEW].assignee == "reviewer"
        assert one.state.tasks[REVIEW].outcome is Outcome.PASS
        assert one.state.tasks[REVIEW].completed_at == one.now

    def test_one_s_own_claimed_task_is_not_claimed_again(self) -> None:
        one = life()
        one.act(REVIEWER, c.ClaimTask(task=REVIEW))
        assert one.act(REVIEWER, done(REVIEW, Outcome.PASS))[0] == "task_completed"

    def test_an_approver_may_do_the_officer_s_work(self) -> None:
        one = life()
        one.act(APPROVER, done(REVIEW, Outcome.PASS))
        assert one.state.matters["REG"].reviewed_by == ("approver",)

    def test_who_examined_does_not_decide(self) -> None:
        """四眼原则."""
        one = life()
        one.act(APPROVER, done(REVIEW, Outcome.PASS))
        grant = done(DECISION, Outcome.GRANT)
        assert refused(one, APPROVER, grant).code is Code.FOUR_EYES

    def test_an_advised_refusal_leaves_the_decision_to_the_approver(self) -> None:
        one = life()
        one.act(REVIEWER, done(REVIEW, Outcome.ADVISE_REFUSAL, reasons=True))
        one.act(APPROVER, done(DECISION, Outcome.GRANT))
        assert (one.state.matters["REG"].result, one.status("REG")) == ("granted", "issued")

    def test_a_refusal_keeps_its_reasons_and_bases(self) -> None:
        """DESIGN.md §7 rule 5."""
        one = life()
        one.act(REVIEWER, done(REVIEW, Outcome.PASS))
        one.act(APPROVER, done(DECISION, Outcome.REFUSE, reasons=True, bases=True))
        decision = one.state.matters["REG"].decision
        assert decision is not None
        assert (decision.result, decision.by) == ("refused", "approver")
        assert (decision.reasons, decision.bases, decision.at) == ((REASON,), BASES, one.now)

    @pytest.mark.parametrize(
        ("actor", "task", "code"),
        [
            (TAXER, REVIEW, Code.UNKNOWN_TASK),  # nobody learns of another organ's tasks
            (REVIEWER, f"{NUMBER}.REG.nothing", Code.UNKNOWN_TASK),
            (APPLICANT, REVIEW, Code.UNKNOWN_TASK),
            (CLERK, REVIEW, Code.UNKNOWN_TASK),
            (SYSTEM, REVIEW, Code.UNKNOWN_TASK),
            (REVIEWER, DECISION, Code.FORBIDDEN),
        ],
    )
    def test_whose_work_it_is_not(self, actor: Actor, task: str, code: Code) -> None:
        one = life()
        if task == DECISION:
            one.act(REVIEWER, done(REVIEW, Outcome.PASS))
        assert refused(one, actor, done(task, Outcome.PASS)).code is code

    def test_what_is_done_is_done(self) -> None:
        one = life()
        one.act(REVIEWER, done(REVIEW, Outcome.PASS))
        found = refused(one, REVIEWER, done(REVIEW, Outcome.PASS))
        assert (found.code, found.details) == (Code.TASK_NOT_OPEN, {"status": "completed"})

    @pytest.mark.parametrize(
        ("kind", "possible"),
        [
            ("review", {"pass", "advise_refusal"}),
            ("decide", {"grant", "refuse"}),
            ("check", {"accept", "reject"}),
            ("objection", {"uphold", "dismiss"}),
        ],
    )
    @pytest.mark.parametrize("outcome", Outcome)
    def test_each_kind_has_its_outcomes(
        self, kind: str, possible: set[str], outcome: Outcome
    ) -> None:
        one = _with_task(kind)
        (task,) = (task for task in one.state.open_tasks if task.kind == kind)
        actor = {"review": REVIEWER, "decide": APPROVER, "check": CLERK, "objection": SECOND}[kind]
        command = done(task.id, outcome, reasons=True, bases=True)
        if outcome in possible:
            assert "task_completed" in one.act(actor, command)
        else:
            found = refused(one, actor, command)
            assert (found.code, found.field) == (Code.OUTCOME_NOT_POSSIBLE, "/outcome")

    @pytest.mark.parametrize(
        ("kind", "outcome"),
        [
            ("review", Outcome.ADVISE_REFUSAL),
            ("decide", Outcome.REFUSE),
            ("check", Outcome.REJECT),
            ("objection", Outcome.UPHOLD),
            ("objection", Outcome.DISMISS),
        ],
    )
    def test_who_says_no_says_why(self, kind: str, outcome: Outcome) -> None:
        one = _with_task(kind)
        (task,) = (task for task in one.state.open_tasks if task.kind == kind)
        actor = {"review": REVIEWER, "decide": APPROVER, "check": CLERK, "objection": SECOND}[kind]
        found = refused(one, actor, done(task.id, outcome, bases=True))
        assert (found.code, found.field) == (Code.REASONS_MISSING, "/reasons")

    @pytest.mark.law("行政许可法 38(2)")
    def test_a_refusal_names_the_law(self) -> None:
        """行政许可法 38: reasons, bases and remedies, or it cannot be issued."""
        one = _with_task("decide")
        found = refused(one, APPROVER, done(DECISION, Outcome.REFUSE, reasons=True))
        assert (found.code, found.field) == (Code.REASONS_MISSING, "/bases")


class TestSupply:
    def test_at_the_counter_the_clerk_looks_at_the_paper(self) -> None:
        one = life(lacking=("M01",))
        assert one.act(CLERK, supply("M01"))[0] == "material_supplied"
        material = one.state.materials["M01"]
        assert (material.status, material.supplies) == (MaterialStatus.SATISFIED, 1)
        assert one.status("REG") == "accepted"

    def test_from_afar_it_is_checked_by_the_window_first(self) -> None:
        one = life(lacking=("M01",))
        one.act(APPLICANT, supply("M01"))
        assert one.state.materials["M01"].status is MaterialStatus.SUPPLIED
        assert one.status("REG") == "holding"
        task = one.state.tasks[f"{NUMBER}.REG.check-M01-1"]
        assert (task.department, task.role) == ("window", Role.WINDOW_CLERK)
        one.act(CLERK, done(task.id, Outcome.ACCEPT))
        assert one.status("REG") == "accepted"

    def test_what_an_organ_accepted_without_it_that_organ_checks(self) -> None:
        """§2.5 of domain.md: the supplement must reach whoever waits for it."""
        one = life(lacking=("M03",), committed=("FOOD",))
        one.act(CLERK, supply("M03"))
        assert one.state.materials["M03"].status is MaterialStatus.SUPPLIED
        task = one.state.tasks[f"{NUMBER}.FOOD.check-M03-1"]
        assert (task.department, task.role) == ("food", Role.OFFICER)

    def test_a_rejected_paper_may_come_again(self) -> None:
        one = life(lacking=("M01",))
        one.act(APPLICANT, supply("M01"))
        one.act(CLERK, done(f"{NUMBER}.REG.check-M01-1", Outcome.REJECT, reasons=True))
        material = one.state.materials["M01"]
        assert (material.status, material.reasons) == (MaterialStatus.REFUSED, (REASON,))
        one.act(APPLICANT, supply("M01"))
        one.act(CLERK, done(f"{NUMBER}.REG.check-M01-2", Outcome.ACCEPT))
        material = one.state.materials["M01"]
        assert (material.status, material.reasons) == (MaterialStatus.SATISFIED, ())
        assert material.supplies == 2

    @pytest.mark.parametrize(
        ("code", "lacking"),
        [
            ("M01", ()),  # came at the start
            ("M02", ()),  # waived
            ("M04", ()),  # another matter's result
        ],
    )
    def test_only_what_is_awaited_is_taken(self, code: str, lacking: tuple[str, ...]) -> None:
        """DESIGN.md §7 rule 3."""
        one = life(planned(TERM), lacking=lacking)
        assert refused(one, CLERK, supply(code)).code is Code.MATERIAL_NOT_AWAITED

    def test_what_lies_there_unchecked_is_not_taken_twice(self) -> None:
        one = life(lacking=("M01",))
        one.act(APPLICANT, supply("M01"))
        found = refused(one, APPLICANT, supply("M01"))
        assert (found.code, found.details) == (Code.MATERIAL_NOT_AWAITED, {"status": "supplied"})

    def test_nobody_waits_for_papers_of_matters_that_are_over(self) -> None:
        one = life(lacking=("M01", "M03"))
        one.act(CLERK, c.WithdrawBundle())
        assert refused(one, CLERK, supply("M03")).code is Code.MATERIAL_NOT_AWAITED

    def test_it_needs_a_file_and_a_known_code(self) -> None:
        one = life(lacking=("M01",))
        empty = c.SupplyMaterial(material="M01", files=())
        found = refused(one, CLERK, empty)
        assert (found.code, found.field) == (Code.FILES_MISSING, "/files")
        assert refused(one, CLERK, supply("M99")).code is Code.UNKNOWN_MATERIAL
        assert refused(one, REVIEWER, supply("M01")).code is Code.FORBIDDEN


class TestTheRest:
    def test_the_near_agent_of_a_virtual_window_may_do_nothing_here(self) -> None:
        """DESIGN.md §7 rule 7."""
        one = life(planned(TERM), lacking=("M01",))
        for command in (
            supply("M01"),
            c.FileApplication(matter="OUT"),
            c.RaiseObjection(matter="PUB", objection=REASON),
            c.DeliverDocument(document="x"),
            c.WithdrawBundle(),
            c.PassTime(),
        ):
            assert refused(one, AGENT, command).code is Code.FORBIDDEN
        assert refused(one, AGENT, c.ClaimTask(task=REVIEW)).code is Code.UNKNOWN_TASK

    def test_filing_only_within_its_window(self) -> None:
        one = life(planned(TERM))
        assert refused(one, CLERK, c.FileApplication(matter="OUT")).code is Code.NOT_FILING
        assert refused(one, CLERK, c.FileApplication(matter="NO")).code is Code.UNKNOWN_MATTER
        assert refused(one, TAXER, c.FileApplication(matter="OUT")).code is Code.FORBIDDEN

    def test_objections_only_within_publicity(self) -> None:
        one = life(planned(TERM))
        kinds = one.act(CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
        assert kinds == ("objection_raised", "task_opened")
        for key, code in (("REG", Code.NOT_IN_PUBLICITY), ("NO", Code.UNKNOWN_MATTER)):
            command = c.RaiseObjection(matter=key, objection=REASON)
            assert refused(one, CLERK, command).code is code
        command = c.RaiseObjection(matter="PUB", objection=REASON)
        assert refused(one, APPLICANT, command).code is Code.FORBIDDEN

    def test_only_programs_let_time_pass(self) -> None:
        one = life()
        assert refused(one, CLERK, c.PassTime()).code is Code.FORBIDDEN
        assert one.act(SYSTEM, c.PassTime()) == ()

    def test_a_document_that_is_not_there_is_not_delivered(self) -> None:
        one = life()
        command = c.DeliverDocument(document=f"{NUMBER}.REG.licence")
        assert refused(one, CLERK, command).code is Code.UNKNOWN_DOCUMENT
        assert refused(one, REVIEWER, command).code is Code.FORBIDDEN

    def test_what_is_closed_is_not_withdrawn(self) -> None:
        one = life()
        one.act(CLERK, c.WithdrawBundle())
        assert refused(one, CLERK, c.WithdrawBundle()).code is Code.BUNDLE_CLOSED
        assert refused(life(), APPLICANT, c.WithdrawBundle()).code is Code.FORBIDDEN


class TestVersions:
    def test_a_stale_version_is_refused_with_both(self) -> None:
        one = life()
        one.act(REVIEWER, c.ClaimTask(task=REVIEW))
        version = one.state.tasks[REVIEW].version
        found = refused(one, REVIEWER, done(REVIEW, Outcome.PASS), expected=version - 1)
        assert found.code is Code.VERSION_CONFLICT
        assert found.details == {"expected": version - 1, "current": version}

    def test_the_version_seen_is_taken(self) -> None:
        one = life()
        version = one.state.tasks[REVIEW].version
        assert one.act(REVIEWER, done(REVIEW, Outcome.PASS), expected=version)

    def test_what_is_not_there_has_its_own_refusal(self) -> None:
        assert refused(life(), CLERK, supply("M99"), expected=7).code is Code.UNKNOWN_MATERIAL

    @pytest.mark.parametrize(
        ("command", "part", "key"),
        [
            (c.ClaimTask(task=REVIEW), "tasks", REVIEW),
            (c.ReleaseTask(task=REVIEW), "tasks", REVIEW),
            (done(REVIEW, Outcome.PASS), "tasks", REVIEW),
            (supply("M01"), "materials", "M01"),
            (c.FileApplication(matter="TAX"), "matters", "TAX"),
            (c.RaiseObjection(matter="TAX", objection=REASON), "matters", "TAX"),
        ],
        ids=lambda value: getattr(value, "kind", None),
    )
    def test_a_command_is_held_against_what_it_acts_on(
        self, command: c.Command, part: str, key: str
    ) -> None:
        """Two people at different matters never disturb each other."""
        state = life().state
        assert target_version(state, command) == getattr(state, part)[key].version
        assert target_version(state, c.WithdrawBundle()) == state.version


class TestTime:
    def test_what_was_due_before_comes_first_and_under_the_same_act(self) -> None:
        one = life(lacking=("M03",), committed=("FOOD",))
        one.now += timedelta(days=40)
        asked = Asked(key="late", actor=REVIEWER, command=c.ClaimTask(task=REVIEW))
        new = decide(one.state, asked, one.now)
        kinds = [recorded.event.kind for recorded in new]
        assert kinds.index("matter_lapsed") < kinds.index("task_claimed")
        assert {recorded.act for recorded in new} == {"late"}
        assert {recorded.at for recorded in new} == {one.now}
        first = one.state.version + 1
        assert [recorded.seq for recorded in new] == list(range(first, first + len(new)))


def _with_task(kind: str) -> Life:
    """An application in which exactly one task of the kind is open, of REG or PUB."""
    match kind:
        case "review":
            return life()
        case "decide":
            one = life(planned(firm={}))
            one.act(REVIEWER, done(REVIEW, Outcome.PASS))
            return one
        case "check":
            one = life(planned(firm={}), lacking=("M01",))
            one.act(APPLICANT, supply("M01"))
            return one
        case _:
            one = life(planned(TERM))
            one.act(CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
            return one
