"""The NIR (definitive number) and the NIA (provisional number), which has the same structure.

Source: facts.md 1.1 and 1.2. Positions, counted from 1: sex 1, year 2-3, month 4-5, department 6-7, town or country
8-10, order 11-13, key 14-15. Only the state of the dossier says whether a number is a NIA or a NIR, never its digits.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Self

from matricule.rules import countries, data
from matricule.rules.dates import today
from matricule.rules.errors import RulesError
from matricule.rules.numbers import departments
from matricule.rules.numbers.reasons import NumberError, Reason, reason, verdict
from matricule.rules.numbers.shape import clean, digits, grouped

FILE = "numbers.toml"

_CORSICA = {"2A": "19", "2B": "18"}
_MASK = "•"
_OLDEST_AGE = 120


@dataclass(frozen=True, slots=True)
class Nir:
    """A NIR that passed every check: 15 characters, key included. Made by ``parse``."""

    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a NIR as people paste it; raises ``NumberError`` (codes, never the digits) when it cannot be one."""
        value = clean(text)
        reasons = check(value)
        if verdict(reasons) == "invalid":
            raise NumberError(reasons)
        return cls(value)

    @property
    def body(self) -> str:
        """The 13 characters without the key, as the DSN carries them."""
        return self.value[:13]

    @property
    def key(self) -> str:
        """The two digits of the key."""
        return self.value[13:]

    @property
    def sex(self) -> str:
        """M or F, the sex of the civil status."""
        return "M" if self.value[0] == "1" else "F"

    @property
    def year(self) -> int:
        """The last two digits of the year of birth."""
        return int(self.value[1:3])

    @property
    def month(self) -> int | None:
        """The month of birth, or None when the number does not say it."""
        month = int(self.value[3:5])
        return month if 1 <= month <= 12 else None

    @property
    def department(self) -> str:
        """The department of birth: two characters, 99 abroad."""
        return self.value[5:7]

    @property
    def country_cog(self) -> str | None:
        """INSEE's code of the country of birth, or None when the number says a birth in France."""
        return self.value[5:10] if self.department == "99" else None

    def format(self) -> str:
        """Return the number in groups: ``1 98 07 99 352 017 52``."""
        return format_nir(self.value)

    def masked(self) -> str:
        """Return the number with its last ten characters hidden: ``1 98 07 •• ••• ••• ••`` (wording.md 3)."""
        return masked(self.value)

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


@dataclass(frozen=True, slots=True, repr=False)
class Nia(Nir):
    """A provisional number: the digits of a NIR, and a state of its own (facts.md 0.2)."""

    def certified(self) -> Nir:
        """Return the NIR that this number becomes when the register certifies it: the same digits, for life."""
        return Nir(self.value)


def key_of(body: str) -> str | None:
    """Return the key of 13 characters: 97 minus their remainder by 97, two digits (01 to 97); None when they cannot
    have one. Corsica's 2A and 2B count as 19 and 18, at positions 6 and 7 only.
    """
    plain = body[:5] + _CORSICA.get(body[5:7], body[5:7]) + body[7:]
    return f"{97 - int(plain) % 97:02d}" if len(plain) == 13 and digits(plain) else None


def has_key(value: str) -> bool:
    """Whether the last two of 15 characters are the key of the others."""
    return len(value) == 15 and key_of(value[:13]) == value[13:]


def format_nir(value: str) -> str:
    """Return 13 or 15 characters in the groups of a NIR."""
    return grouped(value, 1, 2, 2, 2, 3, 3)


def masked(value: str) -> str:
    """Return 15 characters in groups with the last ten hidden: ``1 98 07 •• ••• ••• ••`` (wording.md 3)."""
    return format_nir(value[:5] + _MASK * 10)


def check(value: str, *, on: date | None = None) -> list[Reason]:
    """Return what there is to say of a cleaned number as a NIR, errors first; no error means that it may be used.

    ``on`` is the day from which ages are counted (today by default), to tell the centuries of departments that ended.
    """
    if len(value) != 15:
        return [*_illustrative(value), _short(value)]
    if not (digits(value[:5]) and digits(value[7:])) or not (digits(value[5:7]) or value[5:7] in _departments()):
        found = reason("department_unknown", found=value[5:7]) if _only_department(value) else reason("characters")
        return [found]
    reasons = [*_first_digit(value), *_month(value), *_department(value, on), *_place(value), *_order(value)]
    reasons += _illustrative(value)
    if not has_key(value):
        reasons.append(reason("key_wrong"))
    if verdict(reasons) != "invalid":
        reasons.append(reason("same_digits_as_nia"))
    order = ("error", "warning", "info")
    return sorted(reasons, key=lambda item: order.index(item.severity))


def _short(value: str) -> Reason:
    return reason("key_missing") if len(value) == 13 else reason("length", count=len(value))


def _only_department(value: str) -> bool:
    return digits(value[:5]) and digits(value[7:]) and value[5:7].isalnum() and value[5] in "0123456789"


def _departments() -> dict[str, departments.Department]:
    return departments.table()


def _first_digit(value: str) -> list[Reason]:
    return [] if value[0] in "12" else [reason("sex", found=value[0])]


def _month(value: str) -> list[Reason]:
    month = int(value[3:5])
    accepted, tolerated, _ = _settings()
    if month in accepted:
        return [] if 1 <= month <= 12 else [reason("month_not_stated", found=value[3:5])]
    return [reason("month_tolerated" if month in tolerated else "month_unknown_code", found=value[3:5])]


def _department(value: str, on: date | None) -> list[Reason]:
    code = value[5:7]
    department = _departments().get(code)
    if department is None:
        return [reason("department_unknown", found=code)]
    years = _possible_years(value, on)
    if department.until and min(years) > department.until.year:
        return [reason("department_ended", found=code, **_first_day("until", department.until.year + 1))]
    if department.until and max(years) > department.until.year:
        return [reason("department_century", found=code, **_first_day("until", department.until.year + 1))]
    if department.since and max(years) < department.since.year:
        return [reason("department_early", found=code, **_first_day("since", department.since.year))]
    return _maghreb(code, years) if code in maghreb() else []


def _maghreb(code: str, years: tuple[int, ...]) -> list[Reason]:
    cog, until = maghreb()[code]
    names = countries.by_cog(cog)[0].names
    if min(years) > until.year:
        return []
    return [reason("department_maghreb", found=code, country_fr=names["fr"], country_en=names["en"])]


def _first_day(word: str, year: int) -> dict[str, str]:
    return {f"{word}_fr": f"1ᵉʳ janvier {year}", f"{word}_en": f"1 January {year}"}


def _possible_years(value: str, on: date | None) -> tuple[int, ...]:
    this_year = (on or today()).year
    two = int(value[1:3])
    return tuple(
        year for year in (1800 + two, 1900 + two, 2000 + two) if this_year - _OLDEST_AGE <= year <= this_year
    ) or (1900 + two,)


def _place(value: str) -> list[Reason]:
    department, place = value[5:7], value[7:10]
    if place == "000":
        return [reason("place_zero")]
    if department == "99" and not countries.by_cog("99" + place):
        return [reason("place_unlisted", found="99" + place)]
    if department in {"97", "98"} and not countries.by_cog(value[5:8]):
        return [reason("territory_unlisted", found=value[5:8])]
    return []


def _order(value: str) -> list[Reason]:
    return [reason("order_zero")] if value[10:13] == "000" else []


def _illustrative(value: str) -> list[Reason]:
    return [reason("illustrative")] if value[:13] in _settings()[2] else []


@cache
def maghreb() -> dict[str, tuple[str, date]]:
    """Return the departments that stood for a country before its independence: INSEE code, and first day of 99."""
    rows = data.read_toml(FILE).get("maghreb", {})
    try:
        return {
            code: (row["cog"], date.fromisoformat(row["until"])) for code, row in rows.items() if isinstance(row, dict)
        }
    except (KeyError, TypeError, ValueError) as error:
        raise RulesError(FILE, "maghreb", f"each department needs cog and until ({error})") from error


@cache
def _settings() -> tuple[frozenset[int], frozenset[int], frozenset[str]]:
    """Months that both sources accept, months that one tolerates, and the illustrative numbers."""
    raw = data.read_toml(FILE)
    try:
        months, examples = raw["month"], raw["illustrative"]["numbers"]
        return _ranges(months["accepted"]), _ranges(months["tolerated"]), frozenset(examples)
    except (KeyError, TypeError, ValueError) as error:
        raise RulesError(
            FILE, "month", f"accepted, tolerated and illustrative numbers are needed ({error})"
        ) from error


def _ranges(texts: list[str]) -> frozenset[int]:
    found: set[int] = set()
    for text in texts:
        first, _, last = text.partition("-")
        found.update(range(int(first), int(last) + 1))
    return frozenset(found)
