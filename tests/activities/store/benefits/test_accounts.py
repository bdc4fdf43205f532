"""Accounts: what was corrected stays against old words; whoever has something coming is told."""

from datetime import date, timedelta
from io import BytesIO

from sqlalchemy import select

from activities.store.benefits.facts import SubjectRow, SubjectView, put_subjects, subject_by_code
from activities.store.benefits.loading import Coming, load_file
from activities.store.benefits.notices import NoticeKind
from activities.store.engine import Store
from activities.store.tables.benefits import BenefitNotice
from definitions.language.benefits import SubjectKind
from definitions.policy_loading import load_facts
from tests.support.payments import award, paying

CATALOGUE = load_facts()
TODAY = date(2026, 11, 20)
FIRM = SubjectKind.FIRM
CODE = "91310117MA1JEF783F"
OLD, RIGHT, OTHER = "6222000000000001", "6222000000000002", "6222000000000003"


async def deliver(store: Store, number: str, day: int, source: str = "market") -> SubjectView:
    """The source says this account, so many days ago; how the firm stands then."""
    fact = {"market": "firm.active", "tax": "firm.tax_arrears"}[source]
    text = f"code,name,account_name,account_number,{fact}\n{CODE},甲,甲,{number},是\n"
    as_of = TODAY - timedelta(days=day)
    said = Coming(source=source, kind=FIRM, as_of=as_of, name="样例.csv", by="a-1")
    await load_file(store, CATALOGUE, said, BytesIO(text.encode()), today=TODAY)
    return await stands(store)


async def correct(store: Store, number: str = RIGHT) -> None:
    """Somebody puts the account right."""
    row = SubjectRow(kind=FIRM, code=CODE, name="甲", account_name="甲", account_number=number)
    async with store.begin() as session:
        await put_subjects(session, [row])


async def stands(store: Store) -> SubjectView:
    """The firm."""
    async with store.reading() as session:
        found = await subject_by_code(session, FIRM, CODE)
    assert found is not None
    return found


async def told(store: Store) -> list[tuple[str, str]]:
    """What was told, in order: key and text."""
    async with store.reading() as session:
        found = select(BenefitNotice).filter_by(kind=NoticeKind.ACCOUNT).order_by(BenefitNotice.id)
        return [(row.key, row.text) for row in await session.scalars(found)]


async def test_a_corrected_account_outlives_what_the_source_repeats(store: Store) -> None:
    assert (await deliver(store, OLD, 5)).account_number == OLD
    await correct(store)
    again = await deliver(store, OLD, 4)
    assert (again.account_number, again.account_version) == (RIGHT, 1)
    # It has heard of it; it says what stands.
    assert (await deliver(store, RIGHT, 3)).account_version == 1
    moved = await deliver(store, OTHER, 2)
    assert (moved.account_number, moved.account_version) == (OTHER, 2)
    # A file of an earlier day is no newer word.
    assert (await deliver(store, OLD, 6)).account_number == OTHER


async def test_a_first_word_fills_in_what_is_missing_only(store: Store) -> None:
    await correct(store)
    first = await deliver(store, OLD, 5)
    assert (first.account_number, first.account_version) == (RIGHT, 0)
    # Another source that repeats its own word does not set one against the other.
    for day in (4, 3):
        await deliver(store, OTHER, day, "tax")
        assert (await deliver(store, OLD, day)).account_number == RIGHT
    assert (await deliver(store, RIGHT, 2, "tax")).account_version == 0


async def test_whoever_has_an_entitlement_is_told_of_a_new_account(store: Store) -> None:
    firm = await deliver(store, OLD, 5)
    await deliver(store, OTHER, 4)
    assert await told(store) == []
    await paying(store, award(), [firm.id])
    await deliver(store, OTHER, 3)
    assert await told(store) == []
    await deliver(store, RIGHT, 2)
    ((key, text),) = await told(store)
    assert key == f"account:{firm.id}:2"
    assert "尾号 0002" in text
    assert "市场监管部门登记库" in text
    assert RIGHT not in text
