"""Sound files, to be spoiled, and the parts that spoil them."""

import io
import struct
import zlib
from functools import cache

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image


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


def heic_of(image: Image.Image, quality: int = 50, more: tuple[Image.Image, ...] = (), **options: object) -> bytes:
    output = io.BytesIO()
    file = pillow_heif.from_pillow(image)
    for other in more:
        file.add_from_pillow(other)
    file.save(output, format="HEIF", quality=quality, enc_params={"preset": "ultrafast"}, **options)
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


def written(bodies: list[bytes], *, trailer: bytes = b"") -> bytes:
    """A plain PDF of these objects, the first its catalog, written by hand (pikepdf takes seconds for thousands)."""
    data, table = [b"%PDF-1.4\n"], [b"0000000000 65535 f \n"]
    at = len(data[0])
    for number, body in enumerate(bodies, 1):
        data.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        table.append(b"%010d 00000 n \n" % at)
        at += len(data[-1])
    size = len(bodies) + 1
    end = b"xref\n0 %d\n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return b"".join(data) + end % (size, b"".join(table), size, trailer, at)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
ONE_PAGE = [CATALOG, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"]


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
