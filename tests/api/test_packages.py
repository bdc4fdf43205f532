"""A task's package: everything the department needs, for the department's own people only."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from activities.store.engine import Store
from activities.store.tables.desk import Account
from activities.store.tables.register import Recusal
from api.packaged import Package
from definitions.language.roles import Role
from definitions.loading import Library, Loaded
from tests.support.api import PDF, USCC, Person, World, application, world
from tests.support.departments import Connected, connected
from tests.support.services import CATALOGUE, NOW, SERVICE, SHIPPED

ASKING = Library(
    catalogue=CATALOGUE.model_copy(update={"collaboration": SHIPPED.collaboration}),
    services=(Loaded(SERVICE, "s" * 64, {}, (), Path()),),
)


@pytest.fixture
async def number(clerk: Person) -> str:
    body = await application(clerk, committed=["FOOD"])
    return str((await clerk.post("bundles", body)).json()["number"])


@pytest.fixture
async def side(desk: World, tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(desk, tmp_path) as made:
        yield made


async def package(person: Person, task: str) -> Package:
    answer = await person.get(f"tasks/{task}/package")
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    return Package.model_validate(answer.json())


async def refused(person: Person, task: str) -> str:
    answer = await person.get(f"tasks/{task}/package")
    assert answer.status_code in {403, 404}
    return str(answer.json()["code"])


class TestWhatIsInIt:
    async def test_the_system_reads_everything_it_needs(self, side: Connected, number: str) -> None:
        found = await package(side.system, f"{number}.REG.review")
        assert (found.applicant.name, found.applicant.code) == ("上海松江样品有限公司", USCC)
        assert found.situation_name == "名称变更"
        assert [outcome.outcome for outcome in found.task.outcomes] == ["pass", "advise_refusal"]
        assert [o.reasons_required for o in found.task.outcomes] == [False, True]
        asked = {answer.id: answer for answer in found.answers}
        assert asked["changes"].question == "要变更哪些事项？"
        assert (asked["changes"].values, asked["changes"].words) == (["name"], ["名称"])
        assert (found.matter.key, found.matter.item[-12:]) == ("REG", "000000000REG")
        assert {clock.kind for clock in found.matter.clocks} >= {"promised"}
        assert {each.key for each in found.linked} == {"TAX", "FOOD", "PUB", "OUT"}
        assert (found.bases[0].law, found.bases[0].article) == ("行政许可法", "32")
        assert [material.code for material in found.materials] == ["M01", "M02"]
        assert found.materials[1].verified_by == "名称库"

    async def test_its_files_can_be_fetched_where_it_says(
        self, side: Connected, number: str
    ) -> None:
        found = await package(side.system, f"{number}.REG.review")
        file = found.materials[0].files[0]
        content = await side.system.client.get(file.url)
        assert (content.status_code, content.content) == (200, PDF)
        assert (file.size, file.name) == (len(PDF), "材料.pdf")

    async def test_what_was_found_before_is_there_for_who_decides(
        self, side: Connected, number: str, reviewer: Person
    ) -> None:
        body = {"outcome": "advise_refusal", "reasons": ["名称与已登记的近似"]}
        done = await reviewer.post(f"tasks/{number}.REG.review/complete", body)
        assert done.status_code == 200, done.text
        found = await package(side.system, f"{number}.REG.decide")
        opinion = found.examined[0]
        assert (opinion.outcome, opinion.reasons) == ("advise_refusal", ["名称与已登记的近似"])
        assert opinion.by == [reviewer.actor.id]

    async def test_who_handled_it_in_the_departments_system_is_known_to_who_decides_there(
        self, side: Connected, number: str
    ) -> None:
        task = f"{number}.REG.review"
        await side.give(task)
        done = await side.call(side.body(task, handled_by=["jbr-01", "jbr-02"]))
        assert done.status_code == 200, done.text
        found = await package(side.system, f"{number}.REG.decide")
        assert found.examined[0].by == [side.system.actor.id, "jbr-01", "jbr-02"]

    async def test_what_is_asked_of_another_organ_comes_with_its_question_and_files(
        self, store: Store, tmp_path: Path
    ) -> None:
        async with world(store, tmp_path, NOW, library=ASKING) as desk:
            clerk = await desk.person("clerk", Role.WINDOW_CLERK)
            reviewer = await desk.person("reviewer", Role.OFFICER, "registrar")
            taxer = await desk.person("taxer", Role.OFFICER, "tax")
            number = (await clerk.post("bundles", await application(clerk))).json()["number"]
            await reviewer.post(f"tasks/{number}.REG.review/claim")
            file = (await reviewer.upload(name="函.pdf")).json()["id"]
            question = {"what": "consultation", "departments": ["tax"], "question": "有无意见？"}
            asked = await reviewer.post(
                f"bundles/{number}/matters/REG/ask", {**question, "files": [file]}
            )
            assert asked.status_code == 200, asked.text
            tasks = (await taxer.get("tasks")).json()["items"]
            task = next(each["id"] for each in tasks if each["kind"] == "consultation")
            found = await package(taxer, task)
            assert found.task.request is not None
            assert found.task.request.question == "有无意见？"
            assert found.matter.key == "REG"
            content = await taxer.client.get(found.task.request.files[0].url)
            assert (content.status_code, content.content) == (200, PDF)
            none = await taxer.get(f"tasks/{task}/package/files/f-none")
            assert none.json()["code"] == "unknown-file"
            assert (await refused(reviewer, task)) == "unknown-task"

    def test_what_is_there_is_what_the_page_about_it_says(self) -> None:
        page = Path("docs/webhooks.md").read_text(encoding="utf-8")
        schema = re.search(
            r"## JSON schema of the package\n\n```json\n(.*?)```", page, flags=re.DOTALL
        )
        assert schema is not None
        assert json.loads(schema[1]) == Package.model_json_schema()


class TestWhoReadsIt:
    async def test_the_departments_own_officer_does(self, number: str, reviewer: Person) -> None:
        assert (await package(reviewer, f"{number}.REG.review")).bundle == number

    async def test_nobody_else_does(
        self, desk: World, number: str, fooder: Person, taxer: Person, clerk: Person
    ) -> None:
        task = f"{number}.REG.review"
        assert await refused(fooder, task) == "unknown-task"
        assert await refused(taxer, task) == "unknown-task"
        assert await refused(clerk, task) == "forbidden"
        admin = await desk.person("admin", Role.ADMINISTRATOR)
        assert await refused(admin, task) == "forbidden"
        nobody = await desk.client().get(f"/api/v1/tasks/{task}/package")
        assert nobody.status_code == 401

    async def test_another_departments_system_does_not(self, desk: World, number: str) -> None:
        other = await desk.person("food.system", Role.DEPARTMENT_SYSTEM, "food")
        assert await refused(other, f"{number}.REG.review") == "unknown-task"
        assert await refused(other, f"{number}.NONE.review") == "unknown-task"

    async def test_who_is_not_trusted_with_the_item_does_not(
        self, desk: World, number: str, reviewer: Person
    ) -> None:
        async with desk.services.store.begin() as session:
            await session.execute(
                update(Account)
                .where(Account.id == reviewer.actor.id)
                .values(items=["00000000XXXX"])
            )
        assert await refused(reviewer, f"{number}.REG.review") == "unknown-task"

    async def test_whom_it_concerns_does_not(
        self, desk: World, number: str, reviewer: Person
    ) -> None:
        async with desk.services.store.begin() as session:
            session.add(Recusal(account=reviewer.actor.id, bundle=number))
        assert await refused(reviewer, f"{number}.REG.review") == "unknown-task"
