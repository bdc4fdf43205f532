"""No tracked file names a package registry or a place on somebody's machine.

The project builds against whatever index its reader has, in whatever folder; a host in a lock file
would send him elsewhere or nowhere.
"""

import re

import pytest

from tests.rules.sources import ROOT, name, tracked

REGISTRY = re.compile(
    r"https?://[^\s\"'<>]*(?:pypi\.|pythonhosted|npmjs|registry\.|/simple\b|mirrors?\.)",
    re.IGNORECASE,
)
PLACE = re.compile(r"(?<![\w./~-])/(?:home|Users|root|work|mnt|opt/hostedtoolcache)/\w")
URL = re.compile(r"https?://|--(?:extra-)?index-url|--find-links")
HERE = name(ROOT / "tests/rules/test_no_host_names.py")


def lines(pattern: re.Pattern[str]) -> list[str]:
    """Where the pattern occurs in a tracked text file."""
    found = []
    for file in tracked():
        if name(file) == HERE:
            continue
        text = file.read_bytes().decode("utf-8", errors="ignore")
        found += [
            f"{name(file)}:{number}"
            for number, line in enumerate(text.splitlines(), start=1)
            if pattern.search(line)
        ]
    return found


def test_no_registry_is_named() -> None:
    assert lines(REGISTRY) == []


def test_no_place_of_one_machine_is_named() -> None:
    assert lines(PLACE) == []


@pytest.mark.parametrize("file", sorted(ROOT.rglob("requirements.lock")), ids=name)
def test_a_lock_file_has_hashes_and_no_host(file: object) -> None:
    text = (ROOT / str(file)).read_text(encoding="utf-8")
    assert not URL.search(text)
    assert "--hash=sha256:" in text


@pytest.mark.parametrize("text", ["https://pypi.org/simple", "http://mirrors.aliyun.com/x"])
def test_a_registry_is_recognised(text: str) -> None:
    assert REGISTRY.search(text)
    assert PLACE.search(" /home/someone/x")
