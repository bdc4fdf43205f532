"""A million firms and a million persons against thirty policies, as the batches match them.

On the embedded PostgreSQL, through the activities that runs use: `snapshot_seconds` freezes the
facts of everybody, `match_seconds` matches each policy against everybody of its kind, two policies
at a time, and keeps hits, near misses, unknown and excluded with their reasons. Beside it in the
same run: one subject after the other in Python (facts read, `match`, what is kept written, some
hundred subjects at a time), on a sample whose verdicts, amounts and reasons must be the same, and
OpenFisca on everybody, whose amounts must be the same. Ends with 1 where anything differs.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import MetaData, Table, insert, select, text

from activities.benefits.matching import Matching
from activities.contracts.benefits import Range
from activities.outside.facts.protocol import NoFeeds
from activities.store.benefits.facts import SnapshotView, facts_of, take_snapshot, usable
from activities.store.benefits.runs import act_on_run
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitMatch
from activities.store.tables.subjects import Subject
from bench.benefits_made_up import ON, URL_VARIABLE, fill, policies, publish
from definitions.benefits.commands import Begin, FreezeFacts
from definitions.benefits.periods import period_of, run_id
from definitions.benefits.run import Counts, Terms
from definitions.language.benefits import SubjectKind, Verdict
from definitions.language.roles import SYSTEM
from definitions.loading import load_calendars
from definitions.policy_loading import FactCatalogue, LoadedPolicy, load_facts
from definitions.rules.conditions import Fact
from definitions.rules.matching import Match, match
from deploy import database
from deploy.embedded.stack import servers
from deploy.settings import load

ASIDE = cast("Table", BenefitMatch.__table__).to_metadata(MetaData(), name="one_by_one")
ROOT = Path(__file__).resolve().parents[1]
LANES = 2
RANGE = 20_000
SAMPLE = 1_000
SOME = 500
TOLD = 10
_MIB = 1024


@dataclass
class Peak:
    """How much memory PostgreSQL's processes have had together, in MiB."""

    mb: float = 0
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self, folder: Path) -> None:
        """Look twice a second; shared pages count once (`Pss`)."""
        while not self.over.wait(0.5):
            self.mb = max(self.mb, sum(_pss(pid) for pid in _processes(folder)) / _MIB)


@dataclass(frozen=True)
class Bench:
    """What is measured on one filled database."""

    store: Store
    catalogue: FactCatalogue
    policies: Sequence[LoadedPolicy]

    async def frozen(self) -> dict[SubjectKind, SnapshotView]:
        """A snapshot of each kind."""
        return {
            kind: await take_snapshot(self.store, f"bench-{kind}", kind, ON, self.catalogue)
            for kind in SubjectKind
        }

    async def begun(self, snapshots: dict[SubjectKind, SnapshotView]) -> dict[str, LoadedPolicy]:
        """A run of each policy, its facts frozen."""
        calendar, now = load_calendars(), datetime.now(UTC)
        runs: dict[str, LoadedPolicy] = {}
        for loaded in self.policies:
            of, period = loaded.definition, period_of(loaded.definition, ON)
            run, taken = run_id(of.policy, period, 1), snapshots[of.subject]
            begin = Begin(
                id=run,
                policy=of.policy,
                version=of.version,
                sha256=loaded.sha256,
                period=period,
                terms=Terms.of(of),
                on=ON,
            )
            freeze = FreezeFacts(snapshot=taken.id, sha256=taken.sha256, away=taken.away)
            async with self.store.begin() as session:
                for act, command in (("begin", begin), ("freeze", freeze)):
                    await act_on_run(
                        session,
                        command,
                        run=run,
                        actor=SYSTEM,
                        act=act,
                        now=now,
                        calendar=calendar,
                    )
            runs[run] = loaded
        return runs

    async def matched(self, runs: Sequence[str]) -> Counts:
        """Every run against everybody, two runs at a time."""
        matching = Matching(self.store, self.catalogue, NoFeeds())
        left, counts = iter(runs), Counts()

        async def lane() -> None:
            nonlocal counts
            for run in left:
                after: int | None = 0
                while after is not None:
                    part = await matching.match_range(Range(run=run, after=after, limit=RANGE))
                    after, counts = part.after, counts.plus(part.counts)

        await asyncio.gather(*(lane() for _ in range(LANES)))
        return counts

    async def one_by_one(self, runs: dict[str, LoadedPolicy]) -> dict[str, Any]:
        """A sample of each kind by `match`, read and kept; how long it takes, where it differs."""
        found: dict[str, Any] = dict.fromkeys(("pairs", "read", "matched", "written"), 0)
        found["differences"] = []
        async with self.store.begin() as session:
            await session.execute(
                text(f"CREATE TABLE {ASIDE.name} (LIKE benefit_match INCLUDING ALL)")
            )
        for kind in SubjectKind:
            for subjects in await self._sample(kind):
                begun = time.perf_counter()
                async with self.store.reading() as session:
                    known = await facts_of(session, self.catalogue, kind, subjects, ON)
                facts = {subject: usable(of) for subject, of in known.items()}
                found["read"] += time.perf_counter() - begun
                for run, loaded in runs.items():
                    if loaded.definition.subject is kind:
                        await self._compare(run, loaded, facts, found)
        return found

    async def _keep(self, run: str, each: dict[int, Match]) -> None:
        """What a run keeps, in a table like its own."""
        rows = [
            {
                "run": run,
                "subject": subject,
                "verdict": one.verdict,
                "amount": one.amount,
                "reasons": list(one.reasons),
                "near": one.is_near,
            }
            for subject, one in each.items()
            if one.verdict is not Verdict.MISS or one.is_near
        ]
        if rows:
            async with self.store.begin() as session:
                await session.execute(insert(ASIDE), rows)

    async def _sample(self, kind: SubjectKind) -> list[list[int]]:
        """Subjects spread over all of them, some hundred at a time."""
        async with self.store.reading() as session:
            every = list(
                await session.scalars(
                    select(Subject.id).where(Subject.kind == kind).order_by(Subject.id)
                )
            )
        chosen = every[:: max(1, len(every) // SAMPLE)]
        return [chosen[n : n + SOME] for n in range(0, len(chosen), SOME)]

    async def _compare(
        self,
        run: str,
        loaded: LoadedPolicy,
        facts: dict[int, dict[str, Fact]],
        found: dict[str, Any],
    ) -> None:
        begun = time.perf_counter()
        each = {subject: match(loaded.definition, of, ON) for subject, of in facts.items()}
        found["matched"] += time.perf_counter() - begun
        found["pairs"] += len(each)
        begun = time.perf_counter()
        await self._keep(run, each)
        found["written"] += time.perf_counter() - begun
        async with self.store.reading() as session:
            kept = select(BenefitMatch).where(
                BenefitMatch.run == run, BenefitMatch.subject.in_(list(each))
            )
            rows = {row.subject: row for row in await session.scalars(kept)}
        for subject, one in each.items():
            row = rows.get(subject)
            told = (
                (Verdict.MISS, None, False)
                if row is None
                else (row.verdict, row.amount, row.near, sorted(row.reasons))
            )
            said = (one.verdict, one.amount, one.is_near, sorted(one.reasons))
            if told != (said if row is not None else said[:3]):
                found["differences"].append(f"{run} {subject}: {told} != {said}")


async def measure(url: str, count: int, folder: Path) -> dict[str, Any]:
    """Freeze, match, compare; what is printed in the end."""
    peak = Peak()
    watching = threading.Thread(target=peak.watch, args=(folder,))
    watching.start()
    store = Store(url, name="bench", size=LANES)
    bench = Bench(store, load_facts(), policies())
    try:
        await publish(store, list(bench.policies))
        with _timed("snapshot") as snapshot:
            snapshots = await bench.frozen()
        runs = await bench.begun(snapshots)
        with _timed("match") as matched:
            counts = await bench.matched(list(runs))
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB
        one = await bench.one_by_one(runs)
    finally:
        await store.close()
        peak.over.set()
        watching.join()
    pairs = count * len(runs)
    assert counts.subjects == pairs, f"{counts.subjects} of {pairs} pairs were matched"
    # Two processes side by side would halve it, as two lanes do for the other.
    parts = {part: one[part] / one["pairs"] * pairs for part in ("read", "matched", "written")}
    by_one = sum(parts.values())
    return {
        "subjects": {kind.value: view.rows for kind, view in snapshots.items()},
        "policies": len(runs),
        "snapshot_seconds": round(snapshot[0], 1),
        "match_seconds": round(matched[0], 1),
        "kept": {name: getattr(counts, name) for name in ("hits", "near", "unknown", "excluded")},
        "per_subject_seconds": round(by_one, 1),
        "of_which": {part: round(seconds, 1) for part, seconds in parts.items()},
        "compiled_speedup": round(by_one / matched[0], 1),
        "compared": one["pairs"],
        "differences": one["differences"],
        "peak_mb": round(peak_mb),
        "postgresql_peak_mb": round(peak.mb),
    }


def openfisca(url: str) -> dict[str, Any]:
    """The same amounts by OpenFisca, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.benefits_openfisca"],
        cwd=ROOT,
        env=os.environ | {URL_VARIABLE: url},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Print one JSON object as the last line; 1 where two evaluators differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1_000_000, help="subjects of each kind")
    parser.add_argument("--without-openfisca", action="store_true")
    given = parser.parse_args()
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="benefits-") as name:
        folder = Path(name) / "data"
        with servers(load(home=folder), say=print, with_temporal=False) as stack:
            database.migrate(stack.settings)
            url = database.url(stack.settings)
            plain = url.replace("+psycopg", "", 1)
            with _timed("fill"):
                rows = fill(plain, load_facts(), given.scale)
            found = asyncio.run(measure(url, given.scale, folder))
            beside = {} if given.without_openfisca else openfisca(plain)
    differences = [*found.pop("differences"), *beside.pop("differences", [])]
    print(*differences[:TOLD], sep="\n")
    machine = {"cores": os.cpu_count(), "load_average_before": round(load_before, 2)}
    told = {"rows_of_facts": rows, **found, **beside, "differences": len(differences)}
    print(json.dumps({"scale": given.scale, **machine, **told}))
    return 1 if differences else 0


@contextmanager
def _timed(name: str) -> Iterator[list[float]]:
    took: list[float] = []
    begun = time.monotonic()
    yield took
    took.append(time.monotonic() - begun)
    print(f"{took[0]:7.1f} s  {name}", flush=True)


def _processes(folder: Path) -> list[str]:
    """PostgreSQL's postmaster on this data folder, and its children."""
    postmasters = folder.glob("**/postmaster.pid")
    found = [path.read_text(encoding="utf-8").split("\n", 1)[0] for path in postmasters]
    for parent in tuple(found):
        children = Path(f"/proc/{parent}/task/{parent}/children")
        found += children.read_text(encoding="utf-8").split() if children.exists() else []
    return found


def _pss(pid: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    sys.exit(main())
