"""The NIR: each position, its history, and what a typing slip does."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.errors import RulesError
from matricule.rules.numbers import Nia, Nir, NumberError
from matricule.rules.numbers import nir as module
from matricule.rules.numbers.nir import check, has_key, key_of
from tests.rules.numbers.strategies import bodies, nirs

TODAY = date(2026, 11, 21)


def full(body):
    return body + key_of(body)


def codes(body, on=TODAY):
    return [reason.code for reason in check(full(body), on=on)]


@given(nirs())
def test_every_number_made_by_the_rule_is_accepted(number):
    assert Nir.parse(number).value == number


@given(nirs(), st.integers(0, 14), st.integers(1, 9))
def test_one_changed_digit_is_always_found(number, place, shift):
    old = number[place]
    if not old.isdigit():
        return
    changed = number[:place] + str((int(old) + shift) % 10) + number[place + 1 :]
    with pytest.raises(NumberError):
        Nir.parse(changed)


@given(nirs(), st.integers(7, 11))
def test_two_neighbours_swapped_are_found(number, place):
    if number[place] == number[place + 1]:
        return
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert not has_key(swapped)


@given(bodies())
def test_the_key_is_between_01_and_97(body):
    assert 1 <= int(key_of(body)) <= 97
    assert len(key_of(body)) == 2


@given(nirs())
def test_the_key_agrees_with_python_stdnum(number):
    from stdnum.fr import nir as stdnum_nir

    assert stdnum_nir.is_valid(number)


@given(nirs())
def test_parsing_what_was_formatted_gives_the_same(number):
    parsed = Nir.parse(number)
    assert Nir.parse(parsed.format()) == parsed


@pytest.mark.parametrize(("text", "key"), [("2A", "19"), ("2B", "18")])
def test_corsica_counts_as_its_old_number_at_its_place_only(text, key):
    body = f"28405{text}321025"
    assert key_of(body) == key_of(f"28405{key}321025")
    assert key_of("2840519" + "2A1025") is None


@pytest.mark.parametrize("body", ["", "1" * 12, "1" * 14, "19807993520I7", "198072C352017", "1980799352٠17"])
def test_what_is_not_thirteen_characters_of_a_number_has_no_key(body):
    assert key_of(body) is None


@pytest.mark.parametrize("month", range(100))
def test_every_month_code(month):
    expected = (
        "month_unknown_code"
        if month == 0 or 13 <= month <= 19
        else "month_tolerated"
        if 21 <= month <= 29 or 43 <= month <= 49
        else None
    )
    found = [code for code in codes(f"198{month:02d}99352017") if code in {"month_unknown_code", "month_tolerated"}]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize("month", [20, 30, 42, 50, 99])
def test_a_month_that_is_not_known_is_said_and_not_blamed(month):
    number = full(f"198{month}99352017")
    assert "month_not_stated" in codes(number[:13])
    assert Nir.parse(number).month is None


@pytest.mark.parametrize("first", "03456789")
def test_the_first_digit_is_1_or_2(first):
    assert "sex" in codes(first + "980799352017")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("1980700352017", "department_unknown"),
        ("1980799000017", "place_zero"),
        ("1980775000017", "place_zero"),
        ("1980799352000", "order_zero"),
        ("1980799999017", "place_unlisted"),
        ("1980797900017", "territory_unlisted"),
        ("1980798100017", "territory_unlisted"),
        ("1980720352017", "department_ended"),
        ("1980796352017", "department_ended"),
        ("2690549588157", "illustrative"),
        ("2940375120005", "illustrative"),
    ],
)
def test_each_reason_has_its_number(body, code):
    assert code in codes(body)


@pytest.mark.parametrize(
    ("year", "expected"),
    [("70", []), ("27", []), ("75", []), ("76", ["department_ended"]), ("98", ["department_ended"])],
)
def test_corsica_was_one_department_before_1976(year, expected):
    assert [code for code in codes(f"1{year}0720050012") if "department" in code] == expected


@pytest.mark.parametrize("year", ["10", "26"])
def test_a_century_that_the_digits_do_not_tell_is_a_warning(year):
    assert "department_century" in codes(f"1{year}0720050012")


def test_the_two_departments_of_corsica_for_an_older_birth_are_a_warning():
    assert "department_early" in codes("170072A050012")
    assert "department_early" not in codes("176072A050012")
    assert "department_early" not in codes("110072A050012"), "2010 is possible"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("1450794100020", True),
        ("1620794100020", True),
        ("1640794100020", False),
        ("2500195050012", True),
        ("1650195050012", False),
        ("1490696030005", True),
        ("1500775030005", False),
    ],
)
def test_departments_that_stood_for_a_country_are_explained_while_it_is_possible(body, said):
    assert ("department_maghreb" in codes(body)) is said


def test_the_day_from_which_ages_are_counted_moves_the_centuries():
    assert "department_century" in codes("1300720050012", on=date(2030, 1, 1))
    assert "department_century" not in codes("1300720050012", on=date(2029, 12, 31))


def test_an_error_comes_before_a_warning_and_a_warning_before_what_is_only_said():
    severities = [reason.severity for reason in check(full("1985020050000"), on=TODAY)]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    assert severities[0] == "error"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("19807993520I752", "characters"),
        ("198072C35201744", "department_unknown"),
        ("198072/35201744", "characters"),
        ("19807AA35201744", "characters"),
        ("1980799352017", "key_missing"),
        ("198079", "length"),
        ("198079935201753", "key_wrong"),
    ],
)
def test_a_number_that_cannot_be_read_says_one_thing(value, code):
    assert [reason.code for reason in check(value, on=TODAY)] == [code]


def test_the_examples_of_the_notices_are_told_with_and_without_key():
    for value in ("269054958815780", "2690549588157", "294037512000591", "294037512000522"):
        assert "illustrative" in [reason.code for reason in check(value)]


def test_the_parts_of_a_number():
    number = Nir.parse("1 98 07 99 352 017 52")
    assert (number.sex, number.year, number.month, number.department) == ("M", 98, 7, "99")
    assert (number.country_cog, number.body, number.key) == ("99352", "1980799352017", "52")
    assert Nir.parse("2 55 10 14 168 025 70").country_cog is None
    assert Nir.parse("2 55 10 14 168 025 70").sex == "F"


def test_a_number_shows_itself_masked():
    number = Nir.parse("204039924301754")
    assert number.format() == "2 04 03 99 243 017 54"
    assert number.masked() == str(number) == "2 04 03 •• ••• ••• ••"
    assert repr(number) == "Nir(…)"


def test_a_nia_is_not_the_nir_of_the_same_digits_until_it_is_certified():
    nia, nir = Nia.parse("204039924301754"), Nir.parse("204039924301754")
    assert nia != nir
    assert nia.certified() == nir
    assert repr(nia) == "Nia(…)"


def test_the_message_of_a_refusal_never_holds_the_number():
    with pytest.raises(NumberError) as caught:
        Nir.parse("198079935201753")
    assert str(caught.value) == "key_wrong"
    assert caught.value.reasons[0].fr.startswith("La clé")


def test_a_number_cannot_be_changed():
    with pytest.raises(AttributeError):
        Nir.parse("204039924301754").value = "1"


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"month": {"accepted": ["x"], "tolerated": []}, "illustrative": {"numbers": []}},
        {"month": {"accepted": []}, "illustrative": {"numbers": []}},
    ],
)
def test_a_wrong_settings_file_is_refused(monkeypatch, raw):
    monkeypatch.setattr(module.data, "read_toml", lambda name: raw)
    with pytest.raises(RulesError, match=r"numbers\.toml"):
        module._settings.__wrapped__()


@pytest.mark.parametrize("row", [{"cog": "99352"}, {"cog": "99352", "until": "soon"}, {"cog": "99352", "until": 3}])
def test_a_wrong_row_of_history_is_refused(monkeypatch, row):
    monkeypatch.setattr(module.data, "read_toml", lambda name: {"maghreb": {"91": row}})
    with pytest.raises(RulesError, match="maghreb"):
        module.maghreb.__wrapped__()
