"""The loader of rules data: read once, checked when loaded.

Rules that a public body may change are rows of CSV or TOML files beside this module, each row with its source and the
date from which it holds (house.md 1). A wrong file raises ``RulesError`` with file, row and reason.
Rows are counted as an editor shows them: in a CSV the header is row 1.
"""

import csv
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from matricule.rules.errors import RulesError

Built = TypeVar("Built")

FOLDER = Path(__file__).parent


def read_csv(name: str, columns: Iterable[str], *, folder: Path = FOLDER) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a CSV file of the rules with their row numbers, every cell stripped.

    ``columns`` are the columns that the file must have, exactly. Each row must have its source.
    Raises ``RulesError`` for a missing file, a wrong header, a row of another length, or a row without source.
    """
    expected = list(columns)
    try:
        with (folder / name).open(encoding="utf-8", newline="") as handle:
            lines = list(csv.reader(handle, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RulesError(name, 0, f"cannot be read ({type(error).__name__})") from error
    if not lines or lines[0] != expected:
        raise RulesError(name, 1, f"the columns must be {', '.join(expected)}")
    return [(number, _cells(name, number, expected, cells)) for number, cells in enumerate(lines[1:], start=2)]


def _cells(name: str, number: int, columns: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(columns):
        raise RulesError(name, number, f"has {len(cells)} cells instead of {len(columns)}")
    row = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    if "source" in row and not row["source"]:
        raise RulesError(name, number, "has no source")
    return row


def read_toml(name: str, *, folder: Path = FOLDER) -> dict[str, Any]:
    """Return a TOML file of the rules; raises ``RulesError`` when it is missing or is not TOML."""
    try:
        return tomllib.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesError(name, 0, f"cannot be read ({error})") from error


def build_rows(
    name: str,
    rows: Iterable[tuple[int, dict[str, str]]],
    build: Callable[[dict[str, str]], Built],
    key: Callable[[Built], str] | None = None,
) -> tuple[Built, ...]:
    """Build one value per row; a ``ValueError`` or ``KeyError`` of ``build``, or a key seen twice, names its row."""
    built: list[Built] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        try:
            value = build(row)
        except (ValueError, KeyError) as error:
            raise RulesError(name, number, str(error)) from error
        identity = key(value) if key else ""
        if identity and identity in seen:
            raise RulesError(name, number, f"{identity} is already in row {seen[identity]}")
        seen[identity] = number
        built.append(value)
    return tuple(built)


def flag(row: Mapping[str, str], column: str) -> bool:
    """Return a cell that is 0 or 1 as a boolean; raises ``ValueError`` otherwise."""
    if row[column] not in {"0", "1"}:
        raise ValueError(f"{column} must be 0 or 1")
    return row[column] == "1"


def day(row: Mapping[str, str], column: str) -> date | None:
    """Return a cell that is an ISO date, or None when it is empty; raises ``ValueError`` otherwise."""
    return date.fromisoformat(row[column]) if row[column] else None


def both(row: Mapping[str, str], fr: str = "fr", en: str = "en") -> dict[str, str]:
    """Return two cells as a text in both languages; raises ``ValueError`` when one of them is empty."""
    if not row[fr] or not row[en]:
        raise ValueError(f"{fr} and {en} must both be written")
    return {"fr": row[fr], "en": row[en]}


@cache
def check_all() -> int:
    """Load every rules file of this room once, so that a wrong one stops the start; return how many rows hold."""
    from matricule.rules import (
        caisses,
        countries,
        deadlines,
        institutions,
        languages,
        offices,
        permits,
        refusals,
        rejections,
        requirement_rows,
    )
    from matricule.rules import translation as translation_rules
    from matricule.rules.employer import categories, classic, contract, eligibility, labels, people, stay, words
    from matricule.rules.employer import offices as employer_offices
    from matricule.rules.numbers import building, departments, iban, nir, reasons

    return (
        len(countries.table())
        + len(countries.former_states())
        + len(languages.table())
        + len(institutions.table())
        + len(caisses.table())
        + len(permits.table())
        + len(requirement_rows.table().rows)
        + len(translation_rules.table())
        + len(deadlines.table())
        + len(offices.addresses())
        + len(refusals.table().reasons)
        + len(rejections.table().rows)
        + len(rejections.table().closures)
        + len(departments.table())
        + len(iban.sepa())
        + len(reasons.table())
        + len(nir.maghreb())
        + len(building.settings())
        + len(eligibility.table().outcomes)
        + len(categories.table().categories)
        + len(employer_offices.table().rows)
        + len(stay.table().standings)
        + len(contract.table().standings)
        + len(people.papers())
        + len(words.table())
        + len(labels.table().labels)
        + len(classic.table().fields)
    )
