"""The rows of docs/law.md: every article, clock and rule the engine owes, and where it is written.

`where` names a file of the catalogue and an entry in it; nothing there means that the engine does
it whatever a definition says. A test proves a row by `@pytest.mark.law("<key>")`.
"""

from dataclasses import dataclass

RESTAURANT = "restaurant_opening/v1.yaml"
CHANGE = "company_change/v1.yaml"
DEREGISTRATION = "company_deregistration/v1.yaml"


@dataclass(frozen=True)
class Row:
    """One thing the law wants. `where` is pairs of a file and an id in it."""

    key: str
    says: str
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """Rows that belong together."""

    title: str
    rows: tuple[Row, ...]


def _paper(template: str) -> tuple[str, str]:
    return ("papers.yaml", template)


def _clock(name: str) -> tuple[str, str]:
    return ("clocks.yaml", name)


LICENSING = Section(
    "行政许可法",
    (
        Row(
            "行政许可法 26",
            "一个窗口收件，牵头部门统一、联合办理；各机关各自决定",
            ((RESTAURANT, "CERT"),),
        ),
        Row(
            "行政许可法 29", "提供申请书格式文本；可以委托代理人；可以网上申请", ((CHANGE, "M14"),)
        ),
        Row("行政许可法 30", "事项、条件、期限、全部材料公示", (("materials.yaml", "M50"),)),
        Row("行政许可法 31", "材料清单封闭，不得要无关材料", ((RESTAURANT, "materials"),)),
        Row("行政许可法 32(1)(1)", "不需要许可的，即时告知不受理", ((RESTAURANT, "not_required"),)),
        Row(
            "行政许可法 32(1)(2)",
            "不属于本机关职权的，即时不予受理，告知向谁申请",
            ((CHANGE, "not_competent"), (RESTAURANT, "not_competent")),
        ),
        Row("行政许可法 32(1)(3)", "可以当场更正的错误，允许当场更正"),
        Row(
            "行政许可法 32(1)(4)",
            "五日内一次告知全部补正内容，逾期不告知自收到之日起视为受理",
            (_clock("ACC5"), _paper("correction"), (RESTAURANT, "examine")),
        ),
        Row("行政许可法 32(1)(5)", "齐全、符合法定形式或者补正齐全的，应当受理"),
        Row(
            "行政许可法 32(2)",
            "受理、不予受理出具加盖专用印章、注明日期的书面凭证",
            (_paper("acceptance"), _paper("not_accepted")),
        ),
        Row("行政许可法 33", "数据共享：能共享的不要申请人提供", ((RESTAURANT, "waived"),)),
        Row("行政许可法 34(2)", "能够当场决定的，当场作出书面决定", ((CHANGE, "SEAL"),)),
        Row("行政许可法 34(3)", "核实实质内容，指派两名以上工作人员", ((RESTAURANT, "onsite"),)),
        Row("行政许可法 35、43", "先经下级机关审查的，下级有期限，上级不得重复要材料"),
        Row(
            "行政许可法 36",
            "直接关系他人重大利益的，告知并听取陈述申辩",
            ((RESTAURANT, "neighbours"),),
        ),
        Row("行政许可法 38(1)", "准予的，作出书面决定", ((RESTAURANT, "food_licence"),)),
        Row(
            "行政许可法 38(2)",
            "不予的，说明理由，告知复议、诉讼的权利",
            ((RESTAURANT, "food_refusal"), ("departments.yaml", "market_regulation")),
        ),
        Row("行政许可法 40", "准予的决定公开，公众可以查阅", (_clock("PUB7"),)),
        Row(
            "行政许可法 42(1)",
            "二十日；经负责人批准延长十日，告知理由",
            (_clock("D20"), _paper("extension")),
        ),
        Row(
            "行政许可法 42(2)",
            "联合办理四十五日；经本级政府负责人批准延长十五日",
            (_clock("D45"), ("departments.yaml", "district_government")),
        ),
        Row("行政许可法 44", "自决定之日起十日内颁发、送达", (_clock("DEL10"),)),
        Row(
            "行政许可法 45",
            "八种特别程序的时间不计入，书面告知所需时间",
            (("procedures.yaml", "expert_review"), _paper("procedure"), _paper("procedure_end")),
        ),
        Row("行政许可法 46", "机关认为需要的，依职权听证"),
        Row(
            "行政许可法 47",
            "重大利益关系的，决定前告知听证权利；五日内申请，二十日内组织",
            (_clock("HEAR5"), _clock("HEAR20"), _paper("hearing_right")),
        ),
        Row(
            "行政许可法 48",
            "七日前通知；公开；主持人不是审查人；笔录签字；根据笔录决定",
            (_clock("HEAR7"), _paper("hearing_notice")),
        ),
        Row("行政许可法 49", "变更许可事项，向原机关申请", ((CHANGE, "LIC_FOOD"),)),
        Row("行政许可法 50", "届满前决定是否延续，逾期未决定视为准予延续", (_clock("RENEW"),)),
        Row(
            "行政许可法 69",
            "撤销：以欺骗等手段取得的应当撤销，撤销有书面决定",
            (_paper("revocation"),),
        ),
        Row("行政许可法 70", "法人终止的，办理许可注销手续", ((DEREGISTRATION, "LIC_FOOD"),)),
        Row("行政许可法 72", "不受理、不一次告知、不说明理由、不听证都要留痕可查"),
        Row("行政许可法 78", "隐瞒、虚假的不予受理，一年内不得再次申请", ((RESTAURANT, "barred"),)),
        Row("行政许可法 79", "以欺骗、贿赂取得的，三年内不得再次申请", ((RESTAURANT, "barred"),)),
        Row("行政许可法 82", "机关的期限以工作日计算，不含法定节假日"),
    ),
)

OTHER_LAWS = Section(
    "其他法律、法规",
    (
        Row("民法典 201", "开始的当日不计入"),
        Row("民法典 203", "期间的最后一日是休息日的，顺延到下一个工作日"),
        Row(
            "登记管理条例实施细则 4",
            "股份有限公司等由上级登记机关登记",
            ((CHANGE, "not_competent"),),
        ),
        Row(
            "登记管理条例实施细则 18(3)",
            "材料不齐的退还、一次告知、重新提交：登记没有容缺受理",
            ((CHANGE, "REG"), _paper("returned")),
        ),
        Row("上海优化营商环境条例 25(4)", "不得不予收件；收件给凭证", (_paper("intake"),)),
        Row(
            "上海优化营商环境条例 27",
            "告知承诺：直接决定、核查、限期整改、撤销、记入信用；公共安全等除外",
            ((RESTAURANT, "inform_commit"), _paper("commitment")),
        ),
        Row("浙江最多跑一次规定 5(3)", "并行的同时收件，依次的以前一机关的办结告知为收件"),
    ),
)


def _limit(name: str, says: str) -> Row:
    return Row(f"时限 {name}", says, (_clock(name),))


CLOCKS = Section(
    "时限目录",
    (
        _limit("REG_ONLINE", "网上、来信申请，1 个工作日内登记"),
        _limit("ACC5", "收到材料起 5 个工作日，逾期视为受理，溯及收到之日"),
        _limit("SUPP", "补正期限由告知书定，逾期按规则退件"),
        _limit("D20", "受理起 20 个工作日，可延长 10 个，特别程序不计入"),
        _limit("D45", "受理起 45 个工作日，可延长 15 个，特别程序不计入"),
        _limit("PROMISE", "承诺时限，只随法定时限凭延期文书延长"),
        _limit("DEL10", "决定起 10 个工作日颁发、送达"),
        _limit("REG3", "登记 3 个工作日，可延长 3 个，不停"),
        _limit("SH_OPEN1", "企业开办 1 个工作日"),
        _limit("FIRE10", "消防安全检查 10 个工作日"),
        _limit("HEAR5", "告知起 5 日内申请听证，逾期视为放弃"),
        _limit("HEAR20", "申请起 20 日内组织听证"),
        _limit("HEAR7", "听证 7 日前通知"),
        _limit("RENEW30", "有效期届满 30 日前申请延续"),
        _limit("RENEW", "届满前未决定，视为准予延续"),
        _limit("CHG30", "决议起 30 日内申请变更，逾期只提醒"),
        _limit("CHG15", "合伙、个独 15 日"),
        _limit("SIMP20", "简易注销公示 20 日"),
        _limit("SIMP_WIN", "公示届满 20 日内申请，个案可延长到 30 日"),
        _limit("ANN45", "债权人公告 45 日"),
        _limit("NOTICE30", "其他股东接到书面通知 30 日未答复，视为放弃优先购买权"),
        _limit("COURT20", "强制执行，法院通知起 20 日优先购买"),
        _limit("REP30", "法定代表人辞任 30 日内确定新的"),
        _limit("BRANCH30", "随隶属公司变更，30 日内申请"),
        _limit("LIC30", "取得前置许可 30 日内申请变更登记"),
        _limit("DEBT10", "减资、合并、分立，决议起 10 日内通知债权人"),
        _limit("DEBT30", "减资、合并、分立，决议起 30 日内公告"),
        _limit("LIQ15", "解散事由出现 15 日内组成清算组"),
        _limit("LIQ10_CAUSE", "10 日内公示解散事由"),
        _limit("LIQ10_PUBLISH", "清算组成立 10 日内公告名单"),
        _limit("LIQ10_NOTIFY", "清算组成立 10 日内通知债权人"),
        _limit("LIQ60", "清算组成立 60 日内公告"),
        _limit("LIQ30", "清算结束 30 日内申请注销"),
        _limit("DEREG30", "决定起 30 日内申请注销（不需要清算的）"),
        _limit("PLIQ15", "合伙企业 15 日内确定清算人"),
        _limit("PLIQ10", "合伙企业清算人 10 日内通知债权人"),
        _limit("PLIQ60", "合伙企业清算人 60 日内公告"),
        _limit("LIQ15_FILE", "合伙、个独清算结束 15 日内申请注销"),
        _limit("RESUME30", "终止歇业 30 日内公示"),
        _limit("TAX30", "登记后 30 日内变更税务登记"),
        _limit("SI30", "变更、终止后 30 日内办社会保险登记"),
        _limit("HPF30", "解散等 30 日内办公积金登记"),
        _limit("HPF20", "办妥后 20 日内转移、封存职工账户"),
        _limit("PUB7", "许可决定 7 个工作日内公开"),
        _limit("PUB20", "登记信息 20 个工作日内公示"),
        _limit("PUB20_OWN", "企业即时信息 20 个工作日内公示"),
        _limit("BAD1", "实名差评 1 个工作日内联系核实"),
        _limit("BAD5", "情况清楚的 5 个工作日整改"),
        _limit("BAD15", "情况复杂的 15 个工作日整改"),
    ),
)

_SHANGHAI = ("pending.yaml", "shanghai")
PENDING = Section(
    "容缺受理（程序，domain.md §2.3；时限，§2.4）",
    (
        Row("容缺 2.3(1)", "自愿：申请人可以不用，按一般程序办", (_SHANGHAI,)),
        Row("容缺 2.3(2a)", "事项、缺件在公布的清单里", ((CHANGE, "M41"),)),
        Row("容缺 2.3(2b)", "主审要件齐全", (("materials.yaml", "M40"),)),
        Row("容缺 2.3(2c)", "不是即办件"),
        Row("容缺 2.3(2d)", "没有未修复的失信、不实承诺、逾期承诺"),
        Row("容缺 2.3(2e)", "代理人承诺须有明确授权"),
        Row(
            "容缺 2.3(3)",
            "先签承诺书，再发容缺受理通知书：缺件、补交方式、期限、后果",
            (_paper("commitment"), _paper("pending")),
        ),
        Row("容缺 2.3(4)", "审查照常进行"),
        Row("容缺 2.3(5)", "补交以到达为准，可以分次，短期内核对"),
        Row(
            "容缺 2.3(6)",
            "期限取承诺、清单、上限中最短的；不可抗力顺延，至多延长一次",
            (_SHANGHAI,),
        ),
        Row("容缺 2.3(7)", "补齐且符合要求的，在承诺时限内决定"),
        Row(
            "容缺 2.3(8)",
            "逾期：按所在地规则处理，书面告知，退还材料，分级记信用",
            (("pending.yaml", "zhejiang"), _SHANGHAI, _paper("lapse")),
        ),
        Row("容缺 2.3(9)", "决定前可以随时撤回", (_paper("withdrawal"),)),
        Row("容缺 2.4(1)", "办理时限不因等补正而停；补正期限早于决定期限，留有余量", (_SHANGHAI,)),
        Row("容缺 2.4(2)", "特别程序停住办理时限时，补正期限照走"),
        Row("容缺 2.4(3)", "审结而材料未齐：审结待补，证照不发"),
        Row("容缺 2.4(4)", "容缺不拖累别的事项，除非它要的是结果", ((CHANGE, "needs"),)),
    ),
)

SECTIONS = (LICENSING, OTHER_LAWS, CLOCKS, PENDING)
ROWS = {row.key: row for section in SECTIONS for row in section.rows}
