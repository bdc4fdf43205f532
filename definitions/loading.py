"""The only reader of files in this package: YAML in, frozen models out, every fault with its line.

Everything wrong in all files is told at once. Nothing here interprets; the pure `rules.review`
judges what pydantic cannot see, and its findings get their places here.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from definitions.errors import Code, Refused
from definitions.language.base import Written
from definitions.language.calendars import CalendarYear
from definitions.language.cases import Case, Cases
from definitions.language.materials import MaterialDefinition
from definitions.language.service import Catalogue, Department, Law, ServiceDefinition
from definitions.rules.calendar import Calendar
from definitions.rules.review import Problem, review, review_catalogue
from definitions.source import DefinitionError, DefinitionsBroken, Source, parse
from definitions.wording import sentence

HERE = Path(__file__).parent
CATALOGUE = HERE / "catalogue"
CALENDARS = HERE / "calendars"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class _Read(Generic[M]):
    """What a file says, or what is wrong with it; `source` to give later findings their place."""

    said: M | None
    errors: list[DefinitionError]
    source: Source | None = None


class _Laws(Written):
    laws: tuple[Law, ...]


class _Departments(Written):
    departments: tuple[Department, ...]


class _Materials(Written):
    materials: tuple[MaterialDefinition, ...]


@dataclass(frozen=True)
class Loaded:
    """One published definition, and the hash of what it says (not of how it is typed)."""

    definition: ServiceDefinition
    sha256: str
    path: Path


@dataclass(frozen=True)
class Library:
    """All definitions of one folder, checked against each other."""

    catalogue: Catalogue
    services: tuple[Loaded, ...]

    @classmethod
    def load(cls, folder: Path = CATALOGUE) -> "Library":
        """Read the folder. Raises `DefinitionsBroken` with everything that is wrong in it."""
        catalogue, errors = _catalogue(folder)
        services: list[Loaded] = []
        for path in sorted(folder.glob("*/v*.yaml")):
            loaded, found = _service(path, folder, catalogue)
            errors += found
            services += [loaded] if loaded else []
        if errors or catalogue is None:
            raise DefinitionsBroken(errors)
        return cls(catalogue=catalogue, services=tuple(services))

    def service(self, name: str, on: date) -> Loaded:
        """The version in force on that day. Raises `Refused(UNKNOWN_SERVICE)`."""
        versions = [loaded for loaded in self.services if loaded.definition.service == name]
        if not versions:
            raise Refused(Code.UNKNOWN_SERVICE, f"没有这项服务：{name}", field="/service")
        valid = [loaded for loaded in versions if _in_force(loaded.definition, on)]
        if not valid:
            message = f"“{versions[0].definition.name}”在 {on} 没有生效的版本"
            raise Refused(Code.UNKNOWN_SERVICE, message, field="/service")
        return max(valid, key=lambda loaded: loaded.definition.version)


def load_cases(path: Path) -> tuple[Case, ...]:
    """The golden cases of one service. Raises `DefinitionsBroken`."""
    read = _read(path, path.parent.parent, Cases)
    if read.said is None:
        raise DefinitionsBroken(read.errors)
    return read.said.cases


def load_calendars(folder: Path = CALENDARS, region: str = "CN") -> Calendar:
    """One calendar out of all years of the folder. Raises `DefinitionsBroken`.

    It counts as published until the end of the last year before a provisional or missing one.
    """
    years: list[CalendarYear] = []
    errors: list[DefinitionError] = []
    for path in sorted(folder.glob("*.yaml")):
        read = _read(path, folder, CalendarYear)
        errors += read.errors
        if read.said is None:
            continue
        if path.stem != str(read.said.year):
            errors.append(_misnamed(path, folder, "year", f"文件名应为 {read.said.year}.yaml"))
        years.append(read.said)
    if not errors and not any(year.status == "published" for year in years):
        errors.append(_misnamed(folder, folder, "", "没有任何已公布的年份"))
    if errors:
        raise DefinitionsBroken(errors)
    return _calendar(years, region)


def digest(models: Iterable[BaseModel]) -> str:
    """SHA-256 over the canonical JSON of models: comments and layout of the file do not count."""
    said = [model.model_dump(mode="json", by_alias=True) for model in models]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _calendar(years: list[CalendarYear], region: str) -> Calendar:
    exceptions: dict[date, bool] = {}
    for year in years:
        exceptions |= {day: False for run in year.off for day in run.days()}
        exceptions |= dict.fromkeys(year.work, True)
    published = [year.year for year in years if year.status == "published"]
    last = published[0]
    while last + 1 in published:
        last += 1
    return Calendar(
        region=region,
        version=f"{last}-{digest(years)[:12]}",
        exceptions=exceptions,
        published_until=date(last, 12, 31),
    )


def _catalogue(folder: Path) -> tuple[Catalogue | None, list[DefinitionError]]:
    laws = _read(folder / "laws.yaml", folder, _Laws)
    departments = _read(folder / "departments.yaml", folder, _Departments)
    materials = _read(folder / "materials.yaml", folder, _Materials)
    errors = [*laws.errors, *departments.errors, *materials.errors]
    if laws.said is None or departments.said is None or materials.said is None:
        return None, errors
    catalogue = Catalogue(
        departments=departments.said.departments,
        laws=laws.said.laws,
        materials=materials.said.materials,
    )
    sources = {
        "laws": laws.source,
        "departments": departments.source,
        "materials": materials.source,
    }
    for problem in review_catalogue(catalogue):
        errors += _placed((problem,), sources[str(problem.path[0])])
    return catalogue, errors


def _service(
    path: Path, folder: Path, catalogue: Catalogue | None
) -> tuple[Loaded | None, list[DefinitionError]]:
    read = _read(path, folder, ServiceDefinition)
    definition, errors = read.said, list(read.errors)
    if definition is None:
        return None, errors
    right = Path(definition.service) / f"v{definition.version}.yaml"
    if path.relative_to(folder) != right:
        errors.append(_misnamed(path, folder, "service", f"文件应放在 {right}"))
    if catalogue is not None:
        errors += _placed(review(definition, catalogue), read.source)
    return Loaded(definition=definition, sha256=digest([definition]), path=path), errors


def _read(path: Path, folder: Path, model: type[M]) -> _Read[M]:
    shown = _shown(path, folder)
    try:
        source = parse(path.read_bytes(), shown)
    except FileNotFoundError:
        return _Read(None, [_misnamed(path, folder, "", "缺少这个文件")])
    except DefinitionsBroken as broken:
        return _Read(None, list(broken.errors))
    try:
        return _Read(model.model_validate(source.data), [], source)
    except ValidationError as error:
        return _Read(None, list(_translated(error, source)))


def _translated(error: ValidationError, source: Source) -> Iterator[DefinitionError]:
    for details in error.errors(include_url=False):
        yield source.error(details["loc"], details["type"], sentence(details))


def _placed(problems: Iterable[Problem], source: Source | None) -> list[DefinitionError]:
    if source is None:
        return []
    return [source.error(problem.path, problem.rule, problem.message) for problem in problems]


def _misnamed(path: Path, folder: Path, place: str, message: str) -> DefinitionError:
    shown = _shown(path, folder)
    return DefinitionError(file=shown, line=1, column=1, path=place, rule="file", message=message)


def _shown(path: Path, folder: Path) -> str:
    return f"{folder.name}/{path.relative_to(folder)}" if path != folder else folder.name


def _in_force(definition: ServiceDefinition, on: date) -> bool:
    until = definition.validity.until
    return definition.validity.since <= on and (until is None or on <= until)
