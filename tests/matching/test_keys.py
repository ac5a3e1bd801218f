"""The exact comparison: names, birth date with what is unknown in it, country; or the passport."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.matching import dates_agree, exact_key, passport_key, search_keys
from tests.matching.people import Someone

YASSINE = Someone()
DATES = st.one_of(
    st.dates().map(lambda day: f"{day.year:04d}-{day.month:02d}-{day.day:02d}"),
    st.dates().map(lambda day: f"{day.year:04d}-{day.month:02d}-00"),
    st.dates().map(lambda day: f"{day.year:04d}-00-00"),
)


def test_the_same_person_in_another_spelling_has_the_same_key():
    other = Someone("EL-AMRANI", "YASSINE", "", "2004-01-05", "ma", "", "")
    assert exact_key(other) == exact_key(YASSINE)


@pytest.mark.parametrize(
    "changed",
    [
        {"birth_name": "El Amrani Bennis"},
        {"given_names": "Yassine Driss"},
        {"birth_date": "2004-05-01"},
        {"birth_date": "2004-01-06"},
        {"birth_country": "DZ"},
    ],
)
def test_each_of_the_four_parts_tells_people_apart(changed):
    assert exact_key(replace(YASSINE, **changed)) != exact_key(YASSINE)


@pytest.mark.parametrize("changed", [{"birth_name": "-"}, {"birth_date": ""}, {"birth_country": ""}])
def test_who_lacks_a_part_is_nobody_s_double(changed):
    assert exact_key(replace(YASSINE, **changed)) == ""
    assert search_keys(replace(YASSINE, **changed)) == ()


def test_a_person_with_one_name_has_a_key():
    assert exact_key(Someone("Kavitha", "", "F", "2002-12-19", "IN")) == "KAVITHA||2002-12-19|IN"


@pytest.mark.parametrize("text", ["2004", "2004-1-5", "05/01/2004", "2004-01-05 ", "²004-01-05"])
def test_a_date_of_another_shape_is_a_fault_of_the_caller(text):
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        exact_key(replace(YASSINE, birth_date=text))


def test_a_whole_date_is_looked_for_without_its_day_and_without_its_month():
    dates = [key.split("|")[2] for key in search_keys(YASSINE)]
    assert dates == ["2004-01-05", "2004-00-00", "2004-01-00"]


def test_a_date_without_a_day_is_looked_for_under_each_day_of_its_month():
    dates = [key.split("|")[2] for key in search_keys(replace(YASSINE, birth_date="2004-02-00"))]
    assert dates[0] == "2004-02-00"
    assert len(dates) == len(set(dates)) == 2 + 29
    assert "2004-02-29" in dates and "2004-00-00" in dates


def test_a_year_alone_is_looked_for_under_each_day_of_it():
    keys = search_keys(replace(YASSINE, birth_date="2003-00-00"))
    assert len(keys) == len(set(keys)) == 1 + 12 + 365


@given(DATES, DATES)
def test_a_search_finds_exactly_the_dates_that_can_be_the_same(one, other):
    a, b = replace(YASSINE, birth_date=one), replace(YASSINE, birth_date=other)
    assert (exact_key(b) in search_keys(a)) == (dates_agree(one, other) is not False)
    assert (exact_key(b) in search_keys(a)) == (exact_key(a) in search_keys(b))


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("2004-01-05", "2004-01-05", True),
        ("2004-01-05", "2004-01-06", False),
        ("2004-01-05", "2004-01-00", None),
        ("2004-01-05", "2004-00-00", None),
        ("2004-01-00", "2004-01-00", None),
        ("2004-02-00", "2004-01-05", False),
        ("2004-00-00", "2003-00-00", False),
    ],
)
def test_an_unknown_day_neither_agrees_nor_differs(one, other, agree):
    assert dates_agree(one, other) is agree


@pytest.mark.parametrize("text", ["QX2947105", "qx 294 7105", "QX-2947105", "ＱＸ2947105"])
def test_a_passport_number_is_compared_without_its_spaces(text):
    assert passport_key(text) == "QX2947105"


@pytest.mark.parametrize("text", ["", "-", "1234", "AB 12"])
def test_a_passport_number_of_fewer_than_five_signs_is_none(text):
    assert passport_key(text) == ""
