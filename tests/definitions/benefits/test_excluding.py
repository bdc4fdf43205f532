"""Exclusion: the better policy of a group keeps the benefit, whichever run comes first."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from definitions.benefits.excluding import Kept, better, kept, tokens_of, without
from definitions.benefits.periods import entitlement_id
from definitions.language.benefits import PolicyDefinition, SubjectFact
from definitions.rules.conditions import Fact
from tests.support.benefits import ON, policy

HERE: dict[str, Fact] = {"firm.registered_here": True}
KNOWN = {
    fact.fact: fact
    for fact in (
        SubjectFact.model_validate(
            {"fact": "firm.hires", "label": "招用的人", "type": "many", "source": "insurance"}
        ),
        SubjectFact.model_validate(
            {
                "fact": "firm.hires_count",
                "label": "招用人数",
                "type": "number",
                "source": "insurance",
                "counts": "firm.hires",
            }
        ),
    )
}


def grouped(name: str, rank: int, **more: object) -> PolicyDefinition:
    """One of a group, of which a firm keeps one."""
    return policy(name, exclusion={"group": "some", "rank": rank}, **more)


def hiring(name: str, rank: int, fen: int) -> PolicyDefinition:
    """So much for each person hired, each person once."""
    return policy(
        name,
        conditions=[
            {
                "id": "hired",
                "says": "招用至少1人",
                "measure": {"number": {"fact": "firm.hires_count"}, "at_least": 1},
            }
        ],
        amount={"formula": {"times": [{"fact": "firm.hires_count"}, fen]}, "at_most": 10**9},
        exclusion={"group": "hiring", "rank": rank, "by": "firm.hires"},
    )


def hired(*people: str) -> dict[str, Fact]:
    """The facts of a firm that hired these."""
    return {"firm.hires": people, "firm.hires_count": len(people)}


def keeps(
    of: PolicyDefinition,
    facts: dict[str, Fact],
    *rivals: PolicyDefinition,
    claimed: dict[str, str] | None = None,
    subject: int = 1,
) -> Kept:
    """What a subject keeps of it."""
    own = entitlement_id(of.policy, "2026", subject, of.item)
    return kept(
        of, facts, ON, subject=subject, known=KNOWN, rivals=rivals, own=own, claimed=claimed
    )


FIRST, SECOND = grouped("first", 1), grouped("second", 2)
EXPANSION, INTAKE = hiring("expansion", 1, 150_000), hiring("intake", 2, 200_000)


class TestOneOfAGroup:
    """A subject in a period."""

    def test_the_lower_rank_goes_before(self) -> None:
        assert better(SECOND, [SECOND, FIRST, grouped("third", 3)]) == [FIRST]
        assert better(policy(), [FIRST]) == []

    def test_another_group_and_other_subjects_are_no_rivals(self) -> None:
        other = policy("other", exclusion={"group": "another", "rank": 1})
        person = grouped("person", 1, subject="person")
        assert better(SECOND, [other, person]) == []

    def test_who_is_entitled_to_the_better_one_does_not_get_the_other(self) -> None:
        assert keeps(FIRST, HERE, SECOND).amount == 100_000
        excluded = keeps(SECOND, HERE, FIRST)
        assert (excluded.amount, excluded.rival) == (None, "first")

    def test_who_is_not_entitled_to_the_better_one_gets_the_other(self) -> None:
        large = grouped(
            "first",
            1,
            conditions=[{"id": "l", "says": "大型", "when": {"fact": "firm.size", "is": "large"}}],
        )
        assert keeps(SECOND, HERE, large).amount == 100_000

    def test_what_is_paid_already_stands_against_a_better_one(self) -> None:
        paid = {"subject:1": "second:2026:1:award"}
        assert keeps(FIRST, HERE, SECOND, claimed=paid).rival == "second"

    def test_its_own_claim_does_not_stand_in_its_way(self) -> None:
        own = {"subject:1": entitlement_id("first", "2026", 1, "award")}
        assert keeps(FIRST, HERE, claimed=own) == Kept(amount=100_000, tokens=("subject:1",))

    def test_who_misses_keeps_nothing_and_uses_nothing_up(self) -> None:
        assert keeps(FIRST, {"firm.registered_here": False}) == Kept(amount=None)
        assert keeps(policy(), HERE) == Kept(amount=100_000)


class TestOnePersonOnce:
    """Entries of a list, used up one by one."""

    def test_a_person_used_up_is_not_counted_again(self) -> None:
        left = keeps(INTAKE, hired("甲", "乙", "丙"), claimed={"甲": "expansion:2026:9:award"})
        assert left == Kept(amount=400_000, tokens=("乙", "丙"), rival="expansion", used=("甲",))

    def test_nobody_is_left_nothing_is_due(self) -> None:
        left = keeps(INTAKE, hired("甲"), claimed={"甲": "expansion:2026:9:award"})
        assert (left.amount, left.rival, left.tokens) == (None, "expansion", ())

    def test_the_better_policy_of_the_same_firm_takes_all_of_them(self) -> None:
        assert keeps(EXPANSION, hired("甲", "乙"), INTAKE).amount == 300_000
        assert keeps(INTAKE, hired("甲", "乙"), EXPANSION).amount is None

    def test_the_facts_without_them(self) -> None:
        assert without(hired("甲", "乙"), "firm.hires", {"甲"}, KNOWN) == hired("乙")
        assert tokens_of(INTAKE, 1, {}) == ()


PEOPLE = "甲乙丙丁戊"


@given(
    st.lists(st.lists(st.sampled_from(PEOPLE), unique=True), min_size=1, max_size=4),
    st.permutations([(n, of.policy) for n in range(4) for of in (EXPANSION, INTAKE)]),
)
def test_in_whatever_order_runs_come_nobody_is_used_twice(
    firms: list[list[str]], order: list[tuple[int, str]]
) -> None:
    """Each firm hired some people, some of them named by several firms; each run claims."""
    policies = {EXPANSION.policy: EXPANSION, INTAKE.policy: INTAKE}
    claimed: dict[str, str] = {}
    for firm, name in order:
        if firm >= len(firms):
            continue
        of, facts = policies[name], hired(*firms[firm])
        found = keeps(of, facts, *policies.values(), claimed=claimed, subject=firm)
        own = entitlement_id(name, "2026", firm, of.item)
        assert not {token for token in found.tokens if claimed.get(token, own) != own}
        if found.amount is not None:
            claimed.update(dict.fromkeys(found.tokens, own))
            each = 150_000 if of is EXPANSION else 200_000
            assert found.amount == each * len(found.tokens)
    assert set(claimed) == {person for firm in firms for person in firm}


@given(st.permutations([FIRST, SECOND, grouped("third", 3)]), st.sets(st.sampled_from("123")))
def test_the_outcome_of_a_group_does_not_depend_on_which_run_is_first(
    order: list[PolicyDefinition], entitled: set[str]
) -> None:
    """As long as nobody was paid: each run looks at what the others would find."""
    at = {"first": "1", "second": "2", "third": "3"}
    policies = [
        grouped(
            of.policy,
            int(at[of.policy]),
            conditions=[
                {"id": "t", "says": "有", "when": {"fact": "firm.titles", "has": at[of.policy]}}
            ],
        )
        for of in order
    ]
    facts: dict[str, Fact] = {"firm.titles": tuple(sorted(entitled))}
    won = [of.policy for of in policies if keeps(of, facts, *policies).amount is not None]
    best = min(entitled, default=None)
    assert won == [name for name, rank in at.items() if rank == best]


def test_the_day_decides_with_the_facts() -> None:
    dated = policy(
        "dated",
        conditions=[
            {
                "id": "fresh",
                "says": "一年内认定",
                "when": {"fact": "since.high_tech_since", "at_most": 365},
            }
        ],
        exclusion={"group": "some", "rank": 1},
    )
    facts: dict[str, Fact] = {**HERE, "firm.high_tech_since": "2025-10-01"}
    found = [
        kept(SECOND, facts, on, subject=1, known=KNOWN, rivals=[dated]).amount
        for on in (date(2026, 9, 30), date(2026, 11, 1))
    ]
    assert found == [None, 100_000]
