"""What an officer is not trusted with, or what concerns himself, is not there: anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from activities.store.reading.feed import FeedEvent, Place, events_after
from activities.store.reading.scope import EVERYTHING, Scope
from definitions.language.roles import Authority, Confidentiality, Role
from tests.support.api import USCC, Person, World
from tests.support.inbox import FOOD_ITEM, taken_in
from tests.support.work_api import trusted

SECRET = Confidentiality.SECRET


@dataclass
class Reader:
    """Somebody with bounds of his own."""

    person: Person
    scope: Scope


async def _reader(
    world: World, login: str, role: Role, department: str | None, authority: Authority
) -> Reader:
    items, clearance = authority.items, authority.clearance
    person = await trusted(world, login, role, department, items=items, clearance=clearance)
    whole = role in {Role.WINDOW_CLERK, Role.SUPERVISOR}
    own = None if whole else department
    return Reader(person, Scope(department=own, authority=authority, account=person.actor.id))


async def _keep_away(world: World, number: str, reader: Reader) -> None:
    async with world.services.store.begin() as session:
        await session.execute(
            text("INSERT INTO recusal (account, bundle) VALUES (:account, :bundle)"),
            {"account": reader.person.actor.id, "bundle": number},
        )


async def _heard(world: World, scope: Scope) -> Sequence[FeedEvent]:
    """The stream from the beginning; what is read late and what comes live must be the same."""
    async with world.services.store.reading() as session:
        late = await events_after(session, Place(), scope)
        live = await events_after(session, Place(), EVERYTHING)
    assert list(late) == [event for event in live if event.is_for(scope)]
    return late


async def _sees_nothing(world: World, number: str, reader: Reader) -> None:
    who = reader.person
    for path in (
        "tasks?all=true",
        "tasks?all=true&status=done",
        "tasks?asked=true",
        f"tasks?all=true&bundle={number}",
        "bundles",
        f"bundles?q={number}",
        f"search?q={number}",
        f"search?q={USCC}",
        "search?q=样品",
        "search?q=000001",
        "awaited-materials",
        "overdue",
        "suspended",
        "promises",
    ):
        assert (await who.get(path)).json()["items"] == [], path
    for path in ("", "/timeline", "/materials", "/documents", "/clocks", "/matters/FOOD"):
        answer = await who.get(f"bundles/{number}{path}")
        assert answer.json()["code"] == "unknown-bundle", path
    for name in ("REG.review", "FOOD.handle"):
        task = f"tasks/{number}.{name}"
        assert (await who.get(task)).json()["code"] == "unknown-task"
        assert (await who.post(f"{task}/presence")).json()["code"] == "unknown-task"
    document = await who.get(f"documents/{number}.BUNDLE.intake")
    assert document.json()["code"] == "unknown-document"
    counts = (await who.get("tasks/counts")).json()
    assert not any(value for name, value in counts.items() if name != "capped"), counts
    assert await _heard(world, reader.scope) == []
    pulled = await who.post("tasks/pull")
    assert pulled.json().get("task") is None


class TestAnOfficerSeesNothing:
    async def test_of_what_concerns_himself(self, desk: World, clerk: Person) -> None:
        number = await taken_in(clerk)
        reader = await _reader(desk, "kin", Role.APPROVER, "food", Authority(clearance=SECRET))
        assert len((await reader.person.get("tasks")).json()["items"]) == 1
        await _keep_away(desk, number, reader)
        await _sees_nothing(desk, number, reader)

    async def test_of_an_item_that_is_not_his(self, desk: World, clerk: Person) -> None:
        number = await taken_in(clerk)
        other = Authority(items=("1" * 31,), clearance=SECRET)
        await _sees_nothing(desk, number, await _reader(desk, "other", Role.OFFICER, "food", other))

    async def test_above_his_clearance(self, guarded: World) -> None:
        clerk = await guarded.person("clerk", Role.WINDOW_CLERK)
        number = await taken_in(clerk)
        plain = Authority(clearance=Confidentiality.SENSITIVE)
        await _sees_nothing(
            guarded, number, await _reader(guarded, "plain", Role.OFFICER, "food", plain)
        )

    async def test_of_what_his_department_takes_no_part_in(
        self, desk: World, clerk: Person
    ) -> None:
        number = await taken_in(clerk)
        anything = Authority(clearance=SECRET)
        stranger = await _reader(desk, "stranger", Role.OFFICER, "customs", anything)
        await _sees_nothing(desk, number, stranger)

    @pytest.mark.parametrize("role", [Role.WINDOW_CLERK, Role.SUPERVISOR])
    async def test_of_what_concerns_him_though_he_sees_all(
        self, desk: World, clerk: Person, role: Role
    ) -> None:
        number = await taken_in(clerk)
        reader = await _reader(desk, "kin", role, None, Authority(clearance=SECRET))
        await _keep_away(desk, number, reader)
        async with desk.services.store.reading() as session:
            assert await events_after(session, Place(), reader.scope) == []
        for path in ("tasks?all=true", "bundles", f"search?q={number}", "awaited-materials"):
            assert (await reader.person.get(path)).json()["items"] == [], path
        assert (await reader.person.get(f"bundles/{number}")).status_code == 404
        counts = (await reader.person.get("tasks/counts")).json()
        assert (counts["awaited"], counts["overdue"], counts["to_deliver"]) == (0, 0, 0)


class TestAnOfficerSees:
    @pytest.mark.parametrize("items", [(), (FOOD_ITEM,)])
    async def test_what_he_is_trusted_with(self, guarded: World, items: tuple[str, ...]) -> None:
        clerk = await guarded.person("clerk", Role.WINDOW_CLERK)
        number = await taken_in(clerk)
        cleared = Authority(items=items, clearance=SECRET)
        reader = await _reader(guarded, "cleared", Role.OFFICER, "food", cleared)
        tasks = (await reader.person.get("tasks")).json()["items"]
        assert [task["id"] for task in tasks] == [f"{number}.FOOD.handle"]
        bundle = (await reader.person.get(f"bundles/{number}")).json()
        assert [matter["key"] for matter in bundle["matters"]] == ["FOOD"]
        assert (await reader.person.get("search?q=样品")).json()["items"]
        opened = [e.task.id for e in await _heard(guarded, reader.scope) if e.task]
        assert opened == [f"{number}.FOOD.handle"]


class TestAClerk:
    async def test_is_told_nothing_of_a_matter_above_his_clearance(self, guarded: World) -> None:
        clerk = await guarded.person("clerk", Role.WINDOW_CLERK)
        number = await taken_in(clerk)
        scope = Scope(authority=Authority(), account=clerk.actor.id)
        bundle = (await clerk.get(f"bundles/{number}")).json()
        assert {m["key"] for m in (*bundle["matters"], *bundle["linked"])} == {
            *("REG", "TAX", "PUB", "OUT"),
        }
        assert "M03" not in {material["code"] for material in bundle["materials"]}
        matter = await clerk.get(f"bundles/{number}/matters/FOOD")
        assert matter.json()["code"] == "unknown-matter"
        timeline = (await clerk.get(f"bundles/{number}/timeline?limit=200")).json()["items"]
        assert "FOOD" not in {entry["matter"] for entry in timeline}
        clocks = (await clerk.get(f"bundles/{number}/clocks")).json()
        assert "FOOD" not in {each["matter"] for each in clocks}
        assert (await clerk.get("awaited-materials")).json()["items"] == []
        assert (await clerk.get("tasks/counts")).json()["awaited"] == 0
        assert "FOOD" not in {event.matter for event in await _heard(guarded, scope)}
