"""Sample pages of the administrator's connections."""

from activities.contracts.assignments import AssignmentStatus
from api.console.fill import connections as fill
from api.console.views.connections import (
    AssignmentRow,
    AssignmentsPage,
    ConnectionPage,
    ConnectionRow,
    ConnectionsPage,
    DifferenceRow,
    ReconciliationPage,
    RefusedCallRow,
    RefusedCallsPage,
)
from api.console.views.shared import (
    Breadcrumb,
    FieldControl,
    FieldView,
    Frame,
    Link,
    Option,
    Pager,
    Pair,
    StatusView,
    Tone,
)
from definitions.language.roles import Role
from tests.support.console.parts import BUNDLE_URL, NUMBER, at, frame, submission, text

HOME = Breadcrumb("对接", fill.URL)
ONE = fill.one_url("housing_fund")
TASK = Link(f"{NUMBER}.HF.review", BUNDLE_URL)


def _frame(title: str, *crumbs: Breadcrumb) -> Frame:
    return frame(title, fill.URL, role=Role.ADMINISTRATOR, nav=fill.URL, crumbs=crumbs)


def overview() -> ConnectionsPage:
    """One that has trouble, one that nobody has enabled yet."""
    row = ConnectionRow(
        link=Link("housing_fund", ONE),
        organ="上海市公积金管理中心松江管理部",
        way="网络回调",
        status=fill.active(is_active=True),
        sending=3,
        waiting=41,
        answered=2_310,
        dead=Link("2", fill.assignments_url(status=AssignmentStatus.DEAD)),
    )
    idle = ConnectionRow(
        link=Link("bank", fill.one_url("bank")),
        organ="开户银行",
        way="自动办理",
        status=fill.active(is_active=False),
        sending=0,
        waiting=0,
        answered=0,
        dead=Link("0", ""),
    )
    return ConnectionsPage(_frame("对接"), fill.tabs(fill.URL), (row, idle), fill.NEW)


def overview_empty() -> ConnectionsPage:
    """Nobody is connected."""
    return ConnectionsPage(_frame("对接"), fill.tabs(fill.URL), (), fill.NEW)


def one(secret: str = "") -> ConnectionPage:
    """A webhook with two secrets."""
    return ConnectionPage(
        frame=_frame("对接：housing_fund", HOME),
        status=fill.active(is_active=True),
        facts=(Pair("部门", "上海市公积金管理中心松江管理部"), Pair("有效密钥", "2 个")),
        fields=(
            text("url", "网址", "https://gjj.example.cn/yijianshi"),
            FieldView(
                "active",
                "启用",
                FieldControl.CHECKS,
                options=(Option("yes", "启用", chosen=True),),
                required=False,
            ),
        ),
        save=submission(ONE),
        secret=secret,
        rotate=submission(f"{ONE}/rotate"),
        retire=submission(f"{ONE}/retire"),
        reconcile=submission(f"{ONE}/reconcile"),
        assignments_url=fill.assignments_url(connection="housing_fund"),
    )


def assignments() -> AssignmentsPage:
    """A dead letter, and one that somebody else had completed."""
    rows = (
        AssignmentRow(
            task=TASK,
            organ="上海市公积金管理中心松江管理部",
            way="网络回调",
            status=fill.state(AssignmentStatus.DEAD),
            attempts=17,
            reason="连接不上对方",
            believes="",
            changed_at=at(24, 9, 2),
            again=submission(f"{fill.ASSIGNMENTS}/{TASK.label}/send-again"),
        ),
        AssignmentRow(
            task=TASK,
            organ="上海市公积金管理中心松江管理部",
            way="网络回调",
            status=fill.state(AssignmentStatus.OVERTAKEN),
            attempts=1,
            reason="",
            believes="已撤回",
            changed_at=at(23, 16, 40),
            again=None,
        ),
    )
    return AssignmentsPage(
        frame=_frame("派送", HOME),
        tabs=fill.tabs(fill.ASSIGNMENTS),
        states=fill.states(AssignmentStatus.DEAD, ""),
        rows=rows,
        empty="",
        pager=Pager("", fill.assignments_url(after="x")),
    )


def assignments_empty() -> AssignmentsPage:
    """Nothing is dead."""
    return AssignmentsPage(
        frame=_frame("派送", HOME),
        tabs=fill.tabs(fill.ASSIGNMENTS),
        states=fill.states(AssignmentStatus.DEAD, ""),
        rows=(),
        empty="没有未送达的待办。",
        pager=Pager(),
    )


def refused() -> RefusedCallsPage:
    """A forged one, and an answer that came too late."""
    rows = (
        RefusedCallRow(at(24, 13, 5), "housing_fund", "签名不对", None, "", "10.1.2.3"),
        RefusedCallRow(at(24, 9), "housing_fund", "待办已办结或取消", TASK, "answer_1", "10.0.0.8"),
    )
    return RefusedCallsPage(
        _frame("被拒绝的回传", HOME), fill.tabs(fill.REFUSED), rows, Pager("", fill.REFUSED)
    )


def refused_none() -> RefusedCallsPage:
    """All is well."""
    return RefusedCallsPage(_frame("被拒绝的回传", HOME), fill.tabs(fill.REFUSED), (), Pager())


def reconciliation() -> ReconciliationPage:
    """A missed completion that was taken, and one that people have to look at."""
    rows = (
        DifferenceRow(
            TASK,
            fill.state(AssignmentStatus.DELIVERED),
            "已办",
            "对方已办，我方没有收到回传",
            StatusView("已补收", "✓", Tone.OK),
        ),
        DifferenceRow(
            TASK,
            fill.state(AssignmentStatus.OVERTAKEN),
            "已办",
            "双方各自办结，以我方记录为准",
            StatusView("须人工核实", "△", Tone.WAIT),
        ),
    )
    return ReconciliationPage(
        frame=_frame("对账：housing_fund", HOME, Breadcrumb("housing_fund", ONE)),
        facts=(Pair("核对", "44 件"), Pair("一致", "42 件"), Pair("不一致", "2 件")),
        rows=rows,
        again=submission(f"{ONE}/reconcile"),
        back_url=ONE,
    )


def reconciliation_agreed() -> ReconciliationPage:
    """Both sides agree."""
    return ReconciliationPage(
        frame=_frame("对账：housing_fund", HOME, Breadcrumb("housing_fund", ONE)),
        facts=(Pair("核对", "44 件"), Pair("一致", "44 件")),
        rows=(),
        again=submission(f"{ONE}/reconcile"),
        back_url=ONE,
    )
