"""Policies over the API: judged, proposed, published by another person, compared, retired."""

from dataclasses import replace
from datetime import date

import pytest

from activities.store.benefits.policies import (
    WrittenPolicy,
    approve,
    policies_in_force,
    policy_heads,
    put_shipped,
)
from activities.store.desk.definitions import DefinitionChanged
from activities.store.engine import Store
from definitions.errors import Refused
from definitions.language.roles import Role
from definitions.lifecycle.policy_judging import CASES_MISSING
from definitions.policy_loading import PolicyLibrary, parsed
from tests.support.api import Person, World, told
from tests.support.new_policy import CASES, POLICY, SECOND_CASES, TEXT, changed, second
from tests.support.services import TODAY
from tests.support.shipped import policies

pytestmark = pytest.mark.stack

ONE = f"policies/{POLICY}/1"
WHY = {"reason": "标准与当年文件不一致"}


def body(text: str = TEXT, cases: str = CASES) -> dict[str, object]:
    """What is sent: the text with its cases."""
    return {"text": text, "cases": cases}


def written(policy: str, library: PolicyLibrary) -> tuple[str, str]:
    """A shipped policy's first version as it is written, and its golden cases."""
    (found,) = (p for p in library.policies if p.definition.policy == policy)
    beside = found.path.with_name("v1.cases.yaml")
    return found.path.read_text(encoding="utf-8"), beside.read_text(encoding="utf-8")


async def published(
    author: Person, other: Person, text: str = TEXT, cases: str = CASES, number: int = 1
) -> None:
    """A version proposed by one and approved by the other."""
    answer = await author.post("policies", body(text, cases))
    assert answer.status_code == 201, answer.text
    answer = await other.post(f"policies/{POLICY}/{number}/approve")
    assert answer.status_code == 200, answer.text


async def in_force(store: Store, on: date = TODAY) -> dict[str, int]:
    """What every process reads."""
    async with store.reading() as session:
        found = await policies_in_force(session, on)
    return {each.definition.policy: each.definition.version for each in found}


class TestCheck:
    async def test_nothing_is_wrong_and_nothing_is_kept(self, author: Person) -> None:
        report = (await author.post("policies/check", body())).json()
        assert (report["policy"], report["version"], report["findings"]) == (POLICY, 1, [])
        assert [case["unlike"] for case in report["cases"]] == [[], [], []]
        assert (await author.get("policies")).json() == []

    async def test_every_fault_has_its_line_and_column(self, author: Person) -> None:
        wrong = changed("firm.size, one_of", "firm.height, one_of")
        wrong = changed("organ: science", "organ: nobody", wrong)
        report = (await author.post("policies/check", body(wrong))).json()
        lines = wrong.splitlines()
        found = [(each["rule"], lines[each["line"] - 1].strip()) for each in report["findings"]]
        assert ("unknown", "organ: nobody") in found
        assert [line for rule, line in found if "firm.height" in line and rule == "unknown"]
        assert all(each["column"] > 1 for each in report["findings"])
        assert report["cases"] == []

    async def test_a_case_that_comes_out_otherwise_says_how(self, author: Person) -> None:
        cases = CASES.replace("amount: 150000", "amount: 160000")
        report = (await author.post("policies/check", body(cases=cases))).json()
        (unlike,) = report["cases"][0]["unlike"]
        assert (unlike["expected"], unlike["found"]) == ("1,600.00 元", "1,500.00 元")

    async def test_without_cases_it_is_no_policy(self, author: Person) -> None:
        report = (await author.post("policies/check", body(cases=""))).json()
        assert [each["message"] for each in report["findings"]] == [CASES_MISSING]

    async def test_who_may_not_propose_may_not_check(self, house: World) -> None:
        officer = await house.person("officer", Role.OFFICER, "science")
        assert told(await officer.post("policies/check", body())) == (403, "forbidden")


class TestProposing:
    @pytest.mark.parametrize(
        ("old", "new", "rule"),
        [
            ("until: 2027-12-31", "until: 2026-06-30", "expired"),
            ("at_least: 1, unit", "at_least: 3, at_most: 1, unit", "contradiction"),
            ("firm.dishonest, is", "firm.honest, is", "unknown"),
            (", at_most: 1000000, mark", ", mark", "missing"),
            (
                "formula: {times: [{fact: firm.young_hires_count}, 50000]}",
                "formula: 2000000",
                "cap",
            ),
        ],
    )
    async def test_what_may_not_be_published_is_not_even_kept(
        self, author: Person, old: str, new: str, rule: str
    ) -> None:
        answer = await author.post("policies", body(changed(old, new)))
        assert told(answer) == (422, "policy-invalid")
        errors = answer.json()["errors"]
        assert rule in {error["rule"] for error in errors}
        assert all(error["pointer"] == "/text" and error["line"] > 1 for error in errors)
        assert (await author.get("policies")).json() == []

    async def test_cases_that_differ_are_told(self, author: Person) -> None:
        cases = CASES.replace("expect: excluded", "expect: miss")
        assert told(await author.post("policies", body(cases=cases))) == (
            422,
            "policy-cases-differ",
        )

    async def test_the_same_key_is_the_same_proposal(self, author: Person) -> None:
        first = await author.post("policies", body(), key="the-same-key")
        again = await author.post("policies", body(), key="the-same-key")
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["head"] == again.json()["head"]
        otherwise = await author.post("policies", body(second(), SECOND_CASES), key="the-same-key")
        assert told(otherwise) == (422, "idempotency-key-reused")

    async def test_a_version_has_one_text_at_a_time(self, author: Person, other: Person) -> None:
        assert (await author.post("policies", body())).status_code == 201
        assert told(await author.post("policies", body())) == (409, "policy-proposed")
        assert (await other.post(f"{ONE}/approve")).status_code == 200
        assert told(await author.post("policies", body())) == (409, "policy-published")

    async def test_a_returned_text_may_come_again(self, author: Person, other: Person) -> None:
        await author.post("policies", body())
        answer = await other.post(f"{ONE}/return", WHY)
        assert answer.json()["head"]["reason"] == WHY["reason"]
        assert told(await other.post(f"{ONE}/approve")) == (409, "policy-not-proposed")
        better = changed("每招用一名青年奖励500元", "每新招用一名青年奖励500元")
        assert (await author.post("policies", body(better))).status_code == 201
        head = (await other.get(ONE)).json()["head"]
        assert (head["stage"], head["returned"], head["reason"]) == ("proposed", 1, None)


class TestPublishing:
    async def test_takes_two_people_and_counts_at_once(
        self, house: World, author: Person, other: Person
    ) -> None:
        await author.post("policies", body())
        assert told(await author.post(f"{ONE}/approve")) == (403, "policy-four-eyes")
        assert await in_force(house.services.store) == {}
        assert (await other.post(f"{ONE}/approve")).json()["head"]["stage"] == "in_force"
        assert (await other.post(f"{ONE}/approve")).status_code == 200
        assert await in_force(house.services.store) == {POLICY: 1}

    async def test_only_what_was_judged_is_published(self, house: World, author: Person) -> None:
        await author.post("policies", body())
        loaded = parsed(TEXT.encode(), CASES.encode(), "v1.yaml")
        judged = WrittenPolicy(loaded, TEXT, CASES.replace("招用3人", "招用三人"))
        async with house.services.store.begin() as session:
            with pytest.raises(Refused, match="文本已经换过"):
                await approve(session, judged, by="another", now=house.now())

    async def test_what_has_expired_meanwhile_does_not_publish(
        self, house: World, author: Person
    ) -> None:
        await author.post("policies", body(changed("until: 2027-12-31", "until: 2026-12-31")))
        house.now.at = house.now.at.replace(year=2027, month=3)
        late = await house.person("late", Role.POLICY_OFFICER)
        answer = await late.post(f"{ONE}/approve")
        assert told(answer) == (422, "policy-invalid")
        assert answer.json()["errors"][0]["rule"] == "expired"

    async def test_a_later_version_takes_over_and_is_compared(
        self, house: World, author: Person, other: Person
    ) -> None:
        await published(author, other)
        await published(author, other, second(), SECOND_CASES, 2)
        assert await in_force(house.services.store) == {POLICY: 2}
        found = (await author.get(f"policies/{POLICY}")).json()
        assert [each["stage"] for each in found["versions"]] == ["in_force", "superseded"]
        diff = (await author.get(f"policies/{POLICY}/2/diff")).json()
        said = [(each["section"], each["text"]) for each in diff["changes"]]
        sizes = "“企业规模”为“小型”、“微型”"
        hires = "“新招用的符合条件的青年人数”"
        assert said == [
            ("条件", f"内容 {sizes}之一 → {sizes}、“中型”之一（“小型或者微型企业”）"),
            ("金额", f"算法 {hires} × 500.00 元 → {hires} × 400.00 元"),
        ]

    async def test_retiring_brings_no_earlier_version_back(
        self, house: World, author: Person, other: Person
    ) -> None:
        await published(author, other)
        await published(author, other, second(), SECOND_CASES, 2)
        assert told(await author.post(f"policies/{POLICY}/2/retire", {"reason": " "})) == (
            422,
            "reasons-missing",
        )
        answer = await author.post(f"policies/{POLICY}/2/retire", WHY)
        assert answer.json()["head"]["stage"] == "retired"
        assert (await author.post(f"policies/{POLICY}/2/retire", WHY)).status_code == 200
        assert told(await other.post(f"policies/{POLICY}/2/retire", WHY)) == (
            409,
            "policy-retired",
        )
        assert await in_force(house.services.store) == {}
        assert (await author.get(f"policies/{POLICY}")).json()["in_force"] is None


class TestLibrary:
    async def test_every_shipped_policy_is_said_in_plain_chinese(
        self, house: World, author: Person
    ) -> None:
        library = policies()
        async with house.services.store.begin() as session:
            assert await put_shipped(session, library, house.now()) == len(library.policies)
            assert await put_shipped(session, library, house.now()) == 0
        found = {each["policy"]: each for each in (await author.get("policies")).json()}
        assert len(found) == len({each.definition.policy for each in library.policies}) >= 10
        refund = found["job_stabilisation_refund"]["plain"]
        assert refund["uncertain"] is True
        assert refund["formula"].startswith("“企业规模”为“大型”的，")
        assert found["high_tech_award"]["versions"][0]["shipped"] is True

    async def test_a_release_that_says_otherwise_is_not_taken(self, house: World) -> None:
        library = policies()
        first, *rest = library.policies
        otherwise = replace(library, policies=(replace(first, sha256="0" * 64), *rest))
        async with house.services.store.begin() as session:
            await put_shipped(session, library, house.now())
            with pytest.raises(DefinitionChanged, match=first.definition.policy):
                await put_shipped(session, otherwise, house.now())

    async def test_a_release_leaves_a_number_to_whoever_proposed_it(
        self, house: World, author: Person
    ) -> None:
        library = policies()
        await author.post("policies", body(*written("high_tech_award", library)))
        async with house.services.store.begin() as session:
            assert await put_shipped(session, library, house.now()) == len(library.policies) - 1
        head = (await author.get("policies/high_tech_award/1")).json()["head"]
        assert (head["stage"], head["shipped"]) == ("proposed", False)

    async def test_a_release_leaves_a_number_that_is_published_to_whoever_published_it(
        self, house: World, author: Person, other: Person
    ) -> None:
        library = policies()
        text, cases = written("high_tech_award", library)
        await author.post("policies", body(text, cases))
        assert (await other.post("policies/high_tech_award/1/approve")).status_code == 200
        (award,) = (p for p in library.policies if p.definition.policy == "high_tech_award")
        others = [each for each in library.policies if each is not award]
        otherwise = replace(library, policies=(replace(award, sha256="0" * 64), *others))
        async with house.services.store.begin() as session:
            assert await put_shipped(session, otherwise, house.now()) == len(others)
        head = (await author.get("policies/high_tech_award/1")).json()["head"]
        assert (head["stage"], head["shipped"]) == ("in_force", False)

    async def test_what_was_returned_keeps_no_number_from_a_release(
        self, house: World, author: Person, other: Person
    ) -> None:
        library = policies()
        await author.post("policies", body(*written("high_tech_award", library)))
        await other.post("policies/high_tech_award/1/return", {"reason": "随软件发布"})
        async with house.services.store.begin() as session:
            assert await put_shipped(session, library, house.now()) == len(library.policies)
            assert await put_shipped(session, library, house.now()) == 0
            (head,) = await policy_heads(session, "high_tech_award")
        assert (head.state, head.decided_by) == ("published", "shipped")
        assert [each.reason for each in head.earlier] == ["随软件发布"]

    async def test_officers_read_it_and_applicants_do_not(self, house: World) -> None:
        officer = await house.person("officer", Role.OFFICER, "science")
        assert (await officer.get("policies")).status_code == 200
        agent = await house.person("agent", Role.VIRTUAL_WINDOW_AGENT)
        assert told(await agent.get("policies")) == (403, "forbidden")
        assert told(await officer.get("policies/nothing/1")) == (404, "unknown-policy")

    async def test_what_is_not_published_is_its_organs_and_of_those_who_write(
        self, house: World, author: Person, other: Person
    ) -> None:
        await published(author, other)
        answer = await author.post("policies", body(second(), SECOND_CASES))
        assert answer.status_code == 201, answer.text
        own = await house.person("own", Role.OFFICER, "science")
        for reader in (own, other):
            assert (await reader.get(f"policies/{POLICY}/2")).json()["text"] == second()
            (found,) = (await reader.get("policies")).json()
            assert [each["version"] for each in found["versions"]] == [2, 1]
        elsewhere = await house.person("elsewhere", Role.OFFICER, "civil_affairs")
        watch = await house.person("watch", Role.SUPERVISOR)
        for reader in (elsewhere, watch):
            for path in ("2", "2/diff", "1/diff?before=2"):
                answer = await reader.get(f"policies/{POLICY}/{path}")
                assert told(answer) == (404, "unknown-policy"), path
            (found,) = (await reader.get("policies")).json()
            assert [each["version"] for each in found["versions"]] == [1]
            assert (await reader.get(f"policies/{POLICY}/1")).json()["text"] == TEXT
