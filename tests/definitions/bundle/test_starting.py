"""What was promised is open, listed, chosen, and by somebody who may: checked before the start."""

import pytest

from definitions.bundle.decide import start
from definitions.bundle.evolve import replay
from definitions.bundle.starting import check
from definitions.errors import Code, Refused
from definitions.language.pending import Mode
from definitions.matter.events import BundleStarted, Commitment
from definitions.rules.openings import gaps
from tests.support.legal import CLERK, NOW, life, planned, rewritten
from tests.support.services import NUMBER

SIGN = Commitment(matter="SIGN", mode=Mode.INFORM_COMMIT, materials=("M05",))
CLEAR = Commitment(matter="CLEAR", mode=Mode.ISSUE_THEN_SUPPLY, materials=("M06",))
PERMIT = Commitment(matter="PERMIT", mode=Mode.ACCEPT_PENDING, materials=("M03",))


def begun(
    *also: str,
    lacking: tuple[str, ...] = (),
    promised: tuple[str, ...] = (),
    committed: tuple[str, ...] = (),
    commitments: tuple[Commitment, ...] = (),
    firm: dict[str, bool] | None = None,
) -> BundleStarted:
    """The start of an application with these promises."""
    plan = planned(*also, firm=dict(firm or {}))
    event = life(plan, lacking=lacking, promised=promised, committed=committed).events[0].event
    assert isinstance(event, BundleStarted)
    return event.model_copy(update={"commitments": commitments})


def fault(started: BundleStarted) -> str | None:
    """The place of what is not open."""
    with pytest.raises(Refused) as refused:
        check(started)
    assert refused.value.code is Code.PROMISE_NOT_OPEN
    return refused.value.field


class TestOpen:
    @pytest.mark.parametrize(
        "started",
        [
            begun(),
            begun("sign", promised=("M05",), commitments=(SIGN,)),
            begun("clear", lacking=("M06",), committed=("CLEAR",), commitments=(CLEAR,)),
            begun(lacking=("M03",), committed=("PERMIT",), commitments=(PERMIT,)),
            begun(
                "sign",
                promised=("M05",),
                commitments=(SIGN.model_copy(update={"by_agent": True, "authorised": True}),),
            ),
        ],
        ids=["nothing", "promise", "later", "pending", "by an agent who may"],
    )
    def test_is_taken(self, started: BundleStarted) -> None:
        check(started)
        state = replay(start(started, key="k", actor=CLERK, now=NOW))
        assert state.number == NUMBER

    def test_a_promise_instead_of_a_proof_has_its_paper(self) -> None:
        started = begun("sign", promised=("M05",), commitments=(SIGN,))
        state = replay(start(started, key="k", actor=CLERK, now=NOW))
        assert f"{NUMBER}.SIGN.commitment" in state.documents


class TestNotOpen:
    @pytest.mark.law("容缺 2.3(1)")
    def test_what_the_applicant_did_not_choose(self) -> None:
        assert fault(begun("sign", promised=("M05",))) == "/materials/M05"

    @pytest.mark.law("容缺 2.3(2a)")
    @pytest.mark.parametrize(
        ("started", "place"),
        [
            (begun("register", promised=("M07",), commitments=(SIGN,)), "/commitments/0/matter"),
            (begun("register", promised=("M07",)), "/materials/M07"),
            (begun("register", committed=("REG",)), "/committed/0"),
            (begun(lacking=("M01",), committed=("PERMIT",)), "/committed/0"),
            (begun(commitments=(PERMIT,)), "/commitments/0/materials/0"),
            (
                begun(
                    lacking=("M01",),
                    commitments=(PERMIT.model_copy(update={"materials": ("M01",)}),),
                ),
                "/commitments/0/materials/0",
            ),
            (
                begun(commitments=(PERMIT.model_copy(update={"materials": ("M99",)}),)),
                "/commitments/0/materials/0",
            ),
            (
                begun(commitments=(PERMIT.model_copy(update={"mode": Mode.HOLD}),)),
                "/commitments/0/mode",
            ),
            (
                begun(commitments=(PERMIT.model_copy(update={"mode": Mode.INFORM_COMMIT}),)),
                "/commitments/0/mode",
            ),
        ],
        ids=[
            "a matter that is not handled",
            "a proof no promise stands for",
            "a matter that bears nothing",
            "a main paper",
            "a paper that is there",
            "a main paper by name",
            "a paper nobody needs",
            "holding what is examined",
            "a mode that is not offered",
        ],
    )
    def test_what_is_not_on_the_list(self, started: BundleStarted, place: str) -> None:
        assert fault(started) == place

    @pytest.mark.law("容缺 2.3(2e)")
    def test_an_agent_needs_express_authority(self) -> None:
        signed = SIGN.model_copy(update={"by_agent": True})
        started = begun("sign", promised=("M05",), commitments=(signed,))
        assert fault(started) == "/commitments/0/authorised"

    @pytest.mark.law("容缺 2.3(2d)")
    @pytest.mark.parametrize("fact", ["dishonest", "broken_promise", "overdue_promise"])
    def test_who_broke_a_promise_may_not_promise(self, fact: str) -> None:
        started = begun(
            "sign", promised=("M05",), commitments=(SIGN,), firm={f"firm.{fact}": True, fact: True}
        )
        assert fault(started) == "/commitments/0/materials/0"


class TestWhyNot:
    """Each way that is not open says why."""

    def _why(self, matter: str, mode: Mode, **changes: object) -> str | None:
        plan = planned("sign", "clear", "register", service=rewritten(matter, **changes))
        gap = next(gap for gap in gaps(plan) if gap.matter == matter)
        return next(way.why_not for way in gap.openings if way.mode is mode)

    @pytest.mark.law("容缺 2.4(1)")
    def test_too_short_a_promise(self) -> None:
        assert "承诺时限只有 2 个工作日" in (
            self._why("REG", Mode.ACCEPT_PENDING, promised={"days": 2}) or ""
        )

    def test_done_on_the_spot(self) -> None:
        why = self._why("REG", Mode.ACCEPT_PENDING, instant=True)
        assert why is not None
        assert "即办件" in why

    def test_examined_first(self) -> None:
        assert "补正" in (self._why("PERMIT", Mode.HOLD) or "")

    @pytest.mark.parametrize("mode", [Mode.ACCEPT_PENDING, Mode.ISSUE_THEN_SUPPLY])
    def test_not_offered_at_all(self, mode: Mode) -> None:
        assert "清单" in (self._why("REG", mode, promised={"days": 3}) or "")

    def test_the_waived_are_no_gap(self) -> None:
        assert "M02" not in {gap.material for gap in gaps(planned("sign"))}
