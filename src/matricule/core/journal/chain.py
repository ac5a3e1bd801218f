"""The chain of seals: pure computation with the key that the database does not hold.

Each row has a mark (its id and 16 bytes of HMAC-SHA-256 over all its columns); a seal covers the marks of its rows,
in order, and the hash of the seal before it, whatever its month: one chain, in which each seal belongs to one month.
When a month is dropped its seals stay, and the chain still verifies.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from matricule.core import keys

from .entry import canonical

Kind = Literal["rows", "final", "drop"]
ID, MAC = 8, 16
START = bytes(32)
COLUMNS = "n, month, kind, first_id, last_id, rows, marks, prev, hash, sealed_at"


@dataclass(frozen=True)
class Seal:
    """One link: the rows ``first_id`` to ``last_id`` of ``month``, or its end (final) or removal (drop)."""

    n: int
    month: int
    kind: Kind
    first_id: int
    last_id: int
    rows: int
    marks: bytes
    prev: bytes
    hash: bytes
    sealed_at: datetime


def from_row(row: tuple[Any, ...]) -> Seal:
    """Return the seal that a row of COLUMNS says."""
    n, month, kind, first_id, last_id, rows, marks, prev, digest, sealed_at = row
    return Seal(
        n, month, cast(Kind, kind), first_id, last_id, rows, bytes(marks), bytes(prev), bytes(digest), sealed_at
    )


def link(
    previous: Seal | None, *, month: int, kind: Kind, rows: Iterable[tuple[Any, ...]], sealed_at: datetime
) -> Seal:
    """Return the seal that follows ``previous`` and covers ``rows`` (ascending ids; none for final and drop)."""
    marked = [(row[0], mark(row)) for row in rows]
    marks = b"".join(entry_id.to_bytes(ID) + mac for entry_id, mac in marked)
    first, last = (marked[0][0], marked[-1][0]) if marked else (0, 0)
    number, prev = (previous.n + 1, previous.hash) if previous else (1, START)
    seal = Seal(number, month, kind, first, last, len(marked), marks, prev, b"", sealed_at)
    return Seal(number, month, kind, first, last, len(marked), marks, prev, seal_hash(seal), sealed_at)


def seal_hash(seal: Seal) -> bytes:
    """Return what ``seal.hash`` must be."""
    stamp = seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [seal.n, seal.month, seal.kind, seal.first_id, seal.last_id, seal.rows, stamp]
    text = json.dumps(parts, separators=(",", ":")).encode()
    return _mac(b"seal", seal.prev + hashlib.sha256(seal.marks).digest() + text)


def mark(row: tuple[Any, ...]) -> bytes:
    """Return the 16 bytes that vouch for one row of the journal."""
    return _mac(b"row", canonical(row))[:MAC]


def marks_of(seal: Seal) -> Iterator[tuple[int, bytes]]:
    """Yield the id and the mark of each row that ``seal`` covers, in order."""
    for start in range(0, len(seal.marks), ID + MAC):
        yield int.from_bytes(seal.marks[start : start + ID]), seal.marks[start + ID : start + ID + MAC]


def head_mac(head: bytes) -> bytes:
    """Return what authenticates the head file."""
    return _mac(b"head", head)


def _mac(purpose: bytes, data: bytes) -> bytes:
    return hmac.digest(keys.current().journal, purpose + b"\0" + data, "sha256")
