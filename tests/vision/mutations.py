"""Spoiled copies of sound and hostile files: the same for the same number."""

import random
from collections.abc import Sequence
from functools import cache

from tests.vision import hostile

LARGEST = 12_000
"""Bytes of a file that is spoiled: many small ones find more than a few large ones in the same time."""
SLOW = {"stream bomb", "object bomb", "drawing bomb", "JPEG of many scans", "JBIG2 in a PDF"}
WORTHLESS = {"empty", "text or noise", "web page named PDF", "drawing or XML", "mail", "film or sound", "program"}
"""Classes that are refused by their first bytes: spoiled, they are refused again."""


@cache
def sources() -> Sequence[tuple[str, bytes]]:
    """Name and bytes of every file that is spoiled, in a fixed order: sound ones first, then the hostile ones."""
    sound = [
        ("pdf", hostile.pdf_file()),
        ("scan", hostile.scan_pdf()),
        ("jpeg", hostile.jpeg(64, 48, orientation=6)),
        ("jpeg progressive", hostile.jpeg(64, 48, progressive=True)),
        ("png", hostile.png(64, 48)),
        ("heic", hostile.heic(64, 64)),
    ]
    spoilt = [
        (case.name, case.data)
        for case in hostile.cases()
        if case.klass not in SLOW | WORTHLESS and 0 < len(case.data) <= LARGEST
    ]
    return [*sound * 10, *spoilt]


def mutated(number: int) -> tuple[str, bytes]:
    """Return the name of the source and the bytes of the spoiled file of this number."""
    dice = random.Random(number)
    files = sources()
    name, data = files[dice.randrange(len(files))]
    spoiled = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        dice.choice(WAYS)(dice, spoiled)
    return name, bytes(spoiled)


def flip(dice: random.Random, data: bytearray) -> None:
    """One bit, somewhere."""
    if data:
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def drop(dice: random.Random, data: bytearray) -> None:
    """A few bytes taken out: every length and every offset behind them is wrong now."""
    at = dice.randrange(len(data) + 1)
    del data[at : at + dice.randrange(1, 40)]


def double(dice: random.Random, data: bytearray) -> None:
    """A piece put in once more, elsewhere."""
    start = dice.randrange(len(data) + 1)
    at = dice.randrange(len(data) + 1)
    data[at:at] = data[start : start + dice.randrange(1, 80)]


def enlarge(dice: random.Random, data: bytearray) -> None:
    """Four bytes that are often a length, made extreme."""
    at = dice.randrange(len(data) + 1)
    data[at : at + 4] = dice.choice((b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"9999"))


def renumber(dice: random.Random, data: bytearray) -> None:
    """A number written in digits, made another one: lengths, counts, references of a PDF."""
    digits = [at for at, byte in enumerate(data) if 48 <= byte <= 57]
    if digits:
        data[dice.choice(digits)] = 48 + dice.randrange(10)


def cut(dice: random.Random, data: bytearray) -> None:
    """The end is missing; seldom, because little is left to read."""
    if dice.randrange(3) == 0:
        del data[dice.randrange(len(data) + 1) :]


def splice(dice: random.Random, data: bytearray) -> None:
    """The end of another file instead of one's own, or a piece of it in the middle."""
    files = sources()
    _, other = files[dice.randrange(len(files))]
    at, start = dice.randrange(len(data) + 1), dice.randrange(len(other))
    end = len(data) if dice.randrange(2) else at + dice.randrange(200)
    data[at:end] = other[start : start + max(1, end - at)]


WAYS = (flip, flip, flip, drop, double, enlarge, renumber, renumber, cut, splice)
