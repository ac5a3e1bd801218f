"""The verdict on one file, as its upload waits for it: p50 and p95 in ms for PDF, JPEG, HEIC of 1, 5 and 10 MB.

Run by ``make bench``. HEIC is written by pillow-heif, a dependency of the tests.
"""

import io
import os
import statistics
import time

import pikepdf
import pillow_heif
from PIL import Image

from matricule import vision

ROUNDS = 15
MEGABYTE = 1024 * 1024


def noise(pixels: int) -> Image.Image:
    """Return an image of about ``pixels`` pixels that hardly compresses, like a photo of grain."""
    side = int(pixels**0.5)
    return Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))


def of_size(kind: str, size: int) -> bytes:
    """Return a file of ``kind`` of about ``size`` bytes."""
    if kind == "pdf":
        return scan(of_size("jpeg", size - 2000))
    pixels = size // 3
    for _ in range(6):
        data = encode(kind, noise(pixels))
        if abs(len(data) - size) < size * 0.1:
            break
        pixels = int(pixels * size / len(data))
    return data


def encode(kind: str, image: Image.Image) -> bytes:
    """Return the image as JPEG or HEIC."""
    out = io.BytesIO()
    if kind == "jpeg":
        image.save(out, "JPEG", quality=85)
    else:
        pillow_heif.from_pillow(image).save(out, quality=60)
    return out.getvalue()


def scan(jpeg: bytes) -> bytes:
    """Return a PDF of one page that holds a scanned picture."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    with Image.open(io.BytesIO(jpeg)) as image:
        width, height = image.size
    picture = pdf.make_stream(jpeg)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width, picture.Height, picture.BitsPerComponent = width, height, 8
    picture.ColorSpace, picture.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    page.obj.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def main() -> None:
    """Print one line for each kind and size."""
    print(f"{'kind':6}{'MB':>6}{'p50 ms':>9}{'p95 ms':>9}  verdict")
    for kind in ("pdf", "jpeg", "heic"):
        for size in (1, 5, 10):
            data = of_size(kind, size * MEGABYTE)
            vision.check(data)
            times = []
            for _ in range(ROUNDS):
                start = time.perf_counter()
                verdict = vision.check(data)
                times.append((time.perf_counter() - start) * 1000)
            p95 = statistics.quantiles(times, n=20)[18]
            print(f"{kind:6}{len(data) / MEGABYTE:6.1f}{statistics.median(times):9.0f}{p95:9.0f}  {verdict.code}")


if __name__ == "__main__":
    main()
