"""The corpus of broken policies: each is refused with the right rule, at the right place.

As `test_broken.py`: a file is a slip in the policy of `broken_policies/base/`, which has nothing
wrong, and says at its head what must be told of it. What only publishing refuses (a policy that is
over, a law in force no more) is told on `DAY`.
"""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from definitions.language.service import Catalogue, Law
from definitions.lifecycle.policy_judging import CASES_MISSING, judge_policy, tried
from definitions.loading import load_catalogue
from definitions.policy_loading import PolicyLibrary, house_of
from definitions.source import DefinitionsBroken
from tests.definitions import test_broken

HERE = Path(__file__).parent / "broken_policies"
BASE = HERE / "base"
CORPUS = sorted(HERE.glob("*.yaml"))
POLICY, CASES = "award/v1.yaml", "award/v1.cases.yaml"
DAY = date(2026, 11, 24)
ENDED = Law(key="旧办法", title="旧办法", text_of=date(2020, 1, 1), until=date(2025, 12, 31))

Told = list[tuple[str, str, int, int, str]]


def house() -> Catalogue:
    """The catalogue of the broken services' base, with a law that is in force no more."""
    found = load_catalogue(test_broken.BASE)
    return found.model_copy(update={"laws": (*found.laws, ENDED)})


def told(folder: Path) -> Told:
    """Everything that keeps the folder's policy from being published."""
    try:
        library = PolicyLibrary.load(house(), folder)
    except DefinitionsBroken as broken:
        return [(e.file, e.rule, e.line, e.column, e.message) for e in broken.errors]
    text, cases = ((folder / name).read_text(encoding="utf-8") for name in (POLICY, CASES))
    shown = (f"{folder.name}/{POLICY}", f"{folder.name}/{CASES}")
    report = judge_policy(
        text, cases, house_of(library.catalogue, house()), DAY, shown=shown
    ).report
    return [(f.file, f.rule, f.line, f.column, f.message) for f in report.findings]


def test_the_base_has_nothing_wrong() -> None:
    assert told(BASE) == []


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 35


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_broken_policy_is_refused_at_its_place(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    slip = yaml.safe_load(text)
    folder = Path(shutil.copytree(BASE, tmp_path / "policies"))
    broken = folder / slip.get("file", POLICY)
    said = broken.read_text(encoding="utf-8")
    for change in slip["change"]:
        assert change["old"] in said, change["old"]
        said = said.replace(change["old"], change["new"], 1)
    broken.write_text(said, encoding="utf-8")
    found = told(folder)
    expected = [
        (rule, int(line), int(column)) for rule, line, column in test_broken.EXPECTED.findall(text)
    ]
    assert expected
    assert [(rule, line, column) for _, rule, line, column, _ in found] == expected, found
    assert {file for file, *_ in found} == {f"policies/{slip.get('file', POLICY)}"}
    assert all(re.search(r"[\u4e00-\u9fff]", message) for *_, message in found)


def test_a_policy_without_cases_is_none() -> None:
    text = (BASE / POLICY).read_text(encoding="utf-8")
    library = PolicyLibrary.load(house(), BASE)
    report = judge_policy(text, "", house_of(library.catalogue, house()), DAY).report
    assert [each.message for each in report.findings] == [CASES_MISSING]
    assert [each.rule for each in report.findings] == ["cases_missing"]


def test_a_policy_in_another_folder_than_its_name_is_told(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(BASE, tmp_path / "policies"))
    (folder / "award").rename(folder / "prize")
    assert [(file, rule) for file, rule, *_ in told(folder)] == [("policies/prize/v1.yaml", "file")]


SHIPPED = PolicyLibrary.load(load_catalogue()).policies


@pytest.mark.parametrize(
    "loaded", SHIPPED, ids=lambda each: f"{each.definition.policy}-v{each.definition.version}"
)
def test_the_golden_cases_of_what_is_shipped_come_out_as_written(loaded: object) -> None:
    policy = next(each for each in SHIPPED if each is loaded)
    assert len(policy.cases) >= 3
    assert [case.unlike for case in tried(policy)] == [() for _ in policy.cases]


def test_ten_policies_are_shipped() -> None:
    assert len({each.definition.policy for each in SHIPPED}) >= 10
