"""A PNG is proved whole as a stream: each way of being cut, wrong or too long has its refusal."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matricule.vision import png
from matricule.vision.source import Refusal
from tests.vision.hostile import chunk, interlaced_png

START = b"\x89PNG\r\n\x1a\n"
END = chunk(b"IEND", b"")


def header(width: int, height: int, depth: int = 8, colour: int = 0, interlaced: int = 0) -> bytes:
    return struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)


def made(*chunks: bytes) -> bytes:
    return START + b"".join(chunks)


def grey(width: int = 10, height: int = 4, rows: bytes | None = None, *parts: bytes) -> bytes:
    """A grey PNG of these rows, the deflated data cut in `parts` when given."""
    packed = zlib.compress(rows if rows is not None else bytes(height * (width + 1)))
    body = [chunk(b"IDAT", part) for part in parts or (packed,)]
    return made(chunk(b"IHDR", header(width, height)), *body, END)


def refused(data: bytes, pixels: int = 1_000_000) -> Refusal:
    with pytest.raises(Refusal) as caught:
        png.prove(data, pixels)
    return caught.value


def test_a_whole_picture_is_proved():
    png.prove(grey(), 1_000)


def test_its_data_may_come_in_many_pieces():
    packed = zlib.compress(bytes(4 * 11))
    png.prove(grey(10, 4, None, *(packed[at : at + 1] for at in range(len(packed)))), 1_000)


@pytest.mark.parametrize("missing", [1, 11, 44])
def test_too_few_rows_are_a_broken_picture(missing):
    assert refused(grey(10, 4, bytes(44 - missing))).code == "broken"


def test_one_byte_more_than_the_pixels_is_a_bomb():
    assert refused(grey(10, 4, bytes(45))).code == "bomb"


def test_what_unfolds_without_end_is_left_after_the_first_pieces():
    huge = zlib.compress(bytes(40_000_000), 9)
    found = refused(grey(10, 4, None, huge))
    assert (found.code, found.details) == ("bomb", {"ended": "more data than pixels"})


@pytest.mark.parametrize(
    "data",
    [
        START,
        made(END),
        made(chunk(b"IHDR", header(10, 4)), END),
        made(chunk(b"IHDR", header(10, 4)), chunk(b"IDAT", zlib.compress(bytes(44)))),
        made(chunk(b"IDAT", zlib.compress(bytes(44))), chunk(b"IHDR", header(10, 4)), END),
        made(chunk(b"IHDR", header(10, 4)[:-1]), END),
        made(chunk(b"IHDR", header(10, 4) + b"\x00"), END),
        grey()[:-1],
        grey()[: len(grey()) // 2],
    ],
    ids=["mark alone", "no header", "no data", "no end", "data first", "short header", "long header", "cut", "half"],
)
def test_what_is_not_whole_is_broken(data):
    assert refused(data).code == "broken"


@pytest.mark.parametrize(
    "wrong", [{"width": 0}, {"height": 0}, {"colour": 1}, {"colour": 5}, {"colour": 7}, {"depth": 3}, {"depth": 0}]
)
def test_a_header_that_no_picture_has_is_broken(wrong):
    values = {"width": 10, "height": 4} | wrong
    assert refused(made(chunk(b"IHDR", header(**values)), END)).code == "broken"


def test_pixels_are_counted_before_anything_unfolds():
    data = made(chunk(b"IHDR", header(1000, 1001)), chunk(b"IDAT", b"not even deflated"), END)
    found = refused(data, 1_000_000)
    assert (found.code, found.details["count"], found.details["limit"]) == ("too_many_pixels", 1_001_000, 1_000_000)


def test_the_limit_itself_passes():
    png.prove(grey(10, 4), 40)
    assert refused(grey(10, 4), 39).code == "too_many_pixels"


def test_the_largest_numbers_that_a_header_holds_do_no_harm():
    assert refused(made(chunk(b"IHDR", header(2**32 - 1, 2**32 - 1, 16, 6)), END)).code == "too_many_pixels"


@pytest.mark.parametrize("place", ["IHDR", "IDAT", "IEND"])
def test_a_wrong_checksum_of_a_needed_chunk_is_broken(place):
    data = bytearray(grey())
    at = data.index(place.encode())
    length = int.from_bytes(data[at - 4 : at], "big")
    data[at + 4 + length] ^= 0xFF
    assert refused(bytes(data)).code == "broken"


def test_a_wrong_checksum_of_a_comment_harms_nobody():
    comment = bytearray(chunk(b"tEXt", b"Comment\x00scan"))
    comment[-1] ^= 0xFF
    whole = grey()
    png.prove(whole[:33] + bytes(comment) + whole[33:], 1_000)


def test_a_chunk_that_says_to_be_longer_than_the_file_is_broken():
    data = made(chunk(b"IHDR", header(10, 4)), b"\x7f\xff\xff\xffIDAT" + b"abcd" * 3)
    assert refused(data).code == "broken"


@pytest.mark.parametrize(("frames", "refusal"), [(0, None), (1, None), (2, "not_accepted_type")])
def test_an_animation_is_a_kind_of_its_own(frames, refusal):
    whole = grey()
    data = whole[:33] + chunk(b"acTL", struct.pack(">II", frames, 0)) + whole[33:]
    if refusal is None:
        png.prove(data, 1_000)
    else:
        found = refused(data)
        assert (found.code, found.details) == (refusal, {"seen": "animation"})


def test_what_follows_the_end_is_not_read():
    png.prove(grey() + b"\x00" * 400, 1_000)
    png.prove(grey() + chunk(b"IDAT", zlib.compress(bytes(10_000))), 1_000)


@pytest.mark.parametrize(
    ("colour", "depth", "expected"),
    [(0, 1, 4 * 3), (0, 8, 4 * 11), (0, 16, 4 * 21), (2, 8, 4 * 31), (3, 4, 4 * 6), (4, 8, 4 * 21), (6, 16, 4 * 81)],
)
def test_rows_have_a_filter_byte_and_whole_bytes(colour, depth, expected):
    """PNG 7.2 and 7.3: ten pixels of each kind, four rows."""
    assert png._announced(header(10, 4, depth, colour), 100) == expected


def test_an_interlaced_picture_is_proved_by_its_seven_passes():
    png.prove(interlaced_png(), 10_000)
    for width in range(1, 10):
        png.prove(interlaced_png(width, 3), 10_000)


def test_a_pixel_alone_has_one_pass():
    """Passes without a pixel have no rows at all (PNG 8.2): not even filter bytes."""
    assert png._announced(header(1, 1, 8, 0, 1), 10) == 2
    assert png._announced(header(2, 1, 8, 0, 1), 10) == 4


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([(0, 1), (0, 8), (2, 8), (3, 2), (4, 16), (6, 8)]))
def test_interlacing_never_loses_a_pixel(width, height, kind):
    """Seven passes hold at least the bits of the plain picture, and at most a filter byte and a rest byte a row."""
    colour, depth = kind
    plain = png._announced(header(width, height, depth, colour), 10_000)
    passes = png._announced(header(width, height, depth, colour, 1), 10_000)
    assert plain - height <= passes <= plain + 2 * (2 * height + 7)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=120))
def test_any_bytes_are_refused_in_order(rest):
    try:
        png.prove(START + rest, 1_000)
    except (Refusal, zlib.error):
        return
    raise AssertionError("chance does not make a PNG")
