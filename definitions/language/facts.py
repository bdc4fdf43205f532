"""What the registers may say about a firm: the closed list behind every `firm.…` in a condition.

A fact that is not listed here cannot be written in a definition; a register that knows more is not
asked for it. A fact that is missing is unknown, which is neither yes nor no.
"""

from enum import StrEnum

from pydantic import Field

from definitions.language.base import Name, Text, Written
from definitions.language.questions import Option


class FactKind(StrEnum):
    """What a fact holds: text, true or false, a day, a number, one or several listed values."""

    TEXT = "text"
    FLAG = "flag"
    DATE = "date"
    NUMBER = "number"
    ONE = "one"
    MANY = "many"


class FirmFact(Written):
    """One thing a register knows. `owner` keeps that register; dates are written 2026-11-24."""

    name: Name
    label: Text
    kind: FactKind
    owner: Text
    values: tuple[Option, ...] = Field(default=())


def _text(name: str, label: str, owner: str) -> FirmFact:
    return FirmFact(name=name, label=label, kind=FactKind.TEXT, owner=owner)


def _flag(name: str, label: str, owner: str) -> FirmFact:
    return FirmFact(name=name, label=label, kind=FactKind.FLAG, owner=owner)


def _date(name: str, label: str, owner: str) -> FirmFact:
    return FirmFact(name=name, label=label, kind=FactKind.DATE, owner=owner)


def _number(name: str, label: str, owner: str) -> FirmFact:
    return FirmFact(name=name, label=label, kind=FactKind.NUMBER, owner=owner)


def _listed(name: str, label: str, kind: FactKind, owner: str, **values: str) -> FirmFact:
    options = tuple(Option(value=value, label=text) for value, text in values.items())
    return FirmFact(name=name, label=label, kind=kind, owner=owner, values=options)


_MARKET = "市场监管部门"
_TAX = "税务机关"
_LICENCES = "电子证照库"
_PEOPLE = "人口库"
_ESTATE = "不动产登记机构"
_INSURANCE = "社会保险经办机构"
_FUND = "住房公积金管理中心"

FIRM_FACTS: tuple[FirmFact, ...] = (
    _text("uscc", "统一社会信用代码", _MARKET),
    _text("name", "名称", _MARKET),
    _text("address", "住所", _MARKET),
    _text("scope", "经营范围", _MARKET),
    _text("legal_representative", "法定代表人", _MARKET),
    _text("capital", "注册资本", _MARKET),
    _number("capital_yuan", "注册资本（元）", _MARKET),
    _number("paid_in_yuan", "实缴资本（元）", _MARKET),
    _date("founded_on", "成立日期", _MARKET),
    _text("term", "经营期限", _MARKET),
    _date("term_until", "经营期限届满之日", _MARKET),
    _text("investors", "股东（出资人）", _MARKET),
    _number("investors_count", "股东（出资人）人数", _MARKET),
    _text("directors", "董事", _MARKET),
    _text("supervisors", "监事", _MARKET),
    _text("manager", "经理", _MARKET),
    _text("liaison_name", "登记联络员", _MARKET),
    _text("liaison_mobile", "登记联络员手机号", _MARKET),
    _text("service_address", "法律文书送达地址", _MARKET),
    _text("contact_mobile", "企业联系手机号", _MARKET),
    _text("postcode", "邮政编码", _MARKET),
    _text("legal_representative_id", "法定代表人证件号码", _PEOPLE),
    _text("legal_representative_mobile", "法定代表人手机号", _PEOPLE),
    _text("reserved_name", "已自主申报的名称", "企业名称申报系统"),
    _date("reserved_until", "名称保留期届满之日", "企业名称申报系统"),
    _text("investor_organ", "出资人机构", _MARKET),
    _text("parent_name", "隶属公司名称", _MARKET),
    _text("parent_uscc", "隶属公司统一社会信用代码", _MARKET),
    _text("parent_scope", "隶属公司经营范围", _MARKET),
    _date("parent_changed_on", "隶属公司变更登记之日", _MARKET),
    _flag("parent_in_city", "隶属公司在本市登记", _MARKET),
    _listed(
        "kind",
        "主体类型",
        FactKind.ONE,
        _MARKET,
        limited_company="有限责任公司",
        one_person_company="一人有限责任公司",
        state_owned_company="国有独资公司",
        joint_stock_company="股份有限公司",
        branch="分公司",
        partnership="合伙企业",
        sole_proprietorship="个人独资企业",
        individual_business="个体工商户",
        other="其他",
    ),
    _flag("registered_here", "登记机关为松江区市场监督管理局", _MARKET),
    _listed(
        "registrations",
        "已办理的登记、备案",
        FactKind.MANY,
        "社会保险、公积金、海关等登记机关",
        social_insurance="社会保险登记",
        housing_fund="住房公积金缴存登记",
        customs="海关报关单位备案",
    ),
    _listed(
        "licences",
        "已取得的许可证",
        FactKind.MANY,
        "发证机关",
        food_business="食品经营许可证",
        other="其他许可证",
    ),
    _flag("bank_account", "已开立基本存款账户", "开户银行"),
    _text("bank_name", "基本存款账户开户银行", "开户银行"),
    _flag("e_licence", "已领取电子营业执照", _LICENCES),
    _flag("paper_licence", "领有纸质营业执照", _LICENCES),
    _text("food_licence_number", "食品经营许可证编号", _LICENCES),
    _flag("property_registered", "拟用住所已在不动产登记库查实", _ESTATE),
    _text("property_owner", "住所的产权人", _ESTATE),
    _text("tax_office", "主管税务机关", _TAX),
    _text("taxpayer_kind", "纳税人类型", _TAX),
    _text("tax_credit", "纳税信用级别", _TAX),
    _number("employees", "参加社会保险的职工人数", _INSURANCE),
    _number("fund_employees", "缴存公积金的职工人数", _FUND),
    _flag("abnormal_listed", "被列入经营异常名录", _MARKET),
    _flag("unreachable_at_address", "因通过登记的住所无法取得联系被列入经营异常名录", _MARKET),
    _flag("seriously_dishonest", "被列入严重违法失信名单", _MARKET),
    _flag("legal_representative_barred", "现任法定代表人受任职资格限制", _MARKET),
    _flag("registration_disputed", "登记材料的真实性等正在诉讼、仲裁中", "人民法院、仲裁机构"),
    _flag("equity_frozen_or_pledged", "股权被冻结、出质或者有动产抵押", "人民法院、市场监管部门"),
    _flag("invests_in_others", "对其他市场主体有投资", _MARKET),
    _flag("has_branches", "有未注销的分支机构", _MARKET),
    _flag("under_investigation", "正被立案调查或者采取行政强制措施", "立案机关"),
    _flag("in_litigation", "正在诉讼或者仲裁程序中", "人民法院、仲裁机构"),
    _flag("revoked", "被吊销营业执照、责令关闭或者撤销", _MARKET),
    _flag("unpaid_fines", "受到的罚款等行政处罚尚未执行完毕", "作出处罚的机关"),
    _flag("tax_matters", "办理过涉税事宜", _TAX),
    _flag("invoices_drawn", "领用过发票", _TAX),
    _flag("tax_arrears", "欠缴税款、滞纳金或者罚款", _TAX),
    _flag("tax_abnormal", "被认定为非正常户", _TAX),
    _flag("licence_bar_one_year", "因隐瞒情况、提供虚假材料一年内不得再次申请许可", "许可机关"),
    _flag("licence_bar_three_years", "因以不正当手段取得许可三年内不得再次申请", "许可机关"),
    _flag("dishonest", "有失信记录尚未修复", "公共信用信息服务平台"),
    _flag("broken_promise", "曾作不实承诺或者逾期未履行承诺，尚未修复", "公共信用信息服务平台"),
    _flag("overdue_promise", "有已逾期、尚未履行的承诺", "政务服务中心"),
    _flag("social_insurance_arrears", "欠缴社会保险费", _TAX),
    _flag("tax_cleared", "已结清税款、滞纳金、罚款", _TAX),
    _flag("equity_tax_paid", "本次股权转让已完税", _TAX),
    _flag("customs_open", "有未核销的手册或者未缴的关税", "海关"),
    _flag("listed", "上市公司", "证券交易所"),
    _flag("court_closed", "人民法院已裁定终结清算或者破产程序", "人民法院"),
    _flag("suspended", "歇业中", _MARKET),
    _date("announced_on", "减资、合并、分立公告之日", "企业信用信息公示系统"),
    _date("dissolved_on", "解散事由公示之日", "企业信用信息公示系统"),
    _date("liquidators_formed_on", "清算组成立之日", "企业信用信息公示系统"),
    _date("creditors_notified_on", "债权人公告之日", "企业信用信息公示系统"),
)

FACTS_BY_NAME: dict[str, FirmFact] = {fact.name: fact for fact in FIRM_FACTS}
