"""What sharing did for an application: whence each fact is, who was away, what was overridden."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from activities.outside.registers.answers import Reach, Register, Verdict
from definitions.language.base import Value


class From(StrEnum):
    """Where a fact comes from. `kept`: a register's last word, because it is away now."""

    REGISTER = "register"
    KEPT = "kept"
    LOADED = "loaded"
    OURS = "ours"
    DECLARED = "declared"


class Origin(Value):
    """Whose word a fact is, when it was fetched and as of which day it is."""

    source: str
    kind: From
    fetched_at: datetime | None = None
    as_of: date | None = None

    @property
    def is_official(self) -> bool:
        """Whether an organ says it, and not the applicant."""
        return self.kind is not From.DECLARED


class Checked(Value):
    """What the population register said of the person of a field, and when it was asked."""

    verdict: Verdict
    at: datetime


class Overridden(Value):
    """A paper asked for although sharing should bring it: why, by whom, when."""

    reason: str
    by: str
    at: datetime


class Corrected(Value):
    """What a register says of a field in which the applicant wrote something else."""

    value: str
    source: str


class Sharing(Value):
    """Everything of it. `asked_at` is empty where no register is connected."""

    asked_at: datetime | None = None
    away: Mapping[Register, Reach] = {}
    origins: Mapping[str, Origin] = {}
    persons: Mapping[str, Checked] = {}
    overrides: Mapping[str, Overridden] = {}
    corrected: Mapping[str, Corrected] = {}
