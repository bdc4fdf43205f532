"""What a diff says: everything that is otherwise, in Chinese; order alone is nothing."""

from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from definitions.language.service import ServiceDefinition
from definitions.lifecycle.diffing import changes
from definitions.loading import CATALOGUE, load_catalogue
from tests.support.new_service import TEXT

SHARED = load_catalogue()
DEFINITION = TypeAdapter(ServiceDefinition)
FOOD = "（食品经营许可变更）"


def shipped(service: str = "company_change") -> dict[str, Any]:
    """The first version as data, to be changed."""
    text = (CATALOGUE / service / "v1.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - all words
    return _typed(loaded)


def _typed(value: Any) -> Any:  # noqa: ANN401 - plain YAML
    match value:
        case dict():
            return {key: _typed(each) for key, each in value.items()}
        case list():
            return [_typed(each) for each in value]
        case "true" | "false":
            return value == "true"
        case _:
            return value


def read(data: dict[str, Any]) -> ServiceDefinition:
    """The definition."""
    return DEFINITION.validate_python(data)


def matter(data: dict[str, Any], key: str = "LIC_FOOD") -> dict[str, Any]:
    """One matter of it."""
    found: dict[str, Any] = next(each for each in data["matters"] if each["key"] == key)
    return found


def said(after: dict[str, Any]) -> list[str]:
    """What is said of the difference to the first version."""
    return [each.text for each in changes(read(shipped()), read(after), SHARED)]


class TestChanges:
    def test_the_same_is_no_change(self) -> None:
        assert said(shipped()) == []

    def test_another_order_is_no_change(self) -> None:
        data = shipped()
        for name in ("materials", "matters", "situations", "blockers", "form", "bases"):
            data[name].reverse()
        matter(data)["materials"].reverse()
        matter(data)["bases"].reverse()
        assert said(data) == []

    def test_the_order_of_questions_is_one(self) -> None:
        data = shipped()
        data["questions"].reverse()
        assert said(data) == ["问题的先后顺序有改动"]

    def test_a_promise(self) -> None:
        data = shipped()
        matter(data)["promised"]["days"] = 3
        assert said(data) == [f"承诺时限 5 → 3 个工作日{FOOD}"]

    def test_a_promise_in_another_unit(self) -> None:
        data = shipped()
        matter(data)["promised"] = {"days": 7, "unit": "calendar_day"}
        matter(data).pop("accept_pending")
        for gate in matter(data)["materials"]:
            gate.pop("tolerable", None)
        assert f"承诺时限 5 个工作日 → 7 日{FOOD}" in said(data)

    def test_an_edge(self) -> None:
        data = shipped()
        matter(data)["needs"][0]["kind"] = "accepted"
        (text,) = said(data)
        assert text.startswith("前后关系 在“变更登记”办结后才开始 → 在“变更登记”受理后即可开始")
        matter(data)["needs"] = []
        assert said(data) == [f"删去前后关系：在“变更登记”办结后才开始{FOOD}"]

    def test_a_fee_and_a_visit(self) -> None:
        data = shipped()
        matter(data)["fee"] = {"yuan": 80, "says": "工本费"}
        matter(data)["attend"] = "申请人到窗口核对"
        assert said(data) == [
            f"收费 不收费 → 80 元（工本费）{FOOD}",
            f"须到场 （无） → “申请人到窗口核对”{FOOD}",
        ]

    def test_a_waiver(self) -> None:
        data = shipped()
        use = next(each for each in data["materials"] if "waived" in each)
        del use["waived"]
        (text,) = said(data)
        assert text.startswith("免交 ")
        assert "→ （无）" in text

    def test_what_comes_and_what_goes(self) -> None:
        data = shipped()
        gone = data["blockers"].pop(0)["reason"]
        data["questions"][0]["options"][0]["label"] = "别的叫法"
        texts = said(data)
        assert f"删去不能办的情形：“{gone}”" in texts
        assert any("“别的叫法”" in text for text in texts)
        data["matters"] = [each for each in data["matters"] if each["key"] != "CUST"]
        assert "删去事项：报关单位备案信息变更" in said(data)

    def test_conditions_are_said_by_their_labels(self) -> None:
        data = shipped()
        data["blockers"][0]["when"] = {"fact": "answer.changes", "has": "name"}
        (text,) = said(data)
        assert "含“名称”" in text

    @pytest.mark.parametrize("field", ["promised", "hold", "steps", "documents", "needed", "bases"])
    def test_nothing_inside_a_matter_passes_unseen(self, field: str) -> None:
        data = shipped()
        one = matter(data)
        match field:
            case "promised":
                one["promised"]["basis"] = {"law": "行政许可法", "article": "第一条"}
            case "hold":
                one["hold"]["limit"]["days"] = 19
            case "steps":
                one["steps"][0]["name"] = "另一个名字"
            case "documents":
                one["documents"][0]["wording"] = "另一句话"
            case "needed":
                one["needed"][0]["otherwise"] = "另一个理由"
            case _:
                one["bases"][0]["says"] = "另一句摘要"
        assert said(data)

    def test_own_papers_and_rules(self) -> None:
        before = yaml.safe_load(TEXT)
        after = yaml.safe_load(TEXT)
        after["own_materials"][0]["standard"] = "注明出口"
        after["own_laws"][0]["text_of"] = "2026-02-01"
        found = [each.text for each in changes(read(before), read(after), SHARED)]
        assert found == [
            "文本日期 2026-01-01 → 2026-02-01（《松江区健身场所测试办法（沪松测〔2026〕1号）》）",
            "要求 “注明器械区、通道和出口” → “注明出口”（健身场所平面图）",
        ]
