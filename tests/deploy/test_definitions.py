"""Definitions from a command line: every fault in a line, trouble with its code, two people."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner, Result

from deploy.main import app
from deploy.trouble import Exit, Trouble
from tests.support.new_service import CASES, TEXT, changed, written


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder on which nothing runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".data"


def run(home: Path, *words: str) -> Result:
    """The command as it ends."""
    return CliRunner().invoke(app, ["--home", str(home), "definitions", *words])


def said(home: Path, *words: str) -> str:
    """What the command prints."""
    done = run(home, *words)
    assert done.exit_code == 0, done.output
    return done.output


def trouble(home: Path, *words: str) -> tuple[str, Trouble]:
    """What the command prints, and what ends it."""
    done = run(home, *words)
    assert isinstance(done.exception, Trouble), done.output
    return done.output, done.exception


class TestCheck:
    def test_says_that_nothing_is_wrong(self, home: Path, tmp_path: Path) -> None:
        assert "没有问题" in said(home, "check", str(written(tmp_path)))

    def test_every_fault_is_a_line_with_its_place(self, home: Path, tmp_path: Path) -> None:
        text = changed("lead: market_regulation", "lead: nobody").replace("X01}]", "X09}]")
        path = written(tmp_path, text)
        output, ended = trouble(home, "check", str(path))
        assert ended.code is Exit.INPUT
        lines = output.splitlines()
        assert f"{path}:5:7 unknown_department lead 没有这个部门：nobody" in lines
        assert f"{len(lines)} 处需要修改。" == ended.message

    def test_the_places_of_faults_in_cases_are_theirs(self, home: Path, tmp_path: Path) -> None:
        path = written(tmp_path, cases=CASES.replace("expect:", "expects:"))
        output, ended = trouble(home, "check", str(path))
        assert ended.code is Exit.INPUT
        assert str(path.with_name("v1.cases.yaml")) in output

    @pytest.mark.parametrize("name", ["there/is/none.yaml", "."])
    def test_a_file_that_cannot_be_read(self, home: Path, name: str) -> None:
        _, ended = trouble(home, "check", name)
        assert ended.code is Exit.INPUT
        assert "读不到" in ended.message

    def test_neither_a_file_nor_all(self, home: Path) -> None:
        _, ended = trouble(home, "check")
        assert ended.code is Exit.INPUT

    def test_a_catalogue_that_is_broken_is_told(self, home: Path, tmp_path: Path) -> None:
        path = written(tmp_path)
        (tmp_path / "laws.yaml").write_text("laws: 1\n", encoding="utf-8")
        _, ended = trouble(home, "check", str(path))
        assert "laws.yaml:1:7" in ended.message


class TestCases:
    def test_all_agree(self, home: Path, tmp_path: Path) -> None:
        assert "1 个金例都相符" in said(home, "test", str(written(tmp_path)))

    def test_what_came_out_otherwise(self, home: Path, tmp_path: Path) -> None:
        path = written(tmp_path, cases=CASES.replace("[GYM, SIGN]", "[GYM]"))
        output, ended = trouble(home, "test", str(path))
        assert ended.code is Exit.FAILED
        assert "应为 GYM，得到 GYM、SIGN" in output


class TestPublish:
    def test_everything_wrong_is_told_before_any_database_is_asked(
        self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Nobody answers there: a command that asked would not end with faults of the text.
        address = "postgresql://nobody@127.0.0.1:1/none"
        monkeypatch.setenv("YIJIANSHI_DATABASE_URL", address)
        path = written(tmp_path, changed("lead: market_regulation", "lead: nobody"))
        people = ("--proposed-by", "policy", "--approved-by", "policy2")
        _, ended = trouble(home, "publish", str(path), *people)
        assert ended.code is Exit.INPUT
        assert "没有这个部门：nobody" in ended.message


class TestLooking:
    def test_a_diff_of_shipped_versions(self, home: Path) -> None:
        assert "0 处不同" in said(home, "diff", "restaurant_opening", "1", "1")
        _, ended = trouble(home, "diff", "restaurant_opening", "1", "99")
        assert ended.code is Exit.INPUT
        _, ended = trouble(home, "diff", "nothing_such", "1", "2")
        assert "没有" in ended.message

    def test_a_picture_in_a_file(self, home: Path, tmp_path: Path) -> None:
        file = tmp_path / "picture.svg"
        output = said(home, "picture", "restaurant_opening", "1", "-o", str(file))
        root = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - made here
        assert root.tag.endswith("svg")
        assert "食品经营许可" in output

    def test_a_schema(self, home: Path) -> None:
        assert "$schema" in json.loads(said(home, "schema", "service"))
        for words in (("nothing",), ("list", "none.yaml")):
            assert trouble(home, "schema", *words)[1].code is Exit.INPUT

    def test_a_list_without_a_database(self, home: Path) -> None:
        assert "restaurant_opening 第 1 版" in said(home, "list")


def test_the_text_of_these_tests_is_a_definition(home: Path, tmp_path: Path) -> None:
    assert "fitness_opening" in said(home, "check", str(written(tmp_path, TEXT)))
