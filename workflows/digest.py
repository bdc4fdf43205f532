"""每日督办摘要: run by a schedule every morning; the calendar decides whether there is anything."""

from datetime import date

from temporalio import workflow

from activities.contracts.digests import COMPOSING, DigestAsked, DigestMade, compose_digests
from definitions.language.base import Value
from definitions.rules.calendar import local_day


class DigestInput(Value):
    """Of which day; None: of the day on which the run was started, in Shanghai."""

    day: date | None = None


@workflow.defn(name="Digest")
class DigestWorkflow:
    """One morning."""

    @workflow.run
    async def run(self, given: DigestInput) -> DigestMade:
        """The day is that of the start, however late a worker takes it up."""
        day = given.day or local_day(workflow.info().start_time)
        return await workflow.execute_activity(compose_digests, DigestAsked(day=day), **COMPOSING)
