"""PDF files: the structural verdict, the cleaned copy, one page as a picture. Imported in the parser child only.

Sources: ISO 32000-2; reliability.md R03 to R07; limits of vision.limits.
"""

import io
import math
import re
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from mmap import mmap

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Stream
from pikepdf.sanitize import Sanitizer

from matricule.vision import pdf_risks
from matricule.vision.source import Refusal, Source
from matricule.vision.verdicts import Verdict

_SANITIZER = (
    Sanitizer()
    .remove_javascript()
    .remove_external_access()
    .remove_attachments()
    .remove_multimedia()
    .remove_private_app_data()
    .remove_thumbnails()
    .remove_web_capture()
    .remove_collection()
)
_MB = 1024 * 1024
_UNFOLDED_STREAM = 64 * _MB
_UNFOLDED_FILE = 256 * _MB
_OBJECTS = 300_000
_TRIAL_WIDTH = 80
_TRIAL_SECONDS = 1.2
_SLOW_SECONDS = 0.3
_VIEWED_WIDTH = 1200
_MOST_DRAWN = 12_000_000
_LONGEST_DRAWN = 16_000
_FEED = 16384
_PIECE = 262144
_NESTED = 6
_STREAM = re.compile(rb"stream\r?\n(?=x)")
_IMAGE_FILTERS = {"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF"}
_BLANK = b" \t\r\n\f\x00"


def check(source: Source, file_pages: int, pixels: int) -> Verdict:
    """The verdict on a PDF. Raises Refusal, or what the libraries raise on a broken file."""
    foreign = _foreign(source)
    with _opened(source) as pdf:
        _whole(pdf, source)
        pages = len(pdf.pages)
        if pages == 0:
            raise Refusal("broken")
        if pages > file_pages:
            raise Refusal("too_many_pages", count=pages, limit=file_pages)
        if len(pdf.objects) > _OBJECTS:
            raise Refusal("bomb", ended="objects")
        with pikepdf.explicit_conversion():
            _form_that_hides(pdf)
            _bounded_streams(pdf, pixels)
        risks = pdf_risks.found(pdf)
        encrypted = pdf.is_encrypted
    sizes = _drawable(source, pages)
    if foreign:
        risks["foreign"] = 1
    return _verdict(sizes, risks, encrypted)


def _opened(source: Source) -> pikepdf.Pdf:
    """The PDF, or Refusal("bomb") when it could not be read because its own table of contents unfolds without end:
    qpdf runs out of memory there, goes on without, and only says that the file is broken."""
    try:
        return pikepdf.open(source.stream(), suppress_warnings=True)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError:
        for start in _STREAM.finditer(source.data):
            _endless(source.data, start.end())
        raise


def _endless(data: mmap, start: int) -> None:
    """Follow one deflated stream, and what is deflated inside it, in small pieces. Raises Refusal("bomb") past the
    limit."""
    pieces: Iterator[bytes] = iter([data[start:]])
    for _ in range(_NESTED):
        pieces = _inflate(pieces)
        size = 0
        with suppress(zlib.error):
            first = next(pieces, b"")
            if first[:1] == b"x":  # the first byte of deflated data: there is one more layer
                pieces = chain([first], pieces)
                continue
            size = len(first)
            for piece in pieces:
                size += len(piece)
                if size > _UNFOLDED_STREAM:
                    raise Refusal("bomb", ended="unfolds without end")
        return


def _verdict(sizes: list[tuple[int, int]], risks: Counter[str], encrypted: bool) -> Verdict:
    loud = sum(count for kind, count in risks.items() if kind not in pdf_risks.QUIET)
    details: dict[str, int | str] = dict(risks)
    if encrypted:
        details["owner_password"] = 1
    needs_clean = bool(loud or risks["links"] or encrypted)
    return Verdict(True, "active_content_cleaned" if loud else "ok", "pdf", tuple(sizes), details, needs_clean, False)


def _foreign(source: Source) -> bool:
    """Bytes before the header, or after the last end mark, that are no part of the PDF: another format may hide
    there."""
    if source.data.find(b"%PDF-", 0, 1024) > 0 and source.data[: source.data.find(b"%PDF-")].strip(
        _BLANK + b"\xef\xbb\xbf"
    ):
        return True
    end = source.data.rfind(b"%%EOF")
    tail = source.data[end + 5 :] if end >= 0 else b""
    return bool(tail.strip(_BLANK)) or source.data.rfind(b"PK\x05\x06") >= 0


def _whole(pdf: pikepdf.Pdf, source: Source) -> None:
    """A file whose table of contents had to be guessed and whose end is missing was cut: pages may be missing too."""
    end = source.data.rfind(b"%%EOF")
    if any(
        "recover" in text or "reconstruct" in text or "damaged" in text for text in map(str, pdf.get_warnings())
    ) and (end < 0 or b"startxref" not in source.data[max(0, end - 64) : end] or source.data.find(b" obj", end) >= 0):
        raise Refusal("broken")


def _form_that_hides(pdf: pikepdf.Pdf) -> None:
    """XFA whose pages exist only inside one maker's program (ISO 32000-1, 7.7.2: NeedsRendering)."""
    needs = pdf.Root.get(Name.NeedsRendering)
    form = pdf.Root.get(Name.AcroForm)
    if needs is not None and bool(needs) and isinstance(form, Dictionary) and form.get(Name.XFA) is not None:
        raise Refusal("dynamic_form")


def _bounded_streams(pdf: pikepdf.Pdf, pixels: int) -> None:
    total = 0
    for stream in pdf.objects:
        if not isinstance(stream, Stream):
            continue
        filters = _filters(stream)
        if str(stream.get(Name.Subtype)) == "/Image":
            _bounded_image(stream, pixels)
            filters = filters[:-1]  # readers take the last step row by row, up to the announced height
        if filters and not set(filters) & _IMAGE_FILTERS:
            total += _unfolded(stream, filters)
            if total > _UNFOLDED_FILE:
                raise Refusal("bomb", ended="unfolds without end")


def _bounded_image(image: Stream, pixels: int) -> None:
    width, height = image.get(Name.Width), image.get(Name.Height)
    if (
        isinstance(width, pikepdf.Integer)
        and isinstance(height, pikepdf.Integer)
        and int(width) * int(height) > pixels
    ):
        count = min(int(width) * int(height), 2**53)
        raise Refusal("too_many_pixels", count=count, limit=pixels, pixels=count)


def _filters(stream: Stream) -> list[str]:
    value = stream.get(Name.Filter)
    if isinstance(value, Array):
        return [str(name) for name in value]
    return [str(value)] if isinstance(value, Name) else []


def _unfolded(stream: Stream, filters: list[str]) -> int:
    """How many bytes this stream unfolds to. Chains of Flate are followed in small pieces; others have the child's
    memory for a limit. Raises Refusal("bomb") past the limit of one stream."""
    if not set(filters) <= {"/FlateDecode", "/Fl"}:
        return len(stream.read_bytes())
    pieces: Iterator[bytes] = iter([stream.read_raw_bytes()])
    for _ in filters:
        pieces = _inflate(pieces)
    size = 0
    with suppress(zlib.error):  # viewers show what comes before the error; so do we
        for piece in pieces:
            size += len(piece)
            if size > _UNFOLDED_STREAM:
                raise Refusal("bomb", ended="unfolds without end")
    return size


def _inflate(pieces: Iterator[bytes]) -> Iterator[bytes]:
    engine = zlib.decompressobj()
    for piece in pieces:
        for at in range(0, len(piece), _FEED):  # fed little by little: what is not yet used is copied at every step
            rest = piece[at : at + _FEED]
            while rest and not engine.eof:
                yield engine.decompress(rest, _PIECE)
                rest = engine.unconsumed_tail


def _drawable(source: Source, pages: int) -> list[tuple[int, int]]:
    """Width and height of every page in points, as a second parser sees them, each drawn once very small while time
    allows: a page that cannot be drawn now would be refused to the caseworker later. A page that is slow even then is
    drawn as large as it will be looked at: what costs by the pixel shows only there. Nobody sees the small drawing, so
    its pictures are not smoothed: they are decoded to their end all the same, and a scan costs an eighth less."""
    sizes = []
    start = time.process_time()
    document = pypdfium2.PdfDocument(source.data[:])
    if len(document) != pages:
        raise Refusal("broken")
    for number in range(pages):
        page = document[number]
        width, height = page.get_size()
        sizes.append((max(1, round(width)), max(1, round(height))))
        begun = time.process_time()
        if begun - start < _TRIAL_SECONDS:
            page.render(scale=_TRIAL_WIDTH / max(width, height, 1.0), no_smoothimage=True).close()
            if time.process_time() - begun > _SLOW_SECONDS:
                page.render(scale=_VIEWED_WIDTH / max(width, height, 1.0)).close()
        page.close()
    return sizes


def render(source: Source, number: int, width: int, rotation: int) -> bytes:
    """One page as a JPEG of this width. Forms are drawn filled in; scripts are never run (this PDFium has none)."""
    document = pypdfium2.PdfDocument(source.data[:])
    document.init_forms()
    if not 0 <= number < len(document):
        raise Refusal("broken")
    page = document[number]
    wide, high = page.get_size()
    if rotation in (90, 270):
        wide, high = high, wide
    scale = (width - 0.5) / max(wide, 1.0)  # PDFium rounds up
    scale = min(scale, math.sqrt(_MOST_DRAWN / max(wide * high, 1.0)), _LONGEST_DRAWN / max(wide, high, 1.0))
    image = page.render(scale=scale, rotation=rotation, rev_byteorder=True).to_pil()
    output = io.BytesIO()
    image.convert("RGB").save(output, "JPEG", quality=82)
    return output.getvalue()


def cleaned(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    """A new PDF that holds the pages of this one and nothing else: what annotations and forms show is drawn into the
    page, what they would do is gone. The given PDF is changed, and must stay open until the new one is saved."""
    with suppress(pikepdf.PdfError, RuntimeError, ValueError):  # a wrong form has no appearance to keep
        pdf.generate_appearance_streams()
    with suppress(pikepdf.PdfError, RuntimeError, ValueError):
        pdf.flatten_annotations("all")
    _SANITIZER.apply(pdf)
    fresh = pikepdf.new()
    fresh.pages.extend(pdf.pages)
    for page in fresh.pages:
        for key in ("/Annots", "/AA", "/Thumb", "/PieceInfo", "/Metadata", "/B", "/Trans", "/AF", "/StructParents"):
            if key in page.obj:
                del page.obj[key]
    layers = pdf.Root.get(Name.OCProperties)
    if isinstance(layers, Dictionary):  # which layers are hidden: without it they would all be seen
        fresh.Root.OCProperties = fresh.copy_foreign(pdf.make_indirect(layers))
    pdf_risks.sweep(fresh)
    return fresh


def clean_copy(source: Source) -> bytes:
    """The cleaned PDF, opened again and looked through before it is given. Raises Refusal("broken") if anything was
    left."""
    with pikepdf.open(source.stream(), suppress_warnings=True) as pdf:
        data = saved(cleaned(pdf))
    with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as again:
        if pdf_risks.found(again):
            raise Refusal("broken")
    return data


def saved(pdf: pikepdf.Pdf) -> bytes:
    """The PDF as bytes: streams are copied as they are (nothing unfolds here), the identifier follows from the
    content."""
    output = io.BytesIO()
    pdf.save(
        output,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return output.getvalue()
