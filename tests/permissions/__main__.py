"""`python -m tests.permissions` makes docs/permissions.md anew."""

from tests.permissions.page import write

write()
