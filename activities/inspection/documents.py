"""Wholeness and pages of PDF and OFD files.

Both are trees of compressed pieces and may be made to hurt; so this runs in a process of its own,
with little memory and a clock (`activities.inspection.worker`).
"""

import io
import re
import zipfile
import zlib

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from activities.inspection.seen import Flaw, Look, Seen

MOST_PAGES = 2_000
_PDF, _OFD = "application/pdf", "application/ofd"
_TAIL = 4096
_MOST_XML = 4 * 1024 * 1024
_MOST_PARTS = 20_000
_PAGE = re.compile(rb"<(?:\w+:)?Page\s")
_DOCUMENT = re.compile(rb"<(?:\w+:)?DocRoot>\s*/?([^<]{1,200}?)\s*</")
# Whatever a broken or hostile file makes the libraries raise.
_BROKEN = (
    *(PyPdfError, zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, AttributeError),
    *(IndexError, NotImplementedError, EOFError, OSError, RecursionError, AssertionError),
)


def look_at_pdf(content: bytes) -> Look:
    """A PDF: it has its end, no password, and pages."""
    if b"%%EOF" not in content[-_TAIL:]:
        return Look(media_type=_PDF, flaw=Flaw.TRUNCATED)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        # An owner's password alone keeps nobody from reading.
        if reader.is_encrypted and not reader.decrypt(""):
            return Look(media_type=_PDF, flaw=Flaw.ENCRYPTED)
        pages = len(reader.pages)
        if pages:
            # The first page must be there, not only counted.
            reader.pages[0].get_object()
    except _BROKEN:
        return Look(media_type=_PDF, flaw=Flaw.UNREADABLE)
    return _paged(_PDF, pages)


def look_at_ofd(content: bytes) -> Look:
    """An OFD: a ZIP with OFD.xml at its root, whose document lists the pages."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as whole:
            names = {info.filename: info for info in whole.infolist()[:_MOST_PARTS]}
            if "OFD.xml" not in names:
                return Look(flaw=Flaw.NOT_TAKEN)
            if any(info.flag_bits & 1 for info in names.values()):
                return Look(media_type=_OFD, flaw=Flaw.ENCRYPTED)
            root = _DOCUMENT.search(_part(whole, names["OFD.xml"]))
            name = root.group(1).decode("utf-8", "replace") if root else ""
            if name not in names:
                return Look(media_type=_OFD, flaw=Flaw.UNREADABLE)
            pages = len(_PAGE.findall(_part(whole, names[name])))
    except zipfile.BadZipFile:
        return Look(media_type=_OFD, flaw=Flaw.TRUNCATED)
    except _BROKEN:
        return Look(media_type=_OFD, flaw=Flaw.UNREADABLE)
    return _paged(_OFD, pages)


def _part(whole: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """One part, but never more of it than a description of pages can be."""
    with whole.open(info) as part:
        return part.read(_MOST_XML)


def _paged(kind: str, pages: int) -> Look:
    if not pages:
        return Look(media_type=kind, flaw=Flaw.WITHOUT_PAGES)
    if pages > MOST_PAGES:
        return Look(media_type=kind, flaw=Flaw.TOO_MANY_PAGES)
    return Look(media_type=kind, seen=Seen(pages=pages))
