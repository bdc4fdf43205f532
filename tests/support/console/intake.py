"""Sample pages of taking an application in: firm, questions, form."""

from dataclasses import replace

from api.console import words
from api.console.views.intake import (
    AnsweredView,
    BlockerView,
    ConfirmView,
    ConflictView,
    DraftHead,
    DraftRow,
    DraftsPage,
    FieldGroup,
    FirmView,
    FormPage,
    GuidancePage,
    HomePage,
    KnownView,
    PreviewLine,
    PreviewView,
    QuestionView,
    ServiceView,
    StepLink,
)
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Option,
    Pair,
    SourceView,
    Tab,
)
from tests.support.console import parts
from tests.support.console.parts import at, choice, frame, submission, text

DRAFT = "/console/drafts/D-20261124-0031"


CRUMBS = (Breadcrumb("受理", "/console/"), Breadcrumb("草稿", "/console/drafts"))


_NAMES = (("引导", "guidance"), ("表单", "form"), ("材料", "materials"), ("核对", "check"))


ACCEPT = "application/pdf,image/jpeg,image/png"


LICENCE = SourceView("证照库", "今天 14:20 取得")


def draft(step: int) -> DraftHead:
    """The head of the sample draft at one of its four steps."""
    name = _NAMES[step][1]
    return DraftHead(
        firm=parts.FIRM,
        service=parts.SERVICE,
        steps=tuple(
            StepLink(
                label, f"{DRAFT}/{path}" if i <= step else "", current=i == step, done=i < step
            )
            for i, (label, path) in enumerate(_NAMES)
        ),
        submission=submission(f"{DRAFT}/{name}", 5),
        saved_at=at(24, 14, 19),
        back_url=f"{DRAFT}/{_NAMES[step - 1][1]}" if step else "",
    )


def drafts() -> tuple[DraftRow, ...]:
    """One's own and one from a virtual window."""
    return (
        DraftRow(
            parts.LONG_FIRM,
            "企业信息变更",
            f"{DRAFT}/form",
            "表单，待填 3 项",
            at(24, 11, 5),
            "王晓燕",
            words.BUNDLE["draft"],
        ),
        DraftRow(
            "上海泖田生态农业有限公司",
            "企业注销（简易）",
            "/console/drafts/D-2/check",
            "核对",
            at(23, 16, 52),
            "待认领",
            words.BUNDLE["handed_over"],
            "泖港镇远程虚拟窗口 顾敏",
        ),
    )


def firm() -> FirmView:
    """The sample firm as the registers know it."""
    return FirmView(
        parts.FIRM,
        parts.USCC,
        (
            Pair("类型", "有限责任公司（自然人投资或控股）"),
            Pair("法定代表人", "张明"),
            Pair("住所", "上海市松江区人民北路 1450 号 3 层"),
            Pair("登记状态", "存续"),
            Pair("成立日期", "2019年6月3日"),
            Pair("登记机关", "松江区市场监督管理局"),
        ),
        ("税务", "社会保险", "住房公积金", "食品经营许可"),
        LICENCE,
        ("有 1 条经营异常记录：通过登记的住所无法联系。可以受理，变更后可申请移出。",),
    )


def home() -> HomePage:
    """With the firm found."""
    return HomePage(
        frame("受理"),
        submission("/console/start"),
        text("uscc", "统一社会信用代码", parts.USCC, hint="扫营业执照二维码，或输入 18 位代码"),
        firm(),
        (
            ServiceView(
                Option(
                    "company_change",
                    "企业信息变更",
                    "名称、住所、法定代表人、经营范围，可以一起变更",
                    chosen=True,
                ),
                8,
                "承诺 6 个工作日",
            ),
            ServiceView(
                Option(
                    "company_deregistration",
                    "企业注销（简易）",
                    "未发生债权债务或者已清偿完结的",
                    unavailable="先移出经营异常名录（公司法第二百四十条、国市监注发〔2021〕45号）",
                ),
                8,
                "公示 20 个自然日，其后 1 个工作日",
            ),
        ),
        drafts(),
    )


def home_empty() -> HomePage:
    """A wrong code, nothing found, nothing to go on with."""
    message = "信用代码应为 18 位，现为 17 位"
    page = home()
    return replace(
        page,
        frame=replace(page.frame, errors=(ErrorView("uscc", message),)),
        uscc=text("uscc", "统一社会信用代码", parts.USCC[:-1], error=message),
        firm=None,
        drafts=(),
    )


def preview() -> PreviewView:
    """What the answers so far lead to."""
    return PreviewView(
        situation="多事项合并变更：名称、住所（区内）",
        matters=tuple(
            PreviewLine(name, note)
            for name, note in (
                ("名称、住所变更登记", "松江区市场监督管理局"),
                ("换发营业执照", "松江区市场监督管理局"),
                ("印章缴销和刻制备案", "上海市公安局松江分局"),
                ("税务信息变更", "国家税务总局上海市松江区税务局"),
                ("基本存款账户变更", "看后面的回答：企业开立基本存款账户了吗？"),
            )
        ),
        spared=(PreviewLine("报关单位备案变更", "没有报关单位备案"),),
        materials=(
            PreviewLine("章程修正案", "原件 1 份"),
            PreviewLine("住所使用相关文件", "租赁合同或者产权证明"),
            PreviewLine("经营场所布局图"),
        ),
        waived=(
            PreviewLine(
                "营业执照正、副本",
                "由电子证照库核验",
                parts.basis("国务院关于在线政务服务的若干规定", "第十条第三款"),
            ),
            PreviewLine("身份证明", "由实名认证系统、人口库核验"),
        ),
        made=(PreviewLine("公司登记（备案）申请书", "按填报内容生成，签名即可"),),
        time="承诺 6 个工作日；今天交齐材料，12月2日（周三）前办完",
        path=(
            PreviewLine("名称、住所变更登记", "1 个工作日"),
            PreviewLine("换发营业执照", "5 个工作日"),
        ),
        waits=(PreviewLine("债权人公告", "45 个自然日，10月12日起，到 11月26日"),),
        cost="共 80 元",
        charges=(PreviewLine("印章刻制", "80 元，刻章单位的材料费"),),
        visits=(PreviewLine("基本存款账户变更", "预留印鉴"),),
    )


def guidance() -> GuidancePage:
    """The question about the address."""
    return GuidancePage(
        frame("引导", f"{DRAFT}/guidance", nav="/console/", crumbs=CRUMBS),
        draft(0),
        QuestionView(
            "address_move",
            "住所变更后，还在松江区吗？",
            "迁到别的区或者省，主管税务机关会变，要先办迁移，登记由迁入地受理。",
            many=False,
            options=(
                Option("same_district", "还在松江区", chosen=True),
                Option("other_district", "迁到上海其他区", "向迁入地申请，税务办理市内迁移"),
                Option(
                    "other_province",
                    "迁到外省市",
                    unavailable="跨省迁移在本系统尚未开通，请到迁入地办理",
                ),
            ),
        ),
        "已答 1 题，还剩 2 题（答了以后可能增减）",
        (AnsweredView("办哪些变更", "名称、住所", f"{DRAFT}/guidance?question=changes"),),
        ConfirmView(
            (
                KnownView(
                    "企业是哪一类主体？",
                    "有限责任公司",
                    "样例登记库 2026-11-20",
                    "与实际不符的，向市场监管部门申请更正；更正前按登记库的记载办理。",
                ),
            ),
            submission(f"{DRAFT}/guidance/confirm", 5),
        ),
        preview(),
        "企业信息变更 第 2 版",
    )


def guidance_blocked() -> GuidancePage:
    """Several answers allowed, an error, and a blocking fact."""
    page = guidance()
    message = "请至少选一项变更"
    return replace(
        page,
        frame=replace(page.frame, errors=(ErrorView("changes", message),)),
        question=replace(
            page.question,
            name="changes",
            text="要变更哪些事项？",
            many=True,
            hint="同时变更的一次申请、一次换照。",
            error=message,
        ),
        blockers=(
            BlockerView(
                "股权被松江区人民法院冻结（2026沪0117执2231号）",
                "松江区人民法院",
                "解除冻结后可办理",
                parts.basis("市场主体登记管理条例实施细则", "第二十一条"),
            ),
        ),
        answered=(),
        confirm=replace(page.confirm, submission=None) if page.confirm else None,
    )


def guidance_day() -> GuidancePage:
    """A question that is answered with a day."""
    page = guidance()
    message = "“公告从哪一天开始？”不能晚于今天（2026-11-24）"
    return replace(
        page,
        frame=replace(page.frame, errors=(ErrorView("announced_on", message),)),
        question=QuestionView(
            "announced_on",
            "公告从哪一天开始？",
            "公告期 45 日，满了才能登记。",
            many=False,
            options=(),
            error=message,
            field=FieldView(
                "announced_on",
                "公告从哪一天开始？",
                FieldControl.DATE,
                value="2026-11-25",
                hint="例如 2026-11-24，不能晚于今天",
                error=message,
            ),
        ),
        confirm=None,
    )


_FORM_ADDRESS = FieldView(
    "address",
    "新住所",
    value="人民北路",
    hint="写到门牌号和室号",
    error="请填写到门牌号，例如“人民北路100号”",
    source=SourceView("申请人"),
)
FORM = FormPage(
    replace(
        frame("表单", f"{DRAFT}/form", nav="/console/", crumbs=CRUMBS),
        errors=(ErrorView("address", "新住所：请填写到门牌号，例如“人民北路100号”"),),
    ),
    draft(1),
    (
        FieldGroup(
            "企业",
            ("全部事项",),
            (
                FieldView(
                    "firm_name",
                    "原企业名称",
                    value=parts.FIRM,
                    source=LICENCE,
                    fixed=True,
                    correct_url=f"{DRAFT}/form?correct=firm_name",
                ),
                FieldView("uscc", "统一社会信用代码", value=parts.USCC, source=LICENCE, fixed=True),
                FieldView(
                    "term",
                    "经营期限",
                    value="长期",
                    source=SourceView("章程识别", "", unchecked=True),
                ),
            ),
        ),
        FieldGroup(
            "变更",
            ("变更登记", "换照", "税务"),
            (
                FieldView(
                    "new_name",
                    "新企业名称",
                    value="上海云间食光餐饮管理有限公司",
                    source=SourceView("名称系统", "自主申报通过，保留到 2027年1月20日"),
                    fixed=True,
                ),
                _FORM_ADDRESS,
                choice(
                    "place_kind",
                    "场所取得方式",
                    (
                        Option("own", "自有"),
                        Option("lease", "租赁", chosen=True),
                        Option("free", "无偿使用"),
                    ),
                ),
                FieldView("lease_until", "租赁到期日", FieldControl.DATE, required=True),
                FieldView(
                    "remark", "其他说明", FieldControl.LONG_TEXT, required=False, max_length=500
                ),
            ),
        ),
        FieldGroup(
            "经办人",
            ("全部事项",),
            (
                text("agent_name", "经办人姓名", "", hint="到场办理的人"),
                FieldView(
                    "agent_mobile",
                    "手机号",
                    FieldControl.TEL,
                    value="13817720455",
                    source=SourceView("上次申请", "2026-03-02"),
                ),
            ),
        ),
    ),
    18,
    3,
    "lease_until",
    (ConflictView("address", "新住所", "人民北路", "人民北路 100 号 2 层", "顾敏", at(24, 14, 5)),),
    9,
)
"""Known, read by machine, still open, wrong, and one conflict."""


def drafts_page() -> DraftsPage:
    """Own drafts beside those handed over."""
    tabs = (
        Tab("我的", "/console/drafts", current=True, count=1),
        Tab("虚拟窗口交来", "/console/drafts?from=remote", count=1),
    )
    return DraftsPage(frame("草稿", "/console/drafts"), tabs, drafts())
