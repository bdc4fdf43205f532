"""The compiled policy says of every subject what the core says, missing facts included."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Connection,
    Date,
    MetaData,
    Numeric,
    Table,
    Text,
    create_engine,
    delete,
    insert,
)

from activities.benefits.compiling import compiled
from definitions.language.base import Basis, Validity
from definitions.language.benefits import (
    Amount,
    Budget,
    Every,
    Measure,
    PolicyCondition,
    PolicyDefinition,
    Ratio,
    Recovery,
    SubjectKind,
    Way,
)
from definitions.language.formulas import Formula
from definitions.rules.matching import match
from tests.support.database import server

ON = date(2026, 11, 24)
NUMBERS = ("firm.a", "firm.b")
WORDS = ("x", "y", "z")
_FORMULA: TypeAdapter[Formula] = TypeAdapter(Formula)
_TYPES = {
    "firm.a": Numeric(),
    "firm.b": Numeric(),
    "firm.flag": Boolean(),
    "firm.word": Text(),
    "firm.list": ARRAY(Text),
    "firm.day": Date(),
}
TABLE = Table(
    "some_facts",
    MetaData(),
    Column("n", Numeric(), primary_key=True),
    *(Column(name, kind) for name, kind in _TYPES.items()),
    prefixes=["TEMPORARY"],
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A connection with an empty table of facts."""
    with server(tmp_path_factory.mktemp("facts")) as url:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            TABLE.create(connection)
            yield connection
        engine.dispose()


def _leaves() -> st.SearchStrategy[dict[str, object]]:
    small = st.integers(-5, 5)
    return st.one_of(
        st.sampled_from(NUMBERS).flatmap(
            lambda fact: st.sampled_from(["is", "is_not", "at_least", "at_most"]).flatmap(
                lambda how: small.map(lambda value: {"fact": fact, how: value})
            )
        ),
        st.tuples(st.sampled_from(NUMBERS), st.lists(small, min_size=1, max_size=3)).map(
            lambda pair: {"fact": pair[0], "one_of": pair[1]}
        ),
        st.booleans().map(lambda value: {"fact": "firm.flag", "is": value}),
        st.sampled_from(WORDS).map(lambda word: {"fact": "firm.word", "is_not": word}),
        st.tuples(st.sampled_from(["has", "lacks"]), st.sampled_from(WORDS)).map(
            lambda pair: {"fact": "firm.list", pair[0]: pair[1]}
        ),
        st.tuples(st.sampled_from(["at_least", "at_most"]), st.integers(-40, 400)).map(
            lambda pair: {"fact": "since.day", pair[0]: pair[1]}
        ),
        st.tuples(st.sampled_from(sorted(_TYPES)), st.booleans()).map(
            lambda pair: {"fact": pair[0], "known": pair[1]}
        ),
    )


CONDITIONS = st.recursive(
    _leaves(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)
FORMULAS = st.recursive(
    st.one_of(
        st.integers(-20, 20),
        st.sampled_from(NUMBERS).map(lambda fact: {"fact": fact}),
        st.just({"months_since": "firm.day"}),
    ),
    lambda inner: st.one_of(
        st.tuples(
            st.sampled_from(["sum", "least", "greatest"]), st.lists(inner, min_size=2, max_size=3)
        ).map(lambda pair: {pair[0]: pair[1]}),
        st.tuples(st.sampled_from(["minus", "times"]), inner, inner).map(
            lambda three: {three[0]: [three[1], three[2]]}
        ),
        st.tuples(st.integers(0, 300), inner).map(lambda pair: {"percent": pair[0], "of": pair[1]}),
        inner.map(
            lambda of: {"bands": [{"from": -3, "then": 7}, {"from": 4, "then": 11}], "of": of}
        ),
        st.tuples(inner, inner).map(
            lambda pair: {"choose": "firm.word", "by": {"x": pair[0]}, "otherwise": pair[1]}
        ),
    ),
    max_leaves=6,
)


@st.composite
def policies(draw: st.DrawFn) -> PolicyDefinition:
    """Any policy over the six facts."""
    conditions: list[PolicyCondition] = []
    for n in range(draw(st.integers(1, 4))):
        form = draw(st.sampled_from(["when", "measure", "ratio"]))
        said: dict[str, object] = {"id": f"c{n}", "says": "条件", "excludes": draw(st.booleans())}
        if form == "when":
            said["when"] = draw(CONDITIONS)
        elif form == "measure":
            said["measure"] = Measure.model_validate(
                {
                    "number": draw(FORMULAS),
                    draw(st.sampled_from(["at_least", "at_most"])): draw(FORMULAS),
                }
            )
        else:
            said["ratio"] = Ratio.model_validate(
                {
                    "part": draw(FORMULAS),
                    "whole": draw(FORMULAS),
                    draw(st.sampled_from(["at_least", "at_most"])): draw(FORMULAS),
                }
            )
        conditions.append(PolicyCondition.model_validate(said))
    return PolicyDefinition(
        policy="some",
        version=1,
        name="某项政策",
        number="某号",
        organ="human_resources",
        item="some",
        subject=SubjectKind.FIRM,
        every=Every.YEAR,
        validity=Validity(since=date(2026, 1, 1)),
        bases=(Basis(law="某法", article="第一条"),),
        summary="某项政策",
        way=Way.DIRECT,
        conditions=tuple(conditions),
        amount=Amount(formula=_FORMULA.validate_python(draw(FORMULAS)), at_most=1000),
        budget=Budget(fen=1000),
        recovery=Recovery(days=15),
        promised_days=30,
    )


def _row() -> st.SearchStrategy[dict[str, object]]:
    number = st.none() | st.integers(-6, 6)
    return st.fixed_dictionaries(
        {
            "firm.a": number,
            "firm.b": number,
            "firm.flag": st.none() | st.booleans(),
            "firm.word": st.none() | st.sampled_from(WORDS),
            "firm.list": st.none() | st.lists(st.sampled_from(WORDS), unique=True),
            "firm.day": st.none()
            | st.integers(-30, 800).map(lambda days: ON - timedelta(days=days)),
        }
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(policy=policies(), rows=st.lists(_row(), min_size=1, max_size=12))
def test_the_two_evaluators_say_the_same(
    database: Connection, policy: PolicyDefinition, rows: list[dict[str, object]]
) -> None:
    database.execute(delete(TABLE))
    database.execute(insert(TABLE), [{"n": n, **row} for n, row in enumerate(rows)])
    columns = {name: TABLE.c[name] for name in _TYPES}
    asked = compiled(policy, TABLE, columns, ON, key=TABLE.c.n)
    found = database.execute(asked.order_by("key")).all()
    for row, (_, verdict, amount, reasons, near) in zip(rows, found, strict=True):
        facts = {
            name: tuple(value)
            if isinstance(value, list)
            else str(value)
            if isinstance(value, date)
            else value
            for name, value in row.items()
            if value is not None
        }
        one = match(policy, facts, ON)  # type: ignore[arg-type]
        assert (verdict, None if amount is None else int(amount)) == (one.verdict, one.amount)
        assert sorted(reasons) == sorted(one.reasons)
        assert near == one.is_near
