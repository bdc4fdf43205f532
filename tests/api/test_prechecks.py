"""The pre-check over HTTP: findings with their places, false alarms, obstacles beforehand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.store.desk.applications import application_of
from activities.store.desk.feedback import feedback_on
from activities.store.desk.firms import FirmView, put_firm
from activities.store.engine import Store
from definitions.language.roles import Role
from tests.support import scans
from tests.support.api import USCC, Person, World, world
from tests.support.services import NOW, TODAY
from tests.support.shipped import shipped

FACTS = {
    "kind": "limited_company",
    "registered_here": True,
    "name": "上海茸城样品有限公司",
    "scope": "日用百货销售",
    "capital_yuan": 1_000_000,
    "registrations": (),
    "licences": (),
    "bank_account": False,
    "abnormal_listed": True,
    "equity_frozen_or_pledged": False,
}
BODY = {
    "service": "company_change",
    "firm_code": USCC,
    "answers": {"changes": ["name", "business_scope"], "scope_items": "general"},
    "form": {
        "decided_on": "2026-11-21",
        "votes_total": "100",
        "votes_for": "66",
        "new_name": "上海茸城样品商行",
        "new_scope": "日用百货销售；餐饮服务",
        "new_legal_representative_name": "没有问到的人",
    },
}


@pytest.fixture
async def hall(store: Store, tmp_path: Path) -> AsyncIterator[World]:
    """The API over the shipped catalogue, with one firm."""
    firm = FirmView(
        code=USCC, name="上海茸城样品有限公司", facts=FACTS, source="样品登记库", as_of=TODAY
    )
    async with store.begin() as session:
        await put_firm(session, firm)
    async with world(store, tmp_path, NOW, library=shipped()) as made:
        yield made


@pytest.fixture
async def clerk(hall: World) -> Person:
    """A window clerk."""
    return await hall.person("clerk", Role.WINDOW_CLERK)


class TestFindings:
    async def test_are_told_all_at_once_with_their_places(self, clerk: Person) -> None:
        answer = await clerk.post("precheck", BODY)
        assert answer.status_code == 200, answer.text
        found = {(f["rule"], f["severity"], f["pointer"]) for f in answer.json()["findings"]}
        assert found >= {
            ("DATE-DECIDED", "block", "/form/decided_on"),
            ("VOTE-TWOTHIRDS", "block", "/form/votes_for"),
            ("NAME-LIMITED", "block", "/form/new_name"),
            ("SCOPE-POST", "warn", "/form/new_scope"),
        }
        scope = next(f for f in answer.json()["findings"] if f["rule"] == "SCOPE-POST")
        assert scope["details"] == ["餐饮服务（食品经营许可证，区市场监督管理局）"]
        assert scope["remedy"]
        assert scope["basis"]["article"] == "第十七条第三款"

    async def test_what_is_in_order_finds_nothing(self, clerk: Person) -> None:
        form = {
            "decided_on": "2026-11-20",
            "votes_total": "100",
            "votes_for": "67",
            "new_name": "上海茸城新样品有限公司",
            "new_scope": "日用百货销售；软件开发",
        }
        answer = await clerk.post("precheck", {**BODY, "form": form})
        assert answer.json()["findings"] == []

    async def test_files_are_looked_at_too(self, clerk: Person) -> None:
        photo = (await clerk.upload(scans.jpeg(camera=b"Canon\0"), "a.jpg")).json()["id"]
        given = {code: {"files": [photo]} for code in ("M02", "M03")}
        answer = await clerk.post("precheck", {**BODY, "form": {}, "materials": given})
        found = {(f["rule"], f["pointer"]) for f in answer.json()["findings"]}
        assert ("FILE-TWICE", "/materials/M03") in found
        assert ("FILE-PHOTO", "/materials/M02") in found

    async def test_an_unknown_service_is_told(self, clerk: Person) -> None:
        answer = await clerk.post("precheck", {"service": "nothing", "firm_code": USCC})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-service")


class TestFeedback:
    async def test_on_a_false_alarm_is_kept_and_shown(self, hall: World, clerk: Person) -> None:
        draft = (await clerk.post("drafts", BODY)).json()["id"]
        path = f"drafts/{draft}/findings"
        reason = "个体户出身的老字号，登记机关同意保留"
        for said in ("先这样写", reason):
            answer = await clerk.post(f"{path}/NAME-LIMITED/feedback", {"reason": said})
            assert answer.status_code == 200, answer.text
        found = {f["rule"]: f["called_wrong"] for f in (await clerk.get(path)).json()["findings"]}
        assert found["NAME-LIMITED"] == reason
        assert found["VOTE-TWOTHIRDS"] is None
        async with hall.services.store.reading() as session:
            (kept,) = await feedback_on(session, draft)
        assert (kept.place, kept.by, kept.service) == (
            "form.new_name",
            clerk.actor.id,
            "company_change",
        )
        assert len(kept.definition) == 64

    async def test_on_what_was_not_found_is_refused(self, clerk: Person) -> None:
        draft = (await clerk.post("drafts", BODY)).json()["id"]
        path = f"drafts/{draft}/findings/HEAD-BARRED/feedback"
        answer = await clerk.post(path, {"reason": "没有这回事"})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-finding")
        empty = await clerk.post(f"drafts/{draft}/findings/NAME-LIMITED/feedback", {"reason": " "})
        assert empty.status_code == 422

    async def test_somebody_elses_draft_is_not_there(self, hall: World, clerk: Person) -> None:
        other = await hall.person("other", Role.WINDOW_CLERK)
        draft = (await clerk.post("drafts", BODY)).json()["id"]
        assert (await other.get(f"drafts/{draft}/findings")).json()["code"] == "unknown-draft"


class TestAhead:
    async def test_every_blocker_is_told_with_whose_it_is(self, clerk: Person) -> None:
        answer = await clerk.post("precheck/deregistration", {"uscc": USCC})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert (body["service"], body["registered"]) == ("company_deregistration", True)
        by = {found: [o for o in body["obstacles"] if o["found"] == found] for found in FOUND}
        assert any("经营异常名录" in each["reason"] for each in by["blocks"])
        assert all(each["owner"] and each["remedy"] for each in body["obstacles"])
        assert all(each["missing"] for each in by["unknown"])
        assert any("冻结" in each["reason"] for each in (*by["clear"], *by["unknown"]))

    async def test_any_service_may_be_asked_about(self, clerk: Person) -> None:
        body = {"uscc": USCC.lower(), "service": "company_change"}
        answer = (await clerk.post("precheck/deregistration", body)).json()
        assert answer["service_name"] == "企业信息变更"
        courses = [each["courses"] for each in answer["obstacles"] if each["found"] == "blocks"]
        assert courses
        assert all(courses)

    async def test_a_wrong_code_is_told(self, clerk: Person) -> None:
        answer = await clerk.post("precheck/deregistration", {"uscc": "91310117MA1J00001X"})
        assert answer.status_code == 422


FOUND = ("blocks", "unknown", "clear")


async def test_nothing_found_stops_an_application_and_all_of_it_is_kept(
    hall: World, clerk: Person
) -> None:
    form = {**BODY["form"], "contact_mobile": "13812345678"}  # type: ignore[dict-item]
    del form["new_legal_representative_name"]
    answers = {
        **BODY["answers"],  # type: ignore[dict-item]
        "paper_licence": "held",
        "filed_by": "legal_representative",
    }
    body = {**BODY, "form": form, "answers": answers, "insisted": True}
    taken = await clerk.post("bundles", body)
    assert taken.status_code == 201, taken.text
    async with hall.services.store.reading() as session:
        kept = await application_of(session, taken.json()["number"])
    assert kept is not None
    assert kept.insisted
    assert {"DATE-DECIDED", "VOTE-TWOTHIRDS"} <= {each.rule for each in kept.findings}
