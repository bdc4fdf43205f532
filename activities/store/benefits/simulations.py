"""Simulations that were made: a draft's outcome on the facts of an earlier day, kept as evidence.

Of subjects only their numbers are kept: names are looked up when it is shown, by whoever may.
"""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import ConfigDict
from sqlalchemy import func, select

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.subjects import Simulation, Subject
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.benefits import SubjectKind, Verdict

SHOWN = 200
"""How many of each group are kept by number."""
COMMAND_LINE = "cli"
"""Who made one that was asked for on a command line."""


class ReasonCount(Value):
    """To how many a condition was the reason for this verdict; one may have several reasons.

    Of those excluded by their group it is `rival:` and the policy that goes before.
    """

    condition: str
    says: str
    verdict: Verdict
    subjects: int


class Outcome(Value):
    """What one version comes to on the snapshot; `fen` is what all hits together would get."""

    version: int
    counts: dict[Verdict, int]
    near: int
    fen: int
    reasons: tuple[ReasonCount, ...]


class Moved(Value):
    """A subject who is off otherwise; amounts in fen, None: nothing.

    `reasons` are the conditions of the version under which there is nothing.
    """

    subject: int
    before: int | None
    after: int | None
    reasons: tuple[str, ...] = ()


class Shift(Value):
    """Everybody who is off otherwise in the same way: how many, by how much, the first of them."""

    subjects: int = 0
    fen: int = 0
    first: tuple[Moved, ...] = ()


class SimulationResult(Value):
    """What a draft comes to, and who gains and loses against the version in force.

    `gains` had nothing, `losses` get nothing any more, `more` and `less` get another amount.
    `away`: sources without anything fresh on that day. `rivals`: the policies of the draft's group
    that go before it, by name.
    """

    policy: str
    version: int
    organ: str
    name: str
    kind: SubjectKind
    on: date
    snapshot: str
    subjects: int
    away: tuple[str, ...]
    budget: int
    rivals: tuple[str, ...]
    draft: Outcome
    before: Outcome | None = None
    gains: Shift = Shift()
    losses: Shift = Shift()
    more: Shift = Shift()
    less: Shift = Shift()

    @property
    def over(self) -> int:
        """By how much the budget of one period would be exceeded."""
        return max(0, self.draft.fen - self.budget)


class SimulationHead(Value):
    """A simulation without what came of it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: int
    policy: str
    sha256: str
    on_day: date
    made_by: str
    made_at: datetime


class SimulationLine(SimulationHead):
    """The same for a list, with the draft's name."""

    name: str


class SimulationView(SimulationHead):
    """A simulation with the text that was tried."""

    text: str
    result: SimulationResult


class NamedSubject(Value):
    """Who a subject is, for those who may know."""

    id: int
    kind: SubjectKind
    code: str
    name: str


async def simulation_under(
    session: ReadSession, by: str, key: str, payload: str | None
) -> SimulationView | None:
    """What this person asked for under this key before. Raises `Refused(KEY_REUSED)`."""
    row = await session.scalar(
        select(Simulation).where(Simulation.made_by == by, Simulation.key == key)
    )
    if row is not None and row.payload != payload:
        raise Refused(Code.KEY_REUSED, "该幂等键已用于另一内容的请求")
    return SimulationView.model_validate(row) if row else None


async def put_simulation(
    session: WriteSession,
    *,
    sha256: str,
    text: str,
    result: SimulationResult,
    by: str,
    now: datetime,
    key: str | None = None,
    payload: str | None = None,
) -> SimulationView:
    """Keep what came of it."""
    row = Simulation(
        policy=result.policy,
        sha256=sha256,
        on_day=result.on,
        text=text,
        result=result.model_dump(mode="json"),
        made_by=by,
        made_at=now,
        key=key,
        payload=payload,
    )
    session.add(row)
    await session.flush()
    return SimulationView.model_validate(row)


async def simulation(session: ReadSession, number: int) -> SimulationView:
    """One simulation. Raises `Refused(UNKNOWN_SIMULATION)`."""
    row = await session.get(Simulation, number)
    if row is None:
        raise Refused(Code.UNKNOWN_SIMULATION, "没有这次推演")
    return SimulationView.model_validate(row)


async def simulations(
    session: ReadSession, policy: str | None, *, organ: str | None = None, most: int = 50
) -> tuple[SimulationLine, ...]:
    """The last ones, of one policy or of all, of one organ's drafts or of all, the newest first."""
    wanted = [getattr(Simulation, name) for name in SimulationHead.model_fields]
    name = Simulation.result["name"].astext.label("name")
    query = select(*wanted, name).order_by(Simulation.id.desc()).limit(most)
    if policy is not None:
        query = query.where(Simulation.policy == policy)
    if organ is not None:
        query = query.where(Simulation.result["organ"].astext == organ)
    return tuple(SimulationLine.model_validate(row) for row in await session.execute(query))


async def how_many(session: ReadSession, kind: SubjectKind) -> int:
    """How many subjects of a kind there are."""
    found = select(func.count()).select_from(Subject).where(Subject.kind == kind)
    return await session.scalar(found) or 0


async def names_of(session: ReadSession, subjects: Sequence[int]) -> dict[int, NamedSubject]:
    """Who these subjects are."""
    rows = await session.execute(
        select(Subject.id, Subject.kind, Subject.code, Subject.name).where(Subject.id.in_(subjects))
    )
    return {
        row.id: NamedSubject(id=row.id, kind=row.kind, code=row.code, name=row.name) for row in rows
    }
