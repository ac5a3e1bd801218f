"""What makes a sheet look like a document: woven grounds, portraits, stamps, signatures, the word SPÉCIMEN.

The only emblem is the arch of this project: no coat of arms, no flag, no logo of an institution.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from matricule.demo.documents.canvas import SCALE, Canvas, Point, font, wave

WORD = "SPÉCIMEN"

_SKINS = {"pale": "#F0CDB2", "fair": "#E4B48F", "tan": "#C98F63", "brown": "#A8744F", "dark": "#7A4E33"}
_HAIRS = {
    "black": "#241F1E",
    "brown": "#4A3022",
    "chestnut": "#7A4A28",
    "blond": "#C79B56",
    "red": "#9C4A22",
    "grey": "#8C8C88",
}
_CLOTHES = {
    "blue": "#3A546B",
    "petrol": "#0C5160",
    "rust": "#A5533A",
    "green": "#4B6B4A",
    "plum": "#5E4463",
    "sand": "#B39A72",
    "ink": "#2C3740",
}
_HEAD = "M50 22 C66 22 73 36 72 54 C71 72 60 84 50 84 C40 84 29 72 28 54 C27 36 34 22 50 22"
_BACK_HAIR = {
    "long": "M23 52 C18 18 38 9 50 9 C62 9 82 18 77 52 L83 100 C72 106 28 106 17 100 Z",
    "bob": "M23 52 C18 18 38 9 50 9 C62 9 82 18 77 52 L79 78 C70 84 30 84 21 78 Z",
}
_FRONT_HAIR = {
    "short": "M26 52 C21 22 36 11 52 12 C70 13 79 28 74 52 C73 44 71 38 67 33 C56 38 42 37 34 32 C29 38 27 44 26 52 Z",
    "side": "M26 54 C20 22 36 10 54 12 C71 13 80 30 74 54 C73 46 71 40 68 36 C58 34 48 30 42 27 C38 34 29 40 26 54 Z",
    "long": "M26 56 C24 26 38 14 50 15 C62 14 76 26 74 56 C71 44 62 36 54 27 C46 36 31 42 26 56 Z",
    "bob": "M26 56 C24 26 38 14 50 15 C62 14 76 26 74 56 C72 46 70 42 68 38 C56 42 42 40 32 37 C29 42 27 48 26 56 Z",
    "bun": "M26 50 C23 24 38 14 50 14 C62 14 77 24 74 50 C70 38 62 30 50 29 C38 30 30 38 26 50 Z",
}


@dataclass(frozen=True)
class Look:
    """How a drawn portrait looks; each value is a word of the tables above."""

    skin: str = "fair"
    hair: str = "brown"
    style: str = "short"
    cloth: str = "blue"
    glasses: bool = False


def ground(canvas: Canvas, colours: Sequence[str], box: Sequence[int] | None = None) -> None:
    """Shade a box (the whole by default) from left to right through the colours given."""
    left, top, right, bottom = box or (0, 0, canvas.width, canvas.height)
    strip = Image.new("RGB", (len(colours), 1))
    for index, colour in enumerate(colours):
        strip.paste(colour, (index, 0, index + 1, 1))
    shade = strip.resize(((right - left) * SCALE, (bottom - top) * SCALE), Image.Resampling.BICUBIC)
    canvas.image.paste(shade, (left * SCALE, top * SCALE))


def weave(canvas: Canvas, colour: str, seed: int, top: float, bottom: float, step: float = 13) -> None:
    """Draw fine woven lines between two heights, as on security paper."""
    chance = random.Random(seed)  # noqa: S311 - a picture, not a secret
    phase, length = chance.random() * math.tau, canvas.width / chance.uniform(1.1, 1.7)
    lines, y = [], top
    while y < bottom:
        swing = 26 * math.sin((y - top) / max(1, bottom - top) * math.pi)
        lines.append(wave(canvas.width, y, swing, length, phase + y / 260))
        y += step
    canvas.hairlines(lines, colour)


def rosette(canvas: Canvas, centre: Point, radius: float, colour: str, petals: int = 11) -> None:
    """Draw a rosette of crossing loops."""
    loops: list[list[Point]] = []
    for turn in (0.0, 0.5):
        points: list[Point] = []
        for step in range(361):
            angle = math.radians(step)
            reach = radius * (0.72 + 0.28 * math.cos(petals * angle + turn * math.tau))
            points.append((centre[0] + reach * math.cos(angle), centre[1] + reach * math.sin(angle)))
        loops.append(points)
        loops.append([(centre[0] + (x - centre[0]) * 0.6, centre[1] + (y - centre[1]) * 0.6) for x, y in points])
    canvas.hairlines(loops, colour, 1.2)


def arch(canvas: Canvas, at: Point, height: float, outer: str, inner: str, dot: str) -> None:
    """Draw the project's arch, its top left at `at`."""
    scale = height / 38
    canvas.shape("M0 17 C0 7.6 7.6 0 17 0 C26.4 0 34 7.6 34 17 L34 38 L0 38 Z", outer, at, scale)
    canvas.shape("M9 38 L9 19 C9 14.6 12.6 11 17 11 C21.4 11 25 14.6 25 19 L25 38 Z", inner, at, scale)
    canvas.disc((at[0] + 17 * scale, at[1] + 21.5 * scale), 4 * scale, dot)
    canvas.shape("M12 38 L12 34 C12 31 14 29 17 29 C20 29 22 31 22 34 L22 38 Z", dot, at, scale)


def portrait(canvas: Canvas, box: Sequence[int], look: Look, back: str = "#DDE5E6", *, ghost: bool = False) -> None:
    """Draw a head and shoulders in a box with rounded corners; a ghost is the pale grey second picture of a card."""
    left, top, right, bottom = box
    sub = Canvas(right - left, bottom - top, back)
    scale = sub.height / 130
    _person(sub, look, ((sub.width - 100 * scale) / 2, 0), scale)
    picture = sub.image
    corners = Image.new("L", picture.size)
    ImageDraw.Draw(corners).rounded_rectangle((0, 0, *picture.size), 14 * SCALE, 80 if ghost else 255)
    if ghost:
        picture = picture.convert("L").convert("RGB")
    canvas.image.paste(picture, (left * SCALE, top * SCALE), corners)


def _person(sub: Canvas, look: Look, at: Point, scale: float) -> None:
    skin, hair, cloth = _SKINS[look.skin], _HAIRS[look.hair], _CLOTHES[look.cloth]
    shade = _darker(skin, 0.86)
    if look.style in _BACK_HAIR:
        sub.shape(_BACK_HAIR[look.style], _darker(hair, 0.85), at, scale)
    if look.style == "bun":
        sub.disc((at[0] + 50 * scale, at[1] + 12 * scale), 11 * scale, hair)
    sub.shape("M4 132 C4 104 20 96 38 90 L50 100 L62 90 C80 96 96 104 96 132 Z", cloth, at, scale)
    sub.shape("M39 74 L39 91 C42 99 58 99 61 91 L61 74 Z", shade, at, scale)
    sub.shape("M36 90 L39 88 L50 108 L61 88 L64 90 L52 118 L48 118 Z", _darker(cloth, 1.35), at, scale)
    for x in (27.6, 72.4):
        sub.disc((at[0] + x * scale, at[1] + 55 * scale), 4.6 * scale, shade)
    sub.shape(_HEAD, skin, at, scale)
    _features(sub, look, at, scale, _darker(skin, 0.68))
    if look.style == "curly":
        for x, y in (
            (30, 38),
            (28, 46),
            (34, 28),
            (42, 22),
            (50, 20),
            (58, 22),
            (66, 28),
            (70, 38),
            (72, 46),
            (50, 27),
            (60, 30),
            (40, 30),
        ):
            sub.disc((at[0] + x * scale, at[1] + (y - 2) * scale), 8 * scale, hair)
    else:
        sub.shape(_FRONT_HAIR[look.style], hair, at, scale)


def _features(sub: Canvas, look: Look, at: Point, scale: float, line: str) -> None:
    ink = "#2B2422"
    for x in (41, 59):
        sub.disc((at[0] + x * scale, at[1] + 54 * scale), 1.7 * scale, ink)
        sub.stroke(
            f"M{x - 4.5} 48.6 C{x - 2} 46.8 {x + 2} 46.8 {x + 4.5} 48.6", _HAIRS[look.hair], 1.5 * scale, at, scale
        )
        if look.glasses:
            sub.disc((at[0] + x * scale, at[1] + 54 * scale), 7 * scale, None, ink, 1.2 * scale)
    if look.glasses:
        sub.stroke("M48 53 C49.4 52 50.6 52 52 53", ink, 1.2 * scale, at, scale)
    sub.stroke("M50.4 55 C52 60 52.6 63 49.4 63.6", line, 1.1 * scale, at, scale)
    sub.stroke("M44 72 C47 73.8 53 73.8 56 72", line, 1.5 * scale, at, scale)


def _darker(colour: str, factor: float) -> str:
    parts = (min(255, round(int(colour[index : index + 2], 16) * factor)) for index in (1, 3, 5))
    return "#" + "".join(f"{part:02X}" for part in parts)


def slanted(
    canvas: Canvas, centre: Point, text: str, size: float, angle: float, colour: str, strength: float, gap: float = 0
) -> None:
    """Write a text turned by `angle` degrees, half transparent, centred on a point."""
    chosen = font("black", size)
    advance = [chosen.getlength(letter) + gap * SCALE for letter in text]
    tile = Image.new("L", (round(sum(advance)) + 8, round(size * SCALE * 1.5)))
    pen, x = ImageDraw.Draw(tile), 4.0
    for letter, step in zip(text, advance, strict=True):
        pen.text((x, tile.height * 0.76), letter, 255, chosen, anchor="ls")
        x += step
    tile = tile.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    canvas.veil(tile, centre, colour, strength)


def specimen(canvas: Canvas, centre: Point | None = None, size: float | None = None, angle: float = 14) -> None:
    """Write SPÉCIMEN across a document."""
    middle = centre or (canvas.width / 2, canvas.height / 2)
    slanted(canvas, middle, WORD, size or canvas.width * 0.145, angle, "#B4321F", 0.25, gap=canvas.width * 0.008)


def stamp(canvas: Canvas, centre: Point, ring: str, middle: str, colour: str, seed: int, radius: float = 105) -> None:
    """Press a round ink stamp: words around a ring, one or two short lines in the middle, slightly turned and worn."""
    chance = random.Random(seed)  # noqa: S311 - a picture, not a secret
    side = round(radius * 2.2 * SCALE)
    tile, half = Image.new("L", (side, side)), side / 2
    pen = ImageDraw.Draw(tile)
    for reach, width in ((radius, 3.4), (radius * 0.66, 1.8)):
        r = reach * SCALE
        pen.ellipse((half - r, half - r, half + r, half + r), outline=255, width=round(width * SCALE))
    size = min(radius * 0.19, radius * 9.6 / max(1, len(ring)))
    _around(tile, ring, size, radius * 0.77 * SCALE)
    for index, line in enumerate(middle.split("\n")):
        y = half + (index - (middle.count("\n")) / 2) * radius * 0.26 * SCALE
        pen.text((half, y), line, 255, font("black", radius * 0.2), anchor="mm")
    for _ in range(260):
        x, y, r = chance.uniform(0, side), chance.uniform(0, side), chance.uniform(1, 5)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=0 if r < 3 else None)
    tile = tile.rotate(chance.uniform(-16, 16), Image.Resampling.BICUBIC)
    canvas.veil(tile, centre, colour, 0.78)


def _around(tile: Image.Image, ring: str, size: float, radius: float) -> None:
    chosen, half = font("bold", size), tile.width / 2
    words = f"{ring} · "
    for index, letter in enumerate(words):
        angle = index / len(words) * math.tau - math.pi / 2
        small = Image.new("L", (round(size * SCALE * 1.6),) * 2)
        ImageDraw.Draw(small).text((small.width / 2, small.height / 2), letter, 255, chosen, anchor="mm")
        small = small.rotate(-math.degrees(angle) - 90, Image.Resampling.BICUBIC)
        place = (
            round(half + radius * math.cos(angle) - small.width / 2),
            round(half + radius * math.sin(angle) - small.height / 2),
        )
        under = tile.crop((*place, place[0] + small.width, place[1] + small.height))
        tile.paste(ImageChops.lighter(under, small), place)


def signature(canvas: Canvas, at: Point, width: float, seed: int, colour: str = "#1F3A6E") -> None:
    """Sign: one lively stroke that starts at `at` (left, middle) and a line under it."""
    chance = random.Random(seed)  # noqa: S311 - a picture, not a secret
    x, y = at
    path = f"M{x} {y}"
    turns = chance.randint(5, 7)
    for index in range(turns):
        span = width / turns * chance.uniform(0.9, 1.5)
        rise = width * (0.24 if index == 0 else 0.1) * chance.uniform(0.7, 1.3)
        nx = x + span * 0.8
        low = y + rise * 0.4
        path += f"C{x + span * 0.2} {y - rise * 1.7} {x + span} {y - rise} {nx - span * 0.3} {low}"
        path += f"C{nx - span * 0.4} {y + rise} {nx - span * 0.1} {y + rise * 0.3} {nx} {y}"
        x = nx
    path += f"C{x + 20:.1f} {y - 8:.1f} {x + 40:.1f} {y - 14:.1f} {x + 60:.1f} {y - 12:.1f}"
    canvas.stroke(path, colour, 2.6)
    canvas.stroke(f"M{at[0] + 8} {y + 24} C{at[0] + width * 0.4} {y + 14} {x} {y + 12} {x + 30} {y + 20}", colour, 1.8)


def bars(canvas: Canvas, box: Sequence[float], seed: int, fill: str = "#1D2A2E") -> None:
    """Draw a bar code that means nothing."""
    chance = random.Random(seed)  # noqa: S311 - a picture, not a secret
    x, top, right, bottom = box
    while x < right - 8:
        width = chance.choice((1.5, 1.5, 3, 4.5))
        canvas.rect((x, top, x + width, bottom), fill)
        x += width + chance.choice((2, 3, 4.5))


def look_of(words: Mapping[str, str | bool]) -> Look:
    """Build a look from a table of words, and refuse one that the tables do not know.

    Raises ValueError that names the unknown word.
    """
    look = Look(**words)  # type: ignore[arg-type]
    styles = {*_FRONT_HAIR, "curly"}
    for word, known in ((look.skin, _SKINS), (look.hair, _HAIRS), (look.style, styles), (look.cloth, _CLOTHES)):
        if word not in known:
            raise ValueError(f"no drawing for {word!r} in a portrait")
    return look
