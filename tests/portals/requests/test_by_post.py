"""The page for the forms by post: what is known is filled in, what must not be shown is not, and it is journaled."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from matricule.accounts import companies
from matricule.dossiers import requests
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import requesting
from matricule.portals.requests import by_post
from tests.support import caisse, cast, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(chief) -> Dossier:
    return firm.owned(chief, firm.a_sent_request)


def page(chief, name: str, *args, language: str = "en") -> str:
    with translation.override(language):
        return company.browser(chief.user_id).get(reverse(f"requests:{name}", args=args)).content.decode()


def shown(dossier: Dossier, person: Registrant | None, *, proved: bool = False):
    found = requests.read(firm.actor_of(dossier), dossier.pk)
    with translation.override("en"):
        return by_post.page(found, found.person(person.pk) if person else None, proved=proved)


def values(sheet) -> dict[str, str]:
    return {line.field.code: line.value for line in sheet.lines}


def test_an_adults_form_is_filled_from_what_was_written(dossier):
    found = shown(dossier, firm.added(dossier))
    (sheet,) = found["sheets"]
    assert sheet.form.code == "S1106"
    said = values(sheet)
    assert said["s1106_birth_name"] == "Bello" and said["s1106_nationality"] == "Nigeria"
    assert said["s1106_address"] == "8 rue de la République, 25000 Besançon" and said["s1106_family"] == "Married"
    assert said["s1106_work"] == "Atelier Lumen, 4 quai Vauban, 25000 Besançon"
    assert not any(said[code] for code in ("s1106_bank", "s1106_signature", "s1106_number", "s1106_work_start"))
    assert said["s1106_phone"] == said["s1106_email"] == "", "the employee's are not the spouse's"
    assert [office.code for office in found["placed"].offices] == ["251"]
    assert "Form S1106" in [paper["en"] for paper in found["papers"]]


@pytest.mark.parametrize(("language", "label"), [("fr", "Seconde nationalité"), ("en", "Second nationality")])
def test_a_second_nationality_is_a_line_of_its_own_and_decides_on_the_papers(chief, dossier, language, label):
    spouse = firm.added(dossier)
    page_ = page(chief, "person-by-post", dossier.pk, spouse.pk, language=language)
    assert label in page_ and "Portugal" not in page_
    permit = [paper["en"] for paper in shown(dossier, spouse)["papers"]]
    Registrant.objects.filter(pk=spouse.pk).update(nationality_2="PT")
    page_ = page(chief, "person-by-post", dossier.pk, spouse.pk, language=language)
    assert label in page_ and "Portugal" in page_
    left = [paper["en"] for paper in shown(dossier, spouse)["papers"]]
    assert len(left) == len(permit) - 1 and set(left) < set(permit), "no residence permit with one of the Union"


def test_a_child_goes_on_the_form_of_a_parent(dossier):
    (sheet,) = shown(dossier, firm.added(dossier, "child"))["sheets"]
    assert sheet.form.code == "S3705"
    said = values(sheet)
    assert said["s3705_child_names"] == "Bello Zainab" and said["s3705_parent1"] == "Okafor Ngozi"


def test_parents_of_somebody_who_was_sent_stay_masked(dossier):
    principal = dossier.registrants.get(position=1)
    found = requests.read(firm.actor_of(dossier), dossier.pk)
    with translation.override("en"):
        said = by_post.answers(found, found.person(principal.pk).registrant)
    assert "Okafor" not in str(said) and said["parent1"] == by_post.shown.MASK
    assert said["contract_start"] and said["email"] == "adaeze@example.org"


def test_of_somebody_unknown_both_forms_with_what_the_request_knows(dossier):
    found = shown(dossier, None)
    assert [sheet.form.code for sheet in found["sheets"]] == ["S1106", "S3705"] and found["papers"] == []
    assert values(found["sheets"][0])["s1106_address"] and not values(found["sheets"][0])["s1106_birth_name"]


def test_a_person_whose_pages_are_empty_breaks_nothing(dossier):
    person_id = requesting.add_person(firm.actor_of(dossier), dossier.pk, "child", key=uuid4())
    person = Registrant.objects.get(pk=person_id)
    assert len(shown(dossier, person)["sheets"]) == 2
    Registrant.objects.filter(pk=person_id).update(birth_date="2019-00-00")
    found = shown(dossier, Registrant.objects.get(pk=person_id))
    assert found["papers"] == [] and len(found["sheets"]) == 1, "the nationality is missing"
    assert by_post.employer(None) == "" and by_post.address(Registrant()) == ""


def test_a_draft_without_an_address_knows_no_caisse(chief):
    draft = firm.owned(chief)
    assert shown(draft, None)["placed"] is None
    assert "The caisse follows from the address" in page(chief, "by-post", draft.pk)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_is_journaled_and_shows_a_number_masked_to_a_proved_company_only(chief, dossier, language):
    spouse = firm.added(dossier)
    caisse.give_provisional(caisse.a_caseworker(), dossier)
    number = dossier.registrants.get(position=1).numbers.get().value
    title = {"fr": "Numéros de cette demande", "en": "Numbers of this request"}[language]
    mark = cast.last_entry()
    said = page(chief, "person-by-post", dossier.pk, spouse.pk, language=language)
    assert "Bello" in said and title not in said and number not in said
    assert "read.by_post" in {action for action, _ in cast.entries_since(mark)}
    companies.prove("system:tests", dossier.organisation_id)
    said = page(chief, "person-by-post", dossier.pk, spouse.pk, language=language)
    assert title in said and number not in said and number.replace(" ", "") not in said.replace(" ", "")
    with translation.override(language):
        address = reverse("requests:by-post", args=[dossier.pk])
    assert f'href="{address}"' in page(chief, "request", dossier.pk, language=language)
