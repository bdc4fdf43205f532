"""The activities of a run of a policy.

Each works on one chunk, in transactions of its own, and may be tried again: what was done under the
same act, or stands already, is passed over. Retry policies and priorities are in `profiles`.
"""

from datetime import date

from pydantic import Field
from temporalio import activity

from definitions.benefits.commands import RunCommand
from definitions.benefits.run import Counts, RunState
from definitions.language.base import Value


class RunRef(Value):
    """Which run."""

    run: str


class RunAct(Value):
    """A command of the driver, under its idempotency key."""

    run: str
    act: str
    command: RunCommand


class Standing(Value):
    """What the driver goes by. `today` is the day in Shanghai.

    `open` counts the run's entitlements by status; `cases` those of its cases without an outcome.
    `payable`: how many could be paid now: cleared, or failed and the account put right since, or
    short and the budget reaches again. `pay_until` is the last day promised, once paying has begun;
    None where it has not, or where the calendar does not reach that far.
    """

    state: RunState
    today: date
    open: dict[str, int] = Field(default_factory=dict)
    cases: int = 0
    payable: int = 0
    pay_until: date | None = None


class Frozen(Value):
    """Facts as they are frozen. `away` are the sources that had nothing fresh."""

    snapshot: str
    sha256: str
    away: tuple[str, ...]


class Range(Value):
    """So many subjects after this one; `done` is how many were matched before."""

    run: str
    after: int
    limit: int
    done: int = 0


class MatchedRange(Value):
    """How they came out; `after` is the last one, None at the end."""

    after: int | None
    counts: Counts


class Chunk(Value):
    """So many of the run's rows after this one, by id.

    Of several lanes each takes its own rows (`activities.store.benefits.lanes`). `done` is how many
    rows of the phase were seen before, for showing how far it is. `late`: the days within which it
    was promised to pay are over.
    """

    run: str
    after: str = ""
    limit: int = 500
    turn: int = 1
    lane: int = 0
    lanes: int = 1
    done: int = 0
    late: bool = False


class ChunkDone(Value):
    """`after` is the last row that was looked at, None at the end; `moved` those that changed."""

    after: str | None
    seen: int
    moved: int
    fen: int = 0


@activity.defn(name="run_standing")
async def run_standing(ref: RunRef) -> Standing:
    """How the run stands in the register."""
    raise NotImplementedError


@activity.defn(name="act_on_run")
async def act_on_run(asked: RunAct) -> Standing:
    """Let the driver's command be decided; a refusal (`ApplicationError`) is not tried again."""
    raise NotImplementedError


@activity.defn(name="freeze_facts")
async def freeze_facts(ref: RunRef) -> Frozen:
    """Ask each source for what is new, as far as it answers, and freeze the facts of everybody."""
    raise NotImplementedError


@activity.defn(name="refresh_facts")
async def refresh_facts(ref: RunRef) -> None:
    """Ask each source for what is new before the last look: a publicity outlives many facts."""
    raise NotImplementedError


@activity.defn(name="match_range")
async def match_range(asked: Range) -> MatchedRange:
    """Match a range of subjects in SQL; its earlier results are replaced."""
    raise NotImplementedError


@activity.defn(name="list_chunk")
async def list_chunk(chunk: Chunk) -> ChunkDone:
    """Hits become entitlements, as far as exclusion groups and opt-outs leave them."""
    raise NotImplementedError


@activity.defn(name="ask_chunk")
async def ask_chunk(chunk: Chunk) -> ChunkDone:
    """意愿确认 begins: everybody listed is asked."""
    raise NotImplementedError


@activity.defn(name="remind_chunk")
async def remind_chunk(chunk: Chunk) -> ChunkDone:
    """Whoever has not answered is reminded; `turn` is which reminder."""
    raise NotImplementedError


@activity.defn(name="silence_chunk")
async def silence_chunk(chunk: Chunk) -> ChunkDone:
    """The wish is over: silence is no."""
    raise NotImplementedError


@activity.defn(name="clear_chunk")
async def clear_chunk(chunk: Chunk) -> ChunkDone:
    """The list stands: what is listed or confirmed may be paid, or is invited."""
    raise NotImplementedError


@activity.defn(name="settle_cases")
async def settle_cases(ref: RunRef) -> Standing:
    """What became of objections, reviews and corrections since."""
    raise NotImplementedError


@activity.defn(name="reserve_chunk")
async def reserve_chunk(chunk: Chunk) -> ChunkDone:
    """Look at life events once more, keep back what is owed, set money aside, make instructions."""
    raise NotImplementedError


@activity.defn(name="send_chunk")
async def send_chunk(chunk: Chunk) -> ChunkDone:
    """Instructions that are ready go to the treasury; a lost answer is asked for, never assumed."""
    raise NotImplementedError


@activity.defn(name="collect_chunk")
async def collect_chunk(chunk: Chunk) -> ChunkDone:
    """Receipts of what was sent: paid, failed, or not yet."""
    raise NotImplementedError


@activity.defn(name="verify_chunk")
async def verify_chunk(chunk: Chunk) -> ChunkDone:
    """What was paid, held against the facts of the run's day as they are known by now."""
    raise NotImplementedError


@activity.defn(name="cancel_chunk")
async def cancel_chunk(chunk: Chunk) -> ChunkDone:
    """A cancelled run lets go of what it had listed and claimed."""
    raise NotImplementedError


@activity.defn(name="close_run")
async def close_run(ref: RunRef) -> Standing:
    """The closing report is written and the run closed; or verified, where it was verifying."""
    raise NotImplementedError


class DueAsked(Value):
    """What is due on this day, Shanghai time."""

    day: date


class DueDone(Value):
    """`begun` runs that began, `verified` closed ones that are verified now, `woken` drivers."""

    begun: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()
    woken: int = 0


@activity.defn(name="begin_due_runs")
async def begin_due_runs(asked: DueAsked) -> DueDone:
    """Begin what policies say begins by itself, verify what is due, wake whom nobody woke."""
    raise NotImplementedError
