"""The desk, from the first passkey to the number: a student and a caseworker at their browsers (issue 4, 2 to 6)."""

import pytest

from tests.browser import steps
from tests.browser.conftest import PHONE
from tests.browser.visitor import drawn


@pytest.fixture
def chief(visit, service):
    """Give a supervisor who is signed in with the passkey just made."""
    who = visit("en")
    steps.join_the_desk(who, service)
    return who


def test_a_passkey_opens_the_desk_and_the_code_no_longer_does(chief):
    chief.press("header form[action$='/desk/sign-out/'] button")
    chief.goto("/desk/")
    chief.press("form[data-passkey=get] button")
    assert "sign-in" not in chief.path, chief.text()
    chief.look("desk list")
    chief.press("header form[action$='/desk/sign-out/'] button")
    steps.give_mailed_code(chief)
    assert "This code opens nothing here" in chief.text()


def test_a_key_that_does_not_know_its_owner_opens_nothing(visit, service):
    who = visit("fr")
    steps.appoint(service, who.email)
    steps.with_a_key(who, verifies=False)
    who.goto("/desk/sign-in/")
    who.press("form[data-passkey=get] button")
    assert who.page.locator("form[data-passkey=get]").count() == 1
    assert "clé d’accès" in who.text() and who.path.startswith("/desk/sign-in/")


def test_from_the_deposit_to_the_provisional_number(visit, chief):
    student = visit("en", PHONE)
    steps.deposit_fast(student, "lucia", without=("civil_status",))
    chief.goto(f"/desk/dossier/{student.dossier}/")
    chief.look("desk examine")
    words = steps.send_back(chief, "enrolment", "blurred", looks="desk refuse")
    steps.look_at_half(chief, "identity")
    assert steps.accept_all(chief) == 2

    student.goto("/student/space/")
    student.look("space, sent back")
    assert student.text(".turn").lower().startswith("your turn") and words in student.text(".turn")
    student.goto("/student/space/documents/")
    student.look("space documents, one sent back")
    student.upload("enrolment-main", drawn("school_certificate", "lucia", seed=2))

    steps.at_the_desk(chief, student.dossier)
    steps.look_at_half(chief, "enrolment")
    steps.accept_shown(chief)
    assert chief.page.locator("a[href$='/provisional/']").count() == 1, chief.text()
    steps.number_act(chief, "provisional", looks="desk give")
    student.goto("/student/space/")
    student.look("space, provisional number")
    assert "NIA" in student.text()
