"""Makes docs/permissions.md of `definitions/rules/permissions.py`; nothing is run for it."""

from pathlib import Path

from definitions.language.roles import Actor, Confidentiality, Role
from definitions.rules.permissions import UNBOUNDED, Act, Reach, may_work, reach
from tests.rules.sources import ROOT

PAGE = ROOT / "docs/permissions.md"
ROLES: dict[Role, str] = {
    Role.WINDOW_CLERK: "综合窗口",
    Role.VIRTUAL_WINDOW_AGENT: "虚拟窗口",
    Role.OFFICER: "经办",
    Role.APPROVER: "审批",
    Role.SUPERVISOR: "督办",
    Role.POLICY_OFFICER: "政策专员",
    Role.ADMINISTRATOR: "管理员",
    Role.DEPARTMENT_SYSTEM: "部门系统",
    Role.APPLICANT: "申请人",
    Role.SYSTEM: "系统自身",
}
ACTS: dict[Act, str] = {
    Act.PREPARE: "填报、预审、备料",
    Act.SUBMIT: "收件、提交申请",
    Act.READ_ALL: "查看各部门的办件",
    Act.READ_DEPARTMENT: "查看本部门参与的办件",
    Act.WORK_TASK: "领取、办理、复核、退回待办",
    Act.SUPPLY: "补交材料",
    Act.FILE: "在申请窗口内申请",
    Act.OBJECT: "登记公示异议",
    Act.DELIVER: "发放纸质文书",
    Act.WITHDRAW: "登记撤回申请",
    Act.CORRECT: "当场更正",
    Act.ALLOW_SECOND_NOTICE: "批准再次告知补正",
    Act.SUSPEND: "启动、结束特别程序",
    Act.EXTEND: "提请延长办理期限",
    Act.PROLONG: "给申请人展期",
    Act.HEAR: "告知听证权利、安排听证",
    Act.ASK_HEARING: "要求或者放弃听证",
    Act.RETURN: "登记申请退件",
    Act.TERMINATE: "终止办理",
    Act.REVOKE: "撤销决定",
    Act.REPAIR_CREDIT: "信用修复",
    Act.ASSIGN: "指派、转交他人的待办",
    Act.TRANSFER: "移送其他部门",
    Act.ASK: "向其他部门提出协同请求",
    Act.COMPLAIN: "反映办不成事",
    Act.URGE: "催办",
    Act.RECUSE: "回避",
    Act.SUBSTITUTE: "为同事安排代办",
    Act.RECORD: "推进时间、使用新日历",
    Act.MANAGE_ACCOUNTS: "管理账号",
    Act.PUBLISH_CALENDAR: "发布工作日历",
    Act.PROPOSE_DEFINITION: "提出业务定义",
    Act.PUBLISH_DEFINITION: "批准、停用业务定义",
    Act.MANAGE_CONNECTIONS: "管理部门系统的连接",
    Act.READ_BENEFITS: "查看政策、批次、应享",
    Act.RUN_BENEFITS: "开始、推进、暂停、取消批次",
    Act.REVIEW_BENEFITS: "复核名单、撤销追回",
    Act.SET_BUDGET: "调整政策预算",
    Act.SERVE_BENEFICIARY: "在窗口代受益人办理",
    Act.LOAD_FACTS: "装入政策数据",
    Act.PROPOSE_POLICY: "提出政策",
    Act.PUBLISH_POLICY: "批准、停用政策",
}
_CELLS = {Reach.EVERYWHERE: "全部", Reach.DEPARTMENT: "本部门", None: ""}
_HEAD = """# Who may do what

Made by `python -m tests.permissions` from `definitions/rules/permissions.py`, not written by hand.
The API asks this table before it calls, and `bundle.decide` asks it again, so there is no way
around the API. Every cell is a test (`tests/definitions/bundle/test_cells.py` for what is a
command, `tests/api/test_permissions.py` for the rest).

全部: everywhere. 本部门: only what the actor's own department handles. Empty: refused.
"""
_BOUNDS = """
## Item and confidentiality
An account is trusted with items (`account.items`; none written: all of its department's) and up to
a confidentiality (`account.clearance`): {levels}, each holding those before. Where the last column
says 是, the act is refused outside of them (`forbidden`, rule `item` or `confidentiality`), and
reading shows nothing of it. A paper that serves several matters may be handed in for any one that
is within. A task of the window, and one that another organ asks for, has no item of its own: only
its confidentiality bounds who works it. Acts that say nothing there are about no single matter; a
recusal is everybody's own to declare.

## Recusal and substitution
Whoever must keep away from an application (`recused`) may do nothing in it, whatever stands above,
nor may who stands in for him. A substitute acts with both names, and is bound by what either did
before: four eyes are four eyes of both.
"""
_WORK = """
## Whose task whom
A task belongs to a department and to a role. Beside who has the role, these may take it:

| task of | may be taken by |
|---|---|
"""


def page() -> str:
    """The whole page."""
    heads = " | ".join(f"{ROLES[role]}<br>`{role}`" for role in Role)
    rule = "|---" * (len(Role) + 2) + "|"
    rows = "\n".join(_row(act) for act in Act)
    levels = ", ".join(f"`{level}`" for level in Confidentiality)
    workers = "\n".join(filter(None, (_workers(role) for role in Role)))
    return (
        f"{_HEAD}\n| act | {heads} | 受事项、密级限制 |\n{rule}\n{rows}\n"
        f"{_BOUNDS.format(levels=levels)}{_WORK}{workers}\n"
    )


def _row(act: Act) -> str:
    cells = " | ".join(_CELLS[reach(role, act)] for role in Role)
    bounded = "" if act in UNBOUNDED else "是"
    return f"| {ACTS[act]}<br>`{act}` | {cells} | {bounded} |"


def _workers(needs: Role) -> str:
    """Who may take a task of that role; nothing for a role that has none."""
    able = [
        ROLES[role]
        for role in Role
        if may_work(Actor(id="a", role=role, department="d"), department="d", role=needs)
    ]
    return f"| {ROLES[needs]} `{needs}` | {'、'.join(able)} |" if able else ""


def write(path: Path = PAGE) -> None:
    """Make the page anew."""
    path.write_text(page(), encoding="utf-8")
