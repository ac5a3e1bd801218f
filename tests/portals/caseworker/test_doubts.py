"""What is to be confirmed stands at the desk with its source, and nowhere that a company reads (house.md 1)."""

from html import unescape
from uuid import uuid4

import pytest

from matricule.accounts.organisations import Organisation
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import handing, requesting
from matricule.rules.employer import categories, offices
from tests.support import caisse, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db

PARIS, DOUBS = "751", "251"
CHOSE = {
    "fr": "Caisse choisie par l’entreprise\u00a0: CPAM de Paris\u202f; "
    "caisse du lieu de résidence\u00a0: CPAM du Doubs.",
    "en": "The company chose CPAM de Paris; the place where the employee lives says CPAM du Doubs.",
}


def page(office: str, dossier: Dossier, document: str, language: str, person=None) -> str:
    desk = caisse.desk(caisse.a_caseworker(office))
    who = f"?person={person.pk}" if person is not None else ""
    answer = desk.get(f"/{language}/desk/dossier/{dossier.pk}/{document}/main/{who}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def sent(office: str = "", category: str = "salarie", **place: str) -> Dossier:
    """Return a request that was sent to ``office``, of a company whose head office is in Île-de-France."""
    organisation = firm.a_company()
    Organisation.objects.filter(pk=organisation.pk).update(**{"head_postcode": "92000", **place})
    organisation.refresh_from_db()
    dossier = firm.a_ready_request(organisation)
    actor = firm.actor_of(dossier)
    if category != "salarie":
        requesting.change_request(actor, dossier.pk, category=category, answers={}, own_reference="")
        firm.send_documents(Dossier.objects.get(pk=dossier.pk))
    dossier = Dossier.objects.get(pk=dossier.pk)
    requesting.send(actor, dossier.pk, expects=dossier.version, key=uuid4(), office=office)
    return Dossier.objects.get(pk=dossier.pk)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_caseworker_reads_that_the_company_chose_paris_and_that_the_rule_is_to_be_confirmed(language):
    dossier, rule = sent(PARIS), offices.table().choice
    seen = page(PARIS, dossier, "identity", language)
    assert CHOSE[language] in seen and rule.to_confirm[language] in seen and rule.source in seen


def test_nothing_is_said_where_the_office_is_that_of_the_place():
    seen = page(DOUBS, sent(), "identity", "en")
    assert "The company chose" not in seen and "To be confirmed" not in seen


def test_what_a_colleague_handed_over_is_not_said_to_be_chosen():
    dossier = sent()
    caisse.a_caseworker(PARIS)
    handing.hand_over(caisse.a_caseworker(DOUBS), dossier.pk, PARIS, "It is theirs.", expects=dossier.version)
    assert "The company chose" not in page(PARIS, dossier, "identity", "en")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("category", ["passeport_talent", "ict"])
def test_what_is_uncertain_of_a_category_stands_with_its_source_beside_its_documents(category, language):
    dossier, found = sent(category=category), categories.get(category)
    seen = page(PARIS, dossier, "work_contract", language)
    assert found.to_confirm[language] in seen and found.source in seen
    own = {
        "fr": "La liste propre de la caisse pour cette catégorie n’a pas été trouvée.",
        "en": "The caisse’s own list for this category was not found.",
    }
    assert own[language] in seen and own[language] not in page(PARIS, dossier, "identity", language)
    both = {"fr": "Le contrat ou la lettre suffit pour envoyer", "en": "The contract or the letter is enough to send"}
    assert (both[language] in seen) == (category == "ict")


def test_the_company_never_reads_what_is_to_be_confirmed():
    member = company.a_company(head_postcode="92000")
    browser = company.browser(member.user_id)
    dossier = firm.owned(member, category="ict")
    firm.fill(dossier, dossier.registrants.get())
    person = dossier.registrants.get()
    for place in ("", "category/", "check/", f"people/{person.pk}/documents/"):
        seen = unescape(browser.get(f"/en/employer/requests/{dossier.pk}/{place}").content.decode())
        assert "was not found" not in seen and "from memory" not in seen and "To be confirmed" not in seen
