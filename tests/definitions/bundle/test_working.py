"""Every command on a task in every status, by everybody: what becomes of it, or why it is refused.

What one task is opened, held and passed on by; returns have tests of their own.
"""

from datetime import date

import pytest

from definitions.bundle import commands as c
from definitions.errors import Code
from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.matter.tasks import HandOver, Outcome, TaskStatus
from tests.support.at_work import (
    POINT,
    RECEIPT,
    SYSTEM_OF_FOOD,
    refused,
    said,
    taken_in,
    task,
)
from tests.support.legal import CLERK, HEAD, OFFICER, OTHER, SECOND, SUPERVISOR, WHY
from tests.support.lives import Folded

STAND_IN = SECOND.model_copy(update={"stands_for": "officer"})
THIRD = OFFICER.model_copy(update={"id": "third"})
PEOPLE = {
    "holder": OFFICER,
    "colleague": SECOND,
    "approver": HEAD,
    "stand-in": STAND_IN,
    "system": SYSTEM_OF_FOOD,
}
OPEN = ("ready", "claimed", "in_progress", "waiting", "in_review")
CLOSED = ("completed", "returned", "obsolete")

# A row a command and status; in it what comes of each of PEOPLE: the status after, = where nothing
# happens, or the code of the refusal.
# fmt: off
T, N, X, F4 = "task-taken", "task-not-held", "task-not-open", "four-eyes"
NO, MISSING = "forbidden", "officers-missing"
TABLE = {
    "claim": {
        "ready":       "claimed claimed claimed claimed claimed",
        "claimed":     f"= {T} {T} = {T}",
        "in_progress": f"= {T} {T} = {T}",
        "waiting":     f"= {T} {T} = {T}",
        "in_review":   f"= {T} {T} = {T}",
    },
    "release": {
        "ready":       "= = = = =",
        "claimed":     f"ready {T} {T} ready {T}",
        "in_progress": f"ready {T} {T} ready {T}",
        "waiting":     f"ready {T} {T} ready {T}",
        "in_review":   f"ready {T} {T} ready {T}",
    },
    "begin": {
        "ready":       "in_progress in_progress in_progress in_progress in_progress",
        "claimed":     f"in_progress {T} {T} in_progress {T}",
        "in_progress": f"= {T} {T} = {T}",
        "waiting":     f"= {T} {T} = {T}",
        "in_review":   f"= {T} {T} = {T}",
    },
    "wait": {
        "ready":       f"{N} {N} {N} {N} {N}",
        "claimed":     f"waiting {T} {T} waiting {T}",
        "in_progress": f"waiting {T} {T} waiting {T}",
        "waiting":     f"{N} {T} {T} {N} {T}",
        "in_review":   f"{N} {T} {T} {N} {T}",
    },
    "resume": {
        "ready":       f"{N} {N} {N} {N} {N}",
        "claimed":     f"{N} {T} {T} {N} {T}",
        "in_progress": f"{N} {T} {T} {N} {T}",
        "waiting":     f"in_progress {T} {T} in_progress {T}",
        "in_review":   f"{N} {T} {T} {N} {T}",
    },
    "hand over": {
        "ready":       f"{N} {N} claimed {N} {N}",
        "claimed":     f"claimed {T} claimed claimed {T}",
        "in_progress": f"claimed {T} claimed claimed {T}",
        "waiting":     f"claimed {T} claimed claimed {T}",
        "in_review":   f"claimed {T} claimed claimed {T}",
    },
    "take back": {
        "ready":       f"{N} {N} {N} {N} {N}",
        "claimed":     f"{N} {N} {N} {N} {N}",
        "in_progress": f"{N} {N} {N} {N} {N}",
        "waiting":     f"{N} {N} {N} {N} {N}",
        "in_review":   f"{N} {N} {N} {N} {N}",
    },
    "propose": {
        "ready":       "in_review in_review in_review in_review in_review",
        "claimed":     f"in_review {T} {T} in_review {T}",
        "in_progress": f"in_review {T} {T} in_review {T}",
        "waiting":     f"in_review {T} {T} in_review {T}",
        "in_review":   f"{X} {T} {T} {X} {T}",
    },
    "approve": {
        "ready":       f"{X} {X} {X} {X} {X}",
        "claimed":     f"{X} {X} {X} {X} {X}",
        "in_progress": f"{X} {X} {X} {X} {X}",
        "waiting":     f"{X} {X} {X} {X} {X}",
        "in_review":   f"{F4} completed completed {F4} {MISSING}",
    },
    "send back": {
        "ready":       f"{X} {X} {X} {X} {X}",
        "claimed":     f"{X} {X} {X} {X} {X}",
        "in_progress": f"{X} {X} {X} {X} {X}",
        "waiting":     f"{X} {X} {X} {X} {X}",
        "in_review":   f"{F4} in_progress in_progress {F4} in_progress",
    },
    "transfer": {
        "ready":       f"ready ready ready ready {NO}",
        "claimed":     f"ready {T} {T} ready {NO}",
        "in_progress": f"ready {T} {T} ready {NO}",
        "waiting":     f"ready {T} {T} ready {NO}",
        "in_review":   f"{N} {T} {T} {N} {NO}",
    },
    "return": {
        "ready":       "returned returned returned returned returned",
        "claimed":     f"returned {T} {T} returned {T}",
        "in_progress": f"returned {T} {T} returned {T}",
        "waiting":     f"returned {T} {T} returned {T}",
        "in_review":   f"{N} {T} {T} {N} {T}",
    },
    "complete": {
        "ready":       "completed completed completed completed completed",
        "claimed":     f"completed {T} {T} completed {T}",
        "in_progress": f"completed {T} {T} completed {T}",
        "waiting":     f"completed {T} {T} completed {T}",
        "in_review":   f"{F4} completed completed {F4} completed",
    },
    "urge": dict.fromkeys(OPEN, f"{NO} {NO} {NO} {NO} {NO}"),
}
# fmt: on
CELLS = [
    (command, status, who, becomes)
    for command, rows in TABLE.items()
    for status, row in rows.items()
    for who, becomes in zip(PEOPLE, row.split(), strict=True)
]


def _command(name: str, actor: Actor) -> Value:
    handled = ("7001", "7002") if actor is SYSTEM_OF_FOOD else ()
    completion = said(Outcome.ACCEPT, handled_by=handled)
    return {
        "claim": c.ClaimTask(task=RECEIPT),
        "release": c.ReleaseTask(task=RECEIPT),
        "begin": c.BeginTask(task=RECEIPT),
        "wait": c.WaitTask(task=RECEIPT, cause="register"),
        "resume": c.ResumeTask(task=RECEIPT),
        "hand over": c.HandOverTask(task=RECEIPT, to="third"),
        "take back": c.TakeBackTask(task=RECEIPT),
        "propose": c.ProposeCompletion(task=RECEIPT, completion=completion),
        "approve": c.ApproveProposal(task=RECEIPT),
        "send back": c.SendBackTask(task=RECEIPT, reasons=(WHY,)),
        "transfer": c.TransferTask(task=RECEIPT, department="tax", reasons=(WHY,)),
        "return": c.ReturnTask(task=RECEIPT, points=(POINT,)),
        "complete": c.CompleteTask(task=RECEIPT, **dict(completion)),
        "urge": c.UrgeTask(task=RECEIPT, reasons=(WHY,)),
    }[name]


def standing(status: str) -> Folded:
    """The examination in that status; where somebody has it, the officer does."""
    one = taken_in()
    steps: dict[str, tuple[str, ...]] = {
        "ready": (),
        "claimed": ("claim",),
        "in_progress": ("begin",),
        "waiting": ("begin", "wait"),
        "in_review": ("propose",),
        "completed": ("complete",),
        "returned": ("return",),
        "obsolete": (),
    }
    for step in steps[status]:
        one.act(OFFICER, _command(step, OFFICER))
    if status == "obsolete":
        one.act(CLERK, c.WithdrawBundle())
    assert task(one, RECEIPT).status == status
    return one


@pytest.mark.parametrize(("command", "status", "who", "becomes"), CELLS)
def test_every_command_in_every_status_by_everybody(
    command: str, status: str, who: str, becomes: str
) -> None:
    one = standing(status)
    before = one.events
    if becomes in set(Code):
        assert refused(one, PEOPLE[who], _command(command, PEOPLE[who])) == becomes
        return
    one.act(PEOPLE[who], _command(command, PEOPLE[who]))
    after = task(one, RECEIPT)
    assert after.status == (status if becomes == "=" else becomes)
    assert (one.events == before) is (becomes == "=")
    assert (after.assignee is None) is (after.status is TaskStatus.READY)


@pytest.mark.parametrize("status", CLOSED)
@pytest.mark.parametrize("command", TABLE)
def test_what_is_over_is_over_for_everybody(command: str, status: str) -> None:
    one = standing(status)
    for actor in (OFFICER, SECOND, HEAD, STAND_IN):
        code = refused(one, actor, _command(command, actor))
        assert code is (Code.FORBIDDEN if command == "urge" else Code.TASK_NOT_OPEN)


@pytest.mark.parametrize("status", [*OPEN, *CLOSED])
@pytest.mark.parametrize("command", TABLE)
def test_another_department_does_not_learn_that_there_is_a_task(command: str, status: str) -> None:
    code = refused(standing(status), OTHER, _command(command, OTHER))
    assert code is (Code.FORBIDDEN if command == "urge" else Code.UNKNOWN_TASK)


@pytest.mark.parametrize("status", OPEN)
@pytest.mark.parametrize("command", TABLE)
def test_whoever_must_keep_away_does_nothing_with_it(command: str, status: str) -> None:
    one = standing(status)
    one.act(SECOND, c.RecuseOfficer(officer="second", reasons=(WHY,)))
    taken = TABLE[command][status].split()[1]
    code = refused(one, SECOND, _command(command, SECOND))
    may = taken == "=" or taken in set(TaskStatus)
    assert code == (Code.RECUSED if may else taken)


class TestHolding:
    def test_a_substitute_s_work_bears_both_names(self) -> None:
        one = standing("in_progress")
        one.act(STAND_IN, _command("complete", STAND_IN))
        done = task(one, RECEIPT)
        assert (done.assignee, done.stood_for) == ("second", "officer")
        assert {r.actor.stands_for for r in one.events if r.event.kind == "task_completed"} == {
            "officer"
        }

    def test_what_it_waits_for_is_kept_until_it_goes_on_and_no_clock_stops(self) -> None:
        one = standing("claimed")
        clocks = [matter.clocks for matter in one.state.matters.values()]
        until = date(2026, 3, 9)
        one.act(OFFICER, c.WaitTask(task=RECEIPT, cause="applicant", until=until, reasons=(WHY,)))
        waiting = task(one, RECEIPT).waiting
        assert waiting is not None
        assert (waiting.cause, waiting.since, waiting.until) == ("applicant", one.now, until)
        assert [matter.clocks for matter in one.state.matters.values()] == clocks
        one.act(OFFICER, c.ResumeTask(task=RECEIPT))
        assert task(one, RECEIPT).waiting is None


class TestHandingOver:
    def test_it_says_by_whom_and_who_had_it_before(self) -> None:
        one = standing("in_progress")
        one.act(OFFICER, c.HandOverTask(task=RECEIPT, to="second", reasons=(WHY,)))
        handed = task(one, RECEIPT)
        assert handed.handed == HandOver(by="officer", at=one.now, before="officer")
        assert (handed.assignee, handed.status) == ("second", "claimed")

    def test_to_who_has_it_already_changes_nothing(self) -> None:
        one = standing("claimed")
        assert one.act(HEAD, c.HandOverTask(task=RECEIPT, to="officer")) == ()

    def test_taken_back_before_it_is_begun_it_is_as_before(self) -> None:
        one = standing("claimed")
        one.act(OFFICER, c.HandOverTask(task=RECEIPT, to="second"))
        assert one.act(OFFICER, c.TakeBackTask(task=RECEIPT)) == ("task_taken_back",)
        back = task(one, RECEIPT)
        assert (back.assignee, back.status, back.handed) == ("officer", "claimed", None)

    def test_one_given_to_nobody_before_is_free_again(self) -> None:
        one = standing("ready")
        one.act(HEAD, c.HandOverTask(task=RECEIPT, to="second"))
        one.act(HEAD, c.TakeBackTask(task=RECEIPT))
        assert task(one, RECEIPT).status is TaskStatus.READY

    def test_once_begun_or_by_another_it_is_not_taken_back(self) -> None:
        one = standing("claimed")
        one.act(OFFICER, c.HandOverTask(task=RECEIPT, to="second"))
        assert refused(one, HEAD, c.TakeBackTask(task=RECEIPT)) is Code.TASK_NOT_HELD
        one.act(SECOND, c.BeginTask(task=RECEIPT))
        assert refused(one, OFFICER, c.TakeBackTask(task=RECEIPT)) is Code.TASK_NOT_HELD

    def test_a_supervisor_gives_the_work_of_every_department(self) -> None:
        for actor in (SUPERVISOR, SUPERVISOR.model_copy(update={"department": "elsewhere"})):
            one = standing("claimed")
            one.act(actor, c.HandOverTask(task=RECEIPT, to="second"))
            assert task(one, RECEIPT).assignee == "second"

    def test_an_approver_only_that_of_his_own(self) -> None:
        for department in ("tax", None):
            head = HEAD.model_copy(update={"department": department})
            command = c.HandOverTask(task=RECEIPT, to="second")
            assert refused(standing("claimed"), head, command) is Code.UNKNOWN_TASK

    def test_never_to_who_must_keep_away_not_even_by_taking_back(self) -> None:
        one = standing("claimed")
        one.act(HEAD, c.HandOverTask(task=RECEIPT, to="second"))
        one.act(OFFICER, c.RecuseOfficer(officer="officer", reasons=(WHY,)))
        assert refused(one, HEAD, c.HandOverTask(task=RECEIPT, to="officer")) is Code.RECUSED
        assert one.act(HEAD, c.TakeBackTask(task=RECEIPT)) == ("task_released",)
        assert task(one, RECEIPT).assignee is None


def test_third_is_a_colleague() -> None:
    """To whom the table hands over may take what is handed to him."""
    one = standing("claimed")
    one.act(OFFICER, _command("hand over", OFFICER))
    one.act(THIRD, c.BeginTask(task=RECEIPT))
    assert task(one, RECEIPT).status is TaskStatus.IN_PROGRESS
