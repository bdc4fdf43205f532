"""Tables filled with rows in plenty, and how the database would go about a query on them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import event, text

from activities.store.engine import ReadSession, Store

DEPARTMENT, OTHER = "food", "tax"
ITEMS = tuple(f"11310117002456781R40000000000{n:02}" for n in range(12))
ME = "a-me"

_ROWS = """
SET session_replication_role = replica;
INSERT INTO account (id, login, name, role, department, password) VALUES
  ('a-me', 'me', '我', 'officer', 'food', '-'), ('a-you', 'you', '你', 'officer', 'food', '-');
INSERT INTO application (id, state, service, owner, channel, firm_code, firm_name, firm,
  firm_source, answers, form, materials, committed, number)
SELECT 'd-' || n, 'submitted', 'small_change', 'a-me', 'window',
  '91310117MA1J' || lpad((n % 700)::text, 6, '0'),
  '上海' || chr(20000 + n % 97) || chr(21000 + n % 89) || '有限公司', '{}', '{}', '{}', '{}', '{}',
  '[]', 'SJ-YJS-310117-20261101-' || lpad(n::text, 6, '0')
FROM generate_series(1, 6000) n;
INSERT INTO bundle (number, application, service, service_version, definition_sha256, name,
  situation, situation_name, lead, status, version, started_at)
SELECT 'SJ-YJS-310117-20261101-' || lpad(n::text, 6, '0'), 'd-' || n, 'small_change', 1, 's',
  '小变更', 'BG-01', '名称变更', 'registrar', 'running', 3, :at
FROM generate_series(1, 6000) n;
INSERT INTO matter (bundle, key, position, number, name, department, department_name, status,
  version, due_provisional, overdue, clocks, needs, gates, missing, reasons, reason_bases, bases,
  remedies)
SELECT 'SJ-YJS-310117-20261101-' || lpad(n::text, 6, '0'), 'M', 0,
  '11310117002456781R40000000000' || lpad((n % 12)::text, 2, '0') || '20261101' || n, '事项',
  CASE WHEN n % 3 = 0 THEN 'tax' ELSE 'food' END, '部门', 'reviewing', 3, false, false,
  '[]', '[]', '[]', '[]', '[]', '[]', '[]', '[]'
FROM generate_series(1, 6000) n;
INSERT INTO task (id, bundle, matter, kind, name, department, role, status, version, assignee,
  opened_at, due_at, completed_at, item, confidentiality, level, alerted, drafted_by, asked_by)
SELECT 'SJ-YJS-310117-20261101-' || lpad(n::text, 6, '0') || '.M.t' || k,
  'SJ-YJS-310117-20261101-' || lpad(n::text, 6, '0'), 'M',
  CASE WHEN n % 40 = 0 THEN 'hearing' ELSE 'review' END, '审查',
  CASE WHEN n % 3 = 0 THEN 'tax' ELSE 'food' END, 'officer',
  CASE WHEN k > 0 THEN 'completed' WHEN n % 50 = 0 THEN 'in_review' WHEN n % 7 = 0 THEN 'claimed'
    WHEN n % 11 = 0 THEN 'waiting' ELSE 'ready' END, 3,
  CASE WHEN k > 0 OR n % 50 = 0 OR n % 7 = 0 OR n % 11 = 0 THEN 'a-' ||
    CASE WHEN n % 77 = 0 THEN 'me' ELSE 'you' END END,
  CAST(:at AS timestamptz) - interval '3 days',
  CASE WHEN n % 13 > 0 THEN CAST(:at AS timestamptz) + make_interval(hours => n % 97 - 20) END,
  CASE WHEN k > 0 THEN CAST(:at AS timestamptz) - make_interval(mins => n) END,
  '11310117002456781R40000000000' || lpad((n % 12)::text, 2, '0'),
  CASE WHEN n % 17 = 0 THEN 'secret' ELSE 'ordinary' END,
  CASE WHEN n % 9 = 0 THEN 1 ELSE 0 END, CASE WHEN n % 9 = 0 THEN 'holder' END,
  CASE WHEN n % 50 = 0 THEN 'a-you' END, CASE WHEN n % 60 = 0 THEN 'registrar' END
FROM generate_series(1, 6000) n, generate_series(0, 2) k;
INSERT INTO recusal (account, bundle) VALUES ('a-me', 'SJ-YJS-310117-20261101-000001');
SET session_replication_role = DEFAULT;
"""


async def fill(store: Store, at: datetime) -> None:
    """6,000 applications with 18,000 tasks of two departments, a third of them open; analysed."""
    async with store.begin() as session:
        for statement in _ROWS.strip().split(";\n"):
            bound = {"at": at} if ":at" in statement else {}
            await session.execute(text(statement.rstrip(";")), bound)
    async with store.engine.connect() as connection:
        plain = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await plain.execute(text("VACUUM (ANALYZE)"))


@asynccontextmanager
async def watched(store: Store) -> AsyncIterator[list[tuple[str, Any]]]:
    """Every statement that is sent meanwhile, with its parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cur: Any, statement: str, parameters: Any, *_: Any) -> None:  # noqa: ANN401
        seen.append((statement, parameters))

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.engine.sync_engine, "before_cursor_execute", note)


async def plan_of(session: ReadSession, statement: str, parameters: object) -> list[Any]:
    """The nodes of the plan, all of them in one list."""
    connection = await session.connection()
    found = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)  # type: ignore[arg-type]
    return list(_nodes(found.scalar_one()[0]["Plan"]))


def _nodes(node: dict[str, Any]) -> Sequence[dict[str, Any]]:
    below = [each for child in node.get("Plans", ()) for each in _nodes(child)]
    return [node, *below]
