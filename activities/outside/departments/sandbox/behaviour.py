"""How a made-up department behaves, and what it answers. Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from definitions.language.base import Value
from definitions.matter.tasks import Outcome, TaskKind

# The people of the department, as its own system names them: the last one decides.
PEOPLE = ("jbr-01", "fzr-02")
_REASON = "部门系统（样例）审查意见"
_USUAL = (
    *(Outcome.PASS, Outcome.GRANT, Outcome.ACCEPT, Outcome.APPROVE, Outcome.CONFIRM),
    *(Outcome.DISMISS, Outcome.AGREE, Outcome.DONE, Outcome.SOLVED, Outcome.EXPLAINED),
)


class Answers(StrEnum):
    """When and how often a task is answered.

    `LATE`: decided in its own books at once, told after the delay. `AFTER_WITHDRAWAL`: only once
    the hall has said that the task is over.
    """

    ONCE = "once"
    TWICE = "twice"
    LATE = "late"
    NEVER = "never"
    AFTER_WITHDRAWAL = "after_withdrawal"


class Behaviour(BaseModel):
    """How a department behaves from now on. `fail_times`: messages refused before one is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delay_seconds: float = Field(default=0, ge=0, le=30 * 86400)
    fail_times: int = Field(default=0, ge=0, le=1000)
    answers: Answers = Answers.ONCE
    outcome: Outcome | None = None

    def due(self, received: datetime) -> datetime | None:
        """When a task is to be worked; None: not by itself."""
        match self.answers:
            case Answers.NEVER | Answers.AFTER_WITHDRAWAL:
                return None
            case Answers.LATE:
                return received
            case Answers.ONCE | Answers.TWICE:
                return received + timedelta(seconds=self.delay_seconds)

    def told(self, decided: datetime) -> datetime:
        """When the hall is told of what was decided."""
        late = self.delay_seconds if self.answers is Answers.LATE else 0
        return decided + timedelta(seconds=late)


class Credentials(Value):
    """How a department signs, and how it signs in; two secrets, newest first."""

    connection: str
    secrets: tuple[str, ...]
    algorithm: str
    login: str
    password: str


def answer(
    assignment: Mapping[str, Any], package: Mapping[str, Any] | None, behaviour: Behaviour
) -> bytes:
    """The body of the callback, the same bytes however often it is sent."""
    outcome = _outcome(assignment.get("outcomes", ()), behaviour.outcome)
    said: dict[str, Any] = {
        "task": assignment["task"],
        "outcome": outcome,
        "reasons": [_REASON],
        "handled_by": list(PEOPLE),
    }
    if assignment.get("kind") == TaskKind.DECIDE and package is not None:
        said["bases"] = [
            {"law": basis["law"], "article": basis["article"]} for basis in package.get("bases", ())
        ]
    if assignment.get("kind") == TaskKind.SURVEY and package is not None:
        said["dates"] = list((package.get("request") or {}).get("dates", ()))[:1]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _outcome(possible: Sequence[str], wanted: Outcome | None) -> str:
    """What it was told to say, be it wrong; else the usual one of those that are possible."""
    if wanted is not None:
        return wanted
    usual = next((each for each in _USUAL if each in possible), None)
    return usual or (possible[0] if possible else Outcome.DONE)
