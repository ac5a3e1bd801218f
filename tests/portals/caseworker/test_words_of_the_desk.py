"""The desk speaks to caseworkers: of the person, of the company, never with the words that speak to either."""

import re
from uuid import uuid4

import pytest
from lxml import html

from matricule.dossiers.models import Dossier
from matricule.rules import catalogue
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db

TO_THE_READER = re.compile(r"\b(vos|votre|vous|your|you)\b", re.IGNORECASE)
OF_THE_PERSON = re.compile(
    r"The person (reads|writes|is told|sent|wrote)|La personne (lit|écrit|est prévenue|n’a envoyé)"
)


@pytest.fixture
def desk():
    return caisse.desk(caisse.a_caseworker())


def said(answer) -> str:
    [main] = html.fromstring(answer.content.decode()).xpath("//main")
    return main.text_content()


@pytest.mark.parametrize("route", ["student", "employee"])
def test_no_document_has_a_name_that_speaks_to_who_sends_it(route):
    for code, entry in catalogue.load(route).entries.items():
        for language, name in entry.desk_name.items():
            assert not TO_THE_READER.search(name), (code, language)
    other = {code for code, entry in catalogue.load(route).entries.items() if entry.desk_name != entry.name}
    assert other == ({"civil_status", "vls_ts_validation", "residence_receipt"} if route == "student" else set())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_students_birth_record_is_named_for_the_caseworker_in_the_list_and_where_it_is_asked_for(desk, language):
    dossier = make.a_submitted()
    words = {"fr": "avec le nom des parents", "en": "with the parents’ names"}[language]
    for rest in ("civil_status/main/", "ask/"):
        page = said(desk.get(f"/{language}/desk/dossier/{dossier.pk}/{rest}"))
        assert words in page and "vos parents" not in page and "your parents" not in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_who_reads_of_a_request_is_the_company(desk, language):
    dossier = firm.a_sent_request()
    person = dossier.registrants.get()
    pages = (
        "identity/main/refuse/?reason=wrong_person", "ask/", "hand-over/", "provisional/", "register/", "reject/",
        "correct/?field=birth_place",
    )  # fmt: skip
    company = {"fr": "entreprise", "en": "company"}[language]
    for rest in pages:
        page = said(desk.get(f"/{language}/desk/dossier/{dossier.pk}/{rest}"))
        assert not OF_THE_PERSON.search(page), rest
    sent_back = f"/{language}/desk/dossier/{dossier.pk}/identity/main/refuse/?person={person.pk}"
    version = caisse.version_of(dossier)
    page = said(desk.post(sent_back, {"reason": "wrong_person", "version": version, "days": "45"}))
    assert company in page and not OF_THE_PERSON.search(page)


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Écrivez la valeur comme la pièce la montre."), ("en", "Write the value as the paper shows it.")],
    ids=["fr", "en"],
)
@pytest.mark.parametrize("of_company", [True, False], ids=["company", "student"])
def test_a_value_that_is_left_empty_is_asked_for_in_words_for_the_caseworker(desk, language, words, of_company):
    dossier: Dossier = firm.a_sent_request() if of_company else make.a_submitted()
    given = {"version": caisse.version_of(dossier), "field": "birth_place", "value": "", "why": "", "key": uuid4()}
    page = said(desk.post(f"/{language}/desk/dossier/{dossier.pk}/correct/", given))
    assert words in page
    assert bool(re.search("The company reads it|L’entreprise le lit", page)) == of_company
