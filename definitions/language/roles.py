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


class Confidentiality(StrEnum):
    """How far a matter is open to those who handle such matters; each level holds those before."""

    ORDINARY = "ordinary"
    SENSITIVE = "sensitive"
    SECRET = "secret"  # noqa: S105 - not a password

    @property
    def rank(self) -> int:
        """0 for the most open."""
        return tuple(Confidentiality).index(self)


class Actor(Value):
    """Who acts, as an account id and never a name.

    `department` bounds what a department's people see. `stands_for` is the absent colleague whose
    work this is (代办): both are on record.
    """

    id: str
    role: Role
    department: str | None = None
    stands_for: str | None = None

    @property
    def people(self) -> frozenset[str]:
        """Everybody this act is attributed to."""
        return frozenset({self.id} if self.stands_for is None else {self.id, self.stands_for})


class Authority(Value):
    """What of their department's work an account is trusted with.

    `items` are item codes, none meaning all of them; `clearance` the highest confidentiality.
    """

    items: tuple[str, ...] = ()
    clearance: Confidentiality = Confidentiality.ORDINARY

    def covers(self, item: str, confidentiality: Confidentiality) -> bool:
        """Whether a matter of this item and confidentiality is within it.

        No item (empty) is what another organ asks for: that is bounded by confidentiality alone.
        """
        known = not self.items or not item or item in self.items
        return known and confidentiality.rank <= self.clearance.rank


SYSTEM = Actor(id="system", role=Role.SYSTEM)
WINDOW = "window"
# The office of the government of the level: approves what only its head may approve.
GOVERNMENT = "district_government"
