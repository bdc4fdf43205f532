"""Policies from a command line: every fault in a line, two people, a simulation."""

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from typer.testing import CliRunner, Result

from activities.store.desk.accounts import create_account
from activities.store.engine import Store
from definitions.language.roles import Role
from deploy.main import app
from deploy.trouble import Exit, Trouble
from tests.support.new_policy import CASES, POLICY, SECOND_CASES, changed, second, written


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder on which nothing runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".data"


def run(home: Path, *words: str) -> Result:
    """The command as it ends."""
    return CliRunner().invoke(app, ["--home", str(home), "policies", *words])


def said(home: Path, *words: str) -> str:
    """What the command prints."""
    done = run(home, *words)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def trouble(home: Path, *words: str) -> tuple[str, Trouble]:
    """What the command prints, and what ends it."""
    done = run(home, *words)
    assert isinstance(done.exception, Trouble), (done.output, done.exception)
    return done.output, done.exception


class TestTexts:
    def test_nothing_is_wrong(self, home: Path, tmp_path: Path) -> None:
        assert "没有问题，3 个金例都相符" in said(home, "check", str(written(tmp_path)))

    def test_everything_that_is_shipped(self, home: Path) -> None:
        assert "个版本都没有问题" in said(home, "check", "--all")

    def test_every_fault_is_a_line_with_its_place(self, home: Path, tmp_path: Path) -> None:
        text = changed("organ: science", "organ: nobody")
        path = written(tmp_path, changed("firm.size, one_of", "firm.height, one_of", text))
        output, ended = trouble(home, "check", str(path))
        assert ended.code is Exit.INPUT
        lines = output.splitlines()
        assert f"{path}:5:8 unknown organ 部门目录里没有 nobody" in lines
        assert f"{len(lines)} 处需要修改。" == ended.message

    def test_a_case_that_comes_out_otherwise(self, home: Path, tmp_path: Path) -> None:
        path = written(tmp_path, cases=CASES.replace("amount: 150000", "amount: 1"))
        output, ended = trouble(home, "check", str(path))
        assert "金额：应为 0.01 元，得到 1,500.00 元" in output
        assert "1 个金例与政策不符（共 3 个）" in ended.message

    @pytest.mark.parametrize("words", [("check",), ("check", "there/is/none.yaml")])
    def test_no_file(self, home: Path, words: tuple[str, ...]) -> None:
        _, ended = trouble(home, *words)
        assert ended.code is Exit.INPUT

    def test_a_schema_for_editors(self, home: Path) -> None:
        assert json.loads(said(home, "schema"))["title"] == "政策"
        assert json.loads(said(home, "schema", "cases"))["title"] == "政策的金例"
        _, ended = trouble(home, "schema", "laws")
        assert "policy、cases、facts" in ended.message

    def test_the_shipped_list_needs_no_database(self, home: Path) -> None:
        assert "job_stabilisation_refund 第 1 版 失业保险稳岗返还" in said(home, "list")

    def test_versions_that_are_not_there(self, home: Path) -> None:
        _, ended = trouble(home, "diff", "high_tech_award", "1", "9")
        assert "没有 high_tech_award 第 9 版；现有：1" in ended.message


async def _people(url: str) -> None:
    store = Store(url, name="test", size=1)
    try:
        async with store.begin() as session:
            await session.execute(sql("TRUNCATE policy_text, simulation, subject, account CASCADE"))
            for login, role, department in (
                ("one", Role.POLICY_OFFICER, None),
                ("other", Role.POLICY_OFFICER, None),
                ("officer", Role.OFFICER, "science"),
            ):
                await create_account(
                    session,
                    login=login,
                    name=login,
                    role=role,
                    department=department,
                    password_hash="unused",  # noqa: S106 - nobody signs in with it
                )
    finally:
        await store.close()


@pytest.mark.stack
class TestOnADatabase:
    @pytest.fixture
    def people(self, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two policy officers and an officer, on an emptied database."""
        monkeypatch.setenv("YIJIANSHI_DATABASE_URL", database_url)
        asyncio.run(_people(database_url))

    @pytest.mark.usefixtures("people")
    def test_a_policy_is_published_compared_tried_and_retired(
        self, home: Path, tmp_path: Path
    ) -> None:
        path = written(tmp_path)
        by = ("--proposed-by", "one", "--approved-by")
        _, ended = trouble(home, "publish", str(path), *by, "one")
        assert "另一人批准" in ended.message
        _, ended = trouble(home, "publish", str(path), *by, "officer")
        assert "须为政策专员或者管理员" in ended.message
        assert "已发布 绿色工厂奖励" in said(home, "publish", str(path), *by, "other")
        newer = written(tmp_path, second(), SECOND_CASES, version=2)
        tried = said(home, "simulate", str(newer))
        assert "草案（第 2 版）" in tried
        assert "生效的版本（第 1 版）" in tried
        assert "不再有：0 户，0.00 元" in tried
        said(home, "publish", str(newer), *by, "other")
        diff = said(home, "diff", POLICY, "1", "2")
        assert "第 1 版 → 第 2 版，2 处不同" in diff
        why = ("--by", "one", "--why", "改由市级发放")
        assert "不再开始新的批次" in said(home, "retire", POLICY, "2", *why)
        listed = said(home, "list")
        assert f"{POLICY} 第 2 版 绿色工厂奖励：2026-01-01 至 2027-12-31，已停用" in listed
        assert f"{POLICY} 第 1 版 绿色工厂奖励：2026-01-01 至 2027-12-31，已发布" in listed
        _, ended = trouble(home, "retire", POLICY, "7", *why)
        assert "没有发布过" in ended.message

    @pytest.mark.usefixtures("people")
    def test_a_day_that_cannot_be(self, home: Path, tmp_path: Path) -> None:
        path = str(written(tmp_path))
        assert "不能在今天之后" in trouble(home, "simulate", path, "--on", "2099-01-01")[1].message
        assert "--on" in trouble(home, "simulate", path, "--on", "昨天")[1].message
