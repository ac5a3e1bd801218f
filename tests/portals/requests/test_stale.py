"""Two windows, a second click, the back button: nothing is lost, a sentence says what to do (issue 5, 2)."""

from uuid import uuid4

import pytest
from django.urls import reverse
from lxml import html

from matricule.accounts import invitations, members
from matricule.dossiers import access
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import requesting
from tests.portals.requests.test_filing import PAGES, at, text
from tests.support import companies as firm
from tests.support import company
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return company.a_company()


@pytest.fixture
def browser(member):
    return company.browser(member.user_id)


def employer(name: str, *args) -> str:
    return reverse(f"employer:{name}", args=args).replace("/fr/", "/en/")


def test_the_forms_of_a_request_that_a_colleague_sent_say_that_it_was_sent(member, browser):
    dossier = firm.owned(member, firm.a_sent_request, family=True)
    employee, spouse = dossier.registrants.get(position=1), dossier.registrants.get(role="spouse")
    forms = {
        at("category", dossier.pk): {"category": "mannequin"},
        at("remove-person", dossier.pk, spouse.pk): {},
        at("delete", dossier.pk): {"version": dossier.version},
        at("identify", dossier.pk, employee.pk, "contact"): PAGES["contact"],
        at("autosave", dossier.pk, employee.pk): {"city": "Dole"},
    }
    for address, typed in forms.items():
        answer = browser.post(address, typed)
        assert answer.status_code == 409 and "You sent this request from another window, on" in text(answer), address
        assert at("request", dossier.pk) in text(answer), address
        assert browser.get(address)["Location"] == at("request", dossier.pk), address
    dossier.refresh_from_db()
    assert dossier.category == "salarie" and dossier.registrants.count() == 4


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Chloé Morel a envoyé"), ("en", "Chloé Morel sent")], ids=["fr", "en"]
)
def test_what_is_typed_after_a_colleague_sent_the_request_is_not_kept_and_stays_on_the_page(member, language, said):
    dossier = firm.owned(member, firm.a_sent_request)
    colleague = company.a_colleague(member)
    person, browser = dossier.registrants.get(), company.browser(colleague.user_id)
    Registrant.objects.filter(pk=person.pk).update(typed={"parent1_birth_name": "Okafor"})
    saved = browser.post(at("autosave", dossier.pk, person.pk, language=language), {"city": "Dole"})
    assert saved.status_code == 409 and saved.json()["text"].startswith(said)
    assert saved.json()["href"] == at("request", dossier.pk, language=language)
    typed = {**PAGES["parents"], "parent1_birth_name": "Nkemelu"}
    answer = browser.post(at("identify", dossier.pk, person.pk, "parents", language=language), typed)
    page = html.fromstring(answer.content)
    assert answer.status_code == 409 and said in text(answer) and "2026" in text(answer)
    assert page.xpath("//input[@name='parent1_birth_name']/@value") == ["Nkemelu"]
    assert "Okafor" not in text(answer), "what was sent about parents is masked"
    assert page.xpath("//form[@id='page-form']//button") == [] and not page.xpath("//form[@data-autosave]")
    links = page.xpath("//main//a/@href")
    assert {at(name, dossier.pk, language=language) for name in ("request", "write")} <= set(links)
    assert Registrant.objects.get(pk=person.pk).typed == {"parent1_birth_name": "Okafor"}


def test_of_somebody_added_later_it_is_said_who_sent_them(member, browser):
    dossier = firm.owned(member, firm.a_sent_request)
    person = firm.added(dossier)
    firm.send_documents(dossier)
    colleague = company.a_colleague(member)
    expects = Dossier.objects.get(pk=dossier.pk).version
    requesting.send_person(access.member(colleague.user_id), dossier.pk, person.pk, expects=expects, key=uuid4())
    late = browser.post(at("autosave", dossier.pk, person.pk), {"birth_name": "Bello"}).json()["text"]
    first = browser.post(at("autosave", dossier.pk, dossier.registrants.get(position=1).pk), {"city": "Dole"}).json()
    assert late.startswith("Bruno Petit sent") and first["text"].startswith("You sent")


def test_of_a_request_that_came_over_from_another_account_the_day_is_said(member, browser):
    dossier = firm.a_sent_request()
    Dossier.objects.filter(pk=dossier.pk).update(organisation=member.company.id)
    address = at("autosave", dossier.pk, dossier.registrants.get().pk)
    assert browser.post(address, {"city": "Dole"}).json()["text"].startswith("This request was sent on")


def test_taking_somebody_out_twice_leads_to_the_request_both_times(member, browser):
    dossier = firm.owned(member, firm.a_request)
    person = requesting.add_person(firm.actor_of(dossier), dossier.pk, "child", key=uuid4())
    address = at("remove-person", dossier.pk, person)
    key = {"idempotency_key": browser.get(address).context["key"]}
    for _click in range(2):
        assert browser.post(address, key)["Location"] == at("request", dossier.pk)
    assert dossier.registrants.count() == 1
    assert browser.post(address, {"idempotency_key": str(uuid4())}).status_code == 404


def test_deleting_twice_leads_to_the_list_both_times(member, browser):
    dossier = firm.owned(member, firm.a_request)
    address = at("delete", dossier.pk)
    typed = {"idempotency_key": browser.get(address).context["key"], "version": dossier.version}
    for _click in range(2):
        assert browser.post(address, typed)["Location"] == at("list")
    assert not Dossier.objects.filter(pk=dossier.pk).exists()
    assert company.browser(company.a_company().user_id).post(address, typed).status_code == 404


def test_a_colleague_removed_twice_is_said_to_be_gone(member, browser):
    colleague = company.a_colleague(member)
    address = employer("remove", colleague.user_id)
    assert browser.post(address).status_code == 302
    answer = browser.post(address)
    assert answer.status_code == 409 and "no longer in the team" in text(answer)
    answer = browser.post(employer("role", colleague.user_id), {"role": "administrator"})
    assert answer.status_code == 409 and "no longer in the team" in text(answer)


def test_the_link_of_an_invitation_that_was_accepted_leads_its_guest_in(member):
    guest = make.a_user()
    invitation = invitations.invite(member.user_id, member.company.id, guest.email, "member")
    address = employer("invitation", invitations.token_of(invitation))
    browser = company.browser(guest.pk)
    for _click in range(2):
        answer = browser.post(address, {"person": "Bruno Petit"})
        assert answer.status_code == 302 and answer["Location"].endswith("/employer/")
    assert browser.get(address).status_code == 302
    assert company.browser(make.a_user().pk).get(address).status_code == 404
    members.remove(guest.pk, member.company.id, guest.pk)
    assert browser.get(address).status_code == 404
