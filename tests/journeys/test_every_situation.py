"""Every 情形 of the catalogue, from the guided questions to the finished bundle on the real stack.

The clerk is asked one question at a time and answers it as the situation's golden case does; the
departments then handle what came out of it, and legal waits are skipped by Temporal for that
application alone. What the register shows in the end is held against the case.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest
from temporalio.client import Client

from activities.store.engine import Store
from definitions.language.roles import Role
from definitions.rules.calendar import local_day
from deploy import temporal_setup
from deploy.database import url
from deploy.embedded.stack import attached_to
from deploy.journey import Journey
from deploy.people import Declined, Json, People, gathered
from deploy.sample import Sample
from deploy.settings import Settings, load
from deploy.trouble import Trouble
from tests.support.shipped import shipped
from tests.support.situations import Played, codes_of_firms, filled, played
from tests.support.survival import standing

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]

AT_ONCE = 6
TODAY = local_day(datetime.now(UTC))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A stack of this module alone."""
    with standing(tmp_path_factory.mktemp("situations") / "data") as home:
        running = attached_to(load(home=home))
        assert running is not None
        yield running


async def guided(people: People, given: Json, case: Played) -> dict[str, str | list[str]]:
    """The answers, each given when it is asked for and not before."""
    clerk = people.post(Role.WINDOW_CLERK)
    answers: dict[str, str | list[str]] = {}
    while True:
        found = await clerk.act("/guidance", {**given, "answers": answers})
        asked = found["guidance"]["asked"]
        if not asked:
            assert found["plan"] is not None, found["guidance"]
            return answers
        name = asked[0]["id"]
        assert name in case.case.answers, f"{name} is asked and the case does not answer it"
        said = case.case.answers[name]
        answers[name] = list(said) if isinstance(said, tuple) else said


async def handled(people: People, client: Client, case: Played, uscc: str) -> Json:
    """The application, from its first question to its end."""
    firm = {name: list(v) if isinstance(v, tuple) else v for name, v in case.case.firm.items()}
    definition = case.loaded.definition
    given = {
        "service": definition.service,
        "firm_code": uscc,
        "firm_name": f"上海第{uscc[-7:]}号有限公司",
        "firm": firm,
        "form": {},
        "materials": {},
    }
    answers = await guided(people, given, case)
    form = filled(definition, case.case, TODAY)
    sample = Sample.model_validate(
        {
            "title": case.code,
            "service": definition.service,
            "firm_code": uscc,
            "firm_name": given["firm_name"],
            "firm": firm,
            "answers": answers,
            "form": form,
        }
    )
    journey = Journey(sample, people, client, lambda _: None)
    await journey.run()
    view: Json = await people.post(Role.WINDOW_CLERK).read(f"/bundles/{journey.number}")
    return view


def wrong(case: Played, view: Json) -> list[str]:
    """In what the finished bundle differs from the case."""
    expect = case.case.expect
    waived = {each["code"] for each in view["materials"] if each["status"] == "waived"}
    needed = {each["key"] for each in view["matters"] if each["status"] != "not_needed"}
    produced = {use.code for use in case.loaded.definition.materials if use.produced_by}
    brought = {each["code"] for each in view["materials"] if each["status"] == "satisfied"}
    failed = {
        each["key"]: each["result"]
        for each in view["matters"]
        if each["result"] not in {"granted", "not_needed"} and not expect.not_accepted
    }
    found: list[tuple[str, object, object]] = [
        ("status", "closed", view["status"]),
        ("situation", expect.situation, view["situation"]),
        ("results", {}, failed),
    ]
    if expect.needed is not None:
        found.append(("needed", set(expect.needed), needed))
    if expect.waived is not None:
        found.append(("waived", set(expect.waived), waived))
    if expect.materials is not None:
        found.append(("materials", set(expect.materials), brought - produced))
    return [f"{what}: {wanted} ≠ {came}" for what, wanted, came in found if wanted != came]


async def test_every_situation_is_handled_to_its_end(settings: Settings) -> None:
    cases = played(shipped(), TODAY)
    store = Store(url(settings), name="situations", size=2)
    client = await temporal_setup.connect(settings, lazy=True)
    turns, told = asyncio.Semaphore(AT_ONCE), {}

    async def one(people: People, case: Played, uscc: str) -> None:
        async with turns:
            try:
                told[case.code] = wrong(case, await handled(people, client, case, uscc))
            except Declined as declined:
                told[case.code] = [str(declined), *map(str, declined.problem.get("errors", []))]
            except (Trouble, AssertionError) as error:
                told[case.code] = [str(error)]

    try:
        async with httpx2.AsyncClient(base_url=settings.server_url, timeout=30) as http:
            people = await gathered(store, http)
            async with asyncio.TaskGroup() as group:
                for case, uscc in zip(cases, codes_of_firms(), strict=False):
                    group.create_task(one(people, case, uscc))
    finally:
        await store.close()
    assert len(told) == len(cases)
    lines = [f"{code} {fault}" for code, faults in sorted(told.items()) for fault in faults]
    assert not lines, "\n".join(lines)
