"""The base of every event that belongs to one matter."""

from definitions.language.base import Value


class OfMatter(Value):
    """Base of events that belong to one matter."""

    matter: str
