"""What is said of policies: formulas, conditions, and what two versions say otherwise."""

from typing import Any

import pytest

from definitions.language.benefits import PolicyDefinition
from definitions.language.formulas import Formula
from definitions.lifecycle.policy_diffing import policy_changes
from definitions.lifecycle.policy_saying import Saying, fact_said, rate_said
from definitions.policy_loading import load_facts
from definitions.rules.money import yuan
from definitions.source import parse
from tests.support.new_policy import TEXT

FACTS = {fact.fact: fact for fact in load_facts().facts}
ORGANS = {"science": "科委", "health": "卫生健康委"}


def policy(**changed: Any) -> PolicyDefinition:  # noqa: ANN401 - as in YAML
    """The sample with these keys said otherwise."""
    said = parse(TEXT.encode(), "x.yaml").data
    return PolicyDefinition.model_validate({**said, **changed})


def told(**changed: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 - as in YAML
    """What the sample with these changes says otherwise than without."""
    found = policy_changes(policy(), policy(**changed), FACTS, ORGANS)
    return [(each.section, each.kind, each.text) for each in found]


@pytest.mark.parametrize(
    ("fen", "said"),
    [
        (0, "0.00 元"),
        (1, "0.01 元"),
        (1_234_500, "12,345.00 元"),
        (-150, "-1.50 元"),
        (-1, "-0.01 元"),
    ],
)
def test_money(fen: int, said: str) -> None:
    assert yuan(fen) == said


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (30_000, "300.00 元"),
        ({"fact": "firm.tax_paid"}, "“上年度实缴税款”"),
        ({"times": [{"fact": "firm.patents_granted"}, 500]}, "“上年度授权的发明专利” × 5.00 元"),
        ({"times": [500, {"fact": "firm.patents_granted"}]}, "5.00 元 × “上年度授权的发明专利”"),
        ({"times": [2, {"fact": "firm.tax_paid"}]}, "2 × “上年度实缴税款”"),
        ({"percent": 60, "of": {"fact": "firm.tax_paid"}}, "“上年度实缴税款”的 60%"),
        (
            {"least": [100, {"sum": [{"fact": "firm.tax_paid"}, 200]}]},
            "1.00 元、（“上年度实缴税款” + 2.00 元）中最小的",
        ),
        (
            {"bands": [{"from": 1, "then": 100}], "of": {"fact": "firm.patents_granted"}},
            "按“上年度授权的发明专利”分档：1 起 1.00 元",
        ),
        (
            {"choose": "firm.size", "by": {"large": 100}, "otherwise": 200},
            "“企业规模”为“大型”的，1.00 元；其余的，2.00 元",
        ),
        ({"months_since": "firm.founded_on"}, "从“成立日期”到比对日的满月数"),
    ],
)
def test_formulas_in_words(formula: Formula, said: str) -> None:
    read = policy(amount={"formula": formula, "at_most": 1}).amount.formula
    assert Saying(policy(), FACTS).formula(read) == said


def test_values_and_rates_in_words() -> None:
    assert fact_said(FACTS["firm.size"], "micro") == "微型"
    assert fact_said(FACTS["firm.active"], value=True) == "是"
    assert fact_said(FACTS["firm.tax_paid"], 100) == "1.00 元"
    assert fact_said(FACTS["firm.credit_score"], 95) == "95 分"
    assert fact_said(FACTS["firm.certificates"], ("iso9001", "other")) == "质量管理体系认证、other"
    assert fact_said(FACTS["firm.certificates"], ()) == "没有"
    assert (rate_said(55), rate_said(200), rate_said(-75)) == ("5.5%", "20%", "-7.5%")


def test_the_same_policy_says_nothing_otherwise() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("name", "绿色工厂奖补", [("政策", "changed", "名称 “绿色工厂奖励” → “绿色工厂奖补”")]),
        ("organ", "health", [("政策", "changed", "发放部门 科委 → 卫生健康委")]),
        ("every", "once", [("政策", "changed", "享受次数 每年一次 → 一次")]),
        (
            "budget",
            {"fen": 50, "per": "policy"},
            [("资金", "changed", "预算 1,000,000.00 元（每期） → 0.50 元（整个有效期）")],
        ),
        (
            "publicity",
            None,
            [
                (
                    "办理",
                    "changed",
                    "公示 5 个工作日，公示名称（姓名）、金额，姓名（名称）部分隐去 → 不公示",
                )
            ],
        ),
        (
            "begins",
            {"facts": ["firm.titles"]},
            [("办理", "changed", "何时自动开始 每年 6 月 1 日 → 有新的“有效的认定、称号”时")],
        ),
        ("verified_after", 90, [("办理", "changed", "兑现后核验 不核验 → 90 日后")]),
        (
            "amount",
            {"formula": 100_000, "at_most": 100_000, "mark": "text"},
            [
                ("金额", "changed", "算法 “新招用的符合条件的青年人数” × 500.00 元 → 1,000.00 元"),
                ("金额", "changed", "封顶 10,000.00 元 → 1,000.00 元"),
                ("金额", "changed", "可靠程度 示例，以当年文件为准 → 照文件"),
                ("金额", "changed", "金额说明 “500元是示例” → （无）"),
            ],
        ),
    ],
)
def test_each_thing_that_is_otherwise_is_said(
    key: str, value: object, expected: list[tuple[str, str, str]]
) -> None:
    assert told(**{key: value}) == expected


def test_conditions_and_figures_come_and_go() -> None:
    small, hired, dishonest = policy().model_dump(by_alias=True, exclude_none=True)["conditions"]
    older = {
        "id": "older",
        "says": "成立满两年",
        "measure": {"number": {"figure": "age"}, "at_least": 24, "unit": "个月"},
    }
    figure = {"name": "age", "label": "成立月数", "unit": "个月", "formula": 1}
    hired = {**hired, "excludes": True}
    assert told(conditions=[small, hired, older], figures=[figure]) == [
        ("算式", "added", "新增算式：“成立月数”"),
        ("条件", "removed", f"删去条件：“{dishonest['says']}”"),
        ("条件", "changed", "性质 应当符合 → 符合的排除（“招用青年至少1人”）"),
        ("条件", "added", "新增条件：“成立满两年”"),
    ]


def test_another_order_of_conditions_says_nothing() -> None:
    written = policy().model_dump(by_alias=True, exclude_none=True)["conditions"]
    assert told(conditions=list(reversed(written))) == []
