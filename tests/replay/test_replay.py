"""Recorded histories replay on today's code, in both sandboxes; a planted change does not."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.replay.planted import (
    PlantedAssignment,
    PlantedDigest,
    PlantedRecalculation,
    PlantedRun,
    PlantedSchedule,
    PlantedWorkflow,
)
from workflows.registry import WORKFLOWS
from workflows.sandbox import runner

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


def history(file: Path) -> WorkflowHistory:
    """A history as it was recorded."""
    return WorkflowHistory.from_json(file.stem, file.read_text(encoding="utf-8"))


def test_there_are_histories_of_every_workflow() -> None:
    """An empty folder would make the next test pass for nothing."""
    names = {file.stem.partition("-")[0] for file in HISTORIES}
    assert names == {workflow.__name__.removesuffix("Workflow").lower() for workflow in WORKFLOWS}


@pytest.mark.parametrize("strict", [False, True], ids=["production", "strict"])
@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.stem)
async def test_a_recorded_history_replays(file: Path, *, strict: bool) -> None:
    """What ran on an earlier release goes on running on this one."""
    replayer = Replayer(
        workflows=list(WORKFLOWS),
        data_converter=pydantic_data_converter,
        workflow_runner=runner(strict=strict),
    )
    await replayer.replay_workflow(history(file))


@pytest.mark.parametrize("file", HISTORIES, ids=lambda file: file.stem)
async def test_a_planted_change_is_caught(file: Path) -> None:
    """The test above can fail."""
    replayer = Replayer(
        workflows=[
            PlantedWorkflow,
            PlantedAssignment,
            PlantedRecalculation,
            PlantedDigest,
            PlantedRun,
            PlantedSchedule,
        ],
        data_converter=pydantic_data_converter,
        workflow_runner=runner(strict=True),
    )
    with pytest.raises(NondeterminismError):
        await replayer.replay_workflow(history(file))
