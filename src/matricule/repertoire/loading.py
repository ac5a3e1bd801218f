"""Loading people who already have a number, from a CSV file in UTF-8 with the columns of ``COLUMNS``.

A row whose number is there already for the same person is kept as it is, so that a load may be done again. A wrong
row is named by its place in the file and a code, never by what it holds, and does not stop the others. The file is
read in batches: memory does not grow with it.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from matricule.core import clock, journal
from matricule.core.ids import uuid7
from matricule.repertoire import rows
from matricule.repertoire.models import Holder
from matricule.repertoire.values import Identity
from matricule.rules.errors import InputError
from matricule.rules.numbers import NumberError
from matricule.rules.numbers.nir import Nir

COLUMNS = ("number", "birth_name", "given_names", "sex", "birth_date", "birth_country", "birth_place", "passport")
BATCH = 500
NAMED = 50
"""How many wrong rows a report names; it counts the others."""


class BadFile(Exception):
    """The file cannot be read at all; the message says why, without anything that it holds."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the rows. ``faults`` are (row as an editor counts it, code); codes: columns, number, sex,
    birth_name, birth_date, birth_country, and number_taken when somebody else holds the number."""

    added: int
    kept: int
    wrong: int
    faults: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class _Line:
    row: int
    number: str
    identity: Identity


def load(path: Path, *, actor: str) -> Loaded:
    """Load a file; each batch is one transaction with its journal entry. Raises ``BadFile``."""
    added = kept = 0
    faults: list[tuple[int, str]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = _lines(csv.reader(handle, strict=True), faults)
            while batch := list(islice(lines, BATCH)):
                new = _save(batch, faults, actor)
                added, kept = added + new, kept + len(batch) - new
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(f"the file cannot be read ({type(error).__name__})") from None
    taken = sum(code == "number_taken" for _, code in faults)
    return Loaded(added, kept - taken, len(faults), tuple(sorted(faults)[:NAMED]))


def _lines(cells: Iterable[list[str]], faults: list[tuple[int, str]]) -> Iterator[_Line]:
    reading = iter(cells)
    if tuple(next(reading, [])) != COLUMNS:
        raise BadFile(f"the columns must be {', '.join(COLUMNS)}")
    for row, values in enumerate(reading, start=2):
        try:
            yield _line(row, values)
        except InputError as error:
            faults.append((row, error.field))
        except NumberError:
            faults.append((row, "number"))


def _line(row: int, values: list[str]) -> _Line:
    if len(values) != len(COLUMNS):
        raise InputError("columns", fr="", en="a row has other columns than the first")
    number, *rest = (value.strip() for value in values)
    identity = Identity(*rest)
    if identity.sex not in {"M", "F"}:
        raise InputError("sex", fr="", en="M or F")
    if not identity.birth_name:
        raise InputError("birth_name", fr="", en="a birth name")
    return _Line(row, Nir.parse(number).value, identity)


def _save(batch: list[_Line], faults: list[tuple[int, str]], actor: str) -> int:
    """Write the new rows of a batch in one transaction; return how many there were."""
    now = clock.now()
    with transaction.atomic():
        indexes = {line.row: rows.number_index(line.number) for line in batch}
        there = Holder.objects.filter(number_index__in=list(indexes.values()))
        seen = {bytes(row.number_index): Identity.from_json(row.identity) for row in there}
        new = []
        for line in batch:
            held_by = seen.get(indexes[line.row])
            if held_by is None:
                seen[indexes[line.row]] = line.identity
                new.append(_holder(line, now))
            elif held_by != line.identity:
                faults.append((line.row, "number_taken"))
        Holder.objects.bulk_create(new)
        journal.record(actor=actor, action="repertoire.loaded", detail={"added": len(new), "read": len(batch)})
    return len(new)


def _holder(line: _Line, now: datetime) -> Holder:
    return rows.new_holder(uuid7(), line.identity, line.number, kind="nir", source=Holder.Source.LOADED, now=now)
