"""Shared bases and small words of the language."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Written(BaseModel):
    """What stands in a YAML file: frozen, and an unknown key is an error.

    Written out under the names it was read by, because parts of it travel in a plan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


class Value(BaseModel):
    """What travels between parts: frozen.

    Unknown keys are ignored, so that old code reads new events.
    """

    model_config = ConfigDict(frozen=True)


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
MatterKey = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{1,23}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{1,23}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]


class Basis(Written):
    """A citation.

    `law` is a key of `catalogue/laws.yaml`, `article` is written as the law counts.
    """

    law: Text
    article: Text
    says: Text | None = None


class Validity(Written):
    """Both days included; open-ended where `until` is missing."""

    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it is in force on that day."""
        return self.since <= on and (self.until is None or on <= self.until)
