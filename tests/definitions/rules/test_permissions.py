"""Who may do what, written out once more: whoever changes the table has to change it here too."""

import pytest

from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Role
from definitions.rules.permissions import ALLOWED, Act, may, may_work, require, require_for

# fmt: off
ACTS = ("prepare", "submit", "read_all", "read_department", "work_task", "supply", "file",
        "object", "deliver", "withdraw", "correct", "allow_second_notice", "suspend", "extend",
        "prolong", "hear", "ask_hearing", "return", "terminate", "revoke", "repair_credit",
        "record", "manage_accounts", "publish_calendar", "propose_definition", "publish_definition")
TABLE = {
    "window_clerk":         "x x x . x x x x x x x . . . x . x x . . . . . . . .",
    "virtual_window_agent": "x . . . . . . . . . . . . . . . . . . . . . . . . .",
    "officer":              ". . . x x . . x . . x . x x x x . x . . . . . . . .",
    "approver":             ". . . x x . . x . . x . x x x x . x x x . . . . . .",
    "department_system":    ". . . x x . . . . . . . . . . . . . . . . . . . . .",
    "supervisor":           ". . x . . . . . . . . x . . x . . . . . x . . . . .",
    "policy_officer":       ". . x . . . . . . . . . . . . . . . . . . . . . x x",
    "administrator":        ". . x . . . . . . . . . . . . . . . . . . . x x x x",
    "applicant":            ". . . . . x x . . . . . . . . . x . . . . . . . . .",
    "system":               ". . . . . . . . . . . . . . . . . . . . . x . . . .",
}
WORKERS = {
    "officer":           {"officer", "approver", "department_system"},
    "approver":          {"approver"},
    "window_clerk":      {"window_clerk"},
    "department_system": {"department_system"},
    "supervisor":        set[str](),
    "applicant":         set[str](),
    "system":            set[str](),
}
# fmt: on
CELLS = [
    (role, act, cell == "x")
    for role, row in TABLE.items()
    for act, cell in zip(ACTS, row.split(), strict=True)
]


def actor(role: str, department: str | None = "tax") -> Actor:
    """Somebody with this role."""
    return Actor(id="someone", role=Role(role), department=department)


class TestMay:
    def test_the_table_is_complete(self) -> None:
        assert set(TABLE) == {role.value for role in Role}
        assert list(ACTS) == [act.value for act in Act]
        assert set(ALLOWED) == set(Role)

    @pytest.mark.parametrize(("role", "act", "allowed"), CELLS)
    def test_every_cell(self, role: str, act: str, *, allowed: bool) -> None:
        assert may(actor(role), Act(act)) is allowed

    def test_the_near_agent_of_a_virtual_window_only_prepares(self) -> None:
        """DESIGN.md §7 rule 7: never signs, submits or decides."""
        agent = actor("virtual_window_agent")
        assert [act for act in Act if may(agent, act)] == [Act.PREPARE]


class TestRequire:
    @pytest.mark.parametrize(("role", "act", "allowed"), CELLS)
    def test_it_raises_where_may_says_no(self, role: str, act: str, *, allowed: bool) -> None:
        if allowed:
            require(actor(role), Act(act))
            return
        with pytest.raises(Refused) as refused:
            require(actor(role), Act(act))
        assert refused.value.code is Code.FORBIDDEN
        assert refused.value.details == {"role": role, "act": act}


class TestMayWork:
    @pytest.mark.parametrize("needs", WORKERS)
    @pytest.mark.parametrize("role", Role)
    def test_who_stands_in_for_whom(self, needs: str, role: Role) -> None:
        """An approver may do an officer's work, never the other way round."""
        found = may_work(actor(role), department="tax", role=Role(needs))
        assert found is (role in WORKERS[needs])

    @pytest.mark.parametrize("role", Role)
    @pytest.mark.parametrize("department", ["food", None])
    def test_never_in_another_department(self, role: Role, department: str | None) -> None:
        assert not may_work(actor(role, department), department="tax", role=role)


class TestRequireFor:
    @pytest.mark.parametrize("role", Role)
    def test_an_officer_acts_in_his_own_department_alone(self, role: Role) -> None:
        """Everybody else acts for every department, each in what the role allows."""
        own, another = actor(role, "tax"), actor(role, "food")
        allowed = [act for act in Act if may(own, act)]
        assert allowed
        for act in allowed:
            require_for(own, act, "tax")
            if role not in {Role.OFFICER, Role.APPROVER}:
                require_for(another, act, "tax")
                continue
            with pytest.raises(Refused) as refused:
                require_for(another, act, "tax")
            assert refused.value.code is Code.FORBIDDEN
            assert refused.value.message == "这个事项由其他部门办理"
            assert refused.value.details == {"act": act}

    def test_no_department_makes_up_for_a_role(self) -> None:
        with pytest.raises(Refused) as refused:
            require_for(actor("officer"), Act.REVOKE, "tax")
        assert refused.value.message == "您的岗位不能办理这一步"
