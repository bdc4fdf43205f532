"""Who may do what: one table of role × act, and the two bounds that depend on the task.

The API asks before it calls; `bundle.decide` asks again, so that no way around the API exists.
"""

from enum import StrEnum

from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Role


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
    RECORD = "record"
    MANAGE_ACCOUNTS = "manage_accounts"
    PUBLISH_CALENDAR = "publish_calendar"
    PROPOSE_DEFINITION = "propose_definition"
    PUBLISH_DEFINITION = "publish_definition"


_SYSTEM = frozenset({Act.READ_DEPARTMENT, Act.WORK_TASK})
_OFFICER = _SYSTEM | {
    Act.OBJECT,
    Act.CORRECT,
    Act.SUSPEND,
    Act.EXTEND,
    Act.PROLONG,
    Act.HEAR,
    Act.RETURN,
}
_POLICY = frozenset({Act.READ_ALL, Act.PROPOSE_DEFINITION, Act.PUBLISH_DEFINITION})

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
        }
    ),
    Role.VIRTUAL_WINDOW_AGENT: frozenset({Act.PREPARE}),
    Role.OFFICER: _OFFICER,
    Role.APPROVER: _OFFICER | {Act.TERMINATE, Act.REVOKE},
    Role.DEPARTMENT_SYSTEM: _SYSTEM,
    Role.SUPERVISOR: frozenset(
        {Act.READ_ALL, Act.ALLOW_SECOND_NOTICE, Act.PROLONG, Act.REPAIR_CREDIT}
    ),
    Role.POLICY_OFFICER: _POLICY,
    Role.ADMINISTRATOR: _POLICY | {Act.MANAGE_ACCOUNTS, Act.PUBLISH_CALENDAR},
    Role.APPLICANT: frozenset({Act.SUPPLY, Act.FILE, Act.ASK_HEARING}),
    Role.SYSTEM: frozenset({Act.RECORD}),
}

_STANDS_IN = {Role.OFFICER: frozenset({Role.OFFICER, Role.APPROVER, Role.DEPARTMENT_SYSTEM})}


def may(actor: Actor, act: Act) -> bool:
    """Whether the actor's role allows the act at all."""
    return act in ALLOWED[actor.role]


def require(actor: Actor, act: Act) -> None:
    """Raise `Refused(FORBIDDEN)` unless the role allows the act."""
    if not may(actor, act):
        raise Refused(Code.FORBIDDEN, "您的岗位不能办理这一步", role=actor.role, act=act)


def require_for(actor: Actor, act: Act, department: str) -> None:
    """Raise `Refused` unless the role allows the act and the matter is the actor's department's.

    The window and the supervisor act for every department, each in what their role allows.
    """
    require(actor, act)
    if actor.role in {Role.OFFICER, Role.APPROVER} and actor.department != department:
        raise Refused(Code.FORBIDDEN, "这个事项由其他部门办理", act=act)


def may_work(actor: Actor, *, department: str, role: Role) -> bool:
    """Whether the actor may work a task of this department and role.

    Approvers may do officers' work.
    """
    stands_in = _STANDS_IN.get(role, frozenset({role}))
    return may(actor, Act.WORK_TASK) and actor.department == department and actor.role in stands_in
