"""The value types together: what they share, and that they agree with ``check``."""

import csv
import pickle
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.numbers import Mig, Nia, Nir, Nnp, Ntt, NumberError, check
from tests.rules.numbers.strategies import nirs, ntts

TYPES = {"NIR": Nir, "NNP": Nnp, "MIG": Mig, "NTT": Ntt}
VECTORS = list(csv.DictReader((Path(__file__).parents[1] / "nir_vectors.csv").open(encoding="utf-8")))
KNOWN = [row for row in VECTORS if row["kind"] in TYPES]
EXAMPLES = [
    Nir.parse("204039924301754"),
    Nia.parse("204039924301754"),
    Nnp.parse("7112312345678"),
    Mig.parse("5112312345678"),
    Ntt.parse("1732829320ABC0001"),
]


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: row["number"])
def test_a_type_accepts_exactly_what_check_does_not_call_invalid(row):
    kind = TYPES[row["kind"]]
    if row["verdict"] == "invalid":
        with pytest.raises(NumberError) as caught:
            kind.parse(row["number"])
        assert caught.value.reasons
        assert row["number"] not in str(caught.value)
    else:
        assert kind.parse(row["number"]).value == row["number"]


@pytest.mark.parametrize("number", EXAMPLES, ids=lambda number: type(number).__name__)
def test_values_are_frozen_compared_by_value_and_shown_masked(number):
    again = type(number).parse(number.format())
    assert again == number and hash(again) == hash(number)
    with pytest.raises(FrozenInstanceError):
        number.value = "1"
    assert "•" in str(number) and "•" not in number.format()
    assert number.value not in repr(number) and number.value not in str(number)
    assert pickle.loads(pickle.dumps(number)) == number


def test_values_of_two_types_are_never_equal():
    assert len(set(EXAMPLES)) == len(EXAMPLES)


@given(st.one_of(nirs(), ntts()))
def test_the_type_and_check_agree(number):
    answer = check(number)
    parsed = TYPES[answer.kind].parse(number)
    assert parsed.format() == answer.formatted
    assert parsed.sex == ("M" if number[0] == "1" else "F")


@given(nirs())
def test_a_nia_reads_exactly_what_a_nir_reads(number):
    assert Nia.parse(number).certified() == Nir.parse(number)
    assert Nia.parse(number).masked() == Nir.parse(number).masked()


@given(st.text("0123456789AB", max_size=20))
def test_whatever_is_refused_is_refused_with_reasons_and_without_the_text(text):
    for kind in TYPES.values():
        try:
            parsed = kind.parse(text)
        except NumberError as error:
            assert error.reasons
            assert len(text) < 5 or text not in str(error)
        else:
            assert parsed.value == text


@given(nirs())
def test_masking_hides_place_order_and_key(number):
    shown = Nir.parse(number).masked().replace(" ", "")
    assert shown[:5] == number[:5]
    assert set(shown[5:]) == {"•"} and len(shown) == 15
