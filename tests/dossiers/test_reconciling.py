"""The caches compared with what they are made of, mended, and reported by identifier."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matricule import cli
from matricule.core.journal import entries_about
from matricule.dossiers import reconciling, tasks
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import deposit, files
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def wrong():
    right, wrong = make.a_submitted(), make.a_submitted()
    Dossier.objects.filter(pk=wrong.pk).update(label="registered", file_count=7, ended_at=wrong.submitted_at)
    return right, wrong


def test_what_the_operations_wrote_is_right():
    dossier = make.a_submitted()
    files.remove_file(make.owner_of(dossier), dossier.pk, make.add(dossier, "rib"))
    make.add(dossier, "rib", ok=False, verdict="empty", pages=0)
    make.a_draft()
    assert reconciling.compare() == (2, [])


def test_a_wrong_cache_is_found_and_only_reported(wrong):
    compared, (found,) = reconciling.compare()
    assert compared == 2
    assert (found.label, found.right_label) == ("registered", "in_progress")
    assert (found.file_count, found.right_file_count, found.ended, found.right_ended) == (7, 3, True, False)
    assert Dossier.objects.get(pk=found.dossier_id).label == "registered"


def test_it_is_mended_through_the_door_without_a_version_step(wrong):
    _, dossier = wrong
    version = dossier.version
    assert [found.dossier_id for found in reconciling.rebuild()[1]] == [dossier.pk]
    dossier.refresh_from_db()
    assert (dossier.label, dossier.file_count, dossier.ended_at, dossier.version) == ("in_progress", 3, None, version)
    entry = entries_about(("dossier", dossier.pk))[-1]
    assert (entry.actor, entry.action) == ("system:reconciler", "caches.rebuilt")
    assert reconciling.compare() == (2, [])


def test_a_draft_deleted_meanwhile_is_no_error(monkeypatch):
    dossier = make.a_draft()
    Dossier.objects.filter(pk=dossier.pk).update(label="registered")
    found = reconciling.compare()
    deposit.delete_draft(make.owner_of(dossier), dossier.pk, expects=dossier.version)
    monkeypatch.setattr(reconciling, "compare", lambda: found)
    assert reconciling.rebuild() == found


def test_the_statements_grow_with_chunks_not_with_dossiers(monkeypatch):
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            reconciling.compare()
        return len(seen)

    make.a_submitted()  # a draft alone has no document to read
    few = statements()
    for _ in range(4):
        make.a_submitted()
    assert statements() == few
    monkeypatch.setattr(reconciling, "CHUNK", 2)
    assert reconciling.compare() == (5, [])


def test_every_person_counts(monkeypatch):
    dossier = make.a_submitted()
    Registrant.objects.create(dossier=dossier, position=2, state="registered")
    _, (found,) = reconciling.compare()
    assert found.right_label == "partial"


def test_the_postcode_of_a_queue_is_that_of_the_first_person_once_it_was_sent(capsys):
    sent, draft = make.a_submitted(), make.a_draft()
    Registrant.objects.create(dossier=sent, position=2, state="under_examination", postcode="39100")
    codes = [Dossier.objects.get(pk=one.pk).postcode for one in (sent, draft)]
    assert codes == [Registrant.objects.get(dossier=sent, position=1).postcode, ""] and codes[0]
    Dossier.objects.filter(pk=sent.pk).update(postcode="39100")
    Dossier.objects.filter(pk=draft.pk).update(postcode="39100")
    found = reconciling.compare()[1]
    assert [(one.dossier_id, one.place) for one in found] == [(sent.pk, False), (draft.pk, False)]
    assert cli.main(["statuses", "--fix"]) == 0
    assert capsys.readouterr().out.count("its postcode is not that of its first person") == 2
    assert [Dossier.objects.get(pk=one.pk).postcode for one in (sent, draft)] == codes


def test_the_nightly_job_mends_and_says_so(wrong, caplog):
    tasks.reconcile()
    assert f"caches_differ dossier={wrong[1].pk}" in caplog.text
    caplog.clear()
    tasks.reconcile()
    assert "caches_differ" not in caplog.text


def test_the_command_reports_then_fixes(wrong, capsys):
    _, dossier = wrong
    assert cli.main(["statuses"]) == 1
    text = capsys.readouterr().out
    assert f"{dossier.pk}: label registered should be in_progress, 7 files should be 3, ended should be open" in text
    assert "2 dossiers compared, 1 differ." in text
    assert cli.main(["statuses", "--fix", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["compared"], answer["fixed"]) == (2, True)
    assert [row["dossier_id"] for row in answer["differences"]] == [str(dossier.pk)]
    assert cli.main(["statuses"]) == 0
    assert "2 dossiers compared, 0 differ." in capsys.readouterr().out


def test_the_document_is_written_where_asked_without_a_database(tmp_path):
    assert cli.main(["statuses", "--doc", str(tmp_path / "s.md")]) == 0
    text = (tmp_path / "s.md").read_text("utf-8")
    assert "| `registered` | NIR attribué | Registered (NIR) | yes |" in text
    assert "| `close` | `awaiting_reminded` | `closed` | the calendar |" in text
