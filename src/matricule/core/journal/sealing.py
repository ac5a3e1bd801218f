"""Sealing what was written: one job, every few seconds, after the commits (stack.md, spike, Journal).

Writers hold a shared advisory lock of the month from before they take an id until they commit. The sealer takes the
exclusive one for the time of reading the highest id: no writer with a smaller id can be left. Then it chains the
rows up to there, without any lock that a writer could feel. The rows of the last seconds are not sealed yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from matricule.core import clock

from . import chain, head
from .chain import Seal
from .entry import COLUMNS
from .writing import record

BATCH = 2000
WRITERS, SEALERS = 7, 9
CLOSED_AFTER = timedelta(days=1)
KEPT_MONTHS = 36
"""CNIL, délibération 2021-122: traces are kept 6 to 12 months, up to three years where misuse is a risk."""


class Broken(Exception):
    """The journal is not the one that the head remembers: nothing is sealed on top of it before somebody looks."""


def seal_pending() -> int:
    """Seal every committed entry, close the months that are over, write the head; return how many entries were sealed.

    Raises Broken when the database holds less than the head remembers. Safe to run twice at once and after a kill.
    """
    open_months = _open_months()
    if not any(month.is_new or month.is_over for month in open_months) and _head_is_up_to_date():
        return 0
    frontier = [(month, _frontier(month)) for month in open_months]
    with transaction.atomic(durable=True):
        last, before = _last_seal()
        sealed = 0
        for month, highest in frontier:
            for rows in _batches(month.number, highest):
                last = _append(chain.link(last, month=month.number, kind="rows", rows=rows, sealed_at=clock.wall()))
                sealed += len(rows)
        last = _close_months(last, [month for month in open_months if month.is_over])
        _publish(last, before + sealed)
    return sealed


def drop_expired(*, kept_months: int = KEPT_MONTHS) -> list[int]:
    """Drop the closed months that are older than ``kept_months``, whole, their seals kept; return them, oldest first.

    Never younger than twelve months, whatever is asked: the database's own function refuses.
    """
    limit = _months_before(clock.wall(), max(kept_months, 12) + 1)
    with transaction.atomic(durable=True):
        last, total = _last_seal()
        dropped = [month for month in _closed_months() if month <= limit]
        for month in dropped:
            last = _append(chain.link(last, month=month, kind="drop", rows=(), sealed_at=clock.wall()))
            _run("select core_journal_drop_month(%s)", [month])
        _publish(last, total)
    return dropped


def make_months(ahead: int = 2) -> None:
    """Make the partitions of this month and of ``ahead`` more, so that no act has to wait for one."""
    now = clock.wall().astimezone(UTC)
    for step in range(ahead + 1):
        year, month = divmod(now.year * 12 + now.month - 1 + step, 12)
        _run("select core_journal_make_month(%s)", [year * 100 + month + 1])


def accept_head() -> None:
    """Take the journal as it is in the database for the truth, after a restore that somebody answers for.

    The entry that this leaves says what the head remembered until then: where it was more than what is there, the
    difference was lost.
    """
    with transaction.atomic(durable=True):
        last = _lock_and_read()
        held = _rows_after(0)
        detail = {**_remembered(), "seals_now": last.n if last else 0, "entries_now": held}
        record(actor="system:cli", action="journal.head_accepted", detail=detail)
        transaction.on_commit(lambda: head.write(head.of(last, held)))  # whatever is there: it may be damaged


def _remembered() -> dict[str, str | int]:
    try:
        known = head.read()
    except head.HeadError:
        return {"head": "damaged"}
    return {"seals": known.n, "entries": known.rows} if known else {"head": "missing"}


def fault() -> str | None:
    """Return what is wrong between the journal and its head, as a code: head_missing, broken; None when they agree.

    Takes no lock and reads two rows: for the health page. Only ``verify`` looks at every entry.
    """
    try:
        known = head.read()
    except head.HeadError:
        return "broken"
    if known is None:
        return "head_missing" if _run("select 1 from core_journal_seal limit 1") else None
    return None if _contains(known) else "broken"


def months() -> list[int]:
    """Return the months that have a partition, oldest first."""
    rows = _run(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
        " where i.inhparent = 'core_journal'::regclass order by c.relname"
    )
    return [int(name.removeprefix("core_journal_")) for (name,) in rows]


@dataclass(frozen=True)
class _Month:
    """A month that may still grow: the last id that is sealed, and the highest that can be seen."""

    number: int
    sealed: int
    highest: int

    @property
    def is_new(self) -> bool:
        return self.highest > self.sealed

    @property
    def is_over(self) -> bool:
        year, month = divmod(self.number, 100)
        end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        return clock.wall() >= end + CLOSED_AFTER


def _open_months() -> list[_Month]:
    final = {month for (month,) in _run("select month from core_journal_seal where kind = 'final'")}
    rows = _run(
        "select month, coalesce((select last_id from core_journal_seal s where s.month = m.month and kind = 'rows'"
        " order by n desc limit 1), 0), coalesce((select max(id) from core_journal j where j.month = m.month), 0)"
        " from unnest(%s::integer[]) as m (month) order by month",
        [[month for month in months() if month not in final]],
    )
    return [_Month(*row) for row in rows]


def _head_is_up_to_date() -> bool:
    known = head.read()
    return known is not None and known.n == _run("select coalesce(max(n), 0) from core_journal_seal")[0][0]


def _frontier(month: _Month) -> int:
    """Return an id up to which no entry of ``month`` can appear any more."""
    if not month.is_new:
        return month.sealed
    try:
        with transaction.atomic(durable=True):
            # A writer that takes long must not make the others queue behind this lock: next time, then.
            _run("set local lock_timeout = '500ms'")
            _run("select pg_advisory_xact_lock(%s, %s)", [WRITERS, month.number])
            return _highest(month.number)
    except OperationalError:
        return month.sealed


def _highest(month: int) -> int:
    return int(_run("select coalesce(max(id), 0) from core_journal where month = %s", [month])[0][0])


def _sealed(month: int) -> int:
    return int(_run("select coalesce(max(last_id), 0) from core_journal_seal where month = %s", [month])[0][0])


def _batches(month: int, highest: int) -> Iterator[list[tuple[Any, ...]]]:
    done = _sealed(month)
    while done < highest:
        rows = _run(
            f"select {COLUMNS} from core_journal where month = %s and id > %s and id <= %s order by id limit %s",  # noqa: S608
            [month, done, highest, BATCH],
        )
        if not rows:
            return
        yield rows
        done = rows[-1][0]


def _last_seal() -> tuple[Seal | None, int]:
    """Take the sealers' lock until the commit; return the last seal and how many rows the chain holds.

    Raises Broken unless the chain contains the head that is kept in the second place.
    """
    last = _lock_and_read()
    known = head.read()
    if known is None:
        if last is not None:
            raise Broken("the head of the journal is missing")
        known = head.EMPTY
        head.write(known)  # from now on a missing head means that somebody took it away
    if not _contains(known):
        raise Broken("the journal is shorter than its head remembers, or is another one")
    return last, known.rows + _rows_after(known.n)


def _contains(known: head.Head) -> bool:
    """Tell whether the chain in the database contains the seal that the head remembers."""
    rows = _run("select hash from core_journal_seal where n = %s", [known.n])
    return not known.n or (bool(rows) and bytes(rows[0][0]).hex() == known.hash)


def _lock_and_read() -> Seal | None:
    _run("select pg_advisory_xact_lock(%s, 0)", [SEALERS])
    rows = _run(f"select {chain.COLUMNS} from core_journal_seal order by n desc limit 1")  # noqa: S608
    return chain.from_row(rows[0]) if rows else None


def _rows_after(n: int) -> int:
    return int(_run("select coalesce(sum(rows), 0) from core_journal_seal where n > %s", [n])[0][0])


def _append(seal: Seal) -> Seal:
    values = [getattr(seal, name) for name in chain.COLUMNS.split(", ")]
    _run(f"insert into core_journal_seal ({chain.COLUMNS}) values ({', '.join(['%s'] * len(values))})", values)  # noqa: S608
    return seal


def _close_months(last: Seal | None, over: list[_Month]) -> Seal | None:
    for month in over:
        _run("select pg_advisory_xact_lock(%s, %s)", [WRITERS, month.number])
        if _highest(month.number) == _sealed(month.number):
            last = _append(chain.link(last, month=month.number, kind="final", rows=(), sealed_at=clock.wall()))
    return last


def _closed_months() -> list[int]:
    present = set(months())
    rows = _run("select month from core_journal_seal where kind = 'final' order by month")
    return [month for (month,) in rows if month in present]


def _months_before(moment: datetime, count: int) -> int:
    year, month = divmod(moment.astimezone(UTC).year * 12 + moment.astimezone(UTC).month - 1 - count, 12)
    return year * 100 + month + 1


def _publish(last: Seal | None, total: int) -> None:
    """Write the head once the seals are committed: a kill in between leaves an older head, which is true as well."""
    now = head.of(last, total)
    transaction.on_commit(lambda: None if head.read() == now else head.write(now))


def _run(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
