"""A picture that somebody hands in, drawn anew: what comes out holds its pixels and nothing else.

No Django. Where it was taken, when, by whom and with what stays behind: the pixels are decoded, turned the
right way up, made small enough and encoded again; nothing of the received file is kept.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageOps

BYTES_MAX = 10 * 1024 * 1024  # what a telephone takes; more is a film or a mistake
PIXELS_MAX = 50_000_000  # before decoding: a small file may unfold into gigabytes
SIDE_MAX = 1600  # pixels, enough to read a screenshot
FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE = "image/webp"
QUALITY = 84

Fault = Literal["too_heavy", "too_large", "not_a_picture"]


@dataclass(frozen=True, slots=True)
class Picture:
    """WebP without metadata; sides in pixels."""

    content: bytes
    width: int
    height: int


class BadPicture(ValueError):
    """What was received is no picture that can be kept; `fault` chooses the sentence."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def redraw(received: bytes) -> Picture:
    """The picture upright, without metadata, its longer side at most SIDE_MAX; raises BadPicture."""
    if len(received) > BYTES_MAX:
        raise BadPicture("too_heavy")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a damaged file; what cannot be read is refused below
        try:
            return _redrawn(received)
        except Image.DecompressionBombError:
            raise BadPicture("too_large") from None
        except BadPicture:
            raise
        except Exception:  # decoders fed with noise raise what they like, struct.error say
            raise BadPicture("not_a_picture") from None


def _redrawn(received: bytes) -> Picture:
    with Image.open(io.BytesIO(received), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS_MAX:
            raise BadPicture("too_large")
        opened.draft("RGB", (2 * SIDE_MAX, 2 * SIDE_MAX))  # a JPEG is decoded no larger than needed
        opened.thumbnail((SIDE_MAX, SIDE_MAX), Image.Resampling.LANCZOS)
        upright = ImageOps.exif_transpose(opened)
    plain = _on_white(upright)
    written = io.BytesIO()
    plain.save(written, "WEBP", quality=QUALITY, method=4)
    return Picture(written.getvalue(), plain.width, plain.height)


def _on_white(picture: Image.Image) -> Image.Image:
    """Pixels alone, copied onto a new sheet: neither palette nor transparency nor `info` comes along."""
    sheet = Image.new("RGB", picture.size, "white")
    layered = picture.convert("RGBA")
    sheet.paste(layered, mask=layered.getchannel("A"))
    return sheet
