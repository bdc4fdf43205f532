"""Comparing two lists of named things, and what is said of each: the small tools of a diff."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, TypeVar

from pydantic import BaseModel

from definitions.language.base import Value
from definitions.lifecycle.saying import Words

Kind = Literal["added", "removed", "changed"]


class Change(Value):
    """One thing that is otherwise; `section` is the heading it stands under."""

    section: str
    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class At:
    """Where in the definition a comparison is: the heading, what it is about, the words."""

    section: str
    words: Words
    about: str = ""

    def change(self, kind: Kind, text: str) -> Change:
        """The change, and what it is about."""
        about = f"（{self.about}）" if self.about else ""
        return Change(section=self.section, kind=kind, text=f"{text}{about}")


E = TypeVar("E")
F = TypeVar("F")
Pair: TypeAlias = Callable[[E, E, At], Iterator[Change]]
Lists: TypeAlias = Callable[[Sequence[E], Sequence[E], At], Iterator[Change]]


def facet(name: str, say: Callable[[E, Words], str]) -> Pair[E]:
    """One thing that is said of an entry: `名称 “甲” → “乙”`."""

    def compare(before: E, after: E, at: At) -> Iterator[Change]:
        was, becomes = say(before, at.words), say(after, at.words)
        if was != becomes:
            yield at.change("changed", f"{name} {was} → {becomes}")

    return compare


def within(take: Callable[[E], Sequence[F]], lists: Lists[F]) -> Pair[E]:
    """A list inside an entry."""

    def compare(before: E, after: E, at: At) -> Iterator[Change]:
        yield from lists(take(before), take(after), at)

    return compare


def listed(
    thing: str,
    key: Callable[[E], str],
    label: Callable[[E, Words], str],
    *pairs: Pair[E],
    ordered: bool = False,
) -> Lists[E]:
    """Entries that came, went, or say something else.

    What is otherwise in a way that no pair says is told as well, if only that.
    """

    def compare(before: Sequence[E], after: Sequence[E], at: At) -> Iterator[Change]:
        was, becomes = _keyed(before, key), _keyed(after, key)
        for name in (name for name in was if name not in becomes):
            yield at.change("removed", f"删去{thing}：{label(was[name], at.words)}")
        for name, entry in becomes.items():
            if name not in was:
                yield at.change("added", f"新增{thing}：{label(entry, at.words)}")
            elif was[name] != entry:
                own = label(entry, at.words)
                about = f"{at.about}：{own}" if at.about else own
                inner = replace(at, about=about)
                found = [each for pair in pairs for each in pair(was[name], entry, inner)]
                if not found and _unordered(was[name]) != _unordered(entry):
                    found = [inner.change("changed", f"{thing}的其他内容有改动")]
                yield from found
        if ordered:
            yield from _order(thing, list(was), list(becomes), at)

    return compare


def _keyed(entries: Sequence[E], key: Callable[[E], str]) -> dict[str, E]:
    """By name; the second of one name gets a number, so that none is lost."""
    found: dict[str, E] = {}
    for entry in entries:
        name, number = key(entry), 2
        while name in found:
            name, number = f"{key(entry)}#{number}", number + 1
        found[name] = entry
    return found


def _unordered(entry: object) -> str:
    """Everything an entry says, in whichever order its lists are."""
    match entry:
        case BaseModel():
            return _unordered(entry.model_dump(mode="json"))
        case dict():
            return str(sorted((key, _unordered(each)) for key, each in entry.items()))
        case list() | tuple():
            return str(sorted(map(_unordered, entry)))
        case _:
            return repr(entry)


def _order(thing: str, was: list[str], becomes: list[str], at: At) -> Iterator[Change]:
    both = set(was) & set(becomes)
    if [name for name in was if name in both] != [name for name in becomes if name in both]:
        yield at.change("changed", f"{thing}的先后顺序有改动")
