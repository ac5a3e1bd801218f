"""From the questionnaire to the definitive number, a student and a caseworker at their browsers (issue 4, 6)."""

import pytest

from tests.browser import steps
from tests.browser.conftest import PHONE
from tests.browser.visitor import drawn


@pytest.fixture(scope="module")
def office(service):
    """Name a caseworker of the demo's office once."""
    steps.appoint(service, "camille.roy@example.org", name="Camille Roy", role="caseworker")


@pytest.fixture
def desk(visit, office):
    """Give a caseworker who reads French; afterwards business time is real again."""
    who = visit("fr")
    yield who
    steps.pass_time(who, "now")


def test_a_student_from_outside_the_union_gets_a_number_and_a_certificate_that_holds(visit, desk):
    student = visit("en", PHONE)
    steps.deposit_by_pages(student, "anh")
    steps.at_the_desk(desk, student.dossier)
    assert steps.accept_all(desk) >= 5
    steps.number_act(desk, "provisional")

    assert "Provisional number (NIA)" in steps.space(student)
    student.look("space, provisional certificate")
    provisional = steps.letter(student, "provisional_certificate")
    assert steps.public_word(visit, provisional) == "This certificate is valid"

    steps.at_the_desk(desk, student.dossier)
    steps.number_act(desk, "register")
    steps.pass_time(desk, "week")
    text = steps.space(student)
    assert "national register" in text and "Social security number (NIR)" not in text
    steps.pass_time(desk, "day", "day", "day")
    assert "Social security number (NIR)" in steps.space(student), "the register answers after ten days"
    student.look("space, definitive number")
    definitive = steps.letter(student, "definitive_certificate")
    assert steps.public_word(visit, definitive) == "This certificate is valid"
    assert steps.public_word(visit, provisional) == "This certificate was withdrawn"

    student.press("form[action$='/number/'] button")
    student.look("number, shown")
    shown = "".join(student.text(".digits").split())
    assert len(shown) == 15 and shown in "".join(definitive.split())


def test_a_document_that_is_sent_back_is_mended_without_a_script(visit, desk):
    student = visit("en", script=False)
    steps.deposit_fast(student, "lucia")
    steps.at_the_desk(desk, student.dossier)
    words = steps.send_back(desk, "enrolment", "not_this_year")

    text = steps.space(student)
    assert words in text and "Your turn" in text.replace("YOUR TURN", "Your turn")
    student.goto("/student/space/documents/")
    student.look("space documents, one sent back, no script")
    assert words in student.text("#enrolment")
    student.upload("enrolment-main", drawn("school_certificate", "lucia", seed=2))
    assert words not in steps.space(student), "what was answered is not asked for again"

    steps.at_the_desk(desk, student.dossier)
    steps.look_at_half(desk, "enrolment")
    steps.accept_shown(desk)
    student.goto("/student/space/documents/")
    assert "accepted" in student.text("#enrolment").lower()


def test_silence_closes_a_file_and_its_person_opens_it_again(visit, desk):
    student = visit("fr")
    steps.deposit_fast(student, "lucia", without=("civil_status",))
    steps.at_the_desk(desk, student.dossier)
    steps.ask_for(desk, student.dossier, "civil_status")
    assert "Envoyez" in steps.space(student)
    steps.pass_time(desk, "month")
    assert steps.notices(student, "Rappel") == 1
    steps.pass_time(desk, "month")
    assert steps.notices(student, "Rappel") == 2
    steps.pass_time(desk, "month")
    assert "Votre dossier est fermé faute de réponse" in steps.space(student)
    student.look("space, closed for silence")
    student.press("form[action$='/reopen/'] button")
    assert "Votre dossier est fermé faute de réponse" not in steps.space(student)
    student.look("space, opened again")
    steps.at_the_desk(desk, student.dossier)
    assert steps.accept_all(desk) >= 3, "nothing has to be sent again"
