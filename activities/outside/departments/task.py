"""The department's own workflow for one task, where it has a namespace of its own (Nexus)."""

from temporalio import workflow

from activities.contracts.assignments import Answer, Assignment, handle_task
from activities.contracts.profiles import DEPARTMENT


@workflow.defn(name="DepartmentTask")
class DepartmentTask:
    """Runs the department's program once it has an answer; cancelled when the task is over."""

    @workflow.run
    async def run(self, assignment: Assignment) -> Answer:
        """What the department's program answers."""
        return await workflow.execute_activity(
            handle_task,
            assignment,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=assignment.task,
            **DEPARTMENT,
        )
