"""Promises at the counter: what may be promised, by whom, what is told, and what follows."""

from datetime import date, timedelta

import pytest

from definitions.language.roles import Role
from definitions.rules.calendar import end_of_day
from tests.support.api import USCC, Person
from tests.support.legal_api import Case, ok, pointer, refused, started, take_in

WRONG = {"reasons": ["与承诺不符"]}


async def _tax(case: Case) -> tuple[Person, Person]:
    officer = await case.world.person("taxer", Role.OFFICER, "tax")
    return officer, await case.world.person("tax_head", Role.APPROVER, "tax")


class TestTaking:
    @pytest.mark.law("容缺 2.3(1)", "容缺 2.3(3)")
    async def test_a_promise_instead_of_a_proof_is_followed(self, case: Case) -> None:
        _, head = await _tax(case)
        await started(case, "sign", promised=["M05"])
        materials = (await case.clerk.get(f"bundles/{case.number}/materials")).json()
        m05 = next(each for each in materials if each["code"] == "M05")
        assert (m05["status"], m05["mode"]) == ("promised", "inform_commit")
        documents = (await case.clerk.get(f"bundles/{case.number}/documents")).json()
        assert f"{case.number}.SIGN.commitment" in {each["id"] for each in documents}
        ok(await case.complete(head, "SIGN.decide", "grant"))
        (one,) = (await case.clerk.get("promises")).json()["items"]
        assert (one["mode"], one["clock"], one["materials"]) == (
            "inform_commit",
            "verification",
            ["M05"],
        )
        assert one["due_at"] is not None

    async def test_how_it_was_signed_is_kept(self, case: Case) -> None:
        said = {
            "matter": "CLEAR",
            "mode": "issue_then_supply",
            "materials": ["M06"],
            "way": "pad",
            "by_agent": True,
            "authorised": True,
        }
        await started(case, "clear", lacking=["M06"], commitments=[said])
        page = (await case.clerk.get(f"bundles/{case.number}/timeline")).json()["items"]
        assert page[-1]["kind"] == "bundle_started"
        _, head = await _tax(case)
        ok(await case.complete(head, "CLEAR.decide", "grant"))
        (one,) = (await case.clerk.get("promises")).json()["items"]
        assert (one["mode"], one["materials"]) == ("issue_then_supply", ["M06"])

    @pytest.mark.parametrize(
        ("also", "changed", "place"),
        [
            (
                "clear",
                {
                    "lacking": ["M06"],
                    "commitments": [
                        {
                            "matter": "CLEAR",
                            "mode": "issue_then_supply",
                            "materials": ["M06"],
                            "by_agent": True,
                        }
                    ],
                },
                "/commitments/0/authorised",
            ),
            (
                "clear",
                {
                    "lacking": ["M06"],
                    "committed": ["CLEAR"],
                    "form": {"decided_on": "2026-02-27", "agent_name": "王代办"},
                },
                "/commitments/0/authorised",
            ),
            (
                "clear",
                {"commitments": [{"matter": "CLEAR", "mode": "inform_commit"}]},
                "/commitments/0/mode",
            ),
            (
                "clear",
                {
                    "commitments": [
                        {"matter": "CLEAR", "mode": "issue_then_supply", "materials": ["M06"]}
                    ]
                },
                "/commitments/0/materials/0",
            ),
            (
                "clear",
                {"commitments": [{"matter": "RENEW", "mode": "hold"}]},
                "/commitments/0/matter",
            ),
            ("clear", {"lacking": ["M01"], "committed": ["PERMIT"]}, "/committed/0"),
        ],
        ids=[
            "agent without authority",
            "agent of the form without authority",
            "mode not offered",
            "nothing is missing",
            "matter not handled",
            "gap not listed",
        ],
    )
    async def test_what_is_not_open_is_refused_and_nothing_is_taken_in(
        self, case: Case, also: str, changed: dict[str, object], place: str
    ) -> None:
        answer = await take_in(case, also, **changed)
        assert (refused(answer), pointer(answer)) == ((422, "promise-not-open"), place)
        assert case.world.engine.started == []

    @pytest.mark.parametrize(("also", "code"), [("sign", "M03"), ("register", "M07")])
    async def test_what_must_be_brought_is_not_replaced_by_a_promise(
        self, case: Case, also: str, code: str
    ) -> None:
        answer = await take_in(case, also, promised=[code])
        assert (refused(answer), pointer(answer)) == (
            (422, "invalid"),
            f"/materials/{code}/promised",
        )
        assert case.world.engine.started == []

    async def test_a_date_of_the_form_starts_its_clock(self, case: Case) -> None:
        await started(case)
        clocks = (await case.clerk.get(case.path("clocks"))).json()["clocks"]
        duty = next(clock for clock in clocks if clock["rule"] == "CHG30")
        assert duty["lines"][0]["day"] == "2026-02-27"


class TestWhyNot:
    async def test_every_way_is_open_or_says_why_not(self, case: Case) -> None:
        body = {
            "service": "legal",
            "firm_code": USCC,
            "firm_name": "上海松江样品有限公司",
            "answers": {"kind": "limited", "heard": "no", "with": ["sign", "clear"]},
        }
        found = (await case.clerk.post("guidance", body)).json()["gaps"]
        ways = {
            (gap["matter"], gap["material"], way["mode"]): way
            for gap in found
            for way in gap["openings"]
        }
        assert all(way["open"] is (way["why_not"] is None) for way in ways.values())
        assert ways["PERMIT", "M03", "accept_pending"]["limit"]["days"] == 8
        assert "主审要件" in ways["PERMIT", "M01", "accept_pending"]["why_not"]
        assert ways["SIGN", "M05", "inform_commit"]["open"]
        assert ways["CLEAR", "M06", "issue_then_supply"]["open"]
        assert "不实行告知承诺" in ways["CLEAR", "M06", "inform_commit"]["why_not"]


class TestStanding:
    @pytest.mark.law("容缺 2.3(2d)")
    async def test_a_broken_promise_bars_the_next_until_it_is_repaired(self, case: Case) -> None:
        await _broken(case)
        answer = await take_in(case, "clear", lacking=["M06"], committed=["CLEAR"])
        assert (refused(answer), pointer(answer)) == ((422, "promise-not-open"), "/committed/0")
        asked = {
            "service": "legal",
            "firm_code": USCC,
            "firm_name": "上海松江样品有限公司",
            "answers": {"kind": "limited", "heard": "no", "with": ["clear"]},
        }
        firm = (await case.clerk.post("guidance", asked)).json()["firm"]
        assert firm["facts"]["broken_promise"] is True
        assert case.number in firm["sources"]["broken_promise"]
        supervisor = await case.world.person("supervisor", Role.SUPERVISOR)
        path = f"credits/{case.number}/CLEAR/repair"
        by_clerk = await case.clerk.post(path, {"reason": "已补交"})
        assert refused(by_clerk) == (403, "forbidden")
        assert (await supervisor.post(path, {"reason": "已补交"})).status_code == 204
        assert (await supervisor.post(path, {"reason": "已补交"})).status_code == 204
        again = await supervisor.post(path, {"reason": "另有理由"})
        assert refused(again) == (409, "credit-repaired")
        answer = await take_in(case, "clear", lacking=["M06"], committed=["CLEAR"])
        assert answer.status_code == 201, answer.text

    async def test_records_are_listed_by_firm(self, case: Case) -> None:
        await _broken(case)
        (one,) = (await case.clerk.get(f"credits?uscc={USCC}")).json()["items"]
        assert (one["matter"], one["grade"], one["repaired_at"]) == (
            "CLEAR",
            "public_record",
            None,
        )
        page = (await case.clerk.get("credits?limit=1")).json()
        rest = await case.clerk.get("credits", params={"after": page["next"]})
        assert rest.json()["items"] == []
        assert refused(await case.clerk.get("credits?uscc=1")) == (422, "invalid")
        assert refused(await case.officer.get("credits")) == (403, "forbidden")

    async def test_a_record_that_is_not_there_is_not_repaired(self, case: Case) -> None:
        supervisor = await case.world.person("supervisor", Role.SUPERVISOR)
        answer = await supervisor.post("credits/none/REG/repair", {"reason": "已补交"})
        assert refused(answer) == (404, "unknown-credit")


async def _broken(case: Case) -> None:
    """The firm promised to supply later, got its result, and never supplied."""
    _, head = await _tax(case)
    await started(case, "clear", lacking=["M06"], committed=["CLEAR"])
    ok(await case.complete(head, "CLEAR.decide", "grant"))
    await case.until(end_of_day(date(2026, 3, 23)) + timedelta(hours=1))
    assert (await case.matter("CLEAR"))["special"]["promise"]["status"] == "broken"
