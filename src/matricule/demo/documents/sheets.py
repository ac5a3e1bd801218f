"""Documents of a page: certificates, records, forms, letters. What they say is data (sheets/*.toml), drawn here.

A page is 1240 by 1754 pixels (A4 at 150 dots an inch). A description has a style and a list of blocks, read from top
to bottom; every text may hold `{words}` of `words.context`.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from matricule.demo.documents import marks
from matricule.demo.documents.canvas import Canvas, wrap
from matricule.demo.documents.words import context
from matricule.demo.people import Person

WIDTH, HEIGHT = 1240, 1754
INK, GREY = "#1D2A2E", "#5B686D"

Block = Mapping[str, Any]


@cache
def descriptions() -> Mapping[str, Mapping[str, Any]]:
    """Give every description by kind. Raises tomllib.TOMLDecodeError for a wrong file."""
    folder = files(__package__) / "sheets"
    found: dict[str, Mapping[str, Any]] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            found |= tomllib.loads(entry.read_text("utf-8"))
    return found


@dataclass
class Sheet:
    """A page in the making: the drawing, the words, the colour of its kind, and how far down it is filled."""

    canvas: Canvas
    words: Mapping[str, Any]
    accent: str
    seed: int
    air: float = 1.0
    left: float = 110
    y: float = 110

    @property
    def width(self) -> float:
        """Give the width between the margins."""
        return WIDTH - 2 * self.left

    def say(self, text: str) -> str:
        """Fill a template with the person's words."""
        return text.format_map(self.words)


def draw_sheet(kind: str, person: Person, seed: int, *, word_at: float = 900) -> Canvas:
    """Draw the page of a kind that has a description, SPÉCIMEN at the height given. Raises KeyError for another."""
    sheet = compose(kind, person, seed)
    marks.specimen(sheet.canvas, (WIDTH / 2, word_at), 215, 32)
    return sheet.canvas


def compose(kind: str, person: Person, seed: int) -> Sheet:
    """Lay out the page of a kind without the word SPÉCIMEN; `y` says how far down the page it went."""
    description = descriptions()[kind]
    canvas = Canvas(WIDTH, HEIGHT, description.get("paper", "#FFFFFF"))
    accent, air = description.get("accent", "#0C5160"), description.get("air", 1.0)
    sheet = Sheet(canvas, context(person), accent, seed, air)
    _frame(sheet, description.get("frame", "none"))
    for block in description["blocks"]:
        _BLOCKS[block["type"]](sheet, block)
    return sheet


def _frame(sheet: Sheet, frame: str) -> None:
    canvas, accent = sheet.canvas, sheet.accent
    if frame == "double":
        canvas.rect((48, 48, WIDTH - 48, HEIGHT - 48), None, accent, 5)
        canvas.rect((60, 60, WIDTH - 60, HEIGHT - 60), None, accent, 1.5)
    elif frame == "woven":
        marks.weave(canvas, _tint(accent, 0.82), sheet.seed, 40, HEIGHT - 40, 22)
        canvas.rect((44, 44, WIDTH - 44, HEIGHT - 44), None, accent, 9, 6)
        canvas.rect((64, 64, WIDTH - 64, HEIGHT - 64), None, accent, 2, 4)
        for corner in ((82, 82), (WIDTH - 82, 82), (82, HEIGHT - 82), (WIDTH - 82, HEIGHT - 82)):
            marks.rosette(canvas, corner, 34, accent, 8)
    elif frame == "side":
        canvas.rect((0, 0, 46, HEIGHT), accent)
    elif frame == "band":
        canvas.rect((0, 0, WIDTH, 26), accent)
    if frame != "none":
        sheet.y = 130


def _tint(colour: str, towards_white: float) -> str:
    parts = (int(colour[index : index + 2], 16) for index in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * towards_white):02X}" for part in parts)


def _letterhead(sheet: Sheet, block: Block) -> None:
    canvas, x = sheet.canvas, sheet.left
    if block.get("emblem", True):
        marks.arch(canvas, (x, sheet.y), 92, sheet.accent, "#FBF8F3", "#F2B441")
        x += 112
    for index, line in enumerate(sheet.say(block["left"]).split("\n")):
        face, size = ("title", 29) if index == 0 else ("text", 21)
        for part in wrap(line, size, 640 - x + sheet.left, face):
            canvas.text((x, sheet.y + 32), part, size, sheet.accent if index == 0 else GREY, face)
            sheet.y += 38 if index == 0 else 28
    right_y = sheet.y - 28 * sheet.say(block["left"]).count("\n") - 6
    for index, line in enumerate(sheet.say(block.get("right", "")).split("\n")):
        canvas.text((WIDTH - sheet.left, right_y + index * 29), line, 21, GREY, "text", "rs")
    sheet.y += 70


def _emblem(sheet: Sheet, block: Block) -> None:
    marks.arch(sheet.canvas, (WIDTH / 2 - 49, sheet.y), 110, sheet.accent, "#FBF8F3", "#F2B441")
    sheet.y += 152
    for line in sheet.say(block.get("text", "")).split("\n"):
        sheet.canvas.text((WIDTH / 2, sheet.y), line, 23, sheet.accent, "bold", "ms", gap=2)
        sheet.y += 34
    sheet.y += 16


def _title(sheet: Sheet, block: Block) -> None:
    size = block.get("size", 44)
    for line in wrap(sheet.say(block["text"]), size, sheet.width, "title"):
        sheet.canvas.text((WIDTH / 2, sheet.y + size), line, size, sheet.accent, "title", "ms")
        sheet.y += size * 1.2
    for line in sheet.say(block.get("sub", "")).split("\n"):
        if line:
            sheet.canvas.text((WIDTH / 2, sheet.y + 32), line, 24, GREY, "text", "ms")
            sheet.y += 34
    sheet.y += 44 * sheet.air


def _para(sheet: Sheet, block: Block) -> None:
    size, face = block.get("size", 26), block.get("face", "text")
    for line in wrap(sheet.say(block["text"]), size, sheet.width, face):
        sheet.canvas.text((sheet.left, sheet.y + size), line, size, INK, face)
        sheet.y += size * 1.48
    sheet.y += block.get("after", 24) * sheet.air


def _head(sheet: Sheet, block: Block) -> None:
    canvas, text = sheet.canvas, sheet.say(block["text"])
    canvas.rect((sheet.left, sheet.y, WIDTH - sheet.left, sheet.y + 44), _tint(sheet.accent, 0.86), radius=4)
    canvas.text((sheet.left + 16, sheet.y + 31), text, 24, sheet.accent, "black")
    sheet.y += 60


def _rows(sheet: Sheet, block: Block) -> None:
    style = block.get("style", "dots")
    size, split = block.get("size", 26), block.get("split", 0.4)
    for label, value in block["items"]:
        lines = wrap(sheet.say(value), size, sheet.width * (1 - split) - 20, "bold")
        heads = wrap(sheet.say(label), size - 4, sheet.width * split - 16)
        top, left = sheet.y, sheet.left + sheet.width * split
        for index, line in enumerate(heads):
            sheet.canvas.text((sheet.left, top + size + index * size * 1.2), line, size - 4, GREY)
        for index, line in enumerate(lines):
            sheet.canvas.text((left, top + size + index * size * 1.3), line, size, INK, "bold")
        sheet.y += max(len(lines), len(heads)) * size * 1.3
        if style == "dots":
            sheet.canvas.dots(left, WIDTH - sheet.left, sheet.y + 4, "#98A3A6")
        elif style == "ruled":
            sheet.canvas.line([(sheet.left, sheet.y + 8), (WIDTH - sheet.left, sheet.y + 8)], "#CFC8BA", 1.2)
        sheet.y += 22 * sheet.air
    sheet.y += block.get("after", 22) * sheet.air


def _boxes(sheet: Sheet, block: Block) -> None:
    columns, tall = block.get("columns", 1), block.get("tall", 78)
    gap = 12
    width = (sheet.width - gap * (columns - 1)) / columns
    for index, (label, value) in enumerate(block["items"]):
        column = index % columns
        x = sheet.left + column * (width + gap)
        sheet.canvas.rect((x, sheet.y, x + width, sheet.y + tall), "#FFFFFF", _tint(sheet.accent, 0.3), 1.6, 4)
        sheet.canvas.text((x + 12, sheet.y + 24), sheet.say(label), 17, sheet.accent)
        fit = sheet.say(value)
        size = next((size for size in (27, 24, 21, 18) if len(wrap(fit, size, width - 24, "bold")) == 1), 16)
        sheet.canvas.text((x + 12, sheet.y + tall - 17), fit, size, INK, "bold")
        if column == columns - 1 or index == len(block["items"]) - 1:
            sheet.y += tall + gap * sheet.air
    sheet.y += block.get("after", 16) * sheet.air


def _ticks(sheet: Sheet, block: Block) -> None:
    for mark, text in block["items"]:
        y = sheet.y
        sheet.canvas.rect((sheet.left, y + 4, sheet.left + 26, y + 30), "#FFFFFF", INK, 2, 3)
        if mark:
            sheet.canvas.stroke("M5 14 L11 20 L21 7", sheet.accent, 4, (sheet.left, y + 4))
        for line in wrap(sheet.say(text), 24, sheet.width - 46):
            sheet.canvas.text((sheet.left + 44, sheet.y + 26), line, 24, INK)
            sheet.y += 35
        sheet.y += 14 * sheet.air
    sheet.y += block.get("after", 14) * sheet.air


def _table(sheet: Sheet, block: Block) -> None:
    shares: Sequence[float] = block["widths"]
    rows = [block["head"], *block["rows"]]
    for number, row in enumerate(rows):
        x = sheet.left
        tall = 48 if number == 0 else 56
        if number == 0:
            sheet.canvas.rect((x, sheet.y, WIDTH - sheet.left, sheet.y + tall), sheet.accent)
        for share, cell in zip(shares, row, strict=True):
            width = sheet.width * share
            colour, face = ("#FFFFFF", "bold") if number == 0 else (INK, "bold" if share >= 0.3 else "text")
            fit = sheet.say(cell)
            size = next((size for size in (23, 20, 18) if len(wrap(fit, size, width - 20, face)) == 1), 16)
            sheet.canvas.text((x + 12, sheet.y + tall - 18), fit, size, colour, face)
            if number:
                sheet.canvas.rect((x, sheet.y, x + width, sheet.y + tall), None, "#B9C0C1", 1.2)
            x += width
        sheet.y += tall
    sheet.y += 34 * sheet.air


def _sign(sheet: Sheet, block: Block) -> None:
    x = {"left": sheet.left, "right": WIDTH - sheet.left - 430}[block.get("side", "right")]
    top = sheet.y
    for line in wrap(sheet.say(block["text"]), 23, 440):
        sheet.canvas.text((x, sheet.y + 24), line, 23, INK)
        sheet.y += 33
    marks.signature(sheet.canvas, (x + 30, sheet.y + 74), 220, sheet.seed + len(block["text"]))
    sheet.canvas.text((x, sheet.y + 150), sheet.say(block.get("name", "")), 23, INK, "bold")
    if "stamp" in block:
        at = x - 170 if x > WIDTH / 2 else x + 600
        middle = sheet.say(block.get("middle", marks.WORD))
        colour = block.get("ink", "#2B4C8C")
        marks.stamp(sheet.canvas, (at, top + 140), sheet.say(block["stamp"]), middle, colour, sheet.seed, 122)
    sheet.y = max(sheet.y + 190, top + 290)


def _note(sheet: Sheet, block: Block) -> None:
    lines = wrap(sheet.say(block["text"]), 18, sheet.width)
    y = HEIGHT - 108 - (len(lines) - 1) * 25
    sheet.canvas.line([(sheet.left, y - 30), (WIDTH - sheet.left, y - 30)], "#CFC8BA", 1.2)
    for line in lines:
        sheet.canvas.text((sheet.left, y), line, 18, GREY)
        y += 25


def _space(sheet: Sheet, block: Block) -> None:
    sheet.y += block["tall"]


def _code(sheet: Sheet, block: Block) -> None:
    marks.bars(sheet.canvas, (WIDTH - sheet.left - 330, sheet.y, WIDTH - sheet.left, sheet.y + 52), sheet.seed)
    sheet.canvas.text((WIDTH - sheet.left, sheet.y + 76), sheet.say(block["text"]), 18, GREY, "text", "rs", gap=2)
    sheet.y += 96


_BLOCKS: dict[str, Callable[[Sheet, Block], None]] = {
    "letterhead": _letterhead,
    "emblem": _emblem,
    "title": _title,
    "para": _para,
    "head": _head,
    "rows": _rows,
    "boxes": _boxes,
    "ticks": _ticks,
    "table": _table,
    "sign": _sign,
    "note": _note,
    "space": _space,
    "code": _code,
}
