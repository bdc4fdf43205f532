"""The inbox over a register of a million matters: what officers wait for.

On the embedded stack with a register filled by `bench.filling` (five million tasks at `--scale 1`),
over HTTP, one call at a time, for officers of one organ who are trusted with 1, 20 and 90 of its
items, and with all of them unnamed: the first page, page 34, the counters, the search; claiming and
completing tasks of applications that really run; and how long until a task that one completed is
gone from the open inbox of a colleague, who follows the events and reads the inbox again at each.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bench.filling import officer, prepared
from bench.made_up import LARGEST, SEED, Item, items
from bench.running import DECIDE, REVIEW, Kind, Place, Started, quantile, reached
from definitions.language.roles import Confidentiality
from deploy.people import API, Json, Person
from tests.support.survival import standing

CLASSES = ("1", "20", "90", "all")
# The goals are for those whose items are named.
GOALS = ("1", "20", "90")
PAGES = 34
READS = ("first_page", "page34", "counters")
SEARCHES = ("search_number", "search_code", "search_frequent", "search_rare")
FREQUENT = ("贸易", "科技", "餐饮", "上海", "有限公司")
ACTS = ("claim", "complete", "visible_elsewhere")
PARTS = (*READS, "search", *ACTS)
# Before everything that the filled register holds.
FIRST_OF_ALL = "2020-01-01 16:00:00+00"
LONGEST = 30.0


@dataclass
class Officers:
    """Three officers with the same items: one acts, one decides, one looks on."""

    name: str
    own: tuple[Item, ...]
    acts: Person
    decides: Person
    looks: Person
    took: dict[str, list[float]] = field(default_factory=dict)
    pages: int = 0

    def note(self, what: str, seconds: float) -> None:
        """One more call."""
        self.took.setdefault(what, []).append(seconds)

    def report(self) -> Json:
        """p50 and p95 in ms, and how often."""
        found: Json = {}
        for what, seconds in self.took.items():
            found |= {f"{what}_p{p}_ms": quantile(seconds, p) for p in (50, 95)}
            found[f"{what}_samples"] = len(seconds)
        return {"page34_is_page": self.pages, **found}


async def measure(home: Path, samples: int, *, only: Sequence[str]) -> Json:
    """Every class of officer; what is printed in the end."""
    async with reached(home) as place:
        database_url = place.settings.database_url
        assert database_url is not None
        url = database_url.get_secret_value().replace("+psycopg", "", 1)
        everybody = [await _officers(place, url, *row) for row in enumerate(CLASSES)]
        await _read(everybody, url, samples, only)
        if any(act in only for act in ACTS):
            started = await _start(place, everybody, samples)
            await _act(everybody, started)
            await asyncio.to_thread(_move_to_front, url, started)
            if "visible_elsewhere" in only:
                await _watch(place, everybody, started)
        inbox = {each.name: await asyncio.to_thread(_open_tasks, url, each) for each in everybody}
    classes = {each.name: each.report() | {"open_tasks": inbox[each.name]} for each in everybody}
    return {**_worst(everybody), "classes": classes}


async def _officers(place: Place, url: str, number: int, name: str) -> Officers:
    """Officers who hold tasks of the filled register; their items are named here."""
    everything = tuple(item for item in items() if item.department == LARGEST)
    own = everything if name == "all" else everything[: int(name)]
    named = [] if name == "all" else [item.code for item in own]
    ids = [officer(LARGEST, 3 * number + k) for k in range(3)]
    await asyncio.to_thread(_trust, url, ids, named)
    people = [await place.signed_in(f"made.{LARGEST}.{3 * number + k}") for k in range(3)]
    acts, decides, looks = people
    return Officers(name, own, acts, decides, looks)


def _trust(url: str, ids: Sequence[str], named: Sequence[str]) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE account SET items = %s::jsonb WHERE id = ANY(%s)",
            (json.dumps(list(named)), list(ids)),
        )


async def _read(everybody: Sequence[Officers], url: str, samples: int, only: Sequence[str]) -> None:
    """Everything that only reads, in turns, so that no class finds more in memory than another."""
    chance = random.Random(SEED)  # noqa: S311 - the same searches each time
    cursors: dict[str, str | None] = {}
    if "page34" in only:
        for each in everybody:
            cursors[each.name] = await _walk(each)
    calls: list[tuple[Officers, str, Callable[[], Awaitable[object]]]] = []
    for each in everybody:
        calls += _pages(each, cursors, samples, only)
        if "search" in only:
            calls += _searches(each, await asyncio.to_thread(_wanted, url, each, samples))
    chance.shuffle(calls)
    for each, what, call in calls:
        begun = time.perf_counter()
        await call()
        each.note(what, time.perf_counter() - begun)
        if what in SEARCHES:
            each.note("search", each.took[what][-1])


def _pages(
    each: Officers, cursors: dict[str, str | None], samples: int, only: Sequence[str]
) -> Iterator[tuple[Officers, str, Callable[[], Awaitable[object]]]]:
    after = {"after": cursor} if (cursor := cursors.get(each.name)) else {}
    ways: dict[str, Callable[[], Awaitable[object]]] = {
        "first_page": lambda: each.looks.read("/tasks"),
        "page34": lambda: each.looks.read("/tasks", **after),
        "counters": lambda: each.looks.read("/tasks/counts"),
    }
    for what in READS:
        if what in only:
            yield from [(each, what, ways[what])] * samples


async def _walk(each: Officers) -> str | None:
    """The cursor of page 34, or of the last page where there are fewer."""
    after, before = None, None
    for number in range(1, PAGES + 1):
        each.pages, before = number, after
        page = await each.looks.read("/tasks", **({"after": after} if after else {}))
        after = page["next"]
        if number == PAGES or not after:
            break
    return before


def _searches(
    each: Officers, wanted: dict[str, list[str]]
) -> Iterator[tuple[Officers, str, Callable[[], Awaitable[object]]]]:
    for what, texts in wanted.items():
        for text in texts:

            def call(text: str = text) -> Awaitable[object]:
                return each.looks.read("/search", q=text)

            yield each, what, call


def _wanted(url: str, each: Officers, samples: int) -> dict[str, list[str]]:
    """What these officers look for: numbers, codes and names of what they handle."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT setseed(0.5)")
        rows = connection.execute(
            "SELECT b.number, m.number, a.firm_code, a.firm_name FROM matter m "
            "JOIN bundle b ON b.number = m.bundle JOIN application a ON a.id = b.application "
            "WHERE m.department = %s AND left(m.number, 31) = ANY(%s) "
            "AND mod(abs(hashtext(m.number)), 50) = 0 ORDER BY random() LIMIT %s",
            (LARGEST, [item.code for item in each.own], samples),
        ).fetchall()
    return {
        "search_number": [row[n % 2] for n, row in enumerate(rows)],
        "search_code": [row[2] for row in rows],
        "search_frequent": [FREQUENT[n % len(FREQUENT)] for n in range(samples)],
        # A firm's own name and its trade, as people type them.
        "search_rare": [row[3].removeprefix("上海")[:6] for row in rows],
    }


async def _start(place: Place, everybody: Sequence[Officers], samples: int) -> list[Started]:
    """As many applications as samples, each with one matter for every class.

    The last of an officer's items: those asked for least are spread over the whole index.
    """
    chosen: list[Item] = []
    for each in everybody:
        chosen.append(next(item for item in reversed(each.own) if item not in chosen))
    begun = time.monotonic()
    kind = Kind(tuple(chosen), (Confidentiality.ORDINARY,) * len(chosen))
    started = await place.start([kind] * samples)
    print(f"{time.monotonic() - begun:7.1f} s  {samples} applications started", flush=True)
    return started


async def _act(everybody: Sequence[Officers], started: Sequence[Started]) -> None:
    for application in started:
        for number, each in enumerate(everybody):
            path = f"/tasks/{application.task(number, REVIEW)}"
            begun = time.perf_counter()
            await each.acts.act(f"{path}/claim")
            each.note("claim", time.perf_counter() - begun)
            begun = time.perf_counter()
            await each.acts.act(f"{path}/complete", {"outcome": "pass"})
            each.note("complete", time.perf_counter() - begun)


def _move_to_front(url: str, started: Sequence[Started]) -> None:
    """So that a colleague's first page shows what is completed next: gone from it means gone.

    What an earlier run left there goes behind everything.
    """
    numbers = [each.number for each in started]
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE task SET due_at = NULL WHERE open AND due_at = %s", (FIRST_OF_ALL,)
        )
        connection.execute(
            "UPDATE task SET due_at = %s WHERE open AND kind = %s AND bundle = ANY(%s)",
            (FIRST_OF_ALL, DECIDE, numbers),
        )


async def _watch(place: Place, everybody: Sequence[Officers], started: Sequence[Started]) -> None:
    """From the sending of one officer's act to the first page of a colleague's without the task."""
    async with contextlib.AsyncExitStack() as stack:
        followed = [
            (each, await stack.enter_async_context(_following(place, each.looks)))
            for each in everybody
        ]
        for application in sorted(started, key=lambda each: each.number):
            for number, (each, news) in enumerate(followed):
                await _watch_one(each, application.task(number, DECIDE), news)


async def _watch_one(each: Officers, task: str, news: asyncio.Event) -> None:
    assert task in await _shown(each.looks), f"{task} is not on the first page"
    news.clear()
    begun = time.perf_counter()
    act = each.decides.act(f"/tasks/{task}/complete", {"outcome": "grant"})
    async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as group:
        group.create_task(act)
        is_there = True
        while is_there:
            await news.wait()
            news.clear()
            is_there = task in await _shown(each.looks)
        each.note("visible_elsewhere", time.perf_counter() - begun)


async def _shown(person: Person) -> set[str]:
    page = await person.read("/tasks")
    return {task["id"] for task in page["items"]}


@contextlib.asynccontextmanager
async def _following(place: Place, person: Person) -> AsyncIterator[asyncio.Event]:
    """Set whenever the stream of events tells this person of one."""
    news, open_now = asyncio.Event(), asyncio.Event()
    headers = {"Authorization": f"Bearer {await place.token(person.account.login)}"}

    async def follow() -> None:
        async with place.http.stream(
            "GET", f"{API}/events", headers=headers, timeout=None
        ) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                open_now.set()
                if line.startswith("data:"):
                    news.set()

    task = asyncio.create_task(follow())
    await open_now.wait()
    try:
        yield news
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _open_tasks(url: str, each: Officers) -> int:
    """How many open tasks these officers could come to see."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM task WHERE open AND department = %s AND item = ANY(%s) "
            "AND role = 'officer' AND confidentiality = 'ordinary'",
            (LARGEST, [item.code for item in each.own]),
        ).fetchone()
    assert row is not None
    return int(row[0])


def _worst(everybody: Sequence[Officers]) -> Json:
    """Of the classes that the goals are for, the slowest p95 of each call."""
    named = [each for each in everybody if each.name in GOALS]
    return {
        f"{what}_p95_ms": max(
            (quantile(each.took[what], 95) or 0 for each in named if what in each.took),
            default=None,
        )
        for what in (*READS, "search", *ACTS)
    }


@contextmanager
def _home(given: Path | None) -> Iterator[Path]:
    """The data folder named, or one that is gone afterwards."""
    if given is not None:
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="inbox-") as folder:
        yield Path(folder) / "data"


def main() -> None:
    """Print one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1: a million matters")
    parser.add_argument("--home", type=Path, help="a data folder to fill, or filled before")
    parser.add_argument("--samples", type=int, default=200, help="of each call and class")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    given = parser.parse_args()
    with _home(given.home) as home:
        filled = prepared(home, given.scale)
        load = os.getloadavg()[0]
        with standing(home):
            found = asyncio.run(measure(home, given.samples, only=given.only))
    machine = {"cores": os.cpu_count(), "load_average_before": round(load, 2)}
    print(json.dumps({"scale": given.scale, **machine, "filled": filled, **found}))


if __name__ == "__main__":
    main()
