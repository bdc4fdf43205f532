"""Receipt over HTTP: examined, told once, corrected on the spot, not accepted; each wrong input."""

from datetime import date

import httpx2
import pytest

from definitions.language.roles import Role
from definitions.rules.calendar import end_of_day
from tests.support.legal_api import Case, ok, pointer, refused, started, take_in

POINTS = [{"material": "M03", "defect": "缺法定代表人签名，请补签"}]


async def _ask(case: Case, **more: object) -> httpx2.Response:
    return await case.complete(
        case.officer, "PERMIT.receipt", "ask_supplement", **{"points": POINTS, **more}
    )


class TestNotice:
    @pytest.mark.law("行政许可法 32(1)(4)")
    async def test_every_point_is_told_with_its_text(self, case: Case) -> None:
        await started(case, lacking=["M03"])
        ok(await _ask(case, days=10))
        seen = await case.matter()
        (point,) = seen["special"]["notice"]["points"]
        assert seen["texts"][point["defect"]["text"]] == POINTS[0]["defect"]
        assert seen["status"] == "supplementing"
        material = next(
            m
            for m in (await case.clerk.get(f"bundles/{case.number}/materials")).json()
            if m["code"] == "M03"
        )
        assert material["mode"] == "correction"

    @pytest.mark.parametrize(
        ("more", "code", "place"),
        [
            ({"points": []}, "reasons-missing", "/points"),
            ({"days": 0}, "deadline-past", "/days"),
            ({"days": 400}, "limit-too-long", "/days"),
            ({"points": [{"material": "M02", "defect": "x"}]}, "unknown-material", None),
            ({"points": [{"material": "M03", "defect": " "}]}, "invalid", "/points/0/defect"),
        ],
    )
    async def test_a_wrong_one_changes_nothing(
        self, case: Case, more: dict[str, object], code: str, place: str | None
    ) -> None:
        await started(case, lacking=["M03"])
        before = await case.events()
        answer = await _ask(case, **more)
        assert refused(answer)[1] == code
        if place is not None:
            assert pointer(answer) == place
        assert await case.events() == before

    @pytest.mark.law("行政许可法 72")
    async def test_a_point_not_told_at_first_needs_a_supervisor(self, case: Case) -> None:
        supervisor = await case.world.person("supervisor", Role.SUPERVISOR)
        await started(case, lacking=["M03"])
        ok(await _ask(case))
        more = {"points": [{"material": "M04", "defect": "缺章"}]}
        answer = await _ask(case, **more)
        assert refused(answer) == (409, "second-notice")
        by_officer = await case.officer.post(case.path("second-notice"), {"reason": "确有必要"})
        assert refused(by_officer) == (403, "forbidden")
        ok(await supervisor.post(case.path("second-notice"), {"reason": "确有必要"}))
        ok(await case.complete(case.officer, "PERMIT.receipt-2", "ask_supplement", **more))

    async def test_acceptance_of_what_is_incomplete_is_refused(self, case: Case) -> None:
        await started(case, lacking=["M03"])
        answer = await case.complete(case.officer, "PERMIT.receipt", "accept")
        assert refused(answer) == (409, "material-missing")

    async def test_who_is_not_competent_says_who_is(self, case: Case) -> None:
        await started(case)
        body = {"reasons": ["不属本机关职权"]}
        bare = await case.complete(case.officer, "PERMIT.receipt", "not_competent", **body)
        assert (refused(bare), pointer(bare)) == ((422, "reasons-missing"), "/organ")
        organ = "上海市市场监督管理局"
        ok(
            await case.complete(
                case.officer, "PERMIT.receipt", "not_competent", organ=organ, **body
            )
        )
        seen = await case.matter()
        assert (seen["status"], seen["special"]["competent"]) == ("not_accepted", organ)


class TestDeemed:
    @pytest.mark.law("行政许可法 32(1)(4)")
    async def test_five_days_of_silence_are_acceptance_from_the_receipt(self, case: Case) -> None:
        await started(case)
        await case.until(end_of_day(date(2026, 3, 9)))
        seen = await case.matter()
        assert (seen["status"], seen["accepted_at"][:10]) == ("deemed_accepted", "2026-03-02")
        assert seen["special"]["deemed"] is True


class TestSupply:
    async def test_after_the_limit_is_late(self, case: Case) -> None:
        await started(case, lacking=["M03"])
        ok(await _ask(case, days=3))
        await case.until(end_of_day(date(2026, 3, 5)))
        body = {"files": [case.files["any"]]}
        answer = await case.clerk.post(f"bundles/{case.number}/materials/M03/supply", body)
        assert refused(answer) == (409, "supplement-late")


class TestCorrection:
    @pytest.mark.law("行政许可法 32(1)(3)")
    async def test_a_paper_is_exchanged_before_acceptance_and_not_after(self, case: Case) -> None:
        await started(case)
        file = (await case.clerk.upload()).json()["id"]
        path, body = f"bundles/{case.number}/corrections", {"material": "M03", "files": [file]}
        ok(await case.clerk.post(path, body))
        materials = (await case.clerk.get(f"bundles/{case.number}/materials")).json()
        m03 = next(each for each in materials if each["code"] == "M03")
        assert [each["id"] for each in m03["files"]] == [file]
        await case.accept()
        assert refused(await case.clerk.post(path, body)) == (409, "not-correctable")

    async def test_a_paper_that_was_not_uploaded_is_pointed_at(self, case: Case) -> None:
        await started(case)
        body = {"material": "M03", "files": ["f-none"]}
        answer = await case.clerk.post(f"bundles/{case.number}/corrections", body)
        assert (refused(answer), pointer(answer)) == ((422, "invalid"), "/files/0")

    @pytest.mark.law("行政许可法 32(1)(3)")
    async def test_a_field_is_put_right_and_what_was_submitted_stays(self, case: Case) -> None:
        await started(case, form={"decided_on": "2026-02-27", "note": "松江区文城路 1 号"})
        path = f"bundles/{case.number}/corrections"
        body = {"field": "note", "value": "松江区文诚路 1 号"}
        first = ok(await case.clerk.post(path, body, key="once-and-again"))
        again = ok(await case.clerk.post(path, body, key="once-and-again"))
        assert first.json() == again.json()
        said = (await case.clerk.get(f"bundles/{case.number}")).json()["application"]
        assert said["form"]["note"] == "松江区文城路 1 号"
        assert said["corrections"] == {"note": "松江区文诚路 1 号"}

    @pytest.mark.parametrize(
        ("field", "value", "code", "place"),
        [
            ("nothing", "x", "invalid", "/field"),
            ("note", "长" * 300, "invalid", "/value"),
            ("note", "松江区", "invalid", "/value"),
            ("decided_on", "2026-02-26", "not-correctable", "/field"),
        ],
        ids=["no field", "breaks its rule", "the same", "starts a clock"],
    )
    async def test_a_wrong_one_changes_nothing(
        self, case: Case, field: str, value: str, code: str, place: str
    ) -> None:
        await started(case, form={"decided_on": "2026-02-27", "note": "松江区"})
        before = await case.events()
        answer = await case.clerk.post(
            f"bundles/{case.number}/corrections", {"field": field, "value": value}
        )
        assert (refused(answer)[1], pointer(answer)) == (code, place)
        assert await case.events() == before

    async def test_a_stranger_knows_nothing_of_it(self, case: Case) -> None:
        stranger = await case.world.person("stranger", Role.OFFICER, "customs")
        await started(case)
        body = {"field": "note", "value": "x"}
        answer = await stranger.post(f"bundles/{case.number}/corrections", body)
        assert refused(answer) == (404, "unknown-bundle")


class TestSubmission:
    async def test_of_one_draft_twice_has_its_own_code(self, case: Case) -> None:
        answer = await take_in(case)
        assert answer.status_code == 201
        body = {
            "service": "legal",
            "firm_code": "91310117MA1J00001G",
            "firm_name": "上海松江样品有限公司",
            "answers": {"kind": "limited", "heard": "no", "with": ["none"]},
            "form": {"decided_on": "2026-02-27"},
            "materials": {c: {"files": [case.files["any"]]} for c in ("M01", "M03", "M04")},
        }
        draft = (await case.clerk.post("drafts", body)).json()["id"]
        first = await case.clerk.post(f"drafts/{draft}/submit")
        again = await case.clerk.post(f"drafts/{draft}/submit")
        assert first.status_code == 201, first.text
        assert refused(again) == (409, "draft-submitted")
        assert again.json()["details"]["number"] == first.json()["number"]
