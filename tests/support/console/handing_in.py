"""Sample pages of taking an application in: materials, check, commitment, receipt."""

from dataclasses import replace

from api.console import words
from api.console.views.intake import (
    CheckPage,
    CheckSection,
    CommitmentPage,
    MaterialsPage,
    ReceiptGap,
    ReceiptLine,
    ReceiptPage,
)
from api.console.views.materials import (
    CommitmentView,
    GapView,
    MaterialRow,
    MatterModes,
    ModeView,
    WaiverView,
)
from api.console.views.shared import (
    Breadcrumb,
    FieldControl,
    FieldView,
    Link,
    Notice,
    Option,
    Pair,
    Tone,
)
from definitions.language.roles import Role
from tests.support.console import case, parts
from tests.support.console.intake import ACCEPT, CRUMBS, DRAFT, draft
from tests.support.console.parts import at, choice, frame, on, submission


def counter(
    code: str, form_: str = "original", copies: str = "1", pages: str = ""
) -> tuple[FieldView, ...]:
    """What lies on the counter: kind, copies, pages."""
    return (
        choice(
            f"form.{code}",
            "形式",
            (
                Option("original", "原件", chosen=form_ == "original"),
                Option("copy", "复印件", chosen=form_ == "copy"),
            ),
        ),
        FieldView(f"copies.{code}", "份", value=copies, max_length=3),
        FieldView(f"pages.{code}", "页", value=pages, max_length=3),
    )


def modes(code: str) -> tuple[MatterModes, ...]:
    """HOLD open for registration, ACCEPT_PENDING for the food licence; the closed ones say why."""
    shenzhen = parts.basis(
        "松江区容缺受理实施办法", "第八条", "补齐期限早于承诺办结期限 2 个工作日以上"
    )
    return (
        MatterModes(
            "名称、住所变更登记",
            f"mode.REG.{code}",
            (
                ModeView(
                    Option("HOLD", "容缺收件", chosen=True),
                    "先存材料，不计时",
                    on(14, 12),
                    parts.basis("市场主体登记管理条例", "第十九条"),
                ),
                ModeView(
                    Option("ACCEPT_PENDING", "容缺受理", unavailable="本件为即办件，不受理缺件"), ""
                ),
            ),
        ),
        MatterModes(
            "食品经营许可变更",
            f"mode.FOOD.{code}",
            (
                ModeView(
                    Option("ACCEPT_PENDING", "容缺受理", chosen=True),
                    "先审后补，计时照常，补齐前不发证",
                    on(7, 12),
                    shenzhen,
                ),
                ModeView(Option("HOLD", "容缺收件"), "先存材料，不计时", on(14, 12)),
                ModeView(Option("NONE", "不用容缺"), "材料到齐后再提交"),
            ),
        ),
    )


MATERIALS = MaterialsPage(
    frame("材料", f"{DRAFT}/materials", nav="/console/", crumbs=CRUMBS),
    draft(2),
    (
        MaterialRow(
            "M01",
            "公司登记（备案）申请书",
            main=True,
            standard="系统生成，法定代表人电子签名",
            status=words.MATERIAL["satisfied"],
            used_by=("变更登记",),
            files=(case.file("登记申请书.pdf", 4),),
            fields=counter("M01", pages="4"),
        ),
        MaterialRow(
            "M03",
            "章程修正案",
            main=True,
            standard="全体股东签字，加盖公章，原件 1 份",
            status=words.MATERIAL["satisfied"],
            used_by=("变更登记",),
            files=(
                case.file("章程修正案.pdf"),
                case.file("章程附页.jpg", None, "checking"),
            ),
            fields=counter("M03", pages="3"),
        ),
        MaterialRow(
            "M07",
            "营业执照正、副本（缴回）",
            main=False,
            standard="",
            status=words.MATERIAL["waived"],
            used_by=("变更登记", "换照"),
            waiver=WaiverView(
                "电子营业执照已核验，今天 14:20",
                parts.basis("优化营商环境条例", "第三十七条"),
                Option("M07", "申请人有异议，自己提交"),
            ),
        ),
        MaterialRow(
            "M06",
            "住所使用相关文件",
            main=True,
            standard="产权证明或者租赁合同，复印件核对原件",
            status=words.MATERIAL["pending"],
            used_by=("变更登记", "食品经营许可"),
            files=(),
            fields=counter("M06", "copy"),
            waiver=None,
            modes=modes("M06"),
        ),
        MaterialRow(
            "F02",
            "经营场所布局图（标明食品处理区、就餐区、清洁消毒设施位置）",
            main=False,
            standard="按实际比例绘制，注明面积",
            status=words.MATERIAL["pending"],
            used_by=("食品经营许可",),
            files=(case.file("布局图.heic", None, "failed"),),
            fields=counter("F02", "copy"),
            waiver=None,
            modes=modes("F02")[1:],
            error="这种图片（HEIC）看不了，请存为 JPG 或 PDF 后重传",
        ),
    ),
    2,
    1,
    2,
    ACCEPT,
    "20 MB",
)
"""Received, waived, pending with modes, and one that failed."""


def commitment() -> CommitmentView:
    """Two gaps, not signed yet."""
    return CommitmentView(
        parts.FIRM,
        (
            GapView(
                "经营场所布局图",
                "食品经营许可变更",
                "容缺受理",
                on(7, 12),
                "视为撤回申请，退还材料",
            ),
            GapView(
                "住所使用相关文件",
                "名称、住所变更登记",
                "容缺收件",
                on(14, 12),
                "退件，可以重新申请",
            ),
        ),
        (
            "已知晓所缺材料、补齐期限和逾期后果。",
            "补交的材料与本次申请内容一致，真实、合法、有效。",
            "补齐前不领取许可证件，不从事相应的许可活动。",
        ),
        f"{DRAFT}/commitment",
        choice(
            "commitment.signature",
            "申请人签字方式",
            (Option("pad", "手写屏"), Option("phone", "手机"), Option("paper", "纸质，已扫描存入")),
        ),
    )


CHECK = CheckPage(
    frame("核对", f"{DRAFT}/check", nav="/console/", crumbs=CRUMBS),
    replace(draft(3), submission=submission(f"{DRAFT}/submit", 6)),
    (
        CheckSection(
            "申请人",
            "",
            f"{DRAFT}/form",
            (
                Pair("企业名称", parts.FIRM),
                Pair("法定代表人", "张明"),
                Pair("经办人", "陆一鸣"),
                Pair("经办人身份证号", "310***********1231"),
                Pair("手机号", "138****0455"),
            ),
        ),
        CheckSection(
            "办理事项",
            "7 项",
            f"{DRAFT}/guidance",
            (
                Pair("变更", "名称、住所（区内）"),
                Pair("联动", "换照、印章、税务、社保、公积金、银行、食品经营许可"),
            ),
        ),
        CheckSection(
            "表单",
            "21 项",
            f"{DRAFT}/form",
            (
                Pair("新名称", "上海云间食光餐饮管理有限公司"),
                Pair("新住所", "上海市松江区人民北路 100 号 2 层"),
                Pair("租赁到期日", ""),
            ),
        ),
        CheckSection(
            "材料",
            "已收 2 · 免交 1 · 待补 2",
            f"{DRAFT}/materials",
            (
                Pair("已收", "登记申请书、章程修正案"),
                Pair("免交", "营业执照正、副本"),
                Pair("待补", "住所使用相关文件、经营场所布局图"),
            ),
        ),
    ),
    ("区市场监管局", "公安松江分局", "区税务局", "区社保中心", "市公积金中心"),
    on(9, 12),
    "食品经营许可待补材料，补齐后发证。",
    commitment(),
    FieldView("confirmed", "申请人已核对以上内容，准确无误", FieldControl.CHECKS),
    choice(
        "signature",
        "签字",
        (
            Option("pad", "手写屏", chosen=True),
            Option("phone", "手机"),
            Option("paper", "纸质"),
        ),
    ),
    hand_over=False,
    large_url=f"/console/preferences?mode=large&back={DRAFT}/check",
)
"""The clerk's last look."""


def check_remote() -> CheckPage:
    """The same for a virtual-window agent: no signature, hand-over instead of submission."""
    page = CHECK
    return replace(
        page,
        frame=frame(
            "核对",
            f"{DRAFT}/check",
            role=Role.VIRTUAL_WINDOW_AGENT,
            nav="/console/",
            crumbs=CRUMBS,
        ),
        draft=replace(page.draft, submission=submission(f"{DRAFT}/hand-over", 6)),
        commitment=None,
        signature=None,
        hand_over=True,
        expected_on=None,
    )


_RECEIPT_NAMES = (
    "公司登记（备案）申请书",
    "股东会决议",
    "章程修正案",
    "授权委托书及经办人身份证明",
    "食品经营许可变更申请书",
    "食品安全管理制度",
    "设备布局和工艺流程说明",
    "从业人员健康证明",
    "印章备案申请书",
    "开户许可变更申请书",
)
RECEIPT = ReceiptPage(
    replace(
        frame(
            "收件凭证",
            f"{parts.BUNDLE_URL}/receipt",
            nav="/console/",
            crumbs=(
                Breadcrumb("受理", "/console/"),
                Breadcrumb(parts.NUMBER, parts.BUNDLE_URL),
            ),
        ),
        notices=(Notice(Tone.OK, f"已收件，编号 {parts.NUMBER}，5 个部门已收到。", own=True),),
    ),
    parts.NUMBER,
    "4827",
    f"https://yjs.example.gov.cn/progress/{parts.NUMBER}?code=4827",
    "yjs.example.gov.cn/progress",
    parts.FIRM,
    parts.USCC,
    "陆一鸣",
    "310117199003071231",
    parts.SERVICE,
    (
        "名称、住所变更登记",
        "换发营业执照",
        "印章缴销和刻制备案",
        "税务信息变更",
        "社会保险单位信息变更",
        "住房公积金单位信息变更",
        "食品经营许可变更",
        "基本存款账户变更",
    ),
    at(24, 14, 40),
    "王晓燕",
    "松江区政务服务中心",
    "021-3770 0000",
    (
        *(
            ReceiptLine(name, "原件" if i % 3 else "复印件", 1, 2 + i % 5, "")
            for i, name in enumerate(_RECEIPT_NAMES)
        ),
        ReceiptLine("营业执照正、副本", "电子", 0, 0, "免交：电子证照已核验"),
    ),
    (
        ReceiptGap("住所使用相关文件", "容缺收件", on(14, 12), "退件，可以重新申请"),
        ReceiptGap("经营场所布局图", "容缺受理", on(7, 12), "视为撤回申请，退还材料"),
    ),
    "收件不等于受理。2026年12月1日前告知是否受理；逾期未告知的，自收件之日起视为受理。",
    Link("查看办件", parts.BUNDLE_URL),
)
"""A full one: twelve materials and two gaps must fit one A4 page."""


def commitment_page() -> CommitmentPage:
    """To be signed on paper."""
    crumbs = (*CRUMBS, Breadcrumb("核对", f"{DRAFT}/check"))
    return CommitmentPage(
        frame("容缺受理承诺书", f"{DRAFT}/commitment", nav="/console/", crumbs=crumbs),
        "D-20261124-0031",
        parts.USCC,
        parts.SERVICE,
        commitment(),
        "松江区政务服务中心",
        Link("返回核对", f"{DRAFT}/check"),
    )
