"""What every sample shares: whose case it is, by which law, how long it takes."""

from datetime import UTC, date, datetime

from activities.documents.content.common import Case, Citation, Day, Paper, Party, Term

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
    hall="上海市松江区政务服务中心综合窗口",
    applicant=Party(name=FIRM, code=CODE, agent="陆一鸣", agent_id="310***********4216"),
    received_at=RECEIVED,
    query_code="K7QX2M",
    accepted_at=RECEIVED,
    wording="提交的变更登记申请材料齐全，符合法定形式，准予变更登记。",
    bases=(
        Citation("中华人民共和国公司法", "第三十五条"),
        Citation(REGULATION, "第十九条、第二十四条"),
    ),
    remedies=REMEDIES,
)

LICENSING = "中华人民共和国行政许可法"
PROMISED = Term("承诺办结时限", "10个工作日", Day(date(2026, 12, 8)), pausable=True)
STATUTORY = Term(
    "法定办结时限",
    "20个工作日",
    Day(date(2026, 12, 22)),
    basis=Citation(LICENSING, "第四十二条第一款"),
    pausable=True,
)
TERMS = (PROMISED, STATUTORY)
RETURNED = (
    Paper("食品经营许可申请书", "系统生成", 1, "已收"),
    Paper("住所使用相关文件", "申请人提交", 2, "已收"),
)
