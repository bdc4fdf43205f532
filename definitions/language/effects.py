"""What an application does to the facts that policies look at: while it runs, and once granted."""

from typing import Any

from pydantic import Field, model_validator

from definitions.language.base import Name, Written
from definitions.language.benefits import Said
from definitions.language.conditions import Condition


class Effect(Written):
    """What one matter of a service does to its applicant's facts.

    `when` looks at the answers of the application. `running`: as long as the matter is not over;
    `granted`: once it is. `lasting`: nothing takes it back, so it stands before what a source says.
    """

    service: Name
    matter: str = Field(pattern=r"^[A-Z][A-Z0-9_]{0,23}$")
    when: Condition | None = None
    running: Said = Field(default_factory=dict)
    granted: Said = Field(default_factory=dict)
    lasting: bool = False

    @model_validator(mode="before")
    @classmethod
    def _some(cls, value: Any) -> Any:  # noqa: ANN401 - raw YAML, before validation
        if isinstance(value, dict) and not (value.get("running") or value.get("granted")):
            msg = "write running or granted"
            raise ValueError(msg)
        return value


class Effects(Written):
    """All of them."""

    effects: tuple[Effect, ...]
