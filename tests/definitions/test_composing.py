"""Shared parts and named conditions: what comes out, where its faults are told, what is refused."""

import tracemalloc
from pathlib import Path

import pytest

from definitions.composing import Composed, Parts
from definitions.source import DefinitionError, DefinitionsBroken, parse

HERE = "catalogue/thing/v1.yaml"


class Desk:
    """A catalogue folder with parts, and one service to put together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "parts").mkdir(parents=True)

    def part(self, name: str, text: str) -> None:
        (self._folder / "parts" / f"{name}.yaml").write_text(text, encoding="utf-8")

    def composed(self, text: str) -> Composed:
        return Parts(self._folder).compose(parse(text.encode(), HERE))

    def refused(self, text: str) -> list[tuple[str, str, int, int]]:
        with pytest.raises(DefinitionsBroken) as caught:
            self.composed(text)
        return [_brief(error) for error in caught.value.errors]


def _brief(error: DefinitionError) -> tuple[str, str, int, int]:
    return error.rule, error.file.removeprefix("catalogue/"), error.line, error.column


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "catalogue")


class TestParts:
    def test_entries_stand_where_they_are_included(self, desk: Desk) -> None:
        desk.part("two", "form:\n  - {id: b}\n  - {id: c}\n")
        composed = desk.composed("form:\n  - {id: a}\n  - include: two\n  - {id: d}\n")
        assert composed.data == {"form": [{"id": name} for name in "abcd"]}

    def test_a_part_may_include_parts(self, desk: Desk) -> None:
        desk.part("outer", "form:\n  - {id: a}\n  - include: inner\n")
        desk.part("inner", "form: [{id: b}]\n")
        assert desk.composed("form: [{include: outer}]").data == {
            "form": [{"id": "a"}, {"id": "b"}]
        }

    def test_a_part_gives_each_list_its_own(self, desk: Desk) -> None:
        desk.part("agent", "questions: [{id: q}]\nform: [{id: f}]\n")
        composed = desk.composed("questions: [{include: agent}]\nform: [{include: agent}]\n")
        assert composed.data == {"questions": [{"id": "q"}], "form": [{"id": "f"}]}

    def test_a_fault_is_told_where_the_part_says_it(self, desk: Desk) -> None:
        desk.part("outer", "form:\n  - {id: a}\n  - include: inner\n")
        desk.part("inner", "# here\nform:\n  - {id: b, kind: x}\n")
        composed = desk.composed("form: [{include: outer}, {id: c, kind: y}]\n")
        error = composed.error(("form", 1, "kind"), "rule", "falsch")
        assert _brief(error) == ("rule", "parts/inner.yaml", 3, 19)
        assert error.path == "form.b.kind"
        own = composed.error(("form", 2, "kind"), "rule", "falsch")
        assert _brief(own) == ("rule", "thing/v1.yaml", 1, 40)

    def test_what_is_no_list_of_a_service_is_left_alone(self, desk: Desk) -> None:
        text = "bases: [{include: agent}]\n"
        assert desk.composed(text).data == {"bases": [{"include": "agent"}]}

    def test_a_text_that_is_no_definition_passes(self, desk: Desk) -> None:
        assert desk.composed("- a\n").data == ["a"]

    @pytest.mark.parametrize(
        "name", ["../secret", "/etc/passwd", "a/b", "a.b", "A", "", "人", "[a]", "3", "null"]
    )
    def test_a_name_is_a_plain_word(self, desk: Desk, name: str) -> None:
        (desk._folder / "secret.yaml").write_text("form: [{id: a}]", encoding="utf-8")
        written = name if name in {"[a]", "3", "null"} else f'"{name}"'
        assert desk.refused(f"form: [{{include: {written}}}]") == [
            ("include", "thing/v1.yaml", 1, 18)
        ]

    def test_beside_an_include_stands_nothing(self, desk: Desk) -> None:
        desk.part("a", "form: [{id: a}]\n")
        assert desk.refused("form: [{include: a, id: b}]") == [("include", "thing/v1.yaml", 1, 18)]

    def test_a_part_in_a_circle_is_told_at_the_last_step(self, desk: Desk) -> None:
        desk.part("a", "form: [{include: b}]\n")
        desk.part("b", "form: [{include: a}]\n")
        with pytest.raises(DefinitionsBroken, match="a → b → a") as caught:
            desk.composed("form: [{include: a}]")
        assert [_brief(each) for each in caught.value.errors] == [
            ("include_cycle", "parts/b.yaml", 1, 18)
        ]

    def test_parts_that_double_are_refused_at_once(self, desk: Desk) -> None:
        for n in range(60):
            desk.part(f"p{n}", f"form:\n  - include: p{n + 1}\n  - include: p{n + 1}\n")
        desk.part("p60", "form: [{id: a}]\n")
        assert {rule for rule, *_ in desk.refused("form: [{include: p0}]")} == {"twice"}

    def test_every_missing_part_is_told(self, desk: Desk) -> None:
        found = desk.refused("form:\n  - include: a\n  - include: b\n")
        assert found == [("include", "thing/v1.yaml", 2, 14), ("include", "thing/v1.yaml", 3, 14)]

    def test_a_broken_part_is_told_once(self, desk: Desk) -> None:
        desk.part("a", "form: [\n")
        found = desk.refused("form: [{include: a}]\nquestions: [{include: a}]\n")
        assert [(rule, file) for rule, file, _, _ in found] == [("yaml", "parts/a.yaml")]

    def test_a_part_is_a_mapping_of_lists(self, desk: Desk) -> None:
        desk.part("a", "- {id: a}\n")
        assert desk.refused("form: [{include: a}]") == [("extra_forbidden", "parts/a.yaml", 1, 1)]


NAMES = """\
conditions:
  - {name: moved, when: {fact: answer.changes, has: address}}
  - {name: far, when: {all: [{named: moved}, {fact: answer.place, is: far}]}}
blockers:
  - when: {not: {named: far}}
"""
MOVED = {"fact": "answer.changes", "has": "address"}
FAR = {"all": [MOVED, {"fact": "answer.place", "is": "far"}]}


class TestNamedConditions:
    def test_names_are_written_out(self, desk: Desk) -> None:
        assert desk.composed(NAMES).data == {
            "conditions": [{"name": "moved", "when": MOVED}, {"name": "far", "when": FAR}],
            "blockers": [{"when": {"not": FAR}}],
        }

    @pytest.mark.parametrize(
        ("path", "place"),
        [
            (("blockers", 0, "when", "not", "all", 0, "has"), (2, 53)),
            (("blockers", 0, "when", "not", "not", "all", "all", 1, "compare", "is"), (3, 71)),
            (("blockers", 0, "when", "not"), (5, 17)),
            (("conditions", 1, "when", "all", 0, "fact"), (2, 32)),
        ],
    )
    def test_a_fault_is_told_where_the_condition_is_written(
        self, desk: Desk, path: tuple[int | str, ...], place: tuple[int, int]
    ) -> None:
        error = desk.composed(NAMES).error(path, "rule", "falsch")
        assert (error.line, error.column) == place

    def test_a_condition_of_a_part_serves_the_service(self, desk: Desk) -> None:
        desk.part("words", "conditions:\n  - {name: x, when: {fact: answer.a, is: b}}\n")
        composed = desk.composed("conditions: [{include: words}]\nblockers: [{when: {named: x}}]")
        assert composed.flaws == ()
        error = composed.error(("blockers", 0, "when", "fact"), "rule", "falsch")
        assert _brief(error) == ("rule", "parts/words.yaml", 2, 28)

    def test_a_part_may_bring_more_than_is_used(self, desk: Desk) -> None:
        desk.part("words", "conditions:\n  - {name: x, when: {fact: answer.a, is: b}}\n")
        assert desk.composed("conditions: [{include: words}]").flaws == ()

    def test_a_condition_of_its_own_that_nobody_uses_is_a_flaw(self, desk: Desk) -> None:
        flaws = desk.composed("conditions: [{name: x, when: {fact: answer.a, is: b}}]").flaws
        assert [_brief(each) for each in flaws] == [("unused_condition", "thing/v1.yaml", 1, 21)]

    def test_a_name_used_twice_is_a_flaw_at_the_second(self, desk: Desk) -> None:
        desk.part("words", "conditions: [{name: moved, when: {fact: answer.a, is: b}}]\n")
        text = NAMES.replace("blockers:", "  - include: words\nblockers:")
        flaws = desk.composed(text).flaws
        assert [_brief(each) for each in flaws] == [("twice", "parts/words.yaml", 1, 21)]

    def test_every_unknown_name_is_told(self, desk: Desk) -> None:
        text = "blockers:\n  - {when: {named: a}}\n  - {when: {named: b}}\n"
        assert desk.refused(text) == [
            ("unknown_condition", "thing/v1.yaml", 2, 12),
            ("unknown_condition", "thing/v1.yaml", 3, 12),
        ]

    def test_a_circle_is_told_once(self, desk: Desk) -> None:
        text = NAMES.replace("{fact: answer.changes, has: address}", "{not: {named: far}}")
        assert desk.refused(text) == [("named_cycle", "thing/v1.yaml", 2, 31)]

    def test_a_condition_of_itself_is_a_circle(self, desk: Desk) -> None:
        text = "conditions: [{name: x, when: {named: x}}]\n"
        assert desk.refused(text) == [("named_cycle", "thing/v1.yaml", 1, 30)]

    def test_a_few_lines_do_not_become_millions(self, desk: Desk) -> None:
        eight = ", ".join(["{named: c%d}"] * 8)
        lines = ["conditions:", "  - {name: c0, when: {fact: answer.a, is: b}}"]
        for n in range(1, 12):
            said = eight.replace("%d", str(n - 1))
            lines.append(f"  - {{name: c{n}, when: {{any: [{said}]}}}}")
        tracemalloc.start()
        found = desk.refused("\n".join(lines))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert [rule for rule, *_ in found] == ["size"]
        assert peak < 60_000_000

    def test_names_in_names_do_not_go_deeper_than_a_text_may(self, desk: Desk) -> None:
        lines = ["conditions:", "  - {name: c0, when: {fact: answer.a, is: b}}"]
        lines += [f"  - {{name: c{n}, when: {{not: {{named: c{n - 1}}}}}}}" for n in range(1, 3000)]
        assert [rule for rule, *_ in desk.refused("\n".join(lines))] == ["depth"]
