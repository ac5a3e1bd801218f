"""The departments of birth that a NIR can carry, with their history (service-public F33078; facts.md 1.1)."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from matricule.rules import data

FILE = "departments.csv"
COLUMNS = ("code", "fr", "en", "valid_from", "valid_until", "source")


@dataclass(frozen=True, slots=True)
class Department:
    """One code of positions 6 and 7. ``since`` and ``until`` are the first and last birth dates that it covers."""

    code: str
    names: dict[str, str]
    since: date | None
    until: date | None


@cache
def table() -> dict[str, Department]:
    """Return the departments by code; raises ``RulesError`` when the file is wrong."""
    rows = data.read_csv(FILE, COLUMNS)
    return {item.code: item for item in data.build_rows(FILE, rows, _department, lambda item: item.code)}


def _department(row: dict[str, str]) -> Department:
    if len(row["code"]) != 2:
        raise ValueError("code must have 2 characters")
    return Department(row["code"], data.both(row), data.day(row, "valid_from"), data.day(row, "valid_until"))
