"""The register on a real PostgreSQL: once, in order, chained, and mendable from its events."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from temporalio.exceptions import ApplicationError

from activities.contracts.record import OVERTAKEN, Entry, Place
from activities.record import Recorder
from activities.store.engine import Store
from activities.store.tables.register import Bundle, Event, Matter, Outbox
from activities.store.writing.rebuild import compare, numbers, rewrite
from activities.store.writing.register import TOPICS
from definitions.bundle import commands as c
from definitions.bundle.evolve import evolve, replay
from definitions.bundle.view import changes
from definitions.matter.tasks import Outcome
from tests.support.lives import LISTED, Folded, complete, grant_reg, issue, supply
from tests.support.services import CLERK, FOODER, NUMBER, TAXER, planned, started

pytestmark = pytest.mark.stack


def whole() -> Folded:
    """An application from intake to the end, with a paper coming later."""
    one = Folded(started(planned(), **LISTED))
    issue(one)
    grant_reg(one)
    complete(one, TAXER, "TAX.handle", Outcome.GRANT)
    supply(one, CLERK, "M03")
    complete(one, FOODER, "FOOD.check-M03-1", Outcome.ACCEPT)
    complete(one, FOODER, "FOOD.handle", Outcome.GRANT)
    issue(one)
    one.act(CLERK, c.DeliverDocument(document=f"{NUMBER}.REG.licence"))
    return one


def entries(one: Folded, *cuts: int) -> list[Entry]:
    """What the workflow would send, cut after these events, each as it would travel."""
    found = []
    shown = None
    for start, end in zip((0, *cuts), (*cuts, len(one.events)), strict=True):
        after = shown
        for recorded in one.events[start:end]:
            after = evolve(after, recorded)
        assert after is not None
        entry = Entry(bundle=NUMBER, events=one.events[start:end], rows=changes(shown, after))
        found.append(Entry.model_validate_json(entry.model_dump_json()))
        shown = after
    return found


async def record(store: Store, *every: Entry) -> None:
    """Record entries one after another."""
    for entry in every:
        await Recorder(store).record(entry)


async def count(store: Store, table: type[Event | Outbox | Matter | Bundle]) -> int:
    """How many rows a table has."""
    async with store.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def execute(store: Store, statement: str) -> None:
    """Tamper with the database."""
    async with store.begin() as session:
        await session.execute(text(statement), {"number": NUMBER})


async def places(store: Store) -> list[str]:
    """Where the tables and the events disagree."""
    return [found.place for found in await compare(store, NUMBER)]


class TestRecord:
    @pytest.mark.parametrize("step", [1, 3, 100])
    async def test_a_whole_life_agrees_with_its_events(self, store: Store, step: int) -> None:
        """Whatever acts came together in one transaction; and the chain is whole."""
        one = whole()
        await record(store, *entries(one, *range(step, len(one.events), step)))
        assert await count(store, Event) == len(one.events)
        assert await compare(store, NUMBER) == []
        assert [number async for number in numbers(store)] == [NUMBER]

    async def test_a_retry_writes_nothing_twice(self, store: Store) -> None:
        first, second = entries(whole(), 9)
        for _ in range(2):
            await record(store, first, second, second)
        assert await count(store, Event) == len(first.events) + len(second.events)
        assert await compare(store, NUMBER) == []

    @pytest.mark.parametrize("place", [0, 1], ids=["the start", "later"])
    async def test_of_eight_at_once_one_writes(self, store: Store, place: int) -> None:
        """Two workers may run the same flush; whoever loses finds it done when it retries."""
        every = entries(whole(), 9)
        await record(store, *every[:place])
        entry = every[place]
        tries: Sequence[BaseException | None] = await asyncio.gather(
            *(Recorder(store).record(entry) for _ in range(8)), return_exceptions=True
        )
        lost = [found for found in tries if found is not None]
        assert all(isinstance(found, IntegrityError) for found in lost), lost
        assert not lost or place == 0
        await record(store, *[entry] * len(lost))
        assert await count(store, Event) == sum(len(e.events) for e in every[: place + 1])
        await record(store, *every[place:])
        assert await compare(store, NUMBER) == []

    async def test_a_gap_is_refused_and_nothing_is_written(self, store: Store) -> None:
        first, second, third = entries(whole(), 5, 12)
        await record(store, first)
        with pytest.raises(ValueError, match=r"events 6\.\.12"):
            await record(store, third)
        assert await count(store, Event) == 5
        await record(store, second, third)
        assert await compare(store, NUMBER) == []

    async def test_an_application_does_not_begin_in_the_middle(self, store: Store) -> None:
        _, second = entries(whole(), 5)
        with pytest.raises(ValueError, match=r"events 1\.\.5"):
            await record(store, second)
        assert await count(store, Bundle) == 0

    async def test_an_older_entry_never_overwrites_newer_rows(self, store: Store) -> None:
        """A worker that was away comes back with what it had."""
        first, second, third = entries(whole(), 5, 12)
        await record(store, first, second, third)
        await record(store, second, first)
        assert await compare(store, NUMBER) == []

    async def test_of_an_entry_half_known_the_rest_is_written(self, store: Store) -> None:
        one = whole()
        first, second = entries(one, 9)
        (joined,) = entries(one)
        await record(store, first, joined, second)
        assert await count(store, Event) == len(one.events)
        assert await compare(store, NUMBER) == []

    async def test_other_events_in_the_same_places_are_told_and_nothing_is_written(
        self, store: Store
    ) -> None:
        """A lost run recorded its act; the next one decided it a moment later, or another."""
        first, second = entries(whole(), 9)
        await record(store, first, second)
        later = tuple(
            event.model_copy(update={"at": event.at + timedelta(seconds=1)})
            for event in second.events
        )
        with pytest.raises(ApplicationError) as told:
            await record(store, second.model_copy(update={"events": later}))
        assert told.value.type == OVERTAKEN
        assert told.value.non_retryable
        stands = await Recorder(store).recorded_after(Place(bundle=NUMBER, seq=9))
        assert stands == second.events
        assert await compare(store, NUMBER) == []

    async def test_a_failed_write_leaves_nothing(self, store: Store) -> None:
        """Events, rows, outbox: one transaction."""
        (entry,) = entries(whole())
        twice = entry.model_copy(update={"events": (*entry.events, entry.events[-1])})
        with pytest.raises(IntegrityError):
            await record(store, twice)
        assert [await count(store, t) for t in (Bundle, Matter, Event, Outbox)] == [0] * 4

    async def test_every_topic_goes_out_once_and_in_order(self, store: Store) -> None:
        one = whole()
        every = entries(one, 9)
        await record(store, *every, *every)
        expected = [(r.seq, r.event.kind) for r in one.events if r.event.kind in TOPICS]
        assert expected
        async with store.reading() as session:
            found = await session.execute(select(Outbox.seq, Outbox.topic).order_by(Outbox.id))
            assert [tuple(row) for row in found] == expected

    async def test_each_matter_counts_its_own_events(self, store: Store) -> None:
        one = whole()
        await record(store, *entries(one, 4, 9))
        async with store.reading() as session:
            found = await session.execute(
                select(Event.matter_seq, Event.department)
                .where(Event.matter == "FOOD")
                .order_by(Event.seq)
            )
            rows = [tuple(row) for row in found]
        assert rows == [(place, "food") for place in range(1, len(rows) + 1)]
        assert len(rows) == sum(getattr(r.event, "matter", None) == "FOOD" for r in one.events)

    async def test_what_is_kept_comes_back(self, store: Store) -> None:
        one = whole()
        await record(store, *entries(one))
        async with store.reading() as session:
            bundle = await session.get(Bundle, NUMBER)
        assert bundle is not None
        assert (bundle.status, bundle.version) == ("closed", len(one.events))
        assert bundle.closed_at == replay(one.events).closed_at


class TestCompare:
    @pytest.mark.parametrize(
        "damage",
        [
            """UPDATE event SET body = jsonb_set(body, '{outcome}', '"refuse"')
            WHERE kind = 'task_completed' AND body->>'task' LIKE '%REG.decide'""",
            "UPDATE event SET actor = jsonb_set(actor, '{id}', '\"somebody\"') WHERE seq = 3",
            "UPDATE event SET at = at + interval '1 second' WHERE seq = 3",
            "UPDATE event SET act = 'another' WHERE seq = 3",
            "DELETE FROM event WHERE seq = 3",
            "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)",
            "DELETE FROM event",
        ],
        ids=["what", "who", "when", "by which act", "gone", "the last gone", "all gone"],
    )
    async def test_altered_evidence_is_found(self, store: Store, damage: str) -> None:
        """DESIGN.md §7 rule 8."""
        await record(store, *entries(whole()))
        await execute(store, damage)
        assert await places(store) == ["event"]
        assert [number async for number in numbers(store)] == [NUMBER]

    @pytest.mark.parametrize(
        "damage",
        ["UPDATE event SET act = 'another' WHERE seq = 5", "DELETE FROM event WHERE seq > 20"],
    )
    async def test_damaged_evidence_is_not_built_upon(self, store: Store, damage: str) -> None:
        """Rows are never cut down to what stands before the break."""
        await record(store, *entries(whole()))
        await execute(store, damage)
        async with store.reading() as session:
            before = (await session.execute(select(Matter.key, Matter.status))).all()
        await rewrite(store, NUMBER)
        async with store.reading() as session:
            assert (await session.execute(select(Matter.key, Matter.status))).all() == before
        assert await places(store) == ["event"]


class TestRewrite:
    @pytest.mark.parametrize(
        ("damage", "place"),
        [
            ("UPDATE matter SET status = 'refused' WHERE key = 'REG'", "matter REG.status"),
            ("DELETE FROM task WHERE id LIKE '%REG.review'", f"task {NUMBER}.REG.review"),
            ("UPDATE material SET due_at = now() WHERE code = 'M03'", "material M03.due_at"),
            ("UPDATE document SET counter = true WHERE id LIKE '%intake'", "intake.counter"),
            ("UPDATE bundle SET status = 'running'", "bundle.status"),
            ("UPDATE bundle SET version = 3", "bundle.version"),
            (
                """INSERT INTO material SELECT bundle, 'M99', position, name, source, main,
                standard, status, version, waived_by, produced_by, mode, due_at, files, reasons,
                gates, changed_at FROM material WHERE code = 'M01'""",
                "material M99",
            ),
        ],
    )
    async def test_damage_is_found_and_mended(self, store: Store, damage: str, place: str) -> None:
        await record(store, *entries(whole()))
        await execute(store, damage)
        (found,) = await places(store)
        assert found.endswith(place)
        await rewrite(store, NUMBER)
        assert await places(store) == []

    async def test_the_application_goes_on_after_it(self, store: Store) -> None:
        first, second = entries(whole(), 9)
        await record(store, first)
        await execute(store, "DELETE FROM task")
        await rewrite(store, NUMBER)
        await record(store, second)
        assert await compare(store, NUMBER) == []
