"""Sample pages of a running application."""

from dataclasses import replace

from api.console import deadlines, words
from api.console.views.bundle import (
    BundleDocumentsPage,
    BundleHead,
    BundleMaterialsPage,
    BundlePage,
    DecisionView,
    FilingView,
    ImpactView,
    MatterPage,
    ObjectionView,
    StepRow,
    TimelinePage,
    WithdrawPage,
)
from api.console.views.shared import (
    Breadcrumb,
    FieldControl,
    FieldView,
    Link,
    MatterNode,
    Notice,
    Option,
    Pair,
    Tab,
    Tone,
)
from definitions.language.limits import Unit
from tests.support.console import case, parts
from tests.support.console.case import node
from tests.support.console.intake import ACCEPT
from tests.support.console.parts import BUNDLE_URL, TODAY, at, choice, frame, on, submission, text

_CRUMBS = (Breadcrumb("查询", "/console/search"),)


_TABS = (
    ("概览", "", None),
    ("材料", "/materials", 5),
    ("时间线", "/timeline", 23),
    ("文书", "/documents", 3),
)


SOON = deadlines.running(due_on=on(27), today=TODAY, left=3)


def head(tab: str = "概览") -> BundleHead:
    """The head of the sample application."""
    return BundleHead(
        parts.NUMBER,
        parts.SERVICE,
        parts.FIRM,
        words.BUNDLE["running"],
        SOON,
        tuple(
            Tab(label, BUNDLE_URL + path, current=label == tab, count=count)
            for label, path, count in _TABS
        ),
        Link("补收材料", f"{BUNDLE_URL}/materials"),
    )


def bundle() -> BundlePage:
    """In full swing."""
    return BundlePage(
        frame(
            parts.SERVICE,
            BUNDLE_URL,
            nav="/console/search",
            crumbs=_CRUMBS,
            live=f"bundle:{parts.NUMBER}",
        ),
        head(),
        (
            Pair("申请人", parts.FIRM),
            Pair("收件", "11月19日 14:40 综合窗口 12 号 王晓燕"),
            Pair("情形", "名称、住所（区内）"),
            Pair("法律文书送达地址", ""),
        ),
        case.NODES,
        case.edges(),
        case.CLOCKS,
        case.STORED[2:4],
        case.entries()[:4],
        case.documents(),
        f"{BUNDLE_URL}/withdraw",
        f"{BUNDLE_URL}/receipt",
        impact=ImpactView(("在松江区登记：是",), ("失业保险稳岗返还：不可享 → 可享 60,000.00 元",)),
    )


def bundle_unhappy() -> BundlePage:
    """Refused, lapsed, paused, reviewed but waiting; withdrawn siblings."""
    states = (
        "refused",
        "lapsed",
        "withdrawn",
        "suspended",
        "reviewed_awaiting_supplement",
        "holding",
        "deemed_accepted",
        "terminated",
        "not_needed",
    )
    changed = tuple(
        replace(
            each,
            status=words.MATTER[state],
            deadline=deadlines.paused("检验，预计 10 个工作日")
            if state == "suspended"
            else each.deadline,
        )
        for each, state in zip(case.NODES, states, strict=True)
    )
    page = bundle()
    return replace(
        page,
        frame=replace(
            page.frame,
            notices=(
                Notice(
                    Tone.WAIT, "已接收，正在登记。编号 SJ-YJS-310117-20261119-000123，不用重交。"
                ),
            ),
        ),
        nodes=changed,
        bundle=replace(
            page.bundle, applicant=parts.LONG_FIRM, status=words.BUNDLE["running"], act=None
        ),
        clocks=(),
        pending=(),
        documents=(),
        withdraw_url="",
        receipt_url="",
    )


def bundle_materials() -> BundleMaterialsPage:
    """Every state, with supply and check."""
    return BundleMaterialsPage(
        frame("材料", f"{BUNDLE_URL}/materials", nav="/console/search", crumbs=_CRUMBS),
        head("材料"),
        case.STORED,
        ACCEPT,
        "20 MB",
    )


def timeline() -> TimelinePage:
    """With folded system acts and more to come."""
    return TimelinePage(
        frame("时间线", f"{BUNDLE_URL}/timeline", nav="/console/search", crumbs=_CRUMBS),
        head("时间线"),
        case.entries(),
        f"{BUNDLE_URL}/timeline?before=1",
    )


def bundle_documents() -> BundleDocumentsPage:
    """Three of them."""
    return BundleDocumentsPage(
        frame("文书", f"{BUNDLE_URL}/documents", nav="/console/search", crumbs=_CRUMBS),
        head("文书"),
        case.documents(),
    )


def refusal() -> DecisionView:
    """A refusal with all that the law wants of it."""
    return DecisionView(
        words.MATTER["refused"],
        "松江区市场监督管理局",
        at(24, 10, 30),
        "申请的经营场所属于居住用途房屋，未提供有利害关系的业主一致同意的材料。",
        (parts.basis("市场主体登记管理条例", "第十九条"), parts.basis("民法典", "第二百七十九条")),
        (
            "收到决定之日起 60 日内，可以向松江区人民政府申请行政复议。",
            "收到决定之日起 6 个月内，可以向有管辖权的人民法院提起行政诉讼。",
        ),
        Link("不予登记通知书", "/api/v1/documents/9"),
    )


def matter() -> MatterPage:
    """A running one with two steps."""
    return MatterPage(
        frame(
            "税务信息变更",
            f"{BUNDLE_URL}/matters/TAX",
            nav="/console/search",
            crumbs=(*_CRUMBS, Breadcrumb(parts.NUMBER, BUNDLE_URL)),
            live=f"bundle:{parts.NUMBER}",
        ),
        Link(parts.NUMBER, BUNDLE_URL),
        "11310117002484567E30001311270041120261119" + "0042",
        "国家税务总局上海市松江区税务局",
        "021-12366",
        words.MATTER["reviewing"],
        (),
        SOON,
        "在松江区税务局李国强处，11月23日领取，11月27日（周五）前完成审查。",
        Link("去审查", "/console/tasks/T1"),
        (),
        (),
        (),
        case.NODES[:1],
        (
            StepRow("审查", words.TASK["claimed"], "李国强", at(23, 9, 12)),
            StepRow("决定", words.TASK["ready"], "审批人，审查后", None),
        ),
        None,
        None,
        None,
        case.CLOCKS[:2],
        case.STORED[:2],
        case.entries(),
        case.documents()[:1],
    )


def matter_refused() -> MatterPage:
    """Closed by a refusal."""
    return replace(
        matter(),
        status=words.ended("refused"),
        deadline=deadlines.met(on(27)),
        decision=refusal(),
        act=None,
        holder="已办结。",
        waits_for=(),
        materials=(),
        documents=(),
    )


def matter_filing() -> MatterPage:
    """Simple deregistration: publicity over, filing window open, objections possible."""
    return replace(
        matter(),
        frame=replace(matter().frame, title="注销登记（简易程序）"),
        status=words.MATTER["planned"],
        deadline=deadlines.running(due_on=on(9, 12), today=TODAY, left=15, unit=Unit.CALENDAR_DAY),
        holder="等申请人在申请期内提出注销登记申请。",
        act=None,
        filing=FilingView(
            "申请注销登记",
            on(20),
            on(9, 12),
            parts.basis(
                "公司法", "第二百四十条", "公告期限届满后，未有异议的，二十日内申请注销登记"
            ),
            submission(f"{BUNDLE_URL}/matters/REG_DEREG/file", 9),
            FieldView("confirmed", "全体投资人承诺书已核对，公示期内没有异议", FieldControl.CHECKS),
        ),
        objection=ObjectionView(
            "登记异议",
            on(9, 12),
            submission(f"{BUNDLE_URL}/matters/REG_DEREG/object", 9),
            (
                text("name", "异议人"),
                text("contact", "联系电话"),
                FieldView("reasons", "异议理由", FieldControl.LONG_TEXT),
            ),
        ),
        steps=(),
        clocks=(),
        entries=(),
        documents=(),
        materials=(),
        waits_for=(),
    )


def withdraw() -> WithdrawPage:
    """Some matters are decided already."""
    return WithdrawPage(
        frame(
            "登记撤回",
            f"{BUNDLE_URL}/withdraw",
            nav="/console/search",
            crumbs=(*_CRUMBS, Breadcrumb(parts.NUMBER, BUNDLE_URL)),
        ),
        parts.NUMBER,
        parts.FIRM,
        parts.SERVICE,
        ("税务信息变更", "食品经营许可变更"),
        ("名称、住所变更登记",),
        ("住所使用相关文件，复印件 1 份 8 页",),
        submission(f"{BUNDLE_URL}/withdraw", 7),
        (
            FieldView("reason", "申请人撤回的理由", FieldControl.LONG_TEXT),
            choice("signature", "申请人签字", (Option("pad", "手写屏"), Option("paper", "纸质"))),
        ),
        BUNDLE_URL,
    )


def linked(states: tuple[str, ...]) -> tuple[MatterNode, ...]:
    """Nodes N0, N1, … in the given states, for layout tests."""
    return tuple(node(f"N{i}", f"事项{i}", "机关", state) for i, state in enumerate(states))
