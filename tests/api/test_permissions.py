"""Every cell of the permission table that is no command: the route answers as the table says.

Made from the table, so a new act needs a sample request here or in `definitions/bundle`.
"""

from dataclasses import dataclass

import pytest

from definitions.language.roles import Role
from definitions.rules.permissions import ALLOWED, Act
from tests.definitions.bundle.test_cells import ROUTES
from tests.rules.sources import modules
from tests.support.api import Person, World
from tests.support.services import NUMBER

JSON = dict[str, object]


@dataclass(frozen=True)
class Sample:
    """A request that does this act and no other. `or_with` are acts that open the route as well."""

    method: str
    path: str
    body: JSON | None = None
    or_with: frozenset[Act] = frozenset()


_DAY: JSON = {"region": "310000", "version": "x", "exceptions": {}}
SAMPLES: dict[Act, Sample] = {
    Act.PREPARE: Sample("POST", "drafts", {}),
    Act.SUBMIT: Sample("POST", "bundles", {}),
    Act.READ_ALL: Sample("GET", "definitions"),
    Act.READ_DEPARTMENT: Sample("GET", "bundles", or_with=frozenset({Act.READ_ALL})),
    Act.REPAIR_CREDIT: Sample("POST", f"credits/{NUMBER}/REG/repair", {"reason": "已经履行"}),
    Act.SUBSTITUTE: Sample(
        "POST",
        "absences",
        {
            "account": "absent",
            "substitute": "substitute",
            "since": "2026-11-23",
            "until": "2026-11-24",
            "reason": "年休假",
        },
    ),
    Act.PUBLISH_CALENDAR: Sample("POST", "calendars/preview", _DAY),
    Act.PROPOSE_DEFINITION: Sample("POST", "definitions/check", {"text": "x"}),
    Act.PUBLISH_DEFINITION: Sample("POST", "definitions/small_change/1/approve", {}),
    Act.MANAGE_CONNECTIONS: Sample("GET", "connections"),
    Act.READ_BENEFITS: Sample("GET", "benefits/budgets"),
    Act.RUN_BENEFITS: Sample("POST", "benefits/runs", {"policy": "none"}),
    Act.REVIEW_BENEFITS: Sample("POST", "benefits/runs/none/return", {"reason": "金额不对"}),
    Act.SET_BUDGET: Sample("PUT", "benefits/budgets/none/2026", {"total": 1}),
    Act.SERVE_BENEFICIARY: Sample(
        "POST",
        "benefits/entitlements/none/account",
        {"name": "甲", "number": "6222000011112222"},
        or_with=frozenset({Act.RUN_BENEFITS}),
    ),
    Act.LOAD_FACTS: Sample("POST", "facts/batches", {}),
    Act.PROPOSE_POLICY: Sample("POST", "policies/check", {"text": "x"}),
    Act.PUBLISH_POLICY: Sample("POST", "policies/none/1/approve", {}),
}
# Accounts are made by who operates the machine (`deploy`); no route does it for anybody.
NO_ROUTE = frozenset({Act.MANAGE_ACCOUNTS})


async def _people(desk: World) -> dict[Role, Person]:
    """Somebody of each role, and two colleagues of theirs."""
    for login in ("absent", "substitute"):
        await desk.person(login, Role.OFFICER, "tax")
    return {role: await desk.person(f"one_{role}", role, "tax") for role in Role}


@pytest.mark.parametrize("act", SAMPLES)
async def test_every_cell(desk: World, act: Act) -> None:
    sample = SAMPLES[act]
    opening = {act, *sample.or_with}
    for role, person in (await _people(desk)).items():
        if sample.method == "GET":
            answer = await person.get(sample.path)
        elif sample.method == "PUT":
            answer = await person.client.put(f"/api/v1/{sample.path}", json=sample.body)
        else:
            answer = await person.post(sample.path, sample.body)
        refused = answer.status_code == 403 and answer.json()["code"] == "forbidden"
        may = not opening.isdisjoint(ALLOWED[role])
        assert refused is not may, (role, answer.status_code, answer.text)
        assert answer.status_code != 500


@pytest.mark.parametrize("act", SAMPLES)
async def test_nobody_at_all_is_told_to_sign_in(desk: World, act: Act) -> None:
    sample = SAMPLES[act]
    headers = {"Idempotency-Key": "key-of-nobody"}
    answer = await desk.client().request(
        sample.method, f"/api/v1/{sample.path}", json=sample.body, headers=headers
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_every_act_without_a_command_has_a_sample() -> None:
    assert set(SAMPLES) | NO_ROUTE == ROUTES


def test_what_has_no_route_is_asked_for_nowhere() -> None:
    sources = "".join(file.read_text(encoding="utf-8") for file in modules("api"))
    assert "Act.PUBLISH_CALENDAR" in sources
    assert [act for act in NO_ROUTE if f"Act.{act.name}" in sources] == []
