"""Size and wholeness of images, from their own headers: nothing is decoded.

An image is thousands of times larger unpacked than packed; so it is never unpacked here.
"""

import struct

from activities.inspection.seen import Flaw, Look, Seen

MOST_PIXELS = 200_000_000
_JPEG_SIZES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC)})
_JPEG_SIZES |= frozenset(range(0xCD, 0xD0))
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_START_OF_SCAN, _EXIF = 0xDA, 0xE1
# The names of the camera's maker and of the camera, as TIFF tags; scanners write neither.
_MAKER, _MODEL = b"\x0f\x01", b"\x10\x01"
_WIDTH, _HEIGHT = 256, 257
_MOST_ENTRIES, _MOST_IMAGES = 200, 500
_SHORT = 3


def look_at_png(content: bytes) -> Look:
    """A PNG: IHDR comes first, IEND last."""
    kind = "image/png"
    if len(content) < 33 or content[12:16] != b"IHDR":  # noqa: PLR2004 - signature and first chunk
        return Look(media_type=kind, flaw=Flaw.UNREADABLE)
    if b"IEND" not in content[-64:]:
        return Look(media_type=kind, flaw=Flaw.TRUNCATED)
    width, height = struct.unpack(">II", content[16:24])
    return _sized(kind, width, height, photo=False)


def look_at_jpeg(content: bytes) -> Look:
    """A JPEG: segments up to the size; the end marker near the end."""
    kind = "image/jpeg"
    at, photo = 2, False
    while at + 4 <= len(content):
        if content[at] != 0xFF:  # noqa: PLR2004 - every segment begins with it
            return Look(media_type=kind, flaw=Flaw.UNREADABLE)
        marker = content[at + 1]
        if marker == 0xFF or marker in _JPEG_ALONE:  # noqa: PLR2004 - fill bytes
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        body = content[at + 4 : at + 2 + length]
        if marker == _EXIF:
            photo = photo or _by_camera(body)
        if marker in _JPEG_SIZES and len(body) >= 5:  # noqa: PLR2004
            if b"\xff\xd9" not in content[-4096:]:
                return Look(media_type=kind, flaw=Flaw.TRUNCATED)
            height, width = struct.unpack(">HH", body[1:5])
            return _sized(kind, width, height, photo=photo)
        if marker == _START_OF_SCAN or length < 2:  # noqa: PLR2004 - a length counts itself
            return Look(media_type=kind, flaw=Flaw.UNREADABLE)
        at += 2 + length
    return Look(media_type=kind, flaw=Flaw.TRUNCATED)


def look_at_tiff(content: bytes) -> Look:
    """A TIFF: one directory an image, each with a pointer to the next."""
    kind = "image/tiff"
    order = "<" if content[:2] == b"II" else ">"
    pages, first = 0, (0, 0)
    at = _number(order + "I", content, 4)
    while at and pages < _MOST_IMAGES:
        count = _number(order + "H", content, at)
        if count is None or not 0 < count <= _MOST_ENTRIES:
            return Look(media_type=kind, flaw=Flaw.TRUNCATED if count is None else Flaw.UNREADABLE)
        size = _tiff_size(order, content, at + 2, count)
        first = first if pages else size
        pages += 1
        at = _number(order + "I", content, at + 2 + count * 12)
    if not pages or at is None:
        return Look(media_type=kind, flaw=Flaw.TRUNCATED)
    found = _sized(kind, *first, photo=False)
    return found.model_copy(update={"seen": found.seen.model_copy(update={"pages": pages})})


def _tiff_size(order: str, content: bytes, at: int, count: int) -> tuple[int, int]:
    found = {_WIDTH: 0, _HEIGHT: 0}
    for n in range(count):
        tag = _number(order + "H", content, at + n * 12)
        if tag not in found:
            continue
        short = _number(order + "H", content, at + n * 12 + 2) == _SHORT
        found[tag] = _number(order + ("H" if short else "I"), content, at + n * 12 + 8) or 0
    return found[_WIDTH], found[_HEIGHT]


def _by_camera(exif: bytes) -> bool:
    head = exif[6:] if exif.startswith(b"Exif\0\0") else b""
    if head.startswith(b"MM"):
        return _MAKER[::-1] in head[:512] or _MODEL[::-1] in head[:512]
    return head.startswith(b"II") and (_MAKER in head[:512] or _MODEL in head[:512])


def _sized(kind: str, width: int, height: int, *, photo: bool) -> Look:
    if not width or not height:
        return Look(media_type=kind, flaw=Flaw.UNREADABLE)
    if width * height > MOST_PIXELS:
        return Look(media_type=kind, flaw=Flaw.TOO_MANY_PIXELS)
    return Look(media_type=kind, seen=Seen(pages=1, width=width, height=height, photo=photo))


def _number(form: str, content: bytes, at: int) -> int | None:
    """The number there; None where the file ends before."""
    size = struct.calcsize(form)
    piece = content[at : at + size]
    return int(struct.unpack(form, piece)[0]) if len(piece) == size else None
