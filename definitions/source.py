"""One YAML text with the place of every value in it; nothing is lost between an error and its line.

Less than YAML is allowed, on purpose: no anchors, tags, tabs or several documents; keys are words;
of the scalars only integers, `true`, `false` and `null` are not text (`no` is a word, not false).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import TypeAlias

import yaml
from yaml.composer import Composer

Data: TypeAlias = "bool | int | str | list[Data] | dict[str, Data] | None"
Path: TypeAlias = tuple[int | str, ...]
Place: TypeAlias = tuple[int, int]

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
# A whole company service has some 15,000; what is larger was made to hurt.
MAX_NODES = 100_000
_TAB = re.compile(r"^[ ]*\t", re.MULTILINE)
_KEYS = ("key", "code", "id", "case", "kind", "value", "name")


class DefinitionError(Exception):
    """One fault of one file: where it is, which rule it breaks, and what to do about it."""

    def __init__(
        self, *, file: str, line: int, column: int, path: str, rule: str, message: str
    ) -> None:
        where = f"{file}:{line}:{column}" + (f" {path}" if path else "")
        super().__init__(f"{where}: {message}")
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.rule = rule
        self.message = message


class DefinitionsBroken(Exception):
    """Everything that is wrong, in the order of the files and lines.

    What a shared part does wrong in several services is told once.
    """

    def __init__(self, errors: Iterable[DefinitionError]) -> None:
        once = {(e.file, e.line, e.column, e.path, e.rule, e.message): e for e in errors}
        self.errors = tuple(once[place] for place in sorted(once, key=lambda place: place[:3]))
        super().__init__("\n".join(str(error) for error in self.errors))


class _Refused(Exception):
    """Something that YAML allows and we do not."""

    def __init__(self, rule: str, message: str, event: yaml.Event) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.place = _start(event)


class _Composer(Composer, yaml.CSafeLoader):
    """Composes nodes only; refuses what could blow up or hide something.

    libyaml reads the text (five times faster); the nodes are put together here, one by one.
    """

    depth = 0
    nodes = 0

    def __init__(self, stream: str) -> None:
        yaml.CSafeLoader.__init__(self, stream)
        Composer.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()
        assert event is not None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Refused("anchor", "不能使用锚点（&）和别名（*），请写全", event)
        if tag := getattr(event, "tag", None):
            raise _Refused("tag", f"不能使用类型标记 {tag}", event)
        self.depth += 1
        self.nodes += 1
        if self.depth > MAX_DEPTH:
            raise _Refused("depth", f"嵌套超过 {MAX_DEPTH} 层", event)
        if self.nodes > MAX_NODES:
            raise _Refused("size", f"超过 {MAX_NODES} 个节点", event)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_Composer.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"~|null|", ["~", "n", ""]),
    ("int", r"-?(?:0|[1-9][0-9]{0,17})", "-0123456789"),
):
    _Composer.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first)
    )


@dataclass(frozen=True)
class Source:
    """A parsed text. `values` and `keys` hold the place of each value and of each key."""

    file: str
    data: Data
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)

    def error(self, path: Iterable[int | str], rule: str, message: str) -> DefinitionError:
        """The error at `path`; parts that are not in the text (names of variants) are skipped."""
        real, missing = self._walk(tuple(path))
        on_key = rule == "extra_forbidden"
        line, column = (self.keys if on_key else self.values).get(real) or self.values.get(
            real, (1, 1)
        )
        shown = self.shown((*real, missing) if missing and rule == "missing" else real)
        return DefinitionError(
            file=self.file, line=line, column=column, path=shown, rule=rule, message=message
        )

    def _walk(self, path: Path) -> tuple[Path, str | None]:
        real: Path = ()
        missing = None
        for part in path:
            if (*real, part) in self.values:
                real, missing = (*real, part), None
            elif isinstance(part, str):
                missing = part
        return real, missing

    def shown(self, path: Path) -> str:
        """`matters.REG.promised.days`: an entry of a list goes by its key where it has one."""
        parts: list[str] = []
        here: Data = self.data
        for part in path:
            if isinstance(here, list) and isinstance(part, int):
                here = here[part]
                parts.append(_named(here) or str(part + 1))
            else:
                here = here.get(str(part)) if isinstance(here, dict) else None
                parts.append(str(part))
        return ".".join(parts)


def _named(entry: Data) -> str | None:
    if not isinstance(entry, dict):
        return None
    found = (entry[key] for key in _KEYS if key in entry)
    return next((name for name in found if isinstance(name, str)), None)


def bytes_of(path: File, file: str) -> bytes:
    """The text of a file, called `file` in errors; one that is too large is not even read.

    Raises `DefinitionsBroken`, also where there is no such file.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _too_large(file, size)
        return path.read_bytes()
    except FileNotFoundError:
        raise _broken(file, 1, 1, "file", "缺少这个文件") from None
    except OSError as error:
        raise _broken(file, 1, 1, "file", f"读不了这个文件：{error.strerror}") from None


def parse(raw: bytes, file: str) -> Source:
    """Read one YAML text. Raises `DefinitionsBroken` naming everything wrong with its form."""
    text = _text(raw, file)
    try:
        root = yaml.compose(text, Loader=_Composer)
    except _Refused as error:
        raise _broken(file, *error.place, error.rule, error.message) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _broken(file, *place, "yaml", _syntax(error)) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise _broken(file, line, column, "characters", "含有不允许的控制字符") from None
    if root is None:
        raise _broken(file, 1, 1, "empty", "文件是空的")
    reading = _Reading()
    data = reading.value(root, ())
    source = Source(file=file, data=data, values=reading.values, keys=reading.keys)
    if reading.flaws:
        raise DefinitionsBroken(flaw.error(source) for flaw in reading.flaws)
    return source


def _text(raw: bytes, file: str) -> str:
    if len(raw) > MAX_BYTES:
        raise _too_large(file, len(raw))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        raise _broken(file, line, column, "encoding", "不是 UTF-8 编码，请另存为 UTF-8") from None
    if tab := _TAB.search(text):
        line = text.count("\n", 0, tab.start()) + 1
        raise _broken(file, line, tab.end() - tab.start(), "tab", "不能用制表符缩进，请用空格")
    return text


def _too_large(file: str, size: int) -> DefinitionsBroken:
    message = f"文件超过 {MAX_BYTES // 1_000_000} MB，实际 {size} 字节"
    return _broken(file, 1, 1, "size", message)


def _broken(file: str, line: int, column: int, rule: str, message: str) -> DefinitionsBroken:
    error = DefinitionError(
        file=file, line=line, column=column, path="", rule=rule, message=message
    )
    return DefinitionsBroken([error])


def _syntax(error: yaml.MarkedYAMLError) -> str:
    if "single document" in (error.context or ""):
        return "一个文件只能有一个文档（---）"
    return f"不是合法的 YAML：{error.problem}"


@dataclass(frozen=True)
class _Flaw:
    path: Path
    place: Place
    rule: str
    message: str

    def error(self, source: Source) -> DefinitionError:
        line, column = self.place
        return DefinitionError(
            file=source.file,
            line=line,
            column=column,
            path=source.shown(self.path),
            rule=self.rule,
            message=self.message,
        )


class _Reading:
    """Turns nodes into data, and remembers every place and flaw on the way."""

    def __init__(self) -> None:
        self.values: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.flaws: list[_Flaw] = []

    def value(self, node: yaml.Node, path: Path) -> Data:
        self.values[path] = _start(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            items: list[yaml.Node] = node.value
            return [self.value(item, (*path, n)) for n, item in enumerate(items)]
        text = str(node.value)
        match node.tag.rpartition(":")[2]:
            case "int":
                return int(text)
            case "bool":
                return text == "true"
            case "null":
                return None
            case _:
                return text

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Data]:
        found: dict[str, Data] = {}
        pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
        for key, value in pairs:
            place = _start(key)
            if not isinstance(key, yaml.ScalarNode) or not key.tag.endswith(":str"):
                self.flaws.append(_Flaw(path, place, "key", "键必须是文字"))
                continue
            name = str(key.value)
            here = (*path, name)
            if name in found:
                message = f"“{name}”重复，第 {self.keys[here][0]} 行已经写过"
                self.flaws.append(_Flaw(here, place, "duplicate", message))
                continue
            self.keys[here] = place
            found[name] = self.value(value, here)
        return found


def _start(marked: yaml.Node | yaml.Event) -> Place:
    mark = marked.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
