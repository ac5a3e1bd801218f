"""New numbers have the published structure and the right key, and say the birth that they were made of."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import countries, data
from matricule.rules.dates import PartialDate
from matricule.rules.errors import InputError, RulesError
from matricule.rules.numbers import Nia, building, check, coherence

ABROAD = sorted(country.code for country in countries.table().values() if country.code != "FR")
DATES = st.one_of(
    st.dates(date(1910, 1, 1), date(2026, 11, 26)).map(lambda day: PartialDate(day.year, day.month, day.day)),
    st.builds(PartialDate, st.integers(1910, 2026), st.integers(0, 12)),
)


@given(st.sampled_from("MF"), DATES, st.sampled_from(ABROAD), st.integers(1, 999))
def test_every_number_that_is_made_is_right_and_says_its_birth(sex, born, country, order):
    made = building.number(building.prefix(sex, born, country), order)
    found = check(made)
    assert (found.kind, found.verdict in {"valid", "warning"}, found.value) == ("NIR", True, made), found
    assert not [item.code for item in found.reasons if item.severity == "error"]
    number = Nia.parse(made)
    assert (number.sex, number.year, number.month) == (sex, born.year % 100, born.month or None)
    assert int(number.body[10:]) == order
    assert coherence.warnings(number, sex=sex, birth_date=born, birth_country=country) == []


@given(st.sampled_from("MF"), DATES, st.sampled_from(ABROAD))
def test_the_order_changes_three_digits_and_the_key_only(sex, born, country):
    first = building.prefix(sex, born, country)
    made = {building.number(first, order) for order in range(1, building.HIGHEST_ORDER + 1)}
    assert len(made) == 999
    assert {number[:10] for number in made} == {first}


@pytest.mark.parametrize(
    ("sex", "born", "country", "commune", "expected"),
    [
        ("M", "2004-01-05", "MA", "", "1040199350"),
        ("F", "2005-03-14", "VN", "", "2050399243"),
        ("F", "2005-03-00", "VN", "", "2050399243"),
        ("F", "2005-00-00", "VN", "", "2052099243"),
        ("M", "1980-06-01", "99115", "", "1800699115"),
        ("M", "2004-01-05", "UK", "", "1040199132"),
        ("M", "1961-05-01", "DZ", "", "1610591352"),
        ("M", "1962-07-02", "DZ", "", "1620791352"),
        ("M", "1962-07-03", "DZ", "", "1620799352"),
        ("M", "1962-00-00", "DZ", "", "1622091352"),
        ("F", "1963-12-31", "MA", "", "2631295350"),
        ("F", "1963-12-31", "TN", "", "2631296351"),
        ("F", "1964-01-01", "TN", "", "2640199351"),
        ("M", "1998-02-11", "RE", "97411", "1980297411"),
        ("M", "1998-02-11", "RE", "", "1980297490"),
        ("M", "1998-02-11", "RE", "98818", "1980297490"),
        ("F", "2003-09-30", "NC", "98818", "2030998818"),
        ("F", "2003-09-30", "PF", "", "2030998790"),
        ("M", "1998-02-11", "FR", "25056", "1980225056"),
        ("M", "1998-02-11", "FR", "2a004", "198022A004"),
        ("M", "1976-01-01", "FR", "2B033", "176012B033"),
        ("M", "1975-12-31", "FR", "2B033", "1751220033"),
    ],
)
def test_each_form_of_the_place(sex, born, country, commune, expected):
    assert building.prefix(sex, PartialDate.parse(born), country, commune) == expected


def test_a_number_of_corsica_has_the_key_of_19_and_18():
    for commune, stands_for in (("2A004", "19004"), ("2B033", "18033")):
        made = building.number(building.prefix("M", PartialDate(1998, 2, 11), "FR", commune), 7)
        assert int(made[13:]) == 97 - int(f"19802{stands_for}007") % 97
        assert check(made).verdict != "invalid"


@pytest.mark.parametrize("commune", ["", "Besançon", "25", "25000", "00123", "2C001"])
def test_a_birth_in_france_needs_its_commune(commune):
    with pytest.raises(InputError) as caught:
        building.prefix("M", PartialDate(1998, 2, 11), "FR", commune)
    assert caught.value.field == "birth_place"
    assert "Insee" in caught.value.fr
    assert len(commune) < 3 or commune not in caught.value.fr


@pytest.mark.parametrize(
    ("sex", "country", "field"), [("", "VN", "sex"), ("X", "VN", "sex"), ("F", "QQ", "birth_country")]
)
def test_what_no_number_can_be_made_of_is_said_with_its_field(sex, country, field):
    with pytest.raises(InputError) as caught:
        building.prefix(sex, PartialDate(2005, 3, 14), country)
    assert caught.value.field == field


@pytest.mark.parametrize("order", [0, 1000, -1])
def test_an_order_out_of_its_three_digits_is_refused(order):
    with pytest.raises(ValueError, match="1 to 999"):
        building.number("2050399243", order)


@pytest.mark.parametrize("first", ["205039924", "20503992433", "20503X9243"])
def test_a_number_begins_with_ten_characters(first):
    with pytest.raises(ValueError, match="ten characters"):
        building.number(first, 1)


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"unknown_month": "13", "unknown_commune": "90", "corsica_since": "1976-01-01"},
        {"unknown_month": "20", "unknown_commune": "9", "corsica_since": "1976-01-01"},
        {"unknown_month": "20", "unknown_commune": "90", "corsica_since": "1976"},
        {"unknown_month": 20, "unknown_commune": "90", "corsica_since": "1976-01-01"},
    ],
)
def test_a_wrong_row_is_named(monkeypatch, row):
    monkeypatch.setattr(data, "read_toml", lambda name: {"attribution": row})
    with pytest.raises(RulesError, match=r"numbers\.toml, row attribution"):
        building.settings.__wrapped__()
