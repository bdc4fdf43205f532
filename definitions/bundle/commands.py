"""What people and programs may ask of one application.

Each names what it acts on, in the imperative.
"""

from typing import Annotated, Literal

from pydantic import Field

from definitions.language.base import Basis, Value
from definitions.matter.state import FileRef, Outcome, Reason


class ClaimTask(Value):
    """Take a ready task."""

    kind: Literal["claim_task"] = "claim_task"
    task: str


class ReleaseTask(Value):
    """Put a claimed task back."""

    kind: Literal["release_task"] = "release_task"
    task: str


class CompleteTask(Value):
    """Complete a task. Refusals and rejections carry reasons; a refused decision carries bases."""

    kind: Literal["complete_task"] = "complete_task"
    task: str
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    bases: tuple[Basis, ...] = ()


class SupplyMaterial(Value):
    """Hand in a pending material."""

    kind: Literal["supply_material"] = "supply_material"
    material: str
    files: tuple[FileRef, ...]


class FileApplication(Value):
    """Apply within the window that is open."""

    kind: Literal["file_application"] = "file_application"
    matter: str


class RaiseObjection(Value):
    """Object during publicity."""

    kind: Literal["raise_objection"] = "raise_objection"
    matter: str
    objection: Reason


class DeliverDocument(Value):
    """Hand a paper document out."""

    kind: Literal["deliver_document"] = "deliver_document"
    document: str
    way: Literal["counter", "post"] = "counter"


class WithdrawBundle(Value):
    """Withdraw everything that is not decided yet."""

    kind: Literal["withdraw_bundle"] = "withdraw_bundle"


class PassTime(Value):
    """Nothing is asked; what has become due follows by itself."""

    kind: Literal["pass_time"] = "pass_time"


Command = Annotated[
    ClaimTask
    | ReleaseTask
    | CompleteTask
    | SupplyMaterial
    | FileApplication
    | RaiseObjection
    | DeliverDocument
    | WithdrawBundle
    | PassTime,
    Field(discriminator="kind"),
]
