"""docs/law.md says of every article where it is written and which test proves it."""

import pytest
import yaml

from definitions.loading import CATALOGUE
from tests.law.page import PAGE, page, proofs
from tests.law.rows import ROWS, SECTIONS
from tests.support.shipped import shipped

WHERE = [(row.key, *place) for row in ROWS.values() for place in row.where]


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.law"


def test_every_row_is_proved_by_a_test() -> None:
    assert [key for key in ROWS if key not in proofs()] == []


def test_no_test_proves_a_row_that_is_none() -> None:
    strange = {key: where for key, where in proofs().items() if key not in ROWS}
    assert strange == {}


def test_no_row_is_written_twice() -> None:
    keys = [row.key for section in SECTIONS for row in section.rows]
    assert len(keys) == len(set(keys))


def test_every_clock_of_the_catalogue_has_its_row() -> None:
    clocks = {f"时限 {rule.id}" for rule in shipped().catalogue.clocks}
    assert clocks == {key for key in ROWS if key.startswith("时限 ")}


@pytest.mark.parametrize(("key", "file", "entry"), WHERE)
def test_a_row_leads_to_an_entry_that_is_there(key: str, file: str, entry: str) -> None:
    data: object = yaml.safe_load((CATALOGUE / file).read_text(encoding="utf-8"))
    assert entry in set(_words(data)), f"{key}: {file} {entry}"


def _words(data: object) -> list[str]:
    """Every key and every text of a file."""
    if isinstance(data, dict):
        return [*map(str, data), *(word for value in data.values() for word in _words(value))]
    if isinstance(data, list):
        return [word for entry in data for word in _words(entry)]
    return [str(data)]
