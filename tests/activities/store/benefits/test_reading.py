"""Lists of entitlements: pages of several statuses in one order, none left out, none told twice."""

import pytest

from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.reading import EntryLine, entries
from activities.store.benefits.reading_entitlement import entries_of
from activities.store.engine import Store
from definitions.benefits.entitlement import Status
from definitions.language.roles import SYSTEM
from tests.support.benefits import NOW
from tests.support.payments import award, firms, know, paying, publish

RUN = "some_award:2026:1"


@pytest.fixture
async def listed(store: Store) -> list[int]:
    """Seven firms that are cleared, every third of which is held."""
    of = award()
    await publish(store, of)
    ids = await firms(store, 7)
    await know(store, ids, active=True)
    await paying(store, of, ids)
    held = [
        Move(entitlement=f"some_award:2026:{subject}:award", to=Status.HELD) for subject in ids[::3]
    ]
    async with store.begin() as session:
        await move(session, held, actor=SYSTEM, act="held", now=NOW)
    return ids


async def walked(store: Store, **asked: object) -> list[EntryLine]:
    """Page by page."""
    found: list[EntryLine] = []
    while True:
        after = found[-1].id if found else None
        async with store.reading() as session:
            page = await entries(session, **asked, after=after, limit=2)  # type: ignore[arg-type]
        found += page
        if len(page) < 2:
            return found


@pytest.mark.parametrize("whose", [{"run": RUN}, {"organ": "science"}, {}])
async def test_pages_of_every_status_are_one_list_by_id(
    store: Store, listed: list[int], whose: dict[str, str]
) -> None:
    found = await walked(store, **whose)
    assert [each.id for each in found] == sorted(each.id for each in found)
    assert sorted(each.subject for each in found) == listed
    held = await walked(store, **whose, statuses=(Status.HELD, Status.STRUCK))
    assert sorted(each.subject for each in held) == listed[::3]
    assert {each.status for each in held} == {Status.HELD}


async def test_of_another_run_or_organ_there_is_nothing(store: Store, listed: list[int]) -> None:
    del listed
    assert await walked(store, run="some_award:2025:1") == []
    assert await walked(store, organ="health") == []


async def test_one_subjects_own(store: Store, listed: list[int]) -> None:
    found = await walked(store, subject=listed[0], run=RUN)
    assert [each.subject for each in found] == [listed[0]]
    assert await walked(store, subject=listed[0], statuses=(Status.PAID,)) == []
    async with store.reading() as session:
        assert await entries_of(session, listed[0]) == tuple(found)
