"""From drawings to files: pages, PDF, JPEG, PNG, HEIC, and the ways in which a scan goes wrong."""

import io
import random
from collections.abc import Sequence
from typing import Any, get_args

import img2pdf
from PIL import Image, ImageEnhance, ImageFilter

from matricule.demo.documents.kinds import Flaw, Format

# The smallest wins: a service for demos should not weigh on the disk of a laptop.
_PDF_FILE = 112_000
_JPEG_FILE = 340_000
_WORST = 55


def encode(pages: Sequence[Image.Image], fmt: Format, dots: int) -> bytes:
    """Write pages as one file; a picture format takes the first page. `dots` is the resolution, in dots an inch.

    Raises ValueError for an unknown format, and for HEIC where the optional writer is not installed.
    """
    if fmt == "pdf":
        return _pdf(pages, dots)
    page, out = pages[0], io.BytesIO()
    if fmt == "jpeg":
        return _jpeg(page, dots, _JPEG_FILE, 88)
    if fmt == "png":
        (_few_colours(page, 128) if _is_flat(page) else page).save(out, "PNG", dpi=(dots, dots))
    elif fmt == "heic":
        _heif().from_pillow(page).save(out, quality=70)
    else:
        raise ValueError(f"unknown format: {fmt}; one of {', '.join(get_args(Format))}")
    return out.getvalue()


def _heif() -> Any:
    try:
        import pillow_heif
    except ImportError as missing:
        raise ValueError("drawing HEIC needs the development package pillow-heif") from missing
    return pillow_heif


def _few_colours(page: Image.Image, count: int) -> Image.Image:
    return page.quantize(count, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _is_flat(page: Image.Image) -> bool:
    """Tell text on plain paper from a picture: one colour holds three fifths of it or more."""
    sample = page.resize((page.width // 8, page.height // 8), Image.Resampling.NEAREST)
    counts = sample.getcolors(sample.width * sample.height) or [(0, 0)]
    return max(count for count, _ in counts) * 5 >= sample.width * sample.height * 3


def _jpeg(page: Image.Image, dots: int, limit: int, quality: int) -> bytes:
    while True:
        out = io.BytesIO()
        page.save(out, "JPEG", quality=quality, dpi=(dots, dots))
        if out.tell() <= limit:
            return out.getvalue()
        if quality > _WORST:
            quality -= 10
        else:
            page = page.resize((round(page.width * 0.9), round(page.height * 0.9)), Image.Resampling.LANCZOS)
            dots = round(dots * 0.9)


def _pdf(pages: Sequence[Image.Image], dots: int) -> bytes:
    limit = _PDF_FILE // len(pages)
    images = [_flat_png(page, dots, limit) or _jpeg(page, dots, limit, 85) for page in pages]
    made: bytes = img2pdf.convert(images, nodate=True, engine=img2pdf.Engine.internal, title="SPÉCIMEN")
    return made


def _flat_png(page: Image.Image, dots: int, limit: int) -> bytes | None:
    if not _is_flat(page):
        return None
    out = io.BytesIO()
    _few_colours(page, 32).save(out, "PNG", dpi=(dots, dots))
    return out.getvalue() if out.tell() <= limit else None


def spoil(page: Image.Image, flaw: Flaw, seed: int) -> Image.Image:
    """Give the page as a bad scan: blurred, cut at its right and lower edge, turned by a quarter, or too dark to read.

    Raises ValueError for an unknown flaw.
    """
    if flaw == "blurred":
        return page.filter(ImageFilter.GaussianBlur(page.width / 115))
    if flaw == "cut":
        return page.crop((0, 0, round(page.width * 0.84), round(page.height * 0.93)))
    if flaw == "turned":
        return page.transpose(Image.Transpose.ROTATE_90)
    if flaw == "dark":
        dim = ImageEnhance.Brightness(ImageEnhance.Contrast(page).enhance(0.35)).enhance(0.09)
        return _grain(dim, seed, 0.05)
    raise ValueError(f"unknown flaw: {flaw}; one of {', '.join(get_args(Flaw))}")


def photograph(page: Image.Image, seed: int) -> Image.Image:
    """Give the page as photographed on a desk: a little turned, with a shadow and the grain of a telephone."""
    chance = random.Random(seed)  # noqa: S311 - a picture, not a secret
    border = round(page.width * 0.06)
    size = (page.width + 2 * border, page.height + 2 * border)
    desk = Image.new("RGB", size, chance.choice(("#8A7A62", "#6F665C", "#9A8468")))
    angle = chance.uniform(-2.4, 2.4)
    paper = Image.new("L", page.size, 255).rotate(angle, Image.Resampling.BICUBIC, expand=True)
    turned = page.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    place = ((size[0] - turned.width) // 2, (size[1] - turned.height) // 2)
    shadow = Image.new("L", size)
    shadow.paste(paper, (place[0] + 10, place[1] + 14))
    desk.paste("#241E18", (0, 0), shadow.filter(ImageFilter.GaussianBlur(14)).point(lambda value: value // 2))
    desk.paste(turned, place, paper)
    return _grain(desk, seed, 0.025)


def _grain(page: Image.Image, seed: int, strength: float) -> Image.Image:
    # Pillow's own noise cannot be seeded.
    small = (page.width // 2, page.height // 2)
    noise = Image.frombytes("L", small, random.Random(seed).randbytes(small[0] * small[1]))  # noqa: S311
    grain = Image.merge("RGB", (noise.resize(page.size),) * 3)
    return Image.blend(page, grain, strength)
