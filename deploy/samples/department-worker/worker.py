# ruff: noqa: INP001 - a program of its own
"""A department's own worker, as small as it gets: takes its tasks, decides by a rule of its own.

Everything it needs comes from the environment; see README.md beside it.
"""

import asyncio
import os
import signal
import sys

from activities.contracts.assignments import Answer
from activities.outside.departments.desk import Desk, signing_in
from activities.outside.departments.sdk import DepartmentWorker, Mode

# What this department decides without further ado, and how.
OUTCOMES = {
    "decide": "grant",
    "review": "pass",
    "check": "accept",
    "consultation": "agree",
    "assistance": "done",
}


async def handle(desk: Desk) -> Answer:
    """One task: read everything that is known of it, work, then say what came of it.

    May be run twice for the same task (a machine dies): `complete` takes effect once all the same.
    """
    package = await desk.package()
    kind = desk.assignment.kind
    print(f"收到 {package['task']['id']}", flush=True)  # noqa: T201 - a sample shows what it does
    outcome = OUTCOMES.get(kind)
    if outcome is None:
        # 业务上不办：不是故障，待办留给人办。
        return desk.decline(f"kind-{kind}")
    # Here a real department works, for seconds or for days; it is cancelled here, too.
    await asyncio.sleep(float(os.environ.get("DEPARTMENT_WORKS", "0")))
    handled = await desk.complete(outcome, handled_by=PEOPLE)
    print(f"办结 {desk.assignment.task}", flush=True)  # noqa: T201
    return handled


# Staff numbers in this department's own system, in the order they acted: the last one decided.
PEOPLE = os.environ.get("DEPARTMENT_PEOPLE", "A-1001,A-1002").split(",")


def worker() -> DepartmentWorker:
    """From the environment."""
    hall, department = os.environ["HALL_URL"], os.environ["DEPARTMENT"]
    return DepartmentWorker(
        address=os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233"),
        namespace=os.environ.get("TEMPORAL_NAMESPACE", "default"),
        api_key=os.environ.get("TEMPORAL_API_KEY"),
        tls=os.environ.get("TEMPORAL_TLS") == "true",
        department=department,
        mode=Mode(os.environ.get("DEPARTMENT_MODE", "queue")),
        handle=handle,
        api=hall,
        token=signing_in(hall, os.environ["HALL_LOGIN"], os.environ["HALL_PASSWORD"]),
    )


async def main() -> None:
    """Until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    print("部门工作进程已启动", flush=True)  # noqa: T201
    await worker().run(stop)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
