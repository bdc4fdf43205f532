"""A calendar published while tens of thousands of matters are open, on the embedded stack.

Applications of a service made up here (eight matters side by side, two clocks each) are started
through the engine; then a day off is published, and every open application must take it, each once,
while people go on reading and acting. `--kill` kills the worker and then PostgreSQL meanwhile.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import psycopg

from activities.store.desk.applications import Contents, Submission, create_draft, submit
from activities.store.engine import Store, WriteSession
from api.engine import BundleEngine, EngineAway
from definitions.language.roles import Actor, Role
from definitions.language.service import ServiceDefinition
from definitions.loading import Library, load_calendars
from definitions.matter.events import BundleStarted
from definitions.rules.calendar import add_working_days, local_day
from definitions.rules.guidance import facts_of
from definitions.rules.numbers import bundle_number
from definitions.rules.planning import plan
from deploy import temporal_setup
from deploy.embedded.stack import attached_to
from deploy.journey import Journey
from deploy.people import Declined, Json, People, Person, gathered
from deploy.sample import read
from deploy.settings import Settings, load
from tests.support.survival import SAMPLES, Killer, standing, where
from workflows.messages import BundleInput

MATTERS = 8
FIRM = "91310117MA1JCD568K"
# Numbers that no counter will come to.
FIRST = 500_000
STARTERS = 8
REAL = 6
IDLE_SECONDS = 12.0
PAUSE = 0.05
LOOK = 0.25
PATIENCE = 90.0
DONE = "done"
_BASIS = {"law": "行政许可法", "article": "第四十二条"}


def _definition(departments: Sequence[str]) -> ServiceDefinition:
    """Eight matters that need nothing of each other, accepted as soon as they come."""
    paper = {"series": "测", "wording": "准予"}
    return ServiceDefinition.model_validate(
        {
            "service": "bench_calendar",
            "version": 1,
            "name": "日历重算测试",
            "summary": "只用于性能测试",
            "lead": departments[0],
            "validity": {"since": "2020-01-01"},
            "bases": [_BASIS],
            "questions": [
                {
                    "id": "go",
                    "text": "开始吗？",
                    "why": "测试",
                    "kind": "one",
                    "options": [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}],
                }
            ],
            "situations": [
                {
                    "code": "BENCH-01",
                    "name": "测试",
                    "when": {"fact": "answer.go", "is": "yes"},
                    "bases": [_BASIS],
                }
            ],
            "matters": [
                {
                    "key": f"M{n}",
                    "name": f"测试事项 {n}",
                    "department": departments[n % len(departments)],
                    "item": f"BENCH{n:07}",
                    "promised": {"days": 10},
                    "statutory": {"days": 20},
                    "hold": {"limit": {"days": 20}, "basis": _BASIS},
                    "steps": [{"kind": "decide", "key": "decide", "name": "决定", "by": "officer"}],
                    "documents": [
                        {"kind": "done", "name": "办结单", "template": "notice", **paper}
                    ],
                    "refusal": {"kind": "no", "name": "不予", "template": "refusal", **paper},
                    "bases": [_BASIS],
                }
                for n in range(MATTERS)
            ],
        }
    )


@dataclass
class Took:
    """Seconds of calls, by what was called."""

    reads: list[float] = field(default_factory=list)
    acts: list[float] = field(default_factory=list)

    def report(self) -> Json:
        """p50 and p95 in ms."""
        return {
            f"{name}_p{percent}_ms": _quantile(sorted(calls), percent)
            for name, calls in (("read", self.reads), ("act", self.acts))
            for percent in (50, 95)
        } | {"reads": len(self.reads), "acts": len(self.acts)}


async def measure(
    home: Path, scale: int, *, parts: Sequence[str], seed: int, idle_seconds: float = IDLE_SECONDS
) -> Json:
    """Start, publish, watch; everything that is printed in the end."""
    settings = attached_to(load(home=home))
    assert settings is not None
    running = where(home)
    store = Store(running.database_url, name="bench", size=4)
    api = f"http://{running.host}:{running.port}"
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        http = await stack.enter_async_context(httpx2.AsyncClient(base_url=api, timeout=30))
        people = await gathered(store, http, patience=PATIENCE)
        begun = time.monotonic()
        await _start_many(settings, store, people, scale)
        started = time.monotonic() - begun
        desk = await _Desk.open(settings, people)
        idle, during = Took(), Took()
        await desk.work(idle, _after(idle_seconds))
        counts = await asyncio.to_thread(_counts, running.database_url)
        found = await _publish_and_watch(home, people, desk, during, parts=parts, seed=seed)
    checked = await asyncio.to_thread(_checked, where(home).database_url, found["calendar"])
    seconds = found["seconds"]
    return {
        "start_seconds": round(started, 1),
        **counts,
        **found,
        "bundles_per_s": round(counts["open_bundles"] / seconds, 1),
        "matters_per_s": round(counts["open_matters"] / seconds, 1),
        "idle": idle.report(),
        "during": during.report(),
        **checked,
    }


async def _start_many(settings: Settings, store: Store, people: People, scale: int) -> None:
    library = Library.load()
    departments = [department.code for department in library.catalogue.departments]
    definition = _definition(departments[:4])
    now = datetime.now(UTC)
    facts = facts_of(definition, {"go": "yes"}, {})
    planned = plan(definition, library.catalogue, facts, sha256="0" * 64, on=local_day(now))
    calendar = load_calendars(region="310117").model_copy(update={"version": "CN-1"})
    engine = BundleEngine(
        await temporal_setup.connect(settings), store, task_queue=settings.task_queue
    )
    left = iter(range(scale))
    clerk = people.post(Role.WINDOW_CLERK).account.actor

    async def starter() -> None:
        for n in left:
            number = bundle_number(local_day(now), FIRST + n)
            async with store.begin() as session:
                application = await _submitted(session, clerk, number, now)
            started = BundleStarted(
                number=number,
                application=application,
                plan=planned,
                calendar=calendar,
                committed=(),
                materials=(),
            )
            given = BundleInput(key=f"bench:{n}", payload="bench", actor=clerk, started=started)
            while True:
                # Asked again, it is found started.
                with contextlib.suppress(EngineAway):
                    await engine.start(given)
                    break

    await asyncio.gather(*(starter() for _ in range(STARTERS)))


async def _submitted(session: WriteSession, clerk: Actor, number: str, now: datetime) -> str:
    """What the window would have stored; returns the application's id."""
    contents = Contents(
        service="bench_calendar",
        firm_code=FIRM,
        firm_name="性能测试样品有限公司",
        firm={},
        firm_source={},
        answers={"go": "yes"},
        form={},
        materials={},
        committed=(),
    )
    draft = await create_draft(session, contents, owner=clerk.id, channel="window", now=now)
    submission = Submission(
        by=clerk.id,
        at=now,
        number=number,
        query_code="0000",
        key=f"key-{number}",
        payload="bench",
        start={},
    )
    return (await submit(session, draft.id, contents, submission)).id


@dataclass
class _Desk:
    """A clerk who reads real applications, and an officer who takes and gives back their tasks."""

    clerk: Person
    officer: Person
    numbers: list[str]
    tasks: list[str]

    @classmethod
    async def open(cls, settings: Settings, people: People) -> "_Desk":
        client = await temporal_setup.connect(settings)
        sample = read(SAMPLES / "name-change.json")
        officer = people.post(Role.OFFICER, "market_regulation")
        numbers, tasks = [], []
        for _ in range(REAL):
            journey = Journey(sample, people, client, lambda _step: None)
            await journey.start()
            numbers.append(journey.number)
            listed = await officer.read("/tasks", bundle=journey.number)
            tasks += [task["id"] for task in listed["items"][:1]]
        assert tasks, "the officer has no task to take"
        return cls(people.post(Role.WINDOW_CLERK), officer, numbers, tasks)

    async def work(self, took: Took, is_over: Callable[[], bool]) -> None:
        """Until it is over; what a call takes is what a person waits."""

        async def reading() -> None:
            turn = 0
            while not is_over():
                number = self.numbers[turn % len(self.numbers)]
                await _timed(took.reads, self.clerk.read(f"/bundles/{number}"))
                turn += 1
                await asyncio.sleep(PAUSE)

        async def acting() -> None:
            turn = 0
            while not is_over():
                task = self.tasks[turn // 2 % len(self.tasks)]
                step = "release" if turn % 2 else "claim"
                await _timed(took.acts, self.officer.act(f"/tasks/{task}/{step}"))
                turn += 1
                await asyncio.sleep(PAUSE)

        await asyncio.gather(reading(), acting())


async def _publish_and_watch(
    home: Path, people: People, desk: _Desk, took: Took, *, parts: Sequence[str], seed: int
) -> Json:
    admin = people.post(Role.ADMINISTRATOR)
    today = local_day(datetime.now(UTC))
    day = add_working_days(today, 1, load_calendars())
    text = (
        f"year: {day.year}\nregion: '310117'\nstatus: published\nsource: 性能测试 {uuid4().hex}\n"
        f"off: [{{from: {day}, until: {day}, name: 临时休息}}]\n"
    )
    made = await admin.act("/calendars", {"yaml": text, "note": "性能测试"})
    begun = time.monotonic()
    seen: Json = {"done": 0, "total": 1, "state": ""}
    path = f"/calendars/recalculations/{made['recalculation']}"
    last = 0.0

    async def watching() -> None:
        nonlocal last
        while seen["state"] != DONE:
            # A killed server or database is back soon.
            with contextlib.suppress(Declined, httpx2.TransportError):
                seen.update((await admin.read(path, limit="1"))["recalculation"])
            if not last and seen["done"] >= seen["total"]:
                last = time.monotonic()
            await asyncio.sleep(LOOK)

    killer = Killer(home, parts, seed=seed, progress=lambda: seen["done"] / max(1, seen["total"]))
    await asyncio.gather(
        watching(), desk.work(took, lambda: last > 0 or seen["state"] == DONE), killer.run()
    )
    return {
        "calendar": seen["calendar"],
        "seconds": round(last - begun, 1),
        "seconds_to_the_last_look": round(time.monotonic() - begun, 1),
        "moved": seen["moved"],
        "failed": seen["failed"],
        "skipped": seen["skipped"],
        "kills": [
            {"part": k.part, "after_s": k.after, "back_ms": round(k.recovery_ms)}
            for k in killer.kills
        ],
    }


def _counts(url: str) -> Json:
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        row = connection.execute(
            "SELECT count(DISTINCT b.number), count(*) FROM bundle b JOIN matter m "
            "ON m.bundle = b.number WHERE b.status = 'running' AND m.due_at IS NOT NULL "
            "AND m.closed_at IS NULL"
        ).fetchone()
    assert row is not None
    return {"open_bundles": row[0], "open_matters": row[1]}


def _checked(url: str, calendar: str) -> Json:
    """Every open application took the calendar, none twice, and every matter's days are its."""
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:

        def count(query: str) -> int:
            row = connection.execute(query, {"calendar": calendar}).fetchone()
            assert row is not None
            return int(row[0])

        left = count(
            "SELECT count(*) FROM bundle WHERE status = 'running' AND calendar <> %(calendar)s"
        )
        twice = count(
            "SELECT count(*) FROM (SELECT bundle FROM event WHERE kind = 'calendar_replaced' "
            "AND act = 'calendar:' || %(calendar)s GROUP BY bundle HAVING count(*) > 1) t"
        )
        days = count(
            "SELECT count(DISTINCT (key, due_at)) FROM matter "
            "WHERE bundle IN (SELECT number FROM bundle WHERE service = 'bench_calendar')"
        )
    return {
        "left_on_another": left,
        "recalculated_twice": twice,
        "each_once": left == 0 and twice == 0 and days == MATTERS,
    }


async def _timed(took: list[float], call: Awaitable[Any]) -> None:
    begun = time.perf_counter()
    try:
        await call
    except httpx2.TransportError:
        return
    took.append(time.perf_counter() - begun)


def _after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def _quantile(ordered: Sequence[float], percent: int) -> float | None:
    if not ordered:
        return None
    place = min(len(ordered) - 1, len(ordered) * percent // 100)
    return round(ordered[place] * 1000, 1)


def main() -> int:
    """Print one JSON object as the last line; 1 where anything was left or done twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=2500, help="applications of eight matters")
    parser.add_argument("--kill", action="store_true", help="kill the worker, then PostgreSQL")
    parser.add_argument("--seed", type=int, default=20261123)
    given = parser.parse_args()
    load_before = os.getloadavg()[0]
    parts = ("worker", "postgres") if given.kill else ()
    with (
        tempfile.TemporaryDirectory(prefix="calendar-") as folder,
        standing(Path(folder) / "data") as home,
    ):
        found = asyncio.run(measure(home, given.scale, parts=parts, seed=given.seed))
    machine = {"cores": os.cpu_count(), "load_average_before": round(load_before, 2)}
    print(json.dumps({"scale": given.scale, **machine, **found}, ensure_ascii=False))
    return 0 if found["each_once"] and not found["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
