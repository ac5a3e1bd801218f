"""The nine filters of the employer's list, and what each label means and asks for (seed 000, follow-up; house.md 3).

The label of a request is derived from its people by ``dossiers.states``; here is what it says to whoever reads it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from matricule.rules.employer.reading import Reader, Words

FILE = "labels.toml"

Acts = Literal["company", "caisse", "nobody"]
ACTS = frozenset({"company", "caisse", "nobody"})
ALL = "all"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of the list; ``labels`` are the codes that it shows, empty for all of them."""

    code: str
    name: Words
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label means, who acts now, and what to do for an employee and for somebody of the ``family``."""

    code: str
    filter: str
    acts: Acts
    means: Words
    todo: Words
    family: Words
    source: str

    def asks(self, *, family: bool) -> Words:
        """Return what is to do; the number of a family member, for instance, does not go into the payroll."""
        return self.family if family else self.todo


@dataclass(frozen=True, slots=True)
class Table:
    """The filters in the order of the seed, and the labels by code."""

    filters: tuple[Filter, ...]
    labels: dict[str, Meaning]


def filters() -> tuple[Filter, ...]:
    """Return the nine filters in the order of the seed."""
    return table().filters


def meaning(code: str) -> Meaning:
    """Return what the label ``code`` (of ``dossiers.states.LABELS``) says; raises ``KeyError``."""
    return table().labels[code]


def shown_by(code: str) -> frozenset[str]:
    """Return the labels that the filter ``code`` shows, empty for one that does not exist."""
    found = next((row for row in filters() if row.code == code), None)
    if found is None:
        return frozenset()
    return frozenset(found.labels or table().labels)


@cache
def table() -> Table:
    """Return the file; raises ``RulesError`` when it is wrong."""
    return build()


def build(raw: dict[str, Any] | None = None) -> Table:
    """Build the table from the parsed file (the file itself without ``raw``); raises ``RulesError`` with the row."""
    reader = Reader(FILE, raw)
    names = {row["code"]: reader.words(row, "name") for row in reader.rows("filter", {"name"})}
    if next(iter(names)) != ALL:
        raise reader.fail("the first filter is all")
    labels = {
        row["code"]: _label(reader, row, names)
        for row in reader.rows("label", {"filter", "acts", "means", "todo", "family"})
    }
    filters = tuple(Filter(code, name, _labels_of(code, labels)) for code, name in names.items())
    reader.row = "filter"
    empty = [row.code for row in filters if not row.labels and row.code != ALL]
    if empty:
        raise reader.fail(f"no label stands under {empty[0]}")
    return Table(filters, labels)


def _label(reader: Reader, row: Any, names: dict[str, Words]) -> Meaning:
    if row.get("filter") not in names or row.get("acts") not in ACTS:
        raise reader.fail(f"filter is one of the filters, acts one of {', '.join(sorted(ACTS))}")
    means, todo = reader.words(row, "means"), reader.words(row, "todo")
    family = reader.words(row, "family") if "family" in row else todo
    return Meaning(row["code"], row["filter"], cast(Acts, row["acts"]), means, todo, family, reader.source(row))


def _labels_of(code: str, labels: dict[str, Meaning]) -> tuple[str, ...]:
    return () if code == ALL else tuple(row.code for row in labels.values() if row.filter == code)
