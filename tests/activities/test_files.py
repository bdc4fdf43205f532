"""Contents under their digest: once, whole, and never half."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from activities.files import CHUNK, LocalFiles, TooLarge, media_type_of, once

CONTENT = b"%PDF-" + bytes(range(256)) * 5000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


async def _pieces(content: bytes, *, breaks: bool = False) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 1000):
        yield content[start : start + 1000]
    if breaks:
        msg = "the line broke"
        raise ConnectionError(msg)


def _kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class TestPut:
    async def test_keeps_the_content_under_its_digest(self, tmp_path: Path) -> None:
        files = LocalFiles(tmp_path)
        stored = await files.put(_pieces(CONTENT))
        assert (stored.sha256, stored.size) == (DIGEST, len(CONTENT))
        assert stored.media_type == "application/pdf"
        assert b"".join([piece async for piece in files.open(DIGEST)]) == CONTENT
        assert await files.exists(DIGEST)
        assert len(CONTENT) > CHUNK

    async def test_keeps_the_same_content_once_even_at_the_same_time(self, tmp_path: Path) -> None:
        files = LocalFiles(tmp_path)
        await asyncio.gather(*(files.put(_pieces(CONTENT)) for _ in range(5)))
        assert len(_kept(tmp_path)) == 1

    @pytest.mark.parametrize(("limit", "breaks"), [(1000, False), (10**9, True)])
    async def test_leaves_nothing_of_what_did_not_come_whole(
        self, tmp_path: Path, *, limit: int, breaks: bool
    ) -> None:
        with pytest.raises((TooLarge, ConnectionError)):
            await LocalFiles(tmp_path).put(_pieces(CONTENT, breaks=breaks), limit=limit)
        assert _kept(tmp_path) == []

    async def test_takes_what_is_just_at_the_limit(self, tmp_path: Path) -> None:
        assert (await LocalFiles(tmp_path).put(once(b"1234"), limit=4)).size == 4


class TestOpen:
    async def test_of_what_is_not_there_raises(self, tmp_path: Path) -> None:
        files = LocalFiles(tmp_path)
        with pytest.raises(FileNotFoundError):
            await anext(files.open(DIGEST))
        assert not await files.exists(DIGEST)

    @pytest.mark.parametrize("name", ["", "../../etc/passwd", "x" * 63, "/" * 64])
    async def test_of_what_is_no_digest_never_leaves_the_folder(
        self, tmp_path: Path, name: str
    ) -> None:
        with pytest.raises(ValueError, match="not a digest"):
            await anext(LocalFiles(tmp_path).open(name))


class TestMediaType:
    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            (b"%PDF-1.7", "application/pdf"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n", "image/png"),
            (b"II*\x00", "image/tiff"),
            (b"MM\x00*", "image/tiff"),
            (b"PK\x03\x04", "application/ofd"),
            (b"<svg", None),
            (b"", None),
        ],
    )
    def test_is_told_by_the_first_bytes(self, head: bytes, kind: str | None) -> None:
        assert media_type_of(head) == kind
