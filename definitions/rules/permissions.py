"""Who may do what: one table of role × act, with how far each reaches.

A grant reaches everywhere or the actor's own department; there, the account's authority bounds it
by item and confidentiality. The API asks before it calls; `bundle.decide` asks again, so that there
is no way around the API. `docs/permissions.md` is made from this table.
"""

from enum import StrEnum

from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Authority, Confidentiality, Role


class Act(StrEnum):
    """Everything a person or program may want to do."""

    PREPARE = "prepare"
    SUBMIT = "submit"
    READ_ALL = "read_all"
    READ_DEPARTMENT = "read_department"
    WORK_TASK = "work_task"
    SUPPLY = "supply"
    FILE = "file"
    OBJECT = "object"
    DELIVER = "deliver"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    ALLOW_SECOND_NOTICE = "allow_second_notice"
    SUSPEND = "suspend"
    EXTEND = "extend"
    PROLONG = "prolong"
    HEAR = "hear"
    ASK_HEARING = "ask_hearing"
    RETURN = "return"
    TERMINATE = "terminate"
    REVOKE = "revoke"
    REPAIR_CREDIT = "repair_credit"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    ASK = "ask"
    COMPLAIN = "complain"
    URGE = "urge"
    RECUSE = "recuse"
    SUBSTITUTE = "substitute"
    RECORD = "record"
    MANAGE_ACCOUNTS = "manage_accounts"
    PUBLISH_CALENDAR = "publish_calendar"
    PROPOSE_DEFINITION = "propose_definition"
    PUBLISH_DEFINITION = "publish_definition"
    MANAGE_CONNECTIONS = "manage_connections"
    READ_BENEFITS = "read_benefits"
    RUN_BENEFITS = "run_benefits"
    REVIEW_BENEFITS = "review_benefits"
    SET_BUDGET = "set_budget"
    SERVE_BENEFICIARY = "serve_beneficiary"
    LOAD_FACTS = "load_facts"
    PROPOSE_POLICY = "propose_policy"
    PUBLISH_POLICY = "publish_policy"


class Reach(StrEnum):
    """How far a grant goes."""

    EVERYWHERE = "everywhere"
    DEPARTMENT = "department"


_SYSTEM = frozenset({Act.READ_DEPARTMENT, Act.WORK_TASK, Act.RECUSE})
_OFFICER = _SYSTEM | {
    Act.TRANSFER,
    Act.ASK,
    Act.OBJECT,
    Act.CORRECT,
    Act.SUSPEND,
    Act.EXTEND,
    Act.PROLONG,
    Act.HEAR,
    Act.RETURN,
    Act.READ_BENEFITS,
    Act.RUN_BENEFITS,
    Act.REVIEW_BENEFITS,
}
_POLICY = frozenset(
    {
        Act.READ_ALL,
        Act.PROPOSE_DEFINITION,
        Act.PUBLISH_DEFINITION,
        Act.READ_BENEFITS,
        Act.LOAD_FACTS,
        Act.PROPOSE_POLICY,
        Act.PUBLISH_POLICY,
    }
)

ALLOWED: dict[Role, frozenset[Act]] = {
    Role.WINDOW_CLERK: frozenset(
        {
            Act.PREPARE,
            Act.SUBMIT,
            Act.READ_ALL,
            Act.WORK_TASK,
            Act.SUPPLY,
            Act.FILE,
            Act.OBJECT,
            Act.DELIVER,
            Act.WITHDRAW,
            Act.CORRECT,
            Act.PROLONG,
            Act.ASK_HEARING,
            Act.RETURN,
            Act.COMPLAIN,
            Act.RECUSE,
            Act.SERVE_BENEFICIARY,
        }
    ),
    Role.VIRTUAL_WINDOW_AGENT: frozenset({Act.PREPARE}),
    Role.OFFICER: _OFFICER,
    Role.APPROVER: _OFFICER
    | {Act.TERMINATE, Act.REVOKE, Act.ASSIGN, Act.SUBSTITUTE, Act.SET_BUDGET},
    Role.DEPARTMENT_SYSTEM: _SYSTEM - {Act.RECUSE},
    Role.SUPERVISOR: frozenset(
        {
            Act.READ_ALL,
            Act.ALLOW_SECOND_NOTICE,
            Act.PROLONG,
            Act.REPAIR_CREDIT,
            Act.ASSIGN,
            Act.URGE,
            Act.READ_BENEFITS,
        }
    ),
    Role.POLICY_OFFICER: _POLICY,
    Role.ADMINISTRATOR: _POLICY
    | {Act.MANAGE_ACCOUNTS, Act.PUBLISH_CALENDAR, Act.MANAGE_CONNECTIONS},
    Role.APPLICANT: frozenset({Act.SUPPLY, Act.FILE, Act.ASK_HEARING, Act.COMPLAIN}),
    Role.SYSTEM: frozenset({Act.RECORD}),
}

# Whose task each role may take besides its own.
_STANDS_IN = {
    Role.OFFICER: frozenset({Role.OFFICER, Role.APPROVER, Role.DEPARTMENT_SYSTEM}),
    Role.APPROVER: frozenset({Role.APPROVER, Role.DEPARTMENT_SYSTEM}),
}
# These act for every department; what is of one department only says so.
_EVERYWHERE = frozenset(
    {
        Role.WINDOW_CLERK,
        Role.VIRTUAL_WINDOW_AGENT,
        Role.SUPERVISOR,
        Role.POLICY_OFFICER,
        Role.ADMINISTRATOR,
        Role.APPLICANT,
        Role.SYSTEM,
    }
)
_OWN_ONLY = frozenset({Act.WORK_TASK, Act.READ_DEPARTMENT})
# Whom an application concerns is found out wherever it is handled.
_ANYWHERE = frozenset({Act.RECUSE})
# What is not about one matter; and who is concerned himself says so, whatever he is trusted with.
UNBOUNDED = frozenset(
    {
        Act.PREPARE,
        Act.SUBMIT,
        Act.REPAIR_CREDIT,
        Act.RECUSE,
        Act.SUBSTITUTE,
        Act.RECORD,
        Act.MANAGE_ACCOUNTS,
        Act.PUBLISH_CALENDAR,
        Act.PROPOSE_DEFINITION,
        Act.PUBLISH_DEFINITION,
        Act.MANAGE_CONNECTIONS,
        Act.READ_BENEFITS,
        Act.RUN_BENEFITS,
        Act.REVIEW_BENEFITS,
        Act.SET_BUDGET,
        Act.SERVE_BENEFICIARY,
        Act.LOAD_FACTS,
        Act.PROPOSE_POLICY,
        Act.PUBLISH_POLICY,
    }
)
"""Acts that no item and no confidentiality bounds."""


def reach(role: Role, act: Act) -> Reach | None:
    """How far the role may do this; None: not at all."""
    if act not in ALLOWED[role]:
        return None
    everywhere = act in _ANYWHERE or (role in _EVERYWHERE and act not in _OWN_ONLY)
    return Reach.EVERYWHERE if everywhere else Reach.DEPARTMENT


def may(actor: Actor, act: Act) -> bool:
    """Whether the actor's role allows the act at all."""
    return act in ALLOWED[actor.role]


def reaches(actor: Actor, act: Act, department: str) -> bool:
    """Whether the actor may do this to what is this department's."""
    far = reach(actor.role, act)
    return far is Reach.EVERYWHERE or (far is not None and actor.department == department)


def require(actor: Actor, act: Act) -> None:
    """Raise `Refused(FORBIDDEN)` unless the role allows the act."""
    if not may(actor, act):
        raise Refused(Code.FORBIDDEN, "您的岗位不能办理这一步", role=actor.role, act=act)


def require_for(actor: Actor, act: Act, department: str) -> None:
    """Raise `Refused` unless the role allows the act and the matter is the actor's department's.

    The window and the supervisor act for every department, each in what their role allows.
    """
    require(actor, act)
    if not reaches(actor, act, department):
        raise Refused(Code.FORBIDDEN, "这个事项由其他部门办理", act=act)


def may_work(actor: Actor, *, department: str, role: Role) -> bool:
    """Whether the actor may work a task of this department and role.

    Approvers may do officers' work.
    """
    stands_in = _STANDS_IN.get(role, frozenset({role}))
    return may(actor, Act.WORK_TASK) and actor.department == department and actor.role in stands_in


def require_authority(
    authority: Authority | None, *, item: str, confidentiality: Confidentiality
) -> None:
    """Raise `Refused` unless the item and confidentiality are within the authority.

    None is what acts of before there was the bound, and our own programs, have: no bound.
    """
    if authority is None or authority.covers(item, confidentiality):
        return
    if confidentiality.rank > authority.clearance.rank:
        raise Refused(Code.FORBIDDEN, "您没有办理这一密级事项的权限", rule="confidentiality")
    raise Refused(Code.FORBIDDEN, "这个事项不在您的授权范围内", rule="item")
