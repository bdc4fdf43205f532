"""One act on many tasks: each is taken or refused by itself, and each has its own key.

The key of an item follows from the request's and the task's id, so that a repeated request comes to
the same results.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api import commands
from api.auth.person import Person
from api.commands import Answer
from api.engine import Accepted, EngineAway
from api.problems import TABLE, ApiCode, Problem, problem_of, wrong
from api.sent import Sent, payload_of
from api.services import Services
from definitions.bundle.tasks import NEED_BASES, NEED_REASONS
from definitions.errors import Code, Refused
from definitions.language.base import Basis, Value
from definitions.matter.tasks import Outcome
from definitions.rules.calendar import BeyondCalendar

log = structlog.get_logger(__name__)

MOST = 100
AT_ONCE = 8


class BulkAct(StrEnum):
    """What can be done with many tasks at once."""

    CLAIM = "claim"
    RELEASE = "release"
    BEGIN = "begin"
    HAND_OVER = "hand-over"
    COMPLETE = "complete"
    APPROVE = "approve"


class Chosen(Value):
    """One task, and the version of it that was seen (None: any)."""

    id: str
    version: int | None = None


class Asked(Value):
    """What is asked of all of them: to whom they go, how they end; reasons once for all."""

    act: BulkAct
    to: str | None = None
    outcome: Outcome | None = None
    reasons: tuple[str, ...] = ()
    bases: tuple[Basis, ...] = ()


class Result(Value):
    """What became of one: the version it came to, or why not. 202: durable, not shown yet."""

    id: str
    status: int
    version: int | None = None
    seq: int | None = None
    problem: Mapping[str, Any] | None = None


async def bulk(
    services: Services, actor: Person, chosen: Sequence[Chosen], asked: Asked, key: str
) -> list[Result]:
    """Act on each of the tasks, a few at a time, in any order. Raises `invalid`, `reasons-missing`.

    Only what is wrong for all of them is refused as a whole.
    """
    _check(chosen, asked)
    few = asyncio.Semaphore(AT_ONCE)

    async def one(task: Chosen) -> Result:
        async with few:
            return await _one(services, actor, task, asked, key)

    return list(await asyncio.gather(*(one(task) for task in chosen)))


def key_of_item(key: str, task: str) -> str:
    """The idempotency key of one task's part of the request."""
    return f"bulk-{hashlib.sha256(f'{key}:{task}'.encode()).hexdigest()[:40]}"


def _check(chosen: Sequence[Chosen], asked: Asked) -> None:
    if len({task.id for task in chosen}) < len(chosen):
        raise wrong("/tasks", "unique", "同一项待办写了两次")
    if asked.act is BulkAct.HAND_OVER and not asked.to:
        raise wrong("/to", "required", "请写明转给哪位同事")
    if asked.act is BulkAct.COMPLETE:
        _check_completion(asked)


def _check_completion(asked: Asked) -> None:
    if asked.outcome is None:
        raise wrong("/outcome", "required", "请写明办理结果")
    said = [reason for reason in asked.reasons if reason.strip()]
    if asked.outcome in NEED_REASONS and not said:
        raise Refused(Code.REASONS_MISSING, "请写明理由", field="/reasons")
    if asked.outcome in NEED_BASES and not asked.bases:
        raise Refused(Code.REASONS_MISSING, "决定应当写明法律依据", field="/bases")


async def _one(services: Services, actor: Person, task: Chosen, asked: Asked, key: str) -> Result:
    content = {"id": task.id, **asked.model_dump(mode="json")}
    own = Sent(
        key=key_of_item(key, task.id),
        payload=payload_of("POST", f"bulk/{asked.act}", content),
        expected=task.version,
    )
    try:
        answer = await _acted(services, actor, task.id, asked, own)
    except (Refused, Problem, BeyondCalendar, EngineAway, SQLAlchemyError, OSError) as error:
        return _refused(task.id, error)
    if isinstance(answer, Accepted):
        return Result(id=task.id, status=HTTPStatus.ACCEPTED)
    return Result(id=task.id, status=HTTPStatus.OK, version=answer.version, seq=answer.seq)


def _acted(
    services: Services, actor: Person, task: str, asked: Asked, own: Sent
) -> Awaitable[Answer]:
    match asked.act:
        case BulkAct.HAND_OVER:
            return commands.hand_over_task(
                services, actor, task, own, to=asked.to or "", reasons=asked.reasons
            )
        case BulkAct.COMPLETE:
            assert asked.outcome is not None
            return commands.complete_task(
                services,
                actor,
                task,
                own,
                outcome=asked.outcome,
                reasons=asked.reasons,
                bases=asked.bases,
            )
        case _:
            return _PLAIN[asked.act](services, actor, task, own)


_PLAIN: Mapping[BulkAct, Callable[[Services, Person, str, Sent], Awaitable[Answer]]] = {
    BulkAct.CLAIM: commands.claim_task,
    BulkAct.RELEASE: commands.release_task,
    BulkAct.BEGIN: commands.begin_task,
    BulkAct.APPROVE: commands.approve_proposal,
}


def _refused(task: str, error: Exception) -> Result:
    problem = problem_of(error)
    status, title = TABLE[problem.code]
    if problem.code is ApiCode.INTERNAL:
        log.error("bulk_item_failed", task=task, error=type(error).__name__)
    said = {
        "code": str(problem.code),
        "title": title,
        "detail": problem.detail,
        "errors": [fault.model_dump(exclude_none=True) for fault in problem.errors],
        "details": dict(problem.details),
    }
    return Result(id=task, status=int(status), problem=said)
