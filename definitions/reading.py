"""One YAML file as a model: what it says, or everything that is wrong with it and where.

Shared by what reads services and by what reads policies.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from definitions.composing import Composed, Parts
from definitions.rules.review_problem import Problem
from definitions.source import DefinitionError, DefinitionsBroken, Source, bytes_of, parse
from definitions.wording import sentence

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Read(Generic[M]):
    """What a file says, or what is wrong with it; `source` to give later findings their place."""

    said: M | None
    errors: list[DefinitionError]
    source: Source | Composed | None = None


def read_file(path: Path, folder: Path, model: type[M], parts: Parts | None = None) -> Read[M]:
    """What the file says as that model; `parts` are put in where it includes them."""
    shown = shown_as(path, folder)
    try:
        raw = bytes_of(path, shown)
    except DefinitionsBroken as broken:
        return Read(None, list(broken.errors))
    return read_text(raw, shown, model, parts)


def read_text(raw: bytes, shown: str, model: type[M], parts: Parts | None = None) -> Read[M]:
    """The same of a text that lies in no file."""
    try:
        text = parse(raw, shown)
        source = parts.compose(text) if parts else text
    except DefinitionsBroken as broken:
        return Read(None, list(broken.errors))
    flaws = list(source.flaws) if isinstance(source, Composed) else []
    try:
        return Read(model.model_validate(source.data), flaws, source)
    except ValidationError as error:
        return Read(None, [*flaws, *_translated(error, source, flaws)])


def _translated(
    error: ValidationError, source: Source | Composed, flaws: list[DefinitionError]
) -> Iterator[DefinitionError]:
    told = any(flaw.rule == "twice" for flaw in flaws)
    for details in error.errors(include_url=False):
        if told and not details["loc"]:
            continue  # the same once more, without its place
        yield source.error(details["loc"], details["type"], sentence(details))


def placed(problems: Iterable[Problem], source: Source | Composed | None) -> list[DefinitionError]:
    """Findings of a review, each with its line; none where the text was not understood."""
    if source is None:
        return []
    return [source.error(problem.path, problem.rule, problem.message) for problem in problems]


def misnamed(path: Path, folder: Path, place: str, message: str) -> DefinitionError:
    """A fault of the file itself: its name, or that it is there."""
    shown = shown_as(path, folder)
    return DefinitionError(file=shown, line=1, column=1, path=place, rule="file", message=message)


def shown_as(path: Path, folder: Path) -> str:
    """How a file is named to its author: from its folder on."""
    return f"{folder.name}/{path.relative_to(folder)}" if path != folder else folder.name


def digest_of(said: object) -> str:
    """SHA-256 over canonical JSON: how a text is typed does not count."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def strays(folder: Path) -> Iterator[DefinitionError]:
    """Golden cases that stand beside no definition would never be held against one."""
    for path in sorted(folder.glob("*/*cases*.yaml")):
        version = path.name.partition(".")[0]
        if (
            not path.name.startswith(f"{version}.cases")
            or not path.with_name(f"{version}.yaml").exists()
        ):
            message = "金例的文件名应为 v1.cases.yaml 这样，旁边要有同名的 v1.yaml"
            yield misnamed(path, folder, "", message)
