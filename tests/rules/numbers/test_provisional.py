"""NNP and MIG: thirteen digits, recognised to be told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.numbers import Mig, Nnp, NumberError

eleven = st.integers(0, 99_999_999_999).map(lambda n: f"{n:011d}")


@given(st.sampled_from("78"), st.sampled_from("12"), eleven)
def test_every_nnp_of_the_rule_is_read(first, second, rest):
    number = Nnp.parse(first + second + rest)
    assert number.sex == ("M" if first == "7" else "F")
    assert number.caisse == rest[:3]
    assert Nnp.parse(number.format()) == number


@given(st.sampled_from("56"), st.sampled_from("12"), eleven)
def test_every_mig_of_the_rule_is_read(first, second, rest):
    number = Mig.parse(first + second + rest)
    assert number.sex == ("M" if first == "5" else "F")
    assert number.value == first + second + rest


@given(st.sampled_from("1234569"), eleven)
def test_an_nnp_begins_with_7_or_8(first, rest):
    with pytest.raises(NumberError, match="nnp_shape"):
        Nnp.parse(first + "1" + rest)


@pytest.mark.parametrize("second", "3456789")
def test_the_second_digit_says_how_the_number_was_made(second):
    with pytest.raises(NumberError, match="nnp_shape"):
        Nnp.parse("7" + second + "12312345678")


def test_a_second_digit_of_zero_is_old_for_an_nnp_and_wrong_for_a_mig():
    assert [reason.code for reason in Nnp.check("7012312345678")] == ["nnp_before_2012", "nnp_obsolete"]
    assert [reason.code for reason in Mig.check("5012312345678")] == ["mig_shape"]


@pytest.mark.parametrize("text", ["", "711231234567", "71123123456789", "711231234567A"])
def test_thirteen_digits_and_nothing_else(text):
    with pytest.raises(NumberError, match="length_13"):
        Nnp.parse(text)


def test_what_it_is_is_always_said():
    assert "31 décembre 2022" in Nnp.check("7112312345678")[-1].fr
    assert [reason.code for reason in Mig.check("5112312345678")] == ["mig_passing"]


def test_it_shows_itself_masked():
    number = Nnp.parse("7112312345678")
    assert number.format() == "7 1 123 12345678"
    assert str(number) == "7 1 123 ••••••••"
    assert repr(number) == "Nnp(…)"


def test_the_two_kinds_are_never_equal():
    assert Nnp("7112312345678") != Mig("7112312345678")
