"""What an act gathers is written in one statement, whole or not at all, as single writes would leave it."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from matricule.core import clock, journal
from matricule.core.batch import Batch
from matricule.core.outbox import Mail
from matricule.dossiers.models import Dossier, File, Page, Registrant
from matricule.notices import desk
from matricule.notices.models import Notice
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def statements(batch: Batch) -> list[str]:
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        batch.run()
    return [row["sql"] for row in seen if not row["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def a_file() -> File:
    dossier = make.a_draft()
    make.add(dossier, "identity")
    return File.objects.get(version__document__registrant__dossier=dossier)


def test_rows_of_several_tables_entries_and_changes_take_one_statement():
    old, now = a_file(), clock.now()
    new = File(
        version=old.version, position=7, state="ready", name="é", size=3, verdict="ok", added_at=now, detail={"a": [1]}
    )
    batch = Batch()
    batch.insert(new)
    batch.insert(*(Page(file=new, number=number, position=number) for number in (1, 2)))
    old.name, old.removed_at = "renamed", now
    batch.update(old, ["name", "removed_at"])
    batch.record(actor="system:test", action="first", subject=("dossier", uuid4()))
    batch.record(actor="system:test", action="second", subject=("dossier", uuid4()), detail={"n": 1})
    assert len(statements(batch)) == 1
    found = File.objects.get(pk=new.pk)
    assert (found.name, found.detail, found.position, found.added_at) == ("é", {"a": [1]}, 7, now)
    assert found.pages.count() == 2 and not new._state.adding
    changed = File.objects.get(pk=old.pk)
    assert (changed.name, changed.removed_at, changed.position) == ("renamed", now, old.position)
    new.position = 8
    new.save(update_fields=["position"])
    assert File.objects.get(pk=new.pk).position == 8


def test_the_entries_stand_in_the_journal_in_the_order_of_the_calls():
    subject = ("dossier", uuid4())
    batch = Batch()
    for action in ("one", "two", "three"):
        batch.record(actor="system:test", action=action, subject=subject, detail={"of": 3}, outcome="done")
    assert len(statements(batch)) == 1
    entries = journal.entries_about(subject)
    assert [entry.action for entry in entries] == ["one", "two", "three"]
    assert [dict(entry.detail) for entry in entries] == [{"of": 3}] * 3


def test_an_entry_with_what_may_not_stand_there_is_refused_at_once():
    with pytest.raises(journal.Refused):
        Batch().record(actor="somebody", action="x", subject=None)
    with pytest.raises(journal.Refused):
        Batch().record(actor="system:test", action="x", detail={"name": "Thị Lan"})


def test_what_is_changed_twice_is_written_once_with_the_last_values():
    person = make.a_draft().registrants.get()
    batch = Batch()
    person.city = "Dole"
    batch.update(person, ["city"])
    person.city, person.street = "Besançon", "1 rue Haute"
    batch.update(person, ["street", "city"])
    assert batch.changes(person) and not batch.changes(Registrant.objects.get(pk=person.pk))
    assert statements(batch)[0].count("update") == 1
    found = Registrant.objects.get(pk=person.pk)
    assert (found.city, found.street) == ("Besançon", "1 rue Haute")


def test_a_row_that_the_batch_inserts_is_not_changed_beside():
    old = a_file()
    page = Page(file=old, number=9, position=9)
    batch = Batch()
    batch.insert(page)
    page.position = 4
    batch.update(page, ["position"])
    assert "update" not in statements(batch)[0]
    assert Page.objects.get(pk=page.pk).position == 4


def test_a_foreign_key_is_named_either_way():
    first, second = a_file(), a_file()
    page = Page.objects.get(file=first, number=1)
    page.file, page.number = second, 5
    batch = Batch()
    batch.update(page, ["file", "number"])
    statements(batch)
    assert Page.objects.get(pk=page.pk).file_id == second.pk
    page.file = first
    batch.update(page, ["file_id"])
    statements(batch)
    assert Page.objects.get(pk=page.pk).file_id == first.pk


def test_a_row_to_change_that_is_not_there_stops_the_act():
    gone = a_file()
    batch = Batch()
    batch.update(gone, ["position"])
    batch.record(actor="system:test", action="changed", subject=("file", gone.pk))
    Page.objects.filter(file=gone).delete()
    File.objects.filter(pk=gone.pk).delete()
    with pytest.raises(DatabaseError, match="not there"), transaction.atomic():
        batch.run()
    assert journal.entries_about(("file", gone.pk)) == []


def test_one_wrong_row_leaves_nothing_of_the_others():
    file, subject = a_file(), ("dossier", uuid4())
    batch = Batch()
    batch.insert(Page(file=file, number=2, position=2), Page(file=file, number=1, position=3))
    batch.record(actor="system:test", action="pages", subject=subject)
    batch.defer("core.outbox.send", mail_id=uuid4())
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.run()
    assert file.pages.count() == 1 and journal.entries_about(subject) == []
    assert not ProcrastinateJob.objects.exists()


def test_outside_a_transaction_nothing_is_written(monkeypatch):
    batch = Batch()
    batch.record(actor="system:test", action="alone", subject=("dossier", uuid4()))
    monkeypatch.setattr("matricule.core.batch.connection", SimpleNamespace(in_atomic_block=False))
    with pytest.raises(transaction.TransactionManagementError):
        batch.run()


def test_all_jobs_are_queued_in_one_statement():
    ids = [uuid4(), uuid4()]
    batch = Batch()
    for one in ids:
        batch.defer("core.outbox.send", mail_id=one)
    assert len(statements(batch)) == 1
    assert [UUID(job.args["mail_id"]) for job in ProcrastinateJob.objects.order_by("id")] == ids


def test_an_empty_batch_says_nothing_and_a_batch_begins_again():
    batch = Batch()
    assert statements(batch) == []
    batch.record(actor="system:test", action="once", subject=("dossier", uuid4()))
    assert len(statements(batch)) == 1 and statements(batch) == []


def test_a_statement_of_the_callers_own_joins_the_others():
    dossier = make.a_draft()
    batch = Batch()
    batch.execute("update dossiers_dossier set version = version + %s where id = %s", [3, dossier.pk])
    batch.record(actor="system:test", action="stepped", subject=("dossier", dossier.pk))
    assert len(statements(batch)) == 1
    assert Dossier.objects.get(pk=dossier.pk).version == dossier.version + 3


def test_a_notice_its_mail_and_its_job_join_the_batch_and_are_as_written_alone():
    dossier = make.a_submitted()
    told = {
        "recipient_id": dossier.owner_id, "address": dossier.owner.email, "language": "fr",
        "context": {"given_name": "Anh", "path": "/space/"}, "dossier_id": dossier.pk, "both_languages": True,
    }  # fmt: skip
    with transaction.atomic():
        alone = desk.send("deposit_receipt", **told)
    ProcrastinateJob.objects.all().delete()
    batch = Batch()
    gathered = desk.send("deposit_receipt", **told, batch=batch)
    assert not Mail.objects.filter(pk=gathered.mail_id).exists() and not ProcrastinateJob.objects.exists()
    assert len(statements(batch)) == 2, "the rows, and the job"
    assert ProcrastinateJob.objects.get().args == {"mail_id": str(gathered.mail_id)}
    for model, kept in ((Mail, "mail_id"), (Notice, "pk")):
        one, other = (model.objects.get(pk=getattr(notice, kept)) for notice in (alone, gathered))
        for field in model._meta.concrete_fields:
            if field.name not in {"id", "message_id", "mail", "created_at", "next_at"}:
                assert getattr(one, field.name) == getattr(other, field.name), field.name
        assert timedelta(0) <= other.created_at - one.created_at < timedelta(minutes=1)
    assert Notice.objects.get(pk=gathered.pk).mail_id == gathered.mail_id
