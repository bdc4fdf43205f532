"""The project's own files, for the conventions that look at them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("definitions", "activities", "workflows", "api", "deploy")


def name(file: Path) -> str:
    """A file's name as it is written in lists."""
    return file.relative_to(ROOT).as_posix()


def modules(*folders: str) -> list[Path]:
    """Every Python file of the folders (all code and tests unless some are named)."""
    found = folders or (*PACKAGES, "tests", "bench")
    return sorted(file for folder in found for file in (ROOT / folder).rglob("*.py"))


@cache
def tree(file: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"))


def tracked() -> list[Path]:
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return sorted(ROOT / file for file in listed if file and (ROOT / file).is_file())
