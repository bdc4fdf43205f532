"""Imports go one way: deploy > api > workflows > activities > definitions.

The layers are what lets the core be tested in milliseconds and workflows be deterministic; so the
contracts in pyproject.toml are run here, and proved able to fail by planting a violation of each
kind into a copy.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.sources import PACKAGES, ROOT

LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts on the tree in the folder, and on nothing else."""
    return subprocess.run(  # noqa: S603 - a tool of ours, by its full path
        [str(LINT), "--no-logo", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_layers_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "planted"),
    [
        ("definitions/rules/clocks.py", "import sqlalchemy"),
        ("definitions/rules/clocks.py", "import definitions.bundle.state"),
        ("definitions/matter/state.py", "import activities.files"),
        ("workflows/details.py", "import activities.store.engine"),
        ("activities/record.py", "import api.paging"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, file: str, planted: str) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{planted}\n", encoding="utf-8")
    done = lint(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout
