"""Papers ready to sign, as a page."""

from api.console.views.prepared import PaperView, PreparedPage, RowGroup
from api.console.views.shared import Breadcrumb, Link
from definitions.rules.drafting import BLANK, FormRow, Paper
from tests.support.console.handing_in import CRUMBS, DRAFT
from tests.support.console.parts import frame


def prepared_page() -> PreparedPage:
    """An application form and a resolution, one gap left to the pen."""
    crumbs = (*CRUMBS, Breadcrumb("材料", f"{DRAFT}/materials"))
    rows = (
        FormRow(group="登记信息", label="名称", value="上海云间餐饮管理有限公司"),
        FormRow(group="申请事项", label="新名称", value="上海云间食光餐饮管理有限公司"),
    )
    request = Paper(
        code="M01",
        title="公司登记（备案）申请书",
        addressed="上海市松江区市场监督管理局",
        opening=("申请人：上海云间餐饮管理有限公司",),
        clauses=(),
        rows=rows,
        closing=("申请人承诺：提交的申请材料真实、合法、有效。",),
        signed=("法定代表人（签字）：", "申请人（盖章）："),
    )
    resolution = Paper(
        code="M02",
        title="股东会决议",
        addressed=None,
        opening=("于 2026年11月18日 召开股东会会议，形成决议如下：",),
        clauses=(f"同意公司名称变更为“{BLANK}”。", "同意修改公司章程。"),
        rows=(),
        closing=(),
        signed=("股东（签字、盖章）：",),
    )
    groups = tuple(RowGroup(row.group, (row,)) for row in rows)
    return PreparedPage(
        frame("待签材料", f"{DRAFT}/papers", nav="/console/", crumbs=crumbs),
        "D-20261124-0031",
        (PaperView(request, groups), PaperView(resolution, ())),
        (
            Link("公司登记（备案）申请书", f"{DRAFT}/papers/M01"),
            Link("股东会决议", f"{DRAFT}/papers/M02"),
        ),
        1,
        Link("返回材料", f"{DRAFT}/materials"),
    )
