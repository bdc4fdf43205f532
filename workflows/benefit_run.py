"""兑现批次 on its way: what makes a run move, while the run itself stands in the register."""

from temporalio import workflow

from definitions.language.base import Value


class BenefitRunInput(Value):
    """Which run."""

    run: str


def driver_of(run: str) -> str:
    """The id of the workflow that drives this run."""
    return f"benefit:{run}"


@workflow.defn(name="BenefitRun")
class BenefitRunWorkflow:
    """The driver of one run."""

    @workflow.init
    def __init__(self, given: BenefitRunInput) -> None:
        self._given = given

    @workflow.run
    async def run(self, _given: BenefitRunInput) -> str:
        """Drive until the run is over."""
        raise NotImplementedError

    @workflow.signal
    def wake(self) -> None:
        """Something has changed in the register."""
