"""Which office examines a request, and where its letters go (issue 4, section 2; facts.md 6; R312-1 CSS).

A student's office is the caisse of residence, unless the body that runs the service names one office for all of them.
Where a department has several caisses the first stands until one of them hands the file over.
"""

from dataclasses import dataclass
from functools import cache

from matricule.rules import caisses, data
from matricule.rules.errors import RulesError

FILE = "office_addresses.csv"
COLUMNS = ("code", "use", "line1", "line2", "source", "valid_from")
USES = frozenset({"students", "assistants"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where letters to an office go: the name and one line of address, for one use."""

    code: str
    use: str
    lines: tuple[str, str]


@cache
def addresses() -> dict[tuple[str, str], Address]:
    """Return the addresses of their own by office and use; raises ``RulesError`` when the file is wrong."""
    rows = data.read_csv(FILE, COLUMNS)
    built = data.build_rows(FILE, rows, _address, lambda row: f"{row.code} {row.use}")
    return {(row.code, row.use): row for row in built}


def _address(row: dict[str, str]) -> Address:
    if row["code"] not in caisses.table():
        raise ValueError("code must be that of a caisse")
    if row["use"] not in USES or not row["line1"] or not row["line2"]:
        raise ValueError("use must be students or assistants, and both lines written")
    return Address(row["code"], row["use"], (row["line1"], row["line2"]))


def for_student(postcode: str, *, one_for_all: str = "") -> str:
    """Return the code of the office of a student who lives at ``postcode``, "" when no caisse is known there.

    ``one_for_all`` is the office that the setting names for every student; raises ``RulesError`` for no caisse's code.
    """
    if one_for_all:
        if one_for_all not in caisses.table():
            raise RulesError("settings", "student_office", "is not the code of a caisse")
        return one_for_all
    found = caisses.for_postcode(postcode)
    return found[0].code if found else ""


def name(code: str) -> str:
    """Return the name of an office, "" for none; names of caisses are not translated."""
    found = caisses.table().get(code)
    return found.name if found is not None else ""


def below(name: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of an address as they stand below the office's name: without a first one that says it again."""
    again = bool(lines) and lines[0].partition(" (")[0] == name.partition(" (")[0]
    return lines[1:] if again else lines


def postal_address(code: str, use: str = "students") -> tuple[str, ...]:
    """Return the lines of an office's postal address: its own for this use, else the caisse's; empty when unknown."""
    own = addresses().get((code, use))
    if own is not None:
        return own.lines
    found = caisses.table().get(code)
    if found is None or not found.address:
        return ()
    return (found.name, found.address, f"{found.postcode} {found.city}".strip())
