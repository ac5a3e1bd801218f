"""The keys of the exact comparison (issue 4, section 2): names, birth date and country; or the passport number.

A birth date may lack its day, or its day and month ("2004-03-00", "2004-00-00"). What is unknown neither agrees nor
differs: such a date goes with every date that it can be. The ambiguity belongs to the query, not to what is stored
(identity.md, section 2): a person has one key, ``search_keys`` says which keys may be the same person.
"""

import calendar
import re
from typing import Protocol

from matricule.matching.names import birth_name_key, given_names_key, words

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_SHORTEST_PASSPORT = 5
"""A shorter text is a slip of the keyboard, and would be shared by strangers."""


class Person(Protocol):
    """What is compared of a person. Countries are codes, written the same way on both sides."""

    @property
    def birth_name(self) -> str: ...

    @property
    def given_names(self) -> str: ...

    @property
    def sex(self) -> str: ...

    @property
    def birth_date(self) -> str: ...

    @property
    def birth_country(self) -> str: ...

    @property
    def birth_place(self) -> str: ...

    @property
    def passport(self) -> str: ...


def exact_key(person: Person) -> str:
    """Return the key of a person's birth name, given names, birth date and country of birth.

    Empty when a part that tells people apart is missing (name, date, country): two such people are not the same.
    Raises ValueError when the birth date is not written YYYY-MM-DD.
    """
    return _key(person, "-".join(_parts(person.birth_date))) if person.birth_date else ""


def search_keys(person: Person) -> tuple[str, ...]:
    """Return every exact key that the same person may have, the person's own first; none when it is empty.

    A whole date is also looked for without its day, and without day and month; a date that lacks one is looked for
    under every day that it can be. Raises ValueError like ``exact_key``.
    """
    own = exact_key(person)
    if not own:
        return ()
    found = dict.fromkeys([own, *(_key(person, day) for day in _possible(person.birth_date))])
    return tuple(found)


def passport_key(number: str) -> str:
    """Return a passport number as it is compared: capitals and digits only; empty for fewer than five of them."""
    plain = "".join(words(number))
    return plain if len(plain) >= _SHORTEST_PASSPORT else ""


def dates_agree(one: str, other: str) -> bool | None:
    """Say whether two birth dates can be one: True for the same whole date, False when a known part differs, None
    when nothing differs but a day or a month is unknown. Raises ValueError for a date of another shape."""
    pairs = list(zip(_parts(one), _parts(other), strict=True))
    if any(a != b and "00" not in (a, b) for a, b in pairs):
        return False
    return True if all(a == b != "00" for a, b in pairs) else None


def _key(person: Person, birth_date: str) -> str:
    names, country = birth_name_key(person.birth_name), person.birth_country.strip().upper()
    given = given_names_key(person.given_names)
    return f"{names}|{given}|{birth_date}|{country}" if names and country else ""


def _parts(birth_date: str) -> tuple[str, str, str]:
    found = _DATE.fullmatch(birth_date)
    if found is None:
        raise ValueError("a birth date is written YYYY-MM-DD")
    year, month, day = found.groups()
    return year, month, day


def _possible(birth_date: str) -> list[str]:
    year, month, day = _parts(birth_date)
    months = [f"{number:02d}" for number in range(1, 13)] if month == "00" else [month]
    found = [f"{year}-00-00", *(f"{year}-{one}-00" for one in months)]
    if day != "00":
        return [*found, birth_date]
    return found + [
        f"{year}-{one}-{number:02d}"
        for one in months
        for number in range(1, calendar.monthrange(int(year), int(one))[1] + 1)
    ]
