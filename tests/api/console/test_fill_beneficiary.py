"""What a beneficiary is told of each benefit, in a sentence: what happened, and what to do."""

import pytest

from activities.store.benefits.facts import SubjectView
from api.benefits.beneficiary import Beneficiary
from api.console.fill import beneficiary as fill
from api.console.fill.benefits import says_of
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from definitions.language.benefits import SubjectKind
from definitions.language.roles import Actor, Role
from tests.support.console.benefits import entry, policy, state
from tests.support.console.parts import at

WHO = Beneficiary(
    subject=SubjectView(
        id=17,
        kind=SubjectKind.FIRM,
        code="91310117MA1J00001X",
        name="上海样品有限公司",
        account_name=None,
        account_number=None,
        account_version=1,
        query_code="a1b2c3d4",
        added_at=at(20, 9),
    ),
    actor=Actor(id="subject", role=Role.APPLICANT),
)
NOW = at(24, 9)
CONDITION = policy().conditions[0]


def told(status: Status, phase: Phase = Phase.PAYING, **changed: object) -> str:
    """The sentence."""
    line = entry(status).model_copy(update=changed)
    return fill.entry(WHO, line, state(phase), says_of(policy()), NOW).says


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (
            "opted-out",
            "您选择了不享受，这一笔不再发放。改变主意的，请收回选择，并要求人工复核。",
        ),
        (
            "objection-upheld",
            "公示异议成立，这一笔不再发放。不同意的，可以要求人工复核。",
        ),
        (
            CONDITION.id,
            f"拨付前核对，现在不再符合条件。不同意的，可以要求人工复核。（{CONDITION.says}）",
        ),
        (None, "拨付前核对，现在不再符合条件。不同意的，可以要求人工复核。"),
    ],
)
def test_who_is_stopped_is_told_by_what(why: str | None, said: str) -> None:
    assert told(Status.STOPPED, why=why) == said


def test_who_declined_all_of_it_is_not_told_of_one() -> None:
    assert "您选择了不享受" in told(Status.DECLINED, why="opted-out")
    assert "您已放弃" in told(Status.DECLINED, why=None)


def test_a_missing_account_is_not_called_missing_data() -> None:
    assert told(Status.HELD, has_account=False) == "没有登记收款账户。请申请登记账户，核对后拨付。"
    assert "暂时查不到" in told(Status.HELD, has_account=True)


def test_what_is_in_publicity_is_not_called_under_review() -> None:
    assert told(Status.LISTED, Phase.REVIEW) == "已列入名单，正在复核。"
    said = told(Status.LISTED, Phase.PUBLICITY)
    assert said == "名单正在公示，11月24日（周二）止；没有异议的，公示后拨付。"


def test_no_status_is_told_in_a_code() -> None:
    for status in Status:
        said = told(status, why=None, back_by=None)
        assert said.endswith("。")
        assert not any(sign.isascii() and sign.isalpha() for sign in said)
