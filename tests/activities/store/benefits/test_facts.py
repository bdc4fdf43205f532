"""What is known of subjects: the latest of each source counts, stale facts are missing."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from activities.benefits.compiling import compiled
from activities.store.benefits.facts import (
    SubjectRow,
    drop_snapshot,
    facts_of,
    put_subjects,
    snapshot_table,
    subject_by_code,
    subject_view,
    take_snapshot,
    usable,
)
from activities.store.benefits.frozen import frozen_facts, shown
from activities.store.benefits.own_facts import OWN
from activities.store.engine import Store, WriteSession
from activities.store.tables.subjects import FactBatch, SubjectFacts
from definitions.language.benefits import SubjectKind
from definitions.matter.state import MatterStatus
from definitions.policy_loading import load_facts
from tests.support.checkups import GOOD, applied_by, known
from tests.support.shipped import policies

CATALOGUE = load_facts()
ON = date(2026, 11, 20)
FIRM, PERSON = SubjectKind.FIRM, SubjectKind.PERSON


def firm(code: str, number: str | None = None) -> SubjectRow:
    """A made-up firm."""
    holder = "松江样例有限公司" if number else None
    return SubjectRow(
        kind=FIRM, code=code, name="松江样例有限公司", account_name=holder, account_number=number
    )


async def say(
    session: WriteSession, subject: int, source: str, as_of: date, facts: Mapping[str, Any]
) -> None:
    """A batch of one."""
    batch = FactBatch(
        source=source,
        kind=FIRM,
        as_of=as_of,
        name="样例",
        sha256=f"{subject}{source}{as_of}{sorted(facts.items())}",
        rows=1,
        good=1,
        bad=0,
        loaded_by="test",
    )
    session.add(batch)
    await session.flush()
    row = {"source": source, "subject": subject, "as_of": as_of, "facts": dict(facts)}
    await session.execute(insert(SubjectFacts).values(**row, batch=batch.id))


async def test_a_subject_is_there_once_and_a_new_account_counts(store: Store) -> None:
    async with store.begin() as session:
        ids = await put_subjects(session, [firm("B"), firm("A", "6222000000000001")])
        again = await put_subjects(session, [firm("A")])
    assert again == {"A": ids["A"]}
    async with store.begin() as session:
        await put_subjects(session, [firm("A", "6222000000000001")])
        same = await subject_view(session, ids["A"])
        await put_subjects(session, [firm("A", "6222000000000002")])
        other = await subject_by_code(session, FIRM, "A")
        nobody = await subject_by_code(session, PERSON, "A")
    assert same is not None
    assert (same.account_version, same.account_number) == (0, "6222000000000001")
    assert other is not None
    assert (other.account_version, other.account_number) == (1, "6222000000000002")
    assert len(other.query_code) == 8
    assert "6222" not in repr(other)
    assert nobody is None


async def test_the_latest_of_a_source_counts_and_of_a_day_the_last_batch(store: Store) -> None:
    async with store.begin() as session:
        (one, two) = (await put_subjects(session, [firm("A"), firm("B")])).values()
        await say(session, one, "insurance", ON - timedelta(days=40), {"firm.insured_now": 9})
        await say(session, one, "insurance", ON - timedelta(days=9), {"firm.insured_now": 5})
        await say(session, one, "insurance", ON - timedelta(days=9), {"firm.insured_now": 7})
        await say(session, one, "insurance", ON + timedelta(days=1), {"firm.insured_now": 99})
        await say(session, one, "science", ON, {"firm.titles": ["高新技术企业"]})
        await say(session, one, "market", ON - timedelta(days=8), {"firm.active": True})
        found = await facts_of(session, CATALOGUE, FIRM, [one, two], ON)
        before = await facts_of(session, CATALOGUE, FIRM, [one], ON - timedelta(days=10))
    assert found[two] == {}
    assert usable(found[one]) == {"firm.insured_now": 7, "firm.titles": ("高新技术企业",)}
    assert (found[one]["firm.active"].value, found[one]["firm.active"].fresh) == (True, False)
    assert usable(before[one]) == {"firm.insured_now": 9}


async def test_a_source_speaks_only_of_its_own_facts(store: Store) -> None:
    async with store.begin() as session:
        (one,) = (await put_subjects(session, [firm("A")])).values()
        await say(session, one, "credit", ON, {"firm.active": True, "firm.unheard_of": 1})
        assert await facts_of(session, CATALOGUE, FIRM, [one], ON) == {one: {}}


async def test_a_snapshot_holds_what_facts_of_says(store: Store) -> None:
    said = {
        "firm.founded_on": "2020-02-29",
        "firm.active": True,
        "firm.registered_here": False,
    }
    async with store.begin() as session:
        ids = await put_subjects(session, [firm("A"), firm("B"), firm("C")])
        one, two, three = ids.values()
        person = SubjectRow(kind=PERSON, code="P", name="王小明")
        await put_subjects(session, [person])
        await say(session, one, "market", ON, said)
        await say(session, one, "insurance", ON, {"firm.premiums_paid": 10**12})
        await say(session, two, "market", ON - timedelta(days=8), said)
        await say(session, two, "science", ON, {"firm.titles": ["甲", "乙"]})
        await say(session, three, "science", ON - timedelta(days=1), {"firm.titles": []})
        known = await facts_of(session, CATALOGUE, FIRM, [one, two, three], ON)
    taken = await take_snapshot(store, "a:2026:1", FIRM, ON, CATALOGUE)
    assert taken.rows == 3
    assert (taken.sources["market"].subjects, taken.sources["market"].as_of) == (1, ON)
    assert taken.sources["science"].subjects == 2
    assert taken.away == ("benefits", "certificates", "credit", "tax")
    table, columns, key = snapshot_table(taken.relation, CATALOGUE, FIRM)
    async with store.reading() as session:
        rows = (await session.execute(select(key, table).order_by(key))).mappings().all()
    for row in rows:
        facts = {
            name: str(value) if isinstance(value, date) else value
            for name, column in columns.items()
            if (value := row[column.name]) is not None
        }
        kept = {name: tuple(v) if isinstance(v, list) else v for name, v in facts.items()}
        assert kept == usable(known[row["subject"]])
    assert (rows[0]["as_of_market"], rows[1]["as_of_market"]) == (ON, None)


async def test_a_snapshot_stays_as_it_was_and_tells_itself_apart(store: Store) -> None:
    async with store.begin() as session:
        (one,) = (await put_subjects(session, [firm("A")])).values()
        await say(session, one, "market", ON, {"firm.active": True})
    first = await take_snapshot(store, "one", FIRM, ON, CATALOGUE)
    alike = await take_snapshot(store, "two", FIRM, ON, CATALOGUE)
    async with store.begin() as session:
        await say(session, one, "market", ON, {"firm.active": False})
    again = await take_snapshot(store, "one", FIRM, ON, CATALOGUE)
    later = await take_snapshot(store, "three", FIRM, ON, CATALOGUE)
    assert again == first
    assert first.sha256 == alike.sha256 != later.sha256
    async with store.begin() as session:
        await drop_snapshot(session, "one", datetime.now(UTC))
        await drop_snapshot(session, "one", datetime.now(UTC))
    kept = await take_snapshot(store, "one", FIRM, ON, CATALOGUE)
    assert kept.sha256 == first.sha256


async def test_a_firm_in_deregistration_is_no_hit_from_the_first_match_on(store: Store) -> None:
    leaving = await known(store, GOOD, as_of=ON)
    staying = await known(store, GOOD, code="91310117MA1J00002E", as_of=ON)
    before = await take_snapshot(store, "before", FIRM, ON, CATALOGUE, today=ON)
    await applied_by("a-clerk", store, MatterStatus.REVIEWING)
    now = await take_snapshot(store, "now", FIRM, ON, CATALOGUE, today=ON)
    # What was known on an earlier day is not told by what is going on today.
    past = await take_snapshot(store, "past", FIRM, ON, CATALOGUE, today=ON + timedelta(days=1))
    assert past.sha256 == before.sha256 != now.sha256
    assert await judged(store, before.relation) == {
        leaving.id: ("hit", []),
        staying.id: ("hit", []),
    }
    assert await judged(store, now.relation) == {
        leaving.id: ("miss", ["active"]),
        staying.id: ("hit", []),
    }
    async with store.reading() as session:
        ids = [leaving.id, staying.id]
        frozen = await frozen_facts(session, CATALOGUE, FIRM, "now", ids)
    asked = ["firm.active", "firm.deregistering"]
    assert shown(CATALOGUE, frozen[leaving.id], asked) == {
        "firm.active": {"value": True, "source": "market", "as_of": str(ON)},
        "firm.deregistering": {"value": True, "source": OWN, "as_of": str(ON)},
    }
    assert frozen[staying.id].own == frozenset()


async def judged(store: Store, relation: str) -> dict[int, tuple[str, list[str]]]:
    """How each firm comes out of the refund."""
    found = (each.definition for each in policies().policies)
    refund = next(each for each in found if each.policy == "job_stabilisation_refund")
    table, columns, key = snapshot_table(relation, CATALOGUE, FIRM)
    async with store.reading() as session:
        rows = await session.execute(compiled(refund, table, columns, ON, key=key))
    return {row.key: (row.verdict, list(row.reasons)) for row in rows}


async def test_a_snapshot_of_nobody(store: Store) -> None:
    taken = await take_snapshot(store, "none", PERSON, ON, CATALOGUE)
    assert taken.rows == 0
    assert set(taken.away) == set(taken.sources)
