"""Special procedures, extensions, more time, hearings over HTTP; limits explain themselves."""

from datetime import date, timedelta

import pytest

from activities.store.desk.applications import application_of
from definitions.language.roles import Role
from definitions.rules.calendar import end_of_day
from tests.support.legal_api import Case, ok, pointer, refused, started

PAUSE = {"cause": "inspection", "days": 10, "reasons": ["须送检"]}
MORE = {"days": 5, "reasons": ["案情复杂"]}


class TestProcedure:
    @pytest.mark.law("行政许可法 45")
    async def test_stops_the_office_and_shows_itself(self, case: Case) -> None:
        await started(case)
        await case.accept()
        due = (await case.matter())["due_at"]
        ok(await case.officer.post(case.path("procedures"), PAUSE))
        seen = await case.matter()
        assert (seen["status"], seen["suspended"], seen["due_at"]) == ("suspended", True, None)
        (one,) = (await case.clerk.get("suspended")).json()["items"]
        assert (one["cause"], one["days"], one["over"]) == ("inspection", 10, False)
        case.world.now.at += timedelta(days=2)
        ok(await case.officer.post(case.path("procedures/end"), {}))
        seen = await case.matter()
        assert seen["suspended"] is False
        assert seen["due_at"] > due
        assert (await case.clerk.get("suspended")).json()["items"] == []

    @pytest.mark.parametrize(
        ("changed", "code", "place"),
        [
            ({"cause": ""}, "cause-unknown", "/cause"),
            ({"cause": "site_survey"}, "cause-unknown", "/cause"),
            ({"reasons": []}, "reasons-missing", "/reasons"),
            ({"days": 0}, "deadline-past", "/days"),
            ({"days": 400}, "limit-too-long", "/days"),
            ({"days": "soon"}, "invalid", "/days"),
        ],
    )
    async def test_a_wrong_one_changes_nothing(
        self, case: Case, changed: dict[str, object], code: str, place: str
    ) -> None:
        await started(case)
        await case.accept()
        before = await case.events()
        answer = await case.officer.post(case.path("procedures"), {**PAUSE, **changed})
        assert (refused(answer), pointer(answer)) == ((422, code), place)
        assert await case.events() == before

    async def test_is_for_matters_in_hand_one_at_a_time(self, case: Case) -> None:
        await started(case)
        early = await case.officer.post(case.path("procedures"), PAUSE)
        assert refused(early) == (409, "not-in-hand")
        await case.accept()
        none = await case.officer.post(case.path("procedures/end"), {})
        assert refused(none) == (409, "not-suspended")
        first = ok(await case.officer.post(case.path("procedures"), PAUSE, key="once-and-again"))
        again = ok(await case.officer.post(case.path("procedures"), PAUSE, key="once-and-again"))
        assert first.json() == again.json()
        second = await case.officer.post(case.path("procedures"), PAUSE)
        assert refused(second) == (409, "suspended")

    async def test_is_the_organs_own(self, case: Case) -> None:
        other = await case.world.person("other", Role.OFFICER, "tax")
        await started(case, "sign")
        await case.accept()
        assert refused(await other.post(case.path("procedures"), PAUSE)) == (403, "forbidden")
        assert refused(await case.clerk.post(case.path("procedures"), PAUSE)) == (403, "forbidden")
        stranger = await case.world.person("stranger", Role.OFFICER, "customs")
        hidden = await stranger.post(case.path("procedures"), PAUSE)
        assert refused(hidden) == (404, "unknown-bundle")
        none = await case.officer.post(case.path("procedures", "NONE"), PAUSE)
        assert refused(none) == (404, "unknown-matter")

    async def test_a_result_is_the_officers_own_upload(self, case: Case) -> None:
        await started(case)
        await case.accept()
        ok(await case.officer.post(case.path("procedures"), PAUSE))
        theirs = await case.officer.post(
            case.path("procedures/end"), {"files": [case.files["any"]]}
        )
        assert (refused(theirs), pointer(theirs)) == ((422, "invalid"), "/files/0")
        own = (await case.officer.upload()).json()["id"]
        ok(await case.officer.post(case.path("procedures/end"), {"files": [own]}))


class TestExtension:
    @pytest.mark.law("行政许可法 42(1)")
    async def test_is_asked_once_and_approved_by_another(self, case: Case) -> None:
        await started(case)
        await case.accept()
        before = (await case.matter())["due_at"]
        ok(await case.officer.post(case.path("extension"), MORE))
        task = (await case.head.get("tasks?all=true")).json()["items"]
        asked = next(each for each in task if each["kind"] == "extension")
        assert (asked["days"], asked["reasons"]) == (5, MORE["reasons"])
        pending = await case.officer.post(case.path("extension"), MORE)
        assert refused(pending) == (409, "already-extended")
        ok(await case.complete(case.head, "PERMIT.extension-1", "approve"))
        seen = await case.matter()
        assert seen["due_at"] > before
        assert seen["special"]["extended"] is True
        second = await case.officer.post(case.path("extension"), MORE)
        assert refused(second) == (409, "already-extended")

    async def test_who_asked_does_not_approve(self, case: Case) -> None:
        await started(case)
        await case.accept()
        ok(await case.head.post(case.path("extension"), MORE))
        own = await case.complete(case.head, "PERMIT.extension-1", "approve")
        assert refused(own) == (403, "four-eyes")

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"days": 0}, "deadline-past"),
            ({"days": 11}, "limit-too-long"),
            ({"reasons": []}, "reasons-missing"),
        ],
    )
    async def test_a_wrong_one_changes_nothing(
        self, case: Case, changed: dict[str, object], code: str
    ) -> None:
        await started(case)
        await case.accept()
        before = await case.events()
        answer = await case.officer.post(case.path("extension"), {**MORE, **changed})
        assert refused(answer) == (422, code)
        assert await case.events() == before


class TestProlonging:
    async def test_the_applicants_limit_once(self, case: Case) -> None:
        await started(case, lacking=["M03"])
        points = [{"material": "M03", "defect": "缺章"}]
        ok(await case.complete(case.officer, "PERMIT.receipt", "ask_supplement", points=points))
        body = {"clock": "correction", "days": 3, "reasons": ["在外地"]}
        ok(await case.officer.post(case.path("supplement/prolong"), body))
        second = await case.officer.post(case.path("supplement/prolong"), body)
        assert refused(second) == (409, "already-extended")
        none = {**body, "clock": "promise"}
        answer = await case.officer.post(case.path("supplement/prolong"), none)
        assert (refused(answer), pointer(answer)) == ((409, "not-extendable"), "/clock")


class TestHearing:
    async def test_from_telling_to_minutes(self, case: Case) -> None:
        await started(case)
        await case.accept()
        ok(await case.officer.post(case.path("hearing/tell"), {"reasons": ["拟不予许可"]}))
        ok(await case.clerk.post(case.path("hearing/answer"), {"wanted": True}))
        day = {"on": "2026-03-18T10:00:00+08:00", "place": "三楼会议室", "chair": "second"}
        ok(await case.officer.post(case.path("hearing/schedule"), day))
        seen = await case.matter()
        assert seen["special"]["hearing"]["chair"] == case.second.actor.id
        early = await case.complete(case.officer, "PERMIT.hearing", "held")
        assert refused(early) == (409, "hearing-not-open")
        case.world.now.at += timedelta(days=16, hours=2)
        minutes = (await case.officer.upload()).json()["id"]
        ok(await case.complete(case.officer, "PERMIT.hearing", "held", files=[minutes]))
        assert (await case.matter())["special"]["hearing"]["status"] == "held"

    @pytest.mark.law("行政许可法 48")
    @pytest.mark.parametrize(
        ("changed", "code", "place"),
        [
            ({"on": "2026-02-27T10:00:00+08:00"}, "deadline-past", "/on"),
            ({"on": "2026-03-05T10:00:00+08:00"}, "limit-too-short", "/on"),
            ({"on": "2026-03-18T10:00:00"}, "invalid", "/on"),
            ({"chair": "nobody"}, "invalid", "/chair"),
        ],
        ids=["past", "too soon", "no zone", "no colleague"],
    )
    async def test_a_wrong_day_changes_nothing(
        self, case: Case, changed: dict[str, object], code: str, place: str
    ) -> None:
        await started(case)
        await case.accept()
        before = await case.events()
        day = {"on": "2026-03-18T10:00:00+08:00", "place": "三楼会议室", "chair": "second"}
        answer = await case.officer.post(case.path("hearing/schedule"), {**day, **changed})
        assert (refused(answer), pointer(answer)) == ((422, code), place)
        assert await case.events() == before

    async def test_is_answered_only_where_it_was_told(self, case: Case) -> None:
        await started(case)
        await case.accept()
        answer = await case.clerk.post(case.path("hearing/answer"), {"wanted": False})
        assert refused(answer) == (409, "hearing-not-open")
        by_officer = await case.officer.post(case.path("hearing/answer"), {"wanted": False})
        assert refused(by_officer) == (403, "forbidden")


class TestCompletion:
    @pytest.mark.law("行政许可法 34(3)")
    async def test_on_site_are_two_who_exist(self, case: Case) -> None:
        await started(case)
        await case.accept()
        alone = await case.complete(case.officer, "PERMIT.review", "pass")
        assert (refused(alone), pointer(alone)) == ((422, "officers-missing"), "/companions")
        unknown = await case.complete(case.officer, "PERMIT.review", "pass", companions=["x"])
        assert (refused(unknown), pointer(unknown)) == ((422, "invalid"), "/companions/0")
        ok(await case.complete(case.officer, "PERMIT.review", "pass", companions=["second"]))


class TestClocks:
    async def test_show_every_day_and_come_to_the_day_that_is_shown(self, case: Case) -> None:
        await started(case)
        await case.accept()
        ok(await case.officer.post(case.path("procedures"), PAUSE))
        case.world.now.at += timedelta(days=2)
        ok(await case.officer.post(case.path("procedures/end"), {}))
        shown = {clock["kind"]: clock for clock in (await case.matter())["clocks"]}
        body = (await case.clerk.get(case.path("clocks"))).json()
        explained = {clock["kind"]: clock for clock in body["clocks"]}
        statutory = explained["statutory"]
        assert statutory["due"]["at"] == shown["statutory"]["due_at"]
        assert statutory["lines"][-1]["nth"] == 20
        assert [line["day"] for line in statutory["lines"] if line["why"] == "paused"] == [
            "2026-03-03",
            "2026-03-04",
        ]
        (pause,) = statutory["pauses"]
        assert pause["cause"] == "检验"

    async def test_name_who_gave_more_time_and_why(self, case: Case) -> None:
        await started(case)
        await case.accept()
        ok(await case.officer.post(case.path("extension"), MORE))
        ok(await case.complete(case.head, "PERMIT.extension-1", "approve"))
        body = (await case.clerk.get(case.path("clocks"))).json()
        (statutory,) = (clock for clock in body["clocks"] if clock["kind"] == "statutory")
        (extension,) = statutory["extensions"]
        assert body["people"][extension["by"]] == "head姓名"
        assert body["texts"][extension["reason"]] == MORE["reasons"][0]  # type: ignore[index]

    async def test_are_for_those_who_may_read_the_matter(self, case: Case) -> None:
        other = await case.world.person("other", Role.OFFICER, "tax")
        stranger = await case.world.person("stranger", Role.OFFICER, "customs")
        await started(case, "sign")
        all_of_them = (await case.clerk.get(f"bundles/{case.number}/clocks")).json()
        assert [each["matter"] for each in all_of_them][:2] == ["PERMIT", "SIGN"]
        theirs = (await other.get(f"bundles/{case.number}/clocks")).json()
        assert {each["department"] for each in theirs} == {"tax"}
        assert refused(await other.get(case.path("clocks"))) == (404, "unknown-matter")
        assert refused(await stranger.get(case.path("clocks"))) == (404, "unknown-bundle")

    async def test_of_the_applicants_own_are_public_with_the_code(self, case: Case) -> None:
        await started(case, lacking=["M03"])
        points = [{"material": "M03", "defect": "缺章"}]
        ok(await case.complete(case.officer, "PERMIT.receipt", "ask_supplement", points=points))
        body = {"clock": "correction", "days": 3, "reasons": ["在外地"]}
        ok(await case.officer.post(case.path("supplement/prolong"), body))
        async with case.world.services.store.reading() as session:
            found = await application_of(session, case.number)
        assert found is not None
        answer = await case.world.client().get(
            f"/api/v1/progress/{case.number}", params={"code": found.query_code}
        )
        permit = next(m for m in answer.json()["matters"] if m["key"] == "PERMIT")
        (limit,) = permit["limits"]
        assert (limit["kind"], limit["extended"]) == ("correction", 3)
        assert limit["extensions"][0]["by"] == ""


class TestOverdue:
    async def test_says_who_since_when_and_how_late(self, case: Case) -> None:
        await started(case)
        await case.accept()
        ok(await case.officer.post(f"tasks/{case.number}.PERMIT.review/claim"))
        assert (await case.clerk.get("overdue")).json()["items"] == []
        await case.until(end_of_day(date(2026, 3, 18)))
        page = (await case.clerk.get("overdue?limit=1")).json()
        (one,) = page["items"]
        assert (one["clock"], one["due_on"], one["working_days"]) == ("promised", "2026-03-16", 3)
        assert (one["step"], one["assignees"]) == ("核查", ["officer姓名"])
        rest = (await case.clerk.get("overdue", params={"after": page["next"]})).json()
        assert rest["items"] == []
        other = await case.world.person("other", Role.OFFICER, "tax")
        assert (await other.get("overdue")).json()["items"] == []
