"""From the receipt to the number through the operations: NIA, register, NIR, and each answer of the register."""

from datetime import timedelta

import pytest

from matricule.core import clock
from matricule.dossiers.case import Number
from matricule.dossiers.operations import numbers
from tests.support import caisse
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def later(monkeypatch):
    """Move business time forward by days."""
    days = {"n": 0}
    monkeypatch.setattr(clock, "_offset", lambda: timedelta(days=days["n"]))

    def move(by: int) -> None:
        days["n"] += by

    return move


@pytest.fixture
def dossier():
    return make.a_submitted()


def test_a_whole_file_goes_from_the_receipt_to_the_number(dossier, later):
    worker = caisse.a_caseworker()
    assert caisse.give_provisional(worker, dossier) == []
    person = caisse.person(dossier)
    number = person.numbers.get()
    assert (person.state, number.kind) == ("provisional_number", "nia")
    assert caisse.send_to_register(worker, dossier) == []
    assert caisse.person(dossier).state == "at_register"
    later(11)
    numbers.take_answers()
    assert caisse.person(dossier).state == "registered"
    assert Number.objects.get().value == number.value
    assert Number.objects.get().kind == "nir"
    dossier.refresh_from_db()
    assert dossier.label == "registered"
