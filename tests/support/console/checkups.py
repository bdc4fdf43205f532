"""Sample pages of the policy check-up and of what the public and beneficiaries see."""

from dataclasses import replace
from datetime import timedelta

from api.checkup import TITLES
from api.console import benefit_words as words
from api.console.fill.beneficiary import MY
from api.console.fill.benefit_entitlement import account_form
from api.console.fill.checkups import STANDING
from api.console.fill.subjects import code_field, kind_field
from api.console.views.beneficiary import (
    MyBenefitsPage,
    MyCase,
    MyDecisionPage,
    MyEntry,
    MyEntryPage,
    MyNo,
    ObjectPage,
    PublicBenefitsPage,
    PublicLine,
    PublicListPage,
    PublicRunRow,
)
from api.console.views.benefit_money import NoticeRow, PaymentRow
from api.console.views.benefits import ActForm
from api.console.views.checkups import (
    AccountDue,
    ChangeRow,
    CheckedRow,
    CheckGroup,
    CheckUpEntryPage,
    CheckUpPage,
    CheckUpView,
    OwnCheckUpPage,
    QueryCode,
    UsedFact,
)
from api.console.views.shared import (
    BasisView,
    Breadcrumb,
    FieldControl,
    FieldView,
    Frame,
    Link,
    Option,
    Pager,
    Pair,
    Submission,
)
from definitions.benefits.checkup import Standing
from definitions.benefits.entitlement import Status
from definitions.language.benefits import SubjectKind
from tests.support.console import benefits
from tests.support.console.parts import FIRM, KEY, LONG_FIRM, NOW, TODAY, USCC, at, frame, on

_RUN = "/public/benefits/job_stabilisation_refund%3A2026%3A1"
_OWN = f"{MY}/17?code=a1b2c3d4"
_MINE = Link("我的政策兑现", _OWN)


def _row(standing: Standing, name: str, amount: str = "", *says: str) -> CheckedRow:
    return CheckedRow(
        name=name,
        number=f"{name}（2026年度）",
        organ="松江区人力资源和社会保障局",
        status=STANDING[standing],
        amount=amount,
        has=words.STATUS[Status.PAID] if amount else None,
        says=says,
    )


def _act(label: str, opens: str = "", *fields: FieldView) -> ActForm:
    return ActForm(label, Submission(_OWN, KEY), fields, opens=opens)


def _view() -> CheckUpView:
    entitled = _row(
        Standing.ENTITLED,
        "失业保险稳岗返还",
        "约 60,000.00 元",
        "裁员率不高于上限（30人以下20%，其余5.5%）：现为 5%，应不多于 5.5%",
        "比例是2024年度的，当年以当年文件为准",
    )
    near = _row(
        Standing.NEAR,
        "信用优良企业服务费减免",
        "",
        "公共信用综合评价90分以上：现为 88 分，应不少于 90 分，差 2 分",
    )
    unknown = _row(Standing.UNKNOWN, "高新技术企业认定奖励", "", "缺“有效的认定、称号”")
    groups = (
        CheckGroup(TITLES[Standing.ENTITLED], (entitled,)),
        CheckGroup(TITLES[Standing.NEAR], (near,)),
        CheckGroup(TITLES[Standing.UNKNOWN], (unknown,)),
    )
    return CheckUpView(
        who=LONG_FIRM,
        code=USCC,
        on=TODAY,
        summary="可享 1 项，合计 60,000.00 元；差一点 1 项；数据不全，还不清楚 1 项",
        groups=groups,
        facts=(
            UsedFact("公共信用综合评价", "88 分", "公共信用信息服务平台", on(20), stale=False),
            UsedFact("企业规模", "小型", "社会保险经办机构", on(1, 9), stale=True),
            UsedFact("本期应缴的服务费", "300.00 元", "本人申报，未经核对", None, stale=False),
        ),
        changes=(ChangeRow(at(23, 2), "信用优良企业服务费减免：可享 300.00 元 → 差一点"),),
        followed=at(1, 9),
    )


def _declare() -> ActForm:
    flags = tuple(Option(value, label) for value, label in (("", "不清楚"), ("yes", "是")))
    return _act(
        "补充申报后再体检",
        "有 2 项数据查不到，可以自己填",
        FieldView("fact.firm.titled", "欠缴税款", FieldControl.LIST, options=flags, required=False),
        FieldView("fact.firm.score", "纳税信用级别", required=False, hint="A、B、C、D"),
    )


def _account() -> AccountDue:
    url, wrong = "/console/checkup/17/accounts/x", {"number-x": "账号应为 8 到 34 位数字"}
    form = account_form(url, wrong, None, of="x")
    return AccountDue("失业保险稳岗返还", "2026 年", 6_000_000, words.STATUS[Status.FAILED], form)


def entry_page() -> CheckUpEntryPage:
    """A code that is none."""
    return CheckUpEntryPage(
        frame("政策体检", "/console/checkup"),
        (),
        Submission("/console/checkup", KEY),
        kind_field(SubjectKind.FIRM),
        code_field("9131", "应为 18 位"),
    )


def check_up() -> CheckUpPage:
    """Of a firm that subscribed, with gaps."""
    crumb = Breadcrumb("政策体检", "/console/checkup")
    return CheckUpPage(
        frame("政策体检", "/console/checkup/17", nav="/console/checkup", crumbs=(crumb,)),
        _view(),
        "/console/checkup/17/report",
        "/console/checkup",
        _act("退订"),
        _declare(),
        (_account(),),
        QueryCode("3f09ab17", Submission("/console/checkup/17/query-code", KEY)),
    )


def check_up_empty() -> CheckUpPage:
    """No policy for such a subject, nobody to subscribe."""
    found = replace(_view(), code="", groups=(), facts=(), changes=(), followed=None)
    return replace(check_up(), found=found, follow=None, declare=None, accounts=(), query_code=None)


def own_check_up() -> OwnCheckUpPage:
    """For oneself: the name is masked."""
    return OwnCheckUpPage(
        _public("政策体检", _OWN),
        replace(_view(), who="上海****公司", code="", changes=()),
        f"{MY}/17/checkup/report?code=a1b2c3d4",
        _MINE,
        _act("退订"),
        _declare(),
    )


def public_benefits() -> PublicBenefitsPage:
    """One list."""
    row = PublicRunRow(
        Link("失业保险稳岗返还", _RUN), "松江区人力资源和社会保障局", "2026 年", on(27)
    )
    return PublicBenefitsPage(_public("惠企利民政策公示", "/public/benefits"), (row,))


def public_list() -> PublicListPage:
    """Masked names with amounts."""
    lines = tuple(
        PublicLine(name, "", amount, "", f"{_RUN}/object?entry={n}")
        for n, (name, amount) in enumerate(
            (("上海********有限公司", "60,000.00 元"), ("上海****限公司", "1,234,567.00 元"))
        )
    )
    return PublicListPage(
        _public("失业保险稳岗返还", _RUN),
        "上年度不裁员或者少裁员、足额缴费的参保单位，返还一部分失业保险费；不用申请。",
        (
            Pair("主管部门", "松江区人力资源和社会保障局"),
            Pair("公示", "5 个工作日，2026-11-20 公布，2026-11-27 止"),
        ),
        tuple(on(20) + timedelta(days=n) for n in range(3, 8)),
        (BasisView("失业保险条例", "第十条"),),
        ("name", "code", "amount", "reason"),
        lines,
        Pager("", f"{_RUN}?after=x"),
        f"{_RUN}/object",
    )


def public_object() -> ObjectPage:
    """Against one line of the list."""
    return ObjectPage(
        _public("提出异议", f"{_RUN}/object"),
        "上海********有限公司",
        "job_stabilisation_refund:2026:17:stabilise",
        on(27),
        replace(
            _act(
                "提交异议",
                "",
                FieldView("name", "姓名或者单位名称"),
                FieldView("contact", "联系方式"),
                FieldView("reason", "异议和理由", FieldControl.LONG_TEXT, error="请写明理由"),
            ),
            hint="请实名提出，以便核实和答复。",
        ),
        _RUN,
    )


def my_entry() -> MyEntryPage:
    """Code and query code."""
    return MyEntryPage(
        _public("我的政策兑现", MY),
        "查看本人、本单位享受了哪些政策。",
        Submission(MY, KEY),
        kind_field(SubjectKind.FIRM),
        FieldView("code", "统一社会信用代码或者身份证号"),
        FieldView("query", "查询码", error="代码或查询码不对，请照告知书填写"),
    )


def _entry(status: Status, says: str, *acts: ActForm) -> MyEntry:
    return MyEntry(
        id=f"child_rearing_subsidy:2026:17:{status}",
        link=Link("育儿补贴", _OWN),
        period="2026 年",
        amount="3,600.00 元",
        status=words.STATUS[status],
        says=says,
        acts=acts,
    )


def _cases() -> tuple[MyCase, ...]:
    number = "SJ-YJS-310117-20261120-000123"
    return (MyCase("人工复核", "育儿补贴", at(20, 10), words.CASE_OPEN, number),)


def _notices() -> tuple[NoticeRow, ...]:
    return (NoticeRow(at(20, 10), "您可以享受育儿补贴 3,600.00 元，请确认是否需要。", None),)


def my_benefits() -> MyBenefitsPage:
    """A wish that is asked for, and something paid."""
    asked = _entry(
        Status.ASKED, "请在 2026-12-04 以前确认是否需要。", _act("确认需要"), _act("放弃这一笔")
    )
    paid = _entry(Status.PAID, "已经拨付到您的账户。")
    no = MyNo("老年综合津贴：不享受", at(19, 9), Submission(_OWN, KEY), "elder", "benefit")
    options = (Option("all", "所有政策"), Option("elder_allowance", "老年综合津贴"))
    return MyBenefitsPage(
        _public("我的政策兑现", _OWN),
        "张*",
        "尾号 1234",
        Link("政策体检：还能享受什么", f"{MY}/17/checkup?code=a1b2c3d4"),
        (asked, paid),
        _notices(),
        _cases(),
        (no,),
        _act(
            "提交选择",
            "不想享受，或者不接受自动作出决定",
            FieldView("policy", "哪项政策", FieldControl.LIST, options=options),
        ),
    )


def my_benefits_empty() -> MyBenefitsPage:
    """Nothing yet."""
    return replace(my_benefits(), account="", entries=(), notices=(), cases=(), noes=())


def my_decision() -> MyDecisionPage:
    """Paid at the second attempt, with its working."""
    payment = PaymentRow(
        number="x#1",
        entitlement=None,
        attempt=1,
        fen=360_000,
        account=f"{FIRM[:2]}**** 尾号 1234",
        status=words.INSTRUCTION["failed"],
        reason="账户不存在",
        sent_at=at(20, 9),
        answered_at=NOW,
    )
    return MyDecisionPage(
        _public("育儿补贴", _OWN),
        _entry(Status.FAILED, "收款账户没有收到，请更正账户。"),
        (Pair("文号", "育儿补贴制度（通称）"), Pair("收款账户", "尾号 1234")),
        "这个结果由系统按下列条件和数据自动比对得出。",
        benefits.subject().working,
        (payment,),
        _notices(),
        _cases(),
        (
            _act("放弃这一笔"),
            _act(
                "要求人工复核",
                "不同意这个结果，要求人工复核",
                FieldView("reason-review", "哪里不对，为什么", FieldControl.LONG_TEXT),
            ),
        ),
        _MINE,
    )


def _public(title: str, here: str) -> Frame:
    return Frame(title, NOW, here)
