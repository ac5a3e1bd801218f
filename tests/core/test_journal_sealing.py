"""Sealing: complete, harmless to writers, by month; closing and dropping months; the head in its second place."""

import datetime
import os
import threading
import time
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections, transaction

from matricule.core import clock, config, journal
from matricule.core.journal import chain, head, sealing

UTC = datetime.UTC


@pytest.fixture
def at(monkeypatch):
    """Move wall time: at(2026, 10, 5)."""

    def move(*parts: int) -> None:
        monkeypatch.setattr(clock, "wall", lambda: datetime.datetime(*parts, tzinfo=UTC))

    return move


def write(count: int = 1) -> None:
    for _ in range(count):
        with transaction.atomic():
            journal.record(actor="system:test", action="read.space", subject=("dossier", uuid4()))


def seals() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("select n, month, kind, rows from core_journal_seal order by n")
        return cursor.fetchall()


@pytest.mark.django_db
def test_an_empty_journal_verifies():
    assert journal.seal_pending() == 0
    assert journal.verify() == journal.Report(
        ok=True, entries=0, seals=0, kept_seals=0, unsealed=0, head=0, problem=None
    )


@pytest.mark.django_db
def test_sealing_takes_everything_once_in_batches(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 4)
    write(10)
    assert journal.seal_pending() == 10
    assert journal.seal_pending() == 0
    assert [rows for *_, rows in seals()] == [4, 4, 2]
    write(1)
    assert journal.seal_pending() == 1
    report = journal.verify()
    assert (report.ok, report.entries, report.seals, report.unsealed) == (True, 11, 4, 0)


@pytest.mark.django_db
def test_a_month_is_closed_a_day_after_its_end_and_takes_nothing_more(at):
    at(2026, 1, 31, 23, 59)
    write(2)
    at(2026, 2, 1, 0, 1)
    write(1)
    journal.seal_pending()
    assert [(month, kind, rows) for _, month, kind, rows in seals()] == [(202601, "rows", 2), (202602, "rows", 1)]
    at(2026, 1, 31, 23, 59, 59)
    write(1)  # a clock that lags a little
    at(2026, 2, 2, 0, 1)
    journal.seal_pending()
    assert [(month, kind, rows) for _, month, kind, rows in seals()[2:]] == [(202601, "rows", 1), (202601, "final", 0)]
    at(2026, 1, 31, 23, 59, 59)
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        write(1)
    assert journal.verify().ok


@pytest.mark.django_db
def test_the_month_is_that_of_utc(at):
    at(2026, 12, 31, 23, 30)  # already January in Paris
    write(1)
    at(2027, 1, 1, 12)
    write(1)
    journal.seal_pending()
    assert [month for _, month, kind, _ in seals() if kind == "rows"] == [202612, 202701]
    at(2027, 1, 2, 1)
    journal.seal_pending()
    assert (202612, "final") in [(month, kind) for _, month, kind, _ in seals()]


def test_a_slow_writer_is_not_waited_for_and_loses_nothing(whole_db):
    written, finish = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                journal.record(actor="system:test", action="read.slow")
                written.set()
                finish.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(20)
    write(3)  # with a higher id than the writer that has not committed
    assert journal.seal_pending() == 0
    finish.set()
    thread.join()
    assert journal.seal_pending() == 4
    assert journal.verify().ok


def test_the_head_follows_the_commit(whole_db):
    before = set(head.path().parent.glob(".*"))  # a proof that kills leaves some behind
    write(3)
    journal.seal_pending()
    kept = head.read()
    assert (kept.n, kept.rows) == (1, 3)
    assert head.path().is_relative_to(config.current().data)
    assert head.path().stat().st_mode & 0o777 == 0o600
    assert set(head.path().parent.iterdir()) - before == {head.path()}
    write(2)
    with pytest.raises(RuntimeError, match="killed"), transaction.atomic():
        journal.record(actor="system:test", action="read.space")
        raise RuntimeError("killed")
    journal.seal_pending()
    assert (head.read().n, head.read().rows) == (2, 5)


def test_what_a_killed_writer_left_is_cleared_by_a_later_one(whole_db):
    write(1)
    journal.seal_pending()
    target = head.path()
    old, young, other = (target.with_name(name) for name in (f".{target.name}.0ld", f".{target.name}.y0ung", ".other"))
    for path in (old, young, other):
        path.write_bytes(b"half a he")
        age = 0 if path == young else head.LEFT_AFTER + 1
        os.utime(path, (time.time() - age, time.time() - age))
    try:
        write(1)
        journal.seal_pending()
        assert not old.exists()
        assert young.exists() and other.exists()  # somebody may be writing it; not a head
        assert head.read().n == 2
    finally:
        young.unlink()
        other.unlink()


def test_two_writers_that_clear_at_once_do_not_stumble(whole_db, monkeypatch):
    write(1)
    journal.seal_pending()
    target = head.path()
    gone = target.with_name(f".{target.name}.g0ne")
    monkeypatch.setattr(type(target), "glob", lambda self, pattern: iter([gone]))  # cleared since it was listed
    head.write(head.read())
    assert head.read().n == 1


def test_nothing_is_rewritten_when_nothing_happened(whole_db):
    write(1)
    journal.seal_pending()
    before = head.path().stat().st_ino
    journal.seal_pending()
    assert head.path().stat().st_ino == before


def test_the_head_may_live_elsewhere(whole_db, tmp_path, monkeypatch):
    elsewhere = config.Config(data=tmp_path / "var", journal_head=str(tmp_path / "second"))
    monkeypatch.setattr(config, "current", lambda: elsewhere)
    write(1)
    journal.seal_pending()
    assert head.path().parent == tmp_path / "second"
    assert head.read().n == 1


def test_a_kill_before_the_commit_of_the_seals_leaves_the_old_ones(whole_db, monkeypatch):
    write(2)
    journal.seal_pending()
    write(2)
    monkeypatch.setattr(sealing, "_publish", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        journal.seal_pending()
    monkeypatch.undo()
    assert len(seals()) == 1
    assert journal.seal_pending() == 2
    assert journal.verify().ok


def test_a_month_is_dropped_whole_when_its_time_is_over_and_its_seals_stay(whole_db, at):
    for year in (2022, 2024):
        at(year, 3, 5)
        write(3)
        at(year, 4, 5)
        journal.seal_pending()
    at(2026, 11, 21)
    write(2)
    journal.seal_pending()
    assert journal.drop_expired() == [202203]
    assert journal.drop_expired() == []
    report = journal.verify()
    assert (report.ok, report.entries, report.kept_seals) == (True, 5, 1)
    assert 202203 not in sealing.months()
    assert head.read().n == report.seals
    assert journal.drop_expired(kept_months=1) == [202403]
    assert journal.verify().ok


def test_a_young_month_stays_whatever_is_asked(whole_db, at):
    now = clock.wall()
    young = now - datetime.timedelta(days=200)
    at(young.year, young.month, 5)
    write(1)
    at(now.year, now.month, now.day)
    journal.seal_pending()
    assert journal.drop_expired(kept_months=0) == []
    assert journal.verify().ok


def test_the_database_itself_refuses_to_drop_a_month_whose_removal_is_not_sealed(whole_db, at):
    at(2022, 3, 5)
    write(1)
    at(2022, 4, 5)
    journal.seal_pending()
    with pytest.raises(DatabaseError, match="sealed"), connection.cursor() as cursor:
        cursor.execute("select core_journal_drop_month(202203)")


@pytest.mark.django_db
def test_months_are_made_ahead(at):
    at(2033, 11, 30)
    journal.make_months(ahead=3)
    assert {203311, 203312, 203401, 203402} <= set(sealing.months())


def test_another_key_does_not_verify(whole_db, tmp_path, monkeypatch):
    from matricule.core import keys

    write(2)
    journal.seal_pending()
    keys.make(tmp_path / "other.toml")
    other = keys.load(tmp_path / "other.toml")
    monkeypatch.setattr(keys, "current", lambda: other)
    head.write(head.EMPTY)
    assert journal.verify().problem.kind == "seal_changed"


def test_marks_come_back_from_a_seal():
    stamp = datetime.datetime(2026, 11, 21, tzinfo=UTC)
    rows = [(n, 202611, stamp, "anonymous", "a.b", None, None, {}, "done") for n in (3, 5, 2**40)]
    seal = chain.link(None, month=202611, kind="rows", rows=rows, sealed_at=stamp)
    assert [entry_id for entry_id, _ in chain.marks_of(seal)] == [3, 5, 2**40]
    assert [mac for _, mac in chain.marks_of(seal)] == [chain.mark(row) for row in rows]
    assert (seal.n, seal.first_id, seal.last_id, seal.rows, seal.prev) == (1, 3, 2**40, 3, chain.START)
    following = chain.link(seal, month=202612, kind="final", rows=(), sealed_at=stamp)
    assert (following.n, following.prev, following.rows) == (2, seal.hash, 0)
