"""Files that were cut or damaged on the way."""

import zlib
from collections.abc import Callable

import pikepdf

from tests.vision.hostile.registry import NOT_ACCEPTED, family
from tests.vision.hostile.seeds import chunk, heic, jpeg, pages, pdf_file, png, raw_png, saved, scan_pdf

_WHOLE: dict[str, dict[str, Callable[[], bytes]]] = {
    "cut PDF": {
        "pdf": scan_pdf,
        "pdf_streams": lambda: saved(pages(5), object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "pdf_linear": lambda: saved(pages(5), linearize=True),
    },
    "cut photo": {
        "jpeg": lambda: jpeg(800, 600),
        "jpeg_progressive": lambda: jpeg(800, 600, progressive=True),
        "png": png,
        "heic": heic,
    },
}


def _cut(make: Callable[[], bytes], percent: int) -> bytes:
    data = make()
    return data[: int(len(data) * percent / 100)]


def _cuts(klass: str) -> Callable[[], dict[str, Callable[[], bytes]]]:
    return lambda: {
        f"cut_{name}_{percent}": (lambda make=make, percent=percent: _cut(make, percent))
        for name, make in _WHOLE[klass].items()
        for percent in (15, 50, 80, 95)
    }


for _klass in _WHOLE:
    family(_klass, "broken", NOT_ACCEPTED)(_cuts(_klass))


@family("damaged file", "broken")
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
