"""The check letter of a school's number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import institutions
from matricule.rules.numbers import uai

sevens = st.integers(0, 9_999_999).map(lambda n: f"{n:07d}")


@given(sevens)
def test_every_code_made_by_the_rule_is_accepted(seven):
    code = seven + uai.letter_of(seven)
    assert uai.check(code).value == code
    assert uai.check(f" {seven[:4]} {seven[4:]}-{code[-1].lower()} ").value == code


@given(sevens, st.integers(0, 6), st.integers(1, 9))
def test_one_changed_digit_is_found(seven, place, shift):
    changed = seven[:place] + str((int(seven[place]) + shift) % 10) + seven[place + 1 :]
    assert uai.check(changed + uai.letter_of(seven)).code == "key"


@pytest.mark.parametrize("code", ["0251215K", "0751717J"])
def test_the_published_examples(code):
    assert uai.check(code).ok


def test_the_rule_holds_for_the_whole_list_of_the_ministry():
    codes = [code for item in institutions.table() for code in (item.uai, *item.other_uai) if code]
    assert len(codes) > 243
    assert all(uai.check(code).ok for code in codes)


@pytest.mark.parametrize("text", ["", "0251215", "251215K", "0251215KK", "02512155", "A251215K", "0251215É"])
def test_another_shape_is_explained(text):
    answer = uai.check(text)
    assert answer.code == "shape"
    assert "0251215K" in answer.fr and "0251215K" in answer.en


@pytest.mark.parametrize("letter", "IOQ")
def test_letters_that_look_like_digits_are_never_the_key(letter):
    assert letter not in uai.ALPHABET
    assert uai.check("0251215" + letter).code == "key"


@pytest.mark.parametrize("seven", ["", "123456", "12345678", "123456A"])
def test_a_letter_needs_seven_digits(seven):
    with pytest.raises(ValueError, match="7 digits"):
        uai.letter_of(seven)
