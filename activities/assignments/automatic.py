"""自动办理: completing what nothing speaks against, in the name of the connection's account.

A review is passed, and a decision granted where the account is one that may decide. Whatever is
missing, blocked, or refused by the application is left to people, with a code that says why.
"""

from typing import Protocol

from sqlalchemy import exists, select
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.assignments.rows import described
from activities.contracts.assignments import Answer, AssignmentInput, Declined, Handled
from activities.store.desk.accounts import AccountView
from activities.store.desk.connections import account_of
from activities.store.engine import ReadSession, Store
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Material
from definitions.bundle.commands import CompleteTask
from definitions.bundle.decide import Asked
from definitions.errors import Code, Refused
from definitions.language.checks import Severity
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome, TaskKind

OUTCOME = {TaskKind.REVIEW: Outcome.PASS, TaskKind.DECIDE: Outcome.GRANT}
_READY = (MaterialStatus.SATISFIED, MaterialStatus.WAIVED)


class NotTaken(Exception):
    """The application did not answer for good: worth another try under the same key."""


class Applications(Protocol):
    """The running applications, wherever they run."""

    async def act(self, number: str, asked: Asked, *, payload: str) -> int:
        """Let the application take a command; returns the version its target came to.

        Idempotent by the command's key. Raises `Refused`, `NotTaken`.
        """
        ...


class Automatic:
    """Holds what `handle_automatically` needs."""

    def __init__(self, store: Store, applications: Applications) -> None:
        self._store = store
        self._applications = applications

    @activity.defn(name="handle_automatically")
    async def handle_automatically(self, given: AssignmentInput) -> Answer:
        """See `activities.contracts.assignments.handle_automatically`."""
        async with self._store.reading() as session:
            found = await described(session, given)
            if found.assignment is None:
                return Declined(reason=Code.TASK_NOT_OPEN)
            outcome = OUTCOME.get(found.assignment.kind)
            if outcome is None:
                return Declined(reason="kind-not-automatic")
            against = await _speaks_against(session, given.bundle, found.assignment.matter)
            acting = await account_of(session, given.connection)
        if against is not None or acting is None:
            return Declined(reason=against or "account-closed")
        return await self._complete(given, acting, outcome)

    async def _complete(
        self, given: AssignmentInput, acting: AccountView, outcome: Outcome
    ) -> Answer:
        asked = Asked(
            key=f"{acting.id}:{given.workflow}",
            actor=acting.actor,
            command=CompleteTask(task=given.task, outcome=outcome),
            authority=acting.authority,
        )
        try:
            version = await self._applications.act(given.bundle, asked, payload=given.workflow)
        except Refused as refused:
            return Declined(reason=refused.code)
        except NotTaken as error:
            raise ApplicationError(str(error), type="not-taken") from error
        return Handled(version=version)


async def _speaks_against(session: ReadSession, bundle: str, matter: str) -> str | None:
    """The code of what does: a paper of the matter that is not there, a grave finding."""
    lacking = exists(
        select(Material.code).where(
            Material.bundle == bundle,
            Material.gates.contains([matter]),
            Material.status.not_in(_READY),
        )
    )
    blocked = exists(
        select(Application.id)
        .join(Bundle, Bundle.application == Application.id)
        .where(
            Bundle.number == bundle,
            Application.findings.contains([{"severity": Severity.BLOCK}]),
        )
    )
    found = (await session.execute(select(lacking, blocked))).one()
    if found[0]:
        return Code.MATERIAL_MISSING
    return "findings-block" if found[1] else None
