"""The contract must be running on the day of the request (seed 000 FAQ 7; issue 5, section 2).

A start in the future gives the day on which the request can be sent. An adult family member has no contract: the
permit holder's must be running, or the member is filed alone while the holder's title is valid; otherwise S1106.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from matricule.rules.answers import CATEGORIES
from matricule.rules.employer.reading import Reader, Words

FILE = "contract.toml"

DOCUMENT = "work_contract"
"""The document of which a company says what its file is, before it is kept as a proof of work."""

STANDINGS = ("no_start", "future", "ended", "running")
FAMILY = ("with_holder", "alone", "holder_to_start", "classic")


@dataclass(frozen=True, slots=True)
class Proof:
    """One kind of paper that is brought as a proof of work; ``refused`` is what is said when it is none."""

    code: str
    name: Words
    accepted: bool
    categories: frozenset[str]
    refused: Words | None
    source: str

    def good_for(self, category: str) -> bool:
        """Whether this paper proves the work of a person of ``category``."""
        return self.accepted and (not self.categories or category in self.categories)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the contract, or the family's link to one, stands. ``sendable_on`` is the day from which it can be sent.

    ``sendable_on`` is None when no day will ever do, or none is known. ``text`` may hold ``{start}`` and ``{end}``.
    """

    code: str
    stops: bool
    text: Words
    source: str
    sendable_on: date | None = None

    @property
    def waits(self) -> bool:
        """Whether the draft is kept until a day that is known."""
        return self.stops and self.sendable_on is not None


@dataclass(frozen=True, slots=True)
class Table:
    """The whole file."""

    proofs: dict[str, Proof]
    standings: dict[str, Standing]
    family: dict[str, Standing]


def standing(starts_on: date | None, ends_on: date | None = None, *, on: date) -> Standing:
    """Return how a contract that runs from ``starts_on`` to ``ends_on`` (None: no end) stands on the day ``on``.

    Both days belong to the contract.
    """
    if starts_on is None:
        return _at("no_start", None)
    if ends_on is not None and ends_on < on:
        return _at("ended", None)
    return _at("future" if starts_on > on else "running", starts_on)


def proof(code: str) -> Proof:
    """Return the kind of paper ``code``; raises ``KeyError``."""
    return table().proofs[code]


def proofs(category: str) -> tuple[Proof, ...]:
    """Return the kinds of paper that a person may bring, those that are good for ``category`` first."""
    return tuple(sorted(table().proofs.values(), key=lambda item: not item.good_for(category)))


def refused(code: str, category: str) -> Words | None:
    """Return why the paper ``code`` proves no work for a person of ``category``; None for one that does.

    Raises ``KeyError`` for a kind of paper that nobody knows.
    """
    found = proof(code)
    return None if found.good_for(category) else found.refused


def family_member(
    *,
    on: date,
    alone: bool,
    holder_starts_on: date | None = None,
    holder_ends_on: date | None = None,
    holder_title_until: date | None = None,
) -> Standing:
    """Return what the request of an adult family member rests on, on the day ``on``.

    ``alone``: filed without the permit holder. ``holder_starts_on`` and ``holder_ends_on`` are those of the holder's
    contract, ``holder_title_until`` the last day of the holder's title.
    """
    rules = table().family
    if alone:
        good = holder_title_until is not None and holder_title_until >= on
        return rules["alone" if good else "classic"]
    contract = standing(holder_starts_on, holder_ends_on, on=on)
    if contract.code == "running":
        return rules["with_holder"]
    if contract.code == "future":
        found = rules["holder_to_start"]
        return Standing(found.code, found.stops, found.text, found.source, holder_starts_on)
    return rules["classic"]


def _at(code: str, day: date | None) -> Standing:
    found = table().standings[code]
    return Standing(found.code, found.stops, found.text, found.source, day)


@cache
def table() -> Table:
    """Return the file; raises ``RulesError`` when it is wrong."""
    return build()


def build(raw: dict[str, Any] | None = None) -> Table:
    """Build the table from the parsed file (the file itself without ``raw``); raises ``RulesError`` with the row."""
    reader = Reader(FILE, raw)
    fields = {"accepted", "categories", "name", "refused"}
    proofs = {row["code"]: _proof(reader, row) for row in reader.rows("proof", fields)}
    return Table(proofs, _standings(reader, "standing", STANDINGS), _standings(reader, "family", FAMILY))


def _proof(reader: Reader, row: Any) -> Proof:
    categories = frozenset(row.get("categories", ()))
    if not isinstance(row.get("accepted"), bool) or not categories <= set(CATEGORIES):
        raise reader.fail("accepted is true or false, categories names categories")
    always = row["accepted"] and not categories
    if always == ("refused" in row):
        raise reader.fail("a paper that may be refused says why, and no other")
    refused = None if always else reader.words(row, "refused")
    return Proof(row["code"], reader.words(row, "name"), row["accepted"], categories, refused, reader.source(row))


def _standings(reader: Reader, name: str, codes: tuple[str, ...]) -> dict[str, Standing]:
    found = {
        row["code"]: Standing(row["code"], bool(row.get("stops", False)), reader.words(row, "text"), row["source"])
        for row in reader.rows(name, {"stops", "text"})
    }
    if set(found) != set(codes):
        raise reader.fail(f"the rows are {', '.join(codes)}")
    return found
