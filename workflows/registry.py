"""Every workflow a worker runs."""

from workflows.bundle import BundleWorkflow

WORKFLOWS = (BundleWorkflow,)
