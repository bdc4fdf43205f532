"""Runs over HTTP: the API over a real register, a policy and its people, and a driver by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from activities.benefits.matching import Matching
from activities.benefits.running import Running
from activities.contracts.benefits import Chunk, Range, RunAct, RunRef
from activities.outside.facts.protocol import NoFeeds
from activities.store.benefits.facts import SubjectRow, put_subjects
from activities.store.engine import Store
from definitions.benefits.commands import EndSpan, FreezeFacts, ReportList, ReportMatch
from definitions.benefits.run import Counts, Phase
from definitions.language.benefits import PolicyDefinition, SubjectKind
from definitions.language.roles import Role
from definitions.rules.codes import uscc_fault
from tests.support import benefits
from tests.support.api import Person, World
from tests.support.services import CALENDAR

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass
class Driver:
    """Does at once what the run's workflow does in its time, by the same activities."""

    world: World

    def __post_init__(self) -> None:
        store, now = self.world.services.store, self.world.now
        self.running = Running(store, benefits.CATALOGUE, CALENDAR, now=now)
        self.matching = Matching(store, benefits.CATALOGUE, NoFeeds())

    async def to_trial(self, run: str) -> None:
        """Facts are frozen and everybody matched."""
        frozen = await self.matching.freeze_facts(RunRef(run=run))
        command = FreezeFacts(snapshot=frozen.snapshot, sha256=frozen.sha256, away=frozen.away)
        await self._act(run, "freeze", command)
        counts, after = Counts(), 0
        while True:
            done = await self.matching.match_range(Range(run=run, after=after, limit=1000))
            counts = counts.plus(done.counts)
            if done.after is None:
                break
            after = done.after
        await self._act(run, "match", ReportMatch(counts=counts))

    async def to_review(self, run: str) -> None:
        """The list is made."""
        await self._chunks(run, self.running.list_chunk)
        await self._act(run, "list", ReportList(listed=0, fen=0))

    async def ask(self, run: str) -> None:
        """Everybody is asked."""
        await self._chunks(run, self.running.ask_chunk)

    async def end_span(self, run: str) -> None:
        """The wish's or the publicity's last day is over."""
        await self._act(run, "end", EndSpan())

    async def clear(self, run: str) -> None:
        """Whoever is listed or confirmed may be paid."""
        await self._chunks(run, self.running.clear_chunk)

    async def settle(self, run: str) -> None:
        """What became of the cases."""
        await self.running.settle_cases(RunRef(run=run))

    async def phase(self, run: str) -> Phase:
        """Where it stands."""
        return (await self.running.run_standing(RunRef(run=run))).state.phase

    async def _chunks(self, run: str, what: Any) -> None:  # noqa: ANN401 - an activity of chunks
        after: str | None = ""
        while after is not None:
            after = (await what(Chunk(run=run, after=after))).after

    async def _act(self, run: str, act: str, command: Any) -> None:  # noqa: ANN401 - any command
        seq = (await self.running.run_standing(RunRef(run=run))).state.seq
        await self.running.act_on_run(RunAct(run=run, act=f"{act}:{seq}", command=command))


@dataclass
class Hall:
    """A policy of the science department with three firms entitled, and everybody around it."""

    world: World
    driver: Driver
    clerk: Person
    officer: Person
    approver: Person
    stranger: Person
    firms: list[int]

    async def begun(self, policy: str = "some_award") -> str:
        """A run, looked through and its list made."""
        run = ok(await self.officer.post("benefits/runs", {"policy": policy}))["state"]["id"]
        await self.driver.to_trial(run)
        await self.pass_trial(run)
        await self.driver.to_review(run)
        return str(run)

    async def pass_trial(self, run: str) -> None:
        """Every sampled result was right."""
        sampled = [{"subject": subject, "right": True} for subject in await self.drawn(run)]
        ok(await self.officer.post(f"benefits/runs/{run}/pass-trial", {"sampled": sampled}))

    async def drawn(self, run: str) -> list[int]:
        """Whose results are to be looked through."""
        found = ok(await self.officer.get(f"benefits/runs/{run}/sample"))
        return [each["line"]["subject"] for each in found]

    async def approved(self, run: str) -> None:
        """Two have approved the list."""
        for person in (self.officer, self.approver):
            ok(await person.post(f"benefits/runs/{run}/approve"))

    async def entries(self, run: str) -> dict[int, dict[str, Any]]:
        """The list by subject."""
        found = ok(await self.officer.get(f"benefits/runs/{run}/entitlements"))
        return {each["subject"]: each for each in found["items"]}


def code_of(number: int) -> str:
    """A credit code with the right check digit."""
    stem = f"91310117MA1J{number:05d}"
    return next(stem + last for last in _SIGNS if uscc_fault(stem + last) is None)


async def _firms(store: Store) -> list[int]:
    rows = [
        SubjectRow(
            kind=SubjectKind.FIRM,
            code=code_of(n),
            name=f"上海松江样品{n}号有限公司",
            account_name=f"上海松江样品{n}号有限公司",
            account_number=f"6222{n:012}",
        )
        for n in (1, 2, 3)
    ]
    async with store.begin() as session:
        made = await put_subjects(session, rows)
    return sorted(made.values())


def ok(answer: Any) -> Any:  # noqa: ANN401 - JSON
    """What was answered; it must have been taken."""
    assert answer.status_code in {200, 201, 202}, (answer.status_code, answer.text)
    return answer.json()


async def hall(
    world: World, *policies: PolicyDefinition, facts: Mapping[str, Any] | None = None
) -> Hall:
    """The hall with these policies; of each of three firms these facts are known."""
    store: Store = world.services.store
    await benefits.publish(store, *(policies or (benefits.policy(sample=2),)))
    firms = await _firms(store)
    said = {"firm.registered_here": True, **(facts or {})}
    await benefits.say_all(store, dict.fromkeys(firms, said))
    return Hall(
        world=world,
        driver=Driver(world),
        clerk=await world.person("clerk", Role.WINDOW_CLERK),
        officer=await world.person("officer", Role.OFFICER, "science"),
        approver=await world.person("approver", Role.APPROVER, "science"),
        stranger=await world.person("stranger", Role.OFFICER, "health"),
        firms=firms,
    )
