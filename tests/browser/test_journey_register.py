"""The register refuses, asks for a document, knows another number: each walked to the number (issue 4, 3 and 6).

The answers are chosen in the stand-in's own data, by the birth of an invented person, never by a screen. What
certifies at once is walked in test_journey_to_the_number.py.
"""

import pytest

from tests.browser import steps
from tests.browser.conftest import PHONE
from tests.browser.visitor import drawn

TEN_DAYS = ("week", "day", "day", "day")


@pytest.fixture(scope="module")
def office(service):
    """Name a caseworker of the demo's office once."""
    steps.appoint(service, "camille.roy@example.org", name="Camille Roy", role="caseworker")


@pytest.fixture
def desk(visit, office):
    """Give a caseworker; afterwards business time is real again."""
    who = visit("en")
    yield who
    steps.pass_time(who, "now")


def sent_to_the_register(student, desk, person, *more):
    """Deposit, accept, give the provisional number and send to the register; ten days pass.

    ``more``: what the invented person got only after the demo's story, of the second phase: the name of the document,
    which is that of its drawing too.
    """
    steps.deposit_fast(student, person, more=tuple((kind, kind) for kind in more))
    steps.at_the_desk(desk, student.dossier)
    steps.accept_all(desk)
    steps.number_act(desk, "provisional")
    sent_again(desk)


def sent_again(desk):
    """Send the file to the register; ten days pass, and it answers."""
    steps.number_act(desk, "register")
    steps.pass_time(desk, *TEN_DAYS)


def number_of(student):
    """Return the digits that the space shows to whom they belong."""
    steps.space(student)
    student.press("form[action$='/number/'] button")
    return "".join(student.text(".digits").split())


def test_refused_the_person_reads_why_and_the_corrected_file_gets_its_number(visit, desk):
    student = visit("fr", PHONE)
    sent_to_the_register(student, desk, "yassine", "residence_receipt")
    provisional, text = number_of(student), steps.space(student)
    assert "Le répertoire national a renvoyé votre dossier à la caisse" in text
    assert "le lieu de naissance de la demande n’est pas celui de l’acte de naissance" in text
    assert "Mes informations" in text and "À venir : Numéro de sécurité sociale (NIR)" in text
    student.look("space, refused by the register")
    assert steps.notices(student, "Le répertoire national a répondu") == 1

    steps.at_the_desk(desk, student.dossier)
    desk.look("desk, refused by the register")
    assert "The national register refused the file" in desk.text()
    assert "the place of birth in the request is not the one on the birth certificate" in desk.text()
    steps.correct(desk, student.dossier, "birth_place", "Salé")
    steps.at_the_desk(desk, student.dossier)
    sent_again(desk)
    assert "Fait : Numéro de sécurité sociale (NIR)" in steps.space(student)
    assert number_of(student) == provisional, "certified, the number keeps its digits"


def test_asked_for_a_document_the_person_sends_it_and_gets_the_number(visit, desk):
    student = visit("en")
    sent_to_the_register(student, desk, "maude", "vls_ts_validation")
    text = steps.space(student)
    assert "YOUR TURN" in text.upper() and "asks for a full copy of the birth certificate" in text
    student.look("space, the register asks")
    student.goto("/student/space/documents/")
    student.upload("civil_status-main", drawn("birth_record", "maude", seed=2))
    assert "full copy of the birth certificate" not in steps.space(student)

    steps.at_the_desk(desk, student.dossier)
    assert "The national register asks for a document" in desk.text()
    desk.look("desk, the register asks")
    steps.look_at_half(desk, "civil_status")
    assert steps.accept_all(desk) == 1
    sent_again(desk)
    assert "Social security number (NIR)" in steps.space(student)
    assert "This certificate is valid" in steps.public_word(visit, steps.letter(student, "definitive_certificate"))


def test_known_under_another_number_that_one_takes_the_place(visit, desk):
    student = visit("en")
    sent_to_the_register(student, desk, "thiago")
    text = steps.space(student)
    assert "Social security number (NIR)" in text and "You already had this number" in text
    student.look("space, another number")
    assert number_of(student) == "103079941641264"
    steps.space(student)
    assert "This certificate is valid" in steps.public_word(visit, steps.letter(student, "definitive_certificate"))
