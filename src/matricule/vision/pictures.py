"""Photos: opened, proved whole, turned and made smaller without ever holding more than one full picture in memory.

Imported in the parser child only.
"""

import io
import math
from collections.abc import Iterator
from typing import Any

import pi_heif
from PIL import Image

from matricule.vision import png
from matricule.vision.source import Refusal, Source
from matricule.vision.verdicts import Verdict

Image.MAX_IMAGE_PIXELS = None  # `_bounded` checks before any decoding, and can say the number
pi_heif.options.DECODE_THREADS = 1
pi_heif.options.THUMBNAILS = False
pi_heif.options.DEPTH_IMAGES = False
pi_heif.options.AUX_IMAGES = False

_ORIENTATION = 0x0112
_STRIP = 512
_MOST_DRAWN = 12_000_000
_LONGEST_DRAWN = 16_000
_A4_300_DPI = 3508
_TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
_CLOCKWISE = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


class Picture:
    """An opened photo of any accepted kind: its size as stored, its turn mark, and its pixels strip by strip."""

    def __init__(self, source: Source, kind: str, pixels: int) -> None:
        self.kind = kind
        self._heif: Any = None
        self._image: Image.Image | None = None
        if kind == "heic":
            opened = pi_heif.open_heif(source.stream(), convert_hdr_to_8bit=True)
            self._heif = opened[opened.primary_index]
            self.images = len(opened)
            self.size: tuple[int, int] = self._heif.size
            self.orientation = 1  # the HEIC decoder applies its own turn; EXIF must not turn it again
        else:
            self._image = Image.open(source.stream(), formats=(kind.upper(),))
            self.images = 1
            self.size = self._image.size
            self.orientation = _turn_mark(self._image)
        _bounded(self.size, pixels)

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height once the turn mark is applied."""
        width, height = self.size
        return (height, width) if self.orientation >= 5 else (width, height)

    def shrink_on_load(self, size: tuple[int, int]) -> None:
        """Let a JPEG be decoded at 1/2, 1/4 or 1/8, not below `size`: less memory, and the file is still read to its
        end."""
        if self._image is not None and self.kind == "jpeg":
            self._image.draft(None, size)
            self.size = self._image.size

    def load(self) -> None:
        """Decode the whole picture. Raises what the library raises when the file is cut or wrong."""
        if self._image is not None:
            self._image.load()
        else:
            self._heif.load()

    def strips(self, height: int) -> Iterator[Image.Image]:
        """The picture from top to bottom, `height` rows at a time, as RGB on white."""
        self.load()
        width, total = self.size
        for top in range(0, total, height):
            bottom = min(total, top + height)
            if self._image is not None:
                yield _on_white(self._image.crop((0, top, width, bottom)))
            else:
                yield _on_white(self._heif_strip(width, top, bottom))

    def _heif_strip(self, width: int, top: int, bottom: int) -> Image.Image:
        mode, stride = self._heif.mode, self._heif.stride
        rows = bytes(memoryview(self._heif.data)[top * stride : bottom * stride])
        return Image.frombuffer(mode, (width, bottom - top), rows, "raw", mode, stride, 1)


def check(source: Source, kind: str, pixels: int) -> Verdict:
    """The verdict on a photo: opened, within its pixels, decoded to its last byte. Raises Refusal, or what libraries
    raise."""
    if kind == "png":
        png.prove(source.data, pixels)
    picture = Picture(source, kind, pixels)
    shown = picture.shown_size
    if kind != "png":
        picture.shrink_on_load((max(1, picture.size[0] // 8), max(1, picture.size[1] // 8)))
        picture.load()
    details: dict[str, int | str] = {"pixels": shown[0] * shown[1]}
    if picture.images > 1:
        details["images"] = picture.images
    return Verdict(True, "ok", kind, (shown,), details, False, picture.orientation != 1)


def render(source: Source, kind: str, width: int, rotation: int, pixels: int) -> bytes:
    """The photo as a JPEG of this width (not enlarged), upright, without metadata."""
    return _drawn(Picture(source, kind, pixels), width, None, rotation, 80)


def as_jpeg(source: Source, kind: str, pixels: int) -> bytes:
    """The photo as an upright JPEG for a page: at most A4 at 300 dots per inch, alpha on white, without metadata."""
    return _drawn(Picture(source, kind, pixels), None, _A4_300_DPI, 0, 88)


def _drawn(picture: Picture, width: int | None, longest: int | None, rotation: int, quality: int) -> bytes:
    wide, high = picture.shown_size
    if rotation in (90, 270):
        wide, high = high, wide
    ratio = min(1.0, math.sqrt(_MOST_DRAWN / (wide * high)), _LONGEST_DRAWN / max(wide, high))
    if width is not None:
        ratio = min(ratio, width / wide)
    if longest is not None:
        ratio = min(ratio, longest / max(wide, high))
    target = (max(1, round(wide * ratio)), max(1, round(high * ratio)))
    swapped = (picture.orientation >= 5) != (rotation in (90, 270))
    small = _shrunk(picture, (target[1], target[0]) if swapped else target)
    for step in _TURNS.get(picture.orientation, ()):
        small = small.transpose(step)
    if rotation:
        small = small.transpose(_CLOCKWISE[rotation])
    output = io.BytesIO()
    small.save(output, "JPEG", quality=quality)
    return output.getvalue()


def _shrunk(picture: Picture, target: tuple[int, int]) -> Image.Image:
    """The picture at `target` size, before any turn: whole-number reduction strip by strip, then one fine step."""
    picture.shrink_on_load(target)
    width, height = picture.size
    factor = max(1, min(width // target[0], height // target[1]))
    strip = max(factor, _STRIP // factor * factor)
    reduced = Image.new("RGB", (math.ceil(width / factor), math.ceil(height / factor)))
    top = 0
    for part in picture.strips(strip):
        piece = part.reduce(factor) if factor > 1 else part
        reduced.paste(piece, (0, top))
        top += piece.height
    return reduced if reduced.size == target else reduced.resize(target, Image.Resampling.BICUBIC)


def _bounded(size: tuple[int, int], most: int) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise Refusal("broken")
    if width * height > most:
        raise Refusal("too_many_pixels", count=width * height, limit=most, pixels=width * height)


def _turn_mark(image: Image.Image) -> int:
    if image.format == "PNG" and "exif" not in image.info:
        return 1  # asking would decode the whole picture, to look for a mark after it
    try:
        mark = image.getexif().get(_ORIENTATION, 1)
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, AttributeError):
        return 1  # a wrong EXIF block does not make the photo unreadable
    return mark if isinstance(mark, int) and 1 <= mark <= 8 else 1


def _on_white(strip: Image.Image) -> Image.Image:
    if strip.mode in ("I", "I;16", "I;16B", "F"):
        return strip.point(lambda value: value * (1 / 257)).convert("L").convert("RGB")
    if strip.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in strip.info:
        layer = strip.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return strip if strip.mode == "RGB" else strip.convert("RGB")
