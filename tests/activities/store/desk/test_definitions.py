"""What a release brings is published once, and must say the same ever after."""

from collections.abc import Callable

import pytest

from activities.store.desk.definitions import (
    RELEASE,
    DefinitionChanged,
    Written,
    definition_of,
    marks,
    publication,
    put_definition,
    put_shipped,
)
from activities.store.engine import Store
from definitions.composing import Parts
from definitions.lifecycle.judging import CaseFile, judge
from definitions.loading import CATALOGUE, Loaded, load_catalogue
from tests.support.new_service import CASES, SERVICE, TEXT, changed, second

pytestmark = pytest.mark.stack

SHARED = load_catalogue()


def text(said: str) -> Written:
    """A text as a release brings it."""
    cases = (CaseFile(name="v1.cases.yaml", text=CASES),)
    judged = judge(said, cases, SHARED, Parts(CATALOGUE), shown="v1.yaml")
    assert judged.loaded is not None
    return Written(loaded=judged.loaded, text=said, cases=cases, report=judged.report)


def reader(*written: Written) -> tuple[tuple[Loaded, ...], Callable[[Loaded], Written]]:
    """What `put_shipped` asks for; a text that is read again fails the test."""
    left = {each.loaded.sha256: each for each in written}
    return tuple(each.loaded for each in written), lambda loaded: left.pop(loaded.sha256)


class TestShipped:
    async def test_is_published_by_the_installation_itself(self, store: Store) -> None:
        first = text(TEXT)
        async with store.begin() as session:
            assert await put_shipped(session, *reader(first)) == (f"{SERVICE} v1",)
        async with store.reading() as session:
            found = await publication(session, SERVICE, 1)
            assert found is not None
            assert (found.proposed_by, found.approved_by) == (RELEASE, RELEASE)
            assert (found.text, found.cases, found.report.ok) == (TEXT, first.cases, True)
            assert await definition_of(session, first.loaded.sha256) == first.loaded.definition

    async def test_a_later_release_adds_what_is_new(self, store: Store) -> None:
        first, later = text(TEXT), text(second())
        async with store.begin() as session:
            await put_shipped(session, *reader(first))
            assert await marks(session) == (1, 0)
            services, read = reader(later)
            assert await put_shipped(session, (first.loaded, *services), read) == (f"{SERVICE} v2",)
            assert await marks(session) == (2, 0)

    async def test_another_text_under_the_same_number_does_not_start(self, store: Store) -> None:
        async with store.begin() as session:
            await put_shipped(session, *reader(text(TEXT)))
        other = text(changed("有室内游泳池", "有游泳池"))
        with pytest.raises(DefinitionChanged, match=f"{SERVICE} v1"):
            async with store.begin() as session:
                await put_shipped(session, *reader(other))

    async def test_an_installation_of_before_publications_goes_on(self, store: Store) -> None:
        """Its evidence has the digest of another release for the same text."""
        first = text(TEXT)
        async with store.begin() as session:
            await put_definition(session, first.loaded.definition, "0" * 64)
            assert await put_shipped(session, *reader(first)) == (f"{SERVICE} v1",)
            assert await definition_of(session, "0" * 64) == first.loaded.definition
