"""The six categories of an employer's request, and the doors of whoever fits none (seed 000; issue 5, section 2).

Which documents a category owes is in ``requirements.toml``; which office examines it, in ``employer/offices.toml``.
Here are its names, its help, what the caisse checks, and why two categories may look alike.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations
from typing import Any

from matricule.rules import requirement_rows
from matricule.rules.answers import CATEGORIES
from matricule.rules.employer.reading import Reader, Words
from matricule.rules.orientation import Rule, Step

FILE = "categories.toml"

TYPED = frozenset({"contract_start", "title_kind", "title_until"})
"""What was written of a check."""

ASPECTS = ("documents", "office", "help")
"""What two categories are compared by."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the caseworker checks for a category, with its rule.

    ``proof``: the codes of the documents that show it; ``typed``: what was written of it, by the person's columns.
    """

    code: str
    text: Words
    source: str
    proof: tuple[str, ...]
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """One category: its names, whom it is for, whom it is not for, and what the caisse checks.

    ``to_confirm`` is for caseworkers only. ``needs_holder``: the request rests on another person's contract and title.
    """

    code: str
    name: Words
    short: Words
    who: Words
    help: tuple[Words, ...]
    not_for: Words
    permit: Words
    needs_holder: bool
    checks: tuple[Check, ...]
    source: str
    valid_from: date
    to_confirm: Words | None


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two or more categories share documents or office: the reason, with the key of its source."""

    of: frozenset[str]
    same: frozenset[str]
    reason: Words
    source: str


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody who fits no category is sent, with the reason. ``registered``: somebody registers them there."""

    code: str
    question: Words
    title: Words
    body: tuple[Words, ...]
    steps: tuple[Step, ...]
    rule: Rule
    registered: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file."""

    categories: dict[str, Category]
    likenesses: tuple[Likeness, ...]
    doors: dict[str, Door]
    family: tuple[Check, ...]


def all_categories() -> tuple[Category, ...]:
    """Return the six categories in the order of the seed."""
    return tuple(table().categories.values())


def get(code: str) -> Category:
    """Return the category ``code``; raises ``KeyError``."""
    return table().categories[code]


def find(code: str) -> Category | None:
    """Return the category ``code``, or None."""
    return table().categories.get(code)


def checks_of(role: str, category: str) -> tuple[Check, ...]:
    """Return what the caseworker checks of a person in this place of a request; none for a category not chosen yet."""
    if role != "principal":
        return table().family
    found = find(category)
    return found.checks if found is not None else ()


def doors() -> tuple[Door, ...]:
    """Return the doors of whoever fits none of the six, in the order in which they are asked."""
    return tuple(table().doors.values())


def door(code: str) -> Door | None:
    """Return the door ``code``, or None."""
    return table().doors.get(code)


def likeness(first: str, second: str, aspect: str) -> Likeness | None:
    """Return the written reason why two categories are the same in ``aspect``, or None."""
    pair = {first, second}
    return next((row for row in table().likenesses if pair <= row.of and aspect in row.same), None)


@cache
def table() -> Table:
    """Return the file; raises ``RulesError`` when it is wrong."""
    return build()


def build(raw: dict[str, Any] | None = None) -> Table:
    """Build the table from the parsed file (the file itself without ``raw``); raises ``RulesError`` with the row."""
    reader = Reader(FILE, raw)
    checks = {row["code"]: _check(reader, row) for row in reader.rows("check", {"text", "proof", "typed"})}
    reader.row = "family"
    family = reader.raw.get("family", [])
    if not family or not set(family) <= set(checks):
        raise reader.fail("family names rows of [[check]]")
    fields = {"name", "short", "who", "help", "not_for", "permit", "needs_holder", "checks", "to_confirm"}
    categories = {row["code"]: _category(reader, row, checks) for row in reader.rows("category", fields)}
    if tuple(categories) != CATEGORIES:
        raise reader.fail(f"the categories are, in this order, {', '.join(CATEGORIES)}")
    likenesses = tuple(_likeness(reader, row) for row in reader.rows("likeness", {"of", "same", "reason"}))
    fields = {"question", "title", "body", "steps", "rule", "registered"}
    doors = {row["code"]: _door(reader, row) for row in reader.rows("door", fields)}
    return Table(categories, likenesses, doors, tuple(checks[code] for code in family))


def pairs() -> tuple[tuple[str, str], ...]:
    """Return every pair of categories once."""
    return tuple(combinations(table().categories, 2))


def _check(reader: Reader, row: Any) -> Check:
    proof, typed = tuple(row.get("proof", ())), tuple(row.get("typed", ()))
    if not proof or not set(proof) <= requirement_rows.table().order.keys() or not set(typed) <= TYPED:
        raise reader.fail(f"proof names documents, typed is among {', '.join(sorted(TYPED))}")
    return Check(row["code"], reader.words(row, "text"), reader.source(row), proof, typed)


def _category(reader: Reader, row: Any, checks: dict[str, Check]) -> Category:
    wanted = row.get("checks", [])
    if not wanted or not set(wanted) <= set(checks):
        raise reader.fail("checks names rows of [[check]]")
    return Category(
        code=row["code"],
        name=reader.words(row, "name"),
        short=reader.words(row, "short"),
        who=reader.words(row, "who"),
        help=reader.several(row, "help"),
        not_for=reader.words(row, "not_for"),
        permit=reader.words(row, "permit"),
        needs_holder=bool(row.get("needs_holder", False)),
        checks=tuple(checks[code] for code in wanted),
        source=reader.source(row),
        valid_from=reader.day(row),
        to_confirm=reader.words(row, "to_confirm") if "to_confirm" in row else None,
    )


def _likeness(reader: Reader, row: Any) -> Likeness:
    of, same = frozenset(row.get("of", ())), frozenset(row.get("same", ()))
    if len(of) < 2 or not of <= set(CATEGORIES) or not same or not same <= set(ASPECTS):
        raise reader.fail(f"of names categories, same is among {', '.join(ASPECTS)}")
    return Likeness(of, same, reader.words(row, "reason"), reader.source(row))


def _door(reader: Reader, row: Any) -> Door:
    steps = reader.steps(row)
    if not steps:
        raise reader.fail("a door says what to do")
    return Door(
        code=row["code"],
        question=reader.words(row, "question"),
        title=reader.words(row, "title"),
        body=reader.several(row, "body"),
        steps=steps,
        rule=Rule(reader.words(row, "rule"), reader.source(row)),
        registered=bool(row.get("registered", True)),
    )
