"""A company withdraws a request that it sent: for everybody or one of the family, while nobody of it has a number."""

import pytest
from django.urls import reverse

from matricule.accounts import members
from matricule.core import i18n, journal
from matricule.core.outbox import Mail
from matricule.dossiers import access, requests
from matricule.dossiers.case import Ask
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import asking, ending
from matricule.dossiers.operations.door import Conflict
from matricule.dossiers.states import IllegalMove
from matricule.notices.models import Notice
from tests.support import caisse, company
from tests.support import companies as firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(chief) -> Dossier:
    return firm.owned(chief, firm.a_sent_request, family=True)


@pytest.fixture
def worker():
    return caisse.a_caseworker()


def at(name: str, dossier: Dossier, language: str = "en") -> str:
    with i18n.in_language(language):
        return reverse(f"requests:{name}", args=[dossier.pk])


def states(dossier: Dossier) -> list[str]:
    return list(dossier.registrants.order_by("position").values_list("state", flat=True))


def label(dossier: Dossier) -> str:
    return Dossier.objects.get(pk=dossier.pk).label


def shown(client, dossier: Dossier, name: str = "request", language: str = "en") -> str:
    return client.get(at(name, dossier, language)).content.decode()


def withdraw(client, dossier: Dossier, person: Registrant | None = None, **more):
    given = {"version": str(caisse.version_of(dossier)), "person": str(person.pk) if person else "", **more}
    return client.post(at("withdraw", dossier), given)


def test_from_the_page_of_the_request_to_a_request_that_is_withdrawn(client, family, worker, promise):
    asking.ask(
        worker, family.pk, caisse.person(family).pk, expects=caisse.version_of(family),
        codes={"rib": ("not_sent", {}), "civil_status": ("not_sent", {})},
    )  # fmt: skip
    assert at("withdraw", family) in shown(client, family)
    page = shown(client, family, "withdraw")
    for said in ("The caisse stops examining it", "is not opened again", "For everybody", "Bello, Zainab"):
        assert said in page, said
    assert withdraw(client, family)["Location"] == at("request", family)
    assert states(family) == ["withdrawn"] * 4 and label(family) == "withdrawn"
    assert not Ask.objects.filter(state=Ask.State.OPEN).exists(), "nobody is reminded of it"
    page = shown(client, family)
    assert "The request was withdrawn." in page and at("withdraw", family) not in page
    entry = next(one for one in journal.entries_about(("dossier", family.pk)) if one.action == "request.withdrawn")
    assert entry.actor == str(firm.actor_of(family))
    assert "Request withdrawn" in page and "Chloé Morel" in page
    assert requests.listed(family.organisation_id).rows[0].acts == "nobody"
    promise("a company withdraws", "1 request of 4 people, 1 entry, 1 mail to the company, 1 to the employee")


def test_the_company_and_the_employee_are_told_in_words_that_name_nobody(client, chief, family):
    withdraw(client, family)
    told = Mail.objects.filter(kind__endswith="_taken_back").order_by("kind")
    assert [mail.kind for mail in told] == ["employee_taken_back", "request_taken_back"]
    employee, ours = told
    assert employee.to_address == "adaeze@example.org" and employee.language == "en"
    assert family.organisation.name in employee.body and "Okonkwo" not in employee.body + ours.body
    assert f"/employer/requests/{family.pk}/" in ours.body
    assert Notice.objects.filter(kind="request_taken_back", recipient_id=chief.user_id).count() == 1
    assert "Told that your company withdrew the request" in shown(client, family)


@pytest.mark.parametrize(("choice", "mails"), [("at_once", 1), ("daily", 0), ("none", 0)])
def test_each_colleague_is_told_as_they_chose(client, chief, family, choice, mails):
    members.choose_delivery(chief.user_id, chief.company.id, choice)
    withdraw(client, family)
    assert Mail.objects.filter(kind="request_taken_back").count() == mails
    assert Notice.objects.filter(kind="request_taken_back").count() == 1


def test_one_of_the_family_is_withdrawn_and_the_others_go_on(client, family):
    child = family.registrants.filter(role="child").order_by("position")[0]
    assert "The others’ requests go on." in shown(client, family, "withdraw")
    assert withdraw(client, family, child).status_code == 302
    assert states(family) == ["under_examination", "under_examination", "withdrawn", "under_examination"]
    assert label(family) == "in_progress"
    page = shown(client, family)
    assert "Request withdrawn" in page and at("withdraw", family) in page
    entry = next(one for one in journal.entries_about(("dossier", family.pk)) if one.action == "request.withdrawn")
    assert entry.detail["person"] == str(child.pk)
    assert not Mail.objects.filter(kind="employee_taken_back").exists(), "nobody else's request ended"
    assert withdraw(client, family, child).status_code == 404, "there is nothing left of theirs to withdraw"
    assert withdraw(client, family).status_code == 302 and set(states(family)) == {"withdrawn"}


def test_the_employee_alone_is_never_withdrawn_the_family_rests_on_them(client, family):
    employee = family.registrants.get(position=1)
    assert str(employee.pk) not in shown(client, family, "withdraw")
    assert withdraw(client, family, employee).status_code == 404
    with pytest.raises(access.NotFound):
        ending.withdraw(
            firm.actor_of(family), family.pk, expects=caisse.version_of(family), person_id=employee.pk
        )  # fmt: skip
    assert set(states(family)) == {"under_examination"}


def test_what_was_turned_down_stays_and_the_rest_is_withdrawn(client, family, worker):
    spouse = family.registrants.get(role="spouse")
    ending.reject(worker, family.pk, spouse.pk, expects=caisse.version_of(family), reason="duplicate")
    withdraw(client, family)
    assert states(family) == ["withdrawn", "rejected", "withdrawn", "withdrawn"] and label(family) == "rejected"


def test_a_number_of_anybody_stops_it_for_everybody(client, family, worker):
    assert caisse.give_provisional(worker, family) == []
    assert at("withdraw", family) not in shown(client, family)
    page = shown(client, family, "withdraw")
    assert "no longer be withdrawn" in page and at("write", family) in page and 'name="version"' not in page
    before = states(family)
    child = family.registrants.filter(role="child").order_by("position")[0]
    assert withdraw(client, family).status_code == 409 and withdraw(client, family, child).status_code == 409
    with pytest.raises(IllegalMove):
        ending.withdraw(firm.actor_of(family), family.pk, expects=caisse.version_of(family), person_id=child.pk)
    assert states(family) == before


def test_somebody_who_is_being_added_is_taken_out_or_sent_first(client, chief):
    dossier = firm.owned(chief, firm.a_sent_request)
    firm.added(dossier, "spouse")
    page = shown(client, dossier, "withdraw")
    assert "Somebody who is being added is not sent yet" in page and "Withdraw the request" not in page
    assert withdraw(client, dossier).status_code == 409
    assert states(dossier) == ["under_examination", "draft"]


def test_a_page_that_a_colleague_overtook_withdraws_nothing(client, family):
    stale = str(caisse.version_of(family) - 1)
    assert withdraw(client, family, version=stale).status_code == 409
    assert withdraw(client, family, version="").status_code == 409
    with pytest.raises(Conflict):
        ending.withdraw(firm.actor_of(family), family.pk, expects=0)
    assert set(states(family)) == {"under_examination"}


def test_nobody_else_withdraws_it_and_a_draft_is_deleted_instead(client, chief, family):
    for stranger in (company.browser(company.a_company().user_id), client):
        dossier = family if stranger is not client else firm.owned(chief)
        assert stranger.get(at("withdraw", dossier)).status_code == 404
        assert withdraw(stranger, dossier).status_code == 404
    for actor in (caisse.a_caseworker(), access.person(family.owner_id)):
        with pytest.raises(access.NotFound):
            ending.withdraw(actor, family.pk, expects=caisse.version_of(family))
    assert client.post(at("withdraw", family), {"version": "1", "person": "nobody"}).status_code == 404
    other = firm.owned(chief, firm.a_sent_request).registrants.get()
    assert withdraw(client, family, other).status_code == 404
    assert set(states(family)) == {"under_examination"}


def test_another_request_can_be_begun_for_the_same_person(client, chief, family):
    withdraw(client, family)
    again = firm.owned(chief, firm.a_sent_request)
    assert label(again) == "in_progress"


def test_the_page_is_in_french_too(client, family):
    page = shown(client, family, "withdraw", "fr")
    for said in (
        "Retirer cette demande",
        "Une demande retirée ne se rouvre pas",
        "Les demandes des autres continuent.",
    ):
        assert said in page, said
