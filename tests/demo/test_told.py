"""The demo's first page: everybody by portal, what there is to see with each, and tours that name who exists."""

import re
from typing import get_args

import pytest
from django.utils import translation

from matricule.accounts.models import User
from matricule.accounts.organisations import Organisation
from matricule.demo import company, staff, told
from matricule.demo.employees import load_requests
from matricule.demo.people import State, load_people
from matricule.dossiers.labels import FILTERS
from matricule.dossiers.models import Dossier
from matricule.portals.components.templatetags.matricule import tag_state
from tests.support import companies

PEOPLE = load_people()


def test_there_is_something_to_see_with_everybody():
    assert set(told.SEEN) == set(get_args(State))
    assert {member.role for member in company.TEAM} == set(told.AT_COMPANY)
    assert {member.role for member in staff.STAFF} == set(told.AT_DESK)


def test_students_come_in_the_order_of_a_file_s_way():
    rows = told.students(list(PEOPLE), {"giulia.bianchi@example.org": "registered"})
    states = [next(person.state for person in PEOPLE if person.key == row["key"]) for row in rows]
    assert states == sorted(states, key=list(told.SEEN).index) and len(rows) == len(PEOPLE)
    assert rows[-1]["key"] == "giulia" and rows[-1]["state"] == "registered"


def test_only_who_is_loaded_is_shown_each_with_their_own_office():
    assert told.team(set()) == told.desk(set()) == []
    rows = told.desk({"samia.benali@example.org", "nadia.haddad@example.org"})
    assert [(row["key"], row["office"]) for row in rows] == [("nadia", "CPAM du Doubs"), ("samia", "CPAM de Paris")]


def test_each_label_of_the_list_names_somebody():
    rows = {
        row["state"]: row["names"] for row in told.filed({one.own_reference: one.state for one in load_requests()})
    }
    assert all(rows.values()) and "Arjun Menon (+3)" in rows["in_progress"]
    assert sum(map(len, rows.values())) == len(load_requests()) and list(rows) == ["draft", *FILTERS]


def test_a_request_is_named_under_what_it_is_now_and_not_at_all_where_it_is_not_there():
    one, two = load_requests()[:2]
    assert told.filed({}) == []
    rows = told.filed({one.own_reference: "withdrawn", two.own_reference: "registered", "LUM-0000": "draft"})
    assert [row["state"] for row in rows] == ["registered", "closed"]
    assert rows[1]["names"] == [told._name(one)]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_tours_name_people_of_the_demo(language):
    known = {person.given_names.split()[0] for person in PEOPLE if person.given_names}
    known |= {filed.people[0].given_names.split()[0] for filed in load_requests()}
    known |= {member.name.split()[0] for member in (*company.TEAM, *staff.STAFF)}
    with translation.override(language):
        for tour in told.TOURS:
            text = " ".join(str(step) for step in tour.steps)
            named = set(re.findall(r"(?:as|comme) ([A-ZÉ]\w+)|([A-ZÉ]\w+)’s |(?:de |d’|, )([A-Z]\w+) :", text))
            named = {name for found in named for name in found if name}
            assert named and named <= known, (tour.title, named - known)
            assert 4 <= len(tour.steps) <= 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "en",
            ("Three tours", "What the company has filed", "Caseworker, CPAM du Doubs", "Supervisor, CPAM de Paris"),
        ),
        (
            "fr",
            ("Trois visites", "Ce que l’entreprise a déposé", "Agent, CPAM du Doubs", "Responsable, CPAM de Paris"),
        ),
    ],
)
def test_the_page_groups_people_by_portal(client, language, texts):
    staff.load()
    company.load()
    for person in PEOPLE:
        User.objects.for_address(person.email, person.language)
    lumen = Organisation.objects.get(siret=company.SIRET)
    theirs = companies.a_request(lumen, User.objects.get(email=company.TEAM[0].email))
    others = companies.a_request()
    label = {"own_reference": load_requests()[0].own_reference, "label": "registered"}
    Dossier.objects.filter(pk__in=[theirs.pk, others.pk]).update(**label)
    Dossier.objects.filter(pk=others.pk).update(label="closed")
    page = client.get(f"/{language}/demo/").content.decode()
    assert all(text in page for text in texts)
    card = page[page.index(texts[1]) : page.index('id="staff"')]
    with translation.override(language):
        assert f"{tag_state('registered')}<span" in card and tag_state("closed") not in card
    assert card.count("</li>") == 1 and told._name(load_requests()[0]) in card
    assert page.index('id="students"') < page.index('id="team"') < page.index('id="staff"')
    assert page.count("/be/") == len(PEOPLE) + len(company.TEAM) + len(staff.STAFF)
