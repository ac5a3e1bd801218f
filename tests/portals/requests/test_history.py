"""What a company reads about who did what on its request, and what the caisse reads about the company."""

from datetime import timedelta
from itertools import pairwise

import pytest
from lxml import html

from matricule.accounts import members
from matricule.accounts.models import User
from matricule.accounts.organisations import Organisation
from matricule.core import clock
from matricule.dossiers import requests
from matricule.dossiers.operations import ending, requesting, talking
from tests.support import caisse, cast, company
from tests.support import companies as firm
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return company.a_company()


@pytest.fixture
def dossier(chief):
    """Give a request that a colleague, who left since, filed."""
    left = company.a_colleague(chief)
    found = firm.a_sent_request(
        Organisation.objects.get(pk=chief.company.id), User.objects.get(pk=left.user_id), family=True
    )
    members.remove(chief.user_id, chief.company.id, left.user_id)
    return found


def lines(chief, dossier) -> list[str]:
    page = html.fromstring(company.browser(chief.user_id).get(f"/en/employer/requests/{dossier.pk}/").content)
    return [" ".join(line.text_content().split()) for line in page.xpath("//section[@aria-labelledby='hist']//li")]


def test_what_the_caisse_did_is_said_to_be_the_caisses_and_colleagues_are_named(chief, dossier):
    worker, spouse = caisse.a_caseworker(), dossier.registrants.get(role="spouse")
    ending.reject(worker, dossier.pk, spouse.pk, expects=caisse.version_of(dossier), reason="already_registered")
    told = " | ".join(lines(chief, dossier))
    assert "Request turned down · The caisse" in told
    assert "Bruno Petit" in told and "The person" not in told and "Camille Roy" not in told


def test_no_company_reads_the_caisses_notes_or_that_somebody_is_known_here(chief, dossier):
    worker = caisse.a_caseworker()
    caisse.give_provisional(worker, dossier)
    twin = firm.a_sent_request(dossier.organisation, User.objects.get(pk=chief.user_id))
    caisse.give_provisional(worker, twin)
    talking.note(worker, twin.pk, "to watch")
    assert twin.registrants.get().likenesses.count() == 1
    told = " | ".join(lines(chief, twin))
    assert "known" not in told and "note" not in told.lower(), told


def test_the_desk_names_the_people_of_the_company(dossier):
    page = caisse.desk(caisse.a_caseworker()).get(f"/en/desk/dossier/{dossier.pk}/history/").content.decode()
    assert "Bruno Petit" in page and "The person" not in page


def test_the_same_act_several_times_in_a_row_is_one_line_that_counts(chief, dossier):
    told = lines(chief, dossier)
    sent = [line for line in told if "File sent" in line]
    assert any("×" in line for line in sent), told
    assert not any(one.split("· ", 1)[1] == other.split("· ", 1)[1] for one, other in pairwise(told))


def test_the_name_of_the_caisse_stands_once_above_its_address(chief, dossier):
    page = html.fromstring(company.browser(chief.user_id).get(f"/en/employer/requests/{dossier.pk}/").content)
    said = [line.text_content() for line in page.xpath("//aside//p")]
    assert said.count("CPAM du Doubs") == 1


def test_a_draft_whose_work_has_begun_says_that_it_can_be_sent(chief, later):  # noqa: F811
    draft = firm.owned(chief)
    day = clock.today() + timedelta(days=3)
    work = {"contract_start": day}
    requesting.save_section(firm.actor_of(draft), draft.pk, draft.registrants.get().pk, "work", {}, work)
    page = f"/en/employer/requests/{draft.pk}/"
    assert b"Kept as a draft" in company.browser(chief.user_id).get(page).content
    later(3)
    told = company.browser(chief.user_id).get(page).content
    assert b"The work has begun" in told and b"Kept as a draft" not in told


def test_a_notification_about_a_request_leads_to_it(chief):
    dossier = firm.owned(chief, firm.a_sent_request)
    mark = cast.last_entry()
    page = html.fromstring(company.browser(chief.user_id).get("/en/employer/notifications/").content)
    (link,) = page.xpath(f"//main//li//a[@href='/en/employer/requests/{dossier.pk}/']")
    (name,) = link.xpath("span[@translate='no']")
    person = dossier.registrants.get(position=1)
    assert name.text_content() == f"{person.birth_name}, {person.given_names}"
    assert dossier.reference in page.xpath("string(//main)")
    assert ("read.notifications", "done") in cast.entries_since(mark)


def test_the_notifications_name_nobody_to_another_company(chief):
    dossier = firm.owned(chief, firm.a_sent_request)
    other = company.a_company(siret=company.OTHER_SIRET)
    assert requests.named(other.company.id, {dossier.pk}) == {}
    assert list(requests.named(chief.company.id, {dossier.pk})) == [dossier.pk]


def test_what_the_employee_sends_by_post_is_not_counted_among_what_the_company_sent(chief):
    dossier = firm.owned(chief, firm.a_sent_request)
    caisse.accept_phase(caisse.a_caseworker(), dossier, 1)
    page = company.browser(chief.user_id).get(f"/en/employer/requests/{dossier.pk}/").content.decode()
    asked = [row.code for row in dossier.registrants.get().requirements.all()]
    assert "rib" in asked and f"of {len(asked) - 1} documents accepted" in page
