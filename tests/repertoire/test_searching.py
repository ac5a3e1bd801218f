"""Who is already known, exactly; who holds a number."""

from uuid import uuid4

import pytest
from django.db import transaction

from matricule import repertoire
from tests.repertoire.people import ACTOR, THIAGO, an_identity, answer, attribute, submit

pytestmark = pytest.mark.django_db


def known(identity=None, **named):
    return [(one.subject_id, one.by) for one in repertoire.known(identity or an_identity(), **named)]


def test_nobody_is_known_to_an_empty_repertoire():
    assert known() == []


def test_the_same_person_in_another_spelling_is_known_by_both_ways():
    subject, issued = attribute()
    other = an_identity(birth_name="NGUYEN", given_names="THI MINH-ANH", passport="k 1234567", birth_place="Hanoi")
    assert known(other) == [(subject, ("names_date_country", "passport"))]
    (found,) = repertoire.known(other)
    assert (found.number, found.active, found.identity.birth_place) == (issued, True, "Hà Nội")
    assert found.comparison.different == ()


def test_by_names_alone_and_by_passport_alone():
    subject, _ = attribute()
    assert known(an_identity(passport="RT0000001")) == [(subject, ("names_date_country",))]
    assert known(an_identity(birth_name="Trần", birth_date="1999-01-01")) == [(subject, ("passport",))]


@pytest.mark.parametrize(
    "changed",
    [{"birth_name": "Nguyen Thi"}, {"given_names": "Minh Anh"}, {"birth_date": "2004-03-15"}, {"birth_country": "TH"}],
)
def test_somebody_near_is_not_exactly_the_same(changed):
    attribute()
    assert known(an_identity(passport="", **changed)) == []


@pytest.mark.parametrize("date", ["2004-03-00", "2004-00-00"])
def test_an_unknown_day_stops_the_act_both_ways(date):
    subject, _ = attribute(identity=an_identity(birth_date=date, passport=""))
    assert known() == [(subject, ("names_date_country",))]
    other, _ = attribute(identity=an_identity(birth_date="2004-03-20", passport=""))
    assert {who for who, _ in known(an_identity(birth_date=date, passport=""))} == {subject, other}


def test_the_one_who_asks_is_left_out():
    subject, _ = attribute()
    assert known(besides=subject) == []
    assert known(besides=uuid4()) != []


def test_a_deactivated_number_is_still_somebody_known():
    subject, _ = attribute()
    with transaction.atomic():
        repertoire.deactivate(subject, "fraud", actor=ACTOR)
    (found,) = repertoire.known(an_identity())
    assert (found.subject_id, found.active) == (subject, False)


def test_who_gave_way_to_another_number_is_shown_once_with_that_one(time):
    subject, nia = attribute(identity=THIAGO)
    submit(subject)
    time.pass_(days=10)
    answer(subject)
    (found,) = repertoire.known(THIAGO)
    assert found.number.kind == "nir" and found.number.number != nia.number
    assert repertoire.known(THIAGO, besides=subject) == []


def test_a_person_with_one_name_is_found():
    kavitha = an_identity(birth_name="Kavitha", given_names="", birth_country="IN", passport="")
    subject, _ = attribute(identity=kavitha)
    assert known(kavitha) == [(subject, ("names_date_country",))]


def test_two_people_whose_names_hold_no_letter_are_not_the_same():
    attribute(identity=an_identity(birth_name="-", passport=""))
    assert known(an_identity(birth_name="·", passport="")) == []


def test_a_holder_is_found_by_the_number_as_people_write_it():
    subject, issued = attribute()
    assert repertoire.holder(issued.formatted) == repertoire.holder(issued.number) == subject
    assert repertoire.subjects_of(issued.formatted) == (subject,)


@pytest.mark.parametrize("number", ["", "2040399243", "204039924300199", "nobody"])
def test_a_number_that_nobody_holds_leads_to_nobody(number):
    attribute()
    assert repertoire.holder(number) is None
    assert repertoire.subjects_of(number) == ()


def test_a_stranger_has_no_number():
    assert repertoire.number_of(uuid4()) is None
