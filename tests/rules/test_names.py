"""Names as they are: what is welcome, what a register cannot carry."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import names

WELCOME = [
    "Nguyễn",
    "Thị Ngọc Ánh",
    "O’Connor",
    "O'Connor",
    "d’Ormesson-Lefèvre",
    "Kavitha",
    "Þórsdóttir",
    "Weißhaupt",
    "Žižek",
    "Ñandú",
    "Pol·lux",
    "Jean, Marie",
    "St. John",
    "Hawaiʻi",
    "A" * 60,
]


@pytest.mark.parametrize("name", WELCOME)
def test_names_as_people_have_them_are_welcome(name):
    assert names.stranger(name) is None
    assert not names.is_other_script(name)
    assert names.has_letter(name)


@pytest.mark.parametrize("name", WELCOME)
def test_decomposed_accents_are_the_same_name(name):
    assert names.stranger(unicodedata.normalize("NFD", name)) is None
    assert names.tidy(unicodedata.normalize("NFD", name)) == names.tidy(name)


@pytest.mark.parametrize(
    ("name", "sign"), [("Smith2", "2"), ("a@b", "@"), ("x/y", "/"), ("Lee😀", "😀"), ("<b>", "<")]
)
def test_the_first_sign_that_a_register_cannot_carry_is_named(name, sign):
    assert names.stranger(name) == sign


@pytest.mark.parametrize("name", ["Иванов", "محمد", "王小明", "Παπαδόπουλος", "Nguyễn 阮"])
def test_other_scripts_are_recognised(name):
    assert names.is_other_script(name)
    assert names.stranger(name) is not None


def test_spaces_are_made_one():
    assert names.tidy("  Thị \u00a0 Ngọc\tÁnh ") == "Thị Ngọc Ánh"


def test_signs_alone_are_no_name():
    assert not names.has_letter("-’ .")
    assert not names.has_letter("")


@given(st.text(max_size=80))
def test_tidying_twice_changes_nothing_more(text):
    once = names.tidy(text)
    assert names.tidy(once) == once


@given(st.text(max_size=80))
def test_a_stranger_comes_from_the_text(text):
    found = names.stranger(text)
    assert found is None or found in unicodedata.normalize("NFC", text)


@given(st.text(alphabet=st.characters(whitelist_categories=["Lu", "Ll"], max_codepoint=0x24F), max_size=60))
def test_every_letter_of_the_latin_blocks_is_welcome(text):
    assert names.stranger("".join(char for char in text if unicodedata.name(char).startswith("LATIN"))) is None
