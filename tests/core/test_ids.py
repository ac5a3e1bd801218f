"""Identifiers that grow with time and say nothing, and references that survive a phone call."""

import string
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import ids

LOOK_ALIKES = str.maketrans("01852", "OIBSZ")
INDEX = st.integers(0, 9)


def reference() -> str:
    return ids.new_reference(2026)


def test_a_row_identifier_is_a_version_7_of_the_common_variant():
    for _ in range(50):
        found = ids.uuid7()
        assert found.version == 7 and found.variant == uuid.RFC_4122


def test_it_begins_with_the_milliseconds_of_its_making(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_793_577_600_123 * 1_000_000 + 999_999)
    assert ids.uuid7().int >> 80 == 1_793_577_600_123


def test_identifiers_sort_by_their_time(monkeypatch):
    moments = [1, 2, 255, 256, 10**6, 2**40]
    found = []
    for moment in moments:
        monkeypatch.setattr(ids.time, "time_ns", lambda moment=moment: moment * 1_000_000)
        found.append(ids.uuid7())
    assert found == sorted(found)
    assert [str(one) for one in found] == sorted(str(one) for one in found)


def test_two_of_the_same_millisecond_differ(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 10**18)
    assert len({ids.uuid7() for _ in range(500)}) == 500


def test_what_is_random_never_spoils_version_variant_or_time(monkeypatch):
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)
    for filling in (b"\x00", b"\xff"):
        monkeypatch.setattr(ids.os, "urandom", lambda n, filling=filling: filling * n)
        found = ids.uuid7()
        assert (found.version, found.variant, found.int >> 80) == (7, uuid.RFC_4122, 0)


def test_the_alphabet_has_a_prime_number_of_signs_and_no_look_alike():
    assert len(set(ids.ALPHABET)) == len(ids.ALPHABET) == 31
    assert not set(ids.ALPHABET) & set("BIOSZ")
    assert set(ids.ALPHABET) <= set(string.digits + string.ascii_uppercase)


@pytest.mark.parametrize(("year", "begins"), [(2026, "M26-"), (2000, "M00-"), (2109, "M09-")])
def test_a_reference_begins_with_its_year(year, begins):
    found = ids.new_reference(year)
    assert found.startswith(begins) and len(found) == 13 and found[3] == found[8] == "-"
    assert ids.parse_reference(found) == found


def test_references_cannot_be_counted():
    assert len({reference() for _ in range(200)}) == 200


def test_a_reference_is_read_as_people_type_it():
    found = reference()
    for typed in (
        found.lower(), found.replace("-", ""), found.replace("-", " "), f"  {found}\n", found.replace("-", "\u2011"),
        f"Réf. {found}"[5:], found.translate(LOOK_ALIKES), found.translate(LOOK_ALIKES).lower(),
    ):  # fmt: skip
        assert ids.parse_reference(typed) == found, typed


@given(INDEX, st.sampled_from(ids.ALPHABET))
def test_any_wrong_sign_is_found(place, sign):
    found = reference()
    body = found.replace("-", "")[1:]
    changed = body[:place] + sign + body[place + 1 :]
    if changed != body:
        assert ids.parse_reference("M" + changed) is None


@given(st.integers(0, 8))
def test_any_two_neighbours_in_the_wrong_order_are_found(place):
    body = reference().replace("-", "")[1:]
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    if swapped != body:
        assert ids.parse_reference("M" + swapped) is None


@pytest.mark.parametrize(
    "text", ["", "M", "M26", "M26-7KQ4-92H", "M26-7KQ4-92HXX", "X26-7KQ4-92HX", "26-7KQ4-92HX", "é"]
)
def test_what_is_no_reference_is_none(text):
    assert ids.parse_reference(text) is None


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading(text):
    found = ids.parse_reference(text)
    assert found is None or ids.parse_reference(found) == found


def test_letters_of_other_scripts_and_digits_of_others_are_not_read_as_ours():
    found = reference()
    arabic = found.translate({ord(str(n)): chr(0x0660 + n) for n in range(10)})
    assert ids.parse_reference(arabic) is None
    assert ids.parse_reference(found.replace("M", "М", 1)) is None  # Cyrillic


def test_an_id_can_be_made_of_a_moment_and_bits():
    made = ids.uuid7_of(0x0123456789AB, (1 << 80) - 1)
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.hex.startswith("0123456789ab7") and ids.uuid7_of(1, 5) == ids.uuid7_of(1, 5) != ids.uuid7_of(1, 6)


def test_a_reference_can_be_made_of_characters_that_were_chosen():
    made = ids.reference_of(2026, "7KQ492H")
    assert made.startswith("M26-7KQ4-92H") and ids.parse_reference(made) == made


def test_a_code_has_sixteen_characters_in_fours_and_none_comes_twice():
    codes = {ids.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(len(code) == 19 and [len(part) for part in code.split("-")] == [4] * 4 for code in codes)
    assert all(set(code) <= {*ids.ALPHABET, "-"} and ids.parse_code(code) == code for code in codes)


@given(st.integers(0, 15), st.integers(1, 30))
def test_one_wrong_character_of_a_code_is_found(place, by):
    raw = ids.new_code().replace("-", "")
    wrong = ids.ALPHABET[(ids.ALPHABET.index(raw[place]) + by) % 31]
    assert ids.parse_code(raw[:place] + wrong + raw[place + 1 :]) is None


@given(st.integers(0, 14))
def test_two_neighbours_of_a_code_that_change_places_are_found(place):
    raw = ids.new_code().replace("-", "")
    swapped = raw[:place] + raw[place + 1] + raw[place] + raw[place + 2 :]
    assert ids.parse_code(swapped) == (ids.parse_code(raw) if raw[place] == raw[place + 1] else None)


@pytest.mark.parametrize("text", ["", "x", "7KQ4", "M26-7KQ4-92HX", "٣" * 16, "é" * 16, "0" * 17, "0" * 100_000])
def test_what_is_no_code_is_none(text):
    assert ids.parse_code(text) is None


def test_a_code_is_read_in_small_letters_with_spaces_and_with_look_alikes():
    code = ids.new_code()
    assert ids.parse_code(code.lower().replace("-", " ")) == ids.parse_code(code.translate(LOOK_ALIKES)) == code
