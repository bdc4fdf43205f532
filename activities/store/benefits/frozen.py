"""Facts of some subjects as a run has frozen them, with the day of the source behind each."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from activities.store.benefits.facts import snapshot_table
from activities.store.benefits.overlaying import OWN_COLUMN
from activities.store.benefits.own_facts import OWN
from activities.store.engine import ReadSession
from activities.store.tables.base import Json
from activities.store.tables.subjects import Snapshot
from definitions.language.base import Value
from definitions.language.benefits import SubjectKind
from definitions.policy_loading import FactCatalogue
from definitions.rules.conditions import Fact

_DAY = "as_of_"


class FrozenFacts(Value):
    """What was known of one subject; `days` by source. `own`: what our own register said."""

    facts: Mapping[str, Fact]
    days: Mapping[str, date]
    own: frozenset[str] = frozenset()


async def frozen_facts(
    session: ReadSession,
    catalogue: FactCatalogue,
    kind: SubjectKind,
    snapshot: str,
    subjects: Sequence[int],
) -> dict[int, FrozenFacts]:
    """Of each of these subjects that the snapshot has."""
    taken = await session.scalar(select(Snapshot).where(Snapshot.id == snapshot))
    if taken is None:
        return {}
    table, columns, key = snapshot_table(taken.relation, catalogue, kind)
    rows = await session.execute(select(table).where(key.in_(subjects)))
    names = {column.name: name for name, column in columns.items()}
    return {row["subject"]: _frozen(row, names, taken.on_day) for row in rows.mappings()}


def shown(catalogue: FactCatalogue, frozen: FrozenFacts, names: Sequence[str]) -> Json:
    """These facts as evidence: each with its source and day."""
    sources = {fact.fact: fact.source for fact in catalogue.facts} | dict.fromkeys(frozen.own, OWN)
    return {
        name: {
            "value": frozen.facts[name],
            "source": sources[name],
            "as_of": str(frozen.days[sources[name]]) if sources[name] in frozen.days else None,
        }
        for name in names
        if name in frozen.facts
    }


def kept(evidence: Mapping[str, Any]) -> FrozenFacts:
    """The facts of evidence, as `shown` wrote them."""
    said = evidence.get("facts", {})
    return FrozenFacts(
        facts={name: _fact(each["value"]) for name, each in said.items()},
        days={
            each["source"]: date.fromisoformat(each["as_of"])
            for each in said.values()
            if each["as_of"]
        },
        own=frozenset(name for name, each in said.items() if each["source"] == OWN),
    )


def _frozen(row: Mapping[Any, Any], names: Mapping[str, str], on: date) -> FrozenFacts:
    facts = {name: _fact(row[column]) for column, name in names.items() if row[column] is not None}
    days = {
        str(column).removeprefix(_DAY): day
        for column, day in row.items()
        if str(column).startswith(_DAY) and day is not None
    }
    own = frozenset(row[OWN_COLUMN] or ())
    return FrozenFacts(facts=facts, days=days | ({OWN: on} if own else {}), own=own)


def _fact(value: object) -> Fact:
    match value:
        case Decimal():
            return int(value)
        case date():
            return value.isoformat()
        case list():
            return tuple(value)
        case _:
            assert isinstance(value, (bool, int, str))
            return value
