"""What must be true of the register after many officers worked at once, whatever they were told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import psycopg

from activities.store.writing.rebuild import compare
from api.bulk import key_of_item
from bench.running import SERVICE, Place, Started
from definitions.language.roles import Authority, Confidentiality
from definitions.rules.numbers import bundle_of_task
from deploy.people import Exchange, Json

# Each query finds what must not be there.
_DOUBLED = {
    "completed twice": """
        SELECT body->>'task', count(*) FROM event
        WHERE kind = 'task_completed' AND bundle = ANY(%(ours)s)
        GROUP BY 1 HAVING count(*) > 1""",
    "claimed by two at once": """
        SELECT task, kind, was FROM (
            SELECT body->>'task' AS task, kind,
                lag(kind) OVER (PARTITION BY body->>'task' ORDER BY seq) AS was
            FROM event WHERE bundle = ANY(%(ours)s)
            AND kind IN ('task_claimed', 'task_released', 'task_completed')) e
        WHERE kind = 'task_claimed' AND was IS NOT NULL AND was <> 'task_released'""",
    "decided twice": """
        SELECT bundle, matter, count(*) FROM event
        WHERE kind IN ('matter_granted', 'matter_refused') AND bundle = ANY(%(ours)s)
        GROUP BY bundle, matter HAVING count(*) > 1""",
    "taken twice": """
        SELECT bundle, act FROM (
            SELECT bundle, act, seq - row_number() OVER (PARTITION BY bundle, act ORDER BY seq) AS r
            FROM event WHERE bundle = ANY(%(ours)s)) e
        GROUP BY bundle, act HAVING count(DISTINCT r) > 1""",
}
_LOST = {
    "event without a predecessor": """
        SELECT bundle, count(*), max(seq) FROM event WHERE bundle = ANY(%(ours)s)
        GROUP BY bundle HAVING min(seq) <> 1 OR count(*) <> max(seq)""",
    "completed without an event, or the reverse": """
        SELECT t.id, t.status FROM task t WHERE t.bundle = ANY(%(ours)s)
        AND (t.status = 'completed') <> EXISTS (
            SELECT FROM event e WHERE e.bundle = t.bundle AND kind = 'task_completed'
            AND body->>'task' = t.id)""",
    "opened and not in the register": """
        SELECT body#>>'{task,id}' FROM event e WHERE kind = 'task_opened' AND bundle = ANY(%(ours)s)
        AND NOT EXISTS (SELECT FROM task t WHERE t.id = body#>>'{task,id}')""",
    "neither open nor ended": """
        SELECT id, status FROM task WHERE bundle = ANY(%(ours)s)
        AND NOT open AND status NOT IN ('completed', 'obsolete', 'cancelled', 'returned')""",
}
_HOLDING = frozenset({"task_claimed", "task_released", "task_completed"})
_OURS = "SELECT number FROM bundle WHERE service = %(service)s"
_WORKED = """
    SELECT DISTINCT e.actor->>'id', e.body->>'task' FROM event e
    WHERE e.bundle = ANY(%(ours)s) AND e.kind IN ('task_claimed', 'task_completed')
    AND e.actor->>'id' = ANY(%(people)s)"""


@dataclass(frozen=True, slots=True)
class Post:
    """Where somebody works, and what they are trusted with there."""

    department: str
    authority: Authority

    def may_see(self, department: str, item: str, confidentiality: str) -> bool:
        """Whether a task of this organ and item, so confidential, is theirs to see."""
        level = Confidentiality(confidentiality)
        return department == self.department and self.authority.covers(item, level)


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that is wrong, in words; all empty where nothing is.

    `completed` is how many tasks were completed, `rows_looked_at` how many rows officers were
    shown, each officer's counted once.
    """

    doubled: list[str]
    lost: list[str]
    foreign: list[str]
    differences: list[str]
    completed: int
    rows_looked_at: int

    @property
    def wrong(self) -> list[str]:
        """All of it."""
        return [*self.doubled, *self.lost, *self.foreign, *self.differences]

    def report(self) -> Json:
        """The figures, as the benchmark prints them."""
        return {
            name: len(found) if isinstance(found, list) else found
            for name, found in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class Done:
    """One act that was taken. No `seq`: it was durable, the register did not show it yet."""

    who: str
    task: str
    number: str
    seq: int | None
    key: str


def acts_of(exchange: Exchange) -> list[Done]:
    """What one answer says was done: one act, none, or each of several that were taken at once."""
    who, _, key = str(exchange.act).partition(":")
    answer = exchange.answer
    if "results" in answer:
        several = [each for each in answer["results"] if not each["problem"]]
        return [
            Done(
                who=who,
                task=each["id"],
                number=bundle_of_task(each["id"]),
                seq=each["seq"],
                key=f"{who}:{key_of_item(key, each['id'])}",
            )
            for each in several
        ]
    if "acted" not in answer:
        task = exchange.path.split("/")[2]
    elif answer["task"]:
        task, answer = answer["task"]["id"], answer["acted"]
    else:
        return []
    number, seq = answer["number"], answer["seq"]
    return [Done(who=who, task=task, number=number, seq=seq, key=f"{who}:{key}")]


async def examined(
    place: Place,
    started: Sequence[Started],
    taken: Sequence[Exchange],
    seen: Collection[tuple[str, str]],
    posts: Mapping[str, Post],
) -> Findings:
    """Look at the register, at what was answered and shown, and at the chain of evidence."""
    database_url = place.settings.database_url
    assert database_url is not None
    url = database_url.get_secret_value().replace("+psycopg", "", 1)
    async with await psycopg.AsyncConnection.connect(url) as connection:
        # Of an earlier run on the same folder as well: what is open of it is worked too.
        numbers = await _rows(connection, _OURS, {"service": SERVICE})
        ours = {"ours": [number for (number,) in numbers], "people": list(posts)}
        doubled = await _found(connection, _DOUBLED, ours)
        lost = await _found(connection, _LOST, ours) + await _unknown(connection, taken, ours)
        worked = await _rows(connection, _WORKED, ours)
        shown = {(account, task) for account, task in seen} | {(a, t) for a, t in worked}
        foreign = await _foreign(connection, shown, posts)
        completed = await _rows(
            connection,
            "SELECT count(*) FROM event WHERE kind = 'task_completed' AND bundle = ANY(%(ours)s) "
            "AND actor->>'id' = ANY(%(people)s)",
            ours,
        )
    foreign += _unplanned(started, seen, posts)
    differences = [
        f"{found.bundle} {found.place}: {found.stands}, should be {found.should}"
        for each in started
        for found in await compare(place.store, each.number)
    ]
    return Findings(doubled, lost, foreign, differences, completed[0][0], len(seen))


async def _found(
    connection: psycopg.AsyncConnection, queries: Mapping[str, str], given: Json
) -> list[str]:
    return [
        f"{name}: {row}"
        for name, query in queries.items()
        for row in await _rows(connection, query, given)
    ]


async def _rows(connection: psycopg.AsyncConnection, query: str, given: Json) -> list[Any]:
    return await (await connection.execute(query.encode(), given)).fetchall()


async def _unknown(
    connection: psycopg.AsyncConnection, taken: Sequence[Exchange], given: Json
) -> list[str]:
    """Acts that an officer was told were done, and that do not stand where it was told.

    Whoever claims what he holds already, or gives back what nobody holds, is told that it is so,
    and nothing is written.
    """
    query = (
        "SELECT bundle, seq, act, kind, body->>'task', actor->>'id' FROM event "
        "WHERE bundle = ANY(%(touched)s) ORDER BY bundle, seq"
    )
    # Who pulls may be given a task of the sample day.
    touched = {act.number for exchange in taken for act in acts_of(exchange)} | set(given["ours"])
    stands: dict[tuple[str, int], str] = {}
    held: dict[str, list[tuple[int, str | None]]] = {}
    for bundle, seq, act, kind, task, who in await _rows(
        connection, query, {"touched": sorted(touched)}
    ):
        stands[bundle, seq] = act
        if kind in _HOLDING:
            held.setdefault(task, []).append((seq, who if kind == "task_claimed" else None))
    return [
        f"{exchange.path} was answered {act}, and is not there"
        for exchange in taken
        for act in acts_of(exchange)
        if act.seq is not None
        and stands.get((act.number, act.seq)) != act.key
        and not _was_so(exchange.path, act, held.get(act.task, ()))
    ]


def _was_so(path: str, act: Done, held: Sequence[tuple[int, str | None]]) -> bool:
    """Whether the task was held by this officer, or by nobody, when the act was answered."""
    holders = [who for seq, who in held if seq <= (act.seq or 0)]
    holder = holders[-1] if holders else None
    match path.rpartition("/")[2]:
        case "claim":
            return holder == act.who
        case "release":
            return holder is None
        case _:
            return False


async def _foreign(
    connection: psycopg.AsyncConnection,
    shown: Collection[tuple[str, str]],
    posts: Mapping[str, Post],
) -> list[str]:
    """Who was shown, or worked, what is not theirs, by what the register says of it."""
    given = {"tasks": sorted({task for _, task in shown}), "people": list(posts)}
    rows = await _rows(
        connection,
        "SELECT id, bundle, department, item, confidentiality FROM task WHERE id = ANY(%(tasks)s)",
        given,
    )
    about = {task: (bundle, row) for task, bundle, *row in rows}
    away = set(
        await _rows(
            connection, "SELECT account, bundle FROM recusal WHERE account = ANY(%(people)s)", given
        )
    )
    return [
        f"{account} saw {task}"
        for account, task in shown
        if task not in about
        or not posts[account].may_see(*about[task][1])
        or (account, about[task][0]) in away
    ]


def _unplanned(
    started: Sequence[Started],
    seen: Collection[tuple[str, str]],
    posts: Mapping[str, Post],
) -> list[str]:
    """The same by what was started: the register itself may be wrong about a task."""
    planned = {each.number: each for each in started}
    found: list[str] = []
    for account, task in seen:
        number, key, _ = task.split(".", 2)
        application = planned.get(number)
        if application is None:
            continue
        place = int(key.removeprefix("M"))
        item = application.kind.items[place]
        level = application.kind.level(place)
        trusted = posts[account].may_see(item.department, item.code, level)
        if account in application.recused or not trusted:
            found.append(f"{account} saw {task}, by what was started")
    return found
