"""Files of facts, line by line: CSV with a heading, or one JSON object a line.

A line is taken whole or not at all, and what is wrong with it is told with its field and rule,
never with what stood there: those are personal data.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TextIO

from definitions.language.base import Value
from definitions.language.benefits import SubjectFact, SubjectKind
from definitions.policy_loading import FactCatalogue
from definitions.rules.codes import is_account, person_id_fault, uscc_fault
from definitions.rules.conditions import Fact
from definitions.rules.fact_values import LONGEST, SHAPES, is_text, of_cell, value_of

CODE, NAME, HOLDER, NUMBER = "code", "name", "account_name", "account_number"
OWN = (CODE, NAME, HOLDER, NUMBER)
_COLUMN = re.compile(r"[A-Za-z._]{1,60}")
_LINE = 1 << 20


class Rule(StrEnum):
    """What a line offends against."""

    ENCODING = "encoding"
    HEADING = "heading"
    UNKNOWN_COLUMN = "unknown_column"
    OTHER_SOURCE = "other_source"
    COLUMNS = "columns"
    JSON = "json"
    REQUIRED = "required"
    CODE = "code"
    CODE_TWICE = "code_twice"
    TYPE = "type"
    TEXT = "text"
    ACCOUNT = "account"


class Wrong(Value):
    """What is wrong with a line; `field` is the column, empty where it is the line itself."""

    line: int
    field: str
    rule: Rule
    says: str


@dataclass(frozen=True, slots=True)
class Good:
    """A line that is right in itself."""

    line: int
    code: str
    name: str
    account_name: str | None
    account_number: str | None
    facts: Mapping[str, Fact]


Lines = Iterator[Good | tuple[Wrong, ...]]
_Reading = Callable[[SubjectFact, Any], Fact | None]


class FactFile:
    """Reads the files of one source about one kind of subjects."""

    def __init__(self, catalogue: FactCatalogue, source: str, kind: SubjectKind) -> None:
        self._every = {fact.fact: fact for fact in catalogue.facts}
        self._source, self._kind = source, kind
        # Facts that were in the file, for whatever begins when such a fact comes in.
        self.facts: set[str] = set()

    def lines(self, text: TextIO, *, is_csv: bool) -> Lines:
        """Every line that says something, in the order of the file. A wrong heading ends it."""
        return self._csv(text) if is_csv else self._json(text)

    def _csv(self, text: TextIO) -> Lines:
        rows = csv.reader(text)
        try:
            heading = [name.strip() for name in next(rows, [])]
        except csv.Error:
            yield (_wrong(1, "", Rule.HEADING, "表头不是规范的 CSV"),)
            return
        if wrong := tuple(self._heading(heading)):
            yield wrong
            return
        width = len(heading)
        while True:
            line = rows.line_num + 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error:
                yield (_wrong(line, "", Rule.COLUMNS, "这一行不是规范的 CSV"),)
                continue
            if not any(cells):
                continue
            if len(cells) != width:
                says = f"应有 {width} 列，这一行有 {len(cells)} 列"
                yield (_wrong(line, "", Rule.COLUMNS, says),)
                continue
            said = {
                name: stripped
                for name, cell in zip(heading, cells, strict=True)
                if (stripped := cell.strip())
            }
            yield self._line(line, said, of_cell)

    def _json(self, text: TextIO) -> Lines:
        line = 0
        while raw := text.readline(_LINE):
            line += 1
            if not raw.strip():
                continue
            whole = raw.endswith("\n") or len(raw) < _LINE
            said = _object(raw) if whole else None
            while not whole:
                rest = text.readline(_LINE)
                whole = rest.endswith("\n") or len(rest) < _LINE
            if said is None:
                yield (_wrong(line, "", Rule.JSON, "这一行不是一个 JSON 对象"),)
            elif wrong := tuple(self._strangers(line, said)):
                yield wrong
            else:
                kept = {name: value for name, value in said.items() if value not in (None, "")}
                yield self._line(line, kept, value_of)

    def _heading(self, heading: list[str]) -> Iterator[Wrong]:
        missing = [name for name in (CODE, NAME) if name not in heading]
        for name in missing:
            yield _wrong(1, name, Rule.HEADING, f"表头缺少 {name} 列")
        if missing:
            # It may be no heading at all but somebody's line.
            return
        for name in sorted({name for name in heading if heading.count(name) > 1}):
            shown = _shown(name, heading.index(name) + 1)
            yield _wrong(1, shown, Rule.HEADING, "表头里这一列写了两次")
        yield from self._strangers(1, heading)

    def _strangers(self, line: int, names: Iterable[str]) -> Iterator[Wrong]:
        """Columns that are none of this source's."""
        for place, name in enumerate(names, 1):
            fact = self._every.get(name)
            if name in OWN:
                continue
            shown = _shown(name, place)
            if fact is None or fact.kind is not self._kind:
                says = f"数据目录里没有这一项数据（第 {place} 列）"
                yield _wrong(line, shown, Rule.UNKNOWN_COLUMN, says)
            elif fact.source != self._source:
                yield _wrong(line, shown, Rule.OTHER_SOURCE, "这一项数据由别的来源掌握")

    def _line(self, line: int, said: Mapping[str, Any], read: _Reading) -> Good | tuple[Wrong, ...]:
        wrong = [*self._own(line, said)]
        facts: dict[str, Fact] = {}
        for name, value in said.items():
            if name in OWN:
                continue
            fact = self._every[name]
            found = read(fact, value)
            if found is None:
                wrong.append(_wrong(line, name, Rule.TYPE, SHAPES[fact.type]))
            else:
                facts[name] = found
        if wrong:
            return tuple(wrong)
        self.facts.update(facts)
        return Good(line, said[CODE], said[NAME], said.get(HOLDER), said.get(NUMBER), facts)

    def _own(self, line: int, said: Mapping[str, Any]) -> Iterator[Wrong]:
        for name in (CODE, NAME):
            if name not in said:
                yield _wrong(line, name, Rule.REQUIRED, "没有填写")
        for name in OWN:
            value = said.get(name)
            if value is not None and not is_text(value):
                yield _wrong(line, name, Rule.TEXT, f"应为不超过 {LONGEST} 字的文字")
                return
        code, number = said.get(CODE), said.get(NUMBER)
        judge = uscc_fault if self._kind is SubjectKind.FIRM else person_id_fault
        if code is not None and (fault := judge(code)):
            yield _wrong(line, CODE, Rule.CODE, fault)
        if number is None:
            if HOLDER in said:
                yield _wrong(line, NUMBER, Rule.ACCOUNT, "填写户名的，应同时填写账号")
        elif not is_account(number) or HOLDER not in said:
            says = "账号应为 8 到 34 位数字，并且同时填写户名"
            yield _wrong(line, NUMBER, Rule.ACCOUNT, says)


def _shown(name: str, place: int) -> str:
    """A column by its name; by its place alone where that may be somebody's name or number."""
    return name if _COLUMN.fullmatch(name) else f"第 {place} 列"


def _object(raw: str) -> dict[str, Any] | None:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _wrong(line: int, field: str, rule: Rule, says: str) -> Wrong:
    return Wrong(line=line, field=field, rule=rule, says=says)
