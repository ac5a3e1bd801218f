"""Cleaning what people paste."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.numbers.shape import clean, digits, grouped


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" 1 98.07-99 ", "1980799"),
        ("1\u00a098\u202f07", "19807"),
        ("1–98—07‐99", "1980799"),
        ("2a004", "2A004"),
        ("１９８", "198"),
        ("1\u200b9\ufeff8\n", "198"),
        ("ßé", "ßé"),
        ("1/98", "1/98"),
    ],
)
def test_clean(text, value):
    assert clean(text) == value


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


@given(st.text("0123456789ABCDEF", max_size=40), st.lists(st.integers(1, 9), max_size=6))
def test_grouping_loses_nothing(text, sizes):
    shown = grouped(text, *sizes)
    assert shown.replace(" ", "") == text
    assert "  " not in shown and shown == shown.strip()


@pytest.mark.parametrize(("text", "expected"), [("0", True), ("", False), ("1a", False), ("²", False), ("٣", False)])
def test_digits_are_those_of_a_keyboard(text, expected):
    assert digits(text) is expected
