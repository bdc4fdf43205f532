"""Files of facts: good lines are all taken, each bad one is told with field and rule."""

import asyncio
import csv
import io
import json
import random
import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from activities.outside.registers.sandbox.people import code, person
from activities.store.benefits.corrections import put_correction, touched_policies
from activities.store.benefits.fact_files import FactFile, Good, Rule, Wrong
from activities.store.benefits.facts import facts_of, subject_by_code, usable
from activities.store.benefits.loading import (
    SHOWN,
    Coming,
    Loaded,
    batch_view,
    batches,
    last_of,
    load_file,
)
from activities.store.benefits.policies import put_shipped
from activities.store.engine import Store
from activities.store.tables.subjects import FactBatch, Subject, SubjectFacts
from definitions.errors import Code, Refused
from definitions.language.benefits import SubjectKind
from definitions.loading import load_catalogue
from definitions.policy_loading import PolicyLibrary, load_facts

CATALOGUE = load_facts()
TODAY = date(2026, 11, 20)
FIRM, PERSON = SubjectKind.FIRM, SubjectKind.PERSON
DICE = random.Random(6)  # noqa: S311 - made-up codes, the same each time
A, B, C = (code(DICE) for _ in range(3))
P = person(DICE)
HEAD = "code,name,account_name,account_number,firm.active,firm.founded_on"


def coming(source: str = "market", kind: SubjectKind = FIRM, as_of: date = TODAY) -> Coming:
    """A file that somebody brings."""
    return Coming(source=source, kind=kind, as_of=as_of, name="样例.csv", by="a-1")


async def load(store: Store, text: str | bytes, said: Coming | None = None) -> Loaded:
    """Take it in."""
    raw = text if isinstance(text, bytes) else text.encode()
    return await load_file(store, CATALOGUE, said or coming(), io.BytesIO(raw), today=TODAY)


def wrongs(text: str, *, source: str = "market", is_csv: bool = True) -> list[tuple[int, str, str]]:
    """(line, field, rule) of everything that is wrong."""
    found = FactFile(CATALOGUE, source, FIRM).lines(io.StringIO(text, newline=""), is_csv=is_csv)
    told = [each for line in found if not isinstance(line, Good) for each in line]
    return [(each.line, each.field, each.rule) for each in told]


@pytest.mark.parametrize(
    ("line", "field", "rule"),
    [
        (f"{A},甲,,,也许,2020-01-01", "firm.active", Rule.TYPE),
        (f"{A},甲,,,是,2020-13-01", "firm.founded_on", Rule.TYPE),
        (f"{A},甲,,,是,20200101", "firm.founded_on", Rule.TYPE),
        (f"{A[:-1]},甲,,,是,", "code", Rule.CODE),
        (f"{A[:-1]}{'0' if A[-1] != '0' else '1'},甲,,,是,", "code", Rule.CODE),
        (f"{A},,,,是,", "name", Rule.REQUIRED),
        (",甲,,,是,", "code", Rule.REQUIRED),
        (f"{A},甲,,,是", "", Rule.COLUMNS),
        (f"{A},甲,甲,12 34,是,", "account_number", Rule.ACCOUNT),
        (f"{A},甲,,6222000000000001,是,", "account_number", Rule.ACCOUNT),
        (f"{A},甲,甲,,是,", "account_number", Rule.ACCOUNT),
        (f"{A},甲\x00乙,,,是,", "name", Rule.TEXT),
        (f"{A},{'甲' * 201},,,是,", "name", Rule.TEXT),
    ],
)
def test_a_bad_line_is_told_with_field_and_rule(line: str, field: str, rule: Rule) -> None:
    fine = f"{B},乙,乙,6222000000000002,否,2020-02-29"
    assert wrongs(f"{HEAD}\n{line}\n{fine}\n") == [(2, field, rule)]


@pytest.mark.parametrize(
    ("heading", "field", "rule"),
    [
        ("code,name,firm.acitve", "firm.acitve", Rule.UNKNOWN_COLUMN),
        ("code,name,person.alive", "person.alive", Rule.UNKNOWN_COLUMN),
        ("code,name,firm.size", "firm.size", Rule.OTHER_SOURCE),
        ("code,firm.active", "name", Rule.HEADING),
        ("code,name,name", "name", Rule.HEADING),
        (f"code,name,{P.name}", "第 3 列", Rule.UNKNOWN_COLUMN),
        ("code,name,6222000000000001", "第 3 列", Rule.UNKNOWN_COLUMN),
        (f"code,name,{'x' * 140_000}", "", Rule.HEADING),
    ],
)
def test_a_wrong_heading_ends_the_file(heading: str, field: str, rule: Rule) -> None:
    assert wrongs(f"{heading}\n{A},甲,是\n") == [(1, field, rule)]


async def test_a_heading_tells_nothing_of_whoever_stands_in_it(store: Store) -> None:
    row = f"{P.id_number},{P.name},{P.name},6222000000000001,是"
    batch = (await load(store, row, coming("people", PERSON))).batch
    assert [(w.field, w.rule) for w in batch.problems] == [
        ("code", Rule.HEADING),
        ("name", Rule.HEADING),
    ]
    batch = (await load(store, f"code,name,{row}", coming("people", PERSON))).batch
    assert {w.field for w in batch.problems} == {f"第 {n} 列" for n in range(3, 8)}
    told = batch.model_dump_json(include={"problems"})
    assert not any(secret in told for secret in (P.id_number, P.name, "6222"))


@pytest.mark.parametrize(
    ("said", "field", "rule"),
    [
        ('{"code": ', "", Rule.JSON),
        ("[1]", "", Rule.JSON),
        ("[" * 100_000, "", Rule.JSON),
        ('{"a": "' + "x" * (1 << 20) + '"}', "", Rule.JSON),
        (json.dumps({"code": A, "name": "甲", "firm.size": "micro"}), "firm.size", "other_source"),
        (json.dumps({"code": A, "name": "甲", "x": 1}), "x", Rule.UNKNOWN_COLUMN),
        (json.dumps({"code": A, "name": "甲", "张三": 1}), "第 3 列", Rule.UNKNOWN_COLUMN),
        (json.dumps({"code": A, "name": "甲", "account_name": "甲"}), "account_number", "account"),
        (json.dumps({"code": A, "name": "甲", "firm.active": "是"}), "firm.active", Rule.TYPE),
        (json.dumps({"code": A, "name": 7}), "name", Rule.TEXT),
        (json.dumps({"code": A, "name": "\ud800"}), "name", Rule.TEXT),
    ],
)
def test_a_bad_object_is_told(said: str, field: str, rule: str) -> None:
    fine = json.dumps({"code": B, "name": "乙", "firm.active": True, "firm.founded_on": None})
    assert wrongs(f"{fine}\n{said}\n{fine}\n", is_csv=False) == [(2, field, rule)]


def test_each_type_is_read_from_cells_and_from_json() -> None:
    heading = "code,name,firm.titles,firm.title_level,firm.high_tech_since"
    text = f"{heading}\n{A},甲,高新技术企业；专精特新、高新技术企业,-2,2024-01-05\n"
    (one,) = FactFile(CATALOGUE, "science", FIRM).lines(io.StringIO(text), is_csv=True)
    facts = {
        "firm.titles": ["高新技术企业", "专精特新"],
        "firm.title_level": -2,
        "firm.high_tech_since": "2024-01-05",
    }
    raw = json.dumps({"code": A, "name": "甲", **facts})
    (other,) = FactFile(CATALOGUE, "science", FIRM).lines(io.StringIO(raw), is_csv=False)
    assert isinstance(one, Good)
    assert isinstance(other, Good)
    assert one.facts == other.facts
    assert one.facts["firm.titles"] == ("高新技术企业", "专精特新")
    for value in (1.5, True, "1", 10**16):
        raw = json.dumps({"code": A, "name": "甲", "firm.title_level": value})
        assert wrongs(raw, source="science", is_csv=False)


async def test_good_lines_are_taken_and_bad_ones_told(store: Store) -> None:
    text = (
        f"{HEAD}\n{A},甲,甲公司,6222000000000001,是,2020-01-01\n{B},乙,,,也许,\n"
        f"{A},甲,,,否,\n\n{C},丙,,,,2021-01-01\n"
    )
    loaded = await load(store, text)
    batch = loaded.batch
    assert (loaded.is_new, batch.rows, batch.good, batch.bad) == (True, 4, 2, 2)
    assert [(w.line, w.field, w.rule) for w in batch.problems] == [
        (3, "firm.active", Rule.TYPE),
        (4, "code", Rule.CODE_TWICE),
    ]
    assert batch.facts == ("firm.active", "firm.founded_on")
    async with store.reading() as session:
        one = await subject_by_code(session, FIRM, A)
        assert one is not None
        assert (one.name, one.account_number) == ("甲", "6222000000000001")
        assert await subject_by_code(session, FIRM, B) is None
        known = await facts_of(session, CATALOGUE, FIRM, [one.id], TODAY)
        assert await batch_view(session, batch.id) == batch
    assert usable(known[one.id]) == {"firm.active": True, "firm.founded_on": "2020-01-01"}
    assert not any(secret in batch.model_dump_json() for secret in (A, B, "甲公司", "也许"))


async def test_the_same_bytes_are_taken_once_even_at_once(store: Store) -> None:
    text = f"{HEAD}\n{A},甲,,,是,\n"
    first, second = await asyncio.gather(load(store, text), load(store, text))
    again = await load(store, text)
    assert {first.is_new, second.is_new} == {True, False}
    assert first.batch == second.batch == again.batch
    # A month without change is news all the same: the facts stay fresh.
    earlier = await load(store, text, coming(as_of=TODAY - timedelta(days=1)))
    assert earlier.is_new
    async with store.reading() as session:
        assert [each.id for each in await batches(session)] == [earlier.batch.id, first.batch.id]
        assert await last_of(session, "market", FIRM) == (TODAY, first.batch.sha256)
        assert await session.scalar(select(func.count()).select_from(SubjectFacts)) == 2


async def test_two_files_of_a_day_add_up_and_another_day_begins_anew(store: Store) -> None:
    head = "code,name,firm.size,firm.insured_now"
    day = TODAY - timedelta(days=1)
    await load(store, f"{head}\n{A},甲,micro,4\n", coming("insurance", as_of=day))
    await load(store, f"{head}\n{A},甲,,5\n", coming("insurance", as_of=day))
    async with store.reading() as session:
        one = await subject_by_code(session, FIRM, A)
        assert one is not None
        known = await facts_of(session, CATALOGUE, FIRM, [one.id], TODAY)
        assert usable(known[one.id]) == {"firm.size": "micro", "firm.insured_now": 5}
    await load(store, f"{head}\n{A},甲,,6\n", coming("insurance"))
    async with store.reading() as session:
        known = await facts_of(session, CATALOGUE, FIRM, [one.id], TODAY)
    assert usable(known[one.id]) == {"firm.insured_now": 6}


async def test_an_account_changes_only_where_it_is_said_otherwise(store: Store) -> None:
    for line in (
        f"{A},甲,甲公司,6222000000000001,是,",
        f"{A},甲,,,否,",
        f"{A},甲,甲公司,6222000000000009,否,",
    ):
        await load(store, f"{HEAD}\n{line}\n")
    async with store.reading() as session:
        one = await subject_by_code(session, FIRM, A)
    assert one is not None
    assert (one.account_number, one.account_version) == ("6222000000000009", 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_the_usual_encodings_are_read(store: Store, encoding: str) -> None:
    await load(store, f"{HEAD}\r\n{A},松江某某,,,是,\r\n".encode(encoding))
    async with store.reading() as session:
        one = await subject_by_code(session, FIRM, A)
    assert one is not None
    assert one.name == "松江某某"


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00\x80\xff", b"code,name,firm.x\n"])
async def test_what_is_no_such_file_is_told_and_nothing_taken(store: Store, raw: bytes) -> None:
    loaded = await load(store, raw)
    assert (loaded.batch.good, loaded.batch.bad) == (0, 1)
    assert loaded.batch.problems
    async with store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Subject)) == 0


@pytest.mark.parametrize(
    ("said", "why", "field"),
    [
        (coming("people"), Code.UNKNOWN_SOURCE, "/source"),
        (coming("nobody"), Code.UNKNOWN_SOURCE, "/source"),
        (coming(as_of=TODAY + timedelta(days=1)), Code.FACTS_IN_FUTURE, "/as_of"),
    ],
)
async def test_a_file_that_cannot_be_is_refused(
    store: Store, said: Coming, why: Code, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        await load(store, f"{HEAD}\n", said)
    assert (refused.value.code, refused.value.field) == (why, field)


async def test_people_are_loaded_by_their_number(store: Store) -> None:
    text = f"code,name,person.alive\n{P.id_number},{P.name},是\n{A},甲,是\n"
    loaded = await load(store, text, coming("people", PERSON))
    assert (loaded.batch.good, [w.rule for w in loaded.batch.problems]) == (1, [Rule.CODE])


class Broken(io.BytesIO):
    """A file that breaks off while it is read the second time."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        if self.reads > 6:
            raise OSError
        return super().read(min(size or 0, 4096) if size and size > 0 else 4096)

    def read1(self, size: int | None = -1, /) -> bytes:
        return self.read(size)


async def test_nothing_is_half_loaded(store: Store) -> None:
    text = "".join([f"{HEAD}\n", *(f"{code(DICE)},甲,,,是,\n" for _ in range(400))])
    with pytest.raises(OSError):  # noqa: PT011 - whatever the reading breaks off with
        await load_file(store, CATALOGUE, coming(), Broken(text.encode()), today=TODAY)
    async with store.reading() as session:
        for table in (Subject, SubjectFacts, FactBatch):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_memory_does_not_grow_with_the_file(store: Store) -> None:
    file, lines = io.BytesIO(), 40_000
    written = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    rows = csv.writer(written)
    rows.writerow(["code", "name", "firm.active"])
    firms = [code(DICE) for _ in range(500)]
    # Every line is wrong: a good one costs no more, and 40,000 codes would not be different ones.
    rows.writerows([firms[n % 500], "松江某某有限公司", "?"] for n in range(lines))
    tracemalloc.start()
    loaded = await load_file(store, CATALOGUE, coming(), file, today=TODAY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    written.detach()
    assert loaded.batch.rows == lines
    assert (loaded.batch.bad, len(loaded.batch.problems)) == (lines, SHOWN)
    assert peak < 12 << 20


async def test_a_correction_is_a_batch_of_one(store: Store) -> None:
    old = TODAY - timedelta(days=3)
    await load(store, f"{HEAD}\n{A},甲,,,是,2020-01-01\n", coming(as_of=old))
    async with store.begin() as session:
        one = await subject_by_code(session, FIRM, A)
        assert one is not None
        right = {"firm.active": False, "firm.titles": ["甲"]}
        kept = {"on": TODAY, "by": "a-1", "case": 7}
        made = await put_correction(session, CATALOGUE, one.id, right, **kept)
        assert len(made) == 2
        assert await put_correction(session, CATALOGUE, one.id, right, **kept) == ()
        known = (await facts_of(session, CATALOGUE, FIRM, [one.id], TODAY))[one.id]
    assert usable(known) == {
        "firm.active": False,
        "firm.founded_on": "2020-01-01",
        "firm.titles": ("甲",),
    }
    # What is corrected is no younger for it; what nobody had said is of that day.
    assert (known["firm.active"].as_of, known["firm.titles"].as_of) == (old, TODAY)


async def test_a_correction_puts_later_days_right_too(store: Store) -> None:
    for day in (TODAY - timedelta(days=4), TODAY - timedelta(days=1)):
        await load(store, f"{HEAD}\n{A},甲,,,是,{day}\n", coming(as_of=day))
    async with store.begin() as session:
        one = await subject_by_code(session, FIRM, A)
        assert one is not None
        ran, facts = TODAY - timedelta(days=3), {"firm.active": False}
        await put_correction(session, CATALOGUE, one.id, facts, on=ran, by="a-1", case=1)
        for day in (ran, TODAY):
            known = (await facts_of(session, CATALOGUE, FIRM, [one.id], day))[one.id]
            assert known["firm.active"].value is False
            assert known["firm.founded_on"].value == str(known["firm.founded_on"].as_of)


async def test_a_correction_does_not_freshen_what_was_stale(store: Store) -> None:
    old = TODAY - timedelta(days=9)
    await load(store, f"{HEAD}\n{A},甲,,,是,2020-01-01\n", coming(as_of=old))
    async with store.begin() as session:
        one = await subject_by_code(session, FIRM, A)
        assert one is not None
        facts = {"firm.active": True}
        await put_correction(session, CATALOGUE, one.id, facts, on=TODAY, by="a-1", case=1)
        known = (await facts_of(session, CATALOGUE, FIRM, [one.id], TODAY))[one.id]
        assert usable(known) == facts
        for wrong in ({"firm.active": "x"}, {"firm.nothing": 1}, {"person.alive": True}):
            with pytest.raises(Refused):
                await put_correction(session, CATALOGUE, one.id, wrong, on=TODAY, by="a", case=1)


async def test_facts_that_come_in_touch_the_policies_that_begin_by_them(store: Store) -> None:
    library = PolicyLibrary.load(load_catalogue())
    begun_by = {
        loaded.definition.policy: loaded.definition.begins.facts
        for loaded in library.policies
        if loaded.definition.begins and loaded.definition.begins.facts
    }
    assert begun_by
    fact = next(iter(begun_by.values()))[0]
    source = next(each.source for each in CATALOGUE.facts if each.fact == fact)
    kind = SubjectKind(fact.partition(".")[0])
    who = f"{P.id_number},{P.name}" if kind is PERSON else f"{A},甲"
    cell = next(iter(_cells(fact)))
    async with store.begin() as session:
        await put_shipped(session, library, func.now())  # type: ignore[arg-type]
    loaded = await load(store, f"code,name,{fact}\n{who},{cell}\n", coming(source, kind))
    other = await load(store, f"{HEAD}\n{A},甲,,,是,\n")
    # The next day's delivery says the same: nothing has come in.
    line, later = f"code,name,{fact}\n{who},{cell}\n", TODAY + timedelta(days=1)
    same = await load_file(
        store, CATALOGUE, coming(source, kind, later), io.BytesIO(line.encode()), today=later
    )
    async with store.reading() as session:
        touched = await touched_policies(session, loaded.batch.id, TODAY)
        assert {each.definition.policy for each in touched} == {
            policy for policy, facts in begun_by.items() if fact in facts
        }
        assert await touched_policies(session, other.batch.id, TODAY) == ()
        assert await touched_policies(session, same.batch.id, TODAY) == ()


def _cells(fact: str) -> Iterator[str]:
    kind = next(each.type for each in CATALOGUE.facts if each.fact == fact)
    yield {"number": "1", "flag": "是", "date": "2026-01-01", "text": "a", "many": "a"}[kind]


def test_what_is_wrong_is_told_without_what_stood_there() -> None:
    text = f"{HEAD}\n{A[:-1]},欧阳试验,,,是,\n"
    (told,) = FactFile(CATALOGUE, "market", FIRM).lines(io.StringIO(text), is_csv=True)
    assert isinstance(told, tuple)
    assert all(isinstance(each, Wrong) and A[:-1] not in each.says for each in told)
