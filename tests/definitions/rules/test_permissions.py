"""Who may do what, written out once more: whoever changes the table has to change it here too."""

import pytest

from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Authority, Confidentiality, Role
from definitions.rules.permissions import (
    ALLOWED,
    UNBOUNDED,
    Act,
    Reach,
    may,
    may_work,
    reach,
    reaches,
    require,
    require_authority,
    require_for,
)

# Each role's cell in the order of TABLE: e everywhere, d the own department, . not at all.
# fmt: off
ROLES = ("window_clerk", "virtual_window_agent", "officer", "approver", "department_system",
         "supervisor", "policy_officer", "administrator", "applicant", "system")
TABLE = {
    "prepare":             "e e . . . . . . . .",
    "submit":              "e . . . . . . . . .",
    "read_all":            "e . . . . e e e . .",
    "read_department":     ". . d d d . . . . .",
    "work_task":           "d . d d d . . . . .",
    "supply":              "e . . . . . . . e .",
    "file":                "e . . . . . . . e .",
    "object":              "e . d d . . . . . .",
    "deliver":             "e . . . . . . . . .",
    "withdraw":            "e . . . . . . . . .",
    "correct":             "e . d d . . . . . .",
    "allow_second_notice": ". . . . . e . . . .",
    "suspend":             ". . d d . . . . . .",
    "extend":              ". . d d . . . . . .",
    "prolong":             "e . d d . e . . . .",
    "hear":                ". . d d . . . . . .",
    "ask_hearing":         "e . . . . . . . e .",
    "return":              "e . d d . . . . . .",
    "terminate":           ". . . d . . . . . .",
    "revoke":              ". . . d . . . . . .",
    "repair_credit":       ". . . . . e . . . .",
    "assign":              ". . . d . e . . . .",
    "transfer":            ". . d d . . . . . .",
    "ask":                 ". . d d . . . . . .",
    "complain":            "e . . . . . . . e .",
    "urge":                ". . . . . e . . . .",
    "recuse":              "e . e e . . . . . .",
    "substitute":          ". . . d . . . . . .",
    "record":              ". . . . . . . . . e",
    "manage_accounts":     ". . . . . . . e . .",
    "publish_calendar":    ". . . . . . . e . .",
    "propose_definition":  ". . . . . . e e . .",
    "publish_definition":  ". . . . . . e e . .",
    "manage_connections":  ". . . . . . . e . .",
    "read_benefits":       ". . d d . e e e . .",
    "run_benefits":        ". . d d . . . . . .",
    "review_benefits":     ". . d d . . . . . .",
    "set_budget":          ". . . d . . . . . .",
    "serve_beneficiary":   "e . . . . . . . . .",
    "load_facts":          ". . . . . . e e . .",
    "propose_policy":      ". . . . . . e e . .",
    "publish_policy":      ". . . . . . e e . .",
}
WORKERS = {
    "officer":           {"officer", "approver", "department_system"},
    "approver":          {"approver", "department_system"},
    "window_clerk":      {"window_clerk"},
    "department_system": {"department_system"},
    "supervisor":        set[str](),
    "applicant":         set[str](),
    "system":            set[str](),
}
# fmt: on
FAR = {"e": Reach.EVERYWHERE, "d": Reach.DEPARTMENT, ".": None}
CELLS = [
    (role, act, FAR[cell])
    for act, row in TABLE.items()
    for role, cell in zip(ROLES, row.split(), strict=True)
]


def actor(role: str, department: str | None = "tax") -> Actor:
    """Somebody with this role."""
    return Actor(id="someone", role=Role(role), department=department)


class TestReach:
    def test_the_table_is_complete(self) -> None:
        assert set(ROLES) == {role.value for role in Role}
        assert list(TABLE) == [act.value for act in Act]
        assert set(ALLOWED) == set(Role)

    @pytest.mark.parametrize(("role", "act", "far"), CELLS)
    def test_every_cell(self, role: str, act: str, far: Reach | None) -> None:
        assert reach(Role(role), Act(act)) is far
        assert may(actor(role), Act(act)) is (far is not None)

    def test_the_near_agent_of_a_virtual_window_only_prepares(self) -> None:
        """DESIGN.md §7 rule 7: never signs, submits or decides."""
        agent = actor("virtual_window_agent")
        assert [act for act in Act if may(agent, act)] == [Act.PREPARE]


class TestReaches:
    @pytest.mark.parametrize(("role", "act", "far"), CELLS)
    def test_a_department_s_own_is_within_reach_and_another_s_is_not(
        self, role: str, act: str, far: Reach | None
    ) -> None:
        assert reaches(actor(role), Act(act), "tax") is (far is not None)
        assert reaches(actor(role), Act(act), "food") is (far is Reach.EVERYWHERE)

    def test_who_has_no_department_has_not_all_of_them(self) -> None:
        assert not reaches(actor("approver", None), Act.ASSIGN, "tax")
        assert reaches(actor("supervisor", None), Act.ASSIGN, "tax")


class TestRequire:
    @pytest.mark.parametrize(("role", "act", "far"), CELLS)
    def test_it_raises_where_may_says_no(self, role: str, act: str, far: Reach | None) -> None:
        if far is not None:
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
    @pytest.mark.parametrize(("role", "act", "far"), [cell for cell in CELLS if cell[2]])
    def test_it_raises_beyond_the_reach(self, role: str, act: str, far: Reach) -> None:
        require_for(actor(role, "tax"), Act(act), "tax")
        if far is Reach.EVERYWHERE:
            require_for(actor(role, "food"), Act(act), "tax")
            return
        with pytest.raises(Refused) as refused:
            require_for(actor(role, "food"), Act(act), "tax")
        assert refused.value.code is Code.FORBIDDEN
        assert refused.value.message == "这个事项由其他部门办理"
        assert refused.value.details == {"act": act}

    def test_no_department_makes_up_for_a_role(self) -> None:
        with pytest.raises(Refused) as refused:
            require_for(actor("officer"), Act.REVOKE, "tax")
        assert refused.value.message == "您的岗位不能办理这一步"


class TestAuthority:
    ITEM = "11310117002456781R4000131044000"

    @pytest.mark.parametrize("clearance", Confidentiality)
    @pytest.mark.parametrize("confidentiality", Confidentiality)
    def test_a_level_holds_those_before_it(
        self, clearance: Confidentiality, confidentiality: Confidentiality
    ) -> None:
        levels = list(Confidentiality)
        enough = levels.index(confidentiality) <= levels.index(clearance)
        authority = Authority(clearance=clearance)
        assert authority.covers(self.ITEM, confidentiality) is enough
        if enough:
            require_authority(authority, item=self.ITEM, confidentiality=confidentiality)
            return
        with pytest.raises(Refused) as refused:
            require_authority(authority, item=self.ITEM, confidentiality=confidentiality)
        assert refused.value.code is Code.FORBIDDEN
        assert refused.value.details == {"rule": "confidentiality"}

    def test_no_items_written_are_all_of_them(self) -> None:
        require_authority(Authority(), item=self.ITEM, confidentiality=Confidentiality.ORDINARY)

    def test_an_item_that_is_not_among_those_written_is_refused(self) -> None:
        ordinary = Confidentiality.ORDINARY
        require_authority(Authority(items=(self.ITEM,)), item=self.ITEM, confidentiality=ordinary)
        with pytest.raises(Refused) as refused:
            require_authority(Authority(items=("x",)), item=self.ITEM, confidentiality=ordinary)
        assert refused.value.details == {"rule": "item"}

    def test_what_is_about_one_matter_is_bounded(self) -> None:
        assert Act.RECUSE in UNBOUNDED
        assert {Act.WORK_TASK, Act.READ_ALL, Act.READ_DEPARTMENT, Act.ASSIGN}.isdisjoint(UNBOUNDED)
