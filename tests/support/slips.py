"""Slips of an author's pen: what is written wrongly in a copy of the catalogue, how it is told."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from definitions.loading import CATALOGUE, Library
from definitions.source import DefinitionError, DefinitionsBroken

CHANGE = "company_change/v1.yaml"
DEREGISTRATION = "company_deregistration/v1.yaml"


def a_small_copy(folder: Path) -> Path:
    """The house's lists with two services, to break: the first versions, which stay as they are."""
    copy = folder / "catalogue"
    copy.mkdir()
    for path in CATALOGUE.glob("*.yaml"):
        shutil.copy(path, copy)
    for name in (CHANGE, DEREGISTRATION):
        (copy / name).parent.mkdir()
        shutil.copy(CATALOGUE / name, copy / name)
    cases = CHANGE.replace(".yaml", ".cases.yaml")
    shutil.copy(CATALOGUE / cases, copy / cases)
    return copy


def errors_of(read: Callable[[], object]) -> tuple[DefinitionError, ...]:
    with pytest.raises(DefinitionsBroken) as caught:
        read()
    return caught.value.errors


def replaced(path: Path, old: str, new: str) -> tuple[int, int] | None:
    """Put `new` for the first `old`; the place of the mark ▸ in it, which is taken out."""
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    text = text.replace(old, new, 1)
    before, mark, after = text.partition("▸")
    path.write_text(before + after, encoding="utf-8")
    return (before.count("\n") + 1, len(before) - before.rfind("\n")) if mark else None


@dataclass(frozen=True)
class Broken:
    """One slip of an author's pen. ▸ in `new` marks where the fault must be told."""

    old: str
    new: str
    rule: str
    path: str
    message: str
    file: str = CHANGE


def told(folder: Path, slip: Broken) -> None:
    """Make the slip in the folder; it must be told with file, line, rule, path and sentence."""
    place = replaced(folder / slip.file, slip.old, slip.new)
    error = next(iter(errors_of(lambda: Library.load(folder))))
    told = (error.file, error.rule, error.path, error.message)
    assert told == (f"catalogue/{slip.file}", slip.rule, slip.path, slip.message)
    if place is not None:
        assert (error.line, error.column) == place
