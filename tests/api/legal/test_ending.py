"""Endings over HTTP: returned, terminated, withdrawn, revoked, disclosed; each with its reasons."""

import pytest

from definitions.language.roles import Role
from tests.support.legal_api import BASES, Case, ok, pointer, refused, started


class TestReturn:
    @pytest.mark.law("登记管理条例实施细则 18(3)")
    async def test_of_a_registration_not_accepted_yet(self, case: Case) -> None:
        await started(case, "register", lacking=["M07"])
        bare = await case.clerk.post(case.path("return", "REG"), {})
        assert (refused(bare), pointer(bare)) == ((422, "reasons-missing"), "/reasons")
        ok(await case.clerk.post(case.path("return", "REG"), {"reasons": ["缺 M07"]}))
        assert (await case.matter("REG"))["status"] == "lapsed"

    async def test_of_what_an_organ_examines_is_refused(self, case: Case) -> None:
        await started(case)
        answer = await case.clerk.post(case.path("return"), {"reasons": ["缺材料"]})
        assert refused(answer) == (409, "not-returnable")


class TestTermination:
    async def test_is_for_a_cause_of_the_closed_list_by_who_decides(self, case: Case) -> None:
        await started(case)
        body = {"cause": "applicant_ended", "reasons": ["企业已注销"]}
        early = await case.head.post(case.path("terminate"), body)
        assert refused(early) == (409, "not-in-hand")
        await case.accept()
        by_officer = await case.officer.post(case.path("terminate"), body)
        assert refused(by_officer) == (403, "forbidden")
        no_cause = await case.head.post(case.path("terminate"), {**body, "cause": "busy"})
        assert (refused(no_cause), pointer(no_cause)) == ((422, "cause-unknown"), "/cause")
        no_facts = await case.head.post(case.path("terminate"), {**body, "reasons": []})
        assert refused(no_facts) == (422, "reasons-missing")
        ok(await case.head.post(case.path("terminate"), body))
        assert (await case.matter())["status"] == "terminated"


class TestWithdrawal:
    async def test_of_a_named_matter_leaves_the_others(self, case: Case) -> None:
        await started(case, "register")
        body = {"matters": ["REG"], "reasons": ["暂不登记"]}
        ok(await case.clerk.post(f"bundles/{case.number}/withdraw", body))
        assert (await case.matter("REG"))["status"] == "withdrawn"
        assert (await case.matter())["status"] == "received"
        again = await case.clerk.post(f"bundles/{case.number}/withdraw", body)
        assert refused(again) == (409, "not-withdrawable")
        none = await case.clerk.post(f"bundles/{case.number}/withdraw", {"matters": ["NONE"]})
        assert refused(none) == (404, "unknown-matter")


class TestRevocation:
    @pytest.mark.law("行政许可法 69")
    async def test_of_a_grant_takes_reasons_and_law(self, case: Case) -> None:
        await started(case)
        body = {"reasons": ["以欺骗手段取得"], "bases": BASES}
        early = await case.head.post(case.path("revoke"), body)
        assert refused(early) == (409, "not-revocable")
        await case.grant()
        for part, place in (("reasons", "/reasons"), ("bases", "/bases")):
            bare = await case.head.post(case.path("revoke"), {**body, part: []})
            assert (refused(bare), pointer(bare)) == ((422, "reasons-missing"), place)
        unknown = [{"law": "没有这部法", "article": "1"}]
        answer = await case.head.post(case.path("revoke"), {**body, "bases": unknown})
        assert (refused(answer), pointer(answer)) == ((422, "invalid"), "/bases/0/law")
        by_officer = await case.officer.post(case.path("revoke"), body)
        assert refused(by_officer) == (403, "forbidden")
        ok(await case.head.post(case.path("revoke"), body))
        assert (await case.matter())["status"] == "revoked"

    async def test_comes_after_everything_was_closed_as_well(self, case: Case) -> None:
        await started(case)
        await case.grant()
        ok(await case.clerk.post(f"documents/{case.number}.PERMIT.licence/deliver"))
        assert (await case.clerk.get(f"bundles/{case.number}")).json()["status"] == "closed"
        late = await case.head.post(case.path("terminate"), {"cause": "force_majeure"})
        assert late.status_code == 409
        body = {"reasons": ["以欺骗手段取得"], "bases": BASES}
        ok(await case.head.post(case.path("revoke"), body))
        assert (await case.matter())["status"] == "revoked"


class TestDisclosure:
    @pytest.mark.law("行政许可法 40")
    async def test_grants_are_public_until_they_are_revoked(self, case: Case) -> None:
        nobody = case.world.client()
        await started(case)
        assert (await nobody.get("/api/v1/public/decisions")).json()["items"] == []
        await case.grant()
        page = (await nobody.get("/api/v1/public/decisions?limit=1")).json()
        (one,) = page["items"]
        assert (one["item"], one["department_name"]) == ("事项PERMIT", "food局")
        assert (one["firm_name"], one["decided_on"]) == ("上海松江样品有限公司", "2026-03-02")
        licence = (await case.clerk.get(f"bundles/{case.number}/documents")).json()
        number = next(d["number"] for d in licence if d["kind"] == "licence")
        assert one["documents"] == [number]
        assert "note" not in one
        after = {"after": page["next"]}
        assert (await nobody.get("/api/v1/public/decisions", params=after)).json()["items"] == []
        body = {"reasons": ["以欺骗手段取得"], "bases": BASES}
        ok(await case.head.post(case.path("revoke"), body))
        assert (await nobody.get("/api/v1/public/decisions")).json()["items"] == []


class TestFourDepartments:
    async def test_revoking_is_the_organs_own(self, case: Case) -> None:
        other = await case.world.person("tax_head", Role.APPROVER, "tax")
        await started(case, "sign")
        await case.grant()
        body = {"reasons": ["以欺骗手段取得"], "bases": BASES}
        assert refused(await other.post(case.path("revoke"), body)) == (403, "forbidden")
