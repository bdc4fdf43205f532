"""Sample pages of one task: reviewing, deciding, what stands beside it."""

from dataclasses import replace

from api.console import deadlines, words
from api.console.views.acts import AnswerRow, RequestView, UploadField
from api.console.views.desk import (
    ChangeView,
    DecisionForm,
    Looking,
    Move,
    NotesView,
    NoteView,
    OutcomePart,
    PreviewedFile,
    ProposalView,
    ReturnedView,
    ReviewPart,
    TaskPage,
    WorkLink,
)
from api.console.views.shared import (
    Breadcrumb,
    FieldControl,
    FieldView,
    Link,
    Option,
    Pair,
    StatusView,
    Tone,
)
from definitions.language.roles import Role
from tests.support.console import case, parts
from tests.support.console.bundles import SOON, refusal
from tests.support.console.parts import BUNDLE_URL, at, frame, on, submission

COLLEAGUES = (Option("", "请选择", chosen=True), Option("a-1", "王敏"), Option("a-2", "赵一凡"))


def reviewing() -> DecisionForm:
    """The form of a review."""
    options = (Option("pass", "通过", chosen=True), Option("advise_refusal", "建议不予"))
    opinion = FieldView(
        "opinion",
        "审查意见",
        FieldControl.LONG_TEXT,
        value="新住所与不动产登记信息一致，主管税务机关不变。",
        max_length=1000,
    )
    return DecisionForm(
        submission("/console/tasks/T1/complete", 4),
        FieldView("outcome", "审查结论", FieldControl.CARDS, options=options),
        opinion,
        (
            OutcomePart(
                "建议不予的，写明理由",
                ("advise_refusal",),
                (FieldView("reasons", "理由", FieldControl.LONG_TEXT),),
                is_against=True,
            ),
        ),
        "提交审查意见",
        review=ReviewPart(
            "/console/tasks/T1/propose",
            FieldView("to", "请谁复核", FieldControl.LIST, required=False, options=COLLEAGUES),
        ),
        autosave="/console/tasks/T1/draft",
        saved="已保存 今天 14:05",
    )


def deciding() -> DecisionForm:
    """The form of a decision, a refusal without reasons."""
    remedies = "\n".join(refusal().remedies)
    options = (Option("grant", "准予"), Option("refuse", "不予", chosen=True))
    carried = (
        FieldView(
            "reasons",
            "理由",
            FieldControl.LONG_TEXT,
            error="请写明不予的理由",
            hint="写明事实和缺少的条件，会原文写进决定书",
        ),
        FieldView(
            "bases",
            "依据",
            FieldControl.CHECKS,
            options=(
                Option("0", "《食品经营许可和备案管理办法》第十四条", chosen=True),
                Option("1", "《行政许可法》第三十八条"),
            ),
        ),
        FieldView("remedies", "救济途径", value=remedies, fixed=True),
    )
    refusing = OutcomePart(
        "不予的，写明理由、依据和救济途径", ("refuse",), carried, is_against=True
    )
    return DecisionForm(
        submission("/console/tasks/T2/complete", 5),
        FieldView("outcome", "决定", FieldControl.CARDS, options=options),
        FieldView("opinion", "意见", FieldControl.LONG_TEXT, required=False),
        (refusing,),
        "提交决定",
        gate="容缺受理：经营场所布局图 12月7日（周一）前补齐；可以先作决定，补齐前不发证。",
    )


_MOVES = (
    Move("开始办理", submission("/console/tasks/T1/begin", 4), "c"),
    Move("放回待领", submission("/console/tasks/T1/release", 4)),
)
_LINKS = (
    WorkLink("等待", "/console/tasks/T1/acts/wait"),
    WorkLink("转交", "/console/tasks/T1/acts/hand-over", "t"),
    WorkLink("退回", "/console/tasks/T1/acts/return"),
    WorkLink("征求意见", f"{BUNDLE_URL}/matters/TAX/ask/consultation"),
)


def task() -> TaskPage:
    """A review, claimed by the viewer, with a file on show."""
    return TaskPage(
        frame(
            "税务信息变更",
            "/console/tasks/T1",
            role=Role.OFFICER,
            nav="/console/inbox",
            crumbs=(Breadcrumb("待办", "/console/inbox"),),
            live=f"bundle:{parts.NUMBER}",
        ),
        Link(parts.NUMBER, BUNDLE_URL),
        Link("事项详情", f"{BUNDLE_URL}/matters/TAX"),
        parts.FIRM,
        "审查",
        words.TASK["claimed"],
        SOON,
        "李国强",
        Looking("王敏 正在查看", "/console/tasks/T1/presence"),
        _MOVES,
        _LINKS,
        "",
        "/console/tasks/T3",
        (
            ChangeView("企业名称", parts.FIRM, "上海云间食光餐饮管理有限公司"),
            ChangeView(
                "住所", "上海市松江区人民北路 1450 号 3 层", "上海市松江区人民北路 100 号 2 层"
            ),
        ),
        (
            Pair("统一社会信用代码", parts.USCC),
            Pair("经办人", "陆一鸣"),
            Pair("变更登记", "11月20日 准予"),
        ),
        ("新住所与不动产登记库门牌一致。", "企业有未申报月份：2026 年 10 月。"),
        (case.STORED[0], case.STORED[1], case.STORED[3]),
        PreviewedFile("章程修正案.pdf", "/api/v1/files/1"),
        (),
        (),
        case.CLOCKS[:2],
        (),
        (),
        None,
        (),
        notes(),
        reviewing(),
    )


def notes() -> NotesView:
    """One colleague has written, with a file."""
    said = NoteView(
        "王敏", at(23, 15, 20), "已电话核实门牌号。", (Link("门牌照片.jpg", "/api/v1/files/9"),)
    )
    return NotesView(
        (said,),
        submission("/console/tasks/T1/notes"),
        FieldView("body", "批注", FieldControl.LONG_TEXT),
        UploadField("note-files", "附件", required=False),
    )


def asked_others() -> RequestView:
    """Two organs were asked; one has answered."""
    answers = (
        AnswerRow(
            "区消防救援支队 周磊",
            StatusView("已办：不同意", "✕", Tone.BAD),
            deadlines.met(on(24)),
            "疏散通道宽度不足 1.1 米，请整改后再办。",
            files=(Link("附件", "/console/tasks/T9/files/1"),),
        ),
        AnswerRow("区生态环境局", words.TASK["ready"], SOON, "", "/console/tasks/T10"),
    )
    return RequestView(
        "request-FOOD-consultation-1",
        "征求意见",
        "该场所拟开办 300 平方米餐馆，请就消防、油烟排放提出意见。",
        (Pair("提出", "11月23日 09:30"), Pair("逾期不答复", "视为同意")),
        answers,
        (Link("布局图", "/console/tasks/T9/files/2"),),
        f"{BUNDLE_URL}/requests/FOOD-consultation-1/withdraw",
    )


def task_returned() -> TaskPage:
    """It came back with reasons, is proposed and waits for a second look, others are asked."""
    closed = "请看拟办意见：同意的，按上面的按钮办结；要改的，按“复核退改”。"
    proposed = replace(refusal(), remedies=(), document=None)
    proposed = replace(proposed, status=StatusView("拟建议不予", "◐", Tone.INFO))
    return replace(
        task(),
        status=words.TASK["in_review"],
        moves=(
            Move(
                "同意，按拟办意见办结",
                submission("/console/tasks/T1/approve", 6),
                primary=True,
            ),
        ),
        acts=(WorkLink("复核退改", "/console/tasks/T1/acts/send-back"),),
        returned=(
            ReturnedView("前后不一致", "申请表：新住所", "申请表写 100 号，不动产登记为 102 号"),
            ReturnedView("看不清、看不懂", "章程修正案", "第 2 页扫描模糊，请重扫"),
        ),
        proposal=ProposalView(
            proposed, (Pair("请谁复核", "赵一凡"),), (Link("附件", "/console/tasks/T1/files/3"),)
        ),
        requests=(asked_others(),),
        decision=replace(reviewing(), closed=closed),
        preview=None,
    )


def task_decide() -> TaskPage:
    """An approver refuses; the review's opinion stands above the form."""
    earlier = replace(refusal(), status=words.MATTER["reviewing"], remedies=(), document=None)
    return replace(
        task(),
        step="决定",
        frame=replace(task().frame, title="食品经营许可变更"),
        decision=deciding(),
        earlier=(earlier,),
        preview=None,
        hints=(),
        materials=(),
    )


def task_unclaimed() -> TaskPage:
    """Not claimed: the form is closed and says why."""
    closed = replace(reviewing(), closed="先领取，再审查。")
    return replace(
        task(),
        status=words.TASK["ready"],
        holder="",
        looking=Looking("", "/console/tasks/T1/presence"),
        moves=(Move("领取", submission("/console/tasks/T1/claim", 3), "c", primary=True),),
        acts=(),
        notes=None,
        previous_url="/console/tasks/T0",
        preview=None,
        decision=closed,
        changes=(),
        facts=(),
    )
