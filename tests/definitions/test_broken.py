"""The corpus of broken definitions: each is refused with the right rule, at the right place.

A file in `broken/` is a slip in the definition of `broken/base/`, which has nothing wrong: what is
changed, and at its head what must be told of it (`# expect: rule line:column`), all of it.
"""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from definitions.composing import Parts
from definitions.loading import Library
from definitions.proving import golden_problems
from definitions.source import DefinitionError, DefinitionsBroken
from tests.definitions.test_source import FORMS

HERE = Path(__file__).parent / "broken"
BASE = HERE / "base"
CORPUS = sorted(HERE.glob("*.yaml"))
# Those of policies are looked through by `test_broken_policies.py`.
POLICIES = sorted(HERE.with_name("broken_policies").glob("*.yaml"))
EXPECTED = re.compile(r"^# expect: ([a-z_]+) ([0-9]+):([0-9]+)$", re.MULTILINE)
SERVICE = "thing/v1.yaml"

# Where problems are made, and which argument of which call is the rule.
CHECKER = (
    "composing.py",
    "loading.py",
    "policy_loading.py",
    "proving.py",
    "source.py",
    "rules/review*.py",
)
RULE_AT = {"Problem": 1, "error": 1, "_at": 2, "_broken": 3, "_Refused": 0, "_Flaw": 2}


def _told(folder: Path) -> tuple[DefinitionError, ...]:
    """Everything the checker says before publication, golden cases included."""
    try:
        library = Library.load(folder)
    except DefinitionsBroken as broken:
        return broken.errors
    return tuple(
        error for loaded in library.services for error in golden_problems(loaded, library.catalogue)
    )


def _expected(text: str) -> list[tuple[str, int, int]]:
    return [(rule, int(line), int(column)) for rule, line, column in EXPECTED.findall(text)]


def test_the_base_has_nothing_wrong() -> None:
    assert _told(BASE) == ()


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 45


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_broken_definition_is_refused_at_its_place(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    slip = yaml.safe_load(text)
    folder = Path(shutil.copytree(BASE, tmp_path / "catalogue"))
    broken = folder / slip.get("file", SERVICE)
    said = broken.read_text(encoding="utf-8")
    for change in slip["change"]:
        assert change["old"] in said, change["old"]
        said = said.replace(change["old"], change["new"], 1)
    broken.write_text(said, encoding="utf-8")
    errors = _told(folder)
    assert [(e.rule, e.line, e.column) for e in errors] == _expected(text), errors
    shown = f"catalogue/{slip.get('file', SERVICE)}"
    assert {error.file for error in errors} == {shown}
    assert all(re.search(r"[\u4e00-\u9fff]", error.message) for error in errors)


def test_every_rule_of_the_checker_is_in_the_corpus() -> None:
    every = (*CORPUS, *POLICIES)
    told = {rule for path in every for rule, _, _ in _expected(path.read_text(encoding="utf-8"))}
    told |= {rule for _, _, rule, _ in FORMS.values()}
    told |= {"file"}  # TestFiles
    package = Path(str(Parts.__module__.partition(".")[0]))
    sources = [path for pattern in CHECKER for path in sorted(package.glob(pattern))]
    assert len(sources) > len(CHECKER)
    rules = {rule for path in sources for rule in _rules(path)}
    assert len(rules) > 60
    assert rules - told == set()


def _rules(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
        rules = [word.value for word in node.keywords if word.arg == "rule"]
        if name in RULE_AT and len(node.args) > RULE_AT[name]:
            rules.append(node.args[RULE_AT[name]])
        if name == "_broken" and len(node.args) == 3:
            rules.append(node.args[1])
        yield from (
            rule.value
            for rule in rules
            if isinstance(rule, ast.Constant) and isinstance(rule.value, str)
        )


class TestFiles:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        return Path(shutil.copytree(BASE, tmp_path / "catalogue"))

    def test_fifty_megabytes_are_not_read(self, folder: Path) -> None:
        with (folder / SERVICE).open("wb") as file:
            file.truncate(50_000_000)
        (error,) = _told(folder)
        assert (error.rule, error.file, error.line) == ("size", f"catalogue/{SERVICE}", 1)
        assert error.message == "文件超过 1 MB，实际 50000000 字节"

    def test_nor_is_a_part_of_that_size(self, folder: Path) -> None:
        with (folder / "parts/agent.yaml").open("wb") as file:
            file.truncate(50_000_000)
        (error,) = _told(folder)
        assert (error.rule, error.file) == ("size", "catalogue/parts/agent.yaml")

    def test_a_folder_is_no_definition(self, folder: Path) -> None:
        (folder / "laws.yaml").unlink()
        (folder / "laws.yaml").mkdir()
        (error,) = _told(folder)
        assert (error.rule, error.file) == ("file", "catalogue/laws.yaml")
        assert error.message.startswith("读不了这个文件")

    @pytest.mark.parametrize("name", ["cases.yaml", "v2.cases.yaml", "v1-cases.yaml"])
    def test_cases_beside_no_definition_are_not_passed_over(self, folder: Path, name: str) -> None:
        (folder / "thing/v1.cases.yaml").rename(folder / "thing" / name)
        (error,) = _told(folder)
        assert (error.rule, error.file) == ("file", f"catalogue/thing/{name}")

    def test_cases_may_stand_in_several_files(self, folder: Path) -> None:
        (folder / "thing/v1.cases.yaml").rename(folder / "thing/v1.cases-01.yaml")
        assert _told(folder) == ()
        assert len(Library.load(folder).services[0].cases) == 2

    def test_where_the_cases_are_gone_the_sentence_is_the_place(self, folder: Path) -> None:
        library = Library.load(folder)
        (folder / "thing/v1.cases.yaml").unlink()
        (loaded,) = library.services
        bare = loaded.definition.model_copy(update={"situations": loaded.definition.situations[:1]})
        cut = type(loaded)(bare, loaded.sha256, loaded.body, loaded.cases, Path())
        (error,) = golden_problems(cut, library.catalogue)
        assert error.path == "cases.只关，先办的不用办"
        assert error.message == "这一例办不下去：按所答情况，没有对应的办理情形"
