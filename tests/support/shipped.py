"""The shipped catalogue and policies, read and checked once for all tests of a process."""

from functools import cache

from definitions.language.benefits import PolicyDefinition
from definitions.loading import Library, load_catalogue
from definitions.policy_loading import PolicyLibrary


@cache
def shipped() -> Library:
    """What `Library.load` finds in the catalogue's own folder."""
    return Library.load()


@cache
def policies() -> PolicyLibrary:
    """The shipped policies, with their facts."""
    return PolicyLibrary.load(load_catalogue())


def policy_of(name: str) -> PolicyDefinition:
    """The shipped policy of that name."""
    return next(p.definition for p in policies().policies if p.definition.policy == name)
