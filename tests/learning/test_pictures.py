"""What becomes of a picture: its pixels, upright and small, and nothing else; or a reason why not."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from coaching.learning.pictures import BYTES_MAX, SIDE_MAX, BadPicture, redraw
from tests.learning.pictures import bomb, photo


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_out_without_place_maker_or_date(kind: str) -> None:
    received = photo(kind=kind)
    assert b"CANARI-APPAREIL" in received

    drawn = redraw(received)

    assert b"CANARI" not in drawn.content
    assert dict(opened(drawn.content).getexif()) == {}
    assert opened(drawn.content).info.keys() <= {"loop", "background", "timestamp", "duration"}


def test_a_picture_taken_on_its_side_stands_up() -> None:
    drawn = redraw(photo(600, 300, orientation=6))

    assert (drawn.width, drawn.height) == (300, 600)
    red, _green, blue = opened(drawn.content).convert("RGB").getpixel((150, 30))
    assert red > 200 > 60 > blue


def test_a_large_picture_becomes_small_and_a_small_one_stays() -> None:
    large, small = redraw(photo(4000, 1000)), redraw(photo(80, 40))

    assert (large.width, large.height) == (SIDE_MAX, SIDE_MAX // 4)
    assert (small.width, small.height) == (80, 40)


def test_what_is_transparent_becomes_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(written, "PNG")

    drawn = redraw(written.getvalue())

    assert min(opened(drawn.content).convert("RGB").getpixel((10, 10))) > 250


@pytest.mark.parametrize(
    ("received", "fault"),
    [
        (b"", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (b"GIF89a" + b"\0" * 40, "not_a_picture"),
        (photo()[:900], "not_a_picture"),
        (bomb(), "too_large"),
        (bomb(8000), "too_large"),
        (b"\0" * (BYTES_MAX + 1), "too_heavy"),
    ],
    ids=["empty", "drawing", "gif", "cut", "bomb", "small bomb", "heavy"],
)
def test_what_cannot_be_kept_is_refused_with_its_reason(received: bytes, fault: str) -> None:
    with pytest.raises(BadPicture) as refused:
        redraw(received)

    assert refused.value.fault == fault


@given(st.binary(max_size=400), st.sampled_from([b"", photo(40, 20)[:80], photo(40, 20, kind="PNG")[:60]]))
@settings(max_examples=80, deadline=None)
def test_noise_never_breaks_it(noise: bytes, head: bytes) -> None:
    with suppress(BadPicture):
        assert redraw(head + noise).width > 0
