"""A small drawing surface: shapes, curves and text in pixels of the finished picture, drawn at twice the size."""

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import font_rhd
import font_source_sans_pro
from PIL import Image, ImageDraw, ImageFont

from matricule.demo.documents import ocrb

Point = tuple[float, float]

# Everything is drawn larger and averaged down: lines and curves come out smooth.
SCALE = 2
_FINE = 4

_FILES = {
    "text": font_source_sans_pro.font_files_ttf["SourceSansPro"],
    "bold": font_source_sans_pro.font_files_ttf["SourceSansProSemibold"],
    "black": font_source_sans_pro.font_files_ttf["SourceSansProBold"],
    "title": font_rhd.font_files["RedHatDisplayBold"],
}
# Red Hat Display has no Cyrillic and lacks some Vietnamese vowels: those titles take the text font.
_TITLE_LETTERS = frozenset(map(chr, (*range(0x20, 0x180), 0x2013, 0x2014, 0x2019, 0x2022)))


@lru_cache(maxsize=256)
def font(name: str, size: float) -> ImageFont.FreeTypeFont:
    """Give one of our faces ("text", "bold", "black", "title") at `size` pixels of the finished picture."""
    return ImageFont.truetype(_FILES[name], round(size * SCALE), layout_engine=ImageFont.Layout.BASIC)


def flatten(path: str) -> Iterator[list[Point]]:
    """Turn a path of M, L, C and Z (absolute, as in SVG) into polylines."""
    line: list[Point] = []
    for letter, numbers in re.findall(r"([MLCZ])([^MLCZ]*)", path):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        points = list(zip(values[::2], values[1::2], strict=True))
        if letter == "M":
            if line:
                yield line
            line = points
        elif letter == "L":
            line = line + points
        elif letter == "C":
            line = line + _curve(line[-1], *points)
        else:
            line = [*line, line[0]]
    if line:
        yield line


def _curve(start: Point, *handles: Point) -> list[Point]:
    points: list[Point] = []
    for first in range(0, len(handles), 3):
        one, two, end = handles[first : first + 3]
        for step in range(1, 15):
            t = step / 14
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            points.append(
                (
                    a * start[0] + b * one[0] + c * two[0] + d * end[0],
                    a * start[1] + b * one[1] + c * two[1] + d * end[1],
                )
            )
        start = end
    return points


class Canvas:
    """A page or a card being drawn. Coordinates and sizes are pixels of the finished picture, from the top left."""

    def __init__(self, width: int, height: int, paper: str = "#FFFFFF") -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), paper)
        self._pen = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        """Give the picture at its own size."""
        return self.image.reduce(SCALE)

    def rect(
        self,
        box: Sequence[float],
        fill: str | None = None,
        edge: str | None = None,
        width: float = 2,
        radius: float = 0,
    ) -> None:
        """Draw a rectangle (left, top, right, bottom), filled, edged or both."""
        self._pen.rounded_rectangle(
            [value * SCALE for value in box], radius * SCALE, fill, edge, round(width * SCALE) if edge else 0
        )

    def disc(self, centre: Point, radius: float, fill: str | None, edge: str | None = None, width: float = 2) -> None:
        """Draw a disc or a ring."""
        x, y = centre
        box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self._pen.ellipse(box, fill, edge, round(width * SCALE) if edge else 0)

    def line(self, points: Sequence[Point], fill: str, width: float = 2) -> None:
        """Draw a polyline with round joints."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._pen.line(scaled, fill, max(1, round(width * SCALE)), joint="curve")

    def dots(self, left: float, right: float, y: float, fill: str, gap: float = 9) -> None:
        """Draw a dotted line to write on."""
        x = left
        while x < right:
            self.disc((x, y), 1.1, fill)
            x += gap

    def shape(self, path: str, fill: str, at: Point = (0, 0), scale: float = 1.0) -> None:
        """Fill a path of M, L, C, Z placed at `at`."""
        for line in flatten(path):
            self._pen.polygon([((at[0] + x * scale) * SCALE, (at[1] + y * scale) * SCALE) for x, y in line], fill)

    def stroke(self, path: str, fill: str, width: float, at: Point = (0, 0), scale: float = 1.0) -> None:
        """Draw along a path with round ends."""
        for line in flatten(path):
            points = [(at[0] + x * scale, at[1] + y * scale) for x, y in line]
            self.line(points, fill, width)
            for end in (points[0], points[-1]):
                self.disc(end, width / 2, fill)

    def text(
        self,
        at: Point,
        text: str,
        size: float,
        fill: str = "#1D2A2E",
        face: str = "text",
        anchor: str = "ls",
        gap: float = 0,
    ) -> float:
        """Write one line; `anchor` as in Pillow (ls: from the left on the base line). Gives the width in pixels."""
        if face == "title" and not _TITLE_LETTERS.issuperset(text):
            face = "black"
        chosen = font(face, size)
        width = chosen.getlength(text) / SCALE + gap * max(0, len(text) - 1)
        if not gap:
            self._pen.text((at[0] * SCALE, at[1] * SCALE), text, fill, chosen, anchor=anchor)
            return width
        x = at[0] - {"l": 0.0, "m": width / 2, "r": width}[anchor[0]]
        for character in text:
            self._pen.text((x * SCALE, at[1] * SCALE), character, fill, chosen, anchor="l" + anchor[1])
            x += chosen.getlength(character) / SCALE + gap
        return width

    def mrz(self, at: Point, line: str, pitch: float, fill: str = "#15181A") -> None:
        """Write a line of a machine readable zone, `pitch` pixels a character, `at` its top left."""
        unit = pitch / ocrb.PITCH * SCALE * _FINE
        stroke = ocrb.STROKE * unit
        mask = Image.new(
            "L", (round(len(line) * pitch * SCALE * _FINE + 2 * stroke), round(ocrb.HEIGHT * unit + 4 * stroke))
        )
        pen = ImageDraw.Draw(mask)
        for index, character in enumerate(line):
            left = index * ocrb.PITCH * unit + stroke
            for points in flatten(ocrb.GLYPHS[character]):
                trace = [(left + x * unit, stroke + y * unit) for x, y in points]
                pen.line(trace, 255, round(stroke), joint="curve")
                for x, y in (trace[0], trace[-1]):
                    pen.ellipse((x - stroke / 2, y - stroke / 2, x + stroke / 2, y + stroke / 2), 255)
        small = mask.reduce(_FINE)
        self.image.paste(fill, (round(at[0] * SCALE - stroke / _FINE), round(at[1] * SCALE - stroke / _FINE)), small)

    def hairlines(self, lines: Sequence[Sequence[Point]], fill: str, width: float = 1) -> None:
        """Draw many fine curves, finer than `line` can."""
        unit, edge = SCALE * 2, 4
        left = math.floor(max(0.0, min(x for line in lines for x, _ in line))) - edge
        top = math.floor(max(0.0, min(y for line in lines for _, y in line))) - edge
        right = math.ceil(min(float(self.width), max(x for line in lines for x, _ in line))) + edge
        bottom = math.ceil(min(float(self.height), max(y for line in lines for _, y in line))) + edge
        mask = Image.new("L", ((right - left) * unit, (bottom - top) * unit))
        pen = ImageDraw.Draw(mask)
        for points in lines:
            pen.line([((x - left) * unit, (y - top) * unit) for x, y in points], 255, round(width * unit))
        self.image.paste(fill, (left * SCALE, top * SCALE), mask.reduce(2))

    def veil(self, tile: Image.Image, centre: Point, fill: str, strength: float) -> None:
        """Lay a colour through a mask of double size, centred on a point, `strength` from 0 to 1."""
        place = (round(centre[0] * SCALE - tile.width / 2), round(centre[1] * SCALE - tile.height / 2))
        self.image.paste(fill, place, tile.point(lambda value: int(value * strength)))


def wrap(text: str, size: float, width: float, face: str = "text") -> list[str]:
    """Break a text into lines that fit `width` pixels; line ends of the text stay."""
    chosen = font(face, size)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and chosen.getlength(longer) > width * SCALE:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def wave(width: float, y: float, height: float, length: float, phase: float) -> list[Point]:
    """Give the points of a sine line across `width`."""
    return [(x, y + height * math.sin(x / length * math.tau + phase)) for x in range(0, int(width) + 16, 16)]
