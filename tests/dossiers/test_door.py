"""The one door: all or nothing, one winner, one version step, refusals journaled, caches rebuilt."""

from uuid import uuid4

import pytest
from django.db import transaction

from matricule.core import jobs
from matricule.core.batch import Batch
from matricule.core.journal import entries_about
from matricule.core.outbox import Mail
from matricule.dossiers import access
from matricule.dossiers.models import Done, Dossier, Registrant
from matricule.dossiers.operations import door, files, pages
from matricule.dossiers.operations.door import AlreadyDone, Conflict, operation, spend
from matricule.dossiers.states import IllegalMove, State
from matricule.notices.models import Notice
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def version_of(dossier) -> int:
    return Dossier.objects.values_list("version", flat=True).get(pk=dossier.pk)


def last_entry(dossier):
    return entries_about(("dossier", dossier.pk))[-1]


def test_a_change_that_records_steps_the_version_once():
    dossier = make.a_draft()
    with operation(make.owner_of(dossier), "save_section", dossier.pk) as op:
        op.record("section.saved")
        op.record("answers.changed")
    assert version_of(dossier) == dossier.version + 1


def test_what_recorded_nothing_steps_nothing():
    dossier = make.a_draft()
    with operation(make.owner_of(dossier), "save_section", dossier.pk):
        pass
    assert version_of(dossier) == dossier.version


def test_a_quiet_change_steps_nothing():
    dossier = make.a_draft()
    with operation(make.owner_of(dossier), "save_answers", dossier.pk) as op:
        op.quiet = True
        op.record("draft.edited")
    assert version_of(dossier) == dossier.version


@pytest.mark.parametrize("act", ["remove twice", "keep a kept one", "restore a live one", "move alone", "page alone"])
def test_acts_that_change_nothing_leave_the_page_of_nobody_stale(act):
    dossier = make.a_draft()
    owner, file_id = make.owner_of(dossier), make.add(dossier, "identity")
    page_id = files.File.objects.get(pk=file_id).pages.get().pk
    acts = {
        "remove twice": lambda: files.remove_file(owner, dossier.pk, file_id),
        "keep a kept one": lambda: files.keep_file(owner, dossier.pk, file_id),
        "restore a live one": lambda: files.restore_file(owner, dossier.pk, file_id),
        "move alone": lambda: files.move_file(owner, dossier.pk, file_id, earlier=True),
        "page alone": lambda: pages.move_page(owner, dossier.pk, page_id, earlier=False),
    }
    if act == "remove twice":
        acts[act]()
    before, entries = version_of(dossier), len(entries_about(("dossier", dossier.pk)))
    acts[act]()
    assert version_of(dossier) == before
    assert len(entries_about(("dossier", dossier.pk))) == entries


def test_a_stale_page_is_a_conflict_that_says_where_the_dossier_stands():
    dossier = make.a_draft()
    with pytest.raises(Conflict) as found, operation(make.owner_of(dossier), "submit", dossier.pk, expects=99):
        pytest.fail("the door must not open")
    assert (found.value.dossier_id, found.value.current) == (dossier.pk, dossier.version)


@pytest.mark.parametrize("whose", ["another's", "nobody's"])
def test_a_refusal_is_journaled_alike_whether_the_dossier_exists_or_not(whose):
    dossier_id = make.a_draft().pk if whose == "another's" else uuid4()
    stranger = access.person(make.a_user().pk)
    with pytest.raises(access.NotFound) as refusal, operation(stranger, "submit", dossier_id):
        pytest.fail("the door must not open")
    entry = entries_about(("dossier", dossier_id))[-1]
    assert (entry.actor, entry.action, entry.outcome, dict(entry.detail)) == (str(stranger), "submit", "refused", {})
    assert refusal.value.noted


def test_what_fails_leaves_nothing_behind():
    dossier = make.a_draft()
    entries = len(entries_about(("dossier", dossier.pk)))
    with (
        pytest.raises(RuntimeError),
        operation(make.owner_of(dossier), "submit", dossier.pk, key=uuid4()) as op,
    ):
        op.record("dossier.submitted")
        op.notify("deposit_receipt", {"given_name": "Minh"})
        op.defer("dossiers.receipt", dossier_id=str(dossier.pk))
        op.dossier.label = "registered"
        op.dossier.save()
        raise RuntimeError
    assert len(entries_about(("dossier", dossier.pk))) == entries
    assert not Mail.objects.exists() and not Notice.objects.exists() and not Done.objects.exists()
    assert jobs.health().waiting == 0
    dossier.refresh_from_db()
    assert (dossier.label, dossier.version) == ("draft", version_of(dossier))


@pytest.mark.parametrize("part", ["journal", "outbox", "job"])
def test_a_change_without_its_journal_mail_or_job_does_not_happen(monkeypatch, part):
    dossier = make.a_ready_draft()
    broken = {
        "journal": (Batch, "record"),
        "outbox": (door.notices, "send"),
        "job": (jobs, "defer_all"),
    }[part]

    def fail(*_args, **_kwargs):
        raise OSError("down")

    monkeypatch.setattr(*broken, fail)
    with pytest.raises(OSError, match="down"):
        make.deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    monkeypatch.undo()
    dossier.refresh_from_db()
    assert dossier.submitted_at is None and dossier.registrants.get().state == State.DRAFT
    assert not Mail.objects.exists() and not Done.objects.exists()


def test_a_key_is_spent_once_for_an_actor_and_an_operation():
    actor, other, key, dossier_id = access.person(uuid4()), access.person(uuid4()), uuid4(), uuid4()
    with transaction.atomic():
        spend(actor, "submit", key, dossier_id)
        spend(other, "submit", key, None)
        spend(actor, "add_file", key, None)
    with pytest.raises(AlreadyDone) as again, transaction.atomic():
        spend(actor, "submit", key, uuid4())
    assert again.value.dossier_id == dossier_id


def test_a_refused_change_gives_its_key_back():
    dossier, key = make.a_draft(), uuid4()
    for _ in range(2):
        with pytest.raises(make.deposit.NotReady):
            make.deposit.submit(make.owner_of(dossier), dossier.pk, expects=dossier.version, key=key)


def test_a_move_follows_the_table_only():
    dossier = make.a_draft()
    with pytest.raises(IllegalMove), operation(make.owner_of(dossier), "submit", dossier.pk) as op:
        op.move(op.principal, "register")
    assert dossier.registrants.get().state == State.DRAFT


def test_the_caches_say_what_the_people_and_the_files_are():
    dossier = make.a_submitted()
    Registrant.objects.create(dossier=dossier, position=2, state=State.WITHDRAWN)
    file_id = make.add(dossier, "rib")
    dossier.refresh_from_db()
    assert (dossier.label, dossier.file_count, dossier.ended_at) == ("in_progress", 4, None)
    Registrant.objects.filter(dossier=dossier, position=1).update(state=State.REGISTERED)
    files.remove_file(make.owner_of(dossier), dossier.pk, file_id)
    dossier.refresh_from_db()
    assert (dossier.label, dossier.file_count) == ("registered", 3)
    assert dossier.ended_at is not None
    ended = dossier.ended_at
    files.restore_file(make.owner_of(dossier), dossier.pk, file_id)
    dossier.refresh_from_db()
    assert dossier.ended_at == ended


def test_the_owner_is_told_in_their_language_with_a_way_to_the_space():
    dossier = make.a_draft(make.a_user("lina@example.org", "en"))
    with operation(make.owner_of(dossier), "submit", dossier.pk) as op:
        op.notify("documents_added", {"given_name": "Lina"})
    mail = Mail.objects.get()
    assert mail.language == "en" and mail.to_address == "lina@example.org" and mail.dossier_id == dossier.pk
    assert "Lina" in mail.body and "/space/" in mail.body
