"""The checks of a category stand beside the person, and no number is given before each has its answer."""

from uuid import uuid4

import pytest
from lxml import html

from matricule.core import journal
from matricule.dossiers import access, checks
from matricule.dossiers.case import CategoryCheck, Number
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import checking, numbers
from matricule.dossiers.operations.door import Conflict
from matricule.rules.employer import categories
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db

HOLDS = checking.Found(True)


@pytest.fixture
def worker():
    return caisse.a_caseworker()


@pytest.fixture
def desk(worker):
    return caisse.desk(worker)


@pytest.fixture
def dossier() -> Dossier:
    return firm.a_sent_request(family=True)


def at(dossier, rest, person, language="en"):
    return f"/{language}/desk/dossier/{dossier.pk}/{rest}?person={person.pk}"


def text(answer) -> str:
    return answer.content.decode()


def answer(worker, dossier, person, **found):
    expects = caisse.version_of(dossier)
    checking.answer_checks(worker, dossier.pk, person.pk, expects=expects, found=found)


def in_the_list(answer) -> str:
    """Return what the checks of the category say: the caseworker's name and each label stand elsewhere as well.

    Beside a document that document's own checks come first, in a list of the same look; on the page where they are
    answered each check has a list of its own, above its answer.
    """
    page = html.fromstring(text(answer))
    found = page.xpath("//form[@id='page-form']//ul[@class='checks']") or page.xpath("//ul[@class='checks']")[-1:]
    return "\n".join(one.text_content() for one in found)


def codes(dossier: Dossier, person: Registrant, *, only_open: bool = False) -> list[str]:
    return [one.check.code for one in checks.of(dossier, person) if one.open or not only_open]


def test_what_is_checked_follows_the_category_and_the_place_in_the_request(dossier):
    principal, spouse = dossier.registrants.get(position=1), dossier.registrants.get(role="spouse")
    assert codes(dossier, principal) == ["contract_running", "stay_title"]
    assert codes(dossier, spouse) == ["link_in_request", "stay_title"]
    dossier.category = "ict"
    assert codes(dossier, principal) == ["ict_title", "no_home_cover", "contract_running", "stay_title"]
    assert checks.of(make.a_submitted(), caisse.person(make.a_submitted())) == []


def test_a_title_is_not_checked_of_who_owes_none(dossier):
    child = dossier.registrants.filter(role="child").order_by("position")[0]
    assert codes(dossier, child, only_open=True) == ["link_in_request"]
    spouse = dossier.registrants.get(role="spouse")
    spouse.nationality = "DE"
    assert codes(dossier, spouse, only_open=True) == ["link_in_request"]


def test_work_is_not_checked_of_who_is_filed_alone(dossier):
    dossier.category, dossier.answers = "membre_majeur_famille", {"filed_alone": True}
    principal = dossier.registrants.get(position=1)
    wanted = ["family_link", "holder_contract", "stay_title"]
    assert codes(dossier, principal) == codes(dossier, principal, only_open=True) == wanted
    dossier.category = "salarie"
    assert "contract_running" in codes(dossier, principal, only_open=True), "only that category is filed alone"


def test_no_number_before_every_answer(worker, dossier):
    principal = dossier.registrants.get(position=1)
    caisse.accept_phase(worker, dossier, 1)

    def give():
        expects = caisse.version_of(dossier)
        return numbers.issue_provisional(worker, dossier.pk, principal.pk, expects=expects, key=uuid4())

    with pytest.raises(numbers.NotYet):
        give()
    answer(worker, dossier, principal, contract_running=HOLDS)
    with pytest.raises(numbers.NotYet):
        give()
    answer(worker, dossier, principal, stay_title=checking.Found(False, "Refugee: the OFPRA paper says it."))
    assert give() == [] and Number.objects.filter(registrant=principal).exists()


def test_a_newer_answer_supersedes_the_older_one_and_each_is_journaled(worker, dossier):
    principal = dossier.registrants.get(position=1)
    answer(worker, dossier, principal, contract_running=HOLDS)
    answer(worker, dossier, principal, contract_running=HOLDS)
    answer(worker, dossier, principal, contract_running=checking.Found(False, "The contract ended early."))
    rows = list(CategoryCheck.objects.order_by("at"))
    assert [(row.holds, row.superseded_at is None) for row in rows] == [(True, False), (False, True)]
    said = [entry for entry in journal.entries_about(("dossier", dossier.pk)) if entry.action == "check.answered"]
    assert len(said) == 2 and all("ended early" not in str(entry.detail) for entry in said)


def test_what_is_refused(worker, dossier):
    principal, child = dossier.registrants.get(position=1), dossier.registrants.filter(role="child")[0]
    with pytest.raises(access.NotFound):
        answer(worker, dossier, principal, family_link=HOLDS)
    with pytest.raises(access.NotFound):
        answer(worker, dossier, child, stay_title=HOLDS)
    with pytest.raises(ValueError, match="words"):
        answer(worker, dossier, principal, contract_running=checking.Found(False, " "))
    with pytest.raises(Conflict):
        checking.answer_checks(worker, dossier.pk, principal.pk, expects=1, found={"contract_running": HOLDS})
    with pytest.raises(access.NotFound):
        answer(caisse.a_caseworker(caisse.PARIS), dossier, principal, contract_running=HOLDS)
    assert not CategoryCheck.objects.exists()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_shows_what_was_typed_the_document_and_who_answered(desk, worker, dossier, language):
    principal = dossier.registrants.get(position=1)
    Registrant.objects.filter(pk=principal.pk).update(past={"where": "Lyon", "when": "2015"})
    page = text(desk.get(at(dossier, "identity/main/", principal, language)))
    wanted = categories.get("salarie").checks[0]
    assert wanted.text[language] in page and "/work_contract/main/" in page and "Lyon, 2015" in page
    assert {"fr": "2 novembre 2026", "en": "2 November 2026"}[language] in page
    assert {"fr": "À vérifier avant un numéro", "en": "To answer before a number"}[language] in page
    answer(worker, dossier, principal, contract_running=HOLDS)
    said = in_the_list(desk.get(at(dossier, "checks/", principal, language)))
    assert said.count("Camille Roy") == said.count({"fr": "C’est vérifié", "en": "It holds"}[language]) == 1
    child = dossier.registrants.filter(role="child")[0]
    childs = desk.get(at(dossier, "identity/main/", child, language))
    said = in_the_list(childs)
    assert {"fr": "Sans objet", "en": "Not needed"}[language] in said and "Camille Roy" not in said
    assert "Lyon, 2015" not in text(childs)


def test_answered_on_the_page_and_not_needed_asks_why(desk, dossier):
    principal = dossier.registrants.get(position=1)
    address = at(dossier, "checks/", principal)
    version = str(caisse.version_of(dossier))
    given = {"version": version, "answer_contract_running": "needless", "answer_stay_title": "holds"}
    refused = desk.post(address, given)
    assert refused.status_code == 422 and not CategoryCheck.objects.exists()
    assert desk.post(address, {**given, "why_contract_running": "Payslip seen."}).status_code == 302
    assert CategoryCheck.objects.count() == 2
    assert "Payslip seen." in in_the_list(desk.get(address)), "not only in the field of the form"
    assert desk.post(address, {**given, "why_contract_running": "Again."}).status_code == 409


def test_each_question_stands_once_above_its_answer(desk, dossier):
    page = html.fromstring(text(desk.get(at(dossier, "checks/", dossier.registrants.get(position=1)))))
    questions = [one.check for one in checks.of(dossier, dossier.registrants.get(position=1)) if not one.needless]
    assert questions
    for check in questions:
        (block,) = page.xpath(f"//section[.//input[@name='answer_{check.code}']]")
        assert check.text["en"] in block.text_content() and block.xpath(f".//input[@name='why_{check.code}']")
    assert len(page.xpath("//fieldset[legend]")) == len(questions)


def test_a_student_has_no_such_page(desk):
    dossier = make.a_submitted()
    assert desk.get(at(dossier, "checks/", caisse.person(dossier))).status_code == 404
    assert "Checks of the category" not in text(desk.get(at(dossier, "identity/main/", caisse.person(dossier))))
