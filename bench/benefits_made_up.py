"""The made-up population and policies of `bench.benefits`.

As many firms as persons, each known to every source but for a few gaps; thirty policies: the
shipped ones, and variants of them with other figures. Facts are written by SQL, the same each time.
"""

import copy
import json
from datetime import date
from typing import Any

import psycopg
import yaml
from psycopg import sql
from sqlalchemy import insert

from activities.store.engine import Store
from activities.store.tables.subjects import PolicyText
from definitions.language.benefits import FactType, SubjectFact, SubjectKind
from definitions.loading import Library
from definitions.policy_loading import FactCatalogue, LoadedPolicy, PolicyLibrary, parsed
from definitions.source import Data

ON = date(2026, 9, 30)
POLICIES = 30
# By environment: the address may hold a password, and anyone may read a command line.
URL_VARIABLE = "YIJIANSHI_BENCH_BENEFITS_URL"
SEED = 0.20261124
# Of a source a few subjects are not there at all, of the others a few facts are missing.
_KNOWN_TO = 0.98
_TOLD = 0.99
# What decides whether somebody is entitled comes out true for most; the rest by the type alone.
_MADE = {
    "firm.registered_here": "random() < 0.95",
    "firm.active": "random() < 0.97",
    "firm.deregistering": "random() < 0.01",
    "firm.dispatch": "random() < 0.03",
    "firm.dishonest": "random() < 0.01",
    "firm.heavy_breach": "random() < 0.01",
    "firm.tax_arrears": "random() < 0.02",
    "firm.size": "(ARRAY['large', 'medium', 'small', 'micro', 'other'])[1 + floor(random() * 5)]",
    "firm.tax_credit": "(ARRAY['A', 'B', 'M', 'C', 'D'])[1 + floor(random() * 5)]",
    "firm.insured_before": "floor(random() * 80)",
    "firm.insured_after": "floor(random() * 80)",
    "firm.natural_decrease": "floor(random() * 4)",
    "firm.months_paid": "12 - floor(random() * random() * 12)",
    # In fen, and small enough for whole numbers of four bytes, which OpenFisca has.
    "firm.premiums_paid": "floor(random() * 1000000000)",
    "firm.fees_due": "floor(random() * 9000000)",
    "firm.credit_score": "60 + floor(random() * 40)",
    "firm.young_hires_count": "floor(random() * random() * 6)",
    "firm.young_hires": "to_jsonb(ARRAY[]::text[])",
    "firm.titles": """((ARRAY['["high_tech"]', '["specialised_city"]', '["little_giant", "x"]',
        '[]'])[1 + floor(random() * 4)])::jsonb""",
    "firm.title_level": "1 + floor(random() * 2)",
    "firm.patents_granted": "floor(random() * 10)",
    "firm.certificates": "to_jsonb(ARRAY[(ARRAY['iso9001', 'iso14001'])[1 + floor(random() * 2)]])",
    "person.alive": "random() < 0.99",
    "person.in_city": "random() < 0.9",
    "person.registered_here": "random() < 0.9",
    "person.age_months": "floor(random() * 1260)",
    "person.disability_grade": "1 + floor(random() * 4)",
    "person.disability_kind": "(ARRAY['physical', 'mental', 'intellectual', 'visual'])"
    "[1 + floor(random() * 4)]",
    "person.destitute": "random() < 0.02",
    "person.work_injury_care": "random() < 0.02",
}
_BY_TYPE = {
    FactType.NUMBER: "floor(random() * 100)",
    FactType.FLAG: "random() < 0.5",
    FactType.DATE: "(%(on)s::date - floor(random() * 1500)::int)::text",
    FactType.TEXT: "'x'",
    FactType.MANY: "to_jsonb(ARRAY['x'])",
}
_NAMES = {SubjectKind.FIRM: "企业", SubjectKind.PERSON: "居民"}


def policies() -> list[LoadedPolicy]:
    """The shipped ones and variants of them in turn, so many of all."""
    shipped = PolicyLibrary.load(Library.load().catalogue).policies
    others = range(POLICIES - len(shipped))
    variants = [_variant(shipped[n % len(shipped)], 1 + n // len(shipped)) for n in others]
    return [*shipped, *variants]


async def publish(store: Store, loaded: list[LoadedPolicy]) -> None:
    """Put them where runs look for them."""
    rows = [
        {
            "policy": each.definition.policy,
            "version": each.definition.version,
            "sha256": each.sha256,
            "name": each.definition.name,
            "organ": each.definition.organ,
            "state": "published",
            "since": str(each.definition.validity.since),
            "text": _text(each.body),
            "cases": "cases: [{case: 无, on: '2026-01-01', expect: miss}]",
            "proposed_by": "bench",
        }
        for each in loaded
    ]
    async with store.begin() as session:
        await session.execute(insert(PolicyText), rows)


def fill(url: str, catalogue: FactCatalogue, count: int) -> int:
    """So many firms and as many persons, and what every source knows of them; facts in all."""
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("SELECT setseed({})").format(sql.Literal(SEED)))
        for kind in SubjectKind:
            connection.execute(
                "INSERT INTO subject (kind, code, name, query_code) "
                "SELECT %(kind)s, %(kind)s || n, %(name)s || n, '00000000' "
                "FROM generate_series(1, %(count)s) n",
                {"kind": kind, "name": _NAMES[kind], "count": count},
            )
            for source in catalogue.sources:
                facts = [f for f in catalogue.facts if f.source == source.id and f.kind is kind]
                if facts:
                    _told_by(connection, source.id, kind, facts)
        rows = connection.execute("SELECT count(*) FROM subject_facts").fetchone()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) subject, subject_facts")
    assert rows is not None
    return int(rows[0])


def _told_by(
    connection: psycopg.Connection[Any], source: str, kind: SubjectKind, facts: list[SubjectFact]
) -> None:
    names = [fact.fact for fact in facts]
    batch = connection.execute(
        "INSERT INTO fact_batch (source, kind, as_of, name, sha256, rows, good, bad, facts, "
        "loaded_by) VALUES (%s, %s, %s, 'bench', %s, 0, 0, 0, %s, 'bench') RETURNING id",
        (source, kind, ON, source, json.dumps(names)),
    ).fetchone()
    assert batch is not None
    made = ", ".join(
        f"'{fact.fact}', CASE WHEN random() < {_TOLD} "
        f"THEN {_MADE.get(fact.fact, _BY_TYPE[fact.type])} END"
        for fact in facts
    )
    connection.execute(
        "INSERT INTO subject_facts (source, subject, as_of, facts, batch) "  # noqa: S608 - our own words
        f"SELECT %(source)s, id, %(on)s, jsonb_strip_nulls(jsonb_build_object({made})), %(batch)s "
        f"FROM subject WHERE kind = %(kind)s AND random() < {_KNOWN_TO} ORDER BY id",
        {"source": source, "on": ON, "batch": batch[0], "kind": kind},
    )


def _variant(loaded: LoadedPolicy, n: int) -> LoadedPolicy:
    """The same policy with other figures in its amount and its measures."""
    body: Any = copy.deepcopy(loaded.body)
    body["policy"] = f"{loaded.definition.policy}_{n}"
    body["amount"]["formula"] = _other(body["amount"]["formula"], n)
    for condition in body["conditions"]:
        if "measure" in condition and isinstance(condition["measure"].get("at_least"), int):
            condition["measure"]["at_least"] += n
    return parsed(_text(body).encode(), b"cases: [{case: x, on: '2026-01-01', expect: miss}]", "x")


def _other(formula: Any, n: int) -> Any:  # noqa: ANN401 - raw YAML
    """Whole numbers that are money grow by so many hundred fen, shares by so many hundredths."""
    if isinstance(formula, int):
        return formula + 100 * n
    if "fact" in formula or "figure" in formula or "months_since" in formula:
        return formula
    if "percent" in formula:
        return {**formula, "percent": formula["percent"] + n}
    if "bands" in formula:
        bands = [{**band, "then": band["then"] + 100 * n} for band in formula["bands"]]
        return {**formula, "bands": bands}
    if "choose" in formula:
        by = {value: _other(part, n) for value, part in formula["by"].items()}
        return {**formula, "by": by, "otherwise": _other(formula["otherwise"], n)}
    if "times" in formula:
        first, second = formula["times"]
        return {"times": [_other(first, n), _other(second, n)]}
    return formula


def _text(body: Data) -> str:
    return str(yaml.safe_dump(body, allow_unicode=True, sort_keys=False))
