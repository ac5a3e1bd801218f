"""What the register answered stands on the desk's page when it gave a file back, and goes with the next sending."""

import pytest

from matricule.dossiers.operations import numbers
from matricule.repertoire import standin
from tests.support import caisse
from tests.support import factories as make
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db

WORDS = {"fr": "Le lieu de naissance diffère.", "en": "The place of birth differs."}
ANSWERS = {
    "refused": ({"reason": "birth_differs"}, "The national register refused the file"),
    "needs_document": ({"document": "civil_status"}, "The national register asks for a document"),
}


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def shown(worker, dossier, language="en"):
    return caisse.desk(worker).get(f"/{language}/desk/dossier/{dossier.pk}/", follow=True).content.decode()


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_desk_says_what_the_register_answered_until_the_file_is_sent_again(worker, later, monkeypatch, kind):  # noqa: F811
    more, title = ANSWERS[kind]
    monkeypatch.setattr(standin, "choose", lambda *_a, **_k: standin.Chosen(kind, **more, **WORDS))
    dossier = make.a_submitted()
    caisse.give_provisional(worker, dossier)
    caisse.send_to_register(worker, dossier)
    assert title not in shown(worker, dossier), "it has not answered yet"
    later(11)
    numbers.take_answers()
    page = shown(worker, dossier)
    assert title in page and WORDS["en"] in page
    assert WORDS["fr"] in shown(worker, dossier, "fr")
    if kind == "refused":
        caisse.send_to_register(worker, dossier)
        assert title not in shown(worker, dossier)
