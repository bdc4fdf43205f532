"""What anybody may try with tasks and colleagues, sensible or not, for lives made by chance."""

import random
from datetime import timedelta

from hypothesis import strategies as st

from definitions.bundle import commands as c
from definitions.bundle.state import BundleState
from definitions.bundle.tasks import OUTCOMES
from definitions.language.base import Value
from definitions.language.roles import Actor, Role
from definitions.matter.tasks import Completion, Outcome, ReturnPoint, TaskStatus
from tests.support.lives import BASES
from tests.support.services import APPROVER, NOW, PEOPLE, REASON

SUPERVISOR = Actor(id="supervisor", role=Role.SUPERVISOR)
COLLEAGUE = Actor(id="colleague", role=Role.OFFICER, department="registrar")
STAND_IN = COLLEAGUE.model_copy(update={"stands_for": "reviewer"})
SYSTEM_OF_TAX = Actor(id="tax_system", role=Role.DEPARTMENT_SYSTEM, department="tax")
EVERYBODY = (*PEOPLE, SUPERVISOR, COLLEAGUE, STAND_IN, SYSTEM_OF_TAX)
NAMES = tuple(actor.id for actor in EVERYBODY)
POINT = ReturnPoint(fault="unclear", says=REASON)
DAYS = tuple((NOW + timedelta(days=days)).date() for days in (5, 9, 30))
OFFICERS = ("officer", "second", "head", "other", "clerk")
SOMEBODY = (APPROVER,)


def completion_of(actor: Actor, outcome: Outcome) -> Completion:
    """Whatever the outcome may need."""
    system = actor.role is Role.DEPARTMENT_SYSTEM
    return Completion(
        outcome=outcome,
        reasons=(REASON,),
        bases=BASES,
        dates=DAYS[1:],
        companions=("companion",),
        handled_by=("7001", "7002") if system else (),
    )


def on_task(data: st.DataObject, task: str, actor: Actor, outcome: Outcome) -> object:
    """Anything with the task but completing it."""
    return data.draw(
        st.sampled_from(
            (
                c.BeginTask(task=task),
                c.WaitTask(task=task, cause="other"),
                c.ResumeTask(task=task),
                c.HandOverTask(task=task, to=data.draw(st.sampled_from(NAMES))),
                c.TakeBackTask(task=task),
                c.ProposeCompletion(task=task, completion=completion_of(actor, outcome)),
                c.ProposeCompletion(task=task, completion=completion_of(actor, Outcome.PASS)),
                c.ApproveProposal(task=task),
                c.SendBackTask(task=task, reasons=(REASON,)),
                c.TransferTask(
                    task=task,
                    department=data.draw(st.sampled_from(("tax", "food", "registrar"))),
                    reasons=(REASON,),
                ),
                c.ReturnTask(task=task, points=(POINT,)),
                c.UrgeTask(task=task, reasons=(REASON,)),
            )
        )
    )


def by_system(actor: Actor, command: Value) -> Value:
    """A department's own system says who acted."""
    if actor.role is Role.DEPARTMENT_SYSTEM and isinstance(command, c.CompleteTask):
        return command.model_copy(update={"handled_by": ("7001", "7002")})
    return command


def together(state: BundleState, dice: random.Random, matter: str) -> Value:
    """What people do with tasks and ask of each other, mostly what is possible."""
    if dice.random() < 0.3:
        return _asked(state, dice, matter)
    tasks = [task.id for task in state.open_tasks] if dice.random() < 0.9 else [*state.tasks]
    task = dice.choice(tasks or ["none"])
    known = state.tasks.get(task)
    outcome = OUTCOMES[known.kind][0] if known else dice.choice(tuple(Outcome))
    completion = Completion(
        outcome=outcome, reasons=(REASON,), bases=BASES, companions=("companion",)
    )
    begun = (
        c.WaitTask(task=task, cause="department"),
        c.HandOverTask(task=task, to=dice.choice(OFFICERS)),
        c.ProposeCompletion(task=task, completion=completion),
    )
    usual: dict[TaskStatus, tuple[Value, ...]] = {
        TaskStatus.READY: (c.BeginTask(task=task), c.ClaimTask(task=task), *begun[1:]),
        TaskStatus.CLAIMED: (*begun, c.TakeBackTask(task=task), c.ReleaseTask(task=task)),
        TaskStatus.IN_PROGRESS: begun,
        TaskStatus.WAITING: (c.ResumeTask(task=task),),
        TaskStatus.IN_REVIEW: (
            c.ApproveProposal(task=task),
            c.SendBackTask(task=task, reasons=(REASON,)),
        ),
    }
    likely = usual.get(known.status, ()) if known and dice.random() < 0.7 else ()
    return dice.choice(likely or (*begun, *(each for few in usual.values() for each in few)))


def _asked(state: BundleState, dice: random.Random, matter: str) -> Value:
    """What goes beyond one's own desk."""
    what = dice.choice(("consultation", "consultation", "assistance", "expert", "survey"))
    soon = tuple((state.started_at + timedelta(days=days)).date() for days in (20, 90, 91))
    ask = c.AskColleagues.model_validate(
        {
            "matter": matter,
            "what": what,
            "departments": (dice.choice(("tax", "food")),),
            "question": REASON,
            "tacit": what == "consultation",
            "to": dice.choice(OFFICERS) if what == "expert" else None,
            "dates": soon[1:] if what == "survey" else (),
        }
    )
    asked = [task.request.id for task in state.tasks.values() if task.request] or ["none"]
    task = dice.choice([task.id for task in state.open_tasks] or ["none"])
    away = c.RecuseOfficer(officer=dice.choice(OFFICERS), reasons=(REASON,))
    sent = c.TransferTask(task=task, department=dice.choice(("tax", "food")), reasons=(REASON,))
    return dice.choice(
        (
            *(ask, ask, ask, sent),
            c.ReturnTask(task=task, points=(POINT,)),
            c.UrgeTask(task=task, reasons=(REASON,)),
            c.WithdrawRequest(request=dice.choice(asked)),
            c.Complain(matter=matter, complaint=REASON),
            away if dice.random() < 0.2 else ask,
        )
    )
