"""Sample pages of the pre-check: findings above the last look, and 一键预查."""

from dataclasses import replace

from api.console.taking.prechecks import INSISTED, SEVERITY
from api.console.views.intake import CheckPage
from api.console.views.prechecks import AheadPage, FindingView, ObstacleView
from api.console.views.shared import FieldControl, FieldView, Link, Option, StatusView, Tone
from definitions.language.checks import Severity
from tests.support.console.handing_in import CHECK
from tests.support.console.parts import FIRM, USCC, basis, frame, submission, text

_DRAFT = "/console/drafts/d-1"


def check_with_findings() -> CheckPage:
    """One finding of each weight, the last one called wrong; what blocks has to be told."""
    found = (
        FindingView(
            "VOTE-TWOTHIRDS",
            SEVERITY[Severity.BLOCK],
            "同意的表决权不到三分之二，修改章程的决议没有通过",
            ("60／100",),
            "核对表决权；没有通过的，重新召集会议表决",
            Link("同意的表决权", f"{_DRAFT}/form#votes_for"),
            basis("公司法", "第六十六条第三款"),
            feedback=submission(f"{_DRAFT}/findings/VOTE-TWOTHIRDS"),
        ),
        FindingView(
            "FILE-PHOTO",
            SEVERITY[Severity.INFO],
            "“原印章（缴销）”是拍的照片，不是扫描件",
            ("印章.jpg",),
            "看得清、四角齐全即可",
            Link("原印章（缴销）", f"{_DRAFT}/materials#M44"),
            called_wrong="窗口用高拍仪拍的",
        ),
    )
    tick = FieldView(
        INSISTED,
        "已把 1 条阻断提示告知申请人，申请人仍要提交",
        FieldControl.CHECKS,
        hint="窗口不得不予收件；是否准予，由办理机关依法决定",
    )
    return replace(CHECK, findings=found, insisted=tick)


def ahead() -> AheadPage:
    """A firm with one obstacle, one thing nobody knows, and a register that is away."""
    rows = (
        ObstacleView(
            StatusView("办不了", "✕", Tone.BAD),
            "被列入经营异常名录",
            "松江区市场监督管理局",
            "申请移出经营异常名录后再办",
            basis("登记管理条例实施细则", "第四十八条第一项"),
            courses="简易注销",
        ),
        ObstacleView(
            StatusView("查不到", "?", Tone.WAIT),
            "正在诉讼或者仲裁程序中",
            "受理案件的人民法院、仲裁机构",
            "诉讼或者仲裁终结后再办",
            basis("登记管理条例实施细则", "第四十八条第三项"),
            missing="正在诉讼或者仲裁程序中（人民法院、仲裁机构）",
        ),
    )
    return AheadPage(
        frame("一键预查", "/console/precheck", nav="/console/precheck"),
        text("uscc", "统一社会信用代码", USCC),
        (Option("company_deregistration", "企业注销", chosen=True),),
        firm=FIRM,
        unpaid=("失业保险稳岗返还，约 60,000.00 元，松江区人力资源和社会保障局",),
        checkup_url="/console/checkup",
        service="企业注销",
        obstacles=rows,
        clear=("股权被冻结、出质或者有动产抵押",),
        away="信用平台",
        asked=True,
    )


def ahead_unasked() -> AheadPage:
    """Before anything was asked."""
    return replace(
        ahead(), firm="", service="", obstacles=(), clear=(), unpaid=(), away="", asked=False
    )
