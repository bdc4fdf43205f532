"""OpenFisca reckoning the same amounts for the same population: the peer of `bench.benefits`.

Each fact is an input variable with another that says whether it is known, each policy a variable
whose formula tests the conditions and reckons the amount, in whole arrays as OpenFisca wants it.
Reading the facts out of the snapshot is not counted (`openfisca_load_seconds`). OpenFisca knows no
third value, no reasons and no near misses: of those nothing is reckoned here. A word of a list fact
is a yes or no, and texts are numbered, which is quicker for it than text. Whole numbers have
four bytes in it, so formulas that multiply go through eight.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit, period
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from psycopg import sql

from bench.benefits_arrays import Numbers, Reckoner, every, known_of, variable_of, word_of
from bench.benefits_made_up import ON, URL_VARIABLE, policies
from definitions.language.benefits import FactType, PolicyDefinition, SubjectFact, SubjectKind
from definitions.language.conditions import All, AnyOf, Compare, Condition, Not
from definitions.policy_loading import load_facts
from definitions.rules.matching import needed_facts

AT = period(str(ON.year))
_MIB = 1024
_TYPES: dict[FactType, type] = {FactType.FLAG: bool, FactType.DATE: date}


class Kind:
    """Everybody of one kind, and the policies for them."""

    def __init__(self, kind: SubjectKind, chosen: Sequence[PolicyDefinition]) -> None:
        self.kind = kind
        self.policies = [policy for policy in chosen if policy.subject is kind]
        needed = {fact for policy in self.policies for fact in needed_facts(policy)}
        known = {fact.fact: fact for fact in load_facts().facts if fact.fact in needed}
        self.facts = [known[name] for name in sorted(known)]
        self.texts: dict[str, list[str]] = {}
        self.words = sorted({(c.fact, str(c.has or c.lacks)) for c in self._lists()})

    def _lists(self) -> Iterator[Compare]:
        for policy in self.policies:
            for condition in policy.conditions:
                yield from (c for c in _compares(condition.when) if c.has or c.lacks)

    def system(self) -> TaxBenefitSystem:
        """The variables, made from the policies."""
        entity = build_entity(key=self.kind.value, plural=f"{self.kind}s", label="", is_person=True)
        system = TaxBenefitSystem([entity])
        for fact in self.facts:
            if fact.type is not FactType.MANY:
                holds = _TYPES.get(fact.type, int)
                system.add_variable(_variable(variable_of(fact.fact), entity, holds))
            system.add_variable(_variable(known_of(fact.fact), entity, bool))
        for fact_name, word in self.words:
            system.add_variable(_variable(word_of(fact_name, word), entity, bool))
        for policy in self.policies:
            made = _formula(policy, self.texts)
            system.add_variable(_variable(policy.policy, entity, int, made))
        return system

    def load(self, connection: psycopg.Connection[Any], simulation: Simulation, table: str) -> None:
        """The snapshot's columns as arrays."""
        for fact in self.facts:
            column = fact.fact.partition(".")[2]
            given = sql.Identifier(column)
            said = _column(connection, table, sql.SQL("({} IS NOT NULL)::int").format(given))
            simulation.set_input(known_of(fact.fact), AT, said.astype(bool))
            if fact.type is not FactType.MANY:
                array = self._read(connection, table, fact, given)
                simulation.set_input(variable_of(fact.fact), AT, array)
        for fact_name, word in self.words:
            column = fact_name.partition(".")[2]
            has = sql.SQL("coalesce({} = ANY({}), false)::int").format(
                sql.Literal(word), sql.Identifier(column)
            )
            array = _column(connection, table, has).astype(bool)
            simulation.set_input(word_of(fact_name, word), AT, array)

    def _read(
        self,
        connection: psycopg.Connection[Any],
        table: str,
        fact: SubjectFact,
        given: sql.Identifier,
    ) -> NDArray[Any]:
        match fact.type:
            case FactType.FLAG:
                ask = sql.SQL("coalesce({}, false)::int").format(given)
                return _column(connection, table, ask).astype(bool)
            case FactType.DATE:
                ask = sql.SQL("coalesce({} - date '1970-01-01', 0)").format(given)
                return _column(connection, table, ask).astype("datetime64[D]")
            case FactType.TEXT:
                rows = connection.execute(
                    sql.SQL("SELECT DISTINCT {0} FROM snapshot.{1} WHERE {0} IS NOT NULL").format(
                        given, sql.Identifier(table)
                    )
                )
                texts = self.texts.setdefault(fact.fact, [])
                texts += sorted(row[0] for row in rows)
                ask = sql.SQL("coalesce(array_position({}, {}), 0)").format(
                    sql.Literal(texts), given
                )
                return _column(connection, table, ask)
            case _:
                ask = sql.SQL("coalesce({}, 0)").format(given)
                return _column(connection, table, ask)


def main() -> None:
    """Print one JSON object as the last line."""
    chosen = [loaded.definition for loaded in policies()]
    loading = reckoning = 0.0
    differences: list[str] = []
    with psycopg.connect(os.environ[URL_VARIABLE]) as connection:
        for kind in SubjectKind:
            begun = time.monotonic()
            group = Kind(kind, chosen)
            row = connection.execute(
                "SELECT relation, rows FROM snapshot WHERE kind = %s", (kind,)
            ).fetchone()
            assert row is not None
            simulation = SimulationBuilder().build_default_simulation(group.system(), row[1])
            group.load(connection, simulation, row[0])
            subjects = _column(connection, row[0], sql.SQL("subject"))
            loading += time.monotonic() - begun
            begun = time.monotonic()
            for policy in group.policies:
                simulation.calculate(policy.policy, AT)
            reckoning += time.monotonic() - begun
            for policy in group.policies:
                theirs = simulation.calculate(policy.policy, AT)
                differences += _differing(connection, policy.policy, subjects, theirs)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB
    found = {
        "openfisca_seconds": round(reckoning, 2),
        "openfisca_load_seconds": round(loading, 1),
        "openfisca_peak_mb": round(peak),
        "differences": differences,
    }
    sys.stdout.write(f"{json.dumps(found)}\n")


def _differing(
    connection: psycopg.Connection[Any], policy: str, subjects: Numbers, theirs: NDArray[Any]
) -> list[str]:
    """Whose amount is another than that of the run."""
    hits = sql.SQL(
        "SELECT m.subject FROM benefit_match m JOIN benefit_run r ON r.id = m.run "
        "WHERE r.policy = {} AND m.verdict = 'hit' ORDER BY m.subject"
    )
    asked = hits.format(sql.Literal(policy)).as_string(connection)
    who = _copied(connection, asked)
    fen = _copied(connection, asked.replace("m.subject FROM", "m.amount FROM", 1))
    ours = np.zeros(len(subjects), dtype=np.int64)
    ours[np.searchsorted(subjects, who)] = fen
    wrong = np.flatnonzero(ours != theirs)
    return [f"{policy} {subjects[n]}: {ours[n]} != {theirs[n]}" for n in wrong]


def _formula(
    policy: PolicyDefinition, texts: Mapping[str, list[str]]
) -> Callable[..., NDArray[Any]]:
    """An OpenFisca formula: what is paid where every condition holds and nothing excludes."""

    def formula(population: Any, at: Any) -> NDArray[Any]:  # noqa: ANN401 - OpenFisca's own
        reckoner = Reckoner(policy, texts, lambda name: np.asarray(population(name, at)))
        amount, known = reckoner.number(policy.amount.formula)
        fits = [known]
        for condition in policy.conditions:
            holds, fails = reckoner.condition(condition)
            fits.append(fails if condition.excludes else holds)
        capped = np.maximum(0, np.minimum(amount, policy.amount.at_most))
        return np.where(every(fits), capped, 0)

    return formula


def _compares(condition: Condition | None) -> Iterator[Compare]:
    match condition:
        case Compare():
            yield condition
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from _compares(part)
        case Not(not_=part):
            yield from _compares(part)
        case None:
            return


def _variable(name: str, entity: Any, kind: type, formula: Any = None) -> type[Variable]:  # noqa: ANN401
    body = {"value_type": kind, "entity": entity, "definition_period": DateUnit.YEAR, "label": name}
    return type(name, (Variable,), body if formula is None else body | {"formula": formula})


def _column(connection: psycopg.Connection[Any], table: str, ask: sql.Composable) -> Numbers:
    """One value of every subject, in the order of subjects."""
    asked = sql.SQL("SELECT ({})::bigint FROM snapshot.{} ORDER BY subject")
    return _copied(connection, asked.format(ask, sql.Identifier(table)).as_string(connection))


def _copied(connection: psycopg.Connection[Any], asked: str) -> Numbers:
    """The one column of a statement, none of it null, by COPY: ten bytes before each number."""
    with connection.cursor() as cursor:
        statement = sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(sql.SQL(asked))  # type: ignore[arg-type]
        with cursor.copy(statement) as copy:
            raw = b"".join(copy)
    row = np.dtype([("fields", ">i2"), ("length", ">i4"), ("value", ">i8")])
    return np.frombuffer(raw[19:-2], dtype=row)["value"].astype(np.int64)


if __name__ == "__main__":
    main()
