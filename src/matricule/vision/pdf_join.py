"""Several files as one PDF, in their order. Imported in the parser child only."""

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from matricule.vision import jpeg, pdf, pictures
from matricule.vision.source import Refusal, Source

_A4 = (595.276, 841.89)
_LEAST = 3.0  # points: what ISO 32000-2 annex C gives as the smallest page


def join(
    sources: list[Source], parts: list[dict[str, Any]], title: str, language: str, most: int, pixels: int
) -> bytes:
    """The joined PDF. `parts` say, for each source, its kind (pdf or jpeg) and its pages [index, turn]; `most`
    pages."""
    output = pikepdf.new()
    opened = []  # pages are copied when the result is saved: their PDFs stay open until then
    for source, part in zip(sources, parts, strict=True):
        if part["kind"] == "pdf":
            original = pikepdf.open(source.stream(), suppress_warnings=True)
            clean = pdf.cleaned(original)
            opened += [original, clean]
            _take_pages(output, clean, part["pages"])
        elif part["kind"] == "jpeg":
            for turn in [turn for _, turn in part["pages"]] or [0]:
                _add_photo(output, source, turn, pixels)
        else:
            raise Refusal("not_accepted_type")
        if len(output.pages) > most:
            raise Refusal("too_many_pages", count=len(output.pages), limit=most)
    if not output.pages:
        raise Refusal("empty")
    output.docinfo[Name.Title] = title
    output.Root.Lang = pikepdf.String(language)
    output.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    return pdf.saved(output)


def _take_pages(output: pikepdf.Pdf, clean: pikepdf.Pdf, pages: list[list[int]]) -> None:
    chosen = pages or [[index, 0] for index in range(len(clean.pages))]
    for index, turn in chosen:
        if not 0 <= index < len(clean.pages):
            raise Refusal("broken")
        output.pages.append(clean.pages[index])
        if turn:
            output.pages[-1].rotate(turn, relative=True)


def _add_photo(output: pikepdf.Pdf, source: Source, turn: int, pixels: int) -> None:
    """One photo as a page: within A4, upright by its own mark (a matrix, so nothing is encoded again), turned by
    `turn`."""
    picture = pictures.Picture(source, "jpeg", pixels)
    orientation = picture.orientation
    bare = jpeg.bare(source.data)
    if bare is None:
        orientation = 1
        bare = jpeg.bare(pictures.as_jpeg(source, "jpeg", pixels))
    if bare is None:
        raise Refusal("broken")
    wide, high = (bare.height, bare.width) if orientation >= 5 else (bare.width, bare.height)
    short, long = _A4
    scale = min(short / wide, long / high) if high >= wide else min(long / wide, short / high)
    width, height = max(_LEAST, round(wide * scale, 2)), max(_LEAST, round(high * scale, 2))
    image = Stream(
        output,
        bare.data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=bare.width,
        Height=bare.height,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB if bare.components == 3 else Name.DeviceGray,
        Filter=Name.DCTDecode,
    )
    drawing = f"q {_matrix(orientation, width, height)} cm /Photo Do Q".encode()
    output.add_blank_page(page_size=(width, height))
    page = output.pages[-1]
    page.obj.MediaBox = Array(
        [0, 0, pikepdf.Object.parse(str(width).encode()), pikepdf.Object.parse(str(height).encode())]
    )
    page.obj.Resources = Dictionary(XObject=Dictionary(Photo=image))
    page.obj.Contents = Stream(output, drawing)
    if turn:
        page.rotate(turn, relative=True)


def _matrix(orientation: int, width: float, height: float) -> str:
    """The matrix that draws the unit square of the image upright on its page, for each EXIF orientation (1 to 8)."""
    w, h = width, height
    rows = {
        1: (w, 0, 0, h, 0, 0),
        2: (-w, 0, 0, h, w, 0),
        3: (-w, 0, 0, -h, w, h),
        4: (w, 0, 0, -h, 0, h),
        5: (0, -h, -w, 0, w, h),
        6: (0, -h, w, 0, 0, h),
        7: (0, h, w, 0, 0, 0),
        8: (0, h, -w, 0, w, 0),
    }
    return " ".join(f"{number:g}" if number == 0 else f"{number:.2f}" for number in rows[orientation])
