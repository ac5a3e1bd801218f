"""Two people side by side: what agrees, what differs, what one of the two does not say."""

from collections.abc import Callable
from dataclasses import dataclass

from matricule.matching.keys import Person, dates_agree, exact_key, passport_key, search_keys
from matricule.matching.names import birth_name_key, given_names_key


@dataclass(frozen=True, slots=True)
class Comparison:
    """Names of fields, in the order of a form. ``by`` says why both are the same person, empty when nothing does:
    "names_date_country" or "passport"."""

    agreed: tuple[str, ...]
    different: tuple[str, ...]
    unknown: tuple[str, ...]
    by: tuple[str, ...]


def _plain(text: str) -> str:
    return text.strip().upper()


_FOLDED: dict[str, Callable[[str], str]] = {
    "birth_name": birth_name_key,
    "given_names": given_names_key,
    "sex": _plain,
    "birth_country": _plain,
    "birth_place": birth_name_key,
    "passport": passport_key,
}
_ORDER = ("birth_name", "given_names", "sex", "birth_date", "birth_country", "birth_place", "passport")
_MAY_BE_EMPTY = {"given_names"}
"""A person may have no given name at all (names of one word): two such people agree."""


def compare(a: Person, b: Person) -> Comparison:
    """Compare two people field by field, in the spelling of the comparison, and say whether they are one person.

    A partly unknown birth date is "unknown" unless a known part differs. Raises ValueError when a birth date that is
    given is not written YYYY-MM-DD.
    """
    judged = {field: _same(field, a, b) for field in _ORDER}
    by = []
    if exact_key(a) and exact_key(a) in search_keys(b):
        by.append("names_date_country")
    if judged["passport"]:
        by.append("passport")
    return Comparison(
        tuple(field for field in _ORDER if judged[field] is True),
        tuple(field for field in _ORDER if judged[field] is False),
        tuple(field for field in _ORDER if judged[field] is None),
        tuple(by),
    )


def _same(field: str, a: Person, b: Person) -> bool | None:
    if field == "birth_date":
        return dates_agree(a.birth_date, b.birth_date) if a.birth_date and b.birth_date else None
    fold = _FOLDED[field]
    one, other = fold(getattr(a, field)), fold(getattr(b, field))
    if field not in _MAY_BE_EMPTY and not (one and other):
        return None
    return one == other
