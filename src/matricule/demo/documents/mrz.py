"""Machine readable zones of the three shapes our specimens need.

Source: ICAO Doc 9303, part 3 (check digits, transliteration, name field), part 4 (TD3), part 5 (TD1), part 7 (MRV-A).
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

FILLER = "<"

_WEIGHTS = (7, 3, 1)

# Part 3, section 6, table A: the letters that do not simply lose their accent.
_LATIN = {
    "Ä": "AE",
    "Å": "AA",
    "Æ": "AE",
    "Ð": "D",
    "Đ": "D",
    "Ħ": "H",
    "ı": "I",
    "Ĳ": "IJ",
    "Ł": "L",
    "Ŋ": "N",
    "Ö": "OE",
    "Ø": "OE",
    "Œ": "OE",
    "ẞ": "SS",
    "ß": "SS",
    "Ŧ": "T",
    "Þ": "TH",
    "Ü": "UE",
}
_DROPPED = "'’ʼ.,()"
_SPACED = " -–\u00a0"


@dataclass(frozen=True)
class Holder:
    """Who a zone speaks about: names as spelled on the document, codes of three letters, sex "F", "M" or "X"."""

    surname: str
    given_names: str
    nationality: str
    birth: date
    sex: str


@dataclass(frozen=True)
class Paper:
    """What a zone says of the document itself: its code ("P", "ID", "V"…), issuer, number (at most 9) and last day."""

    code: str
    issuer: str
    number: str
    expires: date
    optional: str = ""


def check_digit(text: str) -> str:
    """Give the check digit of `text`: weights 7, 3, 1, letters from A=10, filler 0, modulo 10 (part 3, 4.9).

    Raises ValueError for a character that no zone may hold.
    """
    return str(sum(_value(character) * _WEIGHTS[index % 3] for index, character in enumerate(text)) % 10)


def _value(character: str) -> int:
    if character == FILLER:
        return 0
    if character.isascii() and (character.isdigit() or "A" <= character <= "Z"):
        return int(character, 36)
    raise ValueError("a machine readable zone holds only A to Z, 0 to 9 and <")


def transliterate(text: str) -> str:
    """Spell Latin letters and digits with A to Z, 0 to 9 and fillers (part 3, section 6).

    A space or a hyphen becomes one filler, an apostrophe nothing. Raises ValueError for another script.
    """
    out: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        upper = character if character in _LATIN else character.upper()
        if upper in _DROPPED:
            continue
        if upper in _SPACED:
            out.append(FILLER)
            continue
        spelled = "".join(_LATIN.get(letter) or _bare(letter) for letter in upper)
        for letter in spelled:
            _value(letter)
        out.append(spelled)
    return FILLER.join(part for part in "".join(out).split(FILLER) if part)


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def name_field(surname: str, given_names: str, width: int) -> str:
    """Fill a name field: surname, two fillers, given names, cut to `width` so that a given name stays visible.

    A person with a single name has it in the place of the surname (part 3, 4.6).
    """
    primary, secondary = transliterate(surname), transliterate(given_names)
    if not primary:
        primary, secondary = secondary, ""
    if not secondary:
        return primary[:width].ljust(width, FILLER)
    room = width - 2 - min(len(secondary), max(1, width - 2 - len(primary)))
    return f"{primary[:room]}{FILLER * 2}{secondary}"[:width].ljust(width, FILLER)


def td3(holder: Holder, paper: Paper) -> tuple[str, str]:
    """Give the two lines of 44 of a passport (part 4, 4.2)."""
    first = _code(paper.code) + _state(paper.issuer) + name_field(holder.surname, holder.given_names, 39)
    number, birth, expires = _checked(_number(paper)), _checked(_day(holder.birth)), _checked(_day(paper.expires))
    optional = _fit(transliterate(paper.optional), 14)
    # Part 4: the check digit of an empty optional field may be a filler; most States print it so.
    optional += check_digit(optional) if paper.optional else FILLER
    second = number + _state(holder.nationality) + birth + _sex(holder) + expires + optional
    return first, second + check_digit(number + birth + expires + optional)


def td1(holder: Holder, paper: Paper) -> tuple[str, str, str]:
    """Give the three lines of 30 of a card (part 5, 4.2)."""
    number, birth, expires = _checked(_number(paper)), _checked(_day(holder.birth)), _checked(_day(paper.expires))
    first = _code(paper.code) + _state(paper.issuer) + number + _fit(transliterate(paper.optional), 15)
    second = birth + _sex(holder) + expires + _state(holder.nationality) + FILLER * 11
    composite = check_digit(first[5:] + birth + expires + FILLER * 11)
    return first, second + composite, name_field(holder.surname, holder.given_names, 30)


def mrv_a(holder: Holder, paper: Paper) -> tuple[str, str]:
    """Give the two lines of 44 of a full-size visa: no composite digit, none on the optional field (part 7, 4.2)."""
    first = _code(paper.code) + _state(paper.issuer) + name_field(holder.surname, holder.given_names, 39)
    second = _checked(_number(paper)) + _state(holder.nationality) + _checked(_day(holder.birth)) + _sex(holder)
    return first, second + _checked(_day(paper.expires)) + _fit(transliterate(paper.optional), 16)


def _checked(text: str) -> str:
    return text + check_digit(text)


def _code(code: str) -> str:
    return _fit(transliterate(code), 2)


def _state(code: str) -> str:
    return _fit(transliterate(code), 3)


def _number(paper: Paper) -> str:
    return _fit(transliterate(paper.number).replace(FILLER, ""), 9)


def _day(day: date) -> str:
    return f"{day:%y%m%d}"


def _sex(holder: Holder) -> str:
    return holder.sex if holder.sex in ("F", "M") else FILLER


def _fit(text: str, width: int) -> str:
    if len(text) > width:
        raise ValueError(f"this field of the machine readable zone holds {width} characters")
    return text.ljust(width, FILLER)
