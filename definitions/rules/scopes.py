"""A business scope read phrase by phrase against the standard list (经营范围规范目录)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from definitions.language.checks import PhraseKind, ScopePhrase

# Whole phrases stand between these; the enumeration comma stands inside of phrases.
_BETWEEN = re.compile(r"[;；。\n]+")
_HEADINGS = re.compile(r"^(一般项目|许可项目|许可经营项目|一般经营项目)[:：]")
# What registrars append to every scope, in brackets; it is no item.
_TAIL = re.compile(r"[（(](依法须经批准|除依法须经批准)[^）)]*[）)]")

_WITHOUT_LIST = frozenset({"any", "twice"})


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a scope as it was written; `known` is its entry in the list, if it has one."""

    text: str
    known: ScopePhrase | None = None
    twice: bool = False


def items(scope: str, phrases: Iterable[ScopePhrase]) -> tuple[Item, ...]:
    """The scope's items in order. Spaces and the registrar's own formulas do not count."""
    listed = {_plain(each.phrase): each for each in phrases}
    return tuple(_read(scope, listed))


def _read(scope: str, listed: Mapping[str, ScopePhrase]) -> Iterator[Item]:
    seen: set[str] = set()
    for part in _BETWEEN.split(_TAIL.sub("；", scope)):
        text = _HEADINGS.sub("", part.strip()).strip()
        plain = _plain(text)
        if not plain:
            continue
        yield Item(text=text, known=listed.get(plain), twice=plain in seen)
        seen.add(plain)


def found(
    scope: str, sort: str, phrases: tuple[ScopePhrase, ...], *, besides: str = ""
) -> tuple[str, ...] | None:
    """The items of that sort, each with the licence that goes with it.

    Without those that stand in `besides` as well. None where there is no list to read by.
    """
    if not phrases and sort not in _WITHOUT_LIST:
        return None
    before = {_plain(item.text) for item in items(besides, ())}
    read = [item for item in items(scope, phrases) if _plain(item.text) not in before]
    match sort:
        case "any":
            return tuple(item.text for item in read)
        case "unknown":
            return tuple(item.text for item in read if item.known is None)
        case "twice":
            return tuple(item.text for item in read if item.twice)
        case _:
            kind = PhraseKind(sort)
            return tuple(
                _licensed(item.known)
                for item in read
                if item.known is not None and item.known.kind is kind and not item.twice
            )


def _licensed(phrase: ScopePhrase) -> str:
    if phrase.licence is None:
        return phrase.phrase
    return f"{phrase.phrase}（{phrase.licence}，{phrase.organ}）"


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return "".join(text.split()).replace("(", "（").replace(")", "）")
