"""deploy/compose.yaml and its Dockerfile, read: no engine that could run them is needed."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from deploy.main import app
from deploy.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
SCRIPTS = sorted((DEPLOY / "compose").glob("*.sh"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

OURS = {name: service for name, service in SERVICES.items() if "build" in service}
ONE_SHOT = {name for name, service in SERVICES.items() if service["restart"] == "on-failure:6"}
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}
SECRET = re.compile(r"PASSWORD|PWD|SECRET|TOKEN")
REQUIRED = re.compile(r"\$\{\w+:\?[^}]+\}")
# What belongs to a neighbour must be given where that one is named.
REQUIRED_WITH = re.compile(r"\$\{(\w+)_URL:\+\$\{\1_TOKEN:\?[^}]+\}\}")
PINNED = re.compile(r"[\w/-]+:\d+(\.\d+)+[\w.-]*")


def environment() -> Iterator[tuple[str, str, str]]:
    """(service, variable, value) for everything that is set."""
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            yield name, variable, value


class TestCompose:
    def test_every_setting_of_ours_is_one(self) -> None:
        set_ = {variable for _, variable, _ in environment() if variable.startswith(PREFIX)}
        assert set_ | set(re.findall(rf"{PREFIX}[A-Z_]+", DOCKERFILE)) <= SETTINGS
        assert set_ >= {"YIJIANSHI_DATABASE_URL", "YIJIANSHI_TEMPORAL_ADDRESS"}

    def test_our_commands_exist(self) -> None:
        known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
        assert {tuple(service["command"]) for service in OURS.values()} == {
            ("migrate",),
            ("worker",),
            ("batch",),
            ("server",),
        }
        assert {service["command"][0] for service in OURS.values()} <= known

    def test_images_are_pinned(self) -> None:
        images = [service["image"] for service in SERVICES.values()]
        images += re.findall(r"^FROM (\S+)", DOCKERFILE, flags=re.MULTILINE)
        assert [image for image in images if not PINNED.fullmatch(image)] == []
        assert {service["image"] for service in OURS.values()} == {
            f"yijianshi:{PROJECT['version']}"
        }

    def test_temporals_parts_are_of_one_version(self) -> None:
        server, *tools = (
            SERVICES[name]["image"].rpartition(":")[2]
            for name in ("temporal", "temporal-schema", "temporal-namespace")
        )
        assert set(tools) == {server}
        assert "auto-setup" not in (DEPLOY / "compose.yaml").read_text()

    def test_passwords_must_be_given(self) -> None:
        secrets = {v: value for _, v, value in environment() if SECRET.search(v)}
        assert secrets
        assert all(
            (REQUIRED_WITH if name.endswith("_TOKEN") else REQUIRED).fullmatch(value)
            for name, value in secrets.items()
        )
        urls = [value for _, _, value in environment() if "://" in value and "@" in value]
        assert urls
        assert all(REQUIRED.fullmatch(re.findall(r":([^:]+:\?.*)@", url)[0]) for url in urls)

    def test_the_example_names_what_must_be_given_and_gives_nothing(self) -> None:
        asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
        lines = (DEPLOY / "compose/env.example").read_text().splitlines()
        given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        assert given == dict.fromkeys(asked, "")
        assert "deploy/compose/.env" in (ROOT / ".gitignore").read_text().splitlines()

    def test_what_stays_up_has_a_health_check(self) -> None:
        without = {name for name, service in SERVICES.items() if "healthcheck" not in service}
        assert without == ONE_SHOT | {"temporal-ui"}

    def test_each_waits_for_what_it_needs(self) -> None:
        for service in SERVICES.values():
            for needed, how in service.get("depends_on", {}).items():
                completed = how["condition"] == "service_completed_successfully"
                assert completed == (needed in ONE_SHOT)
        for name in ("worker", "batch", "server"):
            assert "migrate" in SERVICES[name]["depends_on"]

    def test_temporal_is_set_up_to_stay(self) -> None:
        assert SERVICES["temporal"]["environment"]["NUM_HISTORY_SHARDS"] == "512"
        dynamic = yaml.safe_load((DEPLOY / "compose/temporal-dynamic.yaml").read_text())
        assert not any("timeskipping" in name.lower() for name in dynamic)
        mounted = SERVICES["temporal"]["volumes"][0].split(":")[1]
        assert mounted.endswith(SERVICES["temporal"]["environment"]["DYNAMIC_CONFIG_FILE_PATH"])

    def test_nothing_listens_beyond_this_machine(self) -> None:
        ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
        assert ports
        assert all(port.startswith("127.0.0.1:") for port in ports)

    def test_ours_may_write_to_their_data_only(self) -> None:
        for service in OURS.values():
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]
            assert service["volumes"] == ["home:/srv/yijianshi"]
        assert "YIJIANSHI_HOME=/srv/yijianshi" in DOCKERFILE

    def test_every_mounted_file_is_there(self) -> None:
        mounted = re.findall(r'"\./(\S+?):', (DEPLOY / "compose.yaml").read_text())
        assert {DEPLOY / path for path in mounted} >= set(SCRIPTS)
        assert all((DEPLOY / path).is_file() for path in mounted)

    @pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
    def test_the_scripts_can_be_read_by_a_shell(self, script: Path) -> None:
        shell = shutil.which("sh")
        assert shell is not None
        subprocess.run([shell, "-n", str(script)], check=True)
        assert "set -eu" in script.read_text()


class TestDockerfile:
    def test_packages_come_from_the_lock_file_alone(self) -> None:
        installs = re.findall(r"\binstall (--[^\n&]+)", DOCKERFILE)
        packages = [line for line in installs if "--directory" not in line]
        assert len(packages) == 2
        assert "--require-hashes" in packages[0]
        assert "-r /src/requirements.lock" in packages[0]
        assert "--no-deps --no-build-isolation /src" in packages[1]

    def test_it_runs_as_nobody_in_particular(self) -> None:
        final = DOCKERFILE.rpartition("\nFROM ")[2]
        assert re.search(r"^USER 10001:10001$", final, flags=re.MULTILINE)
        assert "ENTRYPOINT" in final.partition("USER 10001")[2]

    def test_no_tool_to_build_or_install_is_left(self) -> None:
        build, final = re.split(r"\nFROM [^\n]+\n", DOCKERFILE)[-2:]
        assert "venv --without-pip" in build
        assert "uninstall --yes editables hatchling" in build
        assert "pip uninstall --yes pip setuptools wheel" in final
        assert "apt" not in DOCKERFILE

    def test_what_is_copied_in_is_the_project(self) -> None:
        wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
        packages = wheel["targets"]["wheel"]["packages"]
        kept = re.findall(
            r"^!(\S+)$",
            (DEPLOY / "Dockerfile.dockerignore").read_text(),
            flags=re.MULTILINE,
        )
        assert set(kept) == {*packages, "README.md", "pyproject.toml", "requirements.lock"}
