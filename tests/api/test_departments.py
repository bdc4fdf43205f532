"""Nobody sees another department's tasks, papers or files; each sees its own."""

from dataclasses import dataclass

import pytest

from definitions.language.roles import Role
from tests.support.api import Person, World, application


@dataclass
class Case:
    """A running application with one paper pending in the food office's matter."""

    number: str
    file: str


@pytest.fixture
async def case(clerk: Person) -> Case:
    body = await application(clerk, committed=["FOOD"])
    number = (await clerk.post("bundles", body)).json()["number"]
    return Case(number=number, file=body["materials"]["M01"]["files"][0])  # type: ignore[index]


class TestTasks:
    async def test_only_the_own_departments_are_listed(
        self, case: Case, reviewer: Person, taxer: Person, fooder: Person, clerk: Person
    ) -> None:
        def ids(answer: object) -> list[str]:
            return [task["id"] for task in answer.json()["items"]]  # type: ignore[attr-defined]

        assert ids(await reviewer.get("tasks?all=true")) == [f"{case.number}.REG.review"]
        assert ids(await fooder.get("tasks?all=true")) == [f"{case.number}.FOOD.handle"]
        assert ids(await taxer.get("tasks?all=true")) == []
        assert ids(await clerk.get("tasks?all=true")) == []

    async def test_another_departments_is_not_there(
        self, case: Case, taxer: Person, fooder: Person
    ) -> None:
        for path in (f"tasks/{case.number}.REG.review", f"tasks/{case.number}.REG.none"):
            for person in (taxer, fooder):
                assert (await person.get(path)).json()["code"] == "unknown-task"
                claimed = await person.post(f"{path}/claim")
                assert claimed.json()["code"] == "unknown-task"

    async def test_who_claims_first_has_it(self, desk: World, case: Case, reviewer: Person) -> None:
        other = await desk.person("second", Role.OFFICER, "registrar")
        path = f"tasks/{case.number}.REG.review"
        assert (await reviewer.post(f"{path}/claim")).status_code == 200
        taken = await other.post(f"{path}/claim")
        assert (taken.status_code, taken.json()["code"]) == (409, "task-taken")
        assert taken.json()["details"]["by"] == reviewer.actor.id
        mine = (await reviewer.get("tasks?mine=true")).json()["items"]
        assert mine[0]["assignee_name"] == "reviewer姓名"
        assert (await other.get("tasks?mine=true")).json()["items"] == []

    async def test_counts_are_ones_own(
        self, case: Case, clerk: Person, reviewer: Person, taxer: Person
    ) -> None:
        await reviewer.post(f"tasks/{case.number}.REG.review/claim")
        assert (await reviewer.get("tasks/counts")).json()["mine"] == 1
        assert (await taxer.get("tasks/counts")).json()["ready"] == 0
        assert (await clerk.get("tasks/counts")).json()["awaited"] == 1


class TestBundles:
    async def test_a_department_reads_its_own_matters_and_how_the_others_stand(
        self, case: Case, fooder: Person
    ) -> None:
        body = (await fooder.get(f"bundles/{case.number}")).json()
        assert [matter["key"] for matter in body["matters"]] == ["FOOD"]
        assert {matter["key"] for matter in body["linked"]} == {"REG", "TAX", "PUB", "OUT"}
        assert "clocks" not in body["linked"][0]
        assert [material["code"] for material in body["materials"]] == ["M03"]
        assert {each["matter"] for each in body["documents"]} <= {None, "FOOD"}

    async def test_a_department_that_takes_no_part_sees_nothing(
        self, desk: World, case: Case
    ) -> None:
        stranger = await desk.person("stranger", Role.OFFICER, "customs")
        for path in ("", "/timeline", "/materials", "/documents", "/matters/REG"):
            answer = await stranger.get(f"bundles/{case.number}{path}")
            assert answer.json()["code"] == "unknown-bundle", path
        assert (await stranger.get("bundles")).json()["items"] == []
        assert (await stranger.get("awaited-materials")).json()["items"] == []
        intake = await stranger.get(f"documents/{case.number}.BUNDLE.intake")
        assert intake.json()["code"] == "unknown-document"
        objection = await stranger.post(
            f"bundles/{case.number}/matters/PUB/object", {"objection": "不同意"}
        )
        assert objection.json()["code"] == "unknown-bundle"

    async def test_an_officer_without_a_department_sees_nothing(
        self, desk: World, case: Case
    ) -> None:
        nobody = await desk.person("nowhere", Role.OFFICER)
        assert (await nobody.get("tasks")).json()["items"] == []
        assert (await nobody.get(f"bundles/{case.number}")).status_code == 404

    async def test_another_departments_matter_and_papers_are_not_there(
        self, case: Case, fooder: Person
    ) -> None:
        matter = await fooder.get(f"bundles/{case.number}/matters/REG")
        assert matter.json()["code"] == "unknown-matter"
        file = await fooder.get(f"bundles/{case.number}/materials/M01/files/{case.file}")
        assert file.json()["code"] == "unknown-file"
        assert (await fooder.get(f"files/{case.file}")).json()["code"] == "unknown-file"

    async def test_the_timeline_of_a_department_is_about_its_own(
        self, case: Case, fooder: Person, reviewer: Person, clerk: Person
    ) -> None:
        await reviewer.post(f"tasks/{case.number}.REG.review/complete", {"outcome": "pass"})
        seen = (await fooder.get(f"bundles/{case.number}/timeline")).json()["items"]
        assert {entry["matter"] for entry in seen} == {None, "FOOD"}
        everything = (await clerk.get(f"bundles/{case.number}/timeline")).json()["items"]
        assert len(everything) > len(seen)

    async def test_a_supervisor_sees_all_and_works_nothing(
        self, case: Case, supervisor: Person
    ) -> None:
        tasks = (await supervisor.get("tasks")).json()["items"]
        assert {task["department"] for task in tasks} == {"registrar", "food"}
        assert (await supervisor.get(f"bundles/{case.number}")).json()["linked"] == []


class TestSearch:
    @pytest.mark.parametrize(
        "asked", ["{}", "样品有限", "91310117MA1J00001G", "000001", "%E6%A0%B7%E5%93%81"]
    )
    async def test_finds_by_number_name_or_code(
        self, case: Case, clerk: Person, asked: str
    ) -> None:
        found = (await clerk.get(f"bundles?q={asked.format(case.number)}")).json()["items"]
        assert [bundle["number"] for bundle in found] == [case.number]

    @pytest.mark.parametrize("asked", ["%25", "_", "别的公司", "91310117MA1J00002E"])
    @pytest.mark.usefixtures("case")
    async def test_does_not_find_what_is_not_asked_for(self, clerk: Person, asked: str) -> None:
        assert (await clerk.get(f"bundles?q={asked}")).json()["items"] == []
