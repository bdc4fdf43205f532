"""What a look into a file comes to: whole ones, broken ones, and those made to hurt."""

import io
import sys
import zlib
from collections.abc import Iterator
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from activities.inspection.inspector import Inspector
from activities.inspection.seen import Flaw, Look, Seen
from activities.inspection.worker import look_at
from tests.support import scans


def locked(*, user: str, owner: str) -> bytes:
    """A PDF under passwords."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(scans.pdf())))
    writer.encrypt(user_password=user, owner_password=owner, algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def packed(pages: int) -> bytes:
    """A PDF with its objects in compressed streams, as scanners write them today."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(scans.pdf(pages))))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def looping() -> bytes:
    """A PDF whose pages are their own parents."""
    return scans.pdf(1).replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")


def swollen() -> bytes:
    """A PDF with a table of places that unpacks to a thousand times its size."""
    stream = zlib.compress(b"\0" * 300_000_000, 9)
    body = b"1 0 obj\n<< /Type /XRef /W [1 4 2] /Size 40000000 /Root 1 0 R /Filter /FlateDecode "
    body += b"/Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream\nendobj\n"
    return b"%PDF-1.7\n" + body + b"startxref\n9\n%%EOF\n"


@pytest.fixture
def inspector() -> Iterator[Inspector]:
    """A looking process of the test's own."""
    made = Inspector(patience=10)
    yield made
    made.close()


def looked(inspector: Inspector, content: bytes) -> Look:
    """The look into these bytes."""
    return inspector.look_now(io.BytesIO(content), len(content))


class TestWholeFiles:
    @pytest.mark.parametrize(
        ("content", "kind", "seen"),
        [
            (scans.pdf(3), "application/pdf", Seen(pages=3)),
            (packed(7), "application/pdf", Seen(pages=7)),
            (locked(user="", owner="x"), "application/pdf", Seen(pages=1)),
            (scans.ofd(2), "application/ofd", Seen(pages=2)),
            (scans.png(800, 600), "image/png", Seen(pages=1, width=800, height=600)),
            (scans.jpeg(), "image/jpeg", Seen(pages=1, width=1240, height=1754)),
            (
                scans.jpeg(4000, 3000, camera=b"HUAWEI\0"),
                "image/jpeg",
                Seen(pages=1, width=4000, height=3000, photo=True),
            ),
            (scans.tiff(2), "image/tiff", Seen(pages=2, width=1240, height=1754)),
        ],
    )
    def test_are_seen_as_they_are(self, content: bytes, kind: str, seen: Seen) -> None:
        assert look_at(content) == Look(media_type=kind, seen=seen)


class TestBrokenFiles:
    @pytest.mark.parametrize(
        ("content", "flaw"),
        [
            (b"", Flaw.EMPTY),
            (b"<html>", Flaw.NOT_TAKEN),
            (scans.archive(), Flaw.NOT_TAKEN),
            (scans.pdf(9)[:-400], Flaw.TRUNCATED),
            (b"%PDF-1.7\n" + b"x" * 100, Flaw.TRUNCATED),
            (b"%PDF-1.7\n" + b"x" * 100 + b"%%EOF", Flaw.UNREADABLE),
            (scans.pdf(0), Flaw.WITHOUT_PAGES),
            (locked(user="secret", owner="x"), Flaw.ENCRYPTED),
            (scans.ofd(2)[:-40], Flaw.TRUNCATED),
            (scans.ofd(0), Flaw.WITHOUT_PAGES),
            (scans.ofd(1, root="Doc_9/Document.xml"), Flaw.UNREADABLE),
            (scans.png()[:-20], Flaw.TRUNCATED),
            (scans.png()[:20], Flaw.UNREADABLE),
            (scans.png(0, 5), Flaw.UNREADABLE),
            (scans.jpeg()[:-2], Flaw.TRUNCATED),
            (scans.jpeg()[:12], Flaw.TRUNCATED),
            (b"\xff\xd8\xff\x01" + b"a" * 40, Flaw.UNREADABLE),
            (scans.tiff()[:6], Flaw.TRUNCATED),
            (scans.tiff()[:20], Flaw.TRUNCATED),
            (b"II*\0" + bytes(4), Flaw.TRUNCATED),
            (scans.png(60_000, 60_000), Flaw.TOO_MANY_PIXELS),
        ],
    )
    def test_are_told_for_what_they_are(self, content: bytes, flaw: Flaw) -> None:
        assert look_at(content).flaw is flaw

    @given(cut=st.integers(0, 700), put=st.binary(max_size=20), at=st.integers(0, 700))
    def test_damage_of_any_kind_is_looked_at_calmly(self, cut: int, put: bytes, at: int) -> None:
        for whole in (scans.pdf(2), scans.ofd(), scans.jpeg(), scans.tiff(2)):
            damaged = bytearray(whole[: max(cut, 8)])
            damaged[at : at + len(put)] = put
            assert isinstance(look_at(bytes(damaged)), Look)


class TestHostileFiles:
    @pytest.mark.parametrize("content", [looping(), swollen(), scans.ofd(1, bomb=50_000_000)])
    def test_neither_hang_nor_end_what_looks(self, inspector: Inspector, content: bytes) -> None:
        assert isinstance(looked(inspector, content), Look)
        assert looked(inspector, scans.pdf(2)).seen.pages == 2

    def test_what_takes_too_long_is_ended_and_the_next_one_is_looked_at(self) -> None:
        sleeping = (sys.executable, "-c", "import time; time.sleep(600)")
        slow = Inspector(patience=0.2, command=sleeping)
        assert looked(slow, scans.pdf()).flaw is Flaw.TOO_SLOW
        assert looked(slow, scans.pdf()).flaw is Flaw.TOO_SLOW
        slow.close()

    def test_a_machine_that_stood_still_is_no_fault_of_the_file(
        self, inspector: Inspector, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        look_once, late = inspector._look_once, [Look(flaw=Flaw.TOO_SLOW)]

        def look(file: IO[bytes], size: int) -> Look:
            if late:
                file.read(size)
                return late.pop()
            return look_once(file, size)

        monkeypatch.setattr(inspector, "_look_once", look)
        assert looked(inspector, scans.pdf(2)).seen.pages == 2

    def test_a_process_that_ended_is_replaced(self) -> None:
        gone = Inspector(command=(sys.executable, "-c", "pass"))
        assert looked(gone, scans.pdf()).flaw is Flaw.UNREADABLE
        gone.close()

    async def test_many_at_once_each_get_their_own_answer(self, inspector: Inspector) -> None:
        contents = [scans.pdf(n) for n in range(1, 9)]
        looks = [await inspector.look(io.BytesIO(each), len(each)) for each in contents]
        assert [look.seen.pages for look in looks] == list(range(1, 9))

    def test_a_file_shorter_than_said_is_no_answer(self, inspector: Inspector) -> None:
        assert inspector.look_now(io.BytesIO(b"%PDF"), 100).flaw is Flaw.UNREADABLE
        assert looked(inspector, scans.pdf()).seen.pages == 1
