"""What a company reads about who did what on its request, and what the caisse reads about the company."""

from datetime import timedelta
from itertools import pairwise

import pytest
from lxml import html

from matricule.accounts import members
from matricule.accounts.models import User
from matricule.accounts.organisations import Organisation
from matricule.core import clock, i18n, journal
from matricule.core.journal import entries_about
from matricule.dossiers import deadlines, requests, states
from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import ending, requesting, talking
from tests.support import caisse, cast, company
from tests.support import companies as firm
from tests.support.later import later  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


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
    assert "Request turned down (Bello, Tunde) · The caisse" in told
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


def test_in_a_family_each_line_names_whom_it_is_about_and_none_is_left_out(chief, dossier):
    worker, everybody = caisse.a_caseworker(), list(dossier.registrants.order_by("position"))
    for person in everybody:
        for _time in range(6):  # more lines than a screen holds
            numbered = entries_about(("dossier", dossier.pk))
            journal.record(
                actor=str(worker), action="document.accepted" if len(numbered) % 2 else "document.refused",
                subject=("dossier", dossier.pk), detail={"person": str(person.pk)},
            )  # fmt: skip
    told = lines(chief, dossier)
    assert len(told) > 30 and "Request opened" in told[-1], told
    for person in everybody:
        name = f"({person.birth_name}, {person.given_names})"
        for act in ("A page of information saved", "File sent", "Document accepted"):
            assert any(act in line and name in line for line in told), (act, name, told)
    assert not any("(" in line for line in told if "Request sent" in line or "Request opened" in line)


def test_a_request_for_one_person_names_nobody_in_its_lines(chief):
    alone = firm.owned(chief, firm.a_sent_request)
    caisse.give_provisional(caisse.a_caseworker(), alone)
    assert not any("(" in line for line in lines(chief, alone))


def test_each_person_of_a_family_reads_what_their_own_status_means(chief, dossier):
    worker, spouse = caisse.a_caseworker(), dossier.registrants.get(role="spouse")
    caisse.give_provisional(worker, dossier)
    ending.reject(worker, dossier.pk, spouse.pk, expects=caisse.version_of(dossier), reason="already_registered")
    page = html.fromstring(company.browser(chief.user_id).get(f"/en/employer/requests/{dossier.pk}/").content)
    employee, other, *children = (" ".join(card.text_content().split()) for card in page.xpath("//main//article"))
    assert "Enter this number in payroll." in employee and "this number is a NIA" in employee
    assert "Turned down for this person" in other and "Read the reason" not in other
    assert "Where a number is written" in other
    assert all("The caisse is examining the request. Nothing to do." in child for child in children)
    Registrant.objects.filter(dossier=dossier, position=1).update(state="at_register")
    page = html.fromstring(company.browser(chief.user_id).get(f"/en/employer/requests/{dossier.pk}/").content)
    assert "Provisional number issued" in page.xpath("//main//article")[0].text_content()


def test_a_number_of_the_family_is_not_said_to_go_into_payroll(chief, dossier):
    for state, theirs in (("registered", "Give it to the family."), ("provisional_number", "Give this number to")):
        Registrant.objects.filter(dossier=dossier).update(state=state)
        label = states.LABEL_OF[states.State(state)]
        Dossier.objects.filter(pk=dossier.pk).update(label=label)
        page = html.fromstring(company.browser(chief.user_id).get(f"/en/employer/requests/{dossier.pk}/").content)
        first, *family = (" ".join(card.text_content().split()) for card in page.xpath("//main//article"))
        assert "payroll" not in first, "it stands above, for the request"
        assert len(family) == 3 and all(theirs in card and "does not go into your payroll" in card for card in family)


def test_a_family_member_who_is_filed_alone_has_no_payroll_number_either(chief):
    alone = firm.owned(chief, firm.a_sent_request)
    Dossier.objects.filter(pk=alone.pk).update(category="membre_majeur_famille", label="registered")
    Registrant.objects.filter(dossier=alone).update(state="registered")
    for path in (f"/en/employer/requests/{alone.pk}/", "/en/employer/requests/"):
        page = company.browser(chief.user_id).get(path).content.decode()
        assert page.count("It does not go into your payroll") == 1 and "this month’s payroll" not in page, path


def test_by_when_the_caisse_aims_to_answer_is_said_while_it_is_its_turn(chief, later):  # noqa: F811
    sent = firm.owned(chief, firm.a_sent_request)
    said = "The caisse aims to give a first answer by"
    page, listed = f"/en/employer/requests/{sent.pk}/", "/en/employer/requests/"
    day = deadlines.first_decision_target(sent)
    with i18n.in_language("en"):
        short = i18n.format_short_date(day)
    assert said in company.browser(chief.user_id).get(page).content.decode()
    assert f"aim: {short}" in company.browser(chief.user_id).get(listed).content.decode()
    later(40)
    assert said not in company.browser(chief.user_id).get(page).content.decode()
    assert "aim:" not in company.browser(chief.user_id).get(listed).content.decode()


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
    with i18n.in_language("en"):
        day_said = f"from {i18n.format_short_date(day)} on"
    assert day_said in company.browser(chief.user_id).get("/en/employer/requests/").content.decode()
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
