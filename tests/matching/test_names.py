"""One spelling for each name, whatever the keyboard, the passport or the register wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.demo.people import load_people
from matricule.matching import birth_name_key, given_names_key
from matricule.matching.names import words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nguyễn", "NGUYEN"),
        ("Nguyễn", "Nguye\u0302\u0303n"),
        ("Lefèvre-Ndiaye", "LEFEVRE NDIAYE"),
        ("El Amrani", "EL-AMRANI"),
        ("El Amrani", "Elamrani"),
        ("N’Diaye", "NDIAYE"),
        ("N'Diaye", "N’DIAYE"),
        ("O'Brien", "OBRIEN"),
        ("Weißhaupt", "WEISSHAUPT"),
        ("Øster", "Oster"),
        ("Łukasz", "LUKASZ"),
        ("Puig i Col·lell", "PUIG I COLLELL"),
        ("  Ferreira   de Souza ", "FERREIRA DE SOUZA"),
        ("Коваленко", "Kovalenko"),
        ("ＬＥＥ", "Lee"),
    ],
)
def test_two_spellings_of_one_birth_name_agree(one, other):
    assert birth_name_key(one) == birth_name_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Silva", "Silvas"), ("de Souza", "Souza"), ("Yan", "Yuan"), ("Fernández Ortega", "Ortega Fernández")],
)
def test_two_birth_names_differ(one, other):
    assert birth_name_key(one) != birth_name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Jean-Pierre", "JEAN PIERRE"), ("Thị Ngọc Ánh", "THI NGOC ANH"), ("", "  ")]
)
def test_two_spellings_of_the_same_given_names_agree(one, other):
    assert given_names_key(one) == given_names_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Anna Maria", "Maria Anna"), ("Anna", "Anna Maria"), ("Annamaria", "Anna Maria"), ("", "Anna")],
)
def test_the_order_and_the_number_of_given_names_count(one, other):
    assert given_names_key(one) != given_names_key(other)


@pytest.mark.parametrize("text", ["", " ", "-", "’", "- . ’"])
def test_a_name_without_a_letter_has_no_word(text):
    assert words(text) == ()


def test_every_invented_person_has_a_birth_name_to_compare():
    assert all(birth_name_key(person.birth_name) for person in load_people())


@given(st.text(max_size=60))
def test_words_are_plain_capitals_whatever_is_typed(text):
    for word in words(text):
        assert word.isascii() and word.isalnum() and word == word.upper()


@given(st.text(max_size=60))
def test_a_name_in_the_spelling_of_the_comparison_stays_as_it_is(text):
    key = given_names_key(text)
    assert given_names_key(key) == key
    assert birth_name_key(key) == birth_name_key(text)
