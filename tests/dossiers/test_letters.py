"""Certificates end to end: the act issues the row, the job makes the sealed letter once, the person reads it."""

import io
import re
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from matricule import attestations
from matricule.attestations import sealing
from matricule.attestations.models import Letter
from matricule.core import clock
from matricule.dossiers import letters, tasks
from matricule.dossiers.access import NotFound
from matricule.dossiers.case import Certificate
from matricule.dossiers.operations import numbers
from matricule.rules import deadlines
from matricule.rules.numbers import format_nir
from tests.support import caisse, cast
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()


@pytest.fixture
def later(monkeypatch):
    """Move business time forward by days."""
    days = {"n": 0}
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=days["n"]))

    def move(by: int) -> None:
        days["n"] += by

    return move


@pytest.fixture
def covered():
    """Return a dossier with its NIA and its first provisional certificate."""
    dossier = make.a_submitted()
    person = caisse.person(dossier)
    person.courses_start = person.arrival_date = clock.today()
    person.save()
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    return dossier


def test_the_job_makes_the_provisional_certificate_with_what_the_rows_say(covered):
    person = caisse.person(covered)
    row = person.certificates.get()
    tasks.letter(str(row.pk))
    tasks.letter(str(row.pk))
    row.refresh_from_db()
    letter = Letter.objects.get(kind="provisional_certificate")
    assert row.letter_id == letter.pk and letter.dated == row.issued_at
    text = text_of(attestations.read(letter.pk))
    for words in (
        "CPAM du Doubs, code 251", person.birth_name, person.given_names, covered.reference,
        format_nir(person.numbers.get().value).replace("\u202f", " "), "régime général, étudiants",
        f"du {clock.today().day}", "Pas de carte Vitale",
    ):  # fmt: skip
        assert re.sub(r"\s+", " ", words) in text, words
    assert row.why_ends == "stay" and row.ends_on == deadlines.vls_ts_until(clock.today())


def test_it_is_made_on_demand_when_the_worker_is_behind_and_is_the_same_afterwards(covered):
    person = caisse.person(covered)
    row = person.certificates.get()
    data = letters.pdf(person, row.pk)
    tasks.letter(str(row.pk))
    assert data.startswith(b"%PDF-") and letters.pdf(person, row.pk) == data
    assert Letter.objects.count() == 1


@pytest.fixture
def registered(covered, later):
    """Return a dossier with its NIR; its provisional certificate had been made."""
    person = caisse.person(covered)
    letters.of(person.certificates.get().pk)
    caisse.send_to_register(caisse.a_caseworker(), covered)
    later(10)
    numbers.take_answers()
    return covered


def test_with_the_number_come_the_certificate_the_letter_and_the_request_by_jobs(registered, monkeypatch):
    person = caisse.person(registered)
    row = person.certificates.get(kind="definitive")
    assert row.ends_on == deadlines.definitive_until(row.starts_on)
    assert [paper.being_made for paper in letters.of_registrant(person)] == [True, True, True, False]
    waiting = ProcrastinateJob.objects.filter(task_name="dossiers.letter", args__certificate_id=str(row.pk))
    assert waiting.count() == 3
    for job in waiting:
        tasks.letter(**job.args)
    papers = letters.of_registrant(person)
    assert [paper.kind for paper in papers] == [*letters.WITH_NUMBER, letters.PROVISIONAL]
    assert not any(paper.being_made for paper in papers)
    assert {paper.letter_id for paper in papers} == set(Letter.objects.values_list("pk", flat=True))
    number = re.sub(r"\s+", " ", format_nir(person.numbers.get().value))
    for paper in papers:
        text = text_of(letters.pdf(person, paper.certificate_id, paper.kind))
        assert number in text and person.birth_name in text, paper.kind
    assert "12 rue" in text_of(letters.pdf(person, row.pk, "vitale_request")) or person.street


def test_with_the_number_the_provisional_certificate_is_withdrawn_and_its_code_says_so(registered):
    person = caisse.person(registered)
    row, following = person.certificates.filter(kind="provisional").order_by("starts_on")
    assert row.withdrawn_at is not None and following.withdrawn_at == row.withdrawn_at
    assert Letter.objects.get(pk=row.letter_id).withdrawn_at == row.withdrawn_at
    definitive, *others, provisional = letters.of_registrant(person)
    assert definitive.current and all(paper.current for paper in others)
    assert provisional.withdrawn and not provisional.current
    assert [action for action, _ in cast.entries_since(0)].count("certificate.withdrawn") == 2


CODE = re.compile(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}")


def test_the_code_on_each_certificate_opens_a_page_that_confirms_it_until_it_is_withdrawn(covered, later, client):
    """From the sealed PDF to the public page, as somebody who scans the code sees it, before and after the number."""

    def page(paper) -> str:
        (code,) = set(CODE.findall(text_of(letters.pdf(person, paper.certificate_id))))
        return client.get(f"/en/verify/{code}/").content.decode()

    person = caisse.person(covered)
    (provisional,) = letters.of_registrant(person)
    before = page(provisional)
    assert "This certificate is valid" in before and "Provisional certificate of cover" in before
    assert "T. N." in before and person.birth_name not in before
    caisse.send_to_register(caisse.a_caseworker(), covered)
    later(10)
    numbers.take_answers()
    definitive, *_, provisional = letters.of_registrant(person)
    assert "This certificate was withdrawn" in page(provisional)
    after = page(definitive)
    assert "This certificate is valid" in after and "Provisional" not in after.split("<main")[1]


def test_the_sealed_letter_holds_the_one_that_was_set_and_its_seal(covered):
    person = caisse.person(covered)
    row = person.certificates.get()
    data = letters.pdf(person, row.pk)
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    found = validate_pdf_signature(signature, ValidationContext(trust_roots=[sealing.certificate()]))
    assert found.bottom_line and found.coverage.name == "ENTIRE_FILE"
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("2", "1")


def test_a_certificate_that_has_ended_before_the_number_stays_ended(covered, later):
    person = caisse.person(covered)
    letters.of(person.certificates.get().pk)
    caisse.send_to_register(caisse.a_caseworker(), covered)
    later(120)
    numbers.take_answers()
    ended, running = person.certificates.filter(kind="provisional").order_by("starts_on")
    assert ended.withdrawn_at is None and running.withdrawn_at is not None


def test_the_list_says_what_runs_and_what_ended_with_titles_in_both_languages(covered, later):
    person = caisse.person(covered)
    (paper,) = letters.of_registrant(person)
    assert paper.being_made and paper.current and not paper.withdrawn
    assert (paper.title.fr, paper.title.en) == ("Attestation de droits provisoire", "Provisional certificate of cover")
    assert paper.starts_on == paper.issued_on == clock.today() and paper.ends_on is not None
    letters.of(paper.certificate_id)
    later(120)
    (paper,) = letters.of_registrant(person)
    assert not paper.being_made and not paper.current
    assert set(letters.TITLES) == {kind for kinds in letters.KINDS.values() for kind in kinds}


@pytest.mark.parametrize("kind", ["number_letter", "vitale_request", "definitive_certificate", "deposit_receipt", "x"])
def test_a_provisional_certificate_has_no_other_letters(covered, kind):
    person = caisse.person(covered)
    with pytest.raises(NotFound):
        letters.pdf(person, person.certificates.get().pk, kind)


def test_a_withdrawn_certificate_that_was_never_made_is_not_listed(covered):
    Certificate.objects.update(withdrawn_at=clock.now())
    assert letters.of_registrant(caisse.person(covered)) == []


def test_nobody_reads_the_certificate_of_another(covered):
    row = caisse.person(covered).certificates.get()
    with pytest.raises(NotFound):
        letters.pdf(caisse.person(make.a_submitted()), row.pk)


def test_a_certificate_withdrawn_before_its_letter_gets_none(covered):
    person = caisse.person(covered)
    row = person.certificates.get()
    Certificate.objects.update(withdrawn_at=clock.now())
    assert letters.of(row.pk) is None and not Letter.objects.exists()
    with pytest.raises(NotFound):
        letters.pdf(person, row.pk)


def test_a_certificate_withdrawn_while_its_letter_is_made_leaves_a_withdrawn_letter(covered, monkeypatch):
    row = caisse.person(covered).certificates.get()
    issue = attestations.issue

    def slow(*args, **options):
        made = issue(*args, **options)
        Certificate.objects.update(withdrawn_at=clock.now())
        return made

    monkeypatch.setattr(attestations, "issue", slow)
    assert letters.of(row.pk) is not None
    assert Letter.objects.get().withdrawn_at is not None
