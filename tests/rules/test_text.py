"""Searching as people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.text import fold, rank


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Île-de-France", "ile de france"),
        ("  CÔTE d’Ivoire ", "cote d ivoire"),
        ("Œuvre", "oeuvre"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("São Tomé & Príncipe", "sao tome principe"),
        ("𝓐ﬁ", "afi"),
        ("İzmir", "izmir"),
        ("", ""),
        ("…", ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text("abcdefghij ", min_size=1).filter(str.strip))
def test_a_name_finds_itself(name):
    assert rank(name, [name]) == 0
    assert rank(name.upper(), ["other", name]) == 0


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("UTT", 0),
        ("universite de tech", 1),
        ("technologie troyes", 2),
        ("tech troy", 2),
        ("chnologie", 3),
        ("troyes utt", 3),
        ("lyon", None),
        ("troyes lyon", None),
        ("", None),
        ("- ", None),
    ],
)
def test_rank(query, place):
    assert rank(query, ["Université de technologie de Troyes", "UTT", ""]) == place


def test_nothing_is_found_among_no_names():
    assert rank("a", []) is None
    assert rank("a", ["", ""]) is None


def test_what_strangers_type_is_remembered_within_bounds():
    assert fold.cache_info().maxsize is not None
