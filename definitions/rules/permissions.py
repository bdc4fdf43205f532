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
    RECORD = "record"
    MANAGE_ACCOUNTS = "manage_accounts"


_DEPARTMENT = frozenset({Act.READ_DEPARTMENT, Act.WORK_TASK, Act.OBJECT})

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
        }
    ),
    Role.VIRTUAL_WINDOW_AGENT: frozenset({Act.PREPARE}),
    Role.OFFICER: _DEPARTMENT,
    Role.APPROVER: _DEPARTMENT,
    Role.DEPARTMENT_SYSTEM: _DEPARTMENT - {Act.OBJECT},
    Role.SUPERVISOR: frozenset({Act.READ_ALL}),
    Role.POLICY_OFFICER: frozenset({Act.READ_ALL}),
    Role.ADMINISTRATOR: frozenset({Act.READ_ALL, Act.MANAGE_ACCOUNTS}),
    Role.APPLICANT: frozenset({Act.SUPPLY, Act.FILE}),
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


def may_work(actor: Actor, *, department: str, role: Role) -> bool:
    """Whether the actor may work a task of this department and role.

    Approvers may do officers' work.
    """
    stands_in = _STANDS_IN.get(role, frozenset({role}))
    return may(actor, Act.WORK_TASK) and actor.department == department and actor.role in stands_in
