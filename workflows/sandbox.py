"""How workflow code is fenced in: the one list of what passes through the sandbox.

In production the core passes through (6 ms instead of 67 ms of CPU a workflow); in tests it is
reloaded inside the sandbox, so that a clock, a random number or a file read anywhere in the core
raises.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import SandboxImportNotificationPolicy

_LIBRARIES = ("pydantic", "pydantic_core", "annotated_types", "typing_inspection")
_OURS = (
    "definitions",
    "activities.contracts",
    "workflows.benefit_lanes",
    "workflows.details",
    "workflows.ledger",
    "workflows.messages",
)


def runner(*, strict: bool = False) -> SandboxedWorkflowRunner:
    """The workflow runner: `strict` for tests and checks, else for production.

    Ours pass through together or not at all: a contract holding models of the core must see the
    same classes as the workflow does.
    """
    passed = _LIBRARIES if strict else (*_LIBRARIES, *_OURS)
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*passed)
    if not strict:
        restrictions = restrictions.with_import_notification_policy(
            SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
            | SandboxImportNotificationPolicy.WARN_ON_DYNAMIC_IMPORT
        )
    return SandboxedWorkflowRunner(restrictions=restrictions)
