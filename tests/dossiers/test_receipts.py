"""The receipt tells the moment of the submission, once, whenever its job comes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from matricule.attestations.models import Letter
from matricule.core import clock, config
from matricule.dossiers import deadlines, receipts, tasks
from matricule.dossiers.models import Dossier, File
from matricule.dossiers.operations import deposit, files
from matricule.rules import deadlines as rule
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def names(rows) -> set[str]:
    return {row["en"] for row in rows}


def test_it_says_what_was_sent_and_what_may_come_later():
    dossier = make.a_submitted()
    facts = receipts.facts(dossier)
    assert facts["reference"] == dossier.reference and facts["name"] == "Nguyễn, Thị Minh Anh"
    assert len(facts["sent"]) == 3 and all(row["files"] == 1 and row["phase"] == 1 for row in facts["sent"])
    assert len(facts["later"]) == 4 and all(row["fr"] and row["en"] for row in facts["later"])
    assert datetime.fromisoformat(facts["submitted_at"]).tzinfo is not None


def test_a_job_that_comes_late_tells_the_same(monkeypatch):
    dossier = make.a_submitted()
    before = receipts.facts(dossier)
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=2))
    owner = make.owner_of(dossier)
    make.add(dossier, "rib")
    identity = File.objects.get(version__document__slot="identity")
    files.remove_file(owner, dossier.pk, identity.pk)
    make.replace(dossier, "enrolment")
    assert receipts.facts(Dossier.objects.get(pk=dossier.pk)) == before


def test_what_is_answered_or_erased_after_the_submission_changes_nothing_of_it():
    dossier, data = make.a_ready_draft(), make.a_pdf()
    owner = make.owner_of(dossier)
    sent = make.add(dossier, "identity", data=data)
    twin = make.add(dossier, "rib", data=data)
    taken_out = make.add(dossier, "enrolment")
    files.remove_file(owner, dossier.pk, taken_out)
    dossier.refresh_from_db()
    deposit.submit(owner, dossier.pk, expects=dossier.version, key=uuid4())
    before = receipts.facts(Dossier.objects.get(pk=dossier.pk))
    assert sorted(row["files"] for row in before["sent"]) == [1, 1, 2]
    files.keep_file(owner, dossier.pk, twin)
    files.restore_file(owner, dossier.pk, taken_out)
    File.objects.filter(pk=sent).delete()
    assert receipts.facts(Dossier.objects.get(pk=dossier.pk)) == before


def test_a_dossier_without_kept_facts_has_them_read():
    dossier = make.a_submitted()
    Dossier.objects.update(receipt={})
    assert receipts.facts(Dossier.objects.get(pk=dossier.pk)) == dossier.receipt


def test_made_twice_it_is_one_letter_that_reads_as_a_pdf():
    dossier = make.a_submitted()
    for _ in range(2):
        tasks.receipt(str(dossier.pk))
    letter = Letter.objects.get()
    assert receipts.of(dossier.pk) == letter.pk and letter.dated == dossier.submitted_at
    assert receipts.pdf(dossier.pk).startswith(b"%PDF-")


def test_a_draft_has_no_target_and_a_submission_fifteen_working_days():
    assert deadlines.first_decision_target(make.a_draft()) is None
    friday_evening = datetime(2026, 9, 4, 22, 30, tzinfo=UTC)  # Saturday in Paris
    assert deadlines.first_decision_target(Dossier(submitted_at=friday_evening)) == date(2026, 9, 25)


def test_the_target_is_a_setting_whose_default_is_the_row_of_the_rules(monkeypatch):
    assert deadlines.first_decision_days() == rule.table()["first_decision"]["working_days"] == 15
    friday_evening = datetime(2026, 9, 4, 22, 30, tzinfo=UTC)  # Saturday in Paris
    changed = replace(config.current(), first_decision_days=1)
    monkeypatch.setattr(config, "current", lambda: changed)
    assert deadlines.first_decision_target(Dossier(submitted_at=friday_evening)) == date(2026, 9, 7)
    assert receipts.read(make.a_submitted())["target_days"] == 1


def test_the_target_counts_from_the_day_in_paris():
    late_on_thursday = datetime(2026, 9, 3, 22, 30, tzinfo=UTC)  # Friday in Paris
    early_on_thursday = datetime(2026, 9, 3, 8, 0, tzinfo=UTC)
    targets = [
        deadlines.first_decision_target(Dossier(submitted_at=at)) for at in (early_on_thursday, late_on_thursday)
    ]
    assert targets == [date(2026, 9, 24), date(2026, 9, 25)]
