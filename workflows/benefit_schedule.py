"""每日: which runs begin by themselves, which are verified, and whom nobody has woken."""

from datetime import date

from temporalio import workflow
from temporalio.common import SearchAttributeKey

from activities.contracts.benefits import DueAsked, DueDone, begin_due_runs
from activities.contracts.profiles import FREEZING
from definitions.language.base import Value
from definitions.rules.calendar import local_day

# When the schedule should have started it; Temporal sets it by itself.
_DUE = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")


class BenefitScheduleInput(Value):
    """Of which day; None: of the day on which it was started, in Shanghai."""

    day: date | None = None


@workflow.defn(name="BenefitSchedule")
class BenefitScheduleWorkflow:
    """One morning."""

    @workflow.run
    async def run(self, given: BenefitScheduleInput) -> DueDone:
        """The day is that of the schedule, however late it is made up for."""
        info = workflow.info()
        due = info.typed_search_attributes.get(_DUE, info.start_time)
        day = given.day or local_day(due)
        return await workflow.execute_activity(begin_due_runs, DueAsked(day=day), **FREEZING)
