"""Putting a service together: shared parts in their places, named conditions written out.

`- include: agent` in a list of a service stands for the entries of the same list in
`parts/agent.yaml`; `{named: moved}` anywhere stands for the condition of that name. What comes out
is the whole definition as data, and still knows the file and line of everything in it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as File

from definitions.source import (
    Data,
    DefinitionError,
    DefinitionsBroken,
    Path,
    Source,
    parse,
)

PARTS = "parts"
# A whole company service has some 10,000; what is larger was made to hurt.
MOST_NODES = 100_000
SECTIONS = frozenset(
    {
        *("own_laws", "own_materials", "conditions", "blockers", "questions"),
        *("situations", "combined", "form", "materials", "checks", "matters"),
    }
)


@dataclass(frozen=True)
class Composed:
    """One definition put together. `origins` says of each list's entries where they stand."""

    data: Data
    source: Source
    origins: Mapping[str, tuple[tuple[Source, int], ...]]

    def error(self, path: Iterable[int | str], rule: str, message: str) -> DefinitionError:
        """The error at `path` of the whole, in the file where that was written."""
        match tuple(path):
            case (str(section), int(n), *rest) if n < len(self.origins.get(section, ())):
                source, index = self.origins[section][n]
                return source.error((section, index, *rest), rule, message)
            case whole:
                return self.source.error(whole, rule, message)


class Parts:
    """The shared parts of one catalogue folder, each read once."""

    def __init__(self, folder: File) -> None:
        self._folder = folder
        self._read: dict[str, Source] = {}

    def compose(self, source: Source) -> Composed:
        """The whole. Raises `DefinitionsBroken` with everything that cannot be put together."""
        if not isinstance(source.data, dict):
            return Composed(source.data, source, {})
        errors: list[DefinitionError] = []
        entries = {
            section: list(self._entries(source, section, (), errors))
            for section, said in source.data.items()
            if section in SECTIONS and isinstance(said, list)
        }
        if errors:
            raise DefinitionsBroken(errors)
        origins = {
            section: tuple((at, n) for at, n, _ in found) for section, found in entries.items()
        }
        lists: dict[str, Data] = {
            section: [entry for _, _, entry in found] for section, found in entries.items()
        }
        whole = Composed({**source.data, **lists}, source, origins)
        return Composed(_named(whole), source, origins)

    def _entries(
        self,
        source: Source,
        section: str,
        through: tuple[str, ...],
        errors: list[DefinitionError],
    ) -> Iterator[tuple[Source, int, Data]]:
        """Each entry of a list with its place; an include gives way to what it names."""
        said = source.data.get(section) if isinstance(source.data, dict) else None
        for n, entry in enumerate(said if isinstance(said, list) else []):
            if not isinstance(entry, dict) or "include" not in entry:
                yield source, n, entry
                continue
            try:
                part = self._part(source, (section, n, "include"), entry, through)
                if not isinstance(part.data, dict) or section not in part.data:
                    message = f"{part.file} 里没有 {section}"
                    raise _at(source, (section, n, "include"), "include", message)
            except DefinitionsBroken as broken:
                errors += broken.errors
                continue
            yield from self._entries(part, section, (*through, str(entry["include"])), errors)

    def _part(
        self, source: Source, place: Path, entry: dict[str, Data], through: tuple[str, ...]
    ) -> Source:
        name = entry["include"]
        if not isinstance(name, str) or len(entry) > 1 or not name.replace("_", "").isalnum():
            raise _at(source, place, "include", "include 后面只写一个部件的名字")
        if name in through:
            way = " → ".join((*through, name))
            raise _at(source, place, "include_cycle", f"部件互相包含：{way}")
        if name not in self._read:
            path = self._folder / PARTS / f"{name}.yaml"
            try:
                raw = path.read_bytes()
            except OSError:
                raise _at(source, place, "include", f"没有这个部件：{PARTS}/{name}.yaml") from None
            part = parse(raw, f"{self._folder.name}/{PARTS}/{name}.yaml")
            strange = set(part.data) - SECTIONS if isinstance(part.data, dict) else {"?"}
            if strange:
                raise _at(part, (min(strange),), "extra_forbidden", "部件里只能写服务的各个列表")
            self._read[name] = part
        return self._read[name]


class _Naming:
    """Writes named conditions out, and counts, so that a few lines cannot become millions."""

    def __init__(self, whole: Composed) -> None:
        self._whole = whole
        self._count = 0
        self._known: dict[str, Data] = {}
        said = whole.data.get("conditions", []) if isinstance(whole.data, dict) else []
        for entry in said if isinstance(said, list) else []:
            if isinstance(entry, dict) and isinstance(entry.get("name"), str):
                self._known[str(entry["name"])] = entry.get("when")

    def write_out(self, data: Data, path: Path, through: tuple[str, ...] = ()) -> Data:
        """`data` with no name left in it."""
        self._count += 1
        if self._count > MOST_NODES:
            message = f"展开后超过 {MOST_NODES} 个节点"
            raise DefinitionsBroken([self._whole.error(path, "size", message)])
        match data:
            case {"named": str(name), **rest} if not rest:
                return self._named(name, path, through)
            case dict():
                return {
                    key: self.write_out(value, (*path, key), through) for key, value in data.items()
                }
            case list():
                return [self.write_out(value, (*path, n), through) for n, value in enumerate(data)]
            case _:
                return data

    def _named(self, name: str, path: Path, through: tuple[str, ...]) -> Data:
        if name in through:
            way = " → ".join((*through, name))
            error = self._whole.error(path, "named_cycle", f"条件互相引用：{way}")
            raise DefinitionsBroken([error])
        if name not in self._known:
            error = self._whole.error(path, "unknown_condition", f"没有这个条件：{name}")
            raise DefinitionsBroken([error])
        return self.write_out(self._known[name], path, (*through, name))


def _named(whole: Composed) -> Data:
    return _Naming(whole).write_out(whole.data, ())


def _at(source: Source, path: Path, rule: str, message: str) -> DefinitionsBroken:
    return DefinitionsBroken([source.error(path, rule, message)])
