"""What one document of each kind says in an ordinary case; each test overrides one thing."""

from dataclasses import replace
from datetime import UTC, date, datetime

from activities.documents.content import (
    Case,
    Change,
    Citation,
    Content,
    Day,
    Field,
    Gap,
    Intake,
    Lapse,
    Licence,
    Linked,
    Notice,
    Paper,
    Party,
    Pending,
    Receipt,
    Refusal,
)
from activities.documents.render import Heading, render
from definitions.rules.clocks import ClockKind

RECEIVED = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # 9:30 in Shanghai
ISSUED = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # past midnight in Shanghai: the 24th
FIRM = "上海泗泾云间食品有限公司"
CODE = "91310117MA1J2X4T5G"
NUMBER = "松政服告〔2026〕000031号"
BUNDLE = "SJ-YJS-310117-20261124-000123"
MATTER = "11310117002450013M4000131127004202611240123"
REGULATION = "中华人民共和国市场主体登记管理条例"
REMEDIES = (
    "可以自收到本文书之日起60日内向上海市松江区人民政府申请行政复议",
    "可以自收到本文书之日起6个月内依法向人民法院提起行政诉讼",
)
CASE = Case(
    bundle=BUNDLE,
    service="企业信息变更",
    situation="有限责任公司 多事项合并变更",
    subject="变更登记",
    number=MATTER,
    organ="上海市松江区市场监督管理局",
    phone="12345",
    applicant=Party(name=FIRM, code=CODE, agent="陆一鸣"),
    received_at=RECEIVED,
    accepted_at=RECEIVED,
    wording="提交的变更登记申请材料齐全，符合法定形式，准予变更登记。",
    bases=(
        Citation("中华人民共和国公司法", "第三十五条"),
        Citation(REGULATION, "第十九条、第二十四条"),
    ),
    remedies=REMEDIES,
)
SCOPE = (
    "许可项目：食品销售；餐饮服务。（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体经营项目以相关"
    "部门批准文件或许可证件为准）一般项目：食品互联网销售（仅销售预包装食品）；餐饮管理；企业管理咨询；技术服务、"
    "技术开发、技术咨询、技术交流、技术转让、技术推广；货物进出口。（除依法须经批准的项目外，凭营业执照依法自主"
    "开展经营活动）"
)

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
    case=replace(CASE, organ="上海市松江区政务服务中心综合窗口", number=None),
    receiver="王晓燕",
    query_code="K7QX2M",
    papers=_PAPERS,
    linked=_LINKED,
    told_by=Day(date(2026, 12, 1)),
)
PENDING = Pending(
    case=CASE,
    gaps=(
        Gap("食品经营许可证（缴回）", "交回纸质正本、副本原件"),
        Gap("食品安全管理人员信息", "写明姓名、职务和培训考核情况，由新任法定代表人签名"),
    ),
    due=Day(date(2026, 11, 27)),
    decided_by=Day(date(2027, 1, 4), provisional=True),
    withdrawn=True,
)
LAPSE = Lapse(
    case=CASE,
    clock=ClockKind.SUPPLEMENT,
    due=Day(date(2026, 11, 27)),
    withdrawn=True,
    missing=("食品经营许可证（缴回）",),
    returned=(
        Paper("食品经营许可变更申请书", "系统生成", 1, ""),
        Paper("食品安全管理人员信息", "申请人提交", 2, ""),
    ),
)
NOTICE = Notice(
    case=CASE,
    changes=(
        Change("名称", FIRM, "上海云间食光餐饮管理有限公司"),
        Change("住所", "上海市松江区泗泾镇泗砖路88号3幢", "上海市松江区人民北路100号2层"),
        Change("法定代表人", "张明", "李晓云"),
    ),
)
RECEIPT = Receipt(case=CASE)
LICENCE = Licence(
    case=CASE,
    business=True,
    code=CODE,
    fields=(
        Field("名称", "上海云间食光餐饮管理有限公司"),
        Field("类型", "有限责任公司"),
        Field("法定代表人", "李晓云"),
        Field("住所", "上海市松江区人民北路100号2层"),
        Field("经营范围", SCOPE),
    ),
)
REFUSAL = Refusal(
    case=CASE,
    reasons=(
        "提交的住所使用文件所载地址为“人民北路100号2层”，与申请书所填“人民北路100号3层”不一致。",
        "股东会决议载明同意修改章程的表决权为百分之五十五，未达到三分之二以上。",
    ),
)
ALL: tuple[tuple[str, Content], ...] = (
    ("收件凭证", INTAKE),
    ("容缺受理通知书", PENDING),
    ("退件告知书", LAPSE),
    ("登记通知书", NOTICE),
    ("税务登记信息变更回执", RECEIPT),
    ("营业执照", LICENCE),
    ("不予登记通知书", REFUSAL),
)


def page(content: Content, title: str = "文书") -> str:
    """The document as a reader gets it."""
    return render(content, Heading(title=title, number=NUMBER, issued_at=ISSUED)).decode()
