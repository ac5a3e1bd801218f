"""Files that nobody should be able to hurt us with, made here, each with the verdicts that are right for it.

A case is one function marked `@case(class, *codes)`. `cases()` gives them all, by name, built when asked. To add one,
write one function: the tests and the proofs walk the list.
"""

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

OK = "ok"
CLEANED = "active_content_cleaned"
NOT_ACCEPTED = "not_accepted_type"


@dataclass(frozen=True)
class Case:
    name: str
    klass: str
    codes: frozenset[str]
    make: Callable[[], bytes]

    @property
    def data(self) -> bytes:
        return _built(self.name)


_CASES: dict[str, Case] = {}


def case(klass: str, *codes: str):
    """Register a generator. `codes` are the verdicts that are right (several when a library may choose)."""

    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        name = make.__name__.strip("_")
        assert name not in _CASES, name
        _CASES[name] = Case(name, klass, frozenset(codes), make)
        return make

    return register


def family(klass: str, *codes: str):
    """Register a generator of several: it returns {name: function}."""

    def register(make: Callable[[], dict[str, Callable[[], bytes]]]):
        for name, one in make().items():
            assert name not in _CASES, name
            _CASES[name] = Case(name, klass, frozenset(codes), one)
        return make

    return register


def cases() -> list[Case]:
    return list(_CASES.values())


@cache
def _built(name: str) -> bytes:
    return _CASES[name].make()


# --- sound files, to be spoiled -----------------------------------------------------------------


def picture(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """Four quarters of different brightness and a gradient: turns and mirrors can be told apart."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    image.paste((200, 30, 30), (0, 0, width // 2, height // 2))
    image.paste((30, 30, 200), (width // 2, 0, width, height // 4))
    return image.convert(mode)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    output = io.BytesIO()
    image.save(output, form, **options)
    return output.getvalue()


def jpeg(width: int = 400, height: int = 300, orientation: int | None = None, **options: object) -> bytes:
    if orientation is not None:
        exif = Image.Exif()
        exif[0x0112] = orientation
        exif[0x010F] = "Maker of the camera"
        options["exif"] = exif
    return encoded(picture(width, height), "JPEG", **options)


def png(width: int = 400, height: int = 300, mode: str = "RGB", **options: object) -> bytes:
    return encoded(picture(width, height, mode), "PNG", **options)


def heic(width: int = 400, height: int = 300, quality: int = 50) -> bytes:
    return heic_of(picture(width, height), quality)


def heic_of(image: Image.Image, quality: int = 50) -> bytes:
    output = io.BytesIO()
    pillow_heif.from_pillow(image).save(output, format="HEIF", quality=quality, enc_params={"preset": "ultrafast"})
    return output.getvalue()


def pages(count: int = 1, content: bytes = b"0 0 1 rg 50 50 200 100 re f") -> pikepdf.Pdf:
    pdf = pikepdf.new()
    for _ in range(count):
        pdf.add_blank_page(page_size=(595, 842))
        pdf.pages[-1].obj.Contents = Stream(pdf, content)
    return pdf


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    output = io.BytesIO()
    pdf.save(output, deterministic_id="encryption" not in options, **options)
    return output.getvalue()


def pdf_file(count: int = 1) -> bytes:
    return saved(pages(count))


def scan_pdf(count: int = 2) -> bytes:
    pdf = pages(count)
    for page in pdf.pages:
        image = Stream(pdf, jpeg(), Type=Name.XObject, Subtype=Name.Image, Width=400, Height=300, BitsPerComponent=8)
        image.ColorSpace, image.Filter = Name.DeviceRGB, Name.DCTDecode
        page.obj.Resources = Dictionary(XObject=Dictionary(Scan=image))
        page.obj.Contents = Stream(pdf, b"q 500 0 0 400 20 20 cm /Scan Do Q")
    return saved(pdf)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def raw_png(width: int, height: int, pixels: bytes, *extra: bytes, depth: int = 8, colour: int = 0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + b"".join(extra) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def repeated(start: bytes, block: bytes, count: int) -> bytes:
    """`start` and then `count` equal blocks, deflated, without deflating each: a full flush makes the block
    repeatable."""
    engine = zlib.compressobj(9, wbits=-15)
    first = engine.compress(start) + engine.flush(zlib.Z_FULL_FLUSH)
    one = engine.compress(block) + engine.flush(zlib.Z_FULL_FLUSH)
    checksum = zlib.adler32(start)
    for _ in range(count):
        checksum = zlib.adler32(block, checksum)
    return b"\x78\xda" + first + one * count + b"\x03\x00" + struct.pack(">I", checksum)


@cache
def zeros(megabytes: int, times: int = 1) -> bytes:
    """Zeros, deflated `times` times: the heart of most bombs."""
    data = repeated(b"", bytes(1024 * 1024), megabytes)
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def with_action(action: Dictionary) -> bytes:
    pdf = pages()
    pdf.Root.OpenAction = pdf.make_indirect(action)
    return saved(pdf)


def with_annotation(**entries: object) -> pikepdf.Pdf:
    pdf = pages()
    note = Dictionary(Type=Name.Annot, Rect=Array([10, 10, 90, 90]), **entries)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
    return pdf


def attachment(pdf: pikepdf.Pdf) -> pikepdf.Object:
    body = pdf.make_indirect(Stream(pdf, b"MZ evil program", Type=Name.EmbeddedFile))
    spec = Dictionary(Type=Name.Filespec, F="evil.exe", UF="evil.exe", EF=Dictionary(F=body, UF=body))
    return pdf.make_indirect(spec)


# --- nothing, or something else -----------------------------------------------------------------


@case("empty", "empty")
def nothing() -> bytes:
    return b""


@case("empty", NOT_ACCEPTED)
def only_spaces() -> bytes:
    return b" " * 2000


@case("empty", NOT_ACCEPTED)
def only_zeros() -> bytes:
    return bytes(5000)


LIARS: dict[str, tuple[bytes, str]] = {
    "html": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "html"),
    "html_fragment": (b"  \n<script>alert(1)</script>", "html"),
    "html_utf16": ("<html><body>bonjour</body></html>".encode("utf-16"), "html"),
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "svg"),
    "xml_laughs": (b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>', "xml"),
    "mhtml": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html></html>", "mail"),
    "mail": (b"From: someone\r\nSubject: passport\r\n\r\nhello", "mail"),
    "text": (b"Je soussigne certifie que\n", "text"),
    "rtf": (b"{\\rtf1 hello}", "rtf"),
    "postscript": (b"%!PS-Adobe-3.0\nshowpage", "postscript"),
    "windows_program": (b"MZ\x90\x00" + bytes(200), "program"),
    "linux_program": (b"\x7fELF" + bytes(200), "program"),
    "shell_script": (b"#!/bin/sh\nrm -rf /\n", "program"),
    "zip": (b"PK\x03\x04" + bytes(60), "zip"),
    "docx": (b"PK\x03\x04" + bytes(22) + b"word/document.xml" + bytes(60), "docx"),
    "xlsx": (b"PK\x03\x04" + bytes(22) + b"xl/workbook.xml" + bytes(60), "xlsx"),
    "pptx": (b"PK\x03\x04" + bytes(22) + b"ppt/presentation.xml" + bytes(60), "pptx"),
    "odt": (b"PK\x03\x04" + bytes(22) + b"mimetypeapplication/vnd.oasis.opendocument.text", "odf"),
    "old_office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "doc"),
    "seven_zip": (b"7z\xbc\xaf\x27\x1c" + bytes(60), "archive"),
    "rar": (b"Rar!\x1a\x07\x00" + bytes(60), "archive"),
    "gzip": (b"\x1f\x8b\x08" + bytes(60), "archive"),
    "mp4": (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41", "video"),
    "avif": (b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf", "avif"),
    "heic_sequence": (b"\x00\x00\x00\x1cftyphevc\x00\x00\x00\x00hevcmsf1heic", "animation"),
    "matroska": (b"\x1aE\xdf\xa3" + bytes(60), "video"),
    "wave": (b"RIFF\x00\x00\x00\x00WAVEfmt ", "video"),
    "photoshop": (b"8BPS\x00\x01" + bytes(60), "image"),
    "jpeg_2000": (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(60), "image"),
    "jpeg_xl": (b"\x00\x00\x00\x0cJXL \r\n\x87\n" + bytes(60), "image"),
    "fits_bomb": (b"SIMPLE  =                    T" + bytes(2880), "image"),
    "random_bytes": (bytes((i * 7919 + 13) % 251 for i in range(3000)), "unknown"),
}


@family("other type", NOT_ACCEPTED)
def _liars() -> dict[str, Callable[[], bytes]]:
    return {f"liar_{name}": (lambda data=data: data) for name, (data, _) in LIARS.items()}


@family("other picture", NOT_ACCEPTED)
def _pictures() -> dict[str, Callable[[], bytes]]:
    other = picture(60, 40)
    return {
        "gif": lambda: encoded(picture().convert("P"), "GIF"),
        "gif_animated": lambda: encoded(picture(), "GIF", save_all=True, append_images=[other.resize((400, 300))] * 3),
        "tiff": lambda: encoded(picture(), "TIFF"),
        "tiff_many_pages": lambda: encoded(picture(), "TIFF", save_all=True, append_images=[other] * 5),
        "webp": lambda: encoded(picture(), "WEBP"),
        "bmp": lambda: encoded(picture(), "BMP"),
        "ico": lambda: encoded(picture(64, 64), "ICO"),
        "png_animated": lambda: encoded(picture(), "PNG", save_all=True, append_images=[picture().rotate(9)] * 3),
    }


# --- two files in one ---------------------------------------------------------------------------


@family("polyglot", NOT_ACCEPTED)
def _polyglots() -> dict[str, Callable[[], bytes]]:
    page = b"<html><script>alert(1)</script></html>"
    return {
        "html_then_pdf": lambda: page + b"\n" + pdf_file(),
        "html_then_pdf_at_900": lambda: page.ljust(900) + pdf_file(),
        "program_then_pdf": lambda: b"MZ" + bytes(100) + pdf_file(),
        "gif_then_pdf": lambda: b"GIF89a" + bytes(50) + pdf_file(),
        "zip_then_pdf": lambda: b"PK\x03\x04" + bytes(50) + pdf_file(),
        "junk_then_pdf": lambda: b"\x01\x02\x03junk" + pdf_file(),
        "pdf_inside_jpeg_comment": lambda: jpeg()[:2] + b"\xff\xfe\x00\x0e%PDF-1.7 obj" + jpeg()[2:],
        "pdf_too_far": lambda: bytes(1500) + pdf_file(),
    }


@family("foreign data", CLEANED)
def _tails() -> dict[str, Callable[[], bytes]]:
    return {
        "pdf_then_zip": lambda: pdf_file() + b"PK\x03\x04" + bytes(80) + b"PK\x05\x06" + bytes(18),
        "pdf_then_html": lambda: pdf_file() + b"<script>alert(1)</script>",
        "zip_inside_pdf": lambda: saved(pages(1, b"% PK\x05\x06 hides here")).replace(
            b"%%EOF", b"PK\x05\x06" + bytes(18) + b"\n%%EOF"
        ),
    }


@family("foreign data", OK)
def _picture_tails() -> dict[str, Callable[[], bytes]]:
    return {
        "jpeg_then_html": lambda: jpeg() + b"<script>alert(1)</script>",
        "png_then_zip": lambda: png() + b"PK\x05\x06" + bytes(18),
    }


# --- cut ----------------------------------------------------------------------------------------


@family("cut", "broken", NOT_ACCEPTED)
def _cut() -> dict[str, Callable[[], bytes]]:
    whole: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: scan_pdf(),
        "pdf_streams": lambda: saved(pages(5), object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "pdf_linear": lambda: saved(pages(5), linearize=True),
        "jpeg": lambda: jpeg(800, 600),
        "jpeg_progressive": lambda: jpeg(800, 600, progressive=True),
        "png": lambda: png(),
        "heic": lambda: heic(),
    }

    def cut(make: Callable[[], bytes], part: float) -> bytes:
        data = make()
        return data[: int(len(data) * part)]

    return {
        f"cut_{name}_{percent}": (lambda make=make, percent=percent: cut(make, percent / 100))
        for name, make in whole.items()
        for percent in (15, 50, 80, 95)
    }


@family("damaged", "broken")
def _damaged() -> dict[str, Callable[[], bytes]]:
    return {
        "png_wrong_checksum": lambda: png().replace(b"IDAT", b"IDAT\x00", 1)[: len(png())],
        "png_too_few_rows": lambda: raw_png(100, 100, zlib.compress(bytes(5000))),
        "png_no_pixels": lambda: b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""),
        "png_no_size": lambda: raw_png(0, 0, zlib.compress(b"")),
        "png_wrong_depth": lambda: raw_png(10, 10, zlib.compress(bytes(110)), depth=7),
        "png_only_header": lambda: b"\x89PNG\r\n\x1a\n",
        "jpeg_only_header": lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF",
        "pdf_only_header": lambda: b"%PDF-1.7\n",
        "pdf_no_pages": lambda: saved(pikepdf.new()),
        "heic_only_header": lambda: heic()[:40],
        "pdf_page_is_missing": lambda: pdf_file().replace(b"/Kids", b"/Kidz"),
    }


# --- bombs --------------------------------------------------------------------------------------


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


def _image_pdf(width: int, height: int) -> bytes:
    pdf = pages()
    image = Stream(
        pdf, zeros(20), Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height, BitsPerComponent=8
    )
    image.ColorSpace, image.Filter = Name.DeviceGray, Name.FlateDecode
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(I=image))
    pdf.pages[0].obj.Contents = Stream(pdf, b"500 0 0 500 0 0 cm /I Do")
    return saved(pdf)


@family("PDF bomb", "bomb")
def _pdf_bombs() -> dict[str, Callable[[], bytes]]:
    return {
        "pdf_flate_once": lambda: _content_bomb(200, 1),
        "pdf_flate_twice": lambda: _content_bomb(600, 2),
        "pdf_flate_thrice": lambda: _content_bomb(600, 3),
        "pdf_flate_two_gigabytes": lambda: _content_bomb(2000, 3),
        "pdf_object_stream": object_stream_bomb,
        "pdf_laughing_forms": _laughing_forms,
    }


@family("picture bomb", "too_many_pixels")
def _too_many_pixels() -> dict[str, Callable[[], bytes]]:
    def jpeg_says(width: int, height: int) -> bytes:
        data = bytearray(jpeg())
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", height, width)
        return bytes(data)

    return {
        "png_169_megapixels": lambda: raw_png(13000, 13000, zeros(21), depth=1),
        "png_81_megapixels": lambda: raw_png(9000, 9000, zeros(77)),
        "png_just_too_many": lambda: raw_png(10000, 5001, zeros(48)),
        "png_of_four_thousand_million": lambda: raw_png(65000, 65000, zeros(10)),
        "jpeg_65500_square": lambda: jpeg_says(65500, 65500),
        "pdf_image_400_megapixels": lambda: _image_pdf(20000, 20000),
    }


@family("picture bomb", "bomb", "broken", OK)
def _odd_pictures() -> dict[str, Callable[[], bytes]]:
    return {
        "png_text_bomb": lambda: raw_png(10, 10, zlib.compress(bytes(110)), chunk(b"zTXt", b"a\x00\x00" + zeros(100))),
        "png_profile_bomb": lambda: raw_png(
            10, 10, zlib.compress(bytes(110)), chunk(b"iCCP", b"a\x00\x00" + zeros(100))
        ),
    }


@family("picture bomb", "bomb")
def _longer_than_said() -> dict[str, Callable[[], bytes]]:
    return {"png_more_data_than_pixels": lambda: raw_png(100, 100, zeros(300))}


# --- pages --------------------------------------------------------------------------------------


def _deep_tree(depth: int) -> bytes:
    pdf = pages()
    leaf = pdf.pages[0].obj
    node = leaf
    for _ in range(depth):
        parent = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array([node]), Count=1))
        node.Parent = parent
        node = parent
    pdf.Root.Pages = node
    output = io.BytesIO()
    pdf.save(output)
    return output.getvalue()


def many_pages(count: int) -> bytes:
    """A plain PDF of so many blank pages, written by hand (pikepdf takes seconds for it)."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(count))
    bodies = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)]
    bodies += [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"] * count
    data, table = [b"%PDF-1.4\n"], [b"0000000000 65535 f \n"]
    at = len(data[0])
    for number, body in enumerate(bodies, 1):
        data.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        table.append(b"%010d 00000 n \n" % at)
        at += len(data[-1])
    size = len(bodies) + 1
    end = b"xref\n0 %d\n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return b"".join(data) + end % (size, b"".join(table), size, at)


@family("pages", "too_many_pages")
def _many_pages() -> dict[str, Callable[[], bytes]]:
    return {
        "pages_41": lambda: pdf_file(41),
        "pages_10000": lambda: many_pages(10000),
    }


@family("pages", "broken", "bomb", OK)
def _strange_trees() -> dict[str, Callable[[], bytes]]:
    def loop() -> bytes:
        pdf = pages(3)
        data = saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        return data.replace(b"/Kids [ ", b"/Kids [ 2 0 R ", 1)

    return {
        "pages_loop": loop,
        "pages_deep": lambda: _deep_tree(200),
        "pages_count_lies": lambda: pdf_file(3).replace(b"/Count 3", b"/Count 9"),
        "arrays_deep": lambda: pdf_file().replace(
            b"/Type /Catalog", b"/Type /Catalog /X " + b"[" * 5000 + b"]" * 5000
        ),
        "dictionaries_deep": lambda: pdf_file().replace(
            b"/Type /Catalog", b"/Type /Catalog" + b"/X <<" * 400 + b">>" * 400
        ),
        "page_of_a_mile": lambda: pdf_file().replace(b"595", b"9999999").replace(b"842", b"9999999"),
        "page_thin": lambda: pdf_file().replace(b"595", b"1").replace(b"842", b"90000"),
        "page_negative": lambda: pdf_file().replace(b"595", b"-595"),
    }


@family("odd but fine", OK)
def _odd_but_fine() -> dict[str, Callable[[], bytes]]:
    def font() -> bytes:
        pdf = pages(1, b"BT /F 20 Tf 50 500 Td (hello) Tj ET")
        program = pdf.make_indirect(Stream(pdf, b"\x00\x01\x00\x00 no font at all" * 30))
        descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.Bad, Flags=4, FontFile2=program)
        font = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.Bad, FontDescriptor=descriptor)
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
        return saved(pdf)

    def incremental() -> bytes:
        first = pdf_file()
        return first + b"9 0 obj\n<<>>\nendobj\nxref\n0 1\n0000000000 65535 f \ntrailer\n" + _trailer(first)

    def _trailer(first: bytes) -> bytes:
        start = int(first.split(b"startxref\n")[1].split(b"\n")[0])
        return b"<</Size 10/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (start, first.__len__() + 20)

    return {
        "pdf_broken_font": font,
        "pdf_nonsense_content": lambda: saved(pages(1, b"q q q ((( [[ BT /No 1e999 Tf 99999999 Do \xff\xfe")),
        "pdf_blank_before_header": lambda: b"\xef\xbb\xbf\r\n" + pdf_file(),
        "pdf_pages_40": lambda: pdf_file(40),
        "pdf_updated": incremental,
    }


# --- what acts, hides or reaches out ------------------------------------------------------------


def _script(**more: object) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name.JavaScript, JS="app.alert('x')", **more)


@family("active content", CLEANED)
def _active() -> dict[str, Callable[[], bytes]]:  # noqa: C901
    def names(key: str, value: Callable[[pikepdf.Pdf], object]) -> bytes:
        pdf = pages()
        pdf.Root.Names = Dictionary({key: Dictionary(Names=Array(["a", value(pdf)]))})
        return saved(pdf)

    def page_event() -> bytes:
        pdf = pages()
        pdf.pages[0].obj.AA = Dictionary(O=_script())
        return saved(pdf)

    def outline() -> bytes:
        pdf = pages()
        item = pdf.make_indirect(Dictionary(Title="x", A=_script()))
        pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))
        return saved(pdf)

    def chain() -> bytes:
        action = _script()
        for _ in range(30):
            action = Dictionary(S=Name.GoTo, D="x", Next=Array([action]))
        return with_action(action)

    def associated() -> bytes:
        pdf = pages()
        pdf.Root.AF = Array([attachment(pdf)])
        return saved(pdf)

    def buried() -> bytes:
        pdf = pages()
        pdf.pages[0].obj.Resources = Dictionary(Properties=Dictionary(Odd=Dictionary(Deep=Array([attachment(pdf)]))))
        return saved(pdf)

    def field() -> bytes:
        pdf = pages()
        box = pdf.make_indirect(Dictionary(FT=Name.Tx, T="a", AA=Dictionary(K=_script())))
        pdf.Root.AcroForm = Dictionary(Fields=Array([box]))
        return saved(pdf)

    def xfa() -> bytes:
        pdf = pages()
        pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_indirect(Stream(pdf, b"<xdp:xdp/>")))
        return saved(pdf)

    def external_stream() -> bytes:
        pdf = pages()
        stream = pdf.make_indirect(Stream(pdf, b""))
        stream.F = Dictionary(Type=Name.Filespec, F="/etc/passwd")
        pdf.pages[0].obj.Contents = stream
        return saved(pdf)

    def script_stream() -> bytes:
        pdf = pages()
        script = pdf.make_indirect(Stream(pdf, b"app.alert(1)"))
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=script)
        return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)

    return {
        "js_open": lambda: with_action(_script()),
        "js_names": lambda: names("/JavaScript", lambda pdf: _script()),
        "js_page_event": page_event,
        "js_outline": outline,
        "js_chain": chain,
        "js_field": field,
        "js_annotation": lambda: saved(with_annotation(Subtype=Name.Link, A=_script())),
        "js_stream_in_object_stream": script_stream,
        "js_escaped_name": lambda: with_action(_script()).replace(b"/JavaScript", b"/J#61v#61Script"),
        "launch": lambda: with_action(Dictionary(S=Name.Launch, F="calc.exe")),
        "submit_form": lambda: with_action(Dictionary(S=Name.SubmitForm, F="http://example.invalid/")),
        "import_data": lambda: with_action(Dictionary(S=Name.ImportData, F="x.fdf")),
        "embedded_file": lambda: names("/EmbeddedFiles", attachment),
        "associated_file": associated,
        "buried_file": buried,
        "file_annotation": lambda: (
            lambda pdf: (pdf.pages[0].obj.Annots[0].__setattr__("FS", attachment(pdf)), saved(pdf))[1]
        )(with_annotation(Subtype=Name.FileAttachment)),
        "rich_media": lambda: saved(with_annotation(Subtype=Name.RichMedia, RichMediaContent=Dictionary())),
        "movie": lambda: saved(with_annotation(Subtype=Name.Movie, Movie=Dictionary(F="film.avi"))),
        "sound": lambda: with_action(Dictionary(S=Name.Sound)),
        "rendition": lambda: with_action(Dictionary(S=Name.Rendition, OP=0, JS="x")),
        "xfa_form": xfa,
        "external_stream": external_stream,
    }


@case("active content", "dynamic_form")
def xfa_dynamic() -> bytes:
    pdf = pages()
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_indirect(Stream(pdf, b"<xdp:xdp/>")))
    pdf.Root.NeedsRendering = True
    return saved(pdf)


@family("links", OK)
def _links() -> dict[str, Callable[[], bytes]]:
    def link(action: Dictionary) -> bytes:
        return saved(with_annotation(Subtype=Name.Link, A=action))

    return {
        "link_uri": lambda: link(Dictionary(S=Name.URI, URI="http://example.invalid/track?you")),
        "link_other_file": lambda: link(Dictionary(S=Name.GoToR, F="other.pdf", D="x")),
    }


# --- passwords ----------------------------------------------------------------------------------


@family("password", "password_protected")
def _locked() -> dict[str, Callable[[], bytes]]:
    return {
        f"locked_r{revision}": (
            lambda revision=revision: saved(
                pages(),
                encryption=pikepdf.Encryption(
                    user="secret", owner="owner", R=revision, aes=revision >= 4, metadata=revision >= 4
                ),
            )
        )
        for revision in (2, 3, 4, 6)
    }


@case("password", OK)
def owner_password_only() -> bytes:
    return saved(pages(2), encryption=pikepdf.Encryption(user="", owner="owner"))


# --- photos that are unusual, and welcome -------------------------------------------------------


@family("photo", OK)
def _photos() -> dict[str, Callable[[], bytes]]:
    def bad_exif() -> bytes:
        return jpeg()[:2] + b"\xff\xe1\x00\x14Exif\x00\x00II*\x00\xff\xff\xff\xff\xff\xff\xff\xff" + jpeg()[2:]

    found: dict[str, Callable[[], bytes]] = {
        f"exif_{turn}": (lambda turn=turn: jpeg(orientation=turn)) for turn in range(1, 9)
    }
    return found | {
        "exif_broken": bad_exif,
        "exif_of_99": lambda: jpeg(orientation=99),
        "jpeg_cmyk": lambda: encoded(picture(mode="CMYK"), "JPEG"),
        "jpeg_grey": lambda: encoded(picture(mode="L"), "JPEG"),
        "jpeg_progressive": lambda: jpeg(progressive=True),
        "png_alpha": lambda: png(mode="RGBA"),
        "png_grey_alpha": lambda: png(mode="LA"),
        "png_palette": lambda: png(mode="P", transparency=0),
        "png_one_bit": lambda: png(mode="1"),
        "png_16_bit": lambda: encoded(Image.new("I;16", (300, 200), 40000), "PNG"),
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
