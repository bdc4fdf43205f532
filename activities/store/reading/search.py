"""Finding applications by number, code or name, however many there are.

Candidates come out of one index each, and no more of them than anybody would read; only then it is
asked which the reader may see. `more` says that there are others: a longer word finds them.
"""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import InstrumentedAttribute

from activities.store.engine import ReadSession
from activities.store.reading.scope import Scope, takes_part
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Matter
from definitions.language.base import Value
from definitions.rules.codes import LENGTH

MOST = 500
"""Candidates that are looked at."""
LATEST = 500
"""Where a word is in nearly every name, only so many of the latest applications are looked at."""
_FEWEST_DIGITS = 3
_LONGEST = 60
# As the function `bigrams` leaves them out.
LEFT_OUT = ' \t\n\r\f\v\u3000()（）·“”"-'
# What every firm's name has: it would only make the search slow.
_EVERYWHERE = (
    *("有限责任公司", "股份有限公司", "有限公司", "分公司", "公司", "个体工商户"),
    *("上海市", "上海", "松江区", "松江", "中国"),
)


class Candidates(Value):
    """Numbers of applications that fit and may be seen, the latest first."""

    numbers: tuple[str, ...] = ()
    more: bool = False


async def candidates(session: ReadSession, scope: Scope, asked: str) -> Candidates:
    """Applications by what was typed: a number or its beginning or end, a code, part of a name."""
    said = asked.strip()[:_LONGEST]
    if not said:
        return Candidates()
    found = _by_number(said) if said.isascii() else _by_name(said)
    if found is None and said.isascii():
        found = _by_name(said)
    if found is None:
        return Candidates()
    some = found.limit(MOST + 1).cte("some").prefix_with("MATERIALIZED")
    seen = (
        select(Bundle.number)
        .where(Bundle.number.in_(select(some.c.number)), takes_part(scope))
        .order_by(Bundle.number.desc())
        .limit(MOST)
    )
    numbers = func.array(seen.scalar_subquery(), type_=ARRAY(TEXT))
    looked_at = select(func.count()).select_from(some).scalar_subquery()
    fit, count = (await session.execute(select(numbers, looked_at))).one()
    return Candidates(numbers=tuple(fit), more=count > MOST or _is_everywhere(said))


def plain(name: str) -> str:
    """A name as it is searched: without the signs that people leave out."""
    return name.lower().translate({ord(sign): None for sign in LEFT_OUT})


def grams(asked: str) -> tuple[str, ...]:
    """The bigrams that a name must have; those of words that every name has are left out.

    None where nothing else is asked for.
    """
    said = plain(asked)
    if len(said) == 1:
        return (said,)
    common = [
        range(found.start(), found.end() - 1)
        for word in _EVERYWHERE
        for found in re.finditer(re.escape(word), said)
    ]
    pairs = (
        said[place : place + 2]
        for place in range(len(said) - 1)
        if not any(place in span for span in common)
    )
    return tuple(dict.fromkeys(pairs))


def _by_number(said: str) -> Select[str] | None:
    """Of digits the end of a number, else its beginning; or a firm's whole code."""
    word = said.upper()
    if len(word) == LENGTH and word.isalnum():
        return (
            select(Bundle.number)
            .join(Application, Application.id == Bundle.application)
            .where(Application.firm_code == word)
        )
    if word.startswith("SJ-"):
        return select(Bundle.number).where(_begins(Bundle.number, word))
    if not re.fullmatch(r"[0-9A-Z]+", word) or len(word) < _FEWEST_DIGITS:
        return None
    if word.isdigit() and len(word) < LENGTH:
        return select(Bundle.number).where(_begins(func.reverse(Bundle.number), word[::-1]))
    if len(word) > LENGTH:
        return select(Matter.bundle.label("number")).where(_begins(Matter.number, word)).distinct()
    return None


def _begins(
    column: ColumnElement[str] | InstrumentedAttribute[str], word: str
) -> ColumnElement[bool]:
    """Written out, not as a parameter: the index serves only a pattern that is known."""
    return column.like(literal(f"{word}%", literal_execute=True))


def _by_name(said: str) -> Select[str] | None:
    """Part of a firm's name: by the rarest pairs of its signs, then compared as it was typed."""
    word = plain(said)
    if not word:
        return None
    as_typed = func.strpos(_plain_name(), word) > 0
    wanted = grams(said)
    if not wanted:
        latest = (
            select(Bundle.number, Bundle.application)
            .order_by(Bundle.number.desc())
            .limit(LATEST)
            .subquery()
        )
        return (
            select(latest.c.number)
            .join(Application, Application.id == latest.c.application)
            .where(as_typed)
        )
    held = func.bigrams(Application.firm_name, type_=ARRAY(TEXT))
    named = (
        select(Application.id)
        .where(
            Application.state == literal("submitted", literal_execute=True),
            held.contains(list(wanted)),
            as_typed,
        )
        .limit(MOST + 1)
        .cte("named")
        .prefix_with("MATERIALIZED")
    )
    return select(Bundle.number).join(named, named.c.id == Bundle.application)


def _plain_name() -> ColumnElement[str]:
    """The firm's name as `plain` leaves it."""
    return func.translate(func.lower(Application.firm_name), LEFT_OUT, "", type_=TEXT)


def _is_everywhere(said: str) -> bool:
    return not said.isascii() and not grams(said)


def page_of(found: Candidates, after: str | None, limit: int) -> Sequence[str]:
    """The numbers behind `after`."""
    behind = (n for n in found.numbers if after is None or n < after)
    return [number for _, number in zip(range(limit), behind, strict=False)]
