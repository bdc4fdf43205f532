"""What was shipped as published says the same for ever, and the list of it is complete."""

from pathlib import Path

import pytest

from definitions.composing import Parts
from definitions.lifecycle.pinning import FILE, changed, pin_of, pinned, unpinned
from definitions.loading import CATALOGUE, Loaded, load_catalogue, read_service
from tests.support.new_service import TEXT
from tests.support.new_service import changed as otherwise
from tests.support.shipped import shipped

PINS = pinned((CATALOGUE / FILE).read_bytes())


@pytest.fixture(scope="module")
def texts() -> tuple[Loaded, ...]:
    """Everything in the catalogue's folder."""
    return shipped().services


def read(text: str) -> Loaded:
    """A text as it would be shipped."""
    loaded, errors = read_service(text.encode(), "v1.yaml", load_catalogue(), Parts(CATALOGUE))
    assert loaded is not None
    assert errors == ()
    return loaded


def test_no_published_text_was_changed(texts: tuple[Loaded, ...]) -> None:
    assert changed(texts, PINS) == (), "a published text changed: write a new version instead"


def test_every_shipped_text_is_in_the_list(texts: tuple[Loaded, ...]) -> None:
    missing = [str(Path(*each.path.parts[-2:])) for each in unpinned(texts, PINS)]
    assert missing == [], "run `yijianshi definitions pin`"


def test_a_word_more_is_another_text_and_a_comment_is_not() -> None:
    whole = read(TEXT)
    pins = pinned(f"published:\n{pin_of(whole)}".encode())
    assert changed([whole], pins) == ()
    assert changed([read(f"# 说明\n{TEXT}")], pins) == ()
    assert changed([read(otherwise("有室内游泳池", "有游泳池"))], pins) == ("fitness_opening v1",)
    assert changed([], pins) == ("fitness_opening v1",)
