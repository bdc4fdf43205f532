"""Giving open applications a newly published calendar, chunk by chunk."""

from temporalio import activity

from definitions.language.base import Value


class PageAsked(Value):
    """Which page of applications: those behind `after` that are not on the calendar yet."""

    calendar: str
    after: str
    limit: int


class Chunk(Value):
    """Applications to be given the calendar."""

    recalculation: str
    region: str
    calendar: str
    bundles: tuple[str, ...]


class Given(Value):
    """What became of a chunk.

    `failed` would not take the calendar, `skipped` were closed in between. `halted`: the
    recalculation was paused or superseded meanwhile, and the rest was not touched.
    """

    skipped: int = 0
    failed: tuple[str, ...] = ()
    halted: bool = False


class Progress(Value):
    """How far a recalculation is; `finished` ends it."""

    recalculation: str
    skipped: int
    failed: tuple[str, ...]
    finished: bool = False


@activity.defn(name="open_bundles")
async def open_bundles(asked: PageAsked) -> tuple[str, ...]:
    """Numbers of open applications that are reckoned by another calendar, in order."""
    raise NotImplementedError


@activity.defn(name="give_calendar")
async def give_calendar(chunk: Chunk) -> Given:
    """Give every application of the chunk the calendar, a few at a time, and copy what moved.

    Idempotent: an application that has the calendar already is left as it is, under the same key.
    """
    raise NotImplementedError


@activity.defn(name="note_progress")
async def note_progress(progress: Progress) -> str:
    """Write the recalculation's row anew; returns the state that row is in.

    `gone` where there is no such row.
    """
    raise NotImplementedError
