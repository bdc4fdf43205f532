"""docs/operating.md lists every setting with its default, and every exit code."""

import re

from pydantic_core import PydanticUndefined

from deploy.settings import PREFIX, Settings
from deploy.trouble import Exit
from tests.rules.sources import ROOT

PAGE = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(?P<variable>YIJIANSHI_\w+)` \| (?P<default>[^|]+) \| .+ \|$", re.MULTILINE)


def defaults() -> dict[str, str]:
    """What the page should say of each variable."""
    found = {}
    for name, field in Settings.model_fields.items():
        assert field.default is not PydanticUndefined
        default = field.default
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        found[PREFIX + name.upper()] = "–" if default is None else f"`{shown}`"
    return found


def test_every_setting_stands_there_with_its_default() -> None:
    assert {row["variable"]: row["default"] for row in ROW.finditer(PAGE)} == defaults()


def test_no_other_page_names_a_setting_that_is_none() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {name for page in pages for name in re.findall(r"YIJIANSHI_[A-Z_]+", page.read_text())}
    assert named <= defaults().keys()


def test_every_exit_code_stands_there() -> None:
    listed = {int(code) for code in re.findall(r"^\| (\d) \| ", PAGE, flags=re.MULTILINE)}
    assert listed == {0, *(code.value for code in Exit)}
