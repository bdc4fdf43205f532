"""A changed bundle workflow that does one thing more before everything else.

What replay must catch.
"""

from datetime import timedelta

from temporalio import workflow

from workflows.bundle import BundleWorkflow
from workflows.messages import BundleInput


@workflow.defn(name="Bundle")
class PlantedWorkflow(BundleWorkflow):
    """Sleeps first, which no recorded history did."""

    @workflow.init
    def __init__(self, given: BundleInput) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: BundleInput) -> str:
        """The planted fault."""
        await workflow.sleep(timedelta(seconds=1))
        return await super().run(given)
