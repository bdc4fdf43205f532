"""回避: declared or detected, and what the concerned officer can no longer do."""

import pytest

from activities.store.desk.firms import FirmView, put_firm
from definitions.language.roles import Role
from tests.support import legal
from tests.support.api import USCC
from tests.support.legal_api import Case, ok, pointer, refused, started
from tests.support.work_api import WHY, Work, trusted

TASK = "PERMIT.receipt"
ID_NUMBER = "310227195801010011"


def place(case: Case) -> str:
    """Where it is declared."""
    return f"bundles/{case.number}/recuse"


class TestDeclared:
    async def test_gives_up_what_one_holds_and_may_do_no_more(self, case: Work) -> None:
        ok(await case.do(case.officer, TASK, "begin"))
        first = ok(await case.officer.post(place(case), WHY, key="concerns-me"))
        again = ok(await case.officer.post(place(case), WHY, key="concerns-me"))
        assert again.json() == first.json()
        assert await case.standing(TASK) == ("ready", None)
        for verb in ("claim", "begin"):
            answer = await case.do(case.officer, TASK, verb)
            assert refused(answer)[1] in {"recused", "unknown-task"}
        (event,) = await case.recorded("officer_recused")
        assert event.body["officer"] == case.officer.actor.id

    async def test_of_a_colleague_is_for_who_assigns_the_work(self, case: Work) -> None:
        body = {"officer": "officer", **WHY}
        other = await case.second.post(place(case), body)
        assert refused(other) == (403, "forbidden")
        foreign = await case.head.post(place(case), {"officer": "taxer", **WHY})
        assert (refused(foreign), pointer(foreign)) == ((422, "invalid"), "/officer")
        ok(await case.head.post(place(case), body))
        handed = await case.do(case.head, TASK, "hand-over", {"to": "officer"})
        assert (refused(handed), pointer(handed)) == ((403, "recused"), "/to")

    async def test_is_with_reasons_on_an_application_one_sees(self, case: Work) -> None:
        silent = await case.officer.post(place(case), {})
        assert (refused(silent), pointer(silent)) == ((422, "reasons-missing"), "/reasons")
        assert refused(await case.supervisor.post(place(case), WHY)) == (403, "forbidden")
        stranger = await case.world.person("stranger", Role.OFFICER, "customs")
        assert refused(await stranger.post(place(case), WHY)) == (404, "unknown-bundle")

    async def test_keeps_one_from_going_along(self, case: Work) -> None:
        await case.accept()
        ok(await case.second.post(place(case), WHY))
        answer = await case.complete(case.officer, "PERMIT.review", "pass", companions=["second"])
        assert (refused(answer), pointer(answer)) == ((403, "recused"), "/companions/0")


class TestDetected:
    @pytest.mark.parametrize("where", ["form", "firm"])
    async def test_whose_id_number_occurs_anywhere_keeps_away(
        self, around: Work, where: str
    ) -> None:
        form = {"decided_on": "2026-02-27"}
        if where == "form":
            form["note"] = f"委托代理人 {ID_NUMBER}，住松江"
        else:
            await _firm_of(around, ID_NUMBER)
        concerned = await trusted(around.world, "concerned", Role.OFFICER, "food", person=ID_NUMBER)
        await trusted(around.world, "other", Role.OFFICER, "food", person="310227195801010038")
        await started(around, form=form)
        (begun,) = await around.recorded("bundle_started")
        assert begun.body["recused"] == [concerned.actor.id]
        assert ID_NUMBER not in str(begun.body)
        answer = await around.do(concerned, TASK, "claim")
        assert refused(answer)[1] in {"recused", "unknown-task"}
        ok(await around.do(around.officer, TASK, "claim"))
        handed = await around.do(around.officer, TASK, "hand-over", {"to": "concerned"})
        assert refused(handed) == (403, "recused")

    async def test_another_number_concerns_nobody(self, around: Work) -> None:
        await trusted(around.world, "concerned", Role.OFFICER, "food", person=ID_NUMBER)
        longer = {"decided_on": "2026-02-27", "note": f"1{ID_NUMBER}"}
        await started(around, form=longer)
        (begun,) = await around.recorded("bundle_started")
        assert begun.body["recused"] == []


async def _firm_of(around: Work, person: str) -> None:
    """The register knows the firm, and that somebody has a share in it."""
    known = FirmView(
        code=USCC,
        name="上海松江样品有限公司",
        facts={"shareholder_ids": ("91310117MA1J00002E", person)},
        source="样品登记库",
        as_of=legal.NOW.date(),
    )
    async with around.world.services.store.begin() as session:
        await put_firm(session, known)
