"""What people wrote or handed in, as an application refers to it: by digest, never by content."""

from definitions.language.base import Value


class Reason(Value):
    """A reason given by a person.

    Its text lies in the register under `text` (a digest), never here.
    """

    text: str


class FileRef(Value):
    """A stored file: by digest, never by content or name."""

    id: str
    sha256: str
    size: int
    media_type: str


class Point(Value):
    """One point of a supplement notice: which material, what is wrong, how to put it right."""

    material: str
    defect: Reason
