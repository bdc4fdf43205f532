"""Endings without a decision."""

from dataclasses import replace
from datetime import date

from activities.documents.content.common import Citation, Day, Owed, Paper
from activities.documents.content.ending import Lapse, Returned, Termination, Withdrawal
from definitions.language.pending import Credit
from definitions.language.pending import Lapse as Consequence
from definitions.rules.clocks import ClockKind
from tests.activities.documents.samples.common import CASE, LICENSING, RECEIVED, RETURNED

LAPSE = Lapse(
    case=CASE,
    clock=ClockKind.SUPPLEMENT,
    due=Day(date(2026, 11, 27)),
    lapse=Consequence.DEEMED_WITHDRAWN,
    missing=(Owed("食品经营许可证（缴回）", "未提交"),),
    returned=(
        Paper("食品经营许可变更申请书", "系统生成", 1, ""),
        Paper("食品安全管理人员信息", "申请人提交", 2, ""),
    ),
    credit=Credit.NONE,
)
RETURNED_PAPERS = Returned(
    case=CASE,
    reasons=(
        "股东会决议没有写明表决情况，请写明同意的表决权比例，由全体股东签名。",
        "租赁合同没有出租方的签章，请补盖或者另交出租方产权证明。",
    ),
    returned=RETURNED,
)
TERMINATION = Termination(
    case=replace(
        CASE,
        bases=(Citation(LICENSING, "第七十条第二项、第三项"),),
        wording="因下列原因，本事项终止办理，材料退还。",
    ),
    cause="申请人死亡、丧失行为能力或者依法终止",
    reasons=("申请企业已于2026年12月1日办理注销登记。",),
    returned=RETURNED,
)
WITHDRAWAL = Withdrawal(
    case=replace(CASE, wording="已按申请撤回，材料退还；需要时可以重新申请。"),
    withdrawn_at=RECEIVED,
    reasons=("另选经营场所。",),
    returned=RETURNED,
)
