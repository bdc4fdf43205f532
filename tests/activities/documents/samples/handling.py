"""From acceptance to decision."""

from dataclasses import replace
from datetime import UTC, date, datetime

from activities.documents.content.common import Citation, Day, Term
from activities.documents.content.handling import (
    Extension,
    HearingNotice,
    HearingRight,
    ProcedureEnd,
    ProcedureStart,
)
from tests.activities.documents.samples.common import CASE, LICENSING, PROMISED, STATUTORY, TERMS

_WAITING = Day(None, stopped=True)
PROCEDURE = ProcedureStart(
    case=replace(
        CASE,
        bases=(Citation(LICENSING, "第四十五条、第五十五条"),),
        wording="下列所需时间不计入办理时限。",
    ),
    name="检验",
    reasons=("送检的餐饮具和加工用水需要检验。",),
    since=date(2026, 11, 26),
    days=10,
    expected=Day(date(2026, 12, 10)),
    stopped=(replace(PROMISED, last=_WAITING), replace(STATUTORY, last=_WAITING)),
    running=(),
)
PROCEDURE_END = ProcedureEnd(
    case=replace(PROCEDURE.case, wording="特别程序已经结束，办理时限自次日起继续计算。"),
    name="检验",
    since=date(2026, 11, 26),
    until=date(2026, 12, 8),
    told=10,
    taken=8,
    resumed=TERMS,
    results=1,
)
EXTENSION = Extension(
    case=replace(CASE, wording="不能在办理时限内作出决定，经批准延长，理由如下。"),
    reasons=("现场核查发现的排烟问题需要会同生态环境部门核实。",),
    longer="10个工作日",
    approved_by="本机关负责人",
    approved_on=date(2026, 12, 18),
    terms=TERMS,
    basis=Citation(LICENSING, "第四十二条第一款"),
)
HEARING_RIGHT = HearingRight(
    case=replace(
        CASE,
        bases=(Citation(LICENSING, "第四十七条第一款"),),
        wording="您享有要求听证的权利，不承担组织听证的费用；逾期未提出的，视为放弃。",
    ),
    reasons=("该店与居民住宅同楼，规模较大，拟准予许可，与相邻住户有重大利益关系。",),
    within=Term("提出听证申请", "5个工作日", Day(date(2026, 12, 1))),
    held="20个工作日",
)
HEARING_NOTICE = HearingNotice(
    case=replace(
        HEARING_RIGHT.case,
        wording="听证公开举行；认为主持人与本事项有直接利害关系的，可以申请回避。",
    ),
    on=datetime(2026, 12, 15, 1, 30, tzinfo=UTC),
    place="松江区市场监督管理局三楼听证室",
    chair="王建国",
    own_motion=False,
    ahead="7个工作日",
)
