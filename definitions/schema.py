"""JSON Schema of what is written in the catalogue, for editors that check while one types.

Made from the models that also read the files, so it cannot say anything else; beyond them it knows
of `{include: …}` in the lists of a service and `{named: …}` for a condition. What only the review
sees (names that lead somewhere, limits that fit) an editor does not.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, get_args

from pydantic import BaseModel

from definitions.catalogue_files import LISTS
from definitions.composing import SECTIONS
from definitions.language.calendars import CalendarYear
from definitions.language.cases import Cases
from definitions.language.service import ServiceDefinition

Schema: TypeAlias = "dict[str, Any]"
Kind = Literal["service", "part", "cases", "year", "list"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAME = r"^[a-z][a-z0-9_]{0,47}$"
_CONDITIONS = ("All", "AnyOf", "Not", "Compare")

# What keys are called in an editor; one name means the same wherever it stands.
_TITLES: Mapping[str, str] = {
    "service": "服务的英文短名，与文件夹同名",
    "version": "版本号，与文件名一致",
    "name": "名称",
    "summary": "一句话说明办什么",
    "lead": "牵头部门",
    "validity": "生效、失效的时刻",
    "bases": "依据",
    "basis": "依据",
    "law": "依据目录里的名称",
    "article": "条款",
    "says": "原文要旨",
    "own_laws": "本服务自己的依据",
    "own_materials": "本服务自己的材料",
    "conditions": "起了名字的条件，用 {named: …} 引用",
    "blockers": "现在办不了的，一次说全",
    "questions": "情形引导的问题",
    "situations": "情形",
    "combined": "几个情形合并办理时的名称",
    "form": "一张表",
    "materials": "一套材料",
    "checks": "智能预审的规则",
    "prepared": "系统按填报内容生成的材料",
    "matters": "联办事项",
    "when": "什么时候适用；不写就是总适用",
    "answered_by": "由哪个企业事实回答",
    "prefilled_from": "由哪个企业事实填入",
    "waived": "免交",
    "produced_by": "由哪个事项产生",
    "promised": "承诺时限；材料上：可以承诺代替",
    "statutory": "法定时限：时限目录的编号，或者自己写",
    "clocks": "另外的时限",
    "needed": "要办的条件，不成立时说明理由",
    "needs": "前置关系",
    "hold": "容缺收件",
    "accept_pending": "容缺受理",
    "issue_then_supply": "承诺制容缺办结",
    "inform_commit": "告知承诺",
    "steps": "步骤",
    "documents": "文书",
    "refusal": "不予文书",
    "examine": "受理审查",
    "unacceptable": "不予受理的情形",
    "filing": "申请窗口",
    "hearing": "听证",
    "fee": "收费",
    "attend": "谁要到场",
    "case": "金例：一句话",
    "answers": "申请人的回答",
    "firm": "登记库查到的",
    "expect": "必须得出的",
    "off": "放假",
    "work": "调休上班",
    "status": "published：通知已公布；provisional：暂定",
    "confidentiality": "密级：ordinary、sensitive、secret",
    "columns": "待办列表里显示的表单字段",
    "inside": "由系统自己发起，窗口不能选",
    "supervision": "督办",
    "office_hours": "办公时间",
    "from": "自",
    "until": "至",
    "amber": "剩几个工作日时显示黄牌",
    "red": "剩几个工作日时显示红牌",
    "ladder": "提醒的层级，按 hours 排列",
    "hours": "离期限几个工作小时：负数在前，正数在后",
    "to": "提醒谁：holder 承办人，head 负责人，supervisor 督办",
    "outside": "体外循环的线索",
    "minutes": "受理后几分钟内就办结",
    "entries": "短时间内办结几件",
    "entries_minutes": "多短的时间",
    "collaboration": "向其他部门提出的请求",
    "kind": "种类",
    "days": "天数",
    "at_most": "最多几个工作日",
    "tacit": "逾期视为同意",
}


def schema_of(kind: Kind, name: str = "") -> Schema:
    """The schema of one kind of file; of a `list`, that of the file `name` (`laws.yaml`).

    Raises KeyError for a list that is not there.
    """
    return {"$schema": DIALECT, **titled(_made(kind, name), _TITLES)}


def titled(schema: Schema, titles: Mapping[str, str]) -> Schema:
    """The schema with the titles that its keys have in the author's language."""

    def worded(inner: Schema) -> Schema:
        return _worded(inner, titles)

    walked: Schema = _walked(schema, worded)
    return walked


def kinds() -> tuple[Kind, ...]:
    """Every kind there is a schema of."""
    return get_args(Kind)


def _made(kind: Kind, name: str) -> Schema:
    match kind:
        case "service":
            return _included(_raw(ServiceDefinition, "服务"))
        case "part":
            return _part()
        case "cases":
            return _raw(Cases, "金例")
        case "year":
            return _raw(CalendarYear, "工作日历的一年")
        case "list":
            return _raw(LISTS[name], name)


def _raw(model: type[BaseModel], title: str) -> Schema:
    return model.model_json_schema(by_alias=True) | {"title": title}


def _included(schema: Schema) -> Schema:
    """A service whose lists take parts, and whose conditions may be named."""
    properties = schema["properties"]
    for section in SECTIONS & properties.keys():
        said = properties[section]
        said["items"] = {"anyOf": [said["items"], {"$ref": "#/$defs/Include"}]}
        if section == "combined":
            # One alone may be written without a list.
            properties[section] = {"anyOf": [said, {"$ref": "#/$defs/Combined"}]}
    definitions = {
        name: _walked(definition, _nameable) for name, definition in schema["$defs"].items()
    }
    # A paper with one title writes just that.
    titles = definitions["PreparedPaper"]["properties"]
    titles["title"] = {"anyOf": [titles["title"], {"type": "string", "minLength": 1}]}
    definitions["Include"] = _only("include", "parts/ 里的部件，不带 .yaml")
    definitions["Named"] = _only("named", "conditions 里的条件")
    return schema | {"$defs": definitions}


def _part() -> Schema:
    """A part: the lists of a service and nothing else, none of them needed."""
    service = _included(_raw(ServiceDefinition, "部件"))
    properties = {
        section: {key: value for key, value in said.items() if key not in ("minItems", "default")}
        for section, said in service["properties"].items()
        if section in SECTIONS
    }
    kept = {key: value for key, value in service.items() if key != "required"}
    return kept | {"properties": properties, "minProperties": 1}


def _only(key: str, title: str) -> Schema:
    return {
        "type": "object",
        "title": title,
        "properties": {key: {"type": "string", "pattern": NAME}},
        "required": [key],
        "additionalProperties": False,
    }


def _nameable(schema: Schema) -> Schema:
    """Wherever one of the four forms of a condition may stand, a name may stand too."""
    forms = {f"#/$defs/{name}" for name in _CONDITIONS}
    ways = schema.get("oneOf", [])
    if not forms <= {way.get("$ref") for way in ways}:
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("oneOf", "discriminator")}
    return rest | {"anyOf": [*ways, {"$ref": "#/$defs/Named"}]}


def _worded(schema: Schema, titles: Mapping[str, str]) -> Schema:
    """Titles in the author's language; what only code readers need is left out."""
    if isinstance(schema.get("description"), str):
        schema = {key: value for key, value in schema.items() if key != "description"}
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return schema
    named = {
        key: {**said, "title": titles.get(key, key)} if isinstance(said, dict) else said
        for key, said in properties.items()
    }
    return schema | {"properties": named}


def _walked(said: Any, change: Callable[[Schema], Schema]) -> Any:  # noqa: ANN401 - JSON is what it is
    """The schema with every mapping of it changed, the innermost first."""
    match said:
        case dict():
            return change({key: _walked(value, change) for key, value in said.items()})
        case list():
            return [_walked(value, change) for value in said]
        case _:
            return said
