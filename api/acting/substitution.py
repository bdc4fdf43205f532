"""Substitution (代办): whose work somebody does who is not there today. Resolved here only."""

from typing import get_args

import structlog
from sqlalchemy.exc import SQLAlchemyError

from activities.store.desk.absences import StandIn, stand_in
from api.services import Services
from definitions.bundle.commands import (
    ApproveProposal,
    Command,
    CompleteTask,
    OfTaskCommand,
    SendBackTask,
    TakeBackTask,
)
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

log = structlog.get_logger(__name__)

_OF_TASK = get_args(OfTaskCommand)


async def standing_in(services: Services, actor: Actor, command: Command) -> Actor:
    """Who acts, with the absent colleague whose part it is: holder, reviewer, or who handed over.

    Both names are on record then, and what neither may do alone the other may not do for him.
    """
    if not isinstance(command, _OF_TASK) or not permissions.may(actor, Act.WORK_TASK):
        return actor
    try:
        async with services.store.reading() as session:
            found = await stand_in(session, command.task, actor.id, local_day(services.now()))
    except (SQLAlchemyError, OSError):
        # Acts need no register to be taken; without it, everybody acts for himself alone.
        log.warning("substitution_unknown", task=command.task)
        return actor
    whose = _whose(found, command)
    if whose is None or whose not in found.absent:
        return actor
    return actor.model_copy(update={"stands_for": whose})


def _whose(found: StandIn, command: object) -> str | None:
    """Whose part of the task the command is."""
    match command:
        case ApproveProposal() | SendBackTask():
            return found.reviewer
        case CompleteTask() if found.in_review:
            return found.reviewer
        case TakeBackTask():
            return found.handed_by
        case _:
            return found.holder
