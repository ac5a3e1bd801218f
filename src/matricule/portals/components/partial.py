"""Dates of civil status, whose day or month may be unknown.

Many civil registers record a birth by its year alone, or its month and year; the number then carries a fictitious
month (facts.md 1.1). The unknown part is written 00: "2004-03-00", "2004-00-00".
"""

import re
from datetime import date
from typing import Self

_SHAPE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class PartialDate(str):
    """A date "YYYY-MM-DD" where 00 stands for a day or a month that nobody knows. It is a str: store it as it is."""

    __slots__ = ()

    @classmethod
    def of(cls, year: int, month: int = 0, day: int = 0) -> Self:
        """Return the date of these parts; 0 is unknown. Raises ValueError when no calendar holds it."""
        if month == 0 and day != 0:
            raise ValueError("a day without its month")
        date(year, month or 1, day or 1)
        return cls(f"{year:04d}-{month:02d}-{day:02d}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the date written in ``text``. Raises ValueError."""
        found = _SHAPE.fullmatch(text)
        if not found:
            raise ValueError("a civil date is written YYYY-MM-DD")
        return cls.of(*(int(part) for part in found.groups()))

    @property
    def year(self) -> int:
        """The year."""
        return int(self[:4])

    @property
    def month(self) -> int:
        """The month, 0 when unknown."""
        return int(self[5:7])

    @property
    def day(self) -> int:
        """The day, 0 when unknown."""
        return int(self[8:])

    def earliest(self) -> date:
        """Return the first day that it may be."""
        return date(self.year, self.month or 1, self.day or 1)

    def whole(self) -> date | None:
        """Return the date when every part is known."""
        return date(self.year, self.month, self.day) if self.day else None
