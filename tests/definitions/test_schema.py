"""The schemas for editors: what is shipped fits them, and what is misspelt does not."""

from pathlib import Path

import pytest
from jsonschema_rs import validator_for

from definitions.catalogue_files import LISTS
from definitions.loading import CALENDARS, CATALOGUE
from definitions.schema import Kind, Schema, kinds, schema_of
from definitions.source import Data, parse

BROKEN = Path(__file__).parent / "broken/base"


def _read(path: Path) -> Data:
    return parse(path.read_bytes(), path.name).data


SHIPPED: list[tuple[Kind, Path]] = [
    *(("service", path) for path in sorted(CATALOGUE.glob("*/v?.yaml"))),
    *(("cases", path) for path in sorted(CATALOGUE.glob("*/*.cases*.yaml"))),
    *(("part", path) for path in sorted(CATALOGUE.glob("parts/*.yaml"))),
    *(("year", path) for path in sorted(CALENDARS.glob("*.yaml"))),
    *(("list", CATALOGUE / name) for name in LISTS if (CATALOGUE / name).exists()),
    ("service", BROKEN / "thing/v1.yaml"),
    ("part", BROKEN / "parts/agent.yaml"),
]
SCHEMAS = {(kind, path.name if kind == "list" else ""): None for kind, path in SHIPPED}
VALIDATORS = {key: validator_for(schema_of(*key)) for key in SCHEMAS}


def test_there_is_something_of_each_kind() -> None:
    assert {kind for kind, _ in SHIPPED} == set(kinds())


@pytest.mark.parametrize(
    ("kind", "path"), SHIPPED, ids=lambda said: "/".join(Path(said).parts[-3:])
)
def test_what_is_shipped_fits(kind: Kind, path: Path) -> None:
    validator = VALIDATORS[kind, path.name if kind == "list" else ""]
    assert [(e.instance_path, e.message) for e in validator.iter_errors(_read(path))] == []


class TestService:
    schema: Schema = schema_of("service")
    validator = validator_for(schema)

    def _fits(self, old: str, new: str) -> bool:
        text = (BROKEN / "thing/v1.yaml").read_text(encoding="utf-8")
        assert old in text
        return bool(self.validator.is_valid(parse(text.replace(old, new).encode(), "x").data))

    def test_the_base_fits(self) -> None:
        assert self._fits("lead: bureau", "lead: bureau")

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("lead: bureau", "leads: bureau"),
            ("{named: opening}", "{name: opening}"),
            ("{named: opening}", "{named: opening, is: 3}"),
            ("{named: opening}", "{named: 3}"),
            ("- include: agent", "- include: ../agent"),
            ("- include: agent", "- {include: agent, id: x}"),
            ("kind: many", "kind: some"),
            ("promised: {days: 5}", "promised: {days: five}"),
            ("bases: [{law: 法, article: 第一条}]", "bases: []"),
            ("summary: 开、关、搬\n", ""),
        ],
    )
    def test_what_is_misspelt_does_not(self, old: str, new: str) -> None:
        assert not self._fits(old, new)

    def test_names_stand_for_conditions_deep_inside(self) -> None:
        assert self._fits("{named: opening}", "{not: {any: [{named: opening}]}}")
        assert not self._fits("{named: opening}", "{not: {any: [{called: opening}]}}")

    def test_one_combined_name_needs_no_list(self) -> None:
        old = "combined:\n  - {code: S-9, name: 几项一起, bases: [{law: 法, article: 第一条}]}\n"
        new = "combined: {code: S-9, name: 几项一起, bases: [{law: 法, article: 第一条}]}\n"
        assert self._fits(old, new)

    def test_keys_are_explained_in_the_authors_language(self) -> None:
        titles = {key: said["title"] for key, said in self.schema["properties"].items()}
        assert [key for key, title in titles.items() if title == key] == []


class TestPart:
    def test_a_part_is_never_a_service(self) -> None:
        validator = validator_for(schema_of("part"))
        assert validator.is_valid({"form": [{"include": "agent"}]})
        assert not validator.is_valid({"service": "thing", "form": []})
        assert not validator.is_valid({})


def test_a_list_that_is_not_there_has_no_schema() -> None:
    with pytest.raises(KeyError):
        schema_of("list", "wishes.yaml")
