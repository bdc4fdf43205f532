"""Every workflow, by the worker that runs it (docs/decisions/0024)."""

from workflows.assignment import AssignmentWorkflow
from workflows.benefit_run import BenefitRunWorkflow
from workflows.benefit_schedule import BenefitScheduleWorkflow
from workflows.bundle import BundleWorkflow
from workflows.digest import DigestWorkflow
from workflows.recalculation import RecalculationWorkflow

OF_PEOPLE = (BundleWorkflow, RecalculationWorkflow, DigestWorkflow, AssignmentWorkflow)
OF_BATCHES = (BenefitRunWorkflow, BenefitScheduleWorkflow)
WORKFLOWS = (*OF_PEOPLE, *OF_BATCHES)
