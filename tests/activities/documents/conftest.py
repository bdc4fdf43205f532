"""A folder for the files."""

from pathlib import Path

import pytest

from activities.files import LocalFiles


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    """An empty file store."""
    return LocalFiles(tmp_path / "files")
