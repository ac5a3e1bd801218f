"""A proved company is shown the number of a person it filed for; anybody else never is (issue 5, sections 1 and 3)."""

import pytest
from django.urls import reverse

from matricule.accounts import companies
from matricule.accounts.models import User
from matricule.accounts.organisations import Organisation
from matricule.core import journal
from matricule.dossiers.case import Number
from matricule.dossiers.models import Registrant
from matricule.rules.numbers import format_nir
from tests.support import caisse, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(chief):
    owner = User.objects.get(pk=chief.user_id)
    dossier = firm.a_sent_request(Organisation.objects.get(pk=chief.company.id), owner)
    found = dossier.registrants.get()
    Registrant.objects.filter(pk=found.pk).update(state="provisional_number")
    at = dossier.submitted_at
    Number.objects.create(registrant=found, kind="nia", value="290059935200187", value_index=b"n", issued_at=at)
    return found


def page(person):
    address = reverse("requests:request", args=[person.dossier_id])
    return address.replace("/fr/", "/en/", 1)


def shown(person):
    address = reverse("requests:number", args=[person.dossier_id, person.pk])
    return address.replace("/fr/", "/en/", 1)


def looks(person):
    entries = journal.entries_about(("dossier", person.dossier_id))
    return [entry.action for entry in entries].count("number.revealed")


def test_until_the_company_is_proved_no_digit_is_shown(chief, person):
    client = company.browser(chief.user_id)
    html = client.get(page(person)).content.decode()
    assert "once a document proves the company" in html and "2 90 05" not in html
    assert client.post(shown(person)).status_code == 404 and looks(person) == 0


def test_a_proved_company_sees_it_masked_then_whole_for_two_minutes(chief, person):
    companies.prove("system:tests", chief.company.id)
    client = company.browser(company.a_colleague(chief).user_id)
    html = client.get(page(person)).content.decode()
    assert "2 90 05" in html and "290059935200187" not in html and format_nir("290059935200187") not in html
    answer = client.post(shown(person))
    assert format_nir("290059935200187") in answer.content.decode() and looks(person) == 1
    assert answer["Refresh"].startswith("120; url=") and answer["Refresh"].endswith(f"/{person.dossier_id}/")


def test_a_number_is_shown_by_a_click_only_and_only_of_somebody_who_has_one(chief, person):
    companies.prove("system:tests", chief.company.id)
    client = company.browser(chief.user_id)
    assert client.get(shown(person)).status_code == 405
    Number.objects.all().delete()
    assert client.post(shown(person)).status_code == 404
    assert "Show the number" not in client.get(page(person)).content.decode()


def test_another_proved_company_and_a_caseworker_by_this_way_see_nothing(chief, person):
    companies.prove("system:tests", chief.company.id)
    other = company.a_company(siret=company.OTHER_SIRET)
    companies.prove("system:tests", other.company.id)
    assert company.browser(other.user_id).post(shown(person)).status_code == 404
    assert caisse.desk(caisse.a_caseworker()).post(shown(person)).status_code in {302, 404}
    assert looks(person) == 0
