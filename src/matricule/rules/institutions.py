"""Institutions of higher education, for the search by name and the check of a typed UAI.

Source: facts.md 8 (dataset of the ministry, Licence Ouverte, April 2025). One row is a mother institution: a school
that is not here is typed by hand, with its UAI when it is known.
"""

from dataclasses import dataclass
from functools import cache

from matricule.rules import data
from matricule.rules.numbers import uai
from matricule.rules.text import fold, rank

FILE = "institutions.csv"
COLUMNS = (
    "uai", "name", "short_name", "acronym", "former_names", "type", "sector", "commune", "department",
    "department_name", "academie", "address", "postcode", "city", "website", "name_en", "source", "valid_from",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Institution:
    """One institution. ``uai`` is empty for the two that the ministry lists without one; a few have a second one."""

    uai: str
    other_uai: tuple[str, ...]
    name: str
    short_name: str
    acronym: str
    former_names: tuple[str, ...]
    kind: str
    sector: str
    commune: str
    department: str
    academie: str
    address: str
    postcode: str
    city: str
    website: str
    name_en: str

    @property
    def label(self) -> str:
        """Name and town, as a list of results shows them."""
        return f"{self.name} ({self.commune})" if self.commune else self.name


@cache
def table() -> tuple[Institution, ...]:
    """Return every institution in the order of its name; raises ``RulesError`` when the file is wrong."""
    rows = data.read_csv(FILE, COLUMNS)
    built = data.build_rows(FILE, rows, _institution, lambda x: x.uai)
    return tuple(sorted(built, key=lambda x: fold(x.name)))


def _institution(row: dict[str, str]) -> Institution:
    if not row["name"]:
        raise ValueError("has no name")
    codes = row["uai"].split(";") if row["uai"] else [""]
    if any(code and not uai.check(code).ok for code in codes):
        raise ValueError("the check letter of a UAI does not match its digits")
    names = ("name", "short_name", "acronym", "sector", "commune", "department", "academie")
    places = ("address", "postcode", "city", "website", "name_en")
    texts = {column: row[column] for column in names + places}
    former = tuple(filter(None, row["former_names"].split("|")))
    return Institution(uai=codes[0], other_uai=tuple(codes[1:]), former_names=former, kind=row["type"], **texts)


def find(code: str) -> Institution | None:
    """Return the institution of a UAI, however it is typed, or None."""
    wanted = uai.check(code)
    return next((x for x in table() if wanted.ok and wanted.value in (x.uai, *x.other_uai)), None)


@cache
def _by_name() -> dict[str, Institution]:
    found: dict[str, Institution] = {}
    # a university stands for its name before a school that has the same
    for institution in sorted(table(), key=lambda row: (row.kind != "Université", len(row.name))):
        found.setdefault(fold(institution.name), institution)
    return found


def named(name: str) -> Institution | None:
    """Return the institution of exactly this name, without accents or capitals, or None."""
    return _by_name().get(fold(name))


def search(query: str, *, limit: int = 8) -> list[Institution]:
    """Return the institutions that ``query`` finds, best first, at most ``limit``.

    Looked at: name, former names, short name, acronym, English name, UAI, then town and academy, without accents or
    capitals. Universities come before schools that are found as well.
    """
    found = []
    for institution in table():
        codes = (institution.uai, *institution.other_uai)
        names = (institution.acronym, institution.short_name, institution.name, institution.name_en)
        place = rank(query, names + institution.former_names + codes)
        if place is None:
            place = rank(query, (institution.name, institution.name_en, institution.commune, institution.academie))
            place = None if place is None else place + 4
        if place is not None:
            other = institution.kind != "Université"
            found.append((place, other, len(institution.name), fold(institution.name), institution))
    return [row[-1] for row in sorted(found, key=lambda row: row[:4])[:limit]]
