"""The NTT of payrolls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.numbers import Ntt, NumberError
from matricule.rules.numbers.ntt import check, fits
from tests.rules.numbers.strategies import luhn_sirens, ntts


@given(ntts())
def test_every_ntt_of_the_rule_is_read(number):
    parsed = Ntt.parse(number)
    assert parsed.sex + parsed.siren + parsed.own == number.replace(number[0], parsed.sex, 1)
    assert Ntt.parse(parsed.format()) == parsed


@given(ntts(), st.integers(1, 9), st.integers(1, 9))
def test_one_changed_digit_of_the_siren_is_found(number, place, shift):
    changed = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(NumberError, match="ntt_siren"):
        Ntt.parse(changed)


@given(luhn_sirens(), st.integers(1, 30))
def test_from_11_to_40_characters(siren, own):
    assert fits("1" + siren + "X" * own)


@pytest.mark.parametrize("text", ["1732829320", "1732829320" + "X" * 31, "3732829320ABC", "1732829320AÉ", ""])
def test_what_has_not_the_shape_is_not_recognised(text):
    assert not fits(text)
    with pytest.raises(NumberError, match="not_recognised"):
        Ntt.parse(text)


def test_the_siren_of_another_company_is_a_warning():
    own = check("1732829320ABC0001", employer_siren="732829320")
    other = check("1732829320ABC0001", employer_siren="356000000")
    assert [reason.code for reason in own] == ["ntt_payroll_only"]
    assert [reason.code for reason in other] == ["ntt_employer", "ntt_payroll_only"]


def test_it_shows_itself_masked():
    number = Ntt.parse("2732829320abc0001")
    assert (number.sex, number.siren, number.own) == ("F", "732829320", "ABC0001")
    assert number.format() == "2 732829320 ABC0001"
    assert str(number) == "2 732829320 •••••••"
    assert repr(number) == "Ntt(…)"


def test_signs_are_told_apart_from_the_company():
    assert [reason.code for reason in check("1732829320AB/12")] == ["ntt_characters", "ntt_payroll_only"]
