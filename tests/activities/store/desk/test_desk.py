"""The desk's own: numbers without gaps, guesses counted, texts once, definitions unchanged."""

import asyncio
from datetime import timedelta

import pytest

from activities.store.desk.accounts import (
    account_with_password,
    create_account,
    hashed,
    matches,
    open_session,
    set_password,
    signed_in,
    token_digest,
)
from activities.store.desk.definitions import (
    DefinitionChanged,
    definition_of,
    put_definition,
)
from activities.store.desk.guessing import Bound, count_guess, forget_guesses
from activities.store.desk.numbers import next_serial
from activities.store.desk.texts import digest_of, keep_texts, texts
from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.services import NOW, SERVICE


class TestSerial:
    async def test_counts_without_gaps_though_many_ask_and_some_give_up(self, store: Store) -> None:
        async def take(*, give_up: bool) -> int | None:
            async with store.begin() as session:
                number = await next_serial(session, "bundle", "20261120")
                if give_up:
                    await session.rollback()
                return None if give_up else number

        taken = await asyncio.gather(*(take(give_up=n % 3 == 0) for n in range(15)))
        assert sorted(number for number in taken if number) == list(range(1, 11))

    async def test_begins_anew_each_period(self, store: Store) -> None:
        async with store.begin() as session:
            numbers = [
                await next_serial(session, "bundle", "20261120"),
                await next_serial(session, "bundle", "20261120"),
                await next_serial(session, "bundle", "20261121"),
                await next_serial(session, "松政服收", "20261120"),
            ]
        assert numbers == [1, 2, 1, 1]


class TestGuesses:
    BOUND = Bound(subject="x", count=3, within=timedelta(minutes=5))

    async def _guess(self, store: Store, at: timedelta = timedelta()) -> timedelta | None:
        async with store.begin() as session:
            return await count_guess(session, [self.BOUND], NOW + at)

    async def test_at_the_same_time_count_as_many(self, store: Store) -> None:
        waits = await asyncio.gather(*(self._guess(store) for _ in range(8)))
        assert waits.count(None) == 3

    async def test_are_forgotten_with_time_and_with_success(self, store: Store) -> None:
        for _ in range(3):
            await self._guess(store)
        assert await self._guess(store) == timedelta(minutes=5)
        assert await self._guess(store, timedelta(minutes=6)) is None
        async with store.begin() as session:
            await forget_guesses(session, [self.BOUND], NOW)
        assert await self._guess(store) is None


class TestTexts:
    async def test_are_kept_once_and_found_by_digest(self, store: Store) -> None:
        async with store.begin() as session:
            assert await keep_texts(session, ["甲", "乙", "甲"]) == (
                digest_of("甲"),
                digest_of("乙"),
            )
        async with store.begin() as session:
            await keep_texts(session, ["乙"])
        async with store.reading() as reading:
            assert await texts(reading, [digest_of("乙"), "unknown"]) == {digest_of("乙"): "乙"}
            assert await texts(reading, []) == {}


class TestAccounts:
    async def test_a_new_password_ends_the_sessions(self, store: Store) -> None:
        old, new = hashed("old password"), hashed("new password")
        async with store.begin() as session:
            account = await create_account(
                session, login="a", name="甲", role=Role.WINDOW_CLERK, password_hash=old
            )
            token, _ = await open_session(session, account.id, NOW)
        assert account.department == "window"
        async with store.begin() as session:
            await set_password(session, account.id, new)
        async with store.reading() as reading:
            assert await signed_in(reading, token_digest(token), NOW) is None
            found = await account_with_password(reading, "a")
        assert found is not None
        assert matches("new password", found[1])
        assert not matches("old password", found[1])
        assert not matches("any password", None)


class TestDefinitions:
    async def test_published_ones_never_change(self, store: Store) -> None:
        async with store.begin() as session:
            await put_definition(session, SERVICE, "a" * 64)
        async with store.begin() as session:
            await put_definition(session, SERVICE, "a" * 64)
        changed = SERVICE.model_copy(update={"summary": "别的"})
        with pytest.raises(DefinitionChanged):
            async with store.begin() as session:
                await put_definition(session, changed, "b" * 64)

    async def test_another_digest_of_the_same_is_evidence_too(self, store: Store) -> None:
        async with store.begin() as session:
            await put_definition(session, SERVICE, "a" * 64)
            await put_definition(session, SERVICE, "b" * 64)
            for digest in ("a" * 64, "b" * 64):
                assert await definition_of(session, digest) == SERVICE
