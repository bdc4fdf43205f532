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
    """All four ways in each matter; the closed ones say why, the open ones what follows."""
    shanghai = parts.basis(
        "上海市优化营商环境条例", "第二十四条第四款", "办事指南明确容缺受理等内容"
    )
    hold = ModeView(
        Option("hold", "容缺收件", chosen=True),
        "先存材料，补齐后才受理，时限从受理起算",
        on(14, 12),
        parts.basis("市场主体登记管理条例", "第十九条"),
        consequence="退件，可以重新申请；不影响信用",
    )
    registration = (
        hold,
        _closed("accept_pending", "容缺受理", "本项为即办件，不能容缺"),
        _closed("issue_then_supply", "承诺制容缺办结", "本事项不在承诺制容缺办结清单"),
        _closed("inform_commit", "告知承诺", "本事项不实行告知承诺"),
    )
    food = (
        replace(hold, option=Option("hold", "容缺收件")),
        ModeView(
            Option("accept_pending", "容缺受理", chosen=True),
            "先审后补，计时照常，补齐前不发证",
            on(7, 12),
            shanghai,
            consequence="视为撤回申请，退还材料；不影响信用",
        ),
        ModeView(
            Option("issue_then_supply", "承诺制容缺办结"),
            "先办结、先出结果，后补材料",
            basis=shanghai,
            due="结果发出后 30 个自然日内补齐",
            consequence="已经发出的结果不变；信用修复前不能再用容缺、承诺办理",
        ),
        ModeView(
            Option("inform_commit", "告知承诺"),
            "签告知承诺，不再提交这份材料，办后核查",
            basis=parts.basis("上海市优化营商环境条例", "第二十七条"),
            due="办后 60 个工作日内核查，不实的责令 15 个工作日内整改",
            consequence="逾期不整改或者整改后仍不符合的，撤销决定；记入公共信用信息",
            conditions=("场所符合食品安全要求", "布局与实际一致"),
        ),
    )
    none = Option("none", "不用容缺", "材料到齐后再提交")
    return (
        MatterModes("名称、住所变更登记", f"mode.REG.{code}", registration, none),
        MatterModes("食品经营许可变更", f"mode.FOOD.{code}", food, none),
    )


def _closed(value: str, label: str, why: str) -> ModeView:
    return ModeView(Option(value, label, unavailable=why), "")


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
            override=FieldView(
                "override.M07",
                "共享失败、仍要申请人提交的理由",
                value="证照库今天不可用",
                required=False,
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
    """One gap of each kind of promise, not signed yet; an agent promises."""
    shanghai = parts.basis("上海市优化营商环境条例", "第二十四条第四款")
    return CommitmentView(
        "容缺和告知承诺书",
        parts.FIRM,
        "陆一鸣",
        (
            GapView(
                "经营场所布局图",
                "食品经营许可变更",
                "容缺受理",
                on(7, 12),
                "视为撤回申请，退还材料；不影响信用",
                basis=shanghai,
            ),
            GapView(
                "招牌符合技术规范的证明",
                "户外招牌设置",
                "告知承诺",
                None,
                "逾期不整改的，撤销决定；记入公共信用信息",
                due="办后 60 个工作日内核查",
                basis=parts.basis("上海市优化营商环境条例", "第二十七条"),
                conditions=("位置、规格符合户外招牌设置技术规范", "结构牢固"),
            ),
        ),
        (
            "自愿选择上列方式，已知晓所缺材料、补齐期限、逾期和不实的后果。",
            "补交的材料与本次申请内容一致，真实、合法、有效。",
            "同意将履行承诺的情况用于信用管理。",
        ),
        f"{DRAFT}/commitment",
        choice(
            "commitment.signature",
            "申请人签字方式",
            (Option("pad", "手写屏"), Option("phone", "手机"), Option("paper", "纸质，已扫描存入")),
        ),
        FieldView(
            "commitment.authority",
            "授权委托书写明陆一鸣可以代申请人作出以上承诺，已核对",
            FieldControl.CHECKS,
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
        ReceiptGap("住所使用相关文件", "容缺收件", on(14, 12), "退件，可以重新申请；不影响信用"),
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
