"""JSON Schema of policies, their golden cases and the fact catalogue, for editors.

Made from the models that also read the files; what only the review sees (facts that are there,
conditions that hold together) an editor does not.
"""

from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import BaseModel

from definitions.language.benefits import PolicyCases, PolicyDefinition
from definitions.policy_loading import FactCatalogue
from definitions.schema import DIALECT, Schema, titled

PolicyKind = Literal["policy", "cases", "facts"]

_MODELS: Mapping[PolicyKind, tuple[type[BaseModel], str]] = {
    "policy": (PolicyDefinition, "政策"),
    "cases": (PolicyCases, "政策的金例"),
    "facts": (FactCatalogue, "数据目录"),
}
_TITLES: Mapping[str, str] = {
    "policy": "政策的英文短名，与文件夹同名",
    "version": "版本号，与文件名一致",
    "name": "名称",
    "number": "文号；条件里是要比的数",
    "organ": "发放部门",
    "item": "项目：同一政策同一期同一对象的同一项目只发一次",
    "subject": "对象：firm 企业，person 个人",
    "every": "享受次数：once 一次，year 每年，month 每月",
    "validity": "有效期",
    "since": "自",
    "until": "至",
    "bases": "依据",
    "basis": "依据",
    "law": "依据目录里的名称",
    "article": "条款",
    "says": "条件的一句话；依据上是原文要旨",
    "summary": "一句话说明给谁、给什么",
    "way": "兑现方式：direct 直接兑现，confirm 一键确认，invite 邀请快申快享",
    "figures": "算式：起了名字的数，后面写的可以用前面写的",
    "conditions": "条件",
    "when": "与数据比较",
    "measure": "一个数与上下限比",
    "ratio": "部分与全部之比，上下限是千分率",
    "excludes": "符合这一条的排除",
    "again": "拨付前再核对一次",
    "amount": "金额（分）",
    "formula": "算法，金额单位是分",
    "at_most": "上限；金额上是一户的封顶数（分）",
    "at_least": "下限",
    "mark": "可靠程度：text、high；med、low 的注明以当年文件为准",
    "note": "说明",
    "budget": "预算",
    "fen": "分",
    "per": "period 每期，policy 整个有效期",
    "exclusion": "互斥",
    "group": "互斥组",
    "rank": "组内先后，小的在先",
    "by": "逐个用掉的列表数据；算式里是各种值的算法",
    "for_good": "用掉的以后各期也不能再用",
    "publicity": "公示",
    "confirmation": "确认",
    "recovery": "追回",
    "days": "工作日数",
    "shows": "公示哪些",
    "masked": "部分隐去",
    "reminders": "还剩几个工作日时提醒",
    "offset": "可以从以后的补贴里抵扣",
    "promised_days": "承诺多少个工作日内兑现",
    "begins": "何时自动开始",
    "day": "几日；超过月底的为月底",
    "month": "几月",
    "facts": "数据；何时开始里是有新数据就开始的那些",
    "sample": "试算抽查多少户",
    "verified_after": "结清后多少日核验",
    "case": "金例：一句话",
    "cases": "金例",
    "usual": "各例没有另说的数据",
    "without": "取不到的数据",
    "on": "比对日",
    "expect": "必须得出：hit、miss、unknown、excluded",
    "reasons": "必须得出的理由（条件的 id）",
    "fact": "数据目录里的数据",
    "sources": "数据来源",
    "source": "由谁掌握",
    "fresh_days": "截至日多少天以内的才算数",
    "label": "名称",
    "unit": "单位",
    "type": "种类：number、flag、date、text、many",
    "sensitive": "敏感个人信息，不进公示",
    "counts": "是哪个列表的个数",
    "money": "是金额（分）",
    "values": "各个值的名称",
    "sum": "相加",
    "minus": "前一个减后一个",
    "times": "相乘",
    "least": "取最小的",
    "greatest": "取最大的",
    "percent": "百分之几",
    "of": "对哪个数",
    "bands": "分档",
    "from": "从多少起",
    "then": "得多少",
    "choose": "按哪个数据",
    "otherwise": "其余的",
    "months_since": "从哪个日期起的满月数",
    "figure": "前面写的算式",
    "part": "部分",
    "whole": "全部",
}


def policy_schema(kind: PolicyKind) -> Schema:
    """The schema of one kind of file."""
    model, title = _MODELS[kind]
    schema = model.model_json_schema(by_alias=True) | {"title": title}
    return {"$schema": DIALECT, **titled(schema, _TITLES)}


def policy_kinds() -> tuple[PolicyKind, ...]:
    """Every kind there is a schema of."""
    return get_args(PolicyKind)
