"""The register knows a person under another number: walked to the certificate (issue 4, sections 3 and 6).

The answers are chosen in the stand-in's own data, by the birth of an invented person, never by a screen.
"""

import pytest

from tests.browser import steps

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


def sent_to_the_register(student, desk, person):
    """Deposit, accept, give the provisional number and send to the register; ten days pass."""
    steps.deposit_fast(student, person)
    steps.at_the_desk(desk, student.dossier)
    steps.accept_all(desk)
    steps.number_act(desk, "provisional")
    steps.number_act(desk, "register")
    steps.pass_time(desk, *TEN_DAYS)


def number_of(student):
    """Return the digits that the space shows to whom they belong."""
    steps.space(student)
    student.press("form[action$='/number/'] button")
    return "".join(student.text(".digits").split())


def test_known_under_another_number_that_one_takes_the_place(visit, desk):
    student = visit("en")
    sent_to_the_register(student, desk, "thiago")
    assert "Social security number (NIR)" in steps.space(student)
    student.look("space, another number")
    assert number_of(student) == "103079941641264"
    assert "This certificate" in steps.public_word(visit, _definitive(student))


def _definitive(student):
    steps.space(student)
    return steps.letter(student, "definitive_certificate")
