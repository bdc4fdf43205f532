"""The process that opens what strangers send: little memory, nothing to steal, easily replaced.

It reads a length (eight bytes) and a content from its input and answers one line of JSON, again and
again, until its input ends.
"""

import resource
import sys
from contextlib import suppress
from typing import BinaryIO

from activities.files import media_type_of
from activities.inspection.documents import look_at_ofd, look_at_pdf
from activities.inspection.images import look_at_jpeg, look_at_png, look_at_tiff
from activities.inspection.seen import LENGTH, Flaw, Look

MEMORY = 1024 * 1024 * 1024
_LOOKS = {
    "application/pdf": look_at_pdf,
    "application/ofd": look_at_ofd,
    "image/jpeg": look_at_jpeg,
    "image/png": look_at_png,
    "image/tiff": look_at_tiff,
}


def look_at(content: bytes) -> Look:
    """What the content is, by itself; its name is not known here."""
    if not content:
        return Look(flaw=Flaw.EMPTY)
    kind = media_type_of(content[:LENGTH])
    if kind is None:
        return Look(flaw=Flaw.NOT_TAKEN)
    try:
        return _LOOKS[kind](content)
    except MemoryError:
        return Look(media_type=kind, flaw=Flaw.UNREADABLE)


def serve(given: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the input ends."""
    while len(head := given.read(LENGTH)) == LENGTH:
        content = given.read(int.from_bytes(head, "big"))
        answers.write(look_at(content).model_dump_json().encode() + b"\n")
        answers.flush()


def _bound() -> None:
    """No more memory than a look needs; no files written."""
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0)):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


if __name__ == "__main__":
    _bound()
    serve(sys.stdin.buffer, sys.stdout.buffer)
