"""The stay titles that open rights. Source: order of 10 May 2017 (NOR AFSS1713741A), R111-3 CSS."""

from dataclasses import dataclass
from functools import cache

from matricule.rules import data

FILE = "permits.csv"
COLUMNS = ("code", "fr", "en", "still_issued", "source", "valid_from")


@dataclass(frozen=True, slots=True)
class Permit:
    """One title of the list. ``still_issued`` is False for a title that is accepted but no longer made."""

    code: str
    names: dict[str, str]
    still_issued: bool
    source: str


@cache
def table() -> tuple[Permit, ...]:
    """Return the titles in the order of the list; raises ``RulesError`` when the file is wrong."""
    rows = data.read_csv(FILE, COLUMNS)
    return data.build_rows(FILE, rows, _permit, lambda x: x.code)


def _permit(row: dict[str, str]) -> Permit:
    return Permit(row["code"], data.both(row), data.flag(row, "still_issued"), row["source"])


def find(code: str) -> Permit | None:
    """Return the title of ``code``, or None."""
    return next((permit for permit in table() if permit.code == code), None)
