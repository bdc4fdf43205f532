"""What must be true of the register and of Temporal after anything was killed."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.people import Exchange

# Each query finds what must not be there.
_LOST = {
    "events without a predecessor": """
        SELECT bundle, count(*), max(seq) FROM event GROUP BY bundle
        HAVING min(seq) <> 1 OR count(*) <> max(seq)""",
    "applications whose version is not their last event": """
        SELECT b.number, b.version FROM bundle b
        WHERE b.version IS DISTINCT FROM (SELECT max(seq) FROM event WHERE bundle = b.number)""",
    "submitted applications without a register entry": """
        SELECT number FROM application a WHERE state = 'submitted'
        AND NOT EXISTS (SELECT FROM bundle WHERE application = a.id)""",
    "open applications": """
        SELECT number FROM bundle WHERE number = ANY(%(ours)s) AND status <> 'closed'""",
    "open tasks": """
        SELECT id FROM task WHERE bundle = ANY(%(ours)s) AND status IN ('ready', 'claimed')""",
    "completed tasks without their event": """
        SELECT id FROM task t WHERE status = 'completed' AND NOT EXISTS (
            SELECT FROM event e WHERE e.bundle = t.bundle AND kind = 'task_completed'
            AND body->>'task' = t.id)""",
    "events that others were not told of": """
        SELECT bundle, seq FROM event e WHERE kind IN (SELECT DISTINCT topic FROM outbox)
        AND NOT EXISTS (SELECT FROM outbox o WHERE o.bundle = e.bundle AND o.seq = e.seq)""",
    "documents without a file of their number": """
        SELECT id FROM document d
        WHERE NOT EXISTS (SELECT FROM issued i WHERE i.id = d.id AND i.number = d.number)""",
}
_DOUBLED = {
    "matters decided twice": """
        SELECT bundle, matter, count(*) FROM event
        WHERE kind IN ('matter_granted', 'matter_refused')
        GROUP BY bundle, matter HAVING count(*) > 1""",
    "tasks completed twice": """
        SELECT body->>'task', count(*) FROM event WHERE kind = 'task_completed'
        GROUP BY 1 HAVING count(*) > 1""",
    "documents issued or handed out twice": """
        SELECT kind, coalesce(body#>>'{document,id}', body->>'document'), count(*) FROM event
        WHERE kind IN ('document_issued', 'document_delivered')
        GROUP BY 1, 2 HAVING count(*) > 1""",
    "document numbers given twice": """
        SELECT number, count(*) FROM document GROUP BY number HAVING count(*) > 1""",
    "documents made and never issued": """
        SELECT id FROM issued i WHERE NOT EXISTS (SELECT FROM document d WHERE d.id = i.id)""",
    "messages told twice": """
        SELECT bundle, seq FROM outbox GROUP BY bundle, seq HAVING count(*) > 1""",
    "applications nobody was told of": """
        SELECT number FROM bundle WHERE number <> ALL(%(known)s)
        AND number <> ALL(%(ours)s)""",
    "acts taken twice": """
        SELECT bundle, act FROM (
            SELECT bundle, act, seq - row_number() OVER (PARTITION BY bundle, act ORDER BY seq) AS r
            FROM event) e GROUP BY bundle, act HAVING count(DISTINCT r) > 1""",
}
_UNPRINTED = "SELECT count(*) FROM outbox WHERE topic = 'document_issued' AND sent_at IS NULL"
_PRINTED_WITHIN = 20.0
_FAILED_TASKS = ("Failed activation", "Failing workflow task", "orkflow task failed")


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that is wrong, in words; all empty where nothing is.

    `overtaken` is not: how often a lost run had recorded something that the next one took over.
    """

    lost: list[str]
    doubled: list[str]
    differences: list[str]
    failed_tasks: list[str]
    overtaken: list[str]


def existing(url: str) -> list[str]:
    """The applications there are, before a run."""
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM bundle").fetchall()]


def examined(
    home: Path, url: str, acts: Sequence[Exchange], *, ours: list[str], known: list[str]
) -> Findings:
    """Look at the register, at the answers that were given, at rebuild's opinion, at the log."""
    numbers = {"ours": ours, "known": known}
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        _await_files(connection)
        lost = _found(connection, _LOST, numbers)
        doubled = _found(connection, _DOUBLED, numbers)
        lost += _unknown(connection, acts) + _without_file(connection, home)
    log = (home / "log" / "worker.log").read_text(encoding="utf-8", errors="replace").splitlines()
    return Findings(
        lost=lost,
        doubled=doubled,
        differences=_differences(home),
        failed_tasks=[line for line in log if any(part in line for part in _FAILED_TASKS)],
        overtaken=[line for line in log if '"event": "overtaken"' in line],
    )


def _found(
    connection: psycopg.Connection, queries: dict[str, str], numbers: dict[str, list[str]]
) -> list[str]:
    return [
        f"{name}: {row}"
        for name, query in queries.items()
        for row in connection.execute(query.encode(), numbers).fetchall()
    ]


def _await_files(connection: psycopg.Connection) -> None:
    """Files are made a moment after their documents; those that are not are found missing later."""
    end = time.monotonic() + _PRINTED_WITHIN
    while connection.execute(_UNPRINTED).fetchone() != (0,) and time.monotonic() < end:
        time.sleep(0.1)


def _without_file(connection: psycopg.Connection, home: Path) -> list[str]:
    """Rows whose content is not on disk."""
    rows = connection.execute("SELECT id, file->>'sha256' FROM issued").fetchall()
    files = home / "files"
    return [f"no content of {name}" for name, sha in rows if not (files / sha[:2] / sha).is_file()]


def _unknown(connection: psycopg.Connection, acts: Sequence[Exchange]) -> list[str]:
    """Acts that a client was told were done, and that do not stand where it was told."""
    rows = connection.execute("SELECT bundle, seq, act FROM event").fetchall()
    stands = {(bundle, seq): act for bundle, seq, act in rows}
    found: list[str] = []
    for act in acts:
        seq = act.answer.get("seq", 1)
        if stands.get((act.answer["number"], seq)) != act.act:
            found.append(f"{act.path} was answered {act.answer}, and is not there")
    return found


def _differences(home: Path) -> list[str]:
    checked = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "deploy.main", "--home", str(home), "rebuild", "--check"],
        text=True,
        capture_output=True,
        check=False,
    )
    return [] if checked.returncode == 0 else (checked.stdout + checked.stderr).splitlines()
