"""Publishing calendars over the API: who may, what is refused and where, what follows from it."""

import httpx2
import pytest

from activities.store.desk.calendars import unfinished
from activities.store.writing.calendars import note_progress
from api.recovery import recover
from definitions.language.roles import Role
from tests.support.api import Person, World, application
from tests.support.calendars import FAIR, NOTICE, shipped

pytestmark = pytest.mark.stack

YAML = {"Content-Type": "application/yaml"}


@pytest.fixture
async def admin(desk: World) -> Person:
    """An administrator, where the shipped years are published."""
    await shipped(desk.services.store)
    return await desk.person("admin", Role.ADMINISTRATOR)


async def publish(
    admin: Person, text: str = NOTICE, *, key: str = "key-00000001"
) -> httpx2.Response:
    """Publish a text."""
    body = {"yaml": text, "note": "通知已发布"}
    return await admin.post("calendars", body, key=key)


class TestPublish:
    async def test_a_year_becomes_a_version_and_is_recalculated(
        self, desk: World, admin: Person
    ) -> None:
        answer = await publish(admin)
        assert answer.status_code == 201
        assert answer.json() == {
            "region": "CN",
            "version": 2,
            "changed": True,
            "recalculation": "310117:CN-2",
        }
        (given,) = desk.engine.recalculations
        assert (given.id, given.calendar) == ("310117:CN-2", "CN-2")

    async def test_raw_yaml_is_taken_as_well(self, admin: Person) -> None:
        headers = {**YAML, "Idempotency-Key": "key-00000002"}
        answer = await admin.client.post(
            "/api/v1/calendars", content=NOTICE.encode(), headers=headers
        )
        assert answer.status_code == 201

    async def test_the_same_again_is_the_same_version(self, admin: Person) -> None:
        await publish(admin)
        again = await publish(admin)
        other = await publish(admin, key="key-00000009")
        assert again.json()["version"] == 2
        assert other.status_code == 200
        assert (other.json()["version"], other.json()["changed"]) == (2, False)

    async def test_a_key_is_for_one_content(self, admin: Person) -> None:
        await publish(admin)
        answer = await publish(admin, FAIR)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")

    async def test_new_applications_take_it_at_once(
        self, desk: World, clerk: Person, admin: Person
    ) -> None:
        await publish(admin, FAIR)
        await clerk.post("bundles", await application(clerk))
        (state,) = desk.engine._states.values()
        assert state.calendar.version == "CN-1+310117-1"
        assert desk.services.calendar == state.calendar

    async def test_only_administrators_may(self, desk: World, clerk: Person) -> None:
        for role in (Role.SUPERVISOR, Role.POLICY_OFFICER):
            person = await desk.person(role, role)
            assert (await publish(person)).status_code == 403
        assert (await publish(clerk)).json()["code"] == "forbidden"

    async def test_an_engine_that_is_away_recalculates_later(
        self, desk: World, admin: Person
    ) -> None:
        """The publication is durable: whoever looks for lost starts finds it."""
        desk.engine.away = True
        assert (await publish(admin)).status_code == 201
        assert desk.engine.recalculations == []
        desk.engine.away = False
        await recover(desk.services.store, desk.engine, now=desk.now())
        assert [given.calendar for given in desk.engine.recalculations] == ["CN-2"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("old", "new", "code", "rule", "line"),
        [
            ("[2027-02-20", "[2027-02-06", "calendar-day-twice", "day_twice", 12),
            ("[2027-02-20", "[2027-02-22", "calendar-invalid", "weekday", 12),
            ("2027-01-03", "2028-01-03", "calendar-invalid", "outside_year", 5),
            ("name: 端午节", "name: 节", "calendar-invalid", "statutory", 5),
            ("source:", "sauce:", "calendar-invalid", "missing", 1),
            ("year: 2027", "year: &a 2027", "calendar-invalid", "anchor", 1),
        ],
    )
    async def test_tell_the_line(
        self, admin: Person, *, old: str, new: str, code: str, rule: str, line: int
    ) -> None:
        answer = await publish(admin, NOTICE.replace(old, new))
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, code)
        assert (problem["errors"][0]["rule"], problem["errors"][0]["line"]) == (rule, line)
        assert problem["detail"].startswith(f"第 {line} 行")

    async def test_a_year_left_out(self, admin: Person) -> None:
        text = NOTICE.replace("2027", "2029").partition("work:")[0]
        assert (await publish(admin, text)).json()["code"] == "calendar-year-missing"

    async def test_a_file_that_is_too_large(self, admin: Person) -> None:
        answer = await publish(admin, NOTICE + "# 说明\n" * 20_000)
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")

    async def test_what_is_no_yaml_request(self, admin: Person) -> None:
        headers = {"Idempotency-Key": "key-00000003", "Content-Type": "application/pdf"}
        answer = await admin.client.post("/api/v1/calendars", content=b"x", headers=headers)
        assert answer.json()["code"] == "media-type"
        answer = await admin.post("calendars", {"text": "x"})
        assert answer.json()["code"] == "invalid"
        headers = {**YAML, "Idempotency-Key": "key-00000003"}
        answer = await admin.client.post("/api/v1/calendars", content=b"\xff", headers=headers)
        assert answer.json()["errors"][0]["rule"] == "encoding"


class TestReading:
    async def test_versions_newest_first(self, clerk: Person, admin: Person) -> None:
        await publish(admin)
        first = (await clerk.get("calendars", params={"limit": 1})).json()
        rest = (await clerk.get("calendars", params={"after": first["next"]})).json()
        assert [item["version"] for item in first["items"] + rest["items"]] == [2, 1]
        assert first["items"][0]["published_by_name"] == "admin姓名"
        assert first["items"][0]["note"] == "通知已发布"

    async def test_a_year_day_by_day(self, clerk: Person, admin: Person) -> None:
        await publish(admin)
        found = (await clerk.get("calendars/310117", params={"year": 2027})).json()
        days = {day["day"]: day for day in found["days"]}
        assert (found["version"], found["certainty"], len(days)) == ("CN-2", "published", 365)
        assert days["2027-02-20"] == {
            "day": "2027-02-20",
            "worked": True,
            "kind": "make_up",
            "name": "调休上班",
        }
        assert days["2027-02-08"]["name"] == "春节"

    @pytest.mark.usefixtures("admin")
    async def test_a_year_nobody_knows_is_told(self, clerk: Person) -> None:
        answer = await clerk.get("calendars/CN", params={"year": 2031})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-calendar")
        assert (await clerk.get("calendars/320500")).status_code == 404

    async def test_a_preview_changes_nothing(
        self, desk: World, clerk: Person, admin: Person
    ) -> None:
        await clerk.post("bundles", await application(clerk))
        answer = await admin.post("calendars/preview", {"yaml": FAIR})
        found = answer.json()
        assert (found["version"], found["open_bundles"], found["unchanged"]) == (1, 1, False)
        assert [(day["day"], day["was"], day["becomes"]) for day in found["days"]] == [
            ("2026-11-24", "workday", "off"),
            ("2026-11-25", "workday", "off"),
        ]
        assert len((await admin.get("calendars")).json()["items"]) == 1
        assert desk.engine.recalculations == []


class TestRecalculation:
    NAME = "310117:CN-1+310117-1"

    async def test_how_far_it_is(self, desk: World, clerk: Person, admin: Person) -> None:
        await clerk.post("bundles", await application(clerk))
        await publish(admin, FAIR)
        path = f"calendars/recalculations/{self.NAME}"
        found = (await admin.get(path)).json()
        assert (found["recalculation"]["total"], found["recalculation"]["done"]) == (1, 0)
        assert found["seconds_left"] is None
        async with desk.services.store.begin() as session:
            await note_progress(session, self.NAME, skipped=0, failures=(), finished=True)
        assert (await admin.get(path)).json()["recalculation"]["state"] == "done"

    async def test_pauses_and_goes_on(self, desk: World, admin: Person) -> None:
        await publish(admin, FAIR)
        path = f"calendars/recalculations/{self.NAME}"
        paused = await admin.post(f"{path}/pause")
        assert paused.json()["state"] == "paused"
        assert desk.engine.paused == [self.NAME]
        async with desk.services.store.reading() as session:
            assert await unfinished(session) == []
        resumed = await admin.post(f"{path}/resume")
        assert resumed.json()["state"] == "running"
        assert len(desk.engine.recalculations) == 2

    async def test_what_is_over_cannot_be_paused(self, admin: Person) -> None:
        await publish(admin, FAIR)
        await publish(admin, FAIR.replace("11-25", "11-26"), key="key-00000002")
        answer = await admin.post(f"calendars/recalculations/{self.NAME}/pause")
        assert (answer.status_code, answer.json()["code"]) == (409, "recalculation-done")

    async def test_an_unknown_one(self, admin: Person) -> None:
        answer = await admin.get("calendars/recalculations/none")
        assert answer.json()["code"] == "unknown-recalculation"
