"""Every workflow a worker runs."""

from workflows.bundle import BundleWorkflow
from workflows.recalculation import RecalculationWorkflow

WORKFLOWS = (BundleWorkflow, RecalculationWorkflow)
