"""What may enter the journal, in which transaction, and who may touch it afterwards."""

import datetime
import threading
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import clock, ids, journal
from matricule.core.journal.entry import canonical, check_detail, from_row

USER = "user:0190a5c0-0000-7000-8000-000000000001"


def rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from core_journal")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_an_entry_says_who_did_what_and_when():
    subject = ("dossier", ids.uuid7())
    before = clock.wall()
    journal.record(actor=USER, action="document.accepted", subject=subject, detail={"version": 2, "phase": "one"})
    (entry,) = journal.entries_about(subject)
    assert (entry.actor, entry.action, entry.subject, entry.outcome) == (USER, "document.accepted", subject, "done")
    assert entry.detail == {"version": 2, "phase": "one"}
    assert before <= entry.at <= clock.wall()
    assert entry.month == entry.at.astimezone(datetime.UTC).year * 100 + entry.at.astimezone(datetime.UTC).month


@pytest.mark.django_db
def test_entries_about_one_subject_only_oldest_first():
    mine, other = ("dossier", ids.uuid7()), ("dossier", ids.uuid7())
    for subject, action in ((mine, "read.space"), (other, "read.space"), (mine, "read.file"), (mine, "read.image")):
        journal.record(actor=USER, action=action, subject=subject)
    journal.record(actor="anonymous", action="sign_in.code_asked", outcome="held")
    journal.record(actor="system:retention", action="file.erased", subject=("file", mine[1]))
    assert [entry.action for entry in journal.entries_about(mine)] == ["read.space", "read.file", "read.image"]
    assert [entry.action for entry in journal.entries_about(mine, limit=2)] == ["read.file", "read.image"]


@pytest.mark.django_db
def test_one_statement_writes_an_entry(django_assert_num_queries):
    with django_assert_num_queries(1):
        journal.record(actor=USER, action="read.space", subject=("dossier", uuid4()))


def test_an_entry_outside_a_transaction_is_refused(whole_db):
    with pytest.raises(transaction.TransactionManagementError):
        journal.record(actor="anonymous", action="read.space")
    assert rows() == 0


def test_an_entry_goes_with_its_act(whole_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        journal.record(actor="anonymous", action="read.space")
        _ = 1 / 0
    assert rows() == 0
    with transaction.atomic():
        journal.record(actor="anonymous", action="read.space")
    assert rows() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"actor": "someone@example.org"},
        {"actor": "user:12"},
        {"actor": "user:0190a5c0-0000-7000-8000-000000000001 "},
        {"actor": "system:Émile"},
        {"action": "Read the file"},
        {"action": "a" * 41},
        {"action": ""},
        {"outcome": "refused by me"},
        {"subject": ("passport of A. B.", uuid4())},
        {"detail": {"name": "x"}},
        {"detail": {"file_name": "x"}},
        {"detail": {"Page": 1}},
        {"detail": {"code": "with space"}},
        {"detail": {"code": "a@b.fr"}},
        {"detail": {"code": "é"}},
        {"detail": {"code": "x" * 65}},
        {"detail": {"code": "185057800608436"}},
        {"detail": {"code": "1-85-05-78-006-084"}},
        {"detail": {"code": "1.85.05.2A.006.084"}},
        {"detail": {"code": "FR7630006000011234567890189"}},
        {"detail": {"code": "fr76-3000-6000-0112-3456-7890-189"}},
        {"detail": {"pages": 1850578006084}},
        {"detail": {"pages": 1.5}},
        {"detail": {"pages": [1]}},
    ],
)
@pytest.mark.django_db
def test_what_looks_personal_or_free_is_refused_without_repeating_it(wrong):
    with pytest.raises(journal.Refused) as caught:
        journal.record(**{"actor": USER, "action": "read.space", **wrong})
    for value in wrong.values():
        assert str(value) not in str(caught.value) or value == ""
    assert rows() == 0


@pytest.mark.parametrize(
    "detail",
    [
        {"route": "student", "confirmed": True, "kept": None, "pages": 40},
        {
            "size": 26_214_400,
            "sha256": "a" * 64,
            "blob": str(uuid4()),
            "due": "2026-11-21",
            "at": "2026-11-21T10:00:00",
        },
        {"reference": "M26-7KQ4-92HX", "requirement": "visa_d", "rule": "R111-2", "path": "a/b.c:d"},
    ],
)
def test_codes_counts_and_flags_pass(detail):
    check_detail(detail)


@given(st.text("0123456789", min_size=9, max_size=64), st.sampled_from(["", "x", "code:"]))
def test_no_run_of_nine_digits_passes(digits, before):
    if not (32 <= len(before + digits) <= 64 and before == ""):  # forty digits are no number of a person, but a digest
        with pytest.raises(journal.Refused):
            check_detail({"code": before + digits})


def test_the_bytes_of_a_row_cover_every_column():
    at = datetime.datetime(2026, 11, 21, 10, 0, 0, 5, tzinfo=datetime.UTC)
    row = (1, 202611, at, USER, "read.space", "dossier", uuid4(), '{"b": 1, "a": null}', "done")
    changed = (
        2,
        202612,
        at.replace(microsecond=6),
        "anonymous",
        "read.file",
        "person",
        uuid4(),
        '{"b": 2}',
        "refused",
    )
    for position, value in enumerate(changed):
        assert canonical((*row[:position], value, *row[position + 1 :])) != canonical(row)
    paris = at.astimezone(datetime.timezone(datetime.timedelta(hours=1)))
    assert canonical((1, 202611, paris, *row[3:7], {"a": None, "b": 1}, "done")) == canonical(row)
    assert from_row((*row[:5], None, None, {}, "done")).subject is None


ATTACKS = [
    "update core_journal set actor = 'anonymous'",
    "update core_journal_{month} set actor = 'anonymous'",
    "delete from core_journal",
    "delete from core_journal_{month}",
    "truncate core_journal",
    "truncate core_journal_{month}",
    "insert into core_journal select * from core_journal",
    "insert into core_journal_{month} select * from core_journal",
    "alter table core_journal disable trigger all",
    "alter table core_journal_{month} disable trigger all",
    "alter table core_journal detach partition core_journal_{month}",
    "drop table core_journal_{month}",
    "drop table core_journal cascade",
    "alter table core_journal owner to app",
    "set session_replication_role = replica",
    "select setval('core_journal_id', 1)",
    "alter sequence core_journal_id restart",
    "drop trigger core_journal_rows on core_journal",
    "create or replace function core_journal_refuse() returns trigger language plpgsql as 'begin return new; end'",
    "set role owner",
    "update core_journal_seal set rows = 0",
    "delete from core_journal_seal",
    "truncate core_journal_seal",
    "alter table core_journal_seal disable trigger all",
    "select core_journal_drop_month({month})",
    "select core_journal_drop_month(202001)",
    "select core_journal_own('core_journal')",
    "select core_journal_make_month(999999)",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.django_db
def test_the_application_may_not_touch_what_is_written(attack):
    journal.record(actor=USER, action="read.space", subject=("dossier", uuid4()))
    journal.seal_pending()
    with connection.cursor() as cursor:
        cursor.execute("select current_user, max(month) from core_journal")
        role, month = cursor.fetchone()
        assert role == "app"
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(attack.format(month=month))
    assert rows() == 1
    assert journal.verify().ok


@pytest.mark.django_db
def test_the_application_cannot_give_itself_rights():
    with connection.cursor() as cursor:
        cursor.execute("grant update, delete on core_journal to app")  # a warning only: nothing is granted
        cursor.execute("select has_table_privilege('core_journal', 'update, delete, truncate, insert')")
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize("attack", ATTACKS[:6] + ATTACKS[20:23])
def test_triggers_refuse_even_the_owner(attack, whole_db):
    import os
    from urllib.parse import urlsplit

    import psycopg

    with transaction.atomic():
        journal.record(actor=USER, action="read.space")
    journal.seal_pending()
    url = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    with psycopg.connect(url, autocommit=True) as owner:
        month = owner.execute("select max(month) from core_journal").fetchone()[0]
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            owner.execute(attack.format(month=month))


@pytest.mark.django_db
def test_a_month_without_a_partition_gets_one_closed_to_the_application(monkeypatch):
    monkeypatch.setattr(clock, "wall", lambda: datetime.datetime(2031, 2, 3, tzinfo=datetime.UTC))
    journal.record(actor=USER, action="read.space")
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from core_journal where month = 203102")
        assert cursor.fetchone() == (1,)
        cursor.execute("select has_table_privilege('core_journal_203102', 'select, insert, update, delete, truncate')")
        assert cursor.fetchone() == (False,)


def test_eight_writers_lose_nothing_while_the_sealer_runs(whole_db):
    done = threading.Event()

    def work(number: int) -> None:
        try:
            for step in range(25):
                with transaction.atomic():
                    journal.record(actor=USER, action="read.space", detail={"writer": number})
                    if step % 7 == 6:
                        transaction.set_rollback(True)
        finally:
            connections.close_all()

    def seal() -> None:
        try:
            while not done.wait(0.01):
                journal.seal_pending()
        finally:
            connections.close_all()

    writers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    sealers = [threading.Thread(target=seal) for _ in range(2)]
    for thread in [*writers, *sealers]:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in sealers:
        thread.join()
    journal.seal_pending()
    report = journal.verify()
    assert report.ok, report
    assert (report.entries, report.unsealed) == (8 * 22, 0)


@pytest.mark.django_db
def test_many_entries_are_written_in_one_statement_and_in_order():
    subject = ("dossier", uuid4())
    drafts = [journal.Draft("system:tests", "draft.opened", subject, {"n": n}) for n in range(5)]
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        journal.record_many(drafts)
    assert len([query for query in seen if "core_journal_append" in query["sql"]]) == 1
    found = journal.entries_about(subject)
    assert [entry.detail["n"] for entry in found] == [0, 1, 2, 3, 4]
    assert {(entry.actor, entry.action, entry.outcome) for entry in found} == {
        ("system:tests", "draft.opened", "done")
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    "bad",
    [
        journal.Draft("somebody", "draft.opened", ("dossier", uuid4())),
        journal.Draft("system:tests", "Draft", ("dossier", uuid4())),
        journal.Draft("system:tests", "draft.opened", ("dossier", uuid4()), {"name": "x"}),
    ],
)
def test_one_bad_entry_among_many_stops_all(bad):
    subject = ("dossier", uuid4())
    with pytest.raises(journal.Refused), transaction.atomic():
        journal.record_many([journal.Draft("system:tests", "draft.opened", subject), bad])
    assert journal.entries_about(subject) == []
