"""Sample pages of the legal acts: what stands beside a matter, the acts' forms, corrections."""

from dataclasses import replace

from api.console import deadlines, words
from api.console.views.acts import (
    ActLink,
    ActPage,
    CorrectPage,
    CorrectRow,
    NoticedPoint,
    PointField,
    StandingView,
    UploadField,
)
from api.console.views.bundle import MatterPage
from api.console.views.desk import DecisionForm, OutcomePart, TaskPage
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Link,
    Option,
    Pair,
)
from definitions.language.roles import Role
from tests.support.console import bundles, parts, tasks
from tests.support.console.parts import BUNDLE_URL, TODAY, basis, frame, on, submission, text

MATTER_URL = f"{BUNDLE_URL}/matters/FOOD"
NOTICE = StandingView(
    "correction",
    "补正",
    words.MATTER["supplementing"],
    deadlines.running(due_on=on(15, 12), today=TODAY, left=15),
    (Pair("告知", "11月23日 10:12，第 1 次"), Pair("到期没有补正", "视为撤回申请")),
    (
        NoticedPoint("经营场所布局图", "没有标明清洁消毒设施的位置", words.MATERIAL["refused"]),
        NoticedPoint("食品安全管理制度", "缺第 3 页", words.MATERIAL["supplied"]),
    ),
)
STANDING = (
    NOTICE,
    StandingView(
        "procedure-inspection-1",
        "特别程序：检验",
        words.MATTER["suspended"],
        deadlines.paused("检验，预计 10 个工作日"),
        (Pair("开始", "今天 09:30"), Pair("这段时间", "承诺时限、法定时限不计")),
    ),
    StandingView(
        "hearing",
        "听证",
        words.HEARING["scheduled"],
        None,
        (Pair("时间", "12月8日（周二） 09:30"), Pair("地点", ""), Pair("主持人", "陈静")),
    ),
    StandingView(
        "promise",
        "承诺",
        words.PROMISE["open"],
        deadlines.running(due_on=on(18, 12), today=TODAY, left=18),
        (Pair("方式", "告知承诺：办后核查，不实的撤销决定"),),
    ),
)
ACTS = (
    ActLink("启动特别程序", f"{MATTER_URL}/acts/procedure", "检验、检测等，时间不计入期限"),
    ActLink("提请延期", f"{MATTER_URL}/acts/extension", "期限内作不出决定，报负责人批准"),
    ActLink("终止办理", f"{MATTER_URL}/acts/terminate", "客观上办不下去，原因依法列明"),
)


def matter_suspended() -> MatterPage:
    """Everything at once: extended, deemed accepted, noticed, suspended, heard, promised."""
    return replace(
        bundles.matter(),
        frame=replace(bundles.matter().frame, title="食品经营许可"),
        status=words.MATTER["suspended"],
        flags=(words.DEEMED, words.EXTENDED),
        deadline=deadlines.paused("检验，预计 10 个工作日"),
        acts=ACTS,
        standing=STANDING,
    )


def act() -> ActPage:
    """A special procedure is started; its reasons are missing."""
    message = "请填写理由"
    causes = (
        Option(
            "inspection", "检验", hint="《行政许可法》第四十五条；通常 10 个工作日", chosen=True
        ),
        Option("hearing", "听证", unavailable="在“告知听证权利”中办理"),
    )
    return ActPage(
        frame=replace(
            frame(
                "启动特别程序",
                f"{MATTER_URL}/acts/procedure",
                role=Role.OFFICER,
                nav="/console/inbox",
                crumbs=(Breadcrumb("待办", "/console/inbox"),),
            ),
            errors=(ErrorView("reasons", message),),
        ),
        bundle=Link(parts.NUMBER, BUNDLE_URL),
        matter=Link("食品经营许可", MATTER_URL),
        applicant=parts.FIRM,
        effects=(
            Pair("停下的", "承诺时限、法定时限，自次日起不计"),
            Pair("照常的", "申请人补交材料的期限"),
        ),
        basis=(basis("行政许可法", "第四十五条"), basis("行政许可法", "第五十五条")),
        submission=submission(f"{MATTER_URL}/acts/procedure", 7),
        fields=(
            FieldView("cause", "依法列明的情形", FieldControl.CARDS, options=causes),
            FieldView("days", "预计需要（工作日）", FieldControl.NUMBER, value="10", max_length=3),
            FieldView("reasons", "理由", FieldControl.LONG_TEXT, error=message),
        ),
        upload=None,
        button="启动特别程序",
        danger=False,
        accept="application/pdf",
        largest="20 MB",
    )


def act_with_files() -> ActPage:
    """A procedure ends; a file was kept from a form that failed."""
    kept = (Option("f-1", "检验报告.pdf"),)
    upload = UploadField("result", "结果材料", "检验报告", "请再试一次", required=False, kept=kept)
    return replace(act(), fields=(), upload=upload, basis=(), danger=True, button="结束特别程序")


def correct() -> CorrectPage:
    """Two fields and a paper."""
    home = f"{BUNDLE_URL}/correct"
    return CorrectPage(
        frame=frame("当场更正", home, nav="/console/search"),
        bundle=Link(parts.NUMBER, BUNDLE_URL),
        applicant=parts.FIRM,
        effects=(Pair("能更正的", "错别字、漏填、放错的文件"),),
        fields=(
            CorrectRow("经营场所", "人民北路 1289 号", f"{home}/form/address"),
            CorrectRow("联系电话", "", f"{home}/form/phone"),
        ),
        papers=(CorrectRow("布局图", "布局图.pdf", f"{home}/materials/M52"),),
    )


def points() -> tuple[PointField, ...]:
    """Two papers that may be asked for, one that may not."""
    defect = FieldView("defect.M52", "哪里不符合，怎样补正", error="请写明哪里不符合、怎样补正")
    return (
        PointField(
            "M52", "布局图", "标明各区位置", words.MATERIAL["satisfied"], chosen=True, defect=defect
        ),
        PointField(
            "M53",
            "食品安全管理制度",
            "盖章",
            words.MATERIAL["pending"],
            chosen=False,
            defect=text("defect.M53", "哪里不符合，怎样补正"),
        ),
        PointField(
            "M06",
            "住所使用证明",
            "原件",
            words.MATERIAL["waived"],
            chosen=False,
            defect=text("defect.M06", "哪里不符合，怎样补正"),
            why_not="已经免交，不得再要求",
        ),
    )


def receiving() -> DecisionForm:
    """受理审查: a notice is chosen, one of its points has no words yet."""
    days = FieldView("days", "补正期限（工作日）", FieldControl.NUMBER, value="15", max_length=2)
    notice = OutcomePart(
        "一次性告知补正的，勾选要补正的材料",
        ("ask_supplement",),
        (days,),
        points(),
        note="需要补正的全部内容一次告知。",
    )
    organ = OutcomePart(
        "不属本机关的，告知有权机关",
        ("not_competent",),
        (text("organ", "应当向哪个机关申请"),),
        is_against=True,
    )
    outcomes = ("accept", "ask_supplement", "not_required", "not_competent")
    options = tuple(
        Option(each, words.outcome("receipt", each), chosen=each == "ask_supplement")
        for each in outcomes
    )
    return DecisionForm(
        submission("/console/tasks/T3/complete", 2),
        FieldView("outcome", "审查结论", FieldControl.CARDS, options=options),
        FieldView("opinion", "意见", FieldControl.LONG_TEXT, required=False),
        (notice, organ),
        "提交审查结论",
        gate="还缺：食品安全管理制度。",
        accept="application/pdf",
        largest="20 MB",
    )


def task_receipt() -> TaskPage:
    """An officer examines the receipt and notices what is missing."""
    return replace(tasks.task(), step="受理审查", decision=receiving(), standing=(NOTICE,))


def task_hearing() -> TaskPage:
    """The minutes are handed in."""
    minutes = UploadField("minutes", "听证笔录", error="请附经参加人签字的听证笔录")
    form = replace(receiving(), parts=(OutcomePart("听证笔录", (), upload=minutes),))
    about = (Pair("提请人", "松江区市场监督管理局 李某"), Pair("延长", "10 个工作日"))
    return replace(tasks.task(), step="组织听证", decision=form, about=about)
