"""The shipped catalogue, read and checked once for all tests of a process."""

from functools import cache

from definitions.loading import Library


@cache
def shipped() -> Library:
    """What `Library.load` finds in the catalogue's own folder."""
    return Library.load()
