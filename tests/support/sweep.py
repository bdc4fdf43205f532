"""The activities of a recalculation, standing for the register and the applications."""

import asyncio

from temporalio import activity

from activities.contracts.calendars import Chunk, Given, PageAsked, Progress


class Sweep:
    """Who is left, and what they do when they are given a calendar."""

    def __init__(self, count: int) -> None:
        self.left = {f"SJ-{n:04}" for n in range(count)}
        self.given: list[str] = []
        self.stubborn: set[str] = set()
        self.late: list[str] = []
        self.state = "running"
        self.notes: list[Progress] = []
        self.together = self.most = 0
        self.hold = asyncio.Event()
        self.hold.set()

    @activity.defn(name="open_bundles")
    async def open_bundles(self, asked: PageAsked) -> tuple[str, ...]:
        """As the register."""
        return tuple(sorted(n for n in self.left if n > asked.after)[: asked.limit])

    @activity.defn(name="give_calendar")
    async def give_calendar(self, chunk: Chunk) -> Given:
        """As the applications would take it."""
        self.together += 1
        self.most = max(self.most, self.together)
        await self.hold.wait()
        self.together -= 1
        if self.state != "running":
            return Given(halted=True)
        failed = tuple(n for n in chunk.bundles if n in self.stubborn)
        self.given += [n for n in chunk.bundles if n in self.left and n not in failed]
        self.left -= set(chunk.bundles) - set(failed)
        while self.late:
            self.left.add(self.late.pop())
        return Given(failed=failed)

    @activity.defn(name="note_progress")
    async def note_progress(self, progress: Progress) -> str:
        """As the register's row."""
        self.notes.append(progress)
        if progress.finished and self.state in {"running", "paused"}:
            self.state = "done"
        return self.state
