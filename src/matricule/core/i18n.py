"""Two languages, first-hand: the choice between them, and how each writes dates, times, sizes, numbers and amounts.

Source of the formats: wording.md, section 3. Spaces inside numbers are U+202F in French; before units and the per cent
sign, and inside a time, U+00A0: nothing breaks at the end of a line.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.utils import translation

from matricule.core import catalogs
from matricule.core.clock import PARIS

LANGUAGES = ("fr", "en")
NBSP = "\u00a0"
FINE = "\u202f"

_MONTHS = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_SHORT_MONTHS = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_DAYS = {
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
_UNITS = {"fr": ("octets", "ko", "Mo", "Go"), "en": ("bytes", "kB", "MB", "GB")}
_PARTIAL = re.compile(r"(\d{4})-(\d{2})-(\d{2})")

compile_catalogs = catalogs.compile_catalogs
missing_translations = catalogs.missing_translations


@runtime_checkable
class InBoth(Protocol):
    """Anything that holds a text in both languages, such as a row of the rules."""

    @property
    def fr(self) -> str: ...

    @property
    def en(self) -> str: ...


@dataclass(frozen=True)
class Localized:
    """One text, written in French and in English."""

    fr: str
    en: str

    def __str__(self) -> str:
        """Return the text in the language of the moment."""
        return pick(self)


def language() -> str:
    """Return the language of the moment: "fr" or "en"."""
    short = (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    return short if short in LANGUAGES else "fr"


def in_language(code: str) -> AbstractContextManager[None]:
    """Return a context in which everything is said in language ``code`` ("fr" or "en")."""
    if code not in LANGUAGES:
        raise ValueError("a language is fr or en")
    return translation.override(code)


def pick(text: Mapping[str, str] | InBoth) -> str:
    """Return the text of a ``fr``/``en`` pair in the language of the moment.

    Raises KeyError when the pair lacks that language: a text in one language only is a fault of the data.
    """
    code = language()
    if isinstance(text, Mapping):
        return _said(text[code])
    return _said(text.fr if code == "fr" else text.en)


def format_date(day: date, weekday: bool = False) -> str:
    """Write a date in full: "lundi 21 décembre 2026", "1ᵉʳ janvier 2027", "Monday 21 December 2026".

    A datetime is read in Paris time. Say the weekday when somebody must act.
    """
    day = _paris_day(day)
    text = f"{format_day(day)} {_month(day.month)} {day.year:04d}"
    return _said(f"{_weekday(day)} {text}" if weekday else text)


def format_day(day: date) -> str:
    """Write the day of the month alone: "21", "1ᵉʳ" (French), "1" (English)."""
    day = _paris_day(day)
    return _said("1ᵉʳ" if day.day == 1 and language() == "fr" else str(day.day))


def format_weekday(day: date) -> str:
    """Write the day of the week: "lundi", "Monday"."""
    return _said(_weekday(_paris_day(day)))


def format_month(day: date) -> str:
    """Write the month and the year: "décembre 2026", "December 2026"."""
    day = _paris_day(day)
    return _said(f"{_month(day.month)} {day.year:04d}")


def format_short_date(day: date) -> str:
    """Write a date for tables, without its year: "21 déc.", "21 Dec"."""
    day = _paris_day(day)
    return _said(f"{format_day(day)}{NBSP}{_SHORT_MONTHS[language()][day.month - 1]}")


def format_partial_date(text: str) -> str:
    """Write a date of civil status "YYYY-MM-DD" whose month or day may be 00: "mars 2004", "2004".

    Raises ValueError when the text has another shape.
    """
    found = _PARTIAL.fullmatch(text)
    if not found:
        raise ValueError("a civil date is written YYYY-MM-DD")
    year, month, day = (int(part) for part in found.groups())
    if month == 0:
        return f"{year:04d}"
    if day == 0:
        return _said(f"{_month(month)} {year:04d}")
    return format_date(date(year, month, day))


def format_span(start: date, end: date) -> str:
    """Write a span of days, both included: "du 1ᵉʳ septembre 2026 au 6 août 2027 inclus"."""
    a, b = format_date(start), format_date(end)
    return _said(f"du {a} au {b} inclus" if language() == "fr" else f"from {a} to {b} inclusive")


def format_time(moment: datetime | time) -> str:
    """Write a time of day in Paris: "14 h 32", "14:32"."""
    clock = moment.astimezone(PARIS) if isinstance(moment, datetime) else moment
    if language() == "fr":
        return _said(f"{clock.hour}{NBSP}h{NBSP}{clock.minute:02d}")
    return _said(f"{clock.hour:02d}:{clock.minute:02d}")


def format_datetime(moment: datetime, weekday: bool = False) -> str:
    """Write a moment in Paris time: "2 novembre 2026 à 18 h 04", "2 November 2026, 18:04"."""
    glue = " à " if language() == "fr" else ", "
    return _said(format_date(moment, weekday) + glue + format_time(moment))


def format_number(value: int | float | Decimal, decimals: int | None = None) -> str:
    """Write a number: "1 204 331" and "0,31" in French, "1,204,331" and "0.31" in English.

    ``decimals`` fixes the digits after the mark (half goes up); without it an int has none and other numbers keep
    the ones that they have.
    """
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{number:,f}"
    if language() == "fr":
        text = text.replace(",", FINE).replace(".", ",")
    return _said(text.replace("-", "\u2212"))


def format_percent(value: int | float | Decimal, decimals: int | None = None) -> str:
    """Write a share that is already in per cent: "83 %", "83%"."""
    return _said(format_number(value, decimals) + (f"{NBSP}%" if language() == "fr" else "%"))


def format_amount(euros: int | float | Decimal) -> str:
    """Write an amount in euros, cents only when there are some: "1 250,50 €", "€1,250.50"."""
    number = Decimal(str(euros))
    text = format_number(number, 0 if number == number.to_integral_value() else 2)
    return _said(f"{text}{NBSP}€" if language() == "fr" else f"€{text}")


def format_size(size: int) -> str:
    """Write the size of a file from its bytes, by thousands: "4,1 Mo", "212 ko"; "4.1 MB", "212 kB"."""
    value, step = Decimal(size), 0
    while step < 3 and value >= (1000 if step == 0 else Decimal("999.5")):
        value, step = value / 1000, step + 1
    shown = value if step == 0 else value.quantize(Decimal("0.1") if step > 1 else Decimal(1), ROUND_HALF_UP)
    if shown == shown.to_integral_value():
        shown = shown.quantize(Decimal(1))
    unit = _UNITS[language()][step]
    if step == 0 and (size == 1 or (size == 0 and language() == "fr")):
        unit = unit.removesuffix("s")
    return _said(f"{format_number(shown)}{NBSP}{unit}")


def format_list(items: Iterable[str]) -> str:
    """Join words as a sentence does: "a, b et c", "a, b and c"."""
    words = list(items)
    if len(words) < 2:
        return "".join(words)
    return _said(", ".join(words[:-1]) + (" et " if language() == "fr" else " and ") + words[-1])


def _said(text: str) -> str:
    """Let a text pass to the page; the pseudo-language of the tests puts itself here."""
    return text


def _paris_day(day: date) -> date:
    return day.astimezone(PARIS).date() if isinstance(day, datetime) else day


def _month(number: int) -> str:
    return _MONTHS[language()][number - 1]


def _weekday(day: date) -> str:
    return _DAYS[language()][day.weekday()]
