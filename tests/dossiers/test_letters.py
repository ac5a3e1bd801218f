"""Certificates end to end: the act issues the row, the job makes the sealed letter once, the person reads it."""

import re

import pypdfium2
import pytest

from matricule import attestations
from matricule.attestations.models import Letter
from matricule.core import clock
from matricule.dossiers import letters, tasks
from matricule.dossiers.access import NotFound
from matricule.dossiers.case import Certificate
from matricule.rules import cover
from matricule.rules.numbers import format_nir
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()


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
    assert row.why_ends == "stay" and row.ends_on == cover.deadlines.vls_ts_until(clock.today())


def test_it_is_made_on_demand_when_the_worker_is_behind_and_is_the_same_afterwards(covered):
    person = caisse.person(covered)
    row = person.certificates.get()
    data = letters.pdf(person, row.pk)
    tasks.letter(str(row.pk))
    assert data.startswith(b"%PDF-") and letters.pdf(person, row.pk) == data
    assert Letter.objects.count() == 1


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
