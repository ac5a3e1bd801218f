"""The receipt tells the moment of the submission, once, whenever its job comes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from matricule.attestations.models import Letter
from matricule.core import clock, config
from matricule.dossiers import deadlines, receipts, tasks
from matricule.dossiers.models import Dossier, File, Registrant
from matricule.dossiers.operations import deposit, files, requesting
from matricule.rules import deadlines as rule
from tests.support import companies as firm
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


def test_a_company_s_receipt_says_both_nationalities_and_the_past_in_france_of_each_person():
    dossier = firm.a_ready_request(family=True)
    spouse = dossier.registrants.get(role="spouse")
    past = {"ever_in_france": "yes", "where": "Lyon", "when": "2019", "answer": "may_register_searched", "notes": []}
    Registrant.objects.filter(pk=spouse.pk).update(nationality_2="PT", past=past)
    requesting.send(firm.actor_of(dossier), dossier.pk, expects=dossier.version, key=uuid4())
    dossier.refresh_from_db()
    people = {person["role"]: person for person in receipts.facts(dossier)["people"]}
    assert [name["fr"] for name in people["spouse"]["nationalities"]] == ["Nigeria", "Portugal"]
    assert (people["spouse"]["past"], people["principal"]["past"]) == ("Lyon, 2019", "")
    assert receipts.pdf(dossier.pk).startswith(b"%PDF")


# --- the proof of filing of a company's request


def test_the_proof_says_who_filed_for_whom_and_nothing_of_the_family_of_addresses_or_documents():
    dossier = firm.a_sent_request(family=True)
    Dossier.objects.filter(pk=dossier.pk).update(own_reference="MAT-0042")
    said = receipts.proof(Dossier.objects.get(pk=dossier.pk))
    assert (said["company"], said["siret"], said["office"]) == ("Atelier Doubs", "732 829 320 00074", "CPAM du Doubs")
    assert (said["birth_name"], said["given_names"]) == ("Okonkwo", "Adaeze Ifeoma")
    assert said["submitted_at"] == dossier.receipt["submitted_at"] and said["starts_on"] == said["submitted_at"][:10]
    for never in ("Bello", "Zainab", "1990", "2019", "example.org", "République", "Besançon", "certificate", "acte"):
        assert never not in str(said), never


def test_receipt_and_proof_are_made_once_each_by_the_job_of_the_submission():
    dossier = firm.a_sent_request()
    for _ in range(2):
        tasks.receipt(str(dossier.pk))
    letters = {letter.kind: letter for letter in Letter.objects.filter(subject_id=dossier.pk)}
    assert set(letters) == {receipts.REQUEST_KIND, receipts.PROOF_KIND} and Letter.objects.count() == 2
    assert receipts.proof_of(dossier.pk) == letters[receipts.PROOF_KIND].pk
    assert letters[receipts.PROOF_KIND].dated == dossier.submitted_at
    assert receipts.proof_pdf(dossier.pk).startswith(b"%PDF-")
    student = make.a_submitted()
    tasks.receipt(str(student.pk))
    assert [row.kind for row in Letter.objects.filter(subject_id=student.pk)] == [receipts.KIND]


def test_what_is_corrected_later_changes_nothing_of_the_proof():
    dossier = firm.a_sent_request()
    before = receipts.proof(dossier)
    dossier.registrants.update(birth_name="Adeyemi")
    Dossier.objects.filter(pk=dossier.pk).update(office="751")
    assert receipts.proof(Dossier.objects.get(pk=dossier.pk)) == before
