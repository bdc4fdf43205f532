"""DBOS doing the five-task matter: a durable workflow that waits for a message a completion.

Each `recv` is a step persisted in DBOS's own system database, as is each `send`. Two ways to count
an act: `dbos` waits until the workflow has consumed the message and said so by an event (the last
time: has ended), which is what the other peers' commands mean by "done"; `dbos_unacknowledged` is
content when the message is durable, which is how DBOS is often used, and cannot tell the person
that the decision was refused.

Tuned: LISTEN/NOTIFY on (the default; the alternative is polling); the clients live in the processes
that run the workflows, as DBOS advises for a web application, so nothing passes through a queue;
schema made beforehand; log level WARNING; no tracing exporter; a pool of 40 connections that hands
out the one used last and does not ping it, so that prepared statements are met again. Tried and no
faster beyond the noise, so left as they come: gathering notifications for 1 ms instead of 10 ms,
asynchronous workflows. Two processes of four client threads, as for the others.
"""

import logging
from typing import Any

from dbos import DBOS, DBOSConfig, WorkflowHandle
from psycopg import connect

from bench.peers_load import DEPARTMENTS, FIRST, TASKS, decision, work

TOPIC = "decisions"
PATIENCE_S = 600.0  # any wait this long is a failure of the run


@DBOS.workflow()
def five_tasks(announce: bool) -> list[str]:  # noqa: FBT001 - DBOS stores positional arguments
    """One topic for all departments: one `recv` waits for whoever decides next."""
    done: list[str] = []
    for waiting in ({FIRST}, *[set(DEPARTMENTS)] * len(DEPARTMENTS)):
        message = DBOS.recv(TOPIC, timeout_seconds=PATIENCE_S)
        if message is None or message["task"] not in waiting - set(done):
            msg = f"unexpected decision {message} after {done}"
            raise ValueError(msg)
        done.append(message["task"])
        if announce and len(done) < len(TASKS):
            DBOS.set_event(message["task"], message["result"])
    return done


def _config(url: str, executor: str) -> DBOSConfig:
    return DBOSConfig(
        name="peers",
        system_database_url=url,
        application_version="1",
        # Each process its own: one that starts takes up the unfinished work of its name.
        executor_id=executor,
        log_level="WARNING",
        sys_db_pool_size=40,
        db_engine_kwargs={"pool_use_lifo": True, "pool_pre_ping": False},
    )


class DbosClient:
    def __init__(self, *, acknowledged: bool) -> None:
        self._acknowledged = acknowledged
        self._handle: WorkflowHandle[Any] | None = None
        self._left = 0

    def start(self) -> None:
        self._handle = DBOS.start_workflow(five_tasks, self._acknowledged)
        self._left = len(TASKS)

    def complete(self, task: str) -> None:
        assert self._handle is not None
        workflow_id = self._handle.get_workflow_id()
        DBOS.send(workflow_id, decision(task), TOPIC)
        self._left -= 1
        if not self._acknowledged:
            return
        if self._left == 0:
            self._handle.get_result()
        elif DBOS.get_event(workflow_id, task, PATIENCE_S) is None:
            msg = f"{task} was not acknowledged"
            raise TimeoutError(msg)

    def finish(self) -> None:
        assert self._handle is not None
        if len(self._handle.get_result()) != len(TASKS):
            raise RuntimeError("the workflow ended without all its decisions")


class DbosPeer:
    def __init__(self, *, acknowledged: bool) -> None:
        self._acknowledged = acknowledged

    def prepare(self, url: str) -> None:
        self.open(url, threads=1, worker=-1)
        self.close()

    def open(self, url: str, *, threads: int, worker: int) -> None:  # noqa: ARG002 - the pool has enough
        logging.getLogger("dbos").setLevel(logging.WARNING)
        DBOS(config=_config(url, f"worker{worker}"))
        DBOS.launch()

    def client(self) -> DbosClient:
        return DbosClient(acknowledged=self._acknowledged)

    def close(self) -> None:
        DBOS.destroy()

    def ended(self, url: str) -> int:
        with connect(url) as connection:
            row = connection.execute(
                "SELECT count(*) FROM dbos.workflow_status WHERE status = 'SUCCESS'"
            ).fetchone()
        assert row is not None
        return int(row[0])


if __name__ == "__main__":
    work(
        {
            "dbos": DbosPeer(acknowledged=True),
            "dbos_unacknowledged": DbosPeer(acknowledged=False),
        }
    )
