"""Photos inside the child: bounds before decoding, turns, strips, and every mode of pixel on white."""

import io

import pytest
from PIL import Image

from matricule.vision import pictures
from matricule.vision.source import Refusal
from tests.vision import hostile
from tests.vision.inside import source

MOST = 50_000_000


@pytest.mark.parametrize(("size", "code"), [((0, 5), "broken"), ((5, 0), "broken"), ((101, 100), "too_many_pixels")])
def test_sizes_are_bounded_before_anything_is_decoded(size, code):
    with pytest.raises(Refusal) as refused:
        pictures._bounded(size, 10_000)
    assert refused.value.code == code
    pictures._bounded((100, 100), 10_000)


class Marked:
    """A picture whose EXIF block answers as told."""

    format = "JPEG"
    info: dict = {}

    def __init__(self, mark: object) -> None:
        self.mark = mark

    def getexif(self):
        if isinstance(self.mark, Exception):
            raise self.mark
        return {0x0112: self.mark}


@pytest.mark.parametrize(
    ("mark", "read"), [(1, 1), (6, 6), (8, 8), (0, 1), (9, 1), (-3, 1), ("6", 1), (6.0, 1), (None, 1)]
)
def test_only_a_turn_of_the_standard_is_a_turn(mark, read):
    assert pictures._turn_mark(Marked(mark)) == read


@pytest.mark.parametrize("error", [OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, AttributeError])
def test_a_wrong_block_of_data_leaves_the_photo_readable(error):
    assert pictures._turn_mark(Marked(error())) == 1


def test_the_mark_of_a_png_is_read_only_when_it_stands_in_front():
    class Late(Marked):
        format = "PNG"

    assert pictures._turn_mark(Late(6)) == 1
    Late.info = {"exif": b"x"}
    assert pictures._turn_mark(Late(6)) == 6


@pytest.mark.parametrize("turn", range(1, 9))
def test_the_size_shown_follows_the_mark(turn):
    picture = pictures.Picture(source(hostile.jpeg(40, 30, orientation=turn)), "jpeg", MOST)
    assert picture.size == (40, 30)
    assert picture.shown_size == ((30, 40) if turn >= 5 else (40, 30))


def test_a_jpeg_is_decoded_small_and_never_below_what_is_asked():
    picture = pictures.Picture(source(hostile.jpeg(800, 600)), "jpeg", MOST)
    picture.shrink_on_load((150, 100))
    assert picture.size in ((400, 300), (200, 150))
    other = pictures.Picture(source(hostile.png(80, 60)), "png", MOST)
    other.shrink_on_load((10, 10))
    assert other.size == (80, 60)


@pytest.mark.parametrize("height", [1, 7, 30, 100])
@pytest.mark.parametrize("kind", ["jpeg", "png", "heic"])
def test_strips_put_together_are_the_picture(kind, height):
    data = {"jpeg": hostile.jpeg, "png": hostile.png, "heic": hostile.heic}[kind](64, 30)
    strips = list(pictures.Picture(source(data), kind, MOST).strips(height))
    (whole,) = pictures.Picture(source(data), kind, MOST).strips(10_000)
    joined = Image.new("RGB", (64, 30))
    top = 0
    for strip in strips:
        joined.paste(strip, (0, top))
        top += strip.height
    assert top == 30 and joined.tobytes() == whole.tobytes()
    assert {strip.mode for strip in strips} == {"RGB"}


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("RGB", (10, 20, 30), (10, 20, 30)),
        ("L", 77, (77, 77, 77)),
        ("1", 255, (255, 255, 255)),
        ("RGBA", (0, 0, 0, 0), (255, 255, 255)),
        ("RGBA", (255, 0, 0, 255), (255, 0, 0)),
        ("LA", (0, 0), (255, 255, 255)),
        ("I;16", 257 * 100, (100, 100, 100)),
        ("I", 65535, (255, 255, 255)),
    ],
)
def test_every_kind_of_pixel_ends_as_colour_on_white(mode, colour, seen):
    strip = pictures._on_white(Image.new(mode, (4, 4), colour))
    assert strip.mode == "RGB"
    assert all(abs(one - other) <= 1 for one, other in zip(strip.getpixel((1, 1)), seen, strict=True))


def test_a_colour_that_stands_for_nothing_is_white():
    strip = Image.new("P", (4, 4), 3)
    strip.putpalette([0, 0, 0] * 256)
    strip.info["transparency"] = 3
    assert pictures._on_white(strip).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(("rotation", "size"), [(0, (30, 40)), (90, (40, 30)), (180, (30, 40)), (270, (40, 30))])
def test_a_turn_that_is_asked_comes_on_top_of_the_mark(rotation, size):
    data = pictures.render(source(hostile.jpeg(40, 30, orientation=6)), "jpeg", 1000, rotation, MOST)
    assert Image.open(io.BytesIO(data)).size == size


@pytest.mark.parametrize(
    ("size", "width", "longest", "expected"),
    [
        ((100, 50), 50, None, (50, 25)),
        ((100, 50), 500, None, (100, 50)),
        ((100, 50), None, 20, (20, 10)),
        ((50, 100), None, 20, (10, 20)),
        ((300, 2), 10, None, (10, 1)),
        ((1, 60), 160, None, (1, 60)),
    ],
)
def test_pictures_shrink_in_proportion_and_never_grow_or_vanish(size, width, longest, expected):
    picture = pictures.Picture(source(hostile.png(*size)), "png", MOST)
    drawn = Image.open(io.BytesIO(pictures._drawn(picture, width, longest, 0, 80)))
    assert drawn.size == expected


def test_a_verdict_counts_what_is_seen_and_the_pictures_inside():
    verdict = pictures.check(source(hostile.jpeg(40, 30, orientation=8)), "jpeg", MOST)
    assert (verdict.pages, verdict.has_exif_turn, dict(verdict.details)) == (((30, 40),), True, {"pixels": 1200})
    plain = pictures.check(source(hostile.heic(64, 64)), "heic", MOST)
    assert (plain.has_exif_turn, dict(plain.details)) == (False, {"pixels": 4096})
