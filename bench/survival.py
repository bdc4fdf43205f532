"""Whether anything is lost or doubled when processes are killed under load, and how long it takes.

The embedded stack works off applications of every sample for eight clients, while worker, server,
PostgreSQL, Temporal and one of PostgreSQL's connections are killed in turn
(`tests/support/survival.py` says how). Ends with 1 where anything was lost or doubled.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from pathlib import Path

from tests.support.survival import BACKEND, CHANGES, PARTS, standing, survive


def main() -> int:
    """Print one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=50, help="applications")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, help="the moments of the kills; random by default")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    turns = (*PARTS, BACKEND)
    load = os.getloadavg()[0]
    with (
        tempfile.TemporaryDirectory(prefix="survival-") as folder,
        standing(Path(folder) / "data") as home,
    ):
        outcome = asyncio.run(
            survive(
                home,
                samples=(*CHANGES, "simple-deregistration"),
                bundles=given.scale,
                parts=[turns[n % len(turns)] for n in range(given.kills)],
                seed=seed,
            )
        )
    findings, heard = outcome.findings, outcome.heard
    wrong = [*findings.lost, *findings.doubled, *findings.differences, *findings.failed_tasks]
    wrong += heard.contradictions
    for kill in outcome.kills:
        print(f"{kill.after:7.1f} s  {kill.part:9} back after {kill.recovery_ms / 1000:.1f} s")
    print(*wrong, sep="\n")
    machine = {"cores": os.cpu_count(), "load_average_before": round(load, 2)}
    print(json.dumps({**machine, **outcome.report()}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
