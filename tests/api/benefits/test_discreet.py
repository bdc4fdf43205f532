"""ID numbers of persons: whole for who runs the organ's benefits, for nobody else, never public."""

import pytest
from sqlalchemy import update

from activities.store.benefits.frozen import FrozenFacts
from activities.store.benefits.reading import EntryLine
from activities.store.tables.subjects import Subject
from api.benefits.discreet import told_working
from api.benefits.publicity import shown
from api.benefits.working import Working, working_of
from definitions.language.benefits import Publicity, SubjectKind
from definitions.language.roles import Actor, Role
from tests.support.benefit_world import Hall, code_of, ok
from tests.support.benefits import CATALOGUE, ON, policy
from tests.support.console.benefits import entry
from tests.support.shipped import policy_of

CODE, MASKED = "310117195608150022", "310***********0022"


async def person_listed(hall: Hall) -> str:
    """A run on whose list one of the three is a person, who has asked for a review."""
    run = await hall.begun()
    entitlement = f"some_award:2026:{hall.firms[0]}:award"
    said = {"reason": "请复核", "entitlement": entitlement, "kind": "firm", "code": code_of(1)}
    ok(await hall.clerk.post("public/benefits/review", said))
    row = {"kind": SubjectKind.PERSON, "code": CODE, "name": "买买提·艾力江"}
    async with hall.world.services.store.begin() as session:
        await session.execute(update(Subject).where(Subject.id == hall.firms[0]).values(row))
    return run


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.POLICY_OFFICER, Role.ADMINISTRATOR])
async def test_who_oversees_sees_the_ends_only(hall: Hall, role: Role) -> None:
    run = await person_listed(hall)
    reader = await hall.world.person("reader", role)
    path = f"benefits/runs/{run}"
    for where in (
        f"{path}/entitlements",
        f"{path}/matches",
        f"{path}/matches/{hall.firms[0]}",
        f"{path}/cases",
        f"benefits/entitlements/some_award:2026:{hall.firms[0]}:award",
    ):
        told = await reader.get(where)
        ok(told)
        assert MASKED in told.text, where
        assert CODE not in told.text, where
        own = await hall.officer.get(where)
        assert CODE in own.text, where
    ok(await reader.get(f"{path}/sample"))
    assert CODE not in (await reader.get(f"{path}/sample")).text


@pytest.mark.parametrize("masked", [True, False])
def test_a_person_on_a_public_list_is_the_first_sign_of_a_name(masked: bool) -> None:  # noqa: FBT001
    person = {"kind": SubjectKind.PERSON, "code": CODE, "name": "买买提·艾力江"}
    line: EntryLine = entry().model_copy(update=person)
    publicity = Publicity(days=5, shows=("name", "code"), masked=masked)
    found = shown(line, policy(), publicity)
    assert (found.name, found.code) == ("买******", MASKED)


def test_a_firm_may_stand_there_plainly() -> None:
    line = entry()
    publicity = Publicity(days=5, shows=("name", "code"), masked=False)
    found = shown(line, policy(), publicity)
    assert (found.name, found.code) == (line.name, line.code)


CHILD = {"person.youngest_born_on": "2025-03-02", "person.registered_here": True}


def working_for(actor: Actor) -> Working:
    """How a parent came out, as this person is told."""
    subsidy = policy_of("child_rearing_subsidy")
    found = working_of(subsidy, CATALOGUE, FrozenFacts(facts=CHILD, days={}), ON)
    return told_working(actor, subsidy.organ, found, subsidy, CATALOGUE)


def test_who_oversees_sees_that_it_was_looked_at_and_how_it_came_out_not_what_it_was() -> None:
    found = working_for(Actor(id="s", role=Role.SUPERVISOR))
    told = {each.fact: each for each in found.facts}
    born = told["person.youngest_born_on"]
    assert (born.value, born.hidden) == (None, True)
    assert not any(each.value is not None for each in found.figures)
    (child,) = (each for each in found.findings if each.id == "child")
    assert (child.holds, child.value, child.bound) == (True, None, 1)


def test_who_runs_the_organs_benefits_sees_every_fact() -> None:
    found = working_for(Actor(id="o", role=Role.OFFICER, department="health"))
    told = {each.fact: each for each in found.facts}
    born = told["person.youngest_born_on"]
    assert (born.value, born.hidden) == ("2025-03-02", False)
    assert [each.value is not None for each in found.figures] == [True, True]
