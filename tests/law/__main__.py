"""`python -m tests.law` makes docs/law.md anew."""

from tests.law.page import write

write()
