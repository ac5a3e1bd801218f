"""The page that hands a file over to another office."""

import pytest
from django.urls import reverse

from matricule.core.outbox import Mail
from matricule.dossiers.models import Dossier
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return caisse.desk(caisse.a_caseworker())


@pytest.fixture
def dossier():
    return make.a_submitted()


def page(dossier):
    return reverse("caseworker:hand-over", args=[dossier.pk]).replace("/fr/", "/en/", 1)


def given(dossier, **more):
    return {"version": str(caisse.version_of(dossier)), "office": caisse.PARIS, "why": "Moved to Paris.", **more}


def test_without_another_office_the_page_says_so(client, dossier):
    assert "Nobody of another office" in client.get(page(dossier)).content.decode()
    assert client.post(page(dossier), given(dossier)).status_code == 422


def test_the_file_leaves_for_the_office_that_was_chosen(client, dossier):
    caisse.a_caseworker(caisse.PARIS)
    assert "CPAM de Paris" in client.get(page(dossier)).content.decode()
    assert page(dossier) in client.get(f"/en/desk/dossier/{dossier.pk}/", follow=True).content.decode()
    answer = client.post(page(dossier), given(dossier))
    assert (answer.status_code, answer["Location"]) == (302, "/en/desk/")
    assert Dossier.objects.get(pk=dossier.pk).office == caisse.PARIS
    assert client.get(page(dossier)).status_code == 404


@pytest.mark.parametrize("wrong", [{"why": " "}, {"office": ""}, {"office": "251"}])
def test_what_is_missing_is_said_and_what_was_typed_stays(client, dossier, wrong):
    caisse.a_caseworker(caisse.PARIS)
    answer = client.post(page(dossier), given(dossier, **wrong))
    assert answer.status_code == 422 and Dossier.objects.get(pk=dossier.pk).office == caisse.DOUBS
    if "why" not in wrong:
        assert "Moved to Paris." in answer.content.decode()


def test_a_page_older_than_the_file_is_told_what_happened(client, dossier):
    caisse.a_caseworker(caisse.PARIS)
    assert client.post(page(dossier), given(dossier, version="0")).status_code == 409


def test_of_a_companys_request_the_page_says_who_is_told_and_they_are(client):
    caisse.a_caseworker(caisse.PARIS)
    request = firm.a_sent_request()
    said = client.get(page(request)).content.decode()
    assert "The company is told which caisse examines it, and each person" in said
    assert client.post(page(request), given(request)).status_code == 302
    assert {mail.kind for mail in Mail.objects.all() if "CPAM de Paris" in mail.body} == {
        "employee_office",
        "request_office",
    }
