"""A number and the person who gives it."""

import pytest
from hypothesis import given

from matricule.rules.dates import PartialDate
from matricule.rules.numbers import Nir
from matricule.rules.numbers.coherence import warnings
from matricule.rules.numbers.nir import key_of
from tests.rules.numbers.strategies import nirs


def nir(body):
    return Nir.parse(body + key_of(body))


def codes(body, **told):
    return [reason.code for reason in warnings(nir(body), **told)]


ALGIERS = "1980799352017"


def test_a_number_that_goes_with_the_person_says_nothing():
    assert codes(ALGIERS, sex="M", birth_date=PartialDate(1998, 7, 14), birth_country="DZ") == []


def test_what_is_not_told_is_not_compared():
    assert codes(ALGIERS) == []


@pytest.mark.parametrize(
    ("sex", "expected"), [("M", []), ("1", []), ("m", []), ("F", ["sex_differs"]), ("2", ["sex_differs"])]
)
def test_sex(sex, expected):
    assert codes(ALGIERS, sex=sex) == expected


def test_a_sex_that_is_not_of_the_civil_status_is_not_compared():
    assert codes(ALGIERS, sex="X") == []


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (PartialDate(1998, 7, 1), []),
        (PartialDate(1998, 8, 1), ["month_differs"]),
        (PartialDate(1999, 7, 1), ["year_differs"]),
        (PartialDate(1999, 8, 1), ["year_differs"]),
        (PartialDate(1998), []),
        (PartialDate(1898, 7, 1), []),
    ],
)
def test_birth_date(birth, expected):
    assert codes(ALGIERS, birth_date=birth) == expected


def test_a_month_that_the_number_does_not_say_is_not_compared():
    assert codes("1982099352017", birth_date=PartialDate(1998, 7, 1)) == []


@pytest.mark.parametrize(
    ("body", "country", "expected"),
    [
        (ALGIERS, "DZ", True),
        (ALGIERS, "MA", False),
        (ALGIERS, "FR", False),
        (ALGIERS, "RE", False),
        ("1980775116017", "FR", True),
        ("1980775116017", "DZ", False),
        ("1980797411017", "RE", True),
        ("1980797411017", "MQ", False),
        ("1980797411017", "FR", True),
        ("1880299425001", "BM", True),
        ("1880299425001", "KY", True),
        ("1880299115001", "99115", True),
        ("1880299115001", "CZ", False),
        ("1880299143001", "CY", True),
    ],
)
def test_country_of_birth(body, country, expected):
    assert ("country_differs" not in codes(body, birth_country=country)) is expected


def test_a_country_that_does_not_exist_is_not_compared():
    assert codes(ALGIERS, birth_country="XX") == []


@pytest.mark.parametrize(
    ("body", "country", "birth", "goes"),
    [
        ("1450794100020", "DZ", PartialDate(1945, 7, 1), True),
        ("1450794100020", "DZ", None, True),
        ("1620794100020", "DZ", PartialDate(1962, 7, 2), True),
        ("1620794100020", "DZ", PartialDate(1962, 7, 3), False),
        ("1450794100020", "MA", PartialDate(1945, 7, 1), False),
        ("2500195050012", "MA", PartialDate(1950, 1, 1), True),
        ("1490696030005", "TN", PartialDate(1949, 6, 1), True),
    ],
)
def test_before_independence_a_department_stood_for_the_country(body, country, birth, goes):
    assert ("country_differs" not in codes(body, birth_date=birth, birth_country=country)) is goes


def test_the_warning_names_the_place_that_the_number_says():
    (warning,) = warnings(nir(ALGIERS), birth_country="MA")
    assert "Algérie" in warning.fr and "Algeria" in warning.en
    (warning,) = warnings(nir("1980775116017"), birth_country="MA")
    assert "Paris" in warning.fr


@given(nirs())
def test_nothing_is_ever_more_than_a_warning(number):
    found = warnings(Nir.parse(number), sex="F", birth_date=PartialDate(1950, 1, 1), birth_country="JP")
    assert {reason.severity for reason in found} == {"warning"}
