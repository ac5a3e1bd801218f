"""A document of an employer's request in the words of its category: its name, what to send, what it must show.

The catalogue (``data/catalogue/employee.toml``) speaks of a document in general. Where a category asks for a contract
or a permit of its own (seed 000; its rows of ``requirements.toml``), ``employer/words.toml`` says so in its place.
The words of a family member are the catalogue's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from matricule.rules import catalogue, requirement_rows
from matricule.rules.answers import CATEGORIES
from matricule.rules.employer.reading import Reader, Words

FILE = "words.toml"
ROUTE = "employee"
GENERAL = ("everyone", ROUTE)
"""The layers of ``requirements.toml`` that hold for every category."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a category says of a document in its own words; ``without`` is None where the catalogue's do."""

    name: Words
    summary: Words
    must_show: tuple[Words, ...]
    without: Words | None
    source: str


def entry(role: str, category: str, code: str) -> catalogue.Entry:
    """Return the words of the document ``code`` for a person in this place of a request of ``category``.

    Raises ``RulesError`` for a document of which the catalogue says nothing.
    """
    found = catalogue.entry(ROUTE, code)
    own = table().get((category, code)) if role == "principal" else None
    if own is None:
        return found
    return replace(
        found,
        name=own.name,
        desk_name=own.name,
        summary=own.summary,
        must_show=own.must_show,
        without=own.without or found.without,
        source=own.source,
    )


@cache
def table() -> Mapping[tuple[str, str], Own]:
    """Return the words by category and document; raises ``RulesError`` when the file is wrong."""
    return build()


def build(raw: dict[str, Any] | None = None) -> Mapping[tuple[str, str], Own]:
    """Build the words from the parsed file (the file itself without ``raw``); raises ``RulesError`` with the row.

    Every document of which a category replaces the general row has words of its own, and no other.
    """
    reader = Reader(FILE, raw)
    found = {}
    for row in reader.rows("words", {"name", "summary", "must_show", "without"}):
        category, _, code = row["code"].partition("/")
        own = found[category, code] = _own(reader, row)
        if (category, code) not in _replaced():
            raise reader.fail("code names a category and a document of which it replaces the general row")
        general = catalogue.entry(ROUTE, code)
        if own.name == general.name or own.summary == general.summary or own.must_show == general.must_show:
            raise reader.fail("says what the catalogue says already")
    missing = sorted(_replaced() - found.keys())
    if missing:
        reader.row = "/".join(missing[0])
        raise reader.fail("the category has a row of its own for this document, and no words")
    return found


def _own(reader: Reader, row: Any) -> Own:
    return Own(
        name=reader.words(row, "name"),
        summary=reader.words(row, "summary"),
        must_show=reader.several(row, "must_show"),
        without=reader.words(row, "without") if "without" in row else None,
        source=reader.source(row),
    )


@cache
def _replaced() -> frozenset[tuple[str, str]]:
    """Return the documents of which a category has a row in place of the general one."""
    rows = requirement_rows.table().rows
    general = {row.code for row in rows if row.applies_to in GENERAL}
    return frozenset(
        (row.applies_to, row.code) for row in rows if row.applies_to in CATEGORIES and row.code in general
    )
