"""What number is this? The decision of section 3 of issue 2, and every vector of the domain."""

import csv
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from matricule.rules.numbers import check
from matricule.rules.numbers.check import kind_of
from matricule.rules.numbers.nir import key_of
from tests.rules.numbers.strategies import luhn_sirens, nirs, ntts, pasted

VECTORS = list(csv.DictReader((Path(__file__).parents[1] / "nir_vectors.csv").open(encoding="utf-8")))


def codes(text):
    return [reason.code for reason in check(text).reasons]


@pytest.mark.parametrize("row", VECTORS, ids=[f"{n}: {row['reason'][:40]}" for n, row in enumerate(VECTORS, start=2)])
def test_agrees_with_the_vectors_of_the_domain(row):
    answer = check(row["number"])
    assert (answer.kind, answer.verdict) == (row["kind"], row["verdict"])
    assert answer.reasons, "a verdict always says why"


def test_the_vectors_are_all_there():
    assert len(VECTORS) == 55


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("198079935201752", "NIR"),
        ("ABCDEFGHIJKLMNO", "NIR"),
        ("173282932000012", "NIR"),
        ("1732829320ABC12", "NTT"),
        ("1732829321ABC12", "NIR"),
        ("3732829320ABC12", "NIR"),
        ("1732829320AB/12", "NTT"),
        ("1980799352017", "NIR"),
        ("198072A352017", "NIR"),
        ("198072B352017", "NIR"),
        ("198072C352017", "NTT"),
        ("19807993520I7", "NTT"),
        ("5112312345678", "MIG"),
        ("6112312345678", "MIG"),
        ("7112312345678", "NNP"),
        ("8112312345678", "NNP"),
        ("9112312345678", "NNP"),
        ("3112312345678", "unknown"),
        ("71123123456A8", "unknown"),
        ("17328293201", "NTT"),
        ("1732829320", "unknown"),
        ("1" * 40, "NTT"),
        ("1" * 41, "unknown"),
        ("1732829320 é", "unknown"),
        ("", "unknown"),
    ],
)
def test_the_kind_is_decided_by_shape(text, kind):
    assert check(text).kind == kind


def test_fifteen_digits_that_carry_a_siren_stay_a_nir_and_say_that_they_may_be_payrolls():
    answer = check("173282932000012")
    assert (answer.kind, answer.verdict) == ("NIR", "invalid")
    assert "maybe_ntt" in codes("173282932000012")


def test_a_good_key_wins_over_a_siren():
    """A number whose NIR key is right is a NIR, whatever its digits 2 to 10 could be."""
    body = "1" + "732829320" + "001"
    number = body + key_of(body)
    assert kind_of(number) == "NIR"
    assert "maybe_ntt" not in codes(number)


@given(pasted(nirs()))
def test_pasted_nirs_are_read_as_they_are(pair):
    number, text = pair
    assert check(text).value == number
    assert check(text).verdict == "valid"
    assert check(text).formatted.replace(" ", "") == number


@given(pasted(ntts()))
def test_pasted_ntts_are_read_as_they_are(pair):
    number, text = pair
    answer = check(text)
    assert (answer.kind, answer.verdict, answer.value) == ("NTT", "valid", number)


@given(st.sampled_from("12"), luhn_sirens(), st.text("0123456789ABC", min_size=5, max_size=5))
def test_fifteen_characters_with_a_siren_are_an_ntt_exactly_when_they_hold_a_letter(sex, siren, own):
    number = sex + siren + own
    has_letter = any(char.isalpha() for char in own)
    assume(has_letter or key_of(number[:13]) != number[13:])
    assert (check(number).kind == "NTT") is has_letter


@given(st.text(max_size=50))
@example("\x00")
@example("ⅷ" * 15)
@example("١٢٣٤٥٦٧٨٩٠١٢٣٤٥")
@example("²" * 13)
@example("ﬃ" * 5)
def test_no_text_breaks_it_and_every_answer_is_whole(text):
    answer = check(text)
    assert answer.kind in {"NIR", "NNP", "MIG", "NTT", "unknown"}
    assert answer.reasons
    assert (answer.verdict == "invalid") is any(reason.severity == "error" for reason in answer.reasons)
    for reason in answer.reasons:
        assert reason.fr and reason.en and "{" not in reason.fr + reason.en


@given(st.text("0123456789ABab .-", min_size=0, max_size=45))
def test_separators_and_capitals_never_change_the_answer(text):
    plain = "".join(char for char in text if char not in " .-").upper()
    assert check(text).as_dict() == check(plain).as_dict()


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        ("204039924301754", "2 04 03 99 243 017 54"),
        ("2040399243017", "2 04 03 99 243 017"),
        ("7112312345678", "7 1 123 12345678"),
        ("1732829320ABC0001", "1 732829320 ABC0001"),
        ("3732829320ABC", "3732829320ABC"),
        ("", ""),
    ],
)
def test_the_formatted_form(text, formatted):
    assert check(text).formatted == formatted


def test_the_printed_answer_has_the_four_keys_of_the_issue():
    answer = check("198079935201753").as_dict()
    assert list(answer) == ["kind", "verdict", "reasons", "formatted"]
    assert [list(reason) for reason in answer["reasons"]] == [["code", "fr", "en"]]


def test_nothing_that_is_logged_by_mistake_holds_the_number():
    assert "9807" not in repr(check("198079935201752"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" . - ", "empty"),
        ("1980", "length"),
        ("1" * 41, "length"),
        ("71123123456", "length_13"),
        ("hello", "not_recognised"),
        ("33333333333333333333", "not_recognised"),
    ],
)
def test_an_unknown_number_says_what_is_expected(text, code):
    assert codes(text) == [code]


def test_a_payroll_number_of_digits_only_may_be_a_nir_with_a_digit_too_many():
    assert "maybe_nir" in codes("1980799352017521")
    assert "maybe_nir" not in codes("1732829320ABC0001")
