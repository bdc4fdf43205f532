"""Putting a service together: shared parts in their places, named conditions written out.

`- include: agent` in a list of a service stands for the entries of the same list in
`parts/agent.yaml`; `{named: moved}` anywhere stands for the condition of that name. What comes out
is the whole definition as data, and still knows the file and line of everything in it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as File

from definitions.source import (
    MAX_DEPTH,
    MAX_NODES,
    Data,
    DefinitionError,
    DefinitionsBroken,
    Path,
    Source,
    bytes_of,
    parse,
)

PARTS = "parts"
SECTIONS = frozenset(
    {
        *("own_laws", "own_materials", "conditions", "blockers", "questions", "situations"),
        *("combined", "form", "materials", "checks", "prepared", "matters"),
    }
)
# An entry of a list goes by the first of these that it has.
_KEYS = ("key", "code", "id", "name")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,47}")


@dataclass(frozen=True)
class Composed:
    """One definition put together.

    `origins` says of each list's entries where they stand, `named` which condition was written out
    where. `flaws` are faults that do not keep the rest from being judged.
    """

    data: Data
    source: Source
    origins: Mapping[str, tuple[tuple[Source, int], ...]] = field(default_factory=dict)
    named: Mapping[Path, int] = field(default_factory=dict)
    flaws: tuple[DefinitionError, ...] = ()

    def error(self, path: Iterable[int | str], rule: str, message: str) -> DefinitionError:
        """The error at `path` of the whole, in the file where that was written."""
        match self._written(tuple(path)):
            case (str(section), int(n), *rest) if n < len(self.origins.get(section, ())):
                source, index = self.origins[section][n]
                return source.error((section, index, *rest), rule, message)
            case whole:
                return self.source.error(whole, rule, message)

    def _written(self, path: Path) -> Path:
        """Inside of a named condition, the place where that condition stands itself."""
        here = self.data
        at: Path = ()
        for n, step in enumerate(path):
            if isinstance(here, dict) and step in here:
                here = here[str(step)]
            elif isinstance(here, list) and isinstance(step, int) and step < len(here):
                here = here[step]
            else:
                continue  # the name of a variant, or a key that is missing
            at = (*at, step)
            rest = path[n + 1 :]
            if at in self.named and rest:
                return self._written(("conditions", self.named[at], "when", *rest))
        return path


class Parts:
    """The shared parts of one catalogue folder, each read once."""

    def __init__(self, folder: File) -> None:
        self._folder = folder
        self._read: dict[str, Source] = {}

    def compose(self, source: Source) -> Composed:
        """The whole. Raises `DefinitionsBroken` with everything that cannot be put together."""
        if not isinstance(source.data, dict):
            return Composed(source.data, source)
        lists = {
            section: _Including(self, section).entries(source)
            for section, said in source.data.items()
            if section in SECTIONS and isinstance(said, list)
        }
        if errors := [error for found in lists.values() for error in found.errors]:
            raise DefinitionsBroken(errors)
        data = source.data | {section: found.data for section, found in lists.items()}
        origins = {section: tuple(found.origins) for section, found in lists.items()}
        naming = _Naming(Composed(data, source, origins))
        written = naming.write_out(data, ())
        if naming.errors:
            raise DefinitionsBroken(naming.errors)
        whole = Composed(written, source, origins, naming.places)
        return replace(whole, flaws=(*_twice(whole), *naming.unused()))

    def part(self, name: str, asked: DefinitionError) -> Source:
        """The part of that name. Raises `DefinitionsBroken`: `asked`, or what is wrong in it."""
        if name not in self._read:
            path = self._folder / PARTS / f"{name}.yaml"
            if not path.is_file():
                raise DefinitionsBroken([asked])
            shown = f"{self._folder.name}/{PARTS}/{name}.yaml"
            part = parse(bytes_of(path, shown), shown)
            strange = set(part.data) - SECTIONS if isinstance(part.data, dict) else {""}
            if strange:
                raise _at(part, (min(strange),), "extra_forbidden", "部件里只能写服务的各个列表")
            self._read[name] = part
        return self._read[name]


class _Including:
    """One list with the entries of its parts, each with the place where it is written.

    A part is taken once in a list: twice would be a mistake, and a few lines of parts that take
    each other twice would be millions.
    """

    def __init__(self, parts: Parts, section: str) -> None:
        self._parts = parts
        self._section = section
        self._taken: set[str] = set()
        self.data: list[Data] = []
        self.origins: list[tuple[Source, int]] = []
        self.errors: list[DefinitionError] = []

    def entries(self, source: Source, through: tuple[str, ...] = ()) -> "_Including":
        """With the entries of that text added."""
        said = source.data.get(self._section) if isinstance(source.data, dict) else None
        for n, entry in enumerate(said if isinstance(said, list) else []):
            if not isinstance(entry, dict) or "include" not in entry:
                self.data.append(entry)
                self.origins.append((source, n))
                continue
            try:
                name, part = self._part(source, n, entry, through)
            except DefinitionsBroken as broken:
                self.errors += broken.errors
            else:
                self.entries(part, (*through, name))
        return self

    def _part(
        self, source: Source, n: int, entry: dict[str, Data], through: tuple[str, ...]
    ) -> tuple[str, Source]:
        place = (self._section, n, "include")
        name = entry["include"]
        if not isinstance(name, str) or len(entry) > 1 or not _NAME.fullmatch(name):
            raise _at(source, place, "include", "include 后面只写一个部件的名字")
        if name in through:
            way = " → ".join((*through, name))
            raise _at(source, place, "include_cycle", f"部件互相包含：{way}")
        if name in self._taken:
            raise _at(source, place, "twice", f"部件 {name} 在 {self._section} 里已经包含过")
        self._taken.add(name)
        missing = source.error(place, "include", f"没有这个部件：{PARTS}/{name}.yaml")
        part = self._parts.part(name, missing)
        if not isinstance(part.data, dict) or self._section not in part.data:
            raise _at(source, place, "include", f"{part.file} 里没有 {self._section}")
        return name, part


class _Naming:
    """Writes named conditions out, and counts, so that a few lines cannot become millions."""

    def __init__(self, whole: Composed) -> None:
        self._whole = whole
        self._count = 0
        self._known: dict[str, tuple[int, Data]] = {}
        self._used: set[str] = set()
        self._cyclic: set[str] = set()
        self.places: dict[Path, int] = {}
        self.errors: list[DefinitionError] = []
        said = whole.data.get("conditions") if isinstance(whole.data, dict) else None
        for n, entry in enumerate(said if isinstance(said, list) else []):
            match entry:
                case {"name": str(name), "when": when} if name not in self._known:
                    self._known[name] = (n, when)

    def write_out(
        self, data: Data, path: Path, through: tuple[str, ...] = (), depth: int = 0
    ) -> Data:
        """`data` with no name left in it. Raises `DefinitionsBroken` where it grows too large."""
        self._count += 1
        if self._count > MAX_NODES:
            raise self._grown(path, "size", f"展开后超过 {MAX_NODES} 个节点")
        if depth > MAX_DEPTH:
            raise self._grown(path, "depth", f"展开后嵌套超过 {MAX_DEPTH} 层")
        match data:
            case {"named": str(name), **rest} if not rest:
                return self._named(name, path, through, depth)
            case dict():
                return {
                    key: self.write_out(value, (*path, key), through, depth + 1)
                    for key, value in data.items()
                }
            case list():
                return [
                    self.write_out(value, (*path, n), through, depth + 1)
                    for n, value in enumerate(data)
                ]
            case _:
                return data

    def unused(self) -> Iterator[DefinitionError]:
        """Conditions of the service itself that nothing speaks of; a part's may serve others."""
        for name, (n, _) in self._known.items():
            origin, _ = self._whole.origins["conditions"][n]
            if name not in self._used and origin is self._whole.source:
                place = ("conditions", n, "name")
                yield self._whole.error(place, "unused_condition", f"没有地方用到条件 {name}")

    def _named(self, name: str, path: Path, through: tuple[str, ...], depth: int) -> Data:
        self._used.add(name)
        if name in self._cyclic:
            return None
        if name in through:
            way = " → ".join((*through, name))
            self.errors.append(self._whole.error(path, "named_cycle", f"条件互相引用：{way}"))
            self._cyclic.update(through)
        elif name not in self._known:
            here = replace(self._whole, named=self.places)
            self.errors.append(here.error(path, "unknown_condition", f"没有这个条件：{name}"))
        else:
            self.places[path], when = self._known[name]
            return self.write_out(when, path, (*through, name), depth + 1)
        return None

    def _grown(self, path: Path, rule: str, message: str) -> DefinitionsBroken:
        # Told where the outermost name stands, not somewhere inside of it.
        return DefinitionsBroken([self._whole.error(path, rule, message)])


def _twice(whole: Composed) -> Iterator[DefinitionError]:
    """Entries of a list that go by the same name, at the second of them."""
    data = whole.data if isinstance(whole.data, dict) else {}
    for section in whole.origins.keys() - {"combined", "prepared"}:  # several may share a code
        seen: set[Data] = set()
        entries = data[section]
        for n, entry in enumerate(entries if isinstance(entries, list) else []):
            said = entry if isinstance(entry, dict) else {}
            key = next((key for key in _KEYS if isinstance(said.get(key), str)), "")
            if key and said[key] in seen:
                yield whole.error((section, n, key), "twice", f"“{said[key]}”重复")
            seen |= {said[key]} if key else set()


def _at(source: Source, path: Path, rule: str, message: str) -> DefinitionsBroken:
    return DefinitionsBroken([source.error(path, rule, message)])
