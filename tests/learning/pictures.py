"""Pictures as telephones make them: with a place, turned on their side, or pretending to be small."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def photo(width: int = 600, height: int = 300, *, orientation: int = 1, kind: str = "JPEG") -> bytes:
    """A picture, red on its left half, with a place and a maker in its metadata."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, "CANARI-APPAREIL"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (48.0, 6.0, 41.0)
    written = io.BytesIO()
    picture.save(written, kind, exif=exif)
    return written.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few bytes that says it unfolds into a gigabyte."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
