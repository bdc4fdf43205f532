"""What a cell of a file, or a value somebody sent, says of a fact: of its type, or nothing."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from definitions.language.benefits import FactType, SubjectFact
from definitions.rules.conditions import Fact

# What a list says on which there is nothing; an empty cell says that nothing is known.
NONE = "无"
LONGEST = 200
"""Signs in a text."""
_SEPARATORS = re.compile(r"[;；、]")
_STRANGE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_FLAGS = {"true": True, "是": True, "1": True, "false": False, "否": False, "0": False}
_MOST, _ENTRIES = 10**15, 500

SHAPES: Mapping[FactType, str] = {
    FactType.NUMBER: "应为不超过 15 位的整数（金额以分计）",
    FactType.FLAG: "应为 是 或 否（true 或 false）",
    FactType.DATE: "日期应写成 2026-11-24",
    FactType.TEXT: f"应为不超过 {LONGEST} 字的文字",
    FactType.MANY: f"应为不超过 {_ENTRIES} 项的文字，用分号隔开；一项也没有的写 无",
}
"""How a fact is written, for whoever wrote it otherwise."""


def of_cell(fact: SubjectFact, cell: str) -> Fact | None:
    """What a cell says of a fact; None where that is nothing of its type."""
    match fact.type:
        case FactType.NUMBER:
            return int(cell) if _WHOLE.fullmatch(cell) else None
        case FactType.FLAG:
            return _FLAGS.get(cell.lower())
        case FactType.DATE:
            return cell if _is_day(cell) else None
        case FactType.TEXT:
            return cell if is_text(cell) else None
        case FactType.MANY:
            parts = [] if cell == NONE else [part.strip() for part in _SEPARATORS.split(cell)]
            return _entries([part for part in parts if part])


def value_of(fact: SubjectFact, value: object) -> Fact | None:
    """What a JSON value says of a fact; None where that is nothing of its type."""
    match fact.type, value:
        case FactType.FLAG, bool():
            return value
        case FactType.NUMBER, int() if not isinstance(value, bool) and abs(value) < _MOST:
            return value
        case FactType.DATE, str():
            return value if _is_day(value) else None
        case FactType.TEXT, str():
            return value if is_text(value) else None
        case FactType.MANY, list() | tuple():
            return _entries(value)
        case _:
            return None


def is_text(value: object) -> bool:
    """Whether it is one line that can be shown."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST and not _STRANGE.search(value)


def _entries(parts: list[Any] | tuple[Any, ...]) -> tuple[str, ...] | None:
    fine = len(parts) <= _ENTRIES and all(is_text(part) for part in parts)
    return tuple(dict.fromkeys(parts)) if fine else None


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
