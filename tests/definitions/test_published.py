"""What was shipped as published says the same for ever, and the lists of it are complete."""

from pathlib import Path

import pytest

from definitions.composing import Parts
from definitions.lifecycle.pinning import FILE, Text, changed, pin_of, pinned, unpinned
from definitions.loading import CATALOGUE, Loaded, load_catalogue, read_service
from definitions.policy_loading import (
    POLICIES,
    LoadedPolicy,
    house_of,
    load_facts,
    read_policy,
)
from definitions.source import DefinitionsBroken
from tests.support import new_policy
from tests.support.new_service import TEXT
from tests.support.new_service import changed as otherwise
from tests.support.shipped import policies, shipped


@pytest.mark.parametrize("folder", [CATALOGUE, POLICIES])
class TestShipped:
    def texts(self, folder: Path) -> tuple[Text, ...]:
        """Everything in the folder."""
        return shipped().services if folder == CATALOGUE else policies().policies

    def test_no_published_text_was_changed(self, folder: Path) -> None:
        pins = pinned((folder / FILE).read_bytes())
        found = changed(self.texts(folder), pins)
        assert found == (), "a published text changed: write a new version instead"

    def test_every_shipped_text_is_in_the_list(self, folder: Path) -> None:
        pins = pinned((folder / FILE).read_bytes())
        missing = [str(Path(*each.path.parts[-2:])) for each in unpinned(self.texts(folder), pins)]
        assert missing == [], "run `yijianshi definitions pin`, or `yijianshi policies pin`"


def read(text: str) -> Loaded:
    """A text as it would be shipped."""
    loaded, errors = read_service(text.encode(), "v1.yaml", load_catalogue(), Parts(CATALOGUE))
    assert loaded is not None
    assert errors == ()
    return loaded


def read_of_policy(text: str) -> LoadedPolicy:
    """A policy as it would be shipped."""
    house = house_of(load_facts(), load_catalogue())
    loaded, errors = read_policy(text.encode(), "v1.yaml", house)
    assert loaded is not None
    assert errors == ()
    return loaded


def test_a_word_more_is_another_text_and_a_comment_is_not() -> None:
    whole = read(TEXT)
    pins = pinned(f"published:\n{pin_of(whole)}".encode())
    assert changed([whole], pins) == ()
    assert changed([read(f"# 说明\n{TEXT}")], pins) == ()
    assert changed([read(otherwise("有室内游泳池", "有游泳池"))], pins) == ("fitness_opening v1",)
    assert changed([], pins) == ("fitness_opening v1",)


def test_the_same_of_policies() -> None:
    whole = read_of_policy(new_policy.TEXT)
    pins = pinned(f"published:\n{pin_of(whole)}".encode())
    assert changed([whole, read_of_policy(f"# 说明\n{new_policy.TEXT}")], pins) == ()
    dearer = read_of_policy(new_policy.changed("50000]", "60000]"))
    assert changed([dearer], pins) == ("green_factory_award v1",)
    assert unpinned([whole], {}) == (whole,)


def test_a_line_without_a_name_is_no_pin() -> None:
    with pytest.raises((DefinitionsBroken, ValueError)):
        pinned(b"published:\n  - version: 1\n    sha256: abc\n")
