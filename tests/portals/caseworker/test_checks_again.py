"""A check that rests on a document is to be answered again once that document is sent back or replaced."""

from uuid import uuid4

import pytest
from lxml import html

from matricule.core import journal
from matricule.dossiers import checks
from matricule.dossiers.models import Dossier, Registrant, Version
from matricule.dossiers.operations import checking, files, numbers
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def desk(worker):
    return caisse.desk(worker)


@pytest.fixture
def dossier(worker) -> Dossier:
    """Return a request whose every check was answered."""
    dossier = firm.a_sent_request(family=True)
    for person in dossier.registrants.order_by("position"):
        caisse.answer_checks(worker, dossier, person)
    return dossier


def principal(dossier: Dossier) -> Registrant:
    return dossier.registrants.get(position=1)


def opened(dossier: Dossier, person: Registrant) -> list[str]:
    """Return the checks of a person that are to be answered again."""
    return [item.check.code for item in checks.of(dossier, person) if item.again]


def send_back(desk, dossier: Dossier, person: Registrant, slot: str, language: str = "en") -> None:
    """Send a document back as a caseworker does: a reason, the sentence to read, the button."""
    address = f"/{language}/desk/dossier/{dossier.pk}/{slot}/main/refuse/?person={person.pk}"
    answer = desk.get(f"{address}&reason=wrong_person")
    for _step in ("the reason", "the sentence"):
        [form] = html.fromstring(answer.content).xpath("//form[@id='page-form']")
        answer = desk.post(address, dict(form.fields))
    assert answer.status_code == 302


def said(desk, dossier: Dossier, person: Registrant, language: str = "en") -> str:
    page = desk.get(f"/{language}/desk/dossier/{dossier.pk}/identity/main/?person={person.pk}")
    [found] = html.fromstring(page.content).xpath("//section[@aria-labelledby='cat']")
    return found.text_content()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "À vérifier de nouveau : sa pièce a été renvoyée ou remplacée le"),
        ("en", "To answer again: its document was sent back or replaced on"),
    ],
    ids=["fr", "en"],
)
def test_a_document_that_is_sent_back_opens_its_check_again_on_the_screen(desk, dossier, language, words):
    assert words not in said(desk, dossier, principal(dossier), language)
    send_back(desk, dossier, principal(dossier), "work_contract", language)
    assert said(desk, dossier, principal(dossier), language).count(words) == 1
    assert opened(dossier, principal(dossier)) == ["contract_running"], "the stay title stands"
    entries = journal.entries_about(("dossier", dossier.pk))
    assert [entry.detail["check"] for entry in entries if entry.action == "check.reopened"] == ["contract_running"]
    address = f"/{language}/desk/dossier/{dossier.pk}/checks/?person={principal(dossier).pk}"
    given = {"version": str(caisse.version_of(dossier)), "answer_contract_running": "holds"}
    assert desk.post(address, given).status_code == 302
    assert words not in said(desk, dossier, principal(dossier), language)


def test_no_number_is_given_before_the_check_is_answered_again(desk, worker, dossier):
    send_back(desk, dossier, principal(dossier), "work_contract")
    replace(dossier, principal(dossier), "work_contract")
    caisse.accept_phase(worker, dossier, 1)

    def give():
        key, expects = uuid4(), caisse.version_of(dossier)
        return numbers.issue_provisional(worker, dossier.pk, principal(dossier).pk, expects=expects, key=key)

    with pytest.raises(numbers.NotYet):
        give()
    caisse.answer_checks(worker, dossier, principal(dossier))
    assert give() == []


def replace(dossier: Dossier, person: Registrant, slot: str, part: str = "main") -> None:
    """Let the company send another file in place of a document."""
    version = Version.objects.get(document__registrant=person, document__slot=slot, replaced_at=None)
    firm.send_document(dossier, person, slot, part, replaces=version.pk)


def test_a_document_that_is_replaced_opens_its_check_and_nobody_elses(dossier):
    spouse = dossier.registrants.get(role="spouse")
    replace(dossier, spouse, "residence_permit")
    assert opened(dossier, spouse) == ["stay_title"]
    assert opened(dossier, principal(dossier)) == []


def test_a_translation_shows_no_check(dossier):
    child = dossier.registrants.filter(role="child")[0]
    assert [row.code for row in checks.resting_on(child, "civil_status", "main")] == ["link_in_request"]
    assert checks.resting_on(child, "civil_status", "translation") == []


def test_a_check_that_is_not_needed_stays_so_whatever_becomes_of_a_document(desk, worker, dossier):
    found = {"stay_title": checking.Found(False, "Refugee: the OFPRA paper says it.")}
    expects = caisse.version_of(dossier)
    checking.answer_checks(worker, dossier.pk, principal(dossier).pk, expects=expects, found=found)
    send_back(desk, dossier, principal(dossier), "residence_permit")
    assert opened(dossier, principal(dossier)) == []


def test_the_register_does_not_take_a_file_with_a_check_to_answer_again(desk, worker, dossier):
    person = principal(dossier)
    assert caisse.give_provisional(worker, dossier) == []
    owner = firm.actor_of(dossier)
    files.add_file(owner, dossier.pk, "civil_status", "main", make.checked(), person_id=person.pk)
    caisse.accept_phase(worker, dossier, 2)
    replace(dossier, person, "work_contract")
    caisse.accept_phase(worker, dossier, 1)
    assert "send the file to the register" in said(desk, dossier, person)
    with pytest.raises(numbers.NotYet):
        caisse.send_to_register(worker, dossier)
    caisse.answer_checks(worker, dossier, person)
    assert "send the file to the register" not in said(desk, dossier, person)
    assert caisse.send_to_register(worker, dossier) == []
