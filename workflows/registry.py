"""Every workflow a worker runs."""

from workflows.assignment import AssignmentWorkflow
from workflows.benefit_run import BenefitRunWorkflow
from workflows.benefit_schedule import BenefitScheduleWorkflow
from workflows.bundle import BundleWorkflow
from workflows.digest import DigestWorkflow
from workflows.recalculation import RecalculationWorkflow

WORKFLOWS = (
    BundleWorkflow,
    RecalculationWorkflow,
    DigestWorkflow,
    AssignmentWorkflow,
    BenefitRunWorkflow,
    BenefitScheduleWorkflow,
)
