"""The caisses (CPAM, CGSS, CSSM, CPS) by department of residence.

Source: facts.md 6; competence: R312-1 and R111-1 CSS. Four departments have several caisses, told apart by commune.
"""

from dataclasses import dataclass
from functools import cache

from matricule.rules import data
from matricule.rules.text import fold, rank

FILE = "caisses.csv"
COLUMNS = (
    "code", "name", "type", "department", "address", "postcode", "city", "confirmed", "source", "valid_from",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caisse:
    """One caisse, by its code of three characters. ``confirmed`` is False for the rows to be confirmed."""

    code: str
    name: str
    kind: str
    department: str
    address: str
    postcode: str
    city: str
    confirmed: bool


@cache
def table() -> dict[str, Caisse]:
    """Return every caisse by code; raises ``RulesError`` when the file is wrong."""
    rows = data.read_csv(FILE, COLUMNS)
    return {caisse.code: caisse for caisse in data.build_rows(FILE, rows, _caisse, lambda x: x.code)}


def _caisse(row: dict[str, str]) -> Caisse:
    if row["type"] not in {"CPAM", "CGSS", "CSSM", "CPS"}:
        raise ValueError("type must be CPAM, CGSS, CSSM or CPS")
    if len(row["code"]) != 3:
        raise ValueError("code must have 3 characters")
    columns = ("code", "name", "department", "address", "postcode", "city")
    return Caisse(kind=row["type"], confirmed=data.flag(row, "confirmed"), **{key: row[key] for key in columns})


def department_of(postcode: str) -> str | None:
    """Return the department of a French postcode (2A and 2B for Corsica, 3 digits overseas), or None.

    Corsican postcodes 200 and 201 are the south, 202 and 206 the north (La Poste).
    """
    digits = "".join(postcode.split())
    if len(digits) != 5 or not (digits.isascii() and digits.isdigit()) or digits[:2] in {"00", "96", "99"}:
        return None
    if digits[:2] in {"97", "98"}:
        return digits[:3]
    if digits[:2] == "20":
        return "2A" if digits[2] in "01" else "2B"
    return digits[:2]


def for_department(department: str) -> tuple[Caisse, ...]:
    """Return the caisses of a department: one, or several that the commune tells apart, or none."""
    return tuple(caisse for caisse in table().values() if caisse.department == department.upper())


def for_postcode(postcode: str) -> tuple[Caisse, ...]:
    """Return the caisses of the department of a postcode; empty when the postcode is not French."""
    department = department_of(postcode)
    return for_department(department) if department else ()


def search(query: str, *, limit: int = 8) -> list[Caisse]:
    """Return the caisses that ``query`` finds by name, town or department, best first."""
    found = []
    for caisse in table().values():
        place = rank(query, (caisse.department, caisse.code, caisse.name, caisse.city))
        if place is not None:
            found.append((place, fold(caisse.name), caisse))
    return [row[-1] for row in sorted(found, key=lambda row: row[:2])[:limit]]
