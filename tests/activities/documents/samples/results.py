"""Grants, licences, refusals, revocations."""

from dataclasses import replace

from activities.documents.content.common import Citation
from activities.documents.content.results import (
    Change,
    Field,
    Licence,
    Notice,
    Receipt,
    Refusal,
    Revocation,
    Undone,
)
from tests.activities.documents.samples.common import CASE, CODE, FIRM, LICENSING, RECEIVED

SCOPE = (
    "许可项目：食品销售；餐饮服务。（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体经营项目以相关"
    "部门批准文件或许可证件为准）一般项目：食品互联网销售（仅销售预包装食品）；餐饮管理；企业管理咨询；技术服务、"
    "技术开发、技术咨询、技术交流、技术转让、技术推广；货物进出口。（除依法须经批准的项目外，凭营业执照依法自主"
    "开展经营活动）"
)
NOTICE = Notice(
    case=CASE,
    changes=(
        Change("名称", FIRM, "上海云间食光餐饮管理有限公司"),
        Change("住所", "上海市松江区泗泾镇泗砖路88号3幢", "上海市松江区人民北路100号2层"),
        Change("法定代表人", "张明", "李晓云"),
    ),
)
RECEIPT = Receipt(case=CASE)
LICENCE = Licence(
    case=CASE,
    business=True,
    code=CODE,
    fields=(
        Field("名称", "上海云间食光餐饮管理有限公司"),
        Field("类型", "有限责任公司"),
        Field("法定代表人", "李晓云"),
        Field("住所", "上海市松江区人民北路100号2层"),
        Field("经营范围", SCOPE),
    ),
)
REFUSAL = Refusal(
    case=CASE,
    reasons=(
        "提交的住所使用文件所载地址为“人民北路100号2层”，与申请书所填“人民北路100号3层”不一致。",
        "股东会决议载明同意修改章程的表决权为百分之五十五，未达到三分之二以上。",
    ),
)
REVOCATION = Revocation(
    case=replace(CASE, bases=(Citation(LICENSING, "第六十九条第二款"),), wording="依法予以撤销。"),
    decided_at=RECEIVED,
    undone=(Undone("食品经营许可证", "沪松食许〔2026〕261124000001号", RECEIVED),),
    reasons=("申请时提交的平面图与现场不一致，隐瞒了另设的热加工区。",),
)
