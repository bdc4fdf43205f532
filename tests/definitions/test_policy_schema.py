"""The schemas of policies for editors: what is shipped fits them, what is misspelt does not."""

from pathlib import Path

import pytest
from jsonschema_rs import validator_for

from definitions.policy_loading import FACTS, POLICIES
from definitions.policy_schema import PolicyKind, policy_kinds, policy_schema
from definitions.source import Data, parse
from tests.support.new_policy import TEXT, changed

SHIPPED: list[tuple[PolicyKind, Path]] = [
    *(("policy", path) for path in sorted(POLICIES.glob("*/v?.yaml"))),
    *(("cases", path) for path in sorted(POLICIES.glob("*/*.cases.yaml"))),
    ("facts", POLICIES / FACTS),
]
VALIDATORS = {kind: validator_for(policy_schema(kind)) for kind in policy_kinds()}


def _said(text: bytes) -> Data:
    return parse(text, "x.yaml").data


def test_there_is_something_of_each_kind() -> None:
    assert {kind for kind, _ in SHIPPED} == set(policy_kinds())


@pytest.mark.parametrize(
    ("kind", "path"), SHIPPED, ids=lambda said: "/".join(Path(said).parts[-2:])
)
def test_what_is_shipped_fits(kind: PolicyKind, path: Path) -> None:
    found = VALIDATORS[kind].iter_errors(_said(path.read_bytes()))
    assert [(each.instance_path, each.message) for each in found] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("organ: science", "organs: science"),
        ("way: direct", "way: post"),
        ("days: 5", "days: five"),
        (", at_most: 1000000, mark", ", mark"),
        ("subject: firm", "subject: company"),
        ("one_of: [small, micro]", "oneof: [small, micro]"),
    ],
)
def test_a_slip_does_not_fit(old: str, new: str) -> None:
    assert VALIDATORS["policy"].is_valid(_said(TEXT.encode()))
    assert not VALIDATORS["policy"].is_valid(_said(changed(old, new).encode()))


@pytest.mark.parametrize("kind", policy_kinds())
def test_keys_are_explained_in_the_authors_language(kind: PolicyKind) -> None:
    schema = policy_schema(kind)
    owners = [schema, *schema["$defs"].values()]
    titles = {
        key: said["title"]
        for owner in owners
        for key, said in owner.get("properties", {}).items()
        if "title" in said
    }
    known = {"id", "is", "is_not", "one_of", "has", "lacks", "known", "all", "any", "not"}
    assert sorted(key for key, title in titles.items() if title == key and key not in known) == []
