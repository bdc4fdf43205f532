"""对接 as an administrator runs it: connections, secrets, dead letters, reconciliation."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from activities.contracts.assignments import AssignmentStatus
from activities.outside.departments.comparing import REMEDIES, Finding, Remedy, compared
from activities.store.desk.connections import assignment_of, keys_of
from definitions.language.roles import Role
from tests.support.api import Person, World, application
from tests.support.departments import DEPARTMENT, NEW, Connected, connected

FOOD: dict[str, Any] = {"department": "food", "way": "worker", "account": "food.system"}


@pytest.fixture
async def admin(desk: World) -> Person:
    return await desk.person("admin", Role.ADMINISTRATOR)


@pytest.fixture
async def food_system(desk: World) -> Person:
    return await desk.person("food.system", Role.DEPARTMENT_SYSTEM, "food")


@pytest.fixture
async def task(clerk: Person) -> str:
    number = (await clerk.post("bundles", await application(clerk))).json()["number"]
    return f"{number}.REG.review"


@pytest.fixture
async def side(desk: World, tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(desk, tmp_path) as made:
        yield made


async def put(admin: Person, name: str, **body: object) -> Any:  # noqa: ANN401 - a response
    return await admin.client.put(f"/api/v1/connections/{name}", json=body)


class TestConnections:
    async def test_a_new_one_is_inactive_and_listed_with_its_account(
        self, admin: Person, food_system: Person
    ) -> None:
        made = await put(admin, "food", **FOOD)
        assert made.status_code == 200, made.text
        assert made.json()["connection"]["active"] is False
        assert made.json()["connection"]["queue"] == "dept-food"
        assert made.json()["secret"] is None
        listed = (await admin.get("connections")).json()
        assert [(each["connection"]["id"], each["account"]) for each in listed] == [
            ("food", food_system.login)
        ]
        assert (await admin.get("connections/food")).json() == listed[0]

    async def test_it_is_enabled_changed_and_disabled(
        self, desk: World, admin: Person, food_system: Person
    ) -> None:
        await put(admin, "food", **FOOD, active=True)
        found = (await put(admin, "food", **{**FOOD, "queue": "own"}, active=True)).json()
        assert (found["connection"]["active"], found["connection"]["queue"]) == (True, "own")
        found = (await put(admin, "food", **FOOD)).json()
        assert found["connection"]["active"] is False
        assert found["connection"]["changed_by"] == admin.actor.id
        assert food_system.actor.id == found["connection"]["account"]
        async with desk.services.store.reading() as session:
            keys = await keys_of(session, "food")
        assert keys is not None
        assert keys.secrets == ()

    async def test_a_new_webhooks_secret_is_told_once(
        self, desk: World, admin: Person, food_system: Person
    ) -> None:
        body = {**FOOD, "way": "webhook", "url": "https://food.example.cn/hook/"}
        first = (await put(admin, "food", **body)).json()
        assert first["secret"].startswith("whsec_")
        again = (await put(admin, "food", **body, active=True)).json()
        assert again["secret"] is None
        assert first["secret"] not in (await admin.get("connections")).text
        async with desk.services.store.reading() as session:
            keys = await keys_of(session, "food")
        assert keys is not None
        assert [each.get_secret_value() for each in keys.secrets] == [first["secret"]]
        assert keys.url == "https://food.example.cn/hook"
        assert food_system.actor.department == keys.department

    async def test_a_secret_is_changed_over_in_two_steps(
        self, side: Connected, admin: Person, task: str
    ) -> None:
        await side.give(task)
        made = (await admin.post("connections/registrar/secrets")).json()["secret"]
        body = side.body(task)
        assert (await side.call(body, name="a", secret=NEW)).status_code == 200
        replayed = await side.call(body, name="a", secret=made)
        assert replayed.json()["code"] == "callback-replayed"
        retired = await admin.client.delete("/api/v1/connections/registrar/secrets")
        assert retired.json()["secrets"] == 1
        late = await side.call(body, name="a", secret=NEW)
        assert late.json()["code"] == "signature-invalid"

    @pytest.mark.parametrize(
        ("changed", "pointer"),
        [
            ({"department": "nowhere"}, "/department"),
            ({"account": "fooder"}, "/account"),
            ({"account": "nobody"}, "/account"),
            ({"way": "webhook"}, "/url"),
            ({"way": "webhook", "url": "ftp://x"}, "/url"),
            ({"way": "nexus"}, "/endpoint"),
            ({"items": ["000000000XXX"]}, "/items"),
        ],
    )
    async def test_what_is_not_in_order_is_told_where(
        self,
        admin: Person,
        food_system: Person,
        fooder: Person,
        changed: dict[str, object],
        pointer: str,
    ) -> None:
        answer = await put(admin, "food", **{**FOOD, **changed})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
        assert (await admin.get("connections")).json() == []
        assert food_system.actor.department == fooder.actor.department

    async def test_two_that_are_active_share_no_item(
        self, admin: Person, food_system: Person
    ) -> None:
        food = "11310117002456781R400000000FOOD"
        assert (await put(admin, "one", **FOOD, items=[food], active=True)).status_code == 200
        assert (await put(admin, "two", **FOOD)).status_code == 200
        answer = await put(admin, "two", **FOOD, active=True)
        assert [error["rule"] for error in answer.json()["errors"]] == ["overlap"]
        await put(admin, "one", **FOOD, items=[food])
        assert (await put(admin, "two", **FOOD, active=True)).status_code == 200
        assert food_system.actor.role is Role.DEPARTMENT_SYSTEM

    async def test_nobody_but_the_administrator_sees_or_changes_them(
        self, desk: World, side: Connected, clerk: Person, approver: Person, supervisor: Person
    ) -> None:
        policy = await desk.person("policy", Role.POLICY_OFFICER)
        calls = (
            *(("GET", "connections"), ("GET", "connections/registrar"), ("GET", "assignments")),
            *(("PUT", "connections/registrar"), ("POST", "connections/registrar/secrets")),
            *(("DELETE", "connections/registrar/secrets"), ("GET", "refused-calls")),
            *(("POST", "connections/registrar/reconcile"), ("POST", "assignments/x/send-again")),
        )
        for person in (clerk, approver, supervisor, policy, side.system):
            for method, path in calls:
                answer = await person.client.request(method, f"/api/v1/{path}", json=FOOD)
                assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path


class TestAssignments:
    async def test_dead_letters_are_listed_and_sent_again(
        self, side: Connected, admin: Person, task: str, reviewer: Person
    ) -> None:
        await side.behave(fail_times=1)
        given = await side.give(task, status=AssignmentStatus.DEAD)
        assert await side.tell(given) == "http-503"
        dead = (await admin.get("assignments?status=dead")).json()["items"]
        assert [each["task"] for each in dead] == [task]
        assert (await admin.get("assignments?status=delivered")).json()["items"] == []
        sent = await admin.post(f"assignments/{task}/send-again")
        assert sent.status_code == 200, sent.text
        assert side.errands.sent == [given.workflow]
        assert await side.tell(given) is None
        await side.answering.work()
        assert (await reviewer.get(f"tasks/{task}")).json()["status"] == "completed"

    async def test_what_is_over_is_not_sent_again(
        self, side: Connected, admin: Person, task: str
    ) -> None:
        unknown = await admin.post("assignments/none/send-again")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown-assignment")
        given = await side.give(task)
        side.errands.over.add(given.workflow)
        over = await admin.post(f"assignments/{task}/send-again")
        assert (over.status_code, over.json()["code"]) == (409, "assignment-over")
        await side.give(task, status=AssignmentStatus.ANSWERED)
        closed = await admin.post(f"assignments/{task}/send-again")
        assert closed.json()["code"] == "assignment-over"

    async def test_they_are_paged(self, side: Connected, admin: Person, task: str) -> None:
        names = [task, *(task.replace("review", f"other{n}") for n in range(4))]
        for name in names:
            await side.give(name)
        found: list[str] = []
        after = ""
        while True:
            page = (await admin.get(f"assignments?limit=2{after}")).json()
            found += [each["task"] for each in page["items"]]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert sorted(found) == sorted(names)

    async def test_refused_calls_are_listed_newest_first_and_paged(
        self, side: Connected, admin: Person, task: str
    ) -> None:
        await side.call(side.body(task))
        await side.call(side.body(task), webhook_signature="v1,forged")
        first = (await admin.get("refused-calls?limit=1")).json()
        assert [each["rule"] for each in first["items"]] == ["signature-invalid"]
        rest = (await admin.get(f"refused-calls?limit=2&after={first['next']}")).json()
        assert [each["rule"] for each in rest["items"]] == ["task-not-assigned"]
        assert (await admin.get("refused-calls?connection=other")).json()["items"] == []


class TestReconciling:
    async def report(self, admin: Person) -> dict[str, Any]:
        answer = await admin.post("connections/registrar/reconcile")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def test_a_completion_that_was_missed_is_taken(
        self, side: Connected, admin: Person, task: str, reviewer: Person
    ) -> None:
        await side.behave(answers="late", delay_seconds=3600)
        await side.tell(await side.give(task))
        await side.answering.work()
        found = await self.report(admin)
        assert (found["asked"], found["agreed"]) == (1, 0)
        difference = found["differences"][0]
        assert (difference["finding"], difference["done"]) == ("missed_answer", True)
        task_now = (await reviewer.get(f"tasks/{task}")).json()
        assert (task_now["status"], task_now["assignee"]) == ("completed", side.system.actor.id)
        await side.behave(answers="once")
        async with side.desk.services.store.reading() as session:
            noted = await assignment_of(session, task)
        assert noted is not None
        assert noted.believes is not None
        assert noted.believes["taken"] is True

    async def test_the_late_callback_of_what_was_taken_is_only_a_repetition(
        self, desk: World, side: Connected, admin: Person, task: str
    ) -> None:
        await side.behave(answers="late")
        await side.tell(await side.give(task))
        held = side.book.due(desk.now())[0]
        side.book.decide(held, "answer_x", side.body(task), tell_at=desk.now())
        assert (await self.report(admin))["differences"][0]["done"] is True
        await side.answering.work()
        told = side.book.task(DEPARTMENT, task)
        assert told is not None
        assert told.told == ("callback-replayed",)

    async def test_what_they_never_heard_of_is_sent_again(
        self, side: Connected, admin: Person, task: str
    ) -> None:
        given = await side.give(task)
        difference = (await self.report(admin))["differences"][0]
        assert (difference["finding"], difference["done"]) == ("never_heard", True)
        assert side.errands.sent == [given.workflow]

    async def test_what_is_over_and_they_still_have_is_called_off_again(
        self, side: Connected, admin: Person, task: str
    ) -> None:
        await side.behave(answers="never")
        await side.tell(await side.give(task))
        await side.give(task, status=AssignmentStatus.OVERTAKEN)
        difference = (await self.report(admin))["differences"][0]
        assert (difference["finding"], difference["done"]) == ("still_there", True)
        held = side.book.task(DEPARTMENT, task)
        assert held is not None
        assert held.status == "withdrawn"
        assert (await self.report(admin))["differences"] == []

    async def test_an_answer_that_cannot_be_taken_stays_with_people_and_says_why(
        self, side: Connected, admin: Person, task: str
    ) -> None:
        await side.behave(answers="late", delay_seconds=3600, outcome="grant")
        await side.tell(await side.give(task))
        await side.answering.work()
        difference = (await self.report(admin))["differences"][0]
        assert (difference["done"], difference["code"]) == (False, "outcome-not-possible")
        refused = (await admin.get("refused-calls")).json()["items"]
        assert [(each["rule"], each["task"]) for each in refused] == [
            ("outcome-not-possible", task)
        ]

    async def test_both_sides_agree_or_nobody_answers(
        self, side: Connected, admin: Person, task: str
    ) -> None:
        await side.behave(answers="never")
        await side.tell(await side.give(task))
        found = await self.report(admin)
        assert (found["asked"], found["agreed"], found["differences"]) == (1, 1, [])
        await side.made_up.put(
            f"/credentials/{DEPARTMENT}",
            json={
                "connection": "registrar",
                "secrets": [],
                "algorithm": "hmac-sha256",
                "login": "x",
                "password": "x",
            },
        )
        found = await self.report(admin)
        assert (found["unreachable"], found["differences"]) == (1, [])

    async def test_only_a_webhook_can_be_asked(self, admin: Person, food_system: Person) -> None:
        await put(admin, "food", **FOOD)
        answer = await admin.post("connections/food/reconcile")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        none = await admin.post("connections/none/reconcile")
        assert none.json()["code"] == "unknown-connection"
        rotated = await admin.post("connections/food/secrets")
        assert rotated.json()["code"] == "invalid"
        assert food_system.actor.department == "food"


class TestComparing:
    def test_every_pair_has_a_finding_and_every_finding_a_remedy(self) -> None:
        statuses = ("open", "completed", "declined", "withdrawn", "unknown", "away")
        found = {
            compared(ours, theirs)  # type: ignore[arg-type]
            for ours in AssignmentStatus
            for theirs in statuses
        }
        assert found == set(Finding) == set(REMEDIES)

    @pytest.mark.parametrize(
        ("ours", "theirs", "finding"),
        [
            ("delivered", "open", Finding.AGREED),
            ("dead", "open", Finding.ARRIVED),
            ("answered", "completed", Finding.AGREED),
            ("overtaken", "completed", Finding.CONTRADICTS),
            ("withdrawn", "open", Finding.STILL_THERE),
            ("delivered", "withdrawn", Finding.WITHDRAWN_THERE),
        ],
    )
    def test_a_pair_is_what_it_is(self, ours: str, theirs: Any, finding: Finding) -> None:  # noqa: ANN401
        assert compared(AssignmentStatus(ours), theirs) is finding

    def test_nothing_is_taken_but_a_missed_answer(self) -> None:
        taken = {finding for finding, remedy in REMEDIES.items() if remedy is Remedy.TAKE}
        assert taken == {Finding.MISSED_ANSWER}
