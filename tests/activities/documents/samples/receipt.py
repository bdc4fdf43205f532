"""From the counter to acceptance."""

from dataclasses import replace
from datetime import date

from activities.documents.content.common import Citation, Day, Gap, Paper, Term
from activities.documents.content.receipt import (
    Acceptance,
    Commitment,
    Correction,
    Informing,
    Intake,
    Linked,
    NotAccepted,
    Pending,
    Point,
    Supplying,
)
from definitions.language.pending import Credit, Lapse, Mode
from definitions.language.receipt import NotAccepted as Why
from tests.activities.documents.samples.common import CASE, LICENSING, RETURNED, TERMS

SHANGHAI_RULE = Citation("上海市优化营商环境条例", "第二十四条第四款")
RECEIPT_RULE = Citation(LICENSING, "第三十二条第一款第四项")
_PAPERS = (
    Paper("公司登记（备案）申请书", "系统生成", 1, "已收"),
    Paper("股东会决议（股东决定）", "系统生成", 1, "已收"),
    Paper("章程修正案或者修改后的章程", "系统生成", 1, "已收"),
    Paper("法定代表人任免文件", "申请人提交", 1, "已收"),
    Paper("新任法定代表人身份证明", "数据共享", 0, "免交，核验方式：实名认证系统、人口库"),
    Paper("住所使用相关文件", "申请人提交", 2, "已收"),
    Paper("企业名称自主申报结果", "系统生成", 0, "免交，核验方式：企业名称申报系统"),
    Paper("营业执照正本、副本（缴回）", "申请人提交", 0, "未收，待补"),
    Paper("授权委托书及经办人身份证明", "系统生成", 1, "已收"),
    Paper("食品经营许可证（缴回）", "申请人提交", 0, "未收，待补"),
)
_LINKED = (
    Linked("变更登记", "上海市松江区市场监督管理局", "1个工作日"),
    Linked("换发营业执照", "上海市松江区市场监督管理局", "1个工作日", ("变更登记",)),
    Linked("印章缴销、刻制备案", "上海市公安局松江分局", "1个工作日", ("换发营业执照",)),
    Linked("税务登记信息变更", "国家税务总局上海市松江区税务局", "1个工作日", ("变更登记",)),
    Linked("社会保险单位信息变更", "上海市松江区人力资源和社会保障局", "1个工作日", ("变更登记",)),
    Linked("住房公积金单位信息变更", "上海市公积金管理中心松江管理部", "1个工作日", ("变更登记",)),
    Linked(
        "基本存款账户信息变更",
        "开户银行（中国人民银行上海总部联办）",
        "2个工作日",
        ("印章缴销、刻制备案",),
    ),
    Linked("报关单位备案信息变更", "中华人民共和国松江海关", "1个工作日", ("变更登记",)),
    Linked("食品经营许可变更", "上海市松江区市场监督管理局", "5个工作日", ("变更登记",)),
)
INTAKE = Intake(
    case=replace(CASE, organ=CASE.hall, number=None),
    receiver="王晓燕",
    papers=_PAPERS,
    linked=_LINKED,
    within=Term(
        "受理审查、一次告知",
        "5个工作日",
        Day(date(2026, 12, 1)),
        basis=Citation(LICENSING, "第三十二条第一款第四项"),
    ),
)
_GAPS = (
    Gap("食品经营许可证（缴回）", "交回纸质正本、副本原件"),
    Gap("食品安全管理人员信息", "写明姓名、职务和培训考核情况，由新任法定代表人签名"),
)
PENDING = Pending(
    case=replace(CASE, wording="先予受理并进行审查；所缺材料补齐之前，不发给证照。"),
    gaps=_GAPS,
    within=Term("容缺补正期限", "3个工作日", Day(date(2026, 11, 27))),
    terms=TERMS,
    lapse=Lapse.DEEMED_WITHDRAWN,
    credit=Credit.NONE,
)
ACCEPTANCE = Acceptance(
    case=replace(CASE, wording="申请材料齐全、符合法定形式，予以受理。"),
    terms=TERMS,
    excluded=("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"),
    papers=(*RETURNED, Paper("经营场所平面图（设备布局、操作流程）", "申请人提交", 1, "已收")),
    collected=("食品经营许可证",),
    complete=True,
)
NOT_ACCEPTED = NotAccepted(
    case=replace(
        CASE, wording="依法不予受理。", bases=(Citation(LICENSING, "第三十二条第一款第二项"),)
    ),
    why=Why.NOT_COMPETENT,
    reasons=("经营场所不在松江区",),
    competent="经营场所所在地的市场监督管理部门",
)
CORRECTION = Correction(
    case=replace(CASE, bases=(RECEIPT_RULE,)),
    points=(
        Point(
            "经营场所平面图（设备布局、操作流程）",
            "没有标明更衣间和洗手设施的位置，人流与物流的方向相反",
            "标明各功能间的用途、面积、设备位置和人流物流方向，与现场一致",
            "更正后重新提交",
        ),
        Point(
            "食品安全管理制度",
            "没有提交",
            "写明从业人员、进货查验、加工操作、清洗消毒、应急处置的做法，由企业盖章",
            "补交",
        ),
        Point(
            "住所使用相关文件",
            "租赁合同没有出租方的签章",
            "自有的交产权证明，租用的交租赁合同和出租方产权证明；地址与申请书一致",
            "更正后重新提交",
        ),
    ),
    within=Term("补正", "10个工作日", Day(date(2026, 12, 8))),
    lapse=Lapse.DEEMED_WITHDRAWN,
)
SUPPLYING = Supplying(
    mode=Mode.ACCEPT_PENDING,
    gaps=_GAPS,
    within="自容缺受理之日起3个工作日内",
    lapse=Lapse.DEEMED_WITHDRAWN,
    undone=False,
    credit=Credit.NOT_ELIGIBLE,
    basis=SHANGHAI_RULE,
)
INFORMING = Informing(
    conditions=(
        "设置的位置、规格、数量符合户外招牌设置技术规范",
        "结构牢固，经具备资质的单位设计、施工，不影响房屋和行人安全",
        "内容与登记的名称或者字号一致，用字规范",
    ),
    replaced=("招牌结构安全证明",),
    verify="60个工作日",
    rectify="15个工作日",
    credit=Credit.PUBLIC_RECORD,
    basis=Citation("上海市优化营商环境条例", "第二十七条"),
)
COMMITMENT = Commitment(
    case=replace(
        CASE, wording="已知悉所缺材料、补交期限和不履行承诺的后果，自愿承诺，并对材料的真实性负责。"
    ),
    supplying=SUPPLYING,
    informing=None,
    way="手写屏电子签名",
    authorised=True,
)
