"""Two hundred officers at once: whether they get in each other's way, and how fast it goes.

On the embedded stack, with applications started beforehand, every officer has a session of their
own and goes on for `--seconds`: pulls the next task and completes it; claims one of the first three
of the inbox, which everybody else sees too, and completes it or gives it back; completes the very
first one at once; claims and completes several in bulk; and reaches for what is not theirs. Some
are trusted with all items of their organ, some with a few, some with what is confidential, and each
application concerns three of them. Afterwards the register is held against what they were told:
1 is returned where anything was done twice, lost, altered or seen by the wrong eyes.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.made_up import SEED, items
from bench.officers_checks import Findings, Post, acts_of, examined
from bench.running import REVIEW, SERVICE, Hired, Kind, Place, Started, quantile, reached
from definitions.language.roles import Authority, Confidentiality
from deploy.people import Declined, Exchange, Json, Person
from tests.support.survival import standing

KINDS = 24
MATTERS = 8
RECUSED = 3
LOOKED_AT = 20
FIRST_FEW = 3
AT_ONCE = 5
OUTCOMES = {"review": "pass", "decide": "grant"}
# What an officer does next, in percent.
TURNS = {"pull": 35, "claim": 30, "bulk": 20, "first": 10, "trespass": 5}
GIVEN_BACK = 0.1


@dataclass
class Log:
    """What the officers were told: how long each call took, what was taken, refused and shown."""

    took: dict[str, list[float]] = field(default_factory=dict)
    taken: list[Exchange] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    seen: set[tuple[str, str]] = field(default_factory=set)
    trespassed: list[str] = field(default_factory=list)
    acts: int = 0

    async def timed(self, what: str, call: Awaitable[Any]) -> Any:  # noqa: ANN401 - as the API says
        """The answer; None where it was refused."""
        begun = time.perf_counter()
        try:
            answer = await call
        except Declined as declined:
            self.refused[str(declined.problem["code"])] += 1
            return None
        self.took.setdefault(what, []).append(time.perf_counter() - begun)
        return answer

    def heard(self, exchange: Exchange) -> None:
        """An act that was answered for good."""
        if exchange.act is not None:
            self.taken.append(exchange)


@dataclass
class Officer:
    """One officer and what is theirs."""

    person: Person
    authority: Authority
    log: Log
    chance: random.Random
    others: Sequence[str]

    async def work(self, ends: float, think: float) -> None:
        """Turn after turn, with a pause to think before each."""
        ways = {
            "pull": self._pull,
            "claim": self._claim,
            "bulk": self._bulk,
            "first": self._first,
            "trespass": self._trespass,
        }
        while True:
            await asyncio.sleep(self.chance.uniform(0, 2 * think))
            if time.monotonic() > ends:
                return
            turn = self.chance.choices(list(TURNS), weights=list(TURNS.values()))[0]
            await ways[turn]()

    async def _pull(self) -> None:
        self.log.acts += 1
        answer = await self.log.timed("pull", self.person.act("/tasks/pull"))
        if answer is None:
            return
        if answer["task"] is None:
            self.log.refused[f"pulled {answer['why']}"] += 1
            return
        self._saw([answer["task"]])
        if answer["task"]["service"] == SERVICE:
            await self._complete(answer["task"])
        else:
            await self._act("release", answer["task"])

    async def _claim(self) -> None:
        ready = await self._ready()
        if not ready:
            return
        task = self.chance.choice(ready[:FIRST_FEW])
        if await self._act("claim", task) is None:
            return
        if self.chance.random() < GIVEN_BACK:
            await self._act("release", task)
        else:
            await self._complete(task)

    async def _first(self) -> None:
        for task in (await self._ready())[:1]:
            await self._complete(task)

    async def _complete(self, task: Json) -> None:
        """A decision on what one examined oneself is refused, and given back."""
        if await self._act("complete", task, outcome=OUTCOMES.get(task["kind"], "pass")) is None:
            await self._act("release", task)

    async def _trespass(self) -> None:
        """Somebody else's task, by its number."""
        task = self.chance.choice(self.others)
        if await self.log.timed("foreign", self.person.read(f"/tasks/{task}")) is not None:
            self.log.trespassed.append(f"{self.person.account.id} was shown {task}")
        if await self._act("claim", {"id": task}) is not None:
            self.log.trespassed.append(f"{self.person.account.id} claimed {task}")

    async def _ready(self) -> list[Json]:
        query = {"status": "ready", "limit": str(LOOKED_AT)}
        page = await self.log.timed("list", self.person.read("/tasks", **query))
        found: list[Json] = page["items"] if page else []
        self._saw(found)
        # The sample day's tasks need more than an outcome.
        return [task for task in found if task["service"] == SERVICE]

    async def _act(self, what: str, task: Json, **body: str) -> Json | None:
        self.log.acts += 1
        path = f"/tasks/{task['id']}/{what}"
        found: Json | None = await self.log.timed(what, self.person.act(path, body))
        return found

    def _saw(self, tasks: Sequence[Json]) -> None:
        self.log.seen.update((self.person.account.id, task["id"]) for task in tasks)

    async def _bulk(self) -> None:
        """Several of one kind, claimed together and completed together."""
        ready = await self._ready()
        kinds = sorted({task["kind"] for task in ready})
        if not kinds:
            return
        kind = self.chance.choice(kinds)
        chosen = [task["id"] for task in ready if task["kind"] == kind][:AT_ONCE]
        claimed = await self._at_once("claim", chosen)
        completed = await self._at_once("complete", claimed, outcome=OUTCOMES.get(kind, "pass"))
        await self._at_once("release", [task for task in claimed if task not in completed])

    async def _at_once(self, what: str, tasks: Sequence[str], **body: str) -> list[str]:
        """Those that were taken."""
        if not tasks:
            return []
        self.log.acts += len(tasks)
        sent = {"tasks": [{"id": task} for task in tasks], **body}
        path = f"/tasks/bulk/{what}"
        answer = await self.log.timed(f"bulk_{what}", self.person.act(path, sent))
        if answer is None:
            return []
        results: list[Json] = answer["results"]
        for result in results:
            if result["problem"]:
                self.log.refused[str(result["problem"]["code"])] += 1
        return [str(result["id"]) for result in results if not result["problem"]]


async def measure(
    home: Path, *, officers: int, bundles: int, seconds: float, think: float
) -> tuple[Json, Findings]:
    """Start, let them work, look; what is printed in the end, and what was wrong."""
    chance = random.Random(SEED)  # noqa: S311 - the same people and applications each time
    log = Log()
    async with reached(home, connections=officers) as place:
        hired = await place.hired(list(_posts(chance, officers)), heard=log.heard)
        begun = time.monotonic()
        started = await _start(place, chance, hired, bundles)
        print(f"{time.monotonic() - begun:7.1f} s  {bundles} applications started", flush=True)
        team = [
            Officer(person, authority, log, random.Random(SEED + n), _foreign(each, started))  # noqa: S311
            for n, each in enumerate(hired)
            for person, authority in (each,)
        ]
        begun = time.monotonic()
        await asyncio.gather(*(each.work(begun + seconds, think) for each in team))
        worked = time.monotonic() - begun
        findings = await examined(place, started, log.taken, log.seen, _by_account(hired))
    findings = replace(findings, foreign=[*findings.foreign, *log.trespassed])
    done = sum(len(acts_of(exchange)) for exchange in log.taken)
    return {
        "officers": officers,
        "bundles": bundles,
        "seconds": round(worked, 1),
        "asked": log.acts,
        "acts": done,
        "acts_per_s": round(done / worked, 1),
        "refused": dict(log.refused.most_common()),
        **{
            f"{what}_p{percent}_ms": quantile(took, percent)
            for what, took in sorted(log.took.items())
            for percent in (50, 95)
        },
        **findings.report(),
    }, findings


def _posts(chance: random.Random, officers: int) -> Iterator[Hired]:
    """Half of them in the organ that has half of the items."""
    every = items()
    for n in range(officers):
        department = every[n * len(every) // officers].department
        own = [item.code for item in every if item.department == department]
        named = () if chance.random() < 1 / 4 else tuple(chance.sample(own, (len(own) + 1) // 2))
        level = chance.choices(list(Confidentiality), weights=(60, 25, 15))[0]
        yield Hired(department, Authority(items=named, clearance=level))


async def _start(
    place: Place,
    chance: random.Random,
    hired: Sequence[tuple[Person, Authority]],
    bundles: int,
) -> list[Started]:
    accounts = [person.account.id for person, _ in hired]
    levels = list(Confidentiality)
    kinds = [
        Kind(
            tuple(chance.sample(items(), MATTERS)),
            tuple(chance.choices(levels, weights=(85, 10, 5), k=MATTERS)),
        )
        for _ in range(KINDS)
    ]
    away = (frozenset(chance.sample(accounts, RECUSED)) for _ in range(bundles))
    return await place.start((kinds[n % KINDS] for n in range(bundles)), away)


def _foreign(hired: tuple[Person, Authority], started: Sequence[Started]) -> list[str]:
    """Tasks of another organ, another item, above the clearance, or that concern the officer."""
    person, authority = hired
    account = person.account
    return [
        application.task(number, REVIEW)
        for application in started
        for number, item in enumerate(application.kind.items)
        if item.department != account.department
        or not authority.covers(item.code, application.kind.level(number))
        or account.id in application.recused
    ]


def _by_account(hired: Sequence[tuple[Person, Authority]]) -> dict[str, Post]:
    return {
        person.account.id: Post(person.account.department or "", authority)
        for person, authority in hired
    }


def main() -> int:
    """Print one JSON object as the last line; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--officers", type=int, default=200)
    parser.add_argument("--bundles", type=int, default=500, help="applications of eight matters")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--think", type=float, default=4.0, help="mean seconds between two turns")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory(prefix="officers-") as folder,
        standing(Path(folder) / "data") as home,
    ):
        found, findings = asyncio.run(
            measure(
                home,
                officers=given.officers,
                bundles=given.bundles,
                seconds=given.seconds,
                think=given.think,
            )
        )
    print(*findings.wrong, sep="\n")
    machine = {"cores": os.cpu_count(), "load_average_before": round(load, 2)}
    print(json.dumps({**machine, **found}))
    return 1 if findings.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
