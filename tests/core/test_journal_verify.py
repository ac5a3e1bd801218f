"""Tampering with the journal, done as the database's own superuser with SQL, is found and the first bad entry named.

What somebody with that role does at random is tests/core/tamperer.py.
"""

import os
import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction

from matricule.core import clock, ids, journal
from matricule.core.journal import chain, head, sealing
from tests.core.tamperer import Tamperer
from tests.support.promises import bulk

SEED = os.environ.get("MATRICULE_SEED") or secrets.token_hex(4)
"""Which victims the random tamperings find; printed, and given again to see the same."""


def superuser() -> psycopg.Connection:
    """Return a connection of the strongest role to the test's database, no trigger firing for it."""
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["MATRICULE_TEST_ADMIN_URL"])._replace(path=f"/{name}").geturl()
    return psycopg.connect(url, autocommit=True, options="-c session_replication_role=replica")


def write(count: int, *, tag: str = "read.page") -> None:
    for number in range(count):
        with transaction.atomic():
            journal.record(
                actor=f"user:{ids.uuid7()}", action=tag, subject=("dossier", ids.uuid7()), detail={"page": number}
            )


def leave_a_gap() -> None:
    """Take an id and roll back, as a failed operation does."""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        journal.record(actor="anonymous", action="never.happened")
        _ = 1 / 0


@pytest.fixture
def sealed(whole_db, monkeypatch):
    """A journal over two months: eight seals with gaps between the ids, the first month closed, all of it copied."""
    real = clock.wall
    before = datetime.now(UTC).replace(day=1) - timedelta(days=2)
    monkeypatch.setattr(sealing, "BATCH", 15)
    monkeypatch.setattr(clock, "wall", lambda: before)
    write(30)
    journal.seal_pending()
    monkeypatch.setattr(clock, "wall", real)
    for _ in range(5):
        write(11)
        leave_a_gap()
        leave_a_gap()
        journal.seal_pending()
    assert journal.verify().ok
    with superuser() as admin:
        admin.execute("create table kept_rows as table core_journal")
        admin.execute("create table kept_seals as table core_journal_seal")
        yield admin


@pytest.mark.bulk
def test_random_tampering_is_found_and_named(sealed, promise):
    count, found = bulk(60, 200), Counter()
    for number in range(count):
        tamperer = Tamperer(sealed, f"{SEED}-{number}")
        expected = tamperer.do(number)
        report = journal.verify()
        named = {key: getattr(report.problem, key) for key in expected} if report.problem else None
        assert named == expected, f"MATRICULE_SEED={SEED}, tampering {number}: {report}"
        assert not report.ok
        found[expected["kind"]] += 1
        tamperer.restore()
    assert journal.verify().ok
    assert set(found) == {"changed", "missing", "added", "cut", "seal_missing", "seal_changed"}
    kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(found.items()))
    promise("journal", f"{count} tamperings by the superuser, {count} found and named ({kinds}; seed {SEED})")


def test_a_cut_is_not_sealed_over(sealed):
    n, last_id = sealed.execute(
        "select n, last_id from core_journal_seal where kind = 'rows' order by n limit 1"
    ).fetchone()
    sealed.execute("delete from core_journal_seal where n > %s", [n])
    sealed.execute("delete from core_journal where id > %s", [last_id])
    write(3)
    with pytest.raises(journal.Broken, match="shorter"):
        journal.seal_pending()
    assert journal.verify().problem.kind == "cut"


def test_a_chain_that_was_grown_again_without_the_head_is_found(sealed):
    kept = head.read()
    last = sealed.execute("select n, first_id from core_journal_seal order by n desc limit 1").fetchone()
    sealed.execute("delete from core_journal_seal where n = %s", [last[0]])
    sealed.execute("delete from core_journal where id >= %s", [last[1]])
    journal.accept_head()  # somebody on the machine moves the head as well …
    write(4)
    journal.seal_pending()
    assert journal.verify().ok
    head.write(kept)  # … but the second place remembers
    report = journal.verify()
    assert (report.problem.kind, report.problem.seal) == ("head_differs", kept.n)


def test_rows_smuggled_into_a_closed_month_are_found(sealed):
    month = sealed.execute("select month from core_journal_seal where kind = 'final'").fetchone()[0]
    sealed.execute(
        "insert into core_journal select 900001, month, at, actor, action, subject_kind, subject_id, detail, outcome"
        " from core_journal where month = %s limit 1",
        [month],
    )
    assert journal.verify().problem == journal.Problem(kind="added", month=month, entry=900001)


def test_a_month_dropped_by_force_is_found(sealed):
    month, first = sealed.execute("select month, min(id) from core_journal group by month order by month").fetchone()
    sealed.execute(f"drop table core_journal_{month}")
    problem = journal.verify().problem
    assert (problem.kind, problem.month, problem.entry) == ("missing", month, first)


def test_a_forged_seal_does_not_hide_a_dropped_month(sealed):
    month = sealed.execute("select min(month) from core_journal").fetchone()[0]
    sealed.execute(
        "insert into core_journal_seal select n + 1, %s, 'drop', 0, 0, 0, '', hash, sha256(hash), now()"
        " from core_journal_seal order by n desc limit 1",
        [month],
    )
    sealed.execute(f"drop table core_journal_{month}")
    assert journal.verify().problem.kind == "seal_changed"


def test_a_young_month_may_not_be_dropped_even_with_the_key(sealed):
    last = chain.from_row(
        sealed.execute(f"select {chain.COLUMNS} from core_journal_seal order by n desc limit 1").fetchone()
    )
    month = sealed.execute("select min(month) from core_journal").fetchone()[0]
    sealing._append(chain.link(last, month=month, kind="drop", rows=(), sealed_at=clock.wall()))
    assert journal.verify().problem.kind == "dropped_too_early"


def test_a_second_seal_over_the_same_rows_is_out_of_place(sealed):
    row = sealed.execute(f"select {chain.COLUMNS} from core_journal_seal order by n desc limit 1").fetchone()
    last = chain.from_row(row)
    rows = sealed.execute(
        "select id, month, at, actor, action, subject_kind, subject_id, detail, outcome from core_journal"
        " where month = %s order by id limit 2",
        [last.month],
    ).fetchall()
    sealing._append(chain.link(last, month=last.month, kind="rows", rows=rows, sealed_at=clock.wall()))
    assert journal.verify().problem.kind == "seal_out_of_place"


def test_the_head_itself_is_protected(sealed):
    kept = head.path().read_text()
    head.path().write_text(kept.replace(f'"n": {head.read().n}', '"n": 1'))
    assert journal.verify().problem.kind == "head_changed"
    with pytest.raises(head.HeadError, match="changed"):
        journal.seal_pending()
    head.path().write_text("{}")
    with pytest.raises(head.HeadError, match="damaged"):
        head.read()
    head.path().unlink()
    assert journal.verify().problem.kind == "head_missing"
    with pytest.raises(journal.Broken, match="missing"):
        journal.seal_pending()
    head.path().mkdir()
    with pytest.raises(head.HeadError, match="cannot be read"):
        head.read()
    head.path().rmdir()
    journal.accept_head()
    assert journal.verify().ok
    assert head.read().rows == journal.verify().entries


def accepted(admin) -> list[dict]:
    rows = admin.execute("select actor, detail from core_journal where action = 'journal.head_accepted' order by id")
    return [{"by": actor, **detail} for actor, detail in rows.fetchall()]


def test_accepting_a_head_leaves_an_entry_that_says_what_was_lost(sealed):
    known = head.read()
    last = sealed.execute("select n, first_id, rows from core_journal_seal order by n desc limit 1").fetchone()
    sealed.execute("delete from core_journal_seal where n = %s", [last[0]])
    sealed.execute("delete from core_journal where id >= %s", [last[1]])
    journal.accept_head()
    head.path().write_text("{}")
    journal.accept_head()
    head.path().unlink()
    journal.accept_head()
    now = {"seals_now": known.n - 1, "entries_now": known.rows - last[2]}
    assert accepted(sealed) == [
        {"by": "system:cli", "seals": known.n, "entries": known.rows, **now},
        {"by": "system:cli", "head": "damaged", **now},
        {"by": "system:cli", "head": "missing", **now},
    ]
    assert journal.seal_pending() == 3 and journal.verify().ok


def test_an_old_head_is_true_as_well(sealed):
    """A kill between the commit of the seals and the head leaves an older head: nothing is wrong with that."""
    kept = head.read()
    write(5)
    journal.seal_pending()
    head.write(kept)
    assert journal.verify().ok
    write(1)
    assert journal.seal_pending() == 1
    assert head.read().rows == kept.rows + 6


def test_the_report_counts_what_is_not_sealed_yet(sealed):
    write(7)
    report = journal.verify()
    assert (report.ok, report.unsealed, report.entries) == (True, 7, 85)
    assert report.head == report.seals
    assert report.as_json()["unsealed"] == 7
    assert isinstance(sealed.execute("select subject_id from core_journal limit 1").fetchone()[0], UUID)


@pytest.mark.parametrize("entry", [0, -1, -(2**63)])
def test_a_forged_entry_before_the_first_is_found(sealed, entry):
    """Ids begin at 1: what stands below was never appended by the database's own function."""
    for month in [row[0] for row in sealed.execute("select distinct month from core_journal order by month")]:
        sealed.execute(
            "insert into core_journal select %s, month, at, actor, action, subject_kind, subject_id, detail, outcome"
            " from core_journal where month = %s limit 1",
            [entry, month],
        )
        problem = journal.verify().problem
        assert (problem.kind, problem.month, problem.entry) == ("added", month, entry)
        sealed.execute("delete from core_journal where id = %s", [entry])
