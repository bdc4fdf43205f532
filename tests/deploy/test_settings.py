"""The environment as the only source of settings, and what is refused."""

from pathlib import Path

import pytest

from deploy.settings import described, environment, load
from deploy.trouble import Exit, Trouble


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in environment(load()):
        if name.startswith("YIJIANSHI_"):
            monkeypatch.delenv(name, raising=False)


class TestLoad:
    def test_defaults_need_no_variable(self, tmp_path: Path) -> None:
        settings = load()
        assert settings.home == tmp_path / ".data"
        assert settings.port is None
        assert settings.database_url is None
        assert settings.server_url == "http://127.0.0.1:8080"

    def test_an_unknown_variable_is_refused_and_the_near_one_named(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("YIJIANSHI_PROT", "9000")
        with pytest.raises(Trouble, match=r"YIJIANSHI_PROT.*是否应为 YIJIANSHI_PORT") as caught:
            load()
        assert caught.value.code == Exit.INPUT

    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            ("PORT", "a", "应为整数"),
            ("PORT", "70000", "1 到 65535"),
            ("TIME_SKIPPING", "perhaps", "true 或 false"),
            ("LOG_LEVEL", "loud", "DEBUG"),
            ("DATABASE_URL", "mysql://x", "应为 postgresql://"),
            ("REGISTERS_URL", "ftp://x", "应为 http://"),
        ],
    )
    def test_a_bad_value_is_told_in_one_line(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
    ) -> None:
        monkeypatch.setenv(f"YIJIANSHI_{name}", value)
        with pytest.raises(Trouble, match=f"设置 YIJIANSHI_{name} 有误.*{reason}") as caught:
            load()
        assert "\n" not in caught.value.message

    def test_an_empty_variable_counts_as_absent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YIJIANSHI_PORT", "")
        assert load().port is None

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
    def test_every_spelling_of_a_database_url_names_our_driver(
        self, monkeypatch: pytest.MonkeyPatch, scheme: str
    ) -> None:
        monkeypatch.setenv("YIJIANSHI_DATABASE_URL", f"{scheme}://u:p@db/x")
        url = load().database_url
        assert url is not None
        assert url.get_secret_value() == "postgresql+psycopg://u:p@db/x"


class TestDescribed:
    def test_no_password_is_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YIJIANSHI_DATABASE_URL", "postgresql://clerk:s3cret@db.internal/x")
        monkeypatch.setenv("YIJIANSHI_REGISTERS_TOKEN", "t0ken")
        shown = {line.variable: line for line in described(load())}
        assert "s3cret" not in str(shown)
        assert "t0ken" not in str(shown)
        assert "db.internal" in shown["YIJIANSHI_DATABASE_URL"].value
        assert shown["YIJIANSHI_DATABASE_URL"].changed

    def test_every_setting_says_what_it_means(self) -> None:
        assert all(line.meaning for line in described(load()))


class TestEnvironment:
    def test_a_child_reads_back_the_same_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("YIJIANSHI_TIME_SKIPPING", "false")
        settings = load().having(database_url="postgresql+psycopg://u:p@/x?host=%2Ftmp", port=8123)
        for name, value in environment(settings).items():
            monkeypatch.setenv(name, value)
        assert load() == settings

    def test_variables_of_others_pass_through(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOMEBODY_ELSES", "1")
        assert environment(load())["SOMEBODY_ELSES"] == "1"
