"""Caseworkers of Paris see categories on their lists, the others places; each narrows the list by what they see."""

import pytest

from matricule.dossiers import desk
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations import correcting
from matricule.rules.employer import offices
from tests.support import caisse
from tests.support import companies as firm
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def page(worker, query: str = "", language: str = "en") -> str:
    return caisse.desk(worker).get(f"/{language}/desk/?list=to_take{query}").content.decode()


def sent(office: str, category: str = "salarie") -> Dossier:
    dossier = firm.a_sent_request()
    Dossier.objects.filter(pk=dossier.pk).update(office=office, category=category)
    return Dossier.objects.get(pk=dossier.pk)


def test_which_offices_examine_by_category():
    assert offices.examines_by_category(caisse.PARIS) and not offices.examines_by_category(caisse.DOUBS)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_paris_narrows_by_category(language):
    worker = caisse.a_caseworker(caisse.PARIS)
    talent, model = sent(caisse.PARIS, "passeport_talent"), sent(caisse.PARIS, "mannequin")
    student = make.a_submitted()
    Dossier.objects.filter(pk=student.pk).update(office=caisse.PARIS)
    everything = page(worker, language=language)
    assert all(one.reference in everything for one in (talent, model, student))
    assert {"fr": "Catégorie", "en": "Category"}[language] in everything and 'name="only"' not in everything
    only = page(worker, "&only=mannequin", language)
    assert model.reference in only and talent.reference not in only and student.reference not in only
    only = page(worker, f"&only={desk.STUDENTS}", language)
    assert student.reference in only and talent.reference not in only


@pytest.mark.parametrize("language", ["fr", "en"])
def test_another_office_narrows_by_postcode(language):
    worker = caisse.a_caseworker()
    here, there = sent(caisse.DOUBS), make.a_submitted()
    correcting.change(make.owner_of(there), there.pk, {"postcode": "25200", "city": "Montbéliard"})
    everything = page(worker, language=language)
    assert here.reference in everything and "25200 Montbéliard" in everything
    only = page(worker, "&only=25200", language)
    assert there.reference in only and here.reference not in only and 'value="25200"' in only
    assert here.reference not in page(worker, "&only=99999", language)


def test_what_one_took_is_narrowed_too():
    worker = caisse.a_caseworker()
    dossier = sent(caisse.DOUBS)
    Dossier.objects.filter(pk=dossier.pk).update(caseworker_id=worker.uuid, queue="taken")
    address = "/en/desk/?list=mine&only="
    browser = caisse.desk(worker)
    assert dossier.reference in browser.get(address + "25000").content.decode()
    assert dossier.reference not in browser.get(address + "75001").content.decode()
