"""On the pages: a family member is added to a request that was sent, and what is said once that is too late."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from matricule.core import config
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import ending
from tests.portals.requests.test_filing import WHO, at
from tests.support import caisse, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(chief) -> Dossier:
    return firm.owned(chief, firm.a_sent_request)


@pytest.fixture
def chloe(chief):
    return company.browser(chief.user_id)


@pytest.fixture
def settings_off(monkeypatch):
    """Return what turns adding after sending off."""

    def off() -> None:
        monkeypatch.setenv("MATRICULE_ADD_AFTER_SENDING", "0")
        config.current.cache_clear()

    yield off
    monkeypatch.undo()
    config.current.cache_clear()


def text(answer) -> str:
    return answer.content.decode()


def reject(dossier: Dossier) -> None:
    person = dossier.registrants.get(position=1)
    expects = caisse.version_of(dossier)
    ending.reject(caisse.a_caseworker(), dossier.pk, person.pk, expects=expects, reason="duplicate")


def form_of(chloe, address: str) -> dict[str, str]:
    form = chloe.get(address).context["form"]
    given = {"version": form["version"].value(), "idempotency_key": form["idempotency_key"].value()}
    return {**given, "declare": "on"}


def test_from_the_page_of_the_request_to_a_receipt_of_their_own(chloe, dossier):
    page = text(chloe.get(at("request", dossier.pk)))
    assert at("add-person", dossier.pk) in page
    assert "can still join it" in text(chloe.get(at("add-person", dossier.pk)))
    answer = chloe.post(at("add-person", dossier.pk), {**WHO, "role": "spouse", "idempotency_key": str(uuid4())})
    person = dossier.registrants.get(role="spouse")
    assert answer["Location"] == at("identify", dossier.pk, person.pk, "civil_status")
    page = text(chloe.get(at("request", dossier.pk)))
    assert "Not sent yet" in page and at("check-person", dossier.pk, person.pk) in page
    firm.fill(dossier, person, firm.SPOUSE)
    check = at("check-person", dossier.pk, person.pk)
    assert "Before you can send" in text(chloe.get(check)), "documents are missing"
    assert check in text(chloe.get(at("documents", dossier.pk, person.pk)))
    firm.send_documents(dossier)
    page = text(chloe.get(check))
    assert "Bello" in page and "Okonkwo, Adaeze" not in page and "CPAM du Doubs" in page
    sent = form_of(chloe, check)
    assert chloe.post(check, {**sent, "declare": ""}).status_code == 422
    answer = chloe.post(check, sent)
    assert answer["Location"] == at("person-receipt", dossier.pk, person.pk)
    page = text(chloe.get(answer["Location"]))
    assert "The person is added to the request" in page and "Bello, Tunde" in page and "Adaeze" not in page
    assert chloe.get(at("person-receipt-pdf", dossier.pk, person.pk))["Content-Type"] == "application/pdf"
    assert chloe.get(check)["Location"] == at("request", dossier.pk), "it is sent once"
    page = text(chloe.get(at("request", dossier.pk)))
    assert "Added on" in page and at("person-receipt", dossier.pk, person.pk) in page and "Not sent yet" not in page


def test_pages_of_the_others_stay_closed(chloe, dossier):
    firm.added(dossier)
    principal = dossier.registrants.get(position=1)
    assert chloe.get(at("identify", dossier.pk, principal.pk, "contact")).status_code == 302
    assert chloe.post(at("autosave", dossier.pk, principal.pk), {"city": "Dole"}).status_code == 409
    assert chloe.get(at("check-person", dossier.pk, principal.pk)).status_code == 302
    assert chloe.get(at("remove-person", dossier.pk, principal.pk)).status_code == 302
    assert chloe.get(at("person-receipt", dossier.pk, principal.pk)).status_code == 302
    assert chloe.get(at("person-receipt-pdf", dossier.pk, principal.pk)).status_code == 404


def test_of_a_draft_nobody_is_sent_alone(chloe, chief):
    draft = firm.owned(chief, firm.a_ready_request, family=True)
    spouse = draft.registrants.get(role="spouse")
    assert chloe.get(at("check-person", draft.pk, spouse.pk)).status_code == 404


@pytest.mark.parametrize("language", ["fr", "en"])
def test_too_late_is_said_and_what_was_typed_is_kept(chloe, dossier, language):
    person = firm.added(dossier)
    firm.send_documents(dossier)
    check = at("check-person", dossier.pk, person.pk)
    sent = form_of(chloe, check)
    reject(dossier)
    answer = chloe.post(check, {**sent, "version": caisse.version_of(dossier)})
    assert answer["Location"] == at("request", dossier.pk)
    page = text(chloe.get(at("request", dossier.pk, language=language)))
    assert {"fr": "Trop tard", "en": "Too late"}[language] in page and "Bello" in page
    assert at("add-person", dossier.pk, language=language) not in page
    person.refresh_from_db()
    assert person.state == "draft" and person.birth_name == "Bello"
    assert chloe.post(at("remove-person", dossier.pk, person.pk)).status_code == 302
    assert not Registrant.objects.filter(pk=person.pk).exists()


def test_a_decision_between_the_page_and_the_click_adds_nobody(chloe, dossier):
    key = str(uuid4())
    reject(dossier)
    answer = chloe.post(at("add-person", dossier.pk), {**WHO, "role": "child", "idempotency_key": key})
    assert answer["Location"] == at("by-post", dossier.pk) and dossier.registrants.count() == 1


def test_a_stale_page_is_refused_and_a_second_click_leads_to_the_receipt(chloe, dossier):
    person = firm.added(dossier)
    firm.send_documents(dossier)
    check = at("check-person", dossier.pk, person.pk)
    sent = form_of(chloe, check)
    assert chloe.post(check, {**sent, "version": "1"}).status_code == 409
    receipt = at("person-receipt", dossier.pk, person.pk)
    assert chloe.post(check, sent)["Location"] == receipt


def test_the_caisse_sees_who_was_added_and_when(chloe, dossier):
    person = firm.added(dossier)
    firm.send_documents(dossier)
    worker = caisse.a_caseworker()
    with translation.override("en"):
        desk = reverse("caseworker:half", args=[dossier.pk, "identity", "main"])
    assert "Bello" not in text(caisse.desk(worker).get(desk))
    check = at("check-person", dossier.pk, person.pk)
    chloe.post(check, form_of(chloe, check))
    page = text(caisse.desk(worker).get(desk))
    assert "Bello, Tunde" in page and "added on" in page


# --- the setting that leaves the founding document's rule: nobody is added after sending

BEFORE = {"fr": "Ajoutez tout le monde avant l’envoi", "en": "Add everybody before you send it"}
UNTIL = {"fr": "tant que la caisse n’a décidé", "en": "until the caisse decides"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_a_draft_says_until_when_somebody_can_be_added(chloe, chief, settings_off, language):
    draft = firm.owned(chief, firm.a_request)
    address = at("add-person", draft.pk, language=language)
    page = text(chloe.get(address))
    assert UNTIL[language] in page and BEFORE[language] not in page
    settings_off()
    page = text(chloe.get(address))
    assert BEFORE[language] in page and UNTIL[language] not in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_whoever_was_left_as_a_draft_is_not_told_of_a_decision_that_nobody_took(
    chloe, dossier, settings_off, language
):
    firm.added(dossier)
    settings_off()
    page = text(chloe.get(at("request", dossier.pk, language=language)))
    assert {"fr": "personne ne s’ajoute à une demande envoyée", "en": "nobody is added to a request"}[language] in page
    assert {"fr": "La caisse a décidé", "en": "The caisse has decided"}[language] not in page
    assert at("add-person", dossier.pk, language=language) not in page
    reject(dossier)
    assert {"fr": "La caisse a décidé", "en": "The caisse has decided"}[language] not in text(
        chloe.get(at("request", dossier.pk, language=language))
    ), "the setting is the reason, whatever was decided since"


def test_with_the_setting_off_nobody_joins_a_request_that_was_sent(chloe, dossier, settings_off):
    settings_off()
    for answer in (
        chloe.get(at("add-person", dossier.pk)),
        chloe.post(at("add-person", dossier.pk), {**WHO, "role": "spouse", "idempotency_key": str(uuid4())}),
    ):
        assert answer["Location"] == at("by-post", dossier.pk)
    assert dossier.registrants.count() == 1
