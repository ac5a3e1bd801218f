"""Pictures that other programs' decoders fell over: HEIC of many parts, JPEG 2000, JBIG2 and fax streams in PDFs."""

import struct
from collections.abc import Callable

from pikepdf import Array, Dictionary, Name, Stream

from tests.vision.hostile.registry import OK, family
from tests.vision.hostile.seeds import encoded, heic, heic_of, jpeg, pages, picture, saved, zeros


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def _find(data: bytes, name: bytes) -> bytes:
    """The body of the first box of this name, wherever it lies."""
    at = data.index(name)
    (length,) = struct.unpack_from(">I", data, at - 4)
    return data[at + 4 : at - 4 + length]


def heic_grid(columns: int, rows: int, width: int, height: int, *, of_itself: bool = False) -> bytes:
    """A HEIC whose picture is a grid of tiles of 64 x 64, all of them the same bytes (ISO/IEC 23008-12, 6.6.2.3).

    ``of_itself`` makes the grid one of its own tiles.
    """
    tile = heic(64, 64)
    codec, picture_bytes = _find(tile, b"hvcC"), _find(tile, b"mdat")
    count = min(columns * rows, 65_000)
    grid = struct.pack(">BBBBII", 0, 1, (rows - 1) & 255, (columns - 1) & 255, width, height)
    items = [_box(b"infe", struct.pack(">IHH4sB", 2 << 24, 1, 0, b"grid", 0))]
    items += [_box(b"infe", struct.pack(">IHH4sB", 2 << 24, number, 0, b"hvc1", 0)) for number in range(2, count + 2)]
    tiles = [1] * count if of_itself else list(range(2, count + 2))
    links = _box(b"dimg", struct.pack(">HH", 1, count), struct.pack(f">{count}H", *tiles))
    size = [struct.pack(">III", 0, wide, high) for wide, high in ((64, 64), (width, height))]
    properties = _box(b"ipco", _box(b"hvcC", codec), _box(b"ispe", size[0]), _box(b"ispe", size[1]))
    uses = struct.pack(">HBB", 1, 1, 3) + b"".join(
        struct.pack(">HBBB", number, 2, 0x81, 2) for number in range(2, count + 2)
    )
    kinds = _box(b"ftyp", b"heic", bytes(4), b"mif1heic")

    def meta(start: int) -> bytes:
        places = struct.pack(">HHHII", 1, 0, 1, start, len(grid))
        places += b"".join(
            struct.pack(">HHHII", number, 0, 1, start + len(grid), len(picture_bytes))
            for number in range(2, count + 2)
        )
        return _box(
            b"meta",
            bytes(4),
            _box(b"hdlr", bytes(8), b"pict", bytes(13)),
            _box(b"pitm", struct.pack(">IH", 0, 1)),
            _box(b"iloc", struct.pack(">IBBH", 0, 0x44, 0, count + 1), places),
            _box(b"iinf", struct.pack(">IH", 0, count + 1), *items),
            _box(b"iref", bytes(4), links),
            _box(b"iprp", properties, _box(b"ipma", struct.pack(">II", 0, count + 1), uses)),
        )

    start = len(kinds) + len(meta(0)) + 8
    return kinds + meta(start) + _box(b"mdat", grid, picture_bytes)


@family("HEIC of many parts", OK, "broken", "bomb", "too_many_pixels")
def _heics() -> dict[str, Callable[[], bytes]]:
    small = picture(64, 64)
    return {
        "heic_three_images": lambda: heic_of(picture(), more=(small, picture(200, 100))),
        "heic_forty_images": lambda: heic_of(small, more=(small,) * 39),
        "heic_primary_is_not_first": lambda: heic_of(small, more=(picture(),), primary_index=1),
        "heic_grid_of_four": lambda: heic_grid(2, 2, 128, 128),
        "heic_grid_of_ten_thousand": lambda: heic_grid(100, 100, 6400, 6400),
        "heic_grid_of_65025": lambda: heic_grid(255, 255, 16320, 16320),
        "heic_grid_says_more": lambda: heic_grid(2, 2, 7000, 7000),
        "heic_grid_of_itself": lambda: heic_grid(2, 2, 128, 128, of_itself=True),
        "heic_with_alpha": lambda: heic_of(picture(mode="RGBA")),
        "heic_grey": lambda: heic_of(picture(mode="L")),
        "heic_one_pixel": lambda: heic_of(picture(2, 2)),
    }


@family("cut photo", "broken", "bomb")
def _cut_heics() -> dict[str, Callable[[], bytes]]:
    def without(name: bytes) -> bytes:
        return heic().replace(name, b"free", 1)

    return {
        "heic_grid_cut": lambda: heic_grid(10, 10, 640, 640)[:-60],
        "heic_without_its_codec": lambda: without(b"hvcC"),
        "heic_without_its_places": lambda: without(b"iloc"),
        "heic_without_its_sizes": lambda: without(b"ispe"),
        "heic_without_its_pixels": lambda: heic()[: heic().index(b"mdat") + 4] + bytes(200),
    }


def _image(data: bytes, kind: str, width: int = 400, height: int = 300, bits: int = 8, **more: object) -> bytes:
    pdf = pages(1, b"q 500 0 0 400 20 20 cm /I Do Q")
    stream = Stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, **more)
    stream.BitsPerComponent, stream.Filter = bits, Name(f"/{kind}")
    if "ColorSpace" not in more:
        stream.ColorSpace = Name.DeviceGray if bits == 1 else Name.DeviceRGB
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=stream))
    return saved(pdf)


@family("JPEG 2000 in a PDF", OK, "broken", "bomb", "too_many_pixels")
def _jpx() -> dict[str, Callable[[], bytes]]:
    def says(width: int, height: int) -> bytes:
        data = bytearray(encoded(picture(), "JPEG2000"))
        header = data.index(b"ihdr")
        data[header + 4 : header + 12] = struct.pack(">II", height, width)
        size = data.index(b"\xff\x51")
        data[size + 6 : size + 14] = struct.pack(">II", width, height)
        return bytes(data)

    return {
        "jpx_whole": lambda: _image(encoded(picture(), "JPEG2000"), "JPXDecode"),
        "jpx_cut": lambda: _image(encoded(picture(), "JPEG2000")[:400], "JPXDecode"),
        "jpx_noise": lambda: _image(b"\xff\x4f\xff\x51" + bytes(range(256)) * 8, "JPXDecode"),
        "jpx_says_30000_square": lambda: _image(says(30_000, 30_000), "JPXDecode"),
        "jpx_says_a_milliard_square": lambda: _image(says(2**30, 2**30), "JPXDecode"),
        "jpx_size_differs": lambda: _image(encoded(picture(40, 30), "JPEG2000"), "JPXDecode", 4000, 3000),
    }


def _segment(number: int, kind: int, body: bytes, page: int = 1) -> bytes:
    return struct.pack(">IBBBI", number, kind, 0, page, len(body)) + body


@family("JBIG2 in a PDF", OK, "broken", "bomb", "too_many_pixels")
def _jbig2() -> dict[str, Callable[[], bytes]]:
    def page(width: int, height: int) -> bytes:
        return _segment(0, 48, struct.pack(">IIIIBH", width, height, 0, 0, 0, 0))

    def region(width: int, height: int, data: bytes) -> bytes:
        return _segment(
            1, 38, struct.pack(">IIIIB", width, height, 0, 0, 0) + b"\x00\x03\xff\xfd\xff\x02\xfe\xfe\xfe" + data
        )

    noise = bytes(range(256)) * 4
    return {
        "jbig2_noise": lambda: _image(noise, "JBIG2Decode", bits=1),
        "jbig2_region": lambda: _image(page(400, 300) + region(400, 300, noise), "JBIG2Decode", bits=1),
        "jbig2_says_65000_square": lambda: _image(
            page(65_000, 65_000) + region(65_000, 65_000, noise), "JBIG2Decode", bits=1
        ),
        "jbig2_says_a_milliard": lambda: _image(page(2**31, 2**31), "JBIG2Decode", bits=1),
        "jbig2_many_regions": lambda: _image(
            page(4000, 4000) + region(4000, 4000, noise) * 200, "JBIG2Decode", 4000, 4000, 1
        ),
        "jbig2_empty": lambda: _image(b"", "JBIG2Decode", bits=1),
    }


@family("other filters in a PDF", OK, "broken", "bomb", "too_many_pixels")
def _filters() -> dict[str, Callable[[], bytes]]:
    fax = Dictionary(K=-1, Columns=60_000, Rows=60_000)
    return {
        "fax_noise": lambda: _image(
            bytes(range(256)), "CCITTFaxDecode", bits=1, DecodeParms=Dictionary(K=-1, Columns=400)
        ),
        "fax_says_more": lambda: _image(bytes(9000), "CCITTFaxDecode", bits=1, DecodeParms=fax),
        "dct_cut": lambda: _image(jpeg()[:600], "DCTDecode"),
        "dct_larger_than_said": lambda: _image(jpeg(3000, 3000), "DCTDecode", 30, 30),
        "lzw_noise": lambda: _image(bytes(range(256)) * 20, "LZWDecode"),
        "unknown_filter": lambda: _image(b"x" * 400, "NoSuchDecode"),
        "crypt_filter": lambda: _image(b"x" * 400, "Crypt"),
        "image_mask_of_itself": lambda: _mask(),
        "predictor_of_a_milliard": lambda: _image(
            zeros(1), "FlateDecode", DecodeParms=Dictionary(Predictor=15, Columns=2**31 - 1, Colors=4)
        ),
        "indexed_without_table": lambda: _image(
            zeros(1), "FlateDecode", ColorSpace=Array([Name.Indexed, Name.DeviceRGB, 255, b""])
        ),
    }


def _mask() -> bytes:
    pdf = pages(1, b"q 500 0 0 400 20 20 cm /I Do Q")
    image = Stream(pdf, zeros(1), Type=Name.XObject, Subtype=Name.Image, Width=400, Height=300, BitsPerComponent=8)
    image.Filter, image.ColorSpace = Name.FlateDecode, Name.DeviceGray
    image = pdf.make_indirect(image)
    image.SMask = image
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=image))
    return saved(pdf)
