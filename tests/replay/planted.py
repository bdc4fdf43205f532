"""Changed workflows that do one thing more before everything else: what replay must catch."""

from datetime import timedelta

from temporalio import workflow

from activities.contracts.assignments import AssignmentInput
from activities.contracts.benefits import DueDone
from activities.contracts.digests import DigestMade
from workflows.assignment import AssignmentWorkflow
from workflows.benefit_run import BenefitRunInput, BenefitRunWorkflow
from workflows.benefit_schedule import BenefitScheduleInput, BenefitScheduleWorkflow
from workflows.bundle import BundleWorkflow
from workflows.digest import DigestInput, DigestWorkflow
from workflows.messages import BundleInput
from workflows.recalculation import RecalculationInput, RecalculationWorkflow


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


@workflow.defn(name="Recalculation")
class PlantedRecalculation(RecalculationWorkflow):
    """Sleeps first as well."""

    @workflow.init
    def __init__(self, given: RecalculationInput) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: RecalculationInput) -> str:
        """The planted fault."""
        await workflow.sleep(timedelta(seconds=1))
        return await super().run(given)


@workflow.defn(name="Assignment")
class PlantedAssignment(AssignmentWorkflow):
    """And here."""

    @workflow.init
    def __init__(self, given: AssignmentInput) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: AssignmentInput) -> str:
        """The planted fault."""
        await workflow.sleep(timedelta(seconds=1))
        return await super().run(given)


@workflow.defn(name="Digest")
class PlantedDigest(DigestWorkflow):
    """And here."""

    @workflow.run
    async def run(self, given: DigestInput) -> DigestMade:
        """The planted fault."""
        await workflow.sleep(timedelta(seconds=1))
        return await super().run(given)


@workflow.defn(name="BenefitRun")
class PlantedRun(BenefitRunWorkflow):
    """And here."""

    @workflow.init
    def __init__(self, given: BenefitRunInput) -> None:
        super().__init__(given)

    @workflow.run
    async def run(self, given: BenefitRunInput) -> str:
        """The planted fault."""
        await workflow.sleep(timedelta(seconds=1))
        return await super().run(given)


@workflow.defn(name="BenefitSchedule")
class PlantedSchedule(BenefitScheduleWorkflow):
    """And here."""

    @workflow.run
    async def run(self, given: BenefitScheduleInput) -> DueDone:
        """The planted fault."""
        await workflow.sleep(timedelta(seconds=1))
        return await super().run(given)
