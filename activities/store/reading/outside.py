"""体外循环: what looks as if it was handled elsewhere and only typed in afterwards.

Leads for a supervisor to look into, never verdicts. Everything is one statement over the tasks that
were completed in the period; which days are worked is worked out before, of the calendar in force.
What a department's own system or an automatic rule completed is left out: machines keep no hours.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text

from activities.store.engine import ReadSession
from activities.store.reading.scope import Read, Scope
from definitions.language.base import Value
from definitions.language.roles import Confidentiality
from definitions.language.supervision import Supervision
from definitions.rules.calendar import Calendar
from definitions.rules.worktime import OddTime, odd_time, worked_days

Place = tuple[datetime, str]


class Sign(StrEnum):
    """What is conspicuous: decided at once, entered at an odd time, entered in bulk."""

    QUICK = "quick"
    ODD = "odd"
    BULK = "bulk"


class OutsideAsked(Value):
    """Which period, and by which measure. `instant`: items that are handled on the spot."""

    since: datetime
    until: datetime
    watched: Supervision
    calendar: Calendar
    instant: tuple[str, ...] = ()
    department: str | None = None
    officer: str | None = None


class OutsideFigures(Read):
    """One officer's completions in the period, and how many of them bear each sign."""

    department: str
    officer: str
    officer_name: str
    completed: int
    quick: int
    odd: int
    bulk: int


class Lead(Read):
    """One thing to look into. `minutes` from acceptance to decision; `entries` of one stretch.

    `odd` says what kind of time it was. A stretch of entries has no task of its own.
    """

    sign: Sign
    at: datetime
    since: datetime
    department: str
    officer: str
    officer_name: str
    task: str | None
    bundle: str | None
    matter: str | None
    matter_name: str
    task_name: str
    firm_name: str
    minutes: int | None
    entries: int | None
    odd: OddTime | None = None


# One row a completion, with its signs. A stretch is conspicuous where more than so many completions
# of one person lie within so many minutes; everything inside of such a window bears the sign.
_DONE = """
WITH done AS (
  SELECT t.id, t.bundle, t.matter, t.name, t.department, t.assignee AS officer,
         a.name AS officer_name, t.completed_at AS at,
         m.name AS matter_name, m.accepted_at,
         (t.kind = 'decide' AND NOT right(t.item, 12) = ANY(CAST(:instant AS text[]))
          AND t.completed_at - m.accepted_at <= make_interval(mins => :minutes)
          AND jsonb_path_exists(m.clocks, '$[*] ? (@.kind == "promised" && @.days >= 1)')
         ) AS quick,
         NOT (CAST(t.completed_at AT TIME ZONE 'Asia/Shanghai' AS date)
                = ANY(CAST(:worked AS date[]))
              AND EXISTS (SELECT FROM unnest(CAST(:opens AS time[]), CAST(:closes AS time[]))
                            AS hours (opens, closes)
                          WHERE CAST(t.completed_at AT TIME ZONE 'Asia/Shanghai' AS time)
                                BETWEEN hours.opens AND hours.closes)) AS odd,
         count(*) OVER (PARTITION BY t.assignee ORDER BY t.completed_at
           RANGE BETWEEN make_interval(mins => :entries_minutes) PRECEDING AND CURRENT ROW
         ) AS together
  FROM task t
  JOIN account a ON a.id = t.assignee AND a.role <> 'department_system'
  JOIN matter m ON m.bundle = t.bundle AND m.key = t.matter
  WHERE t.status = 'completed' AND t.completed_at >= :since AND t.completed_at < :until
    AND (CAST(:department AS text) IS NULL OR t.department = :department)
    AND (CAST(:officer AS text) IS NULL OR t.assignee = :officer)
    AND (CAST(:items AS text[]) = '{}' OR t.item = ANY(CAST(:items AS text[])))
    AND t.confidentiality = ANY(CAST(:clear AS text[]))
    AND NOT EXISTS (SELECT FROM recusal r WHERE r.account = :reader AND r.bundle = t.bundle)
), full_window AS (
  SELECT officer, at AS last, at - make_interval(mins => :entries_minutes) AS first,
         CASE WHEN at - lag(at) OVER (PARTITION BY officer ORDER BY at)
                   <= make_interval(mins => :entries_minutes) THEN 0 ELSE 1 END AS begins
  FROM done WHERE together > :entries
), numbered AS (
  SELECT officer, first, last,
         sum(begins) OVER (PARTITION BY officer ORDER BY last ROWS UNBOUNDED PRECEDING) AS stretch
  FROM full_window
), stretches AS (
  SELECT officer, stretch, min(first) AS first, max(last) AS last
  FROM numbered GROUP BY officer, stretch
), bulk AS (
  SELECT d.id, d.department, d.officer, d.officer_name, d.at, s.stretch
  FROM stretches s JOIN done d ON d.officer = s.officer AND d.at BETWEEN s.first AND s.last
)
"""
_FIGURES = text(
    _DONE
    + """
SELECT d.department, d.officer, min(d.officer_name) AS officer_name, count(*) AS completed,
       count(*) FILTER (WHERE d.quick) AS quick, count(*) FILTER (WHERE d.odd) AS odd,
       count(*) FILTER (WHERE EXISTS (SELECT FROM bulk b WHERE b.id = d.id)) AS bulk
FROM done d GROUP BY d.department, d.officer ORDER BY d.department, d.officer
"""
)
_LEADS = text(
    _DONE  # noqa: S608 - constants
    + """
, leads AS (
  SELECT 'quick' AS sign, at, accepted_at AS since, department, officer, officer_name, id AS task,
         bundle, matter, matter_name, name AS task_name,
         CAST(extract(epoch FROM at - accepted_at) / 60 AS integer) AS minutes,
         CAST(NULL AS bigint) AS entries, 'quick ' || id AS place
  FROM done WHERE quick
  UNION ALL
  SELECT 'odd', at, at, department, officer, officer_name, id, bundle, matter, matter_name, name,
         NULL, NULL, 'odd ' || id
  FROM done WHERE odd
  UNION ALL
  SELECT 'bulk', max(at), min(at), min(department), officer, min(officer_name), NULL, NULL, NULL,
         '', '', NULL, count(*), 'bulk ' || officer || ' ' || stretch
  FROM bulk GROUP BY officer, stretch
)
SELECT l.*, coalesce(p.firm_name, '') AS firm_name
FROM leads l
LEFT JOIN bundle b ON b.number = l.bundle
LEFT JOIN application p ON p.id = b.application
WHERE (CAST(:sign AS text) IS NULL OR l.sign = :sign)
  AND (CAST(:after_at AS timestamptz) IS NULL
       OR (l.at, l.place) < (CAST(:after_at AS timestamptz), :after_place))
ORDER BY l.at DESC, l.place DESC
LIMIT :most
"""
)


async def outside_figures(
    session: ReadSession, scope: Scope, asked: OutsideAsked
) -> list[OutsideFigures]:
    """By department and officer, everybody who completed anything in the period."""
    rows = await session.execute(_FIGURES, _given(scope, asked))
    return [OutsideFigures.model_validate(row) for row in rows]


async def outside_leads(
    session: ReadSession,
    scope: Scope,
    asked: OutsideAsked,
    *,
    sign: Sign | None = None,
    after: Place | None,
    limit: int,
) -> tuple[list[Lead], Place | None]:
    """Each thing to look into, the latest first."""
    given = _given(scope, asked) | {
        "sign": sign,
        "after_at": after[0] if after else None,
        "after_place": after[1] if after else "",
        "most": limit,
    }
    rows = (await session.execute(_LEADS, given)).all()
    more = (rows[-1].at, rows[-1].place) if len(rows) == limit else None
    return [_lead(row, asked) for row in rows], more


def _lead(row: Any, asked: OutsideAsked) -> Lead:  # noqa: ANN401 - a row of `_LEADS`
    found = Lead.model_validate(row)
    if found.sign is not Sign.ODD:
        return found
    kind = odd_time(found.at, asked.watched.office_hours, asked.calendar)
    return found.model_copy(update={"odd": kind})


def _given(scope: Scope, asked: OutsideAsked) -> dict[str, object]:
    """The statement's parameters: the measure, the period, what the reader may see."""
    outside = asked.watched.outside
    office = asked.watched.office_hours
    return {
        "since": asked.since,
        "until": asked.until,
        "department": scope.department if scope.department is not None else asked.department,
        "officer": asked.officer,
        "items": ["", *scope.items] if scope.items else [],
        "clear": [str(each) for each in Confidentiality if scope.clears(each)],
        "reader": scope.account or "",
        "instant": list(asked.instant),
        "minutes": outside.minutes,
        "entries": outside.entries,
        "entries_minutes": outside.entries_minutes,
        "worked": list(worked_days(asked.since, asked.until, asked.calendar)),
        "opens": [hours.since for hours in office],
        "closes": [hours.until for hours in office],
    }
