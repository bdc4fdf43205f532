"""The README keeps its promises: its links lead somewhere, its commands work as they stand."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.conftest import Watched

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
DEFAULT = "http://127.0.0.1:8080"
BASH = shutil.which("bash")


class TestReadme:
    def test_every_link_and_folder_is_there(self) -> None:
        links = re.findall(r"\]\((?!https?:)([^)]+)\)", README)
        folders = re.findall(r"^\| `([\w/]+)/` \|", README, flags=re.MULTILINE)
        assert links
        assert folders
        assert [place for place in [*links, *folders] if not (ROOT / place).exists()] == []

    @pytest.mark.stack
    @pytest.mark.timeout(240)
    @pytest.mark.skipif(not (BASH and shutil.which("curl")), reason="needs bash and curl")
    def test_the_five_lines_work(self, watched: Watched) -> None:
        """Run as they stand beside the data folder; only the port may be another one."""
        preparation, lines = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
        script = f"set -eo pipefail\n{preparation}{lines}".replace(DEFAULT, watched.url)
        ran = subprocess.run(
            [BASH or "bash"],
            input=script,
            cwd=watched.home.parent,
            text=True,
            capture_output=True,
            check=True,
            timeout=60,
        )
        guided, started, tasks, done = (
            json.loads(answer) for answer in re.split(r"(?<=})\s*(?={)", ran.stdout.strip())
        )
        assert guided["plan"]["situation"]["code"] == "BG-YX-01"
        assert started["state"] == "registered"
        assert any(task["bundle"] == started["number"] for task in tasks["items"])
        assert (done["number"], done["state"]) == (started["number"], "recorded")
