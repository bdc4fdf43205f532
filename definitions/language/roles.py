"""Roles and actors: who may act at all. What each role may do stands in `rules.permissions`."""

from enum import StrEnum

from definitions.language.base import Value


class Role(StrEnum):
    """A person's or program's function; one account has one."""

    WINDOW_CLERK = "window_clerk"
    VIRTUAL_WINDOW_AGENT = "virtual_window_agent"
    OFFICER = "officer"
    APPROVER = "approver"
    SUPERVISOR = "supervisor"
    POLICY_OFFICER = "policy_officer"
    ADMINISTRATOR = "administrator"
    DEPARTMENT_SYSTEM = "department_system"
    APPLICANT = "applicant"
    SYSTEM = "system"


class Actor(Value):
    """Who acts, as an account id and never a name.

    `department` bounds what a department's people see.
    """

    id: str
    role: Role
    department: str | None = None


SYSTEM = Actor(id="system", role=Role.SYSTEM)
WINDOW = "window"
# The office of the government of the level: approves what only its head may approve.
GOVERNMENT = "district_government"
