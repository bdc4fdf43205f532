"""The inbox out of the indexes: the right tasks in the right order, and never the whole table."""

from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from activities.store.desk.offers import offer_one
from activities.store.engine import ReadSession, Store
from activities.store.reading.bundles import bundle_head
from activities.store.reading.pulling import waiting_tasks
from activities.store.reading.scope import Scope
from activities.store.reading.search import candidates, grams
from activities.store.reading.tasks import TaskFilter, TaskQuery, counts, open_of, task, tasks
from definitions.language.roles import Authority, Confidentiality, Role
from tests.support.database import emptied
from tests.support.filled import DEPARTMENT, ITEMS, ME, fill, plan_of, watched
from tests.support.services import NOW

pytestmark = pytest.mark.stack

ROLES = (Role.OFFICER,)
FIRST = "SJ-YJS-310117-20261101-000001"
Ask = Callable[[ReadSession, Scope], Coroutine[object, object, object]]


def scope(*items: str, department: str | None = DEPARTMENT) -> Scope:
    """An officer of the food office, trusted with these items (none: all)."""
    return Scope(department=department, authority=Authority(items=items), account=ME)


@pytest.fixture(scope="module")
async def filled(database_url: str) -> AsyncIterator[Store]:
    """Tables with plenty in them, filled once: these tests only read."""
    async for store in emptied(database_url):
        await fill(store, NOW)
        yield store


async def _every(session: ReadSession, reader: Scope, asked: TaskQuery) -> list[str]:
    """The whole list, page by page."""
    names: list[str] = []
    after: tuple[datetime, str] | None = None
    while True:
        found = await tasks(session, reader, asked, after=after, limit=200)
        names += [each.id for each, _ in found]
        if len(found) < 200:
            return names
        after = (found[-1][1], found[-1][0].id)


_SEEN = (
    "SELECT id FROM task WHERE open AND bundle <> :mine AND confidentiality = 'ordinary' "
    "AND (CAST(:department AS text) IS NULL OR department = :department) "
    "AND (cardinality(CAST(:items AS text[])) = 0 OR item = ANY(:items)) ORDER BY sort_at, id"
)


class TestPages:
    @pytest.mark.parametrize("department", [DEPARTMENT, None])
    @pytest.mark.parametrize("items", [(), ITEMS[:1], ITEMS[:5], ("none",)])
    async def test_merged_by_item_are_the_list_of_a_plain_query(
        self, filled: Store, items: tuple[str, ...], department: str | None
    ) -> None:
        reader = scope(*items, department=department)
        bound = {"mine": FIRST, "department": department, "items": list(items)}
        async with filled.reading() as session:
            found = await _every(session, reader, TaskQuery(roles=ROLES))
            expected = (await session.scalars(text(_SEEN), bound)).all()
        assert found == list(expected)

    async def test_of_done_ones_go_back_in_time(self, filled: Store) -> None:
        asked = TaskQuery(status=TaskFilter.DONE)
        async with filled.reading() as session:
            found = await tasks(session, scope(), asked, after=None, limit=100)
            last = found[-1]
            more = await tasks(session, scope(), asked, after=(last[1], last[0].id), limit=100)
        at = [each.completed_at for each, _ in (*found, *more)]
        assert at == sorted(at, reverse=True)  # type: ignore[type-var]
        assert len({each.id for each, _ in (*found, *more)}) == 200

    async def test_hold_nothing_more_confidential_than_the_clearance(self, filled: Store) -> None:
        cleared = Scope(
            department=DEPARTMENT,
            authority=Authority(clearance=Confidentiality.SECRET),
            account=ME,
        )
        async with filled.reading() as session:
            open_to_all = await _every(session, scope(), TaskQuery())
            every = await _every(session, cleared, TaskQuery())
            secret = text("SELECT id FROM task WHERE confidentiality = 'secret'")
            names = set(await session.scalars(secret))
        assert set(every) - set(open_to_all) == names & set(every) != set()


class TestCounts:
    async def test_are_those_of_the_lists_and_stop_at_a_thousand(self, filled: Store) -> None:
        reader = scope(*ITEMS[:3])
        async with filled.reading() as session:
            found = await counts(
                session, reader, department=reader, account=ME, roles=ROLES, now=NOW
            )
            lists = {
                "ready": TaskQuery(status=TaskFilter.READY, roles=ROLES),
                "mine": TaskQuery(assignee=ME),
                "overdue": TaskQuery(due_by=NOW, roles=ROLES),
                "reviewing": TaskQuery(status=TaskFilter.REVIEWING, roles=ROLES),
                "waiting": TaskQuery(status=TaskFilter.WAITING, assignee=ME),
            }
            for name, asked in lists.items():
                assert getattr(found, name) == len(await _every(session, reader, asked)), name
            assert found.ready
            assert found.reviewing
            every = await counts(
                session, scope(), department=scope(), account=ME, roles=ROLES, now=NOW
            )
        assert (found.capped, every.ready, every.capped) == ((), 1000, ("ready",))


def _list(**asked: object) -> Ask:
    async def ask(session: ReadSession, reader: Scope) -> object:
        query = TaskQuery(roles=ROLES, now=NOW, **asked)  # type: ignore[arg-type]
        after = (NOW + timedelta(hours=3), "SJ")
        return await tasks(session, reader, query, after=after, limit=50)

    return ask


async def _counts(session: ReadSession, reader: Scope) -> object:
    return await counts(session, reader, department=reader, account=ME, roles=ROLES, now=NOW)


_ASKED: dict[str, Ask] = {
    "open": _list(),
    "ready": _list(status=TaskFilter.READY),
    "done": _list(status=TaskFilter.DONE),
    "mine": _list(assignee=ME),
    "reviewing": _list(status=TaskFilter.REVIEWING),
    "kind": _list(kinds=("hearing",)),
    "of a bundle": _list(bundle=FIRST),
    "asked": _list(asked=True),
    "counts": _counts,
    "one": lambda session, reader: task(session, f"{FIRST}.M.t0", reader),
    "one bundle": lambda session, reader: bundle_head(session, FIRST, reader),
    "beside a hit": lambda session, reader: open_of(session, reader, [FIRST]),
    "pull": lambda session, reader: waiting_tasks(session, reader, ROLES, account=ME, now=NOW),
    "search by number": lambda session, reader: candidates(session, reader, FIRST),
    "search by end": lambda session, reader: candidates(session, reader, "004711"),
    "search by code": lambda session, reader: candidates(session, reader, "91310117MA1J000042"),
    "search by name": lambda session, reader: candidates(session, reader, "上海丠刨有限公司"),
}


_PAGES = {"open", "ready", "done", "mine", "reviewing", "kind", "asked", "pull"}


class TestPlans:
    @pytest.mark.parametrize("asked", list(_ASKED))
    @pytest.mark.parametrize("items", [(), ITEMS[:1], ITEMS[:9]], ids=["all", "one", "nine"])
    async def test_no_query_reads_all_tasks_matters_or_bundles(
        self, filled: Store, asked: str, items: tuple[str, ...]
    ) -> None:
        reader = scope(*items)
        # Beside a page of fifty the planner reads small tables whole; large ones it would not.
        asked_for_a_page = asked in _PAGES
        async with filled.reading() as session:
            async with watched(filled) as sent:
                await _ASKED[asked](session, reader)
            for statement, parameters in sent:
                nodes = await plan_of(session, statement, parameters)
                read_whole = {
                    node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan"
                }
                assert "task" not in read_whole, statement
                if not asked_for_a_page:
                    assert not read_whole & {"matter", "bundle", "application"}, statement
        assert sent


class TestSearch:
    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ("有限公司", ()),
            ("上海有限公司", ("海有",)),
            ("上海丠刨有限公司", ("海丠", "丠刨", "刨有")),
            ("刨", ("刨",)),
            ("A（b） c", ("ab", "bc")),
        ],
    )
    def test_asks_for_what_not_every_name_has(self, typed: str, expected: tuple[str, ...]) -> None:
        assert grams(typed) == expected

    async def test_python_and_the_database_cut_names_alike(self, filled: Store) -> None:
        name = "上海 （新）·“桥” Abc-有限公司"
        async with filled.reading() as session:
            cut = await session.scalar(text("SELECT bigrams(:name)"), {"name": name})
        assert set(grams("（新）·“桥” Abc")) <= set(cut)

    async def test_says_that_there_is_more_than_anybody_would_read(self, filled: Store) -> None:
        everybody = scope(department=None)
        async with filled.reading() as session:
            many = await candidates(session, everybody, "SJ-YJS-310117-2026")
            few = await candidates(session, everybody, "SJ-YJS-310117-20261101-00471")
            common = await candidates(session, everybody, "有限公司")
        assert (many.more, few.more, common.more) == (True, False, True)
        assert len(few.numbers) == 10
        assert common.numbers == tuple(sorted(common.numbers, reverse=True))

    @pytest.mark.parametrize("typed", ["x", "12", "%", "_____", "没有这个名称", "  "])
    async def test_finds_nothing_for_what_nothing_has(self, filled: Store, typed: str) -> None:
        async with filled.reading() as session:
            assert (await candidates(session, scope(), typed)).numbers == ()


class TestOffers:
    async def test_of_many_who_ask_at_once_each_gets_another_task(self, filled: Store) -> None:
        names = [f"task-{n}" for n in range(30)]

        async def ask(n: int) -> str | None:
            async with filled.begin() as session:
                return await offer_one(session, names, f"a-{n}", NOW)

        found = [await ask(n) for n in range(30)]
        assert found == names
        assert await ask(31) is None

    async def test_is_over_after_a_few_seconds(self, filled: Store) -> None:
        async with filled.begin() as session:
            assert await offer_one(session, ["t"], "a-1", NOW) == "t"
        async with filled.begin() as session:
            assert await offer_one(session, ["t"], "a-2", NOW) is None
        async with filled.begin() as session:
            assert await offer_one(session, ["t"], "a-2", NOW + timedelta(minutes=1)) == "t"

    async def test_passes_over_what_another_is_just_looking_at(self, filled: Store) -> None:
        async with filled.begin() as first:
            assert await offer_one(first, ["t1", "t2"], "a-1", NOW) == "t1"
            async with filled.begin() as second:
                assert await offer_one(second, ["t1", "t2"], "a-2", NOW) == "t2"
