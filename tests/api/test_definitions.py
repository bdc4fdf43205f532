"""Definitions over the API: judged, proposed, published by another person, followed, retired."""

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from activities.store.desk.definitions import publications
from activities.store.engine import Store
from api.definitions_in_force import DefinitionsInForce, merged
from definitions.errors import Code, Refused
from definitions.language.roles import Role
from definitions.lifecycle.judging import CASES_MISSING
from tests.support import new_service
from tests.support.api import Person, World, told
from tests.support.new_service import CASES, SERVICE, TEXT, changed, second
from tests.support.services import NOW

pytestmark = pytest.mark.stack

ONE = f"definitions/{SERVICE}/1"
WHY = {"reason": "承诺时限与公布的清单不一致"}


def body(text: str = TEXT, cases: str = CASES) -> dict[str, object]:
    """What is sent: the text with its cases."""
    files = [{"name": "v1.cases.yaml", "text": cases}] if cases else []
    return {"text": text, "cases": files}


async def published(author: Person, other: Person, text: str = TEXT, number: int = 1) -> None:
    """A version proposed by one and approved by the other."""
    answer = await author.post("definitions", body(text))
    assert answer.status_code == 201, answer.text
    answer = await other.post(f"definitions/{SERVICE}/{number}/approve")
    assert answer.status_code == 200, answer.text


class TestCheck:
    async def test_nothing_is_wrong_and_nothing_is_kept(self, author: Person) -> None:
        report = (await author.post("definitions/check", body())).json()
        assert (report["service"], report["version"]) == (SERVICE, 1)
        assert report["findings"] == []
        assert [case["unlike"] for case in report["cases"]] == [[]]
        assert (await author.get("definitions")).json() == []

    async def test_every_fault_has_its_place(self, author: Person) -> None:
        wrong = changed("lead: market_regulation", "lead: nobody").replace("X01}]", "X09}]")
        report = (await author.post("definitions/check", body(wrong))).json()
        lines = wrong.splitlines()
        found = {each["rule"]: lines[each["line"] - 1].strip() for each in report["findings"]}
        assert found["unknown_department"] == "lead: nobody"
        assert found["gate_not_listed"] == "materials: [{code: X09}]"
        assert report["cases"] == []

    async def test_a_case_that_comes_out_otherwise_says_how(self, author: Person) -> None:
        cases = CASES.replace("[GYM, SIGN]", "[GYM]")
        report = (await author.post("definitions/check", body(cases=cases))).json()
        (case,) = report["cases"]
        (unlike,) = case["unlike"]
        assert (unlike["expected"], unlike["found"]) == ("GYM", "GYM、SIGN")

    async def test_without_cases_it_is_no_definition(self, author: Person) -> None:
        report = (await author.post("definitions/check", body(cases=""))).json()
        assert [each["message"] for each in report["findings"]] == [CASES_MISSING]

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("a: &a [x, x]\nb: [*a, *a]\n", "anchor"),
            ("- " * 60 + "x\n", "depth"),
            ("service: !!python/object:os.system x\n", "tag"),
        ],
    )
    async def test_what_was_made_to_hurt_is_refused(
        self, author: Person, text: str, rule: str
    ) -> None:
        report = (await author.post("definitions/check", body(text))).json()
        assert [each["rule"] for each in report["findings"]] == [rule]

    async def test_too_large_is_told_before_it_is_read(self, author: Person) -> None:
        answer = await author.client.post(
            "/api/v1/definitions/check",
            content=b"#" * 1_000_001,
            headers={"Content-Type": "application/yaml"},
        )
        assert told(answer) == (413, "too-large")
        answer = await author.client.post(
            "/api/v1/definitions/check",
            content=b"#" * 50_000_000,
            headers={"Content-Type": "application/yaml"},
        )
        assert told(answer) == (413, "too-large")

    async def test_raw_yaml_and_nothing_else(self, author: Person) -> None:
        path, kind = "/api/v1/definitions/check", "Content-Type"
        answer = await author.client.post(
            path, content=TEXT.encode(), headers={kind: "application/yaml"}
        )
        assert answer.json()["service"] == SERVICE
        answer = await author.client.post(path, content=b"x", headers={kind: "text/html"})
        assert told(answer) == (415, "media-type")
        answer = await author.client.post(path, content=b"\xff", headers={kind: "text/yaml"})
        assert told(answer) == (422, "invalid")
        answer = await author.client.post(
            path, content=b'{"text": 1}', headers={kind: "application/json"}
        )
        assert told(answer) == (422, "invalid")


class TestPropose:
    async def test_another_person_publishes(
        self, house: World, author: Person, other: Person
    ) -> None:
        proposed = (await author.post("definitions", body())).json()
        assert proposed["head"]["stage"] == "proposed"
        assert told(await author.post(f"{ONE}/approve")) == (403, "definition-four-eyes")
        with pytest.raises(Refused):
            house.services.library.service(SERVICE, NOW)
        approved = (await other.post(f"{ONE}/approve")).json()
        assert approved["head"]["stage"] == "in_force"
        people = [approved["head"][name]["name"] for name in ("proposed_by", "approved_by")]
        assert people == ["author姓名", "second姓名"]
        assert house.services.library.service(SERVICE, NOW).definition.version == 1
        kept = (await author.get(ONE)).json()
        assert kept["text"] == TEXT
        assert [file["text"] for file in kept["cases"]] == [CASES]
        assert [case["unlike"] for case in kept["report"]["cases"]] == [[]]

    async def test_what_is_wrong_is_refused_whole(self, author: Person) -> None:
        wrong = changed("lead: market_regulation", "lead: nobody").replace("X01}]", "X09}]")
        answer = await author.post("definitions", body(wrong))
        assert told(answer) == (422, "definition-invalid")
        assert {each["rule"] for each in answer.json()["errors"]} >= {
            "unknown_department",
            "gate_not_listed",
        }
        cases = CASES.replace("[GYM, SIGN]", "[GYM]")
        answer = await author.post("definitions", body(cases=cases))
        assert told(answer) == (422, "definition-cases-differ")

    async def test_what_is_published_never_changes(
        self, store: Store, author: Person, other: Person
    ) -> None:
        await published(author, other)
        other = changed("有室内游泳池", "有游泳池")
        assert told(await author.post("definitions", body(other))) == (409, "definition-published")
        for statement in (
            "UPDATE publication SET text = 'x'",
            "UPDATE publication SET sha256 = 'x'",
            "DELETE FROM publication",
        ):
            with pytest.raises(IntegrityError, match="cannot change"):
                async with store.begin() as session:
                    await session.execute(sql(statement))

    async def test_one_text_waits_at_a_time(self, author: Person, other: Person) -> None:
        await author.post("definitions", body())
        assert told(await other.post("definitions", body())) == (409, "definition-proposed")
        returned = (await other.post(f"{ONE}/return", WHY)).json()
        assert (returned["head"]["stage"], returned["head"]["reason"]) == (
            "returned",
            WHY["reason"],
        )
        again = await other.post(f"{ONE}/return", WHY)
        assert again.status_code == 200
        assert told(await other.post(f"{ONE}/approve")) == (409, "definition-not-proposed")
        assert (await other.post("definitions", body())).status_code == 201

    async def test_repeated_under_one_key_it_is_one_proposal(self, author: Person) -> None:
        first = await author.post("definitions", body(), key="key-same-01")
        again = await author.post("definitions", body(), key="key-same-01")
        assert again.json() == first.json()
        other = changed("有室内游泳池", "有游泳池")
        answer = await author.post("definitions", body(other), key="key-same-01")
        assert told(answer) == (422, "idempotency-key-reused")

    async def test_approving_twice_is_approving_once(self, author: Person, other: Person) -> None:
        await published(author, other)
        again = await other.post(f"{ONE}/approve")
        assert again.status_code == 200
        third = await author.post(f"{ONE}/approve")
        assert told(third)[0] in {403, 409}

    @pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.WINDOW_CLERK])
    async def test_only_policy_officers_and_administrators_may(
        self, house: World, role: Role
    ) -> None:
        person = await house.person(role, role)
        for answer in (
            await person.post("definitions", body()),
            await person.post("definitions/check", body()),
            await person.post(f"{ONE}/approve"),
            await person.post(f"{ONE}/return", WHY),
            await person.post(f"{ONE}/retire", WHY),
        ):
            assert told(answer) == (403, "forbidden")


class TestInForce:
    async def test_another_process_has_it_without_a_restart(
        self, house: World, store: Store, author: Person, other: Person
    ) -> None:
        elsewhere = DefinitionsInForce(store, house.services.shipped_library)
        await published(author, other)
        library = await elsewhere.current()
        found = library.service(SERVICE, NOW)
        assert found.sha256 == house.services.library.service(SERVICE, NOW).sha256
        assert found.definition == house.services.library.service(SERVICE, NOW).definition

    async def test_a_later_version_holds_from_its_publication_on(
        self, house: World, author: Person, other: Person
    ) -> None:
        await published(author, other)
        before = house.now.at
        house.now.at = before.replace(hour=before.hour + 1)
        await published(author, other, second(), 2)
        library = house.services.library
        # Valid since January on paper; nobody was handled under it before it was published.
        assert library.service(SERVICE, before).definition.version == 1
        assert library.service(SERVICE, house.now.at).definition.version == 2
        stages = {
            each["version"]: each["stage"]
            for each in (await author.get(f"definitions/{SERVICE}")).json()["versions"]
        }
        assert stages == {1: "superseded", 2: "in_force"}

    async def test_a_retired_one_takes_nothing_new(
        self, house: World, author: Person, other: Person
    ) -> None:
        await published(author, other)
        await published(author, other, second(), 2)
        path = f"definitions/{SERVICE}/2/retire"
        assert told(await author.post(path, {"reason": " "})) == (422, "reasons-missing")
        retired = (await author.post(path, WHY)).json()["head"]
        assert (retired["stage"], retired["retired_why"]) == ("retired", WHY["reason"])
        assert (await author.post(path, WHY)).status_code == 200
        assert told(await other.post(path, WHY)) == (409, "definition-retired")
        # The one before it does not come back by itself.
        with pytest.raises(Refused) as refused:
            house.services.library.service(SERVICE, NOW)
        assert refused.value.code is Code.SERVICE_RETIRED
        clerk = await house.person("clerk", Role.WINDOW_CLERK)
        answer = await clerk.post("guidance", {**new_service.SAMPLE_BODY, "materials": {}})
        assert told(answer) == (409, "service-retired")
        assert told(await author.post(f"definitions/{SERVICE}/9/retire", WHY)) == (
            404,
            "unknown-definition",
        )

    async def test_a_text_this_release_cannot_read_is_left_out(
        self, house: World, store: Store, author: Person, other: Person
    ) -> None:
        await published(author, other)
        async with store.reading() as session:
            (kept,) = await publications(session)
        later = kept.model_copy(update={"version": 2, "sha256": "0" * 64})
        shipped = house.services.shipped_library
        found = merged(shipped, shipped, (kept, later)).services
        assert [each.definition.version for each in found] == [1]


class TestOwn:
    async def test_its_own_paper_and_rule_are_known_everywhere(
        self, house: World, author: Person, other: Person
    ) -> None:
        await published(author, other)
        clerk = await house.person("clerk", Role.WINDOW_CLERK)
        file = (await clerk.upload()).json()["id"]
        given = {"X01": {"files": [file]}}
        taken = await clerk.post("bundles", {**new_service.SAMPLE_BODY, "materials": given})
        assert taken.status_code == 201, taken.text
        view = (await clerk.get(f"bundles/{taken.json()['number']}")).json()
        assert [material["name"] for material in view["materials"]] == ["健身场所平面图"]


class TestCompared:
    async def test_says_in_chinese_what_is_otherwise(self, author: Person, other: Person) -> None:
        await published(author, other)
        await author.post("definitions", body(second()))
        found = (await author.get(f"definitions/{SERVICE}/2/diff")).json()
        assert (found["before"], found["after"]) == (1, 2)
        assert [change["text"] for change in found["changes"]] == [
            "有效期 2026-01-01 起 → 2026-01-02 起",
            "承诺时限 5 → 3 个工作日（健身场所备案）",
        ]
        same = (await author.get(f"definitions/{SERVICE}/2/diff", params={"from": 2})).json()
        assert same["changes"] == []
        answer = await author.get(f"definitions/{SERVICE}/1/diff")
        assert told(answer) == (404, "unknown-definition")

    async def test_impact_counts_what_goes_on_under_the_old_one(
        self, house: World, author: Person, other: Person
    ) -> None:
        await published(author, other)
        clerk = await house.person("clerk", Role.WINDOW_CLERK)
        file = (await clerk.upload()).json()["id"]
        given = {"X01": {"files": [file]}}
        taken = await clerk.post("bundles", {**new_service.SAMPLE_BODY, "materials": given})
        await clerk.post("drafts", {**new_service.SAMPLE_BODY, "materials": {}})
        await published(author, other, second(), 2)
        found = (await author.get(f"definitions/{SERVICE}/2/impact")).json()
        assert [(r["version"], r["count"]) for r in found["running"]] == [(1, 1)]
        assert [(m["version"], m["key"], m["count"]) for m in found["matters"]] == [
            (1, "GYM", 1),
            (1, "SIGN", 1),
        ]
        assert found["drafts"] == [{"state": "draft", "count": 1}]
        view = (await clerk.get(f"bundles/{taken.json()['number']}")).json()
        assert view["service_version"] == 1

    async def test_the_picture_is_an_svg(self, author: Person, other: Person) -> None:
        await published(author, other)
        answer = await author.get(f"{ONE}/picture.svg")
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert "健身场所备案" in answer.text
        assert told(await author.get(f"definitions/{SERVICE}/7/picture.svg")) == (
            404,
            "unknown-definition",
        )
