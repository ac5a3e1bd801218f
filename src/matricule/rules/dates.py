"""Dates as civil status knows them (day or month may be unknown), ages, and months as the law counts them."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from matricule.rules.errors import InputError

PARIS = ZoneInfo("Europe/Paris")

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A birth date: the year is known, ``month`` or ``day`` is 0 when the civil-status document does not say."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def parse(cls, text: str, *, field: str = "birth_date") -> "PartialDate":
        """Read ``2004-03-17``, ``2004-03-00``, ``2004-00-00``, ``2004-03`` or ``2004``.

        Raises ``InputError`` for anything else, for a day that the month does not have, and for a known day in an
        unknown month.
        """
        match = _SHAPE.fullmatch(text.strip())
        if match is None:
            raise InputError(
                field,
                fr="Écrivez la date comme 2004-03-17\u202f; mettez 00 pour un jour ou un mois inconnu.",
                en="Write the date like 2004-03-17; put 00 for an unknown day or month.",
            )
        year, month, day = (int(part or 0) for part in match.groups())
        if month > 12:
            raise InputError(
                field,
                fr=f"Le mois va de 1 à 12. Vous avez écrit {month}\u00a0: le jour et le mois sont peut-être inversés.",
                en=f"The month goes from 1 to 12. You wrote {month}: day and month may be swapped.",
            )
        if year < 1800 or (day and (not month or day > calendar.monthrange(year, month)[1])):
            raise InputError(
                field,
                fr="Ce jour n’existe pas dans le calendrier. Recopiez la date de l’acte de naissance.",
                en="This day is not in the calendar. Copy the date from the birth certificate.",
            )
        return cls(year, month, day)

    @property
    def earliest(self) -> date:
        """The first day that this date can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day that this date can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def age_on(self, day: date) -> int:
        """Return the age in whole years on ``day``, of the youngest person that this date can be.

        An unknown day or month is read in favour of the youth: minors owe no stay title (house.md 1). Somebody born on
        29 February grows older on 1 March of other years.
        """
        born = self.latest
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"


def today() -> date:
    """Return the day it is in Paris by the machine's clock, for callers outside the service (the command line).

    Inside the service the day comes from ``core.clock``, which the time machine can move.
    """
    return datetime.now(PARIS).date()


def add_months(day: date, months: int) -> date:
    """Return the day of the same number ``months`` later, or the last day of that month when it is shorter.

    Source: article 641 of the Code de procédure civile, which the delays of R114-7 CSS follow.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
