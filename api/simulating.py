"""推演: a draft tried on the facts of an earlier day, beside the version in force."""

import asyncio
from collections.abc import Mapping
from datetime import date

import structlog
from sqlalchemy.exc import IntegrityError

from activities.benefits.simulating import simulated
from activities.store.benefits import simulations as kept
from activities.store.benefits.policies import policies_in_force
from activities.store.benefits.simulations import (
    NamedSubject,
    Shift,
    SimulationLine,
    SimulationView,
)
from api.masking import masked_id, masked_person
from api.policies import drafts_read, fit
from api.problems import wrong
from api.sent import Sent
from api.services import Services
from api.texts import refuse_large
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.benefits import SubjectKind
from definitions.language.roles import Actor
from definitions.lifecycle.judging import finding
from definitions.lifecycle.policy_judging import TEXT, JudgedPolicy, PolicyReport
from definitions.policy_loading import LoadedPolicy, house_of, read_policy
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

log = structlog.get_logger(__name__)

MOST = 200_000
"""So many subjects are tried while somebody waits; more of them on a command line."""


class Someone(Value):
    """A subject as a list shows it: of a person only so much that two can be told apart."""

    code: str
    name: str


class SimulationShown(Value):
    """A simulation with the names of those it lists, by number."""

    simulation: SimulationView
    people: dict[int, Someone]


def year_before(day: date) -> date:
    """The same day of the year before; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


async def simulate(
    services: Services, actor: Actor, text: str, sent: Sent, *, on: date | None = None
) -> SimulationShown:
    """Try a text on what was known on that day, a year ago where none is said.

    Raises `policy-invalid`, `too-large`, `invalid`, `simulation-busy`; `simulation-too-large` where
    there are more subjects than one request may wait for. The same under the same key again is the
    same simulation.
    """
    permissions.require(actor, Act.PROPOSE_POLICY)
    today = local_day(services.now())
    day = on or year_before(today)
    if day > today:
        raise wrong("/on", "future", "推演的日期不能在今天之后")
    async with services.store.reading() as session:
        before = await kept.simulation_under(session, actor.id, sent.key, sent.payload)
        in_force = await policies_in_force(session, today)
    if before is not None:
        return await _shown(services, before)
    draft = await _read(services, text)
    await _bounded(services, draft.definition.subject)
    found = await simulated(services.store, services.facts, draft, in_force, day)
    try:
        async with services.store.begin() as session:
            made = await kept.put_simulation(
                session,
                sha256=draft.sha256,
                text=text,
                result=found,
                by=actor.id,
                now=services.now(),
                key=sent.key,
                payload=sent.payload,
            )
    except IntegrityError:
        # Two requests under one key met: the other one was first.
        async with services.store.reading() as session:
            before = await kept.simulation_under(session, actor.id, sent.key, sent.payload)
        assert before is not None
        return await _shown(services, before)
    log.info("policy_simulated", policy=found.policy, simulation=made.id, by=actor.id)
    return await _shown(services, made)


async def simulation(services: Services, actor: Actor, number: int) -> SimulationShown:
    """One that was made. Raises `unknown-simulation`, of another organ's draft too."""
    permissions.require(actor, Act.READ_BENEFITS)
    async with services.store.reading() as session:
        found = await kept.simulation(session, number)
    if not drafts_read(actor, found.result.organ):
        raise Refused(Code.UNKNOWN_SIMULATION, "没有这次推演")
    return await _shown(services, found)


async def simulations(
    services: Services, actor: Actor, policy: str | None = None
) -> tuple[SimulationLine, ...]:
    """The last that were made of drafts that the actor reads, the newest first."""
    permissions.require(actor, Act.READ_BENEFITS)
    organ = None if permissions.may(actor, Act.PROPOSE_POLICY) else actor.department or ""
    async with services.store.reading() as session:
        return await kept.simulations(session, policy, organ=organ)


async def _read(services: Services, text: str) -> LoadedPolicy:
    """The draft; a simulation needs no golden cases yet, and its validity may be any."""
    refuse_large((text,), "政策文本")
    house = house_of(services.facts, services.library.catalogue)
    loaded, errors = await asyncio.to_thread(read_policy, text.encode(), TEXT, house)
    report = PolicyReport(findings=tuple(map(finding, errors)))
    return fit(JudgedPolicy(report, loaded), text, "").loaded


async def _bounded(services: Services, kind: SubjectKind) -> None:
    async with services.store.reading() as session:
        found = await kept.how_many(session, kind)
    if found > MOST:
        said = f"这类对象超过 {MOST:,} 户，请在命令行推演：yijianshi policies simulate"
        raise Refused(Code.SIMULATION_TOO_LARGE, said)


async def _shown(services: Services, found: SimulationView) -> SimulationShown:
    result = found.result
    shifts: tuple[Shift, ...] = (result.gains, result.losses, result.more, result.less)
    numbers = [moved.subject for shift in shifts for moved in shift.first]
    async with services.store.reading() as session:
        names: Mapping[int, NamedSubject] = await kept.names_of(session, numbers)
    people = {number: _someone(names[number]) for number in numbers if number in names}
    return SimulationShown(simulation=found, people=people)


def _someone(subject: NamedSubject) -> Someone:
    if subject.kind is SubjectKind.FIRM:
        return Someone(code=subject.code, name=subject.name)
    return Someone(code=masked_id(subject.code), name=masked_person(subject.name))
