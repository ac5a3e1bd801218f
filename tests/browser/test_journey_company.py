"""A company, its people and the caisse at their browsers, from nothing to the number (issue 5, section 5).

Every label of the follow-up is reached by what people do here, never set.
"""

import pytest

from tests.browser import firm, steps


@pytest.fixture(scope="module")
def office(service):
    """Name a caseworker of the demo's office once."""
    steps.appoint(service, "camille.roy@example.org", name="Camille Roy", role="caseworker")


@pytest.fixture
def desk(visit, office):
    """Give a caseworker; afterwards business time is real again."""
    who = visit("fr")
    yield who
    steps.pass_time(who, "now")


def test_a_company_files_for_a_family_of_four_and_each_gets_a_number(visit, desk):
    hr = visit("fr")
    firm.open_account(hr)
    assert "Commencez par une personne" in hr.text()
    name = firm.begin_fast(hr, family=("child", "child"))
    firm.add_by_pages(hr, "spouse", steps.a_name())
    firm.send(hr)
    hr.look("company, receipt")
    assert "CPAM du Doubs" in hr.text()
    firm.stands(hr, name, "in_progress")
    everybody = firm.people(hr)
    assert len(everybody) == 4

    firm.prove(hr, desk)
    spouse = everybody[-1]
    assert firm.accept_person(desk, hr.dossier, spouse) >= 3
    firm.open_person(desk, hr.dossier, spouse)
    desk.look("desk, one person of a family")
    steps.number_act(desk, "provisional")
    for person in everybody[:-1]:
        firm.accept_all_fast(desk, hr.dossier, person)
        firm.number_fast(desk, hr.dossier, person, "provisional")
    firm.stands(hr, name, "provisional")
    for person in everybody:
        firm.number_fast(desk, hr.dossier, person, "register")
    steps.pass_time(desk, "week", "day", "day", "day")
    firm.stands(hr, name, "registered")
    assert hr.text().count("Numéro de sécurité sociale (NIR)") == 4
    hr.press(hr.page.locator("form[action*='/number/'] button").nth(3))
    assert len("".join(hr.text(".digits").split())) == 15
    hr.look("company, number")
