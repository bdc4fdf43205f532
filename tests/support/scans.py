"""Files as scanners, cameras and mischief make them: built here, byte by byte."""

import io
import struct
import zipfile
import zlib


def pdf(pages: int = 1, *, text: bytes = b"", trailer: bytes = b"") -> bytes:
    """A whole PDF of empty A4 pages. `text` makes it another one; it stands in a comment."""
    kids = " ".join(f"{n + 3} 0 R" for n in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        *["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages,
    ]
    made = bytearray(b"%PDF-1.7\n%" + text + b"\n")
    places = []
    for number, said in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{said}\nendobj\n".encode()
    start = len(made)
    made += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    made += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    made += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R ".encode() + trailer
    return bytes(made) + f">>\nstartxref\n{start}\n%%EOF\n".encode()


def png(width: int = 1240, height: int = 1754) -> bytes:
    """A PNG of that size, white, one bit a dot."""
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(row * min(height, 4000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    )


def jpeg(width: int = 1240, height: int = 1754, *, camera: bytes = b"") -> bytes:
    """A JPEG's frame around nothing; `camera` is the maker that a camera writes in."""
    exif = b""
    if camera:
        entry = struct.pack("<HHHHII", 1, 0x010F, 2, 0, len(camera), 26)
        tiff = b"II*\0" + struct.pack("<I", 8) + entry + bytes(4) + camera
        exif = _segment(0xE1, b"Exif\0\0" + tiff)
    size = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    scan = _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x55" * 200
    return b"\xff\xd8" + exif + _segment(0xC0, size) + scan + b"\xff\xd9"


def tiff(pages: int = 1, width: int = 1240, height: int = 1754) -> bytes:
    """A TIFF of so many directories."""
    made = bytearray(b"II*\0" + struct.pack("<I", 8))
    for n in range(pages):
        following = 0 if n == pages - 1 else len(made) + 2 + 24 + 4
        made += struct.pack("<H", 2)
        made += struct.pack("<HHII", 256, 4, 1, width) + struct.pack("<HHIHH", 257, 3, 1, height, 0)
        made += struct.pack("<I", following)
    return bytes(made)


def ofd(pages: int = 1, *, root: str = "Doc_0/Document.xml", bomb: int = 0) -> bytes:
    """An OFD with its two descriptions; `bomb` blows its document up by so many bytes."""
    made = io.BytesIO()
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(pages))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("OFD.xml", f"<ofd:OFD><ofd:DocRoot>{root}</ofd:DocRoot></ofd:OFD>")
        whole.writestr("Doc_0/Document.xml", f"<ofd:Document>{listed}{' ' * bomb}</ofd:Document>")
    return made.getvalue()


def archive() -> bytes:
    """A ZIP that is no document."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as whole:
        whole.writestr("readme.txt", "no")
    return made.getvalue()


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
