"""The stand-in's own book of tasks: SQLite, durable at every step, so that kill -9 loses nothing.

What is decided is written before it is sent, with the id it is sent under: sent again after a
crash, it is the same message. Calls are few and small, so they are not moved off the loop.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from activities.outside.departments.sandbox.behaviour import Behaviour, Credentials
from activities.outside.stand_ins import durable, transaction
from definitions.language.base import Value

_SCHEMA = """
CREATE TABLE IF NOT EXISTS task (
    department TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    assignment TEXT NOT NULL,
    received_at REAL NOT NULL,
    next_at REAL,
    tries INTEGER NOT NULL DEFAULT 0,
    answer_id TEXT,
    answer TEXT,
    told TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (department, id)
);
CREATE INDEX IF NOT EXISTS task_next ON task (next_at) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS message (
    department TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (department, id)
);
CREATE TABLE IF NOT EXISTS behaviour (department TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS credentials (department TEXT PRIMARY KEY, body TEXT NOT NULL);
"""
_COLUMNS = (
    "department, id, status, assignment, received_at, next_at, tries, answer_id, answer, told"
)


class Held(Value):
    """A task as the department has it. `told` is what the hall said to its answers, in order.

    `next_at` is when something is to be done about it; None: nothing.
    """

    department: str
    id: str
    status: Literal["open", "completed", "withdrawn"]
    assignment: Mapping[str, Any]
    received_at: datetime
    next_at: datetime | None
    tries: int
    answer_id: str | None
    answer: str | None
    told: tuple[str, ...]


class Book:
    """One file for all departments of the stand-in."""

    def __init__(self, file: Path) -> None:
        self._db = durable(file, _SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def behaviour(self, department: str) -> Behaviour:
        """How the department behaves."""
        found = self._one("SELECT body FROM behaviour WHERE department = ?", department)
        return Behaviour.model_validate_json(found[0]) if found else Behaviour()

    def behave(self, department: str, behaviour: Behaviour) -> None:
        """From now on, for the tasks it has not decided yet as well."""
        with transaction(self._db):
            self._put_behaviour(department, behaviour)
            for held in self.tasks(department):
                if held.status == "open":
                    due = behaviour.due(held.received_at)
                    self._set(held, next_at=_seconds(due))

    def fails(self, department: str) -> bool:
        """Whether this message is to be refused; counted."""
        behaviour = self.behaviour(department)
        if not behaviour.fail_times:
            return False
        left = behaviour.model_copy(update={"fail_times": behaviour.fail_times - 1})
        self._put_behaviour(department, left)
        return True

    def credentials(self, department: str) -> Credentials | None:
        """How the department signs; None for one that is not connected."""
        found = self._one("SELECT body FROM credentials WHERE department = ?", department)
        return Credentials.model_validate_json(found[0]) if found else None

    def departments(self) -> tuple[str, ...]:
        """Those that are connected."""
        found = self._db.execute("SELECT department FROM credentials ORDER BY department")
        return tuple(row[0] for row in found)

    def connect(self, department: str, credentials: Credentials, *, anew: bool = True) -> None:
        """How the department signs from now on; `anew` False keeps what it was told before."""
        verb = "REPLACE" if anew else "IGNORE"
        self._db.execute(
            f"INSERT OR {verb} INTO credentials VALUES (?, ?)",  # noqa: S608 - one of two words
            (department, credentials.model_dump_json()),
        )

    def receive(self, department: str, message: str, data: Mapping[str, Any], at: datetime) -> bool:
        """Take a task in; False where the message or the task is known already."""
        with transaction(self._db):
            if not self._is_new(department, message):
                return False
            taken = self._db.execute(
                "INSERT OR IGNORE INTO task"
                " (department, id, status, assignment, received_at, next_at)"
                " VALUES (?, ?, 'open', ?, ?, ?)",
                (
                    department,
                    data["task"],
                    json.dumps(data, ensure_ascii=False),
                    at.timestamp(),
                    _seconds(self.behaviour(department).due(at)),
                ),
            )
            return taken.rowcount > 0

    def withdraw(
        self, department: str, message: str, task: str, *, answer_at: datetime | None
    ) -> bool:
        """The hall says that the task is over; `answer_at` makes it answer all the same."""
        with transaction(self._db):
            if not self._is_new(department, message):
                return False
            held = self.task(department, task)
            if held is None or held.status != "open":
                return False
            self._set(held, status="withdrawn", next_at=_seconds(answer_at))
            return True

    def decide(self, held: Held, answer_id: str, answer: bytes, *, tell_at: datetime) -> Held:
        """Write down what is answered, before it is sent."""
        status = "completed" if held.status == "open" else held.status
        self._set(
            held,
            status=status,
            answer_id=answer_id,
            answer=answer.decode(),
            next_at=tell_at.timestamp(),
            tries=0,
        )
        return self._again(held)

    def tell(self, held: Held, said: str) -> Held:
        """The hall has said this to the answer; nothing more is to be done."""
        self._set(held, told=" ".join((*held.told, said)), next_at=None)
        return self._again(held)

    def later(self, held: Held, at: datetime) -> None:
        """Nobody answered: again at that time."""
        self._set(held, tries=held.tries + 1, next_at=at.timestamp())

    def task(self, department: str, name: str) -> Held | None:
        """One task."""
        found = self._one(
            f"SELECT {_COLUMNS} FROM task WHERE department = ? AND id = ?",  # noqa: S608 - ours
            department,
            name,
        )
        return _held(found) if found else None

    def tasks(self, department: str | None = None) -> tuple[Held, ...]:
        """All, the newest first."""
        found = self._db.execute(
            f"SELECT {_COLUMNS} FROM task WHERE coalesce(?, department) = department"  # noqa: S608
            " ORDER BY received_at DESC, id LIMIT 500",
            (department,),
        )
        return tuple(_held(row) for row in found)

    def due(self, now: datetime) -> tuple[Held, ...]:
        """What is to be done by now, the most pressing first."""
        found = self._db.execute(
            f"SELECT {_COLUMNS} FROM task WHERE next_at <= ? ORDER BY next_at LIMIT 100",  # noqa: S608
            (now.timestamp(),),
        )
        return tuple(_held(row) for row in found)

    def next_at(self) -> datetime | None:
        """When something is to be done next."""
        found = self._one("SELECT min(next_at) FROM task")
        return _moment(found[0]) if found else None

    def _is_new(self, department: str, message: str) -> bool:
        made = self._db.execute(
            "INSERT OR IGNORE INTO message VALUES (?, ?)", (department, message)
        )
        return made.rowcount > 0

    def _put_behaviour(self, department: str, behaviour: Behaviour) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO behaviour VALUES (?, ?)",
            (department, behaviour.model_dump_json()),
        )

    def _set(self, held: Held, **values: object) -> None:
        names = ", ".join(f"{name} = ?" for name in values)
        self._db.execute(
            f"UPDATE task SET {names} WHERE department = ? AND id = ?",  # noqa: S608 - our names
            (*values.values(), held.department, held.id),
        )

    def _again(self, held: Held) -> Held:
        found = self.task(held.department, held.id)
        assert found is not None
        return found

    def _one(self, statement: str, *values: str) -> Any:  # noqa: ANN401 - a row of any shape
        return self._db.execute(statement, values).fetchone()


def _held(row: tuple[Any, ...]) -> Held:
    return Held(
        department=row[0],
        id=row[1],
        status=row[2],
        assignment=json.loads(row[3]),
        received_at=datetime.fromtimestamp(row[4], UTC),
        next_at=_moment(row[5]),
        tries=row[6],
        answer_id=row[7],
        answer=row[8],
        told=tuple(row[9].split()),
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
