"""Small files that unfold to something enormous, or keep a reader busy for ever."""

import struct
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from tests.vision.hostile.registry import OK, family
from tests.vision.hostile.seeds import (
    ONE_PAGE,
    chunk,
    heic,
    jpeg,
    pages,
    raw_png,
    repeated,
    saved,
    written,
    zeros,
)


def _content_bomb(megabytes: int, times: int) -> bytes:
    pdf = pages()
    stream = Stream(pdf, zeros(megabytes, times))
    stream.Filter = Array([Name.FlateDecode] * times)
    pdf.pages[0].obj.Contents = pdf.make_indirect(stream)
    return saved(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def object_stream_bomb(megabytes: int = 1200) -> bytes:
    """A PDF whose objects themselves unfold: opening it is enough."""
    catalog = b"<</Type/Catalog/Pages 3 0 R>>"
    index = b"2 0 3 %d " % (len(catalog) + 1)
    start = index.ljust(20) + catalog + b" <</Type/Pages/Kids[]/Count 0>> "
    body = repeated(start, b" " * 1024 * 1024, megabytes)
    body = zlib.compress(body, 9)
    head = b"%PDF-1.7\n"
    stream = b"1 0 obj\n<</Type/ObjStm/N 2/First 20/Filter[/FlateDecode/FlateDecode]/Length %d>>\nstream\n" % len(body)
    first = head + stream + body + b"\nendstream\nendobj\n"
    rows = b"".join(
        struct.pack(">BIH", *row)
        for row in ((0, 0, 65535), (1, len(head), 0), (2, 1, 0), (2, 1, 1), (1, len(first), 0))
    )
    packed = zlib.compress(rows)
    table = b"4 0 obj\n<</Type/XRef/Size 5/W[1 4 2]/Root 2 0 R/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
    return first + table + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(first)


def _laughing_forms(depth: int = 12, times: int = 12) -> bytes:
    pdf = pages()
    inner = Stream(pdf, b"0 0 1 1 re f " * 50, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 800]))
    for _ in range(depth):
        outer = Stream(pdf, b"/X Do " * times, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 800]))
        outer.Resources = Dictionary(XObject=Dictionary(X=pdf.make_indirect(inner)))
        inner = outer
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(X=pdf.make_indirect(inner)))
    pdf.pages[0].obj.Contents = Stream(pdf, b"/X Do")
    return saved(pdf)


def _filtered(data: bytes, *filters: str) -> bytes:
    pdf = pages()
    stream = Stream(pdf, data)
    stream.Filter = Array([Name(name) for name in filters])
    pdf.pages[0].obj.Contents = pdf.make_indirect(stream)
    return saved(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def _many_streams(count: int, megabytes: int) -> bytes:
    """Each within the limit of one stream, all together beyond that of a file."""
    pdf = pages()
    streams = []
    for _ in range(count):
        stream = Stream(pdf, zeros(megabytes))
        stream.Filter = Name.FlateDecode
        streams.append(pdf.make_indirect(stream))
    pdf.pages[0].obj.Contents = Array(streams)
    return saved(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


def _table_of(rows: bytes, size: int, filters: bytes = b"/FlateDecode") -> bytes:
    """A PDF whose table of contents is a stream of these packed rows."""
    head = (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    )
    table = b"3 0 obj\n<</Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Filter%s/Length %d>>\nstream\n"
    return (
        head + table % (size, filters, len(rows)) + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
    )


def xref_bomb() -> bytes:
    """A table of contents of some kilobytes that unfolds to 900 megabytes."""
    return _table_of(zeros(900, 2), 120_000_000, b"[/FlateDecode/FlateDecode]")


def xref_says(size: int) -> bytes:
    """A table of contents that announces far more rows than it has."""
    return _table_of(zlib.compress(bytes(7 * 3)), size)


def _many_objects(count: int) -> bytes:
    """A PDF of one page and so many small objects."""
    return written([*ONE_PAGE, *[b"[]"] * (count - 3)])


def _content(content: bytes, **resources: object) -> bytes:
    pdf = pages(1, content)
    pdf.pages[0].obj.Resources = Dictionary(**resources)
    return saved(pdf)


def _shadings() -> Dictionary:
    function = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([0, 0, 0]), C1=Array([1, 1, 1]), N=3)
    coords = Array([0, 0, 0, 595, 842, 900])
    return Dictionary(
        S=Dictionary(
            ShadingType=3, ColorSpace=Name.DeviceRGB, Coords=coords, Function=function, Extend=Array([True, True])
        )
    )


def _soft() -> Dictionary:
    return Dictionary(Type=Name.ExtGState, BM=Name.Luminosity, ca=pikepdf.Object.parse(b"0.5"))


def _tiling() -> bytes:
    pdf = pages(1, b"/Pattern cs /P scn 0 0 595 842 re f")
    tile = Stream(pdf, b"0 0 1 1 re f", Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1)
    tile.BBox, tile.Resources = Array([0, 0, 1, 1]), Dictionary()
    tile.XStep = tile.YStep = pikepdf.Object.parse(b"0.01")
    pdf.pages[0].obj.Resources = Dictionary(Pattern=Dictionary(P=pdf.make_indirect(tile)))
    return saved(pdf)


def _image_pdf(width: int, height: int) -> bytes:
    pdf = pages()
    image = Stream(
        pdf, zeros(20), Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, BitsPerComponent=8
    )
    image.ColorSpace, image.Filter = Name.DeviceGray, Name.FlateDecode
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=image))
    pdf.pages[0].obj.Contents = Stream(pdf, b"500 0 0 500 0 0 cm /I Do")
    return saved(pdf)


@family("stream bomb", "bomb", "broken")
def _other_filters() -> dict[str, Callable[[], bytes]]:
    return {
        "pdf_run_length": lambda: _filtered(b"\x81\x00" * 4_000_000, "/RunLengthDecode"),
        "pdf_hex_in_flate": lambda: _filtered(zeros(300), "/FlateDecode", "/ASCIIHexDecode"),
        "pdf_lzw": lambda: _filtered(bytes(900_000), "/LZWDecode"),
    }


@family("stream bomb", "bomb")
def _pdf_bombs() -> dict[str, Callable[[], bytes]]:
    return {
        "pdf_flate_once": lambda: _content_bomb(200, 1),
        "pdf_flate_twice": lambda: _content_bomb(600, 2),
        "pdf_flate_thrice": lambda: _content_bomb(600, 3),
        "pdf_flate_two_gigabytes": lambda: _content_bomb(2000, 3),
        "pdf_beside_each_other": lambda: _many_streams(8, 60),
    }


@family("object bomb", "bomb", "broken")
def _object_bombs() -> dict[str, Callable[[], bytes]]:
    return {
        "pdf_object_stream": object_stream_bomb,
        "pdf_xref_stream_endless": xref_bomb,
        "pdf_xref_of_a_milliard_rows": lambda: xref_says(1_000_000_000),
        "pdf_300001_objects": lambda: _many_objects(300_001),
    }


@family("drawing bomb", "bomb")
def _drawing_bombs() -> dict[str, Callable[[], bytes]]:
    return {"pdf_laughing_forms": _laughing_forms}


@family("drawing bomb", "bomb", OK)
def _slow_drawings() -> dict[str, Callable[[], bytes]]:
    return {
        "pdf_endless_shading": lambda: _content(b"/S sh " * 3000, Shading=_shadings()),
        "pdf_tiling_of_a_point": lambda: _tiling(),
        "pdf_dashes": lambda: _content(b"[0.001] 0 d 0.1 w 0 0 m 595 842 l S " * 40),
        "pdf_curves": lambda: _content(b"0 0 m " + b"1 9 500 3 7 800 c 595 1 3 842 9 9 c " * 60_000 + b"S"),
        "pdf_clips": lambda: _content(b"q 0 0 500 800 re W n " * 20_000),
        "pdf_transparent_layers": lambda: _content(b"/G gs 0 0 595 842 re f " * 4000, ExtGState=Dictionary(G=_soft())),
    }


@family("huge dimensions", "too_many_pixels")
def _too_many_pixels() -> dict[str, Callable[[], bytes]]:
    def jpeg_says(width: int, height: int, frame: bytes = b"\xff\xc0", **options: object) -> bytes:
        data = bytearray(jpeg(**options))
        at = data.index(frame)
        data[at + 5 : at + 9] = struct.pack(">HH", height, width)
        return bytes(data)

    def heic_says(width: int, height: int) -> bytes:
        data = bytearray(heic())
        at = data.index(b"ispe")
        while at >= 0:
            data[at + 8 : at + 16] = struct.pack(">II", width, height)
            at = data.find(b"ispe", at + 4)
        return bytes(data)

    return {
        "png_169_megapixels": lambda: raw_png(13000, 13000, zeros(21), depth=1),
        "png_81_megapixels": lambda: raw_png(9000, 9000, zeros(77)),
        "png_just_too_many": lambda: raw_png(10000, 5001, zeros(48)),
        "png_of_four_thousand_million": lambda: raw_png(65000, 65000, zeros(10)),
        "jpeg_65500_square": lambda: jpeg_says(65500, 65500),
        "pdf_image_400_megapixels": lambda: _image_pdf(20000, 20000),
        "jpeg_progressive_says": lambda: jpeg_says(60000, 60000, b"\xff\xc2", progressive=True),
        "png_widest": lambda: raw_png(2**31 - 1, 1, zeros(1)),
        "png_sixteen_bit_colour": lambda: raw_png(9000, 9000, zeros(5), depth=16, colour=6),
        "heic_says_more": lambda: heic_says(20000, 20000),
    }


@family("PNG bomb", "bomb", "broken", OK)
def _odd_pictures() -> dict[str, Callable[[], bytes]]:
    return {
        "png_text_bomb": lambda: raw_png(10, 10, zlib.compress(bytes(110)), chunk(b"zTXt", b"a\x00\x00" + zeros(100))),
        "png_profile_bomb": lambda: raw_png(
            10, 10, zlib.compress(bytes(110)), chunk(b"iCCP", b"a\x00\x00" + zeros(100))
        ),
    }


@family("PNG bomb", "bomb")
def _longer_than_said() -> dict[str, Callable[[], bytes]]:
    return {
        "png_more_data_than_pixels": lambda: raw_png(100, 100, zeros(300)),
        "png_palette_more_data": lambda: raw_png(100, 100, zeros(64), chunk(b"PLTE", bytes(768)), colour=3),
    }


@family("JPEG of many scans", "bomb", "broken", OK)
def _many_scans() -> dict[str, Callable[[], bytes]]:
    return {
        "jpeg_200_scans": lambda: scans(200),
        "jpeg_5000_scans": lambda: scans(5000),
        "jpeg_1000_scans_of_16_megapixels": lambda: scans(1000, 4000, 4000),
        "jpeg_20000_tables": lambda: (
            jpeg()[:2] + b"\xff\xdb\x00\x43\x00" * 1 + bytes(64) + _TABLE * 20_000 + jpeg()[2:]
        ),
        "jpeg_100000_comments": lambda: jpeg()[:2] + b"\xff\xfe\x00\x03x" * 50_000 + jpeg()[2:],
        "jpeg_restart_markers": lambda: jpeg() + b"\xff\xd0" * 100_000,
        "jpeg_fill_bytes": lambda: jpeg()[:2] + b"\xff" * 300_000 + jpeg()[2:],
    }


_TABLE = b"\xff\xdb\x00\x43\x00" + b"\x01" * 64


def scans(count: int, width: int = 400, height: int = 300) -> bytes:
    """A progressive JPEG whose last scan is repeated: each one makes a decoder walk over the whole picture again."""
    data = jpeg(progressive=True)
    frame = data.index(b"\xff\xc2")
    data = data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + data[-2:]
