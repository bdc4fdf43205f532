"""The stand-in's own book: SQLite, durable at every step, so that kill -9 loses nothing.

A key is taken once, whatever else is said under it later. Money leaves when its time has come,
whether anybody asks or not; each time it leaves is a line of the statement.
"""

from collections.abc import Sequence
from pathlib import Path

from activities.outside.payments.sandbox.behaviour import Behaviour
from activities.outside.payments.treasury import MOST, Answered, Line, Payment, Receipt
from activities.outside.stand_ins import durable, transaction

ACCOUNT_REFUSED = "account_refused"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS instruction (
    key TEXT PRIMARY KEY,
    project TEXT NOT NULL,
    fen INTEGER NOT NULL,
    account_name TEXT NOT NULL,
    account_number TEXT NOT NULL,
    answered TEXT NOT NULL,
    reason TEXT,
    pays_at REAL
);
CREATE INDEX IF NOT EXISTS instruction_due ON instruction (pays_at) WHERE answered = 'taken';
CREATE TABLE IF NOT EXISTS line (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    project TEXT NOT NULL,
    fen INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS line_key ON line (key);
CREATE INDEX IF NOT EXISTS line_project ON line (project, number);
CREATE TABLE IF NOT EXISTS behaviour (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
"""


class KeyTaken(Exception):
    """The same key, another payment: whoever asks has lost count."""


class Book:
    """One file."""

    def __init__(self, file: Path) -> None:
        self._db = durable(file, _SCHEMA)

    def close(self) -> None:
        """Give the file back."""
        self._db.close()

    def behaviour(self) -> Behaviour:
        """How it behaves."""
        found = self._db.execute("SELECT body FROM behaviour").fetchone()
        return Behaviour.model_validate_json(found[0]) if found else Behaviour()

    def behave(self, behaviour: Behaviour) -> None:
        """From now on."""
        body = behaviour.model_dump_json()
        self._db.execute("INSERT OR REPLACE INTO behaviour VALUES (1, ?)", (body,))

    def take(self, payments: Sequence[Payment], behaviour: Behaviour, now: float) -> None:
        """All of them, or none. Raises `KeyTaken`."""
        with transaction(self._db):
            for payment in payments:
                refused = behaviour.refuses(payment.account_number)
                taken = self._db.execute(
                    "INSERT OR IGNORE INTO instruction VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        payment.key,
                        payment.project,
                        payment.fen,
                        payment.account_name,
                        payment.account_number,
                        Answered.FAILED if refused else Answered.TAKEN,
                        ACCOUNT_REFUSED if refused else None,
                        None if refused else now + behaviour.paid_after,
                    ),
                )
                if taken.rowcount == 0:
                    self._require_same(payment)
            self._pay_due(now)

    def receipts(self, keys: Sequence[str], now: float) -> list[Receipt]:
        """Of those that it knows, in the order asked."""
        with transaction(self._db):
            self._pay_due(now)
        marks = ", ".join("?" * len(keys))
        found = self._db.execute(
            "SELECT i.key, answered, i.fen, l.number, reason FROM instruction i"  # noqa: S608
            f" LEFT JOIN line l ON l.key = i.key WHERE i.key IN ({marks})",
            tuple(keys),
        )
        known = {row[0]: _receipt(row) for row in found}
        return [known[key] for key in keys if key in known]

    def statement(self, project: str, after: str, now: float) -> list[Line]:
        """The next lines of a budget's statement."""
        with transaction(self._db):
            self._pay_due(now)
        found = self._db.execute(
            "SELECT number, key, fen FROM line WHERE project = ? AND number > ?"
            " ORDER BY number LIMIT ?",
            (project, _number(after), MOST),
        )
        return [Line(ref=_ref(number), key=key, fen=fen) for number, key, fen in found]

    def _pay_due(self, now: float) -> None:
        due = "answered = 'taken' AND pays_at <= ?"
        self._db.execute(
            "INSERT INTO line (key, project, fen) SELECT key, project, fen FROM instruction"  # noqa: S608
            f" WHERE {due} ORDER BY pays_at, key",
            (now,),
        )
        self._db.execute(f"UPDATE instruction SET answered = 'paid' WHERE {due}", (now,))  # noqa: S608

    def _require_same(self, payment: Payment) -> None:
        found = self._db.execute(
            "SELECT project, fen, account_name, account_number FROM instruction WHERE key = ?",
            (payment.key,),
        ).fetchone()
        said = (payment.project, payment.fen, payment.account_name, payment.account_number)
        if found != said:
            raise KeyTaken


def _receipt(row: tuple[str, str, int, int | None, str | None]) -> Receipt:
    key, answered, fen, number, reason = row
    ref = None if number is None else _ref(number)
    return Receipt(key=key, answered=Answered(answered), fen=fen, ref=ref, reason=reason)


def _ref(number: int) -> str:
    return f"GK{number:012}"


def _number(ref: str) -> int:
    return int(ref.removeprefix("GK")) if ref else 0
