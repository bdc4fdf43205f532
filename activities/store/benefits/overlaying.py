"""What our own register knows, laid over a snapshot of today before its digest is taken."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Table, select, update

from activities.store.benefits.own_facts import own_facts
from activities.store.engine import WriteSession
from activities.store.tables.subjects import Subject
from definitions.language.benefits import FactType, SubjectFact, SubjectKind
from definitions.rules.conditions import Fact

OWN_COLUMN = "own"
"""In a snapshot: which of the row's facts our own register said."""
_SOME = 10_000


async def overlay_own_facts(
    session: WriteSession, table: Table, facts: Sequence[SubjectFact]
) -> None:
    """A firm in deregistration counts as such in the whole run, not only at its last look."""
    types = {fact.fact: fact.type for fact in facts if fact.kind is SubjectKind.FIRM}
    alike: dict[tuple[tuple[str, Fact], ...], list[str]] = defaultdict(list)
    for code, said in (await own_facts(session)).items():
        known = tuple((name, said[name]) for name in sorted(said) if name in types)
        if known:
            alike[known].append(code)
    for known, codes in alike.items():
        values: dict[str, object] = {
            name.partition(".")[2]: _stored(types[name], value) for name, value in known
        }
        values[OWN_COLUMN] = [name for name, _ in known]
        for first in range(0, len(codes), _SOME):
            some = Subject.code.in_(codes[first : first + _SOME])
            firms = select(Subject.id).where(Subject.kind == SubjectKind.FIRM, some)
            await session.execute(update(table).where(table.c.subject.in_(firms)).values(values))


def _stored(kind: FactType, value: Fact) -> object:
    if isinstance(value, tuple):
        return list(value)
    return date.fromisoformat(str(value)) if kind is FactType.DATE else value
