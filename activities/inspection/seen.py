"""What a look into a file can come to."""

from enum import StrEnum

from definitions.language.base import Value

# So many bytes say how long the content is that follows, between the keeper and the looker.
LENGTH = 8


class Flaw(StrEnum):
    """Why a file cannot be taken in; each has its sentence in `api.uploads`."""

    EMPTY = "empty"
    NOT_AS_NAMED = "not-as-named"
    NOT_TAKEN = "not-taken"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    WITHOUT_PAGES = "without-pages"
    TOO_MANY_PAGES = "too-many-pages"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_SLOW = "too-slow"


class Seen(Value):
    """What is known of a readable file. `photo`: taken by a camera, not by a scanner."""

    pages: int | None = None
    width: int | None = None
    height: int | None = None
    photo: bool = False


class Look(Value):
    """A flaw, or what was seen."""

    media_type: str | None = None
    flaw: Flaw | None = None
    seen: Seen = Seen()
