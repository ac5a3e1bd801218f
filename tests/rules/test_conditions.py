"""The words of a condition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.conditions import parse

FACTS = ("adult", "french")
CHOICES = {"title": ("card", "vls_ts"), "cover": ("none", "s1")}


def holds(words, facts=None, **answers):
    condition = parse(words, facts=FACTS, choices=CHOICES)
    return condition.holds({"adult": False, "french": False} | (facts or {}), answers)


def test_no_word_means_always():
    assert holds([])


@given(st.booleans(), st.booleans())
def test_all_words_must_hold(adult, french):
    facts = {"adult": adult, "french": french}
    assert holds(["adult", "french"], facts) is (adult and french)
    assert holds(["adult", "!french"], facts) is (adult and not french)


@pytest.mark.parametrize(
    ("word", "answer", "expected"),
    [
        ("title=card", "card", True),
        ("title=card", "vls_ts", False),
        ("title=card", None, False),
        ("title=card|vls_ts", "vls_ts", True),
        ("title!=card", "vls_ts", True),
        ("title!=card", "card", False),
        ("title!=card", None, True),
        ("title!=card|vls_ts", "vls_ts", False),
    ],
)
def test_an_answer_is_one_of_the_values(word, answer, expected):
    assert holds([word], title=answer) is expected


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("Adult", "is not a condition"),
        ("", "is not a condition"),
        ("title=", "is not a condition"),
        ("title==card", "is not a condition"),
        ("!title=card", "is not a condition"),
        ("adult or french", "is not a condition"),
        ("__import__('os')", "is not a condition"),
        ("rich", "no fact 'rich'"),
        ("title", "no fact 'title'"),
        ("title=passport", "title cannot be passport"),
        ("colour=red", "colour cannot be red"),
    ],
)
def test_a_word_that_is_not_known_is_refused(word, why):
    with pytest.raises(ValueError, match=why):
        parse([word], facts=FACTS, choices=CHOICES)


@given(st.text(max_size=30))
def test_no_text_is_ever_more_than_a_word(text):
    try:
        condition = parse([text], facts=FACTS, choices=CHOICES)
    except ValueError:
        return
    assert {word.name for word in condition.words} <= {*FACTS, *CHOICES}
