"""A draft tried on the facts of an earlier day: how many, how much, who gains and who loses."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql

from activities.benefits import simulating as trying
from activities.benefits.simulating import SNAPSHOTS, TURN
from activities.store.benefits.facts import take_snapshot
from activities.store.engine import Store
from activities.store.tables.subjects import Snapshot
from api import simulating
from definitions.language.benefits import SubjectKind
from definitions.language.roles import Role
from definitions.policy_loading import POLICIES
from tests.api.test_policies import published
from tests.support.api import Person, World
from tests.support.checkups import CATALOGUE, GOOD, known, shipped
from tests.support.new_policy import POLICY, TEXT, changed, second
from tests.support.services import TODAY

pytestmark = pytest.mark.stack

URL = "policies/simulations"
LAST_YEAR = TODAY.replace(year=TODAY.year - 1)
ELDERS = (POLICIES / "elder_allowance/v1.yaml").read_text(encoding="utf-8")
# Medium firms too, micro ones no more, less for each.
DRAFT = second().replace("[small, micro, medium]", "[small, medium]")


@pytest.fixture
async def firms(store: Store) -> None:
    """Six firms as they were known a year ago; nothing counts of what is known since."""
    for n, (size, hires, dishonest) in enumerate(
        [
            ("small", 2, False),
            ("micro", 4, False),
            ("medium", 3, False),
            ("small", 0, False),
            ("small", 1, True),
            ("small", 5, None),
        ]
    ):
        facts: dict[str, Any] = {"firm.size": size, "firm.young_hires_count": hires}
        if dishonest is not None:
            facts["firm.dishonest"] = dishonest
        code = f"91310117MA1J0000{n}X"
        await known(store, facts, code=code, name=f"样品{n}公司", as_of=LAST_YEAR)
        later = {"firm.size": "large", "firm.young_hires_count": 9, "firm.dishonest": False}
        await known(store, later, code=code, name=f"样品{n}公司", as_of=TODAY)


@pytest.mark.usefixtures("firms")
class TestSimulation:
    async def test_counts_cost_and_reasons_of_a_year_ago(
        self, author: Person, store: Store
    ) -> None:
        answer = await author.post(URL, {"text": TEXT})
        assert answer.status_code == 201, answer.text
        result = answer.json()["simulation"]["result"]
        assert (result["on"], result["subjects"]) == (LAST_YEAR.isoformat(), 6)
        draft = result["draft"]
        assert draft["counts"] == {"hit": 2, "miss": 2, "unknown": 1, "excluded": 1}
        assert (draft["fen"], draft["near"]) == (6 * 50_000, 2)
        reasons = {(r["verdict"], r["condition"]): r["subjects"] for r in draft["reasons"]}
        assert reasons == {
            ("miss", "small"): 1,
            ("miss", "hired"): 1,
            ("unknown", "dishonest"): 1,
            ("excluded", "dishonest"): 1,
        }
        assert result["before"] is None
        async with store.reading() as session:
            left = await session.scalar(
                sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'snapshot'")
            )
        assert left == 0

    async def test_who_gains_and_who_loses_against_the_version_in_force(
        self, house: World, author: Person
    ) -> None:
        await published(author, await house.person("second", Role.POLICY_OFFICER))
        answer = (await author.post(URL, {"text": DRAFT})).json()
        result, people = answer["simulation"]["result"], answer["people"]
        assert result["before"]["fen"] == 6 * 50_000
        assert result["draft"]["fen"] == (2 + 3) * 40_000
        shifts = {
            name: (
                result[name]["subjects"],
                result[name]["fen"],
                [
                    (people[str(each["subject"])]["name"], each["before"], each["after"])
                    for each in result[name]["first"]
                ],
            )
            for name in ("gains", "losses", "more", "less")
        }
        assert shifts == {
            "gains": (1, 120_000, [("样品2公司", None, 120_000)]),
            "losses": (1, -200_000, [("样品1公司", 200_000, None)]),
            "more": (0, 0, []),
            "less": (1, -20_000, [("样品0公司", 100_000, 80_000)]),
        }
        assert result["losses"]["first"][0]["reasons"] == ["small"]
        total = sum(fen for _, fen, _ in shifts.values())
        assert result["draft"]["fen"] - result["before"]["fen"] == total

    async def test_the_same_key_is_the_same_simulation(self, author: Person) -> None:
        first = await author.post(URL, {"text": TEXT}, key="the-same-key")
        again = await author.post(URL, {"text": TEXT}, key="the-same-key")
        assert first.json() == again.json()
        number = first.json()["simulation"]["id"]
        assert (await author.get(f"{URL}/{number}")).json() == first.json()
        listed = (await author.get(f"{URL}?policy={POLICY}")).json()
        assert [each["id"] for each in listed] == [number]

    async def test_a_day_may_be_chosen(self, author: Person) -> None:
        answer = await author.post(URL, {"text": TEXT, "on": TODAY.isoformat()})
        assert answer.json()["simulation"]["result"]["draft"]["counts"]["miss"] == 6

    async def test_before_anything_was_known_nothing_is_certain(self, author: Person) -> None:
        early = (LAST_YEAR - timedelta(days=400)).isoformat()
        result = (await author.post(URL, {"text": TEXT, "on": early})).json()["simulation"]
        assert result["result"]["draft"]["counts"]["unknown"] == 6
        assert set(result["result"]["away"]) >= {"insurance", "credit"}


class TestRefused:
    async def test_a_draft_is_its_organs_and_of_those_who_write_policies(
        self, house: World, author: Person
    ) -> None:
        number = (await author.post(URL, {"text": TEXT})).json()["simulation"]["id"]
        own = await house.person("own", Role.OFFICER, "science")
        assert (await own.get(f"{URL}/{number}")).status_code == 200
        assert [each["id"] for each in (await own.get(URL)).json()] == [number]
        for role, department in ((Role.OFFICER, "civil_affairs"), (Role.SUPERVISOR, None)):
            other = await house.person(role, role, department)
            answer = await other.get(f"{URL}/{number}")
            assert (answer.status_code, answer.json()["code"]) == (404, "unknown-simulation")
            assert (await other.get(URL)).json() == []

    async def test_the_future_a_broken_text_and_other_posts(
        self, house: World, author: Person
    ) -> None:
        tomorrow = (TODAY + timedelta(days=1)).isoformat()
        answer = await author.post(URL, {"text": TEXT, "on": tomorrow})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/on")
        broken = changed("firm.size, one_of", "firm.height, one_of")
        answer = await author.post(URL, {"text": broken})
        assert (answer.status_code, answer.json()["code"]) == (422, "policy-invalid")
        assert answer.json()["errors"][0]["line"] > 1
        officer = await house.person("officer", Role.OFFICER, "science")
        assert (await officer.post(URL, {"text": TEXT})).status_code == 403
        assert (await officer.get(f"{URL}/1")).json()["code"] == "unknown-simulation"

    async def test_persons_are_listed_masked(self, store: Store, author: Person) -> None:
        facts = {
            "person.age_months": 800,
            "person.in_city": True,
            "person.registered_here": True,
            "person.alive": True,
        }
        code = "310117195608150024"
        await known(
            store, facts, kind=SubjectKind.PERSON, code=code, name="王秀英", as_of=LAST_YEAR
        )
        await shipped(store)
        draft = ELDERS.replace("version: 1", "version: 2").replace("at_least: 780", "at_least: 960")
        answer = await author.post(URL, {"text": draft})
        losses = answer.json()["simulation"]["result"]["losses"]
        assert (losses["subjects"], losses["fen"]) == (1, -7_500)
        (shown,) = answer.json()["people"].values()
        assert shown == {"code": "310***********0024", "name": "王**"}
        assert code not in answer.text
        assert "王秀英" not in answer.text


GRADUATES = (POLICIES / "graduate_intake_subsidy/v1.yaml").read_text(encoding="utf-8")


@pytest.mark.usefixtures("hiring")
class TestExclusionGroup:
    """一次性扩岗补助 goes before 一次性吸纳就业补贴, and one hire is used once."""

    @pytest.fixture
    async def hiring(self, store: Store) -> None:
        """Three firms a year ago: in both policies; in the lower one alone; once more its hire."""
        for n, (hires, dispatch) in enumerate(
            [(["H1", "H2"], False), (["H2", "H3", "H4"], True), (["H4"], True)]
        ):
            facts = GOOD | {
                "firm.young_hires": hires,
                "firm.young_hires_count": len(hires),
                "firm.dispatch": dispatch,
            }
            code = f"91310117MA1J0000{n}X"
            await known(store, facts, code=code, name=f"样品{n}公司", as_of=LAST_YEAR)

    async def test_what_goes_to_the_policy_before_is_not_counted_twice(
        self, author: Person, store: Store
    ) -> None:
        await shipped(store)
        draft = changed("version: 1", "version: 2", GRADUATES)
        draft = changed("200000]", "100000]", draft)
        answer = await author.post(URL, {"text": draft})
        assert answer.status_code == 201, answer.text
        result = answer.json()["simulation"]["result"]
        assert result["rivals"] == ["一次性扩岗补助"]
        assert result["draft"]["counts"] == {"hit": 1, "miss": 0, "unknown": 0, "excluded": 2}
        assert (result["draft"]["fen"], result["before"]["fen"]) == (2 * 100_000, 2 * 200_000)
        reasons = {(r["condition"], r["says"], r["subjects"]) for r in result["draft"]["reasons"]}
        assert reasons == {
            ("rival:young_hire_subsidy", "同组的“一次性扩岗补助”在先", 1),
            ("rival:graduate_intake_subsidy", "名单里的已由在前的对象用掉", 1),
        }
        assert (result["less"]["subjects"], result["less"]["fen"]) == (1, -200_000)

    async def test_nobody_goes_before_the_first_of_the_group(
        self, author: Person, store: Store
    ) -> None:
        text = (POLICIES / "young_hire_subsidy/v1.yaml").read_text(encoding="utf-8")
        await shipped(store)
        result = (await author.post(URL, {"text": text})).json()["simulation"]["result"]
        assert result["rivals"] == []
        assert result["draft"]["counts"] == {"hit": 1, "miss": 2, "unknown": 0, "excluded": 0}


@pytest.mark.usefixtures("firms")
async def test_of_a_group_without_a_list_one_policy_is_enough(
    author: Person, other: Person
) -> None:
    budget = "budget: {fen: 100000000}"
    first = changed(budget, f"{budget}\nexclusion: {{group: green, rank: 1}}")
    # Micro firms are for the second alone.
    first = changed("one_of: [small, micro]", "one_of: [small]", first)
    await published(author, other, first)
    draft = changed(budget, f"{budget}\nexclusion: {{group: green, rank: 2}}")
    draft = changed("policy: green_factory_award", "policy: blue_factory_award", draft)
    result = (await author.post(URL, {"text": draft})).json()["simulation"]["result"]
    assert result["rivals"] == ["绿色工厂奖励"]
    assert result["draft"]["counts"] == {"hit": 1, "miss": 2, "unknown": 1, "excluded": 2}
    assert result["draft"]["fen"] == 4 * 50_000
    told = {r["condition"]: r["subjects"] for r in result["draft"]["reasons"]}
    assert told["rival:green_factory_award"] == 1


class TestBounds:
    async def test_it_keeps_its_turn_however_long_it_takes(
        self, author: Person, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with store.begin() as session:
            limit = "ALTER ROLE CURRENT_USER {} idle_in_transaction_session_timeout {}"
            await session.execute(sql(limit.format("SET", "= '1s'")))
        take = trying.take_snapshot

        async def slowly(*given: object) -> object:
            await asyncio.sleep(1.5)
            return await take(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(trying, "take_snapshot", slowly)
        # The limit is that of connections made from now on.
        await store.engine.dispose()
        try:
            answer = await author.post(URL, {"text": TEXT})
        finally:
            async with store.begin() as session:
                await session.execute(sql(limit.format("RESET", "")))
            await store.engine.dispose()
        assert answer.status_code == 201

    async def test_one_at_a_time(self, author: Person, store: Store) -> None:
        async with store.begin() as session:
            await session.execute(select(func.pg_advisory_xact_lock(TURN)))
            answer = await author.post(URL, {"text": TEXT})
            assert (answer.status_code, answer.json()["code"]) == (409, "simulation-busy")
        assert (await author.post(URL, {"text": TEXT})).status_code == 201

    async def test_too_many_for_a_request(
        self, author: Person, firms: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert firms is None
        monkeypatch.setattr(simulating, "MOST", 5)
        answer = await author.post(URL, {"text": TEXT})
        assert (answer.status_code, answer.json()["code"]) == (422, "simulation-too-large")
        assert "yijianshi policies simulate" in answer.json()["detail"]

    async def test_the_snapshot_of_one_that_was_killed_goes_with_the_next(
        self, author: Person, store: Store
    ) -> None:
        name = f"{SNAPSHOTS}gone"
        await take_snapshot(store, name, SubjectKind.FIRM, LAST_YEAR, CATALOGUE)
        assert (await author.post(URL, {"text": TEXT})).status_code == 201
        async with store.reading() as session:
            dropped = await session.scalar(select(Snapshot.dropped_at).where(Snapshot.id == name))
        assert dropped is not None
