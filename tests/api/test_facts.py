"""Facts over the API: a file is taken in, its bad lines are told, a subject's facts are shown."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import httpx2
import pytest

from activities.store.benefits.policies import put_shipped
from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support.api import Person, World, world
from tests.support.services import NOW, TODAY
from tests.support.shipped import policies

pytestmark = pytest.mark.stack

FIRM = "91310117MA1JEF783F"
OLD_MAN = "310117195801012334"
HEAD = "code,name,firm.active,firm.founded_on"
TEXT = f"{HEAD}\n{FIRM},松江样例有限公司,是,2020-02-29\n9131,另一家,是,\n{FIRM},又一次,否,\n"


@pytest.fixture
async def hall(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    async with world(store, tmp_path, NOW) as made:
        yield made


@pytest.fixture
async def policy(hall: World) -> Person:
    """Who loads facts."""
    return await hall.person("policy", Role.POLICY_OFFICER)


async def put(
    person: Person,
    text: str | bytes = TEXT,
    *,
    source: str = "market",
    kind: str = "firm",
    as_of: date | str = TODAY,
    key: str | None = "a-key-of-mine",
) -> httpx2.Response:
    """Send a file."""
    said = {"source": source, "kind": kind, "as_of": str(as_of)}
    raw = text if isinstance(text, bytes) else text.encode()
    headers = {"Idempotency-Key": key} if key else {}
    return await person.client.post(
        "/api/v1/facts/batches", data=said, files={"file": ("样例.csv", raw)}, headers=headers
    )


class TestLoad:
    async def test_good_lines_are_in_and_bad_ones_told(self, policy: Person) -> None:
        answer = await put(policy)
        assert answer.status_code == 201, answer.text
        batch = answer.json()
        assert (batch["rows"], batch["good"], batch["bad"]) == (3, 1, 2)
        assert [(p["line"], p["field"], p["rule"]) for p in batch["problems"]] == [
            (3, "code", "code"),
            (4, "code", "code_twice"),
        ]
        assert "另一家" not in answer.text
        again = await put(policy, key="another-key-of-mine")
        assert (again.status_code, again.json()) == (200, batch)
        # In a list they are counted only.
        listed = {name: said for name, said in batch.items() if name != "problems"}
        assert (await policy.get("facts/batches")).json()["items"] == [listed]
        assert (await policy.get(f"facts/batches/{batch['id']}")).json() == batch

    @pytest.mark.parametrize(
        ("how", "status", "code", "pointer"),
        [
            ({"source": "people"}, 404, "unknown-source", "/source"),
            ({"as_of": TODAY + timedelta(days=1)}, 422, "facts-in-future", "/as_of"),
            ({"as_of": "昨天"}, 422, "invalid", "/as_of"),
            ({"kind": "dog"}, 422, "invalid", "/kind"),
        ],
    )
    async def test_what_cannot_be_is_refused(
        self, policy: Person, how: dict[str, str], status: int, code: str, pointer: str
    ) -> None:
        answer = await put(policy, **how)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
        assert (await policy.get("facts/batches")).json()["items"] == []

    async def test_a_key_a_file_and_the_right_are_asked_for(
        self, hall: World, policy: Person
    ) -> None:
        assert (await put(policy, key=None)).json()["code"] == "idempotency-key-missing"
        headers = {"Idempotency-Key": "a-key-of-mine"}
        without = await policy.client.post(
            "/api/v1/facts/batches", data={"source": "market"}, headers=headers
        )
        assert without.json()["code"] == "invalid"
        officer = await hall.person("officer", Role.OFFICER, "civil_affairs")
        assert (await put(officer)).json()["code"] == "forbidden"
        assert (await officer.get("facts/batches/1")).json()["code"] == "unknown-batch"
        clerk = await hall.person("clerk", Role.WINDOW_CLERK)
        assert (await clerk.get("facts/batches")).json()["code"] == "forbidden"

    async def test_pages_follow_each_other(self, policy: Person) -> None:
        for n in range(3):
            await put(policy, as_of=TODAY - timedelta(days=n))
        first = (await policy.get("facts/batches?limit=2")).json()
        then = (await policy.get(f"facts/batches?limit=2&after={first['next']}")).json()
        ids = [each["id"] for each in (*first["items"], *then["items"])]
        assert ids == sorted(ids, reverse=True)
        assert (len(ids), then["next"]) == (3, None)


class TestSubject:
    async def test_every_fact_stands_with_its_source_and_its_day(self, policy: Person) -> None:
        await put(policy, as_of=TODAY - timedelta(days=8))
        shown = (await policy.post("facts/subjects", {"kind": "firm", "code": FIRM})).json()
        assert (shown["name"], shown["code"]) == ("松江样例有限公司", FIRM)
        facts = {each["fact"]: each for each in shown["facts"]}
        active = facts["firm.active"]
        assert (active["known"]["value"], active["known"]["fresh"]) == (True, False)
        assert active["known"]["as_of"] == str(TODAY - timedelta(days=8))
        assert (active["source_name"], active["fresh_days"]) == ("市场监管部门登记库", 7)
        assert facts["firm.size"]["known"] is None
        earlier = {"kind": "firm", "code": FIRM, "on": str(TODAY - timedelta(days=9))}
        before = (await policy.post("facts/subjects", earlier)).json()
        assert {each["known"] for each in before["facts"]} == {None}

    async def test_what_is_sensitive_is_for_who_handles_a_policy_that_looks_at_it(
        self, hall: World, policy: Person
    ) -> None:
        async with hall.services.store.begin() as session:
            await put_shipped(session, policies(), hall.services.now())
        said = "是,1958-01-01,826"
        text = f"code,name,person.alive,person.born_on,person.age_months\n{OLD_MAN},王小明,{said}\n"
        assert (await put(policy, text, source="people", kind="person")).status_code == 201
        officer = await hall.person("officer", Role.OFFICER, "civil_affairs")
        other = await hall.person("other", Role.OFFICER, "science")
        asked = {"kind": "person", "code": OLD_MAN}
        for person, hidden in ((policy, True), (officer, False), (other, True)):
            answer = await person.post("facts/subjects", asked)
            assert OLD_MAN not in answer.text
            facts = {each["fact"]: each for each in answer.json()["facts"]}
            assert facts["person.alive"]["known"]["value"] is True
            assert facts["person.age_months"]["hidden"] is hidden
            assert (facts["person.age_months"]["known"] is None) is hidden
            # No policy looks at it.
            assert facts["person.born_on"]["hidden"]
            assert facts["person.born_on"]["known"] is None

    async def test_nobody_is_said_to_be_nobody(self, policy: Person) -> None:
        answer = await policy.post("facts/subjects", {"kind": "firm", "code": FIRM})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-subject")
