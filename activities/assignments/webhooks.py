"""The activities of the webhook way: telling a department's system, and asking what it believes."""

from datetime import UTC, datetime
from typing import Any, Protocol

import structlog
from temporalio import activity

from activities.contracts.assignments import (
    AssignmentInput,
    Delivery,
    Reconciled,
    Sent,
    Way,
    Withdrawal,
)
from activities.outside.departments.signing import Algorithm
from activities.outside.departments.webhooks import (
    Answered,
    Departments,
    Kind,
    Message,
    Target,
    message_name,
)
from activities.store.desk.connections import keys_of, note_belief
from activities.store.engine import Store

log = structlog.get_logger(__name__)

# The connection was taken away, or is no webhook any more: an operator has to look.
NOT_CONNECTED = "not-connected"


class Answers(Protocol):
    """Where what a system answered is taken, however it came."""

    async def take(self, connection: str, answered: Answered) -> str | None:
        """Take an answer as if the system had called back; the code of why not, None if taken."""
        ...


class Webhooks:
    """Holds what `deliver_webhook`, `withdraw_webhook` and `reconcile` need."""

    def __init__(self, store: Store, departments: Departments, answers: Answers) -> None:
        self._store = store
        self._departments = departments
        self._answers = answers

    @activity.defn(name="deliver_webhook")
    async def deliver_webhook(self, delivery: Delivery) -> Sent:
        """See `activities.contracts.assignments.deliver_webhook`."""
        data = delivery.assignment.model_dump(mode="json")
        return await self._tell(delivery.given, Kind.ASSIGNED, data)

    @activity.defn(name="withdraw_webhook")
    async def withdraw_webhook(self, withdrawal: Withdrawal) -> Sent:
        """See `activities.contracts.assignments.withdraw_webhook`."""
        data = {"task": withdrawal.given.task, "reason": withdrawal.why.value}
        return await self._tell(withdrawal.given, Kind.WITHDRAWN, data)

    @activity.defn(name="reconcile")
    async def reconcile(self, given: AssignmentInput) -> Reconciled:
        """See `activities.contracts.assignments.reconcile`."""
        target = await self._target(given.connection)
        if target is None:
            return Reconciled(believes="away", reason=NOT_CONNECTED)
        belief = await self._departments.ask(target, given.task)
        taken, refused = False, None
        if belief.status == "completed" and belief.answer is not None:
            refused = await self._answers.take(given.connection, belief.answer)
            taken = refused is None
        # What it answered stays with whoever takes answers: here is only what it says it did.
        believes = {
            "status": belief.status,
            "reason": belief.reason,
            "taken": taken,
            "refused": refused,
        }
        async with self._store.begin() as session:
            await note_belief(session, given, believes)
        return Reconciled(believes=belief.status, taken=taken, reason=belief.reason)

    async def _tell(self, given: AssignmentInput, kind: Kind, data: dict[str, Any]) -> Sent:
        target = await self._target(given.connection)
        if target is None:
            return Sent(error=NOT_CONNECTED, final=True)
        message = Message(
            name=message_name(given.workflow, kind), kind=kind, at=datetime.now(UTC), data=data
        )
        sent = await self._departments.tell(target, message)
        log.info("department_told", task=given.task, kind=kind, error=sent.error)
        return sent

    async def _target(self, connection: str) -> Target | None:
        async with self._store.reading() as session:
            keys = await keys_of(session, connection)
        if keys is None or keys.way is not Way.WEBHOOK or not keys.url:
            return None
        return Target(
            url=keys.url,
            secrets=tuple(secret.get_secret_value() for secret in keys.secrets),
            algorithm=Algorithm(keys.algorithm),
        )
