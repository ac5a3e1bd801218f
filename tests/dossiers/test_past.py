"""The past in France of each person of a request: kept without a number, looked at again before sending (issue 5)."""

import pytest

from matricule.dossiers import past, people
from matricule.dossiers.models import Dossier, Registrant
from matricule.rules.employer import eligibility
from matricule.rules.employer.eligibility import Situation
from tests.support import companies as firm

NIR = "1 98 07 99 352 017 52"


def a_person(said: dict, role: str = "principal", **columns) -> Registrant:
    return Registrant(dossier=Dossier(), role=role, past=said, **columns)


def said(**more) -> dict:
    situation = Situation(birth_country="BR", nationality="BR", **more)
    return past.told(situation, eligibility.decide(situation))


def test_no_number_is_kept_only_what_it_led_to():
    kept = said(has_number="yes", number=NIR, number_kind="definitive")
    assert kept == {"has_number": "yes", "answer": "has_number", "notes": []}
    assert said(number="1912345675A12", number_kind="payroll")["notes"] == ["ntt"]


@pytest.mark.parametrize("role", ["principal", "child"])
def test_a_number_stops_until_another_answer_is_given(role):
    person = a_person(said(has_number="yes", number=NIR, number_kind="definitive"), role)
    found = past.decision(person)
    assert found is not None and found.stops and found.code == "has_number"
    steps = " ".join(step.text["en"] for step in found.steps)
    assert ("DPAE" in steps) == (role == "principal") and ("S3705" in steps) == (role == "child")
    person.past = said(has_number="no")
    assert past.decision(person).goes_on


def test_who_was_never_asked_of_stands_nowhere_and_an_employee_of_before_stands_in_the_request():
    assert past.decision(a_person({})) is None and past.before(a_person({})) == ""
    before = Dossier(answers={"who": {"ever_in_france": "yes", "where": "Lyon", "when": "2019"}})
    assert past.before(Registrant(dossier=before)) == "Lyon, 2019"
    assert past.decision(Registrant(dossier=before)).goes_on
    assert past.of(Registrant(dossier=before, role="spouse")) == {}


def test_a_nationality_written_later_asks_what_nobody_had_to_say_before():
    known = said(ever_in_france="yes", where="Lyon", when="2019")
    brazilian = a_person(known, birth_country="BR", nationality="BR")
    french_too = a_person(known, birth_country="BR", nationality="BR", nationality_2="FR")
    assert past.decision(brazilian).goes_on and past.decision(french_too).asks == "returning"


@pytest.mark.django_db
def test_nobody_is_sent_of_whom_it_was_not_asked_or_whom_a_number_stops():
    dossier = firm.a_ready_request(family=True)
    spouse, child = dossier.registrants.get(role="spouse"), dossier.registrants.filter(role="child").first()
    Registrant.objects.filter(pk=spouse.pk).update(past={})
    stopped = said(has_number="yes", number=NIR, number_kind="waiting")
    Registrant.objects.filter(pk=child.pk).update(past=stopped)
    found = {(one.person_id, one.code) for one in people.obstacles(dossier, dossier.registrants.all())}
    assert found == {(spouse.pk, "before"), (child.pk, "before:has_waiting_number")}


@pytest.mark.django_db
def test_a_second_nationality_of_the_union_owes_no_permit():
    dossier = firm.a_request()
    firm.fill(dossier, dossier.registrants.get(), {**firm.EMPLOYEE["civil_status"], "nationality": "BR"})
    person = dossier.registrants.get()
    asked = set(person.requirements.filter(dropped_at=None).values_list("code", flat=True))
    assert people.owes_title(person) is True and "residence_permit" in asked
    both = {**firm.EMPLOYEE["civil_status"], "nationality": "BR", "nationality_2": "PT"}
    firm.fill(dossier, person, both)
    person = dossier.registrants.get()
    asked = set(person.requirements.filter(dropped_at=None).values_list("code", flat=True))
    assert people.owes_title(person) is False and "residence_permit" not in asked
