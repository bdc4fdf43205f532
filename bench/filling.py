"""A register filled with years of work, for benchmarks of what people look at.

`--scale 1` is 1,000,000 matters of 300,000 applications with 5,000,000 tasks, a tenth of them open.
Written by SQL and not by acts: there are rows but neither events nor workflows behind them, so
nothing of it can be acted on; what is acted on is started beside it (`bench.running`). One
transaction on the embedded PostgreSQL alone, keys and indexes made anew at its end; interrupted, it
leaves nothing. A filled data folder is told by a marker and used again.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import ClientCursor, Connection, sql
from psycopg.rows import TupleRow

from bench.made_up import LARGEST, SEED, departments, firms, items
from definitions.bundle.rows import ClockRow, Special, TaskMore
from definitions.language.limits import Limit
from definitions.language.roles import Role
from definitions.matter.tasks import Request, Waiting
from definitions.matter.values import Reason
from definitions.rules.calendar import local_day
from definitions.rules.clocks import Clock, ClockKind
from deploy import database, seed
from deploy.embedded.stack import servers
from deploy.people import Json
from deploy.settings import Settings, load

BUNDLES = 300_000
FIRMS = 120_000
OFFICERS = 40
RECUSALS = 30
PARTS = 4
SLOTS = 1000
WORTH_TELLING = 0.5
MARKER = "filled.json"
# Another statement or another mix makes another register.
FORM = 1
FILLED = ("application", "bundle", "matter", "task", "recusal", "account")
_STATEMENTS = Path(__file__).with_suffix(".sql")
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文斌宇浩凯欣怡佳慧雪梅琳"
# Kind, step, name, role, outcome; of an open matter whether it is open, or open in every other one.
_STEPS = (
    ("receipt", "receipt", "受理审查", Role.OFFICER, "accept", None),
    ("check", "check:P1", "核验材料", Role.OFFICER, "accept", None),
    ("review", "review", "审查", Role.OFFICER, "pass", "open"),
    ("consultation", "ask1", "征求意见", Role.OFFICER, "agree", "open"),
    ("decide", "decide", "决定", Role.APPROVER, "grant", "closed"),
    ("check", "check:P2", "核验材料", Role.OFFICER, "accept", "either"),
)


def prepared(home: Path, scale: float) -> Json:
    """The data folder, filled; what its marker says. Nothing must run on it."""
    marker = home / MARKER
    if marker.exists():
        found: Json = json.loads(marker.read_text(encoding="utf-8"))
        assert (found["scale"], found["form"]) == (scale, FORM), f"{home} holds another register"
        return found
    settings = load(home=home)
    with servers(settings, say=print, with_temporal=False) as stack:
        database.migrate(stack.settings)
        seed.seed(stack.settings)
        made = fill(stack.settings, scale, day=local_day(datetime.now(UTC)))
    marker.write_text(json.dumps(made), encoding="utf-8")
    return made


def fill(settings: Settings, scale: float, *, day: date) -> Json:
    """Fill the empty, migrated and seeded register; returns what was made and how long it took."""
    begun = time.monotonic()
    url = database.url(settings).replace("+psycopg", "", 1)
    with psycopg.connect(url, cursor_factory=ClientCursor) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("SET work_mem = '256MB'")
        connection.execute("SET temp_buffers = '256MB'")
        assert _count(connection, "bundle") == 0, "the register is not empty"
        with _bare(connection):
            _helpers(connection, scale)
            for name, statement in _statements():
                with _told(name):
                    connection.execute(statement, _values(connection, scale, day))
        counted = {table: _count(connection, table) for table in FILLED}
        open_tasks = _count(connection, "task WHERE open")
    with psycopg.connect(url, autocommit=True) as connection, _told("vacuum and analyze"):
        connection.execute("VACUUM (ANALYZE)")
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return {
        "scale": scale,
        "form": FORM,
        "day": day.isoformat(),
        **counted,
        "open_tasks": open_tasks,
        "size_mb": round(row[0] / 2**20) if row else None,
        "seconds": round(time.monotonic() - begun, 1),
    }


def officer(department: str, number: int) -> str:
    """The account id of one of the officers who hold and held the tasks."""
    return f"a-made-{department}-{number}"


def _helpers(connection: Connection[TupleRow], scale: float) -> None:
    """What the statements choose from. Officers cannot sign in: no digest matches `!`."""
    organs = departments()
    with connection.cursor() as cursor:
        _copied(
            cursor,
            "made_item (part int, slot int, code text, name text, department text, "
            "department_name text, organ int)",
            _slots(organs),
        )
        chosen = enumerate(firms(max(PARTS, int(FIRMS * scale))))
        _copied(
            cursor,
            "made_firm (n int, code text, name text)",
            ((n, firm.code, firm.name) for n, firm in chosen),
        )
        _copied(cursor, "made_organ (n int, department text)", enumerate(organs))
        _copied(
            cursor,
            "made_step (place int, kind text, step text, name text, role text, outcome text, "
            "of_open bool, open bool, either bool)",
            _steps(),
        )
        chance = random.Random(SEED)  # noqa: S311 - the same people each time
        people = [
            (officer(organ, n), f"made.{organ}.{n}", _name(chance), Role.OFFICER, organ, "!")
            for organ in organs
            for n in range(OFFICERS)
        ]
        cursor.executemany(
            "INSERT INTO account (id, login, name, role, department, password) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            people,
        )


def _slots(organs: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Items over the slots of four parts, each as often as it is asked for.

    An application takes each of its matters from another part, so that no item comes twice.
    """
    for part in range(PARTS):
        chosen = items()[part::PARTS]
        total = sum(item.weight for item in chosen)
        passed, place = 0.0, 0
        for slot in range(SLOTS):
            while (slot + 0.5) / SLOTS * total > passed + chosen[place].weight:
                passed += chosen[place].weight
                place += 1
            item = chosen[place]
            organ = organs.index(item.department)
            row = (item.code, item.name, item.department, item.department_name, organ)
            yield part, slot, *row


def _steps() -> Iterator[tuple[Any, ...]]:
    for place, (kind, step, name, role, outcome, which) in enumerate(_STEPS):
        row = (place, kind, step, name, role, outcome)
        if which != "either":
            yield *row, False, False, False
        if which != "closed":
            yield *row, True, which == "open", which == "either"


def _copied(cursor: Any, table: str, rows: Any) -> None:  # noqa: ANN401 - psycopg's own generics
    """A temporary table of these rows."""
    name = table.partition(" ")[0]
    cursor.execute(f"CREATE TEMPORARY TABLE {table}")
    with cursor.copy(f"COPY {name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"ANALYZE {name}")


def _values(connection: Connection[TupleRow], scale: float, day: date) -> Json:
    """What the statements are given; nested columns hold what the core itself would write."""
    clerk = connection.execute("SELECT id FROM account WHERE login = 'clerk'").fetchone()
    calendar = connection.execute("SELECT max(version) FROM calendar").fetchone()
    assert clerk is not None
    assert calendar is not None
    now = datetime.now(UTC)
    says = Reason(text="0" * 64)
    waiting = Waiting(cause="applicant", since=now, reasons=(says,))
    request = Request(id="ask1", department=LARGEST, by=officer(LARGEST, 0), question=says)
    return {
        "today": day,
        "now": now,
        "bundles": int(BUNDLES * scale),
        "firms": max(PARTS, int(FIRMS * scale)),
        "slots": SLOTS,
        "organs": len(departments()),
        "officers": OFFICERS,
        "recusals": RECUSALS,
        "clerk": clerk[0],
        "lead": LARGEST,
        "calendar": f"CN-{calendar[0]}",
        "special": Special().model_dump_json(),
        "clocks": _clocks(now),
        "more": TaskMore().model_dump_json(),
        "waiting": TaskMore(waiting=waiting).model_dump_json(),
        "request": TaskMore(request=request).model_dump_json(),
    }


def _clocks(now: datetime) -> str:
    """One promised clock as a matter carries it, with places for its two moments."""
    clock = Clock(kind=ClockKind.PROMISED, limit=Limit(days=10), started_at=now, name="承诺时限")
    row = ClockRow(
        kind=clock.kind,
        name=clock.name,
        days=clock.days,
        unit=clock.limit.unit,
        basis=None,
        started_at=now,
        due_at=now,
        window_until=now,
        provisional=False,
        stopped=False,
        stopped_at=None,
        expired=False,
        facts=clock,
    ).model_dump(mode="json")
    row |= {"started_at": "@from", "due_at": "@due", "window_until": "@due"}
    row["facts"] |= {"started_at": "@from"}
    return json.dumps([row], ensure_ascii=False)


def _statements() -> Iterator[tuple[str, str]]:
    """Name and text of each. A block that says nothing but comments is for people only."""
    for block in _STATEMENTS.read_text(encoding="utf-8").split("\n\n"):
        lines = block.strip().splitlines()
        text = "\n".join(line for line in lines if not line.startswith("--"))
        if text:
            yield lines[0].removeprefix("-- ").partition(":")[0], text.rstrip(";")


@contextmanager
def _bare(connection: Connection[TupleRow]) -> Iterator[None]:
    """Without foreign keys, keys and indexes meanwhile: made at the end, they cost a tenth."""
    keys = connection.execute(
        "SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid) "
        "FROM pg_constraint WHERE contype IN ('p', 'u', 'f') "
        "AND (conrelid = ANY(%(tables)s::regclass[]) OR confrelid = ANY(%(tables)s::regclass[])) "
        "ORDER BY contype <> 'f'",
        {"tables": list(FILLED)},
    ).fetchall()
    indexes = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY(%s::regclass[]) "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        (list(FILLED),),
    ).fetchall()
    for table, name, _, _ in keys:
        _do(connection, "ALTER TABLE {} DROP CONSTRAINT {}", table, name)
    for name, _ in indexes:
        _do(connection, "DROP INDEX {}", name)
    yield
    for table, name, _, definition in reversed(keys):
        with _told(name):
            _do(connection, "ALTER TABLE {} ADD CONSTRAINT {} " + definition, table, name)
    for name, definition in indexes:
        with _told(name):
            connection.execute(definition)


def _do(connection: Connection[TupleRow], statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _count(connection: Connection[TupleRow], what: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {what}").fetchone()  # noqa: S608 - our own names
    assert row is not None
    return int(row[0])


def _name(chance: random.Random) -> str:
    return chance.choice(_FAMILY) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2))))


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What took long, as it goes."""
    begun = time.monotonic()
    yield
    took = time.monotonic() - begun
    if took >= WORTH_TELLING:
        print(f"{took:7.1f} s  {name}", flush=True)


def main() -> None:
    """Print one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="1: a million matters")
    parser.add_argument("--home", type=Path, required=True, help="the data folder to fill")
    given = parser.parse_args()
    print(json.dumps(prepared(given.home.resolve(), given.scale)))


if __name__ == "__main__":
    main()
