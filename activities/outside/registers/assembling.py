"""One table of facts from what several registers said."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from activities.outside.registers.answers import NAMES, PARTS, SHARED, Answers, Reach
from definitions.language.base import Value
from definitions.rules.conditions import Fact


class Known(Value):
    """A fact, whose it is, when it was fetched and as of which day it is."""

    value: Fact
    source: str
    fetched_at: datetime | None
    as_of: date | None


def assembled(answers: Answers) -> Mapping[str, Known]:
    """Every fact that was said. A fact in parts is known once all who hold a part have said it."""
    known = dict(_each(answers))
    parts = _parts(answers)
    return known if parts is None else {**known, SHARED: parts}


def _each(answers: Answers) -> Iterator[tuple[str, Known]]:
    for register, answer in answers.items():
        for name, value in answer.facts.items():
            if name != SHARED:
                yield (
                    name,
                    Known(
                        value=value,
                        source=NAMES[register],
                        fetched_at=answer.fetched_at,
                        as_of=answer.as_of,
                    ),
                )


def _parts(answers: Answers) -> Known | None:
    """The union; a register without the firm holds no part of it. As old as its oldest part."""
    held: list[str] = []
    for register, part in PARTS.items():
        answer = answers.get(register)
        if answer is None or not answer.said:
            return None
        said = answer.facts.get(SHARED, () if answer.reach is Reach.ABSENT else None)
        if not isinstance(said, tuple):
            return None
        held += [part] if part in said else []
    asked = [answers[register] for register in PARTS]
    if all(answer.reach is Reach.ABSENT for answer in asked):
        return None
    return Known(
        value=tuple(held),
        source="、".join(NAMES[register] for register in PARTS),
        fetched_at=min((a.fetched_at for a in asked if a.fetched_at), default=None),
        as_of=min((a.as_of for a in asked if a.as_of), default=None),
    )
