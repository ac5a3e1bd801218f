"""Verifying the journal: every seal, every row, and the head; the first thing that is wrong is named.

Finds change, deletion, insertion, reordering, and cuts older than the last head. Entries that are not sealed yet are
counted, not vouched for.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from . import chain, head
from .chain import Seal
from .entry import COLUMNS
from .sealing import months

SHORTEST = timedelta(days=365)
LOWEST = -(2**63)
"""The lowest id that a row can be given: the service's own begin at 1, a forged one may stand before them."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong first: its kind, the seal and month, the entry, or the last good one when all after it is cut."""

    kind: str
    seal: int | None = None
    month: int | None = None
    entry: int | None = None
    after: int | None = None


@dataclass(frozen=True, kw_only=True)
class Report:
    """What ``verify`` found. ``entries``: verified rows; ``kept_seals``: seals whose month was dropped."""

    ok: bool
    entries: int
    seals: int
    kept_seals: int
    unsealed: int
    head: int | None
    problem: Problem | None

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


class _Wrong(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind)
        self.problem = problem


class _Walk:
    """One walk along the chain, remembering what was seen."""

    def __init__(self) -> None:
        self.last: Seal | None = None
        self.entries = self.seals = self.kept = 0
        self.sealed: dict[int, int] = {}
        self.closed: set[int] = set()
        self.dropped: set[int] = set()
        self.hashes: dict[int, str] = {}

    def unseen(self, month: int) -> int:
        """Return the lowest id of ``month`` that no seal was asked about yet."""
        return self.sealed[month] + 1 if month in self.sealed else LOWEST


def verify() -> Report:
    """Walk the whole journal; bounded memory, no lock. Raises nothing but database errors."""
    walk, known, problem, unsealed = _Walk(), None, None, 0
    try:
        known = _known_head()
        walk.dropped = _dropped()
        for seal in _seals():
            _check_link(walk, seal)
            _check_rows(walk, seal)
            walk.last = seal
            walk.seals += 1
            if known and seal.n == known.n:
                walk.hashes[seal.n] = seal.hash.hex()
        _check_head(walk, known)
        unsealed = _check_rest(walk)
    except _Wrong as wrong:
        problem = wrong.problem
    return Report(
        ok=problem is None,
        entries=walk.entries,
        seals=walk.seals,
        kept_seals=walk.kept,
        unsealed=unsealed,
        head=known.n if known else None,
        problem=problem,
    )


def _known_head() -> head.Head | None:
    try:
        return head.read()
    except head.HeadError:
        raise _Wrong(Problem(kind="head_changed")) from None


def _check_link(walk: _Walk, seal: Seal) -> None:
    expected, prev = (walk.last.n + 1, walk.last.hash) if walk.last else (1, chain.START)
    here = {"seal": seal.n, "month": seal.month, "entry": seal.first_id or None}
    if seal.n != expected:
        after = walk.last.last_id if walk.last else None
        raise _Wrong(Problem(kind="seal_missing", seal=expected, month=seal.month, after=after))
    if seal.prev != prev or chain.seal_hash(seal) != seal.hash:
        raise _Wrong(Problem(kind="seal_changed", **here))
    if seal.kind == "rows" and (seal.month in walk.closed or seal.first_id <= walk.sealed.get(seal.month, 0)):
        raise _Wrong(Problem(kind="seal_out_of_place", **here))
    if seal.kind == "final":
        walk.closed.add(seal.month)
    if seal.kind == "drop" and not _may_drop(walk, seal):
        raise _Wrong(Problem(kind="dropped_too_early", **here))


def _may_drop(walk: _Walk, seal: Seal) -> bool:
    start = datetime(seal.month // 100, seal.month % 100, 1, tzinfo=UTC)
    return seal.month in walk.closed and seal.sealed_at - start > SHORTEST


def _check_rows(walk: _Walk, seal: Seal) -> None:
    if seal.kind != "rows":
        return
    lowest, walk.sealed[seal.month] = walk.unseen(seal.month), seal.last_id
    if seal.month in walk.dropped:
        walk.kept += 1
        return
    rows = iter(_rows(seal.month, lowest, seal.last_id))
    row = next(rows, None)
    for entry_id, mac in chain.marks_of(seal):
        kind = "missing" if row is None or row[0] > entry_id else "added" if row[0] < entry_id else ""
        if not kind and row is not None and chain.mark(row) != mac:
            kind = "changed"
        if kind:
            entry = row[0] if row is not None and kind == "added" else entry_id
            raise _Wrong(Problem(kind=kind, seal=seal.n, month=seal.month, entry=entry))
        walk.entries += 1
        row = next(rows, None)
    if row is not None:
        raise _Wrong(Problem(kind="added", seal=seal.n, month=seal.month, entry=row[0]))


def _check_head(walk: _Walk, known: head.Head | None) -> None:
    after = walk.last.last_id if walk.last else None
    if known is None:
        if walk.last is not None:
            raise _Wrong(Problem(kind="head_missing"))
    elif known.n > walk.seals:
        raise _Wrong(Problem(kind="cut", seal=walk.seals + 1, month=known.month, after=after))
    elif known.n and walk.hashes.get(known.n) != known.hash:
        raise _Wrong(Problem(kind="head_differs", seal=known.n))


def _check_rest(walk: _Walk) -> int:
    """Count the rows that no seal covers yet; a closed month has none, a month without a partition was dropped."""
    unsealed, present = 0, months()
    for month in present:
        rest = _fetch(
            "select count(*), min(id) from core_journal where month = %s and id >= %s",
            [month, walk.unseen(month)],
        )[0]
        if rest[0] and month in walk.closed:
            raise _Wrong(Problem(kind="added", month=month, entry=rest[1]))
        unsealed += rest[0]
    for month in walk.dropped & set(present):
        raise _Wrong(Problem(kind="dropped_but_present", month=month))
    return unsealed


def _seals() -> Iterator[Seal]:
    last = -1
    while rows := _fetch(f"select {chain.COLUMNS} from core_journal_seal where n > %s order by n limit 50", [last]):  # noqa: S608
        for row in rows:
            yield chain.from_row(row)
        last = rows[-1][0]


def _dropped() -> set[int]:
    """The months that the chain says were dropped; each such seal is checked when the walk reaches it."""
    return {month for (month,) in _fetch("select month from core_journal_seal where kind = 'drop'")}


def _rows(month: int, lowest: int, highest: int) -> list[tuple[Any, ...]]:
    return _fetch(
        f"select {COLUMNS} from core_journal where month = %s and id >= %s and id <= %s order by id",  # noqa: S608
        [month, lowest, highest],
    )


def _fetch(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
