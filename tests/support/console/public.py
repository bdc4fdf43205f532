"""Sample pages of the public: what applicants see, and what anybody may read."""

from dataclasses import replace

from api.console import words
from api.console.views.public import (
    Asked,
    DecisionRow,
    DecisionsPage,
    ProgressPage,
    ProgressQueryPage,
    PublicPaper,
    PublicRemedy,
    PublicStep,
    PublicTodo,
)
from api.console.views.shared import ErrorView, Frame, Link, Notice, Pager, Tone
from tests.support.console import intake, parts
from tests.support.console.parts import at, on, submission, text


def _public(title: str) -> Frame:
    return Frame(title, parts.NOW, f"/progress/{parts.NUMBER}?code=4827")


def _todo(name: str, asked: Asked, title: str, **more: object) -> PublicTodo:
    todo = PublicTodo(
        id=name,
        asked=asked,
        title=title,
        due_on=on(7, 12),
        closes_at=at(7, 17, month=12),
        provisional=False,
        matters="食品经营许可变更（容缺受理）",
        consequence="视为撤回申请，退还材料；不影响信用",
        standard="要求：按实际比例绘制，注明面积；拍照要平整、清楚。",
        basis=parts.basis("上海市优化营商环境条例", "第二十四条第四款"),
        submission=submission(f"/progress/{parts.NUMBER}/materials/F02?code=4827", 7),
    )
    return replace(todo, **more)  # type: ignore[arg-type]


PROGRESS = ProgressPage(
    replace(
        _public("企业信息变更"),
        notices=(Notice(Tone.OK, "租赁合同已收到，正在核对。", own=True),),
    ),
    parts.NUMBER,
    parts.SERVICE,
    parts.FIRM,
    words.MATTER["reviewing"],
    "等您补交材料",
    None,
    (
        _todo("todo-F02", Asked.SUPPLY, "补交经营场所布局图"),
        _todo(
            "todo-FOOD-hearing",
            Asked.HEARING,
            "决定要不要听证",
            due_on=None,
            closes_at=None,
            matters="食品经营许可变更",
            consequence="到期没有提出的，视为放弃听证，机关照常作出决定",
        ),
        _todo("todo-REG-file", Asked.FILE, "申请办理注销登记", provisional=True, basis=None),
    ),
    (
        PublicStep("收件", "松江区政务服务中心", words.RECEIVED, at(19, 14, 40), ()),
        PublicStep("名称、住所变更登记", "区市场监管局", words.MATTER["closed"], at(20, 15, 5), ()),
        PublicStep(
            "税务信息变更",
            "区税务局",
            words.MATTER["reviewing"],
            None,
            ("11月27日（周五）前办完",),
        ),
        PublicStep(
            "消防安全检查",
            "区消防救援支队",
            words.MATTER["suspended"],
            None,
            ("正在检验：11月20日开始，需要 10 个工作日；这段时间不计入办理期限",),
        ),
        PublicStep(
            "户外招牌设置",
            "区绿化市容局",
            words.MATTER["closed"],
            at(20, 10, 0),
            ("结果已经发出；区绿化市容局2027年2月22日（周一）前核查您承诺的条件",),
        ),
        PublicStep(
            "基本存款账户变更",
            "建设银行松江支行",
            words.MATTER["planned"],
            None,
            ("换照、刻章办好后开始",),
        ),
    ),
    ("营业执照正、副本（沪松市监照〔2026〕123号）",),
    (
        PublicPaper("容缺受理通知书", "沪松食容〔2026〕12号", on(20), "/progress/x/documents/y"),
        PublicPaper("营业执照正、副本", "沪松市监照〔2026〕123号", on(23), ""),
    ),
    (),
    Link("期限是怎样算的", f"/progress/{parts.NUMBER}/clocks?code=4827"),
    "021-37700000",
    "松江区乐都西路 867 号 综合窗口",
    intake.ACCEPT,
    "20 MB",
)
"""A paper, a hearing and an application that wait for the applicant."""


def progress_refused() -> ProgressPage:
    """Nothing to do, calm words, and what may be done against it."""
    return replace(
        PROGRESS,
        status=words.MATTER["refused"],
        headline="食品经营许可变更没有准予，请看下面的结果",
        expected_on=None,
        todos=(),
        ready=(),
        remedies=(
            PublicRemedy(
                "食品经营许可变更没有准予（区市场监管局）",
                (
                    "收到不予决定之日起 60 日内，可以申请行政复议。",
                    "收到不予决定之日起 6 个月内，可以提起行政诉讼。",
                ),
            ),
        ),
        clocks=None,
        frame=_public("企业信息变更"),
    )


def progress_query() -> ProgressQueryPage:
    """With a wrong code."""
    message = "编号和查询码对不上，请照收件凭证再输一次"
    return ProgressQueryPage(
        replace(_public("查询办理进度"), errors=(ErrorView("code", message),)),
        "/progress",
        text("no", "收件编号", parts.NUMBER, hint="在收件凭证上方，SJ 开头"),
        text("code", "查询码", hint="4 位数字，在编号下面", error=message),
    )


def decisions() -> DecisionsPage:
    """One grant, and more to follow."""
    row = DecisionRow(
        "食品经营许可", parts.FIRM, parts.USCC, "区市场监管局", on(20), ("沪松食许〔2026〕12号",)
    )
    return DecisionsPage(_public("准予决定公开"), (row,), Pager("", "/decisions?after=x"))
