"""Photos that are unusual, and welcome."""

import struct
import zlib
from collections.abc import Callable

from PIL import Image

from tests.vision.hostile.registry import OK, family
from tests.vision.hostile.seeds import chunk, encoded, heic, heic_of, jpeg, picture, png, raw_png


def exif(*, turn: int | None = None, place: bool = False) -> Image.Exif:
    """An EXIF block as a telephone writes it."""
    block = Image.Exif()
    block[0x010F] = "Maker of the camera"
    if turn is not None:
        block[0x0112] = turn
    if place:
        block.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0), 29: "2026:11:26"})
    return block


def _exif_of(photo: bytes) -> bytes:
    at = photo.index(b"\xff\xe1")
    return photo[at : at + 2 + int.from_bytes(photo[at + 2 : at + 4], "big")]


@family("EXIF turn", OK)
def _turns() -> dict[str, Callable[[], bytes]]:
    def bad_exif() -> bytes:
        return jpeg()[:2] + b"\xff\xe1\x00\x14Exif\x00\x00II*\x00\xff\xff\xff\xff\xff\xff\xff\xff" + jpeg()[2:]

    found: dict[str, Callable[[], bytes]] = {
        f"exif_{turn}": (lambda turn=turn: jpeg(orientation=turn)) for turn in range(1, 9)
    }
    return found | {
        "exif_broken": bad_exif,
        "exif_of_99": lambda: jpeg(orientation=99),
        "exif_twice": lambda: jpeg(orientation=6)[:2] + _exif_of(jpeg(orientation=3)) + jpeg(orientation=6)[2:],
        "exif_of_png": lambda: png(exif=exif(turn=6)),
        "exif_that_points_at_itself": lambda: (
            jpeg()[:2]
            + b"\xff\xe1\x00\x22Exif\x00\x00II*\x00\x08\x00\x00\x00"
            + b"\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00\x08\x00\x00\x00\x08\x00\x00\x00"
            + jpeg()[2:]
        ),
    }


@family("EXIF place", OK)
def _places() -> dict[str, Callable[[], bytes]]:
    return {
        "gps_jpeg": lambda: jpeg(exif=exif(place=True)),
        "gps_jpeg_turned": lambda: jpeg(exif=exif(place=True, turn=8)),
        "gps_jpeg_progressive": lambda: jpeg(exif=exif(place=True), progressive=True),
        "gps_jpeg_cmyk": lambda: encoded(picture(mode="CMYK"), "JPEG", exif=exif(place=True)),
        "gps_png": lambda: png(exif=exif(place=True)),
        "gps_heic": lambda: heic_of(picture(), exif=exif(place=True).tobytes()),
        "gps_in_xmp": lambda: jpeg(
            xmp=b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>48,51.4N</exif:GPSLatitude>'
        ),
    }


@family("CMYK", OK)
def _cmyk() -> dict[str, Callable[[], bytes]]:
    def inverted(transform: int) -> bytes:
        data = encoded(picture(mode="CMYK"), "JPEG")
        mark = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])
        at = data.find(b"\xff\xee")
        return data[:2] + mark + (data[2:at] + data[at + 16 :] if at > 0 else data[2:])

    return {
        "jpeg_cmyk": lambda: encoded(picture(mode="CMYK"), "JPEG"),
        "jpeg_cmyk_adobe_inverted": lambda: inverted(0),
        "jpeg_ycck": lambda: inverted(2),
        "jpeg_cmyk_progressive": lambda: encoded(picture(mode="CMYK"), "JPEG", progressive=True),
        "jpeg_cmyk_turned": lambda: encoded(picture(mode="CMYK"), "JPEG", exif=exif(turn=5)),
    }


@family("16 bit", OK)
def _deep() -> dict[str, Callable[[], bytes]]:
    def deep(samples: int, colour: int) -> Callable[[], bytes]:
        rows = (b"\x00" + b"\x12\x34" * samples * 60) * 40
        return lambda: raw_png(60, 40, zlib.compress(rows), depth=16, colour=colour)

    return {
        "png_16_bit": lambda: encoded(Image.new("I;16", (300, 200), 40000), "PNG"),
        "png_16_bit_grey_by_hand": deep(1, 0),
        "png_16_bit_colour": deep(3, 2),
        "png_16_bit_grey_alpha": deep(2, 4),
        "png_16_bit_colour_alpha": deep(4, 6),
    }


@family("palette", OK)
def _palettes() -> dict[str, Callable[[], bytes]]:
    return {
        "png_palette": lambda: png(mode="P", transparency=0),
        "png_palette_of_many_holes": lambda: png(mode="P", transparency=bytes(range(256))),
        "png_palette_of_two": lambda: encoded(picture(mode="L").quantize(2), "PNG", bits=1),
        "png_index_past_the_palette": lambda: raw_png(
            60, 40, zlib.compress((b"\x00" + b"\xff" * 60) * 40), chunk(b"PLTE", bytes(6)), colour=3
        ),
        "png_grey_with_a_palette": lambda: raw_png(
            60, 40, zlib.compress((b"\x00" + b"\x20\x40\x60" * 60) * 40), chunk(b"PLTE", bytes(768)), colour=2
        ),
    }


@family("photo", OK)
def _photos() -> dict[str, Callable[[], bytes]]:
    return {
        "jpeg_grey": lambda: encoded(picture(mode="L"), "JPEG"),
        "jpeg_progressive": lambda: jpeg(progressive=True),
        "png_alpha": lambda: png(mode="RGBA"),
        "png_grey_alpha": lambda: png(mode="LA"),
        "png_one_bit": lambda: png(mode="1"),
        "png_interlaced": lambda: interlaced_png(),
        "png_thin": lambda: raw_png(1, 9000, zlib.compress(bytes(18000))),
        "heic": heic,
    }


def interlaced_png(width: int = 19, height: int = 13) -> bytes:
    """Adam7 by hand (Pillow does not write it): grey 8 bit, all white."""
    steps = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = b""
    for x, y, dx, dy in steps:
        wide, high = len(range(x, width, dx)), len(range(y, height, dy))
        rows += (b"\x00" + b"\xff" * wide) * high if wide else b""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
