"""Side by side: what agrees, what differs, what is not said."""

from dataclasses import replace

import pytest

from matricule.matching import compare
from tests.matching.people import Someone

YASSINE = Someone()


def test_a_person_agrees_with_themselves_in_every_field():
    found = compare(YASSINE, YASSINE)
    assert found.agreed == (
        *("birth_name", "given_names", "sex", "birth_date", "birth_country", "birth_place", "passport"),
    )
    assert (found.different, found.unknown) == ((), ())
    assert found.by == ("names_date_country", "passport")


def test_another_spelling_agrees():
    other = Someone("EL-AMRANI", "YASSINE", "M", "2004-01-05", "MA", "MEKNES", "qx 2947105")
    assert compare(YASSINE, other).different == ()


def test_what_one_of_the_two_does_not_say_is_unknown():
    found = compare(YASSINE, replace(YASSINE, passport="", birth_place="", sex=""))
    assert found.unknown == ("sex", "birth_place", "passport")
    assert found.by == ("names_date_country",)


def test_a_renewed_passport_differs_and_the_person_is_the_same():
    found = compare(YASSINE, replace(YASSINE, passport="RT0000001"))
    assert (found.different, found.by) == (("passport",), ("names_date_country",))


def test_a_passport_alone_makes_two_people_one():
    found = compare(YASSINE, replace(YASSINE, birth_name="Elamrani Bennis", birth_date="2004-05-01"))
    assert (found.different, found.by) == (("birth_name", "birth_date"), ("passport",))


@pytest.mark.parametrize(("date", "by"), [("2004-01-00", True), ("2004-00-00", True), ("2004-02-00", False)])
def test_an_unknown_day_is_shown_as_unknown_and_still_stops(date, by):
    found = compare(replace(YASSINE, passport=""), replace(YASSINE, birth_date=date))
    assert ("birth_date" in found.unknown) == by
    assert ("birth_date" in found.different) == (not by)
    assert bool(found.by) == by


def test_two_people_with_one_name_each_agree_on_having_no_given_name():
    kavitha = Someone("Kavitha", "", "F", "2002-12-19", "IN", "Madurai", "")
    assert "given_names" in compare(kavitha, kavitha).agreed
    assert "given_names" in compare(kavitha, replace(kavitha, given_names="Devi")).different


def test_two_people_without_birth_date_are_not_the_same_person():
    nobody = replace(YASSINE, birth_date="", passport="")
    found = compare(nobody, nobody)
    assert "birth_date" in found.unknown
    assert found.by == ()


def test_the_order_of_the_two_does_not_matter():
    other = replace(YASSINE, birth_date="2004-01-00", passport="RT0000001", birth_place="")
    assert compare(YASSINE, other) == compare(other, YASSINE)
