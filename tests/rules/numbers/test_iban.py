"""IBAN: sentences of wording.md 6, the SEPA area, and slips of the pen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban

from matricule.rules.errors import RulesError
from matricule.rules.numbers import iban

FRENCH = "FR1420041010050500013M02606"
GERMAN = "DE89370400440532013000"


@st.composite
def german(draw):
    """A German IBAN: 18 digits behind the key."""
    bban = draw(st.integers(0, 10**18 - 1).map(lambda n: f"{n:018d}"))
    return "DE" + stdnum_iban.calc_check_digits("DE00" + bban) + bban


@given(german())
def test_every_iban_with_a_good_key_is_accepted(number):
    answer = iban.check(number)
    assert answer.value == number
    assert answer.formatted.replace(" ", "") == number


@given(german(), st.integers(2, 21), st.integers(1, 9))
def test_one_changed_digit_is_found(number, place, shift):
    changed = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert iban.check(changed).code == "key"


@given(german(), st.integers(4, 20))
def test_two_neighbours_swapped_are_found(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert iban.check(swapped).ok is (swapped == number)


@pytest.mark.parametrize(
    "text",
    [
        FRENCH,
        "fr14 2004 1010 0505 0001 3M02 606",
        "IBAN: FR14 2004 1010 0505 0001 3M02 606",
        "IBAN FR14-2004-1010-0505-0001-3M02-606",
    ],
)
def test_people_paste_it_in_many_ways(text):
    answer = iban.check(text)
    assert answer.value == FRENCH
    assert answer.formatted == "FR14 2004 1010 0505 0001 3M02 606"


@pytest.mark.parametrize(
    ("text", "fr", "en"),
    [
        (
            FRENCH[:-1],
            "Un caractère semble manquer\u00a0: 26 au lieu de 27. Recopiez l’IBAN du RIB, pas le numéro de carte.",
            "One character seems to be missing: 26 instead of 27. Copy the IBAN, not the card number.",
        ),
        (FRENCH[:-3], "3 caractères semblent manquer\u00a0: 24 au lieu de 27.", "3 characters seem to be missing: 24"),
        (FRENCH + "1", "Il y a un caractère de trop\u00a0: 28 au lieu de 27.", "There is one character too many: 28"),
        (FRENCH + "12", "Il y a 2 caractères de trop\u00a0: 29 au lieu de 27.", "There are 2 characters too many: 29"),
    ],
)
def test_a_length_is_told_in_numbers(text, fr, en):
    answer = iban.check(text)
    assert answer.code == "length"
    assert answer.fr.startswith(fr)
    assert answer.en.startswith(en)


@pytest.mark.parametrize(
    "text", ["TR330006100519786457841326", "BR1800360305000010009795493C1", "US00123456789012345"]
)
def test_an_account_outside_the_sepa_area_is_refused_as_such(text):
    answer = iban.check(text)
    assert answer.code == "country"
    assert "SEPA" in answer.fr and "SEPA" in answer.en


@pytest.mark.parametrize("text", ["", "4974012345678901", "F", "FRXX", "FR1420041010050500013M0260É", "1234 5678"])
def test_what_does_not_begin_like_an_iban_is_told_from_a_card_number(text):
    assert iban.check(text).code == "shape"


def test_a_slip_in_the_key_is_told():
    assert iban.check("FR15" + FRENCH[4:]).code == "key"


@pytest.mark.parametrize(
    "code", ["FR", "DE", "CH", "GB", "MC", "SM", "AD", "VA", "IS", "NO", "LI", "RS", "AL", "MD", "ME", "MK"]
)
def test_the_countries_of_the_area(code):
    assert code in iban.sepa()


@pytest.mark.parametrize("code", ["TR", "UA", "BA", "XK", "BY", "RU", "US", "DZ", "MA", "TN"])
def test_countries_that_are_not_of_the_area(code):
    assert code not in iban.sepa()


def test_the_lengths_are_those_of_the_registry_in_python_stdnum():
    samples = {"FR": FRENCH, "DE": GERMAN, "NO": "NO9386011117947", "MT": "MT84MALT011000012345MTLCAST001S"}
    for code, number in samples.items():
        assert stdnum_iban.is_valid(number)
        assert iban.sepa()[code].length == len(number)
        assert iban.check(number).ok


def test_masked_but_for_its_last_four():
    assert iban.masked(GERMAN) == "•••• •••• •••• •••• ••30 00"


def test_an_answer_never_shows_the_number_by_mistake():
    assert "3704" not in repr(iban.check(GERMAN))


@pytest.mark.parametrize("length", ["14", "35", "x"])
def test_a_wrong_length_in_the_file_is_refused(monkeypatch, length):
    monkeypatch.setattr(iban.data, "read_csv", lambda name, columns: [(2, {"code": "FR", "length": length})])
    with pytest.raises(RulesError, match=r"sepa.csv, row 2"):
        iban.sepa.__wrapped__()
