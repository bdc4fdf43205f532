"""政策体检: every policy at once, in the order in which a person wants to hear of them."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from definitions.benefits.checkup import (
    Book,
    Change,
    Checked,
    Standing,
    Told,
    changes,
    check_up,
    told,
)
from definitions.benefits.entitlement import Status
from definitions.benefits.periods import entitlement_id
from definitions.language.benefits import (
    PolicyDefinition,
    SourceDefinition,
    SubjectFact,
    SubjectKind,
    Verdict,
)
from definitions.loading import load_catalogue
from definitions.policy_loading import PolicyLibrary
from definitions.rules.conditions import Fact
from definitions.rules.matching import match
from tests.support.benefits import ON, policy

HERE: dict[str, Fact] = {"firm.registered_here": True}
SCORE = SubjectFact.model_validate(
    {"fact": "firm.score", "label": "评分", "type": "number", "source": "credit", "unit": "分"}
)
KNOWN = {SCORE.fact: SCORE}
SOURCES = {"credit": SourceDefinition(id="credit", name="信用平台", fresh_days=7)}
LIBRARY = PolicyLibrary.load(load_catalogue())


def scored(name: str, **more: object) -> PolicyDefinition:
    """For those with ninety points."""
    condition = {
        "id": "score",
        "says": "评分90分以上",
        "measure": {"number": {"fact": "firm.score"}, "at_least": 90, "unit": "分"},
    }
    return policy(name, conditions=[condition], **more)


def checked(
    *policies: PolicyDefinition, facts: dict[str, Fact], book: Book | None = None
) -> tuple[Checked, ...]:
    """The check-up of a firm."""
    return check_up(
        policies, facts, ON, kind=SubjectKind.FIRM, known=KNOWN, sources=SOURCES, book=book
    )


def test_the_entitled_come_first_and_each_says_why() -> None:
    elsewhere = {
        "id": "elsewhere",
        "says": "不在松江登记",
        "when": {"fact": "firm.registered_here", "is": False},
    }
    abroad = policy("abroad", conditions=[elsewhere]).conditions
    near, mine = scored("near"), policy("mine")
    far = near.model_copy(update={"policy": "far", "conditions": (*near.conditions, *abroad)})
    found = checked(far, near, mine, facts=HERE | {"firm.score": 88})
    assert [(each.policy, each.standing) for each in found] == [
        ("mine", Standing.ENTITLED),
        ("near", Standing.NEAR),
        ("far", Standing.NOT),
    ]
    assert found[0].amount == 100_000
    (short,) = found[1].found.findings
    assert (short.value, short.bound, short.short) == (88, 90, 2)
    assert found[2].found.reasons == ("score", "elsewhere")


def test_what_is_missing_is_unknown_and_says_whose_it_is() -> None:
    (one,) = checked(scored("a"), facts={}, book=Book(stale={"firm.score": date(2026, 9, 1)}))
    assert one.standing is Standing.UNKNOWN
    assert one.amount is None
    (lacking,) = one.lacking
    assert (lacking.label, lacking.owner, lacking.as_of) == ("评分", "信用平台", date(2026, 9, 1))


def test_of_a_group_only_the_first_is_one_s_own() -> None:
    first = policy("first", exclusion={"group": "g", "rank": 1})
    second = policy("second", exclusion={"group": "g", "rank": 2})
    found = {each.policy: each for each in checked(second, first, facts=HERE)}
    assert found["first"].standing is Standing.ENTITLED
    assert found["second"].standing is Standing.EXCLUDED
    assert found["second"].rival == "first"


def test_what_one_has_already_stands_beside_it_and_is_not_its_own_rival() -> None:
    one = policy("one", exclusion={"group": "g", "rank": 1})
    own = entitlement_id("one", "2026", 7, "award")
    book = Book(
        subject=7,
        has={own: Status.PAID},
        claimed={"one": {"subject:7": own}},
        declined=frozenset({"one"}),
    )
    (found,) = checked(one, facts=HERE, book=book)
    assert (found.standing, found.has, found.declined) == (Standing.ENTITLED, Status.PAID, True)
    taken = book.model_copy(update={"claimed": {"one": {"subject:7": "other:2026:7:x"}}})
    (found,) = checked(one, facts=HERE, book=taken)
    assert (found.standing, found.rival) == (Standing.EXCLUDED, "other")


def test_policies_for_others_are_left_out() -> None:
    people = policy(
        "elders",
        subject="person",
        conditions=[{"id": "a", "says": "在世", "when": {"fact": "person.alive", "is": True}}],
    )
    assert checked(people, facts=HERE) == ()


def test_what_came_out_otherwise_is_a_change_and_nothing_else() -> None:
    no = Told(name="甲", standing=Standing.NOT)
    near = Told(name="甲", standing=Standing.NEAR)
    ours = Told(name="甲", standing=Standing.ENTITLED, amount=5)
    more = Told(name="甲", standing=Standing.ENTITLED, amount=6)
    assert changes({"a": near}, {"a": near}) == ()
    assert changes({"a": near}, {"a": ours}) == (
        Change(policy="a", name="甲", before=near, after=ours),
    )
    assert [each.after for each in changes({"a": ours}, {"a": more})] == [more]
    assert changes({}, {"a": no}) == changes({"a": no}, {}) == ()
    assert [each.before for each in changes({"a": ours}, {})] == [ours]


@given(
    facts=st.fixed_dictionaries(
        {},
        optional={
            "firm.registered_here": st.booleans(),
            "firm.active": st.booleans(),
            "firm.deregistering": st.booleans(),
            "firm.dishonest": st.booleans(),
            "firm.dispatch": st.booleans(),
            "firm.size": st.sampled_from(["small", "large"]),
            "firm.young_hires": st.lists(st.sampled_from("ABC"), unique=True).map(tuple),
            "firm.young_hires_count": st.integers(0, 3),
            "firm.tax_credit": st.sampled_from("ABCD"),
            "firm.credit_score": st.integers(80, 100),
            "firm.fees_due": st.integers(0, 10**6),
            "firm.tax_arrears": st.booleans(),
        },
    )
)
def test_a_check_up_never_says_more_than_a_run_would(facts: dict[str, Fact]) -> None:
    known = {fact.fact: fact for fact in LIBRARY.catalogue.facts}
    sources = {source.id: source for source in LIBRARY.catalogue.sources}
    policies = {each.definition.policy: each.definition for each in LIBRARY.policies}
    found = check_up(
        policies.values(), facts, ON, kind=SubjectKind.FIRM, known=known, sources=sources
    )
    for each in found:
        whole = match(policies[each.policy], facts, ON)
        assert (each.amount is not None) is (each.standing is Standing.ENTITLED)
        if each.standing is Standing.ENTITLED:
            assert whole.verdict is Verdict.HIT
            assert (each.amount or 0) <= (whole.amount or 0)
        if each.standing is Standing.UNKNOWN:
            assert whole.verdict is Verdict.UNKNOWN
        if each.standing is Standing.NOT:
            assert whole.verdict is Verdict.MISS
    assert set(told(found)) == {each.policy for each in found}
