"""docs/permissions.md says what the table says."""

from definitions.language.roles import Role
from definitions.rules.permissions import Act
from tests.permissions.page import ACTS, PAGE, ROLES, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.permissions"


def test_everything_has_a_name_that_people_read() -> None:
    assert list(ACTS) == list(Act)
    assert list(ROLES) == list(Role)
