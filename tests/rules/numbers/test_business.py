"""SIREN and SIRET."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.numbers import ntt
from matricule.rules.numbers.business import check_siren, check_siret, is_siren
from tests.rules.numbers.strategies import luhn_sirens


@given(luhn_sirens())
def test_every_siren_with_a_good_key_is_accepted(siren):
    assert is_siren(siren)
    assert check_siren(siren).ok


@given(luhn_sirens(), st.integers(0, 8), st.integers(1, 9))
def test_one_changed_digit_is_found(siren, place, shift):
    changed = siren[:place] + str((int(siren[place]) + shift) % 10) + siren[place + 1 :]
    assert check_siren(changed).code == "key"


@pytest.mark.parametrize("text", ["73282932", "7328293200", "", "73282932A", "٧٣٢٨٢٩٣٢٠"])
def test_what_is_not_nine_digits_is_no_siren(text):
    assert not is_siren(text)
    assert not check_siren(text).ok


def test_zeros_have_a_key_that_fits_and_number_no_company():
    assert not is_siren("000000000") and check_siren("000 000 000").code == "key"
    assert "ntt_siren" in [reason.code for reason in ntt.check("1000000000ABC")]


def test_a_siren_is_shown_in_three_groups():
    answer = check_siren("732.829-320")
    assert (answer.value, answer.formatted) == ("732829320", "732 829 320")


def test_a_siret_is_shown_as_in_wording():
    answer = check_siret("732829320 00074")
    assert answer.ok
    assert answer.formatted == "732 829 320 00074"


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("35600000000048", True),
        ("35600000049837", True),
        ("35600000049838", False),
        ("73282932000074", True),
        ("73282932000075", False),
    ],
)
def test_la_poste_sums_its_digits_and_the_others_have_a_key(text, ok):
    assert check_siret(text).ok is ok


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("7328293200007", "length", "13"),
        ("732829320000745", "length", "15"),
        ("7328293200007A", "characters", "14 en tout"),
        ("", "characters", "14 en tout"),
        ("73282932000075", "key", "un à un"),
        ("00000000000000", "key", "un à un"),
    ],
)
def test_a_siret_that_needs_another_look_says_what_to_do(text, code, said):
    answer = check_siret(text)
    assert (answer.ok, answer.code, answer.value) == (False, code, "")
    assert said in answer.fr
    assert answer.en
