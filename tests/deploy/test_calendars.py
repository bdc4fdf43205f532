"""The calendar from a command line: days counted and explained, publishing, trouble in a line."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console
from typer.testing import CliRunner

from activities.store.engine import Store
from deploy import calendars
from deploy.main import app
from deploy.settings import Settings
from deploy.trouble import Exit, Trouble
from tests.support.calendars import FAIR, NOTICE, shipped

SPRING = "日一二三四五六日一"
BEYOND = "{}的日历没有公布，算不出 {} 个工作日。"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder on which nothing runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".data"


def said(home: Path, *words: str) -> str:
    """What the command prints."""
    done = CliRunner().invoke(app, ["--home", str(home), *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def trouble(home: Path, *words: str) -> Trouble:
    """What ends the command."""
    with pytest.raises(Trouble) as raised:
        CliRunner().invoke(app, ["--home", str(home), *words], catch_exceptions=False)
    return raised.value


class TestWorkdays:
    @pytest.mark.parametrize(
        ("day", "count", "last"),
        [
            ("2026-02-13", "+5", "2026-02-27（周五）"),
            ("2026-02-13", "5", "2026-02-27（周五）"),
            ("2026-02-27", "-5", "2026-02-13（周五）"),
            ("2025-01-24", "+45", "2025-04-03（周四）"),
            ("2026-02-14", "0", "2026-02-14（周六）"),
        ],
    )
    def test_counts_forwards_and_backwards(
        self, home: Path, day: str, count: str, last: str
    ) -> None:
        first, *_, source = said(home, "workdays", day, count).splitlines()
        assert first.endswith(f"→ {last}")
        assert source == "依据：随附的日历文件（没有运行中的数据库）"

    def test_explains_every_day_that_is_not_as_its_weekday_says(self, home: Path) -> None:
        lines = said(home, "workdays", "2026-02-13", "+2", "--explain").splitlines()
        assert lines[1:-1] == [
            "  2026-02-14（周六） 计入：调休上班",
            *(
                f"  2026-02-{day}（周{on}） 不计：春节"
                for day, on in zip(range(15, 24), SPRING, strict=True)
            ),
        ]
        assert "2026-03-01（周日） 不计：周末" in said(
            home, "workdays", "2026-02-28", "+1", "--explain"
        )

    def test_a_provisional_year_is_called_so(self, home: Path) -> None:
        assert "暂定：2026-12-31 之后" in said(home, "workdays", "2026-12-30", "+5")
        assert "暂定" in said(home, "workdays", "2027-01-05", "-5")
        assert "暂定" not in said(home, "workdays", "2026-12-01", "+5")

    @pytest.mark.parametrize(
        ("words", "line"),
        [
            (("2027-12-20", "+20"), BEYOND.format("2027-12-31 之后", "2027-12-20 +20")),
            (("2024-01-10", "-20"), BEYOND.format("2024-01-01 之前", "2024-01-10 -20")),
            (("2026-02-30", "+1"), "日期应写成 2026-02-13，现为 2026-02-30。"),
            (("2026-02-13", "five"), "天数应写成 +5 或 -7，现为 five。"),
            (
                ("2026-02-13", "+1", "--region", "上海"),
                "地区应为 CN 或 6 位行政区划代码，现为 上海。",
            ),
        ],
    )
    def test_what_cannot_be_counted_is_one_line_and_code_2(
        self, home: Path, words: tuple[str, ...], line: str
    ) -> None:
        found = trouble(home, "workdays", *words)
        assert (found.message, found.code) == (line, Exit.INPUT)


class TestShow:
    def test_one_year(self, home: Path) -> None:
        lines = said(home, "calendar", "show", "--year", "2026").splitlines()
        assert lines[0] == "310117 2026 年：已公布，248 个工作日"
        assert "  2026-02-14（周六） 调休上班" in lines
        assert "  2026-10-01（周四） 放假 国庆节" in lines

    def test_a_year_nobody_knows(self, home: Path) -> None:
        found = trouble(home, "calendar", "show", "--year", "2031")
        assert found.message == "没有 2031 年的日历，现有 2024 至 2027 年。"


@pytest.fixture
async def settings(store: Store, database_url: str) -> Settings:
    """Settings of a database in which the shipped years are published."""
    await shipped(store)
    return Settings(database_url=SecretStr(database_url))


@pytest.mark.stack
class TestPublish:
    """Each in a thread: the commands bring a loop of their own."""

    def _run(self, settings: Settings, file: Path, *, note: str = "") -> str:
        console = Console(record=True, width=200)
        calendars.publish(settings, file, note=note, console=console)
        return console.export_text()

    def _write(self, file: Path, text: str) -> None:
        file.write_text(text, encoding="utf-8")

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        """The notice for 2027."""
        made = tmp_path / "2027.yaml"
        made.write_text(NOTICE, encoding="utf-8")
        return made

    async def test_publishes_once(self, settings: Settings, file: Path) -> None:
        first = await asyncio.to_thread(self._run, settings, file)
        assert "已发布 CN-2（2027 年" in first
        assert "310117:CN-2" in first
        assert "没有改动" in await asyncio.to_thread(self._run, settings, file)

    async def test_every_wrong_line_is_told(self, settings: Settings, file: Path) -> None:
        self._write(file, NOTICE.replace("2027-02-20", "2027-02-22"))
        with pytest.raises(Trouble, match=r"2027.yaml:12:8 .*本来就是工作日") as raised:
            await asyncio.to_thread(self._run, settings, file)
        assert raised.value.code == Exit.INPUT

    async def test_a_year_left_out_is_told(self, settings: Settings, file: Path) -> None:
        self._write(file, NOTICE.replace("2027", "2029").partition("work:")[0])
        with pytest.raises(Trouble, match="没有发布：缺少 2028 年"):
            await asyncio.to_thread(self._run, settings, file)

    async def test_a_file_that_is_not_there_is_told(self, settings: Settings, file: Path) -> None:
        with pytest.raises(Trouble, match="读不到日历文件"):
            await asyncio.to_thread(self._run, settings, file.with_name("none.yaml"))

    async def test_what_is_published_is_what_is_counted_by(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        fair = tmp_path / "fair.yaml"
        self._write(fair, FAIR)
        await asyncio.to_thread(self._run, settings, fair)
        found = await asyncio.to_thread(calendars.source, settings, "310117")
        assert found.words == "已发布的日历 CN-1+310117-1（数据库）"
        console = Console(record=True, width=200)
        calendars.workdays(found, "2026-11-23", "+1", explain=True, console=console)
        text = console.export_text()
        assert "2026-11-23（周一） +1 个工作日 → 2026-11-26（周四）" in text
        assert "2026-11-24（周二） 不计：临时休息" in text
