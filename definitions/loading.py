"""The only reader of files in this package: YAML in, frozen models out, every fault with its line.

Everything wrong in all files is told at once. Nothing here interprets; the pure `rules.review`
judges what pydantic cannot see, and its findings get their places here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from definitions.catalogue_files import NEEDED, OPTIONAL
from definitions.composing import Composed, Parts
from definitions.errors import Code, Refused
from definitions.language.base import Instant, moment_of
from definitions.language.calendars import NATION, CalendarYear
from definitions.language.cases import Case, Cases
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.reading import Read, digest_of, misnamed, placed, read_file, read_text, strays
from definitions.rules.calendar import Calendar
from definitions.rules.calendar_review import review_year, review_years
from definitions.rules.publishing import calendar_of, chain
from definitions.rules.review import Problem, review, review_catalogue
from definitions.source import Data, DefinitionError, DefinitionsBroken, Source

HERE = Path(__file__).parent
CATALOGUE = HERE / "catalogue"
CALENDARS = HERE / "calendars"

_VERSION = re.compile(r"v[1-9][0-9]*\.yaml")


@dataclass(frozen=True)
class Loaded:
    """One definition, whole, and the hash of what it says (not of how it is typed).

    `cases` are its golden cases. The hash is of the text with every part in its place, so that
    neither a change in a shared part nor a word more in the language passes unseen for another.
    """

    definition: ServiceDefinition
    sha256: str
    body: Data
    cases: tuple[Case, ...]
    path: Path


@dataclass(frozen=True)
class Term:
    """What was decided of a version besides its text: nobody is handled under it before or after.

    `published` is missing for what a release brings: that was there from the beginning.
    """

    published: datetime | None = None
    retired: datetime | None = None


@dataclass(frozen=True)
class Library:
    """All definitions that may be handled under, checked against each other.

    `terms` are of those versions, by service and number, that were published or retired here.
    """

    catalogue: Catalogue
    services: tuple[Loaded, ...]
    terms: Mapping[tuple[str, int], Term] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path = CATALOGUE) -> "Library":
        """Read the folder. Raises `DefinitionsBroken` with everything that is wrong in it."""
        catalogue, errors = _catalogue(folder)
        services: list[Loaded] = []
        parts = Parts(folder)
        for path in sorted(p for p in folder.glob("*/v*.yaml") if _VERSION.fullmatch(p.name)):
            loaded, found = _service(path, folder, catalogue, parts)
            errors += found
            services += [loaded] if loaded else []
        errors += strays(folder)
        if errors or catalogue is None:
            raise DefinitionsBroken(errors)
        return cls(catalogue=catalogue, services=tuple(services))

    def service(self, name: str, at: Instant) -> Loaded:
        """The version in force at that moment. Raises `Refused`: UNKNOWN_SERVICE, SERVICE_RETIRED.

        A version that was retired does not bring the one before it back.
        """
        versions = [loaded for loaded in self.services if loaded.definition.service == name]
        if not versions:
            raise Refused(Code.UNKNOWN_SERVICE, f"没有这项服务：{name}", field="/service")
        valid = [loaded for loaded in versions if self._holds(loaded, at)]
        if not valid:
            message = f"“{versions[0].definition.name}”在 {at} 没有生效的版本"
            raise Refused(Code.UNKNOWN_SERVICE, message, field="/service")
        found = max(valid, key=lambda loaded: loaded.definition.version)
        retired = self.term(found).retired
        if retired is not None and retired <= moment_of(at):
            message = f"“{found.definition.name}”已经停办，不再收件；在办的继续办理"
            version = found.definition.version
            raise Refused(Code.SERVICE_RETIRED, message, field="/service", version=version)
        return found

    def term(self, loaded: Loaded) -> Term:
        """What was decided of this version."""
        return self.terms.get((loaded.definition.service, loaded.definition.version), Term())

    def _holds(self, loaded: Loaded, at: Instant) -> bool:
        published = self.term(loaded).published
        there = published is None or published <= moment_of(at)
        return there and loaded.definition.validity.holds(at)


def read_service(
    raw: bytes, shown: str, catalogue: Catalogue, parts: Parts
) -> tuple[Loaded | None, tuple[DefinitionError, ...]]:
    """One definition out of a text, put together; and everything that is wrong in it."""
    read = read_text(raw, shown, ServiceDefinition, parts)
    if read.said is None or read.source is None:
        return None, tuple(read.errors)
    errors = [*read.errors, *placed(review(read.said, catalogue), read.source)]
    body = read.source.data
    return Loaded(read.said, digest_of(body), body, (), Path(shown)), tuple(errors)


def read_cases(raw: bytes, shown: str) -> tuple[tuple[Case, ...], tuple[DefinitionError, ...]]:
    """Golden cases out of a text; and everything that is wrong in it."""
    read = read_text(raw, shown, Cases)
    return read.said.cases if read.said else (), tuple(read.errors)


def reread(body: Data, sha256: str) -> Loaded:
    """A definition that was read and judged once, from what was kept. Raises ValueError."""
    if digest_of(body) != sha256:
        msg = f"this is not the text with digest {sha256}"
        raise ValueError(msg)
    return Loaded(ServiceDefinition.model_validate(body), sha256, body, (), Path())


def load_catalogue(folder: Path = CATALOGUE) -> Catalogue:
    """What all services of a folder share. Raises `DefinitionsBroken`."""
    catalogue, errors = _catalogue(folder)
    if errors or catalogue is None:
        raise DefinitionsBroken(errors)
    return catalogue


def load_calendars(folder: Path = CALENDARS, region: str = NATION) -> Calendar:
    """The calendar of a region as the folder has it. Raises `DefinitionsBroken`."""
    years = load_years(folder)
    found = [year for each in chain(region) for year in years.get(each, ())]
    last = max(year.year for year in years[NATION] if year.status == "published")
    return calendar_of(years, region, f"{last}-{digest(found)[:12]}")


def load_years(folder: Path = CALENDARS) -> dict[str, tuple[CalendarYear, ...]]:
    """Every region's years in the folder, in order. Raises `DefinitionsBroken`."""
    years: list[CalendarYear] = []
    sources: list[Source | Composed | None] = []
    errors: list[DefinitionError] = []
    for path in sorted(folder.glob("*.yaml")):
        read = _year(read_file(path, folder, CalendarYear))
        errors += read.errors
        if read.said is None:
            continue
        right = _calendar_file(read.said)
        if path.name != right:
            errors.append(misnamed(path, folder, "year", f"文件名应为 {right}"))
        years.append(read.said)
        sources.append(read.source)
    if not errors:
        for problem in review_years(years):
            place, *rest = problem.path or (None,)
            source = sources[place] if isinstance(place, int) else None
            errors += placed([Problem(tuple(rest), problem.rule, problem.message)], source)
            if source is None:
                errors.append(misnamed(folder, folder, "", problem.message))
    if errors:
        raise DefinitionsBroken(errors)
    return {
        region: tuple(sorted((y for y in years if y.region == region), key=lambda y: y.year))
        for region in {year.region: None for year in years}
    }


def read_year(raw: bytes, name: str) -> CalendarYear:
    """One year out of a text. Raises `DefinitionsBroken` with every line that is wrong."""
    read = _year(read_text(raw, name, CalendarYear))
    if read.said is None or read.errors:
        raise DefinitionsBroken(read.errors)
    return read.said


def digest(models: Iterable[BaseModel]) -> str:
    """SHA-256 over the canonical JSON of models: comments and layout of the file do not count."""
    return digest_of([model.model_dump(mode="json", by_alias=True) for model in models])


def _year(read: Read[CalendarYear]) -> Read[CalendarYear]:
    """The year judged as well."""
    if read.said is None:
        return read
    return Read(read.said, placed(review_year(read.said), read.source), read.source)


def _calendar_file(year: CalendarYear) -> str:
    return f"{year.year}.yaml" if year.region == NATION else f"{year.region}-{year.year}.yaml"


def _catalogue(folder: Path) -> tuple[Catalogue | None, list[DefinitionError]]:
    there = {name: model for name, model in OPTIONAL.items() if (folder / name).exists()}
    errors: list[DefinitionError] = []
    said: dict[str, object] = {}
    sources: dict[str, Source | Composed | None] = {}
    for name, model in {**NEEDED, **there}.items():
        read = read_file(folder / name, folder, model)
        errors += read.errors
        if read.said is not None:
            said |= {key: getattr(read.said, key) for key in model.model_fields}
            sources |= dict.fromkeys(model.model_fields, read.source)
    if errors:
        return None, errors
    catalogue = Catalogue.model_validate(said)
    for problem in review_catalogue(catalogue):
        errors += placed((problem,), sources[str(problem.path[0])])
    return catalogue, errors


def _service(
    path: Path, folder: Path, catalogue: Catalogue | None, parts: Parts
) -> tuple[Loaded | None, list[DefinitionError]]:
    read = read_file(path, folder, ServiceDefinition, parts)
    cases, unread = _cases(path, folder)
    definition, errors = read.said, [*read.errors, *unread]
    if definition is None or read.source is None:
        return None, errors
    right = Path(definition.service) / f"v{definition.version}.yaml"
    if path.relative_to(folder) != right:
        errors.append(misnamed(path, folder, "service", f"文件应放在 {right}"))
    if catalogue is not None:
        errors += placed(review(definition, catalogue), read.source)
    body = read.source.data
    return Loaded(definition, digest_of(body), body, cases, path), errors


def _cases(path: Path, folder: Path) -> tuple[tuple[Case, ...], list[DefinitionError]]:
    cases: list[Case] = []
    errors: list[DefinitionError] = []
    for each in sorted(path.parent.glob(f"{path.stem}.cases*.yaml")):
        found = read_file(each, folder, Cases)
        for n, case in enumerate(found.said.cases if found.said else ()):
            if found.source and case.case in [earlier.case for earlier in cases]:
                errors.append(found.source.error(("cases", n, "case"), "twice", "这一例已经写过"))
            cases.append(case)
        errors += found.errors
    return tuple(cases), errors
