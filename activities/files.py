"""Where file contents lie: a protocol, and a local folder that keeps each content under its digest.

Names and owners stand in the register; here a content is only its SHA-256. An S3-compatible store
needs the same three methods (put under a temporary key, copy to the digest, delete).
"""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

CHUNK = 256 * 1024
SNIFFED = 16
LONGEST_NAME = 200
LARGEST = 20 * 1024 * 1024

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    # Any ZIP; whether it is an OFD shows when it is looked into.
    (b"PK\x03\x04", "application/ofd"),
)
MEDIA_TYPES = tuple(dict.fromkeys(media_type for _, media_type in _SIGNATURES))


@dataclass(frozen=True, slots=True)
class Stored:
    """A content that is on disk, by its digest."""

    sha256: str
    size: int
    media_type: str | None


class TooLarge(Exception):
    """The content is larger than `limit` bytes; nothing of it was kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"larger than {limit} bytes")
        self.limit = limit


class Files(Protocol):
    """A content-addressed store. Putting the same content twice keeps it once."""

    async def put(self, content: AsyncIterator[bytes], *, limit: int = LARGEST) -> Stored:
        """Keep the content. It is durable when this returns. Raises `TooLarge`."""
        ...

    def open(self, sha256: str) -> AsyncIterator[bytes]:
        """The content in pieces. Raises `FileNotFoundError` at the first."""
        ...

    async def exists(self, sha256: str) -> bool:
        """Whether the content is kept."""
        ...


class LocalFiles:
    """A folder; two letters of the digest a sub-folder. Written aside, synced, then moved."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._aside = folder / "incoming"

    async def put(self, content: AsyncIterator[bytes], *, limit: int = LARGEST) -> Stored:
        """See `Files.put`."""
        file = await asyncio.to_thread(self._begin)
        try:
            stored = await _copied(content, file, limit)
            await asyncio.to_thread(self._keep, file, stored.sha256)
        except BaseException:
            _discard(file)
            raise
        return stored

    async def open(self, sha256: str) -> AsyncIterator[bytes]:
        """See `Files.open`."""
        file = await asyncio.to_thread(self._path(sha256).open, "rb")
        try:
            while piece := await asyncio.to_thread(file.read, CHUNK):
                yield piece
        finally:
            file.close()

    async def exists(self, sha256: str) -> bool:
        """See `Files.exists`."""
        return await asyncio.to_thread(self._path(sha256).is_file)

    def _path(self, sha256: str) -> Path:
        if len(sha256) != hashlib.sha256().digest_size * 2 or not sha256.isalnum():
            msg = "not a digest"
            raise ValueError(msg)
        return self._folder / sha256[:2] / sha256

    def _begin(self) -> IO[bytes]:
        self._aside.mkdir(parents=True, exist_ok=True)
        return tempfile.NamedTemporaryFile(dir=self._aside, delete=False)

    def _keep(self, file: IO[bytes], sha256: str) -> None:
        file.flush()
        os.fsync(file.fileno())
        file.close()
        target = self._path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(file.name).replace(target)
        # The move itself is durable only once the folder is.
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


async def once(content: bytes) -> AsyncIterator[bytes]:
    """A content that is in memory already, as `put` takes it."""
    yield content


def media_type_of(head: bytes) -> str | None:
    """What the first bytes say the content is; None for what is not taken in. Names say nothing."""
    return next((kind for sign, kind in _SIGNATURES if head.startswith(sign)), None)


async def _copied(content: AsyncIterator[bytes], file: IO[bytes], limit: int) -> Stored:
    digest, size, head = hashlib.sha256(), 0, b""
    async for piece in content:
        size += len(piece)
        if size > limit:
            raise TooLarge(limit)
        head = (head + piece[:SNIFFED])[:SNIFFED] if len(head) < SNIFFED else head
        digest.update(piece)
        await asyncio.to_thread(file.write, piece)
    return Stored(sha256=digest.hexdigest(), size=size, media_type=media_type_of(head))


def _discard(file: IO[bytes]) -> None:
    with suppress(OSError):
        file.close()
    Path(file.name).unlink(missing_ok=True)
