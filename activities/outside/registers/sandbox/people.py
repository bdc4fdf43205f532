"""Made-up people with valid identity numbers, and made-up codes of firms."""

import random
from datetime import date, timedelta

from activities.outside.registers.sandbox.words import GIVEN, SURNAMES
from definitions.language.base import Value
from definitions.rules.codes import person_id_fault, uscc_fault

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGAN_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGAN_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# 310227 is the old Songjiang county, which older residents still carry (domain.md §8.2).
_DIVISIONS = ("310117", "310227", "310112", "320583", "330482")
_BORN_FROM, _DAYS = date(1958, 1, 1), 15_000
_ELEVEN = 11


class Person(Value):
    """Somebody who does not exist."""

    name: str
    id_number: str
    mobile: str


def person(dice: random.Random) -> Person:
    """The next one."""
    born = _BORN_FROM + timedelta(days=dice.randrange(_DAYS))
    body = f"{dice.choice(_DIVISIONS)}{born:%Y%m%d}{dice.randrange(1, 1000):03d}"
    given = dice.choice(GIVEN) + (dice.choice(GIVEN) if dice.random() < 0.7 else "")  # noqa: PLR2004
    return Person(
        name=dice.choice(SURNAMES) + given,
        id_number=next(body + s for s in "0123456789X" if person_id_fault(body + s) is None),
        mobile=f"1{dice.choice('35789')}{dice.randrange(10**9):09d}",
    )


def code(dice: random.Random, *, category: str = "91") -> str:
    """A credit code: category, Songjiang, an organisation code with its own check sign, a check."""
    organ = "MA1J" + "".join(dice.choice(_SIGNS) for _ in range(4))
    total = sum(
        _ORGAN_SIGNS.index(sign) * weight
        for sign, weight in zip(organ, _ORGAN_WEIGHTS, strict=True)
    )
    check = (_ELEVEN - total % _ELEVEN) % _ELEVEN
    body = f"{category}310117{organ}{'X' if check == _ELEVEN - 1 else check}"
    return next(body + sign for sign in _SIGNS if uscc_fault(body + sign) is None)
