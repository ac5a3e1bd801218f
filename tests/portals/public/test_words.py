"""Lists of sentences: complete in both languages, in the voice of wording.md, no promise that nothing holds."""

import re

import pytest

from matricule.core.i18n import in_language
from matricule.portals.public import words

GROUPS = (words.numbers, words.lost_number, words.personal_data)
LISTS = [
    words.insurance,
    words.opens,
    words.tips,
    words.translators,
    *(lambda f=f, k=k: f()[k] for f in GROUPS for k in f()),
]


@pytest.mark.parametrize("number", range(len(LISTS)))
def test_each_list_has_as_many_lines_in_both_languages_and_other_words(number):
    said = {}
    for language in ("fr", "en"):
        with in_language(language):
            said[language] = LISTS[number]()
    assert len(said["fr"]) == len(said["en"]) >= 1
    assert not set(said["fr"]) & set(said["en"])


@pytest.mark.parametrize("make", [words.steps, words.journey])
def test_a_way_has_four_steps_and_begins_now(make):
    assert [step["state"] for step in make()] == ["now", "todo", "todo", "todo"]


def test_no_delay_is_promised_that_no_rule_or_clock_holds():
    with in_language("en"):
        said = " ".join(step["when"] for step in words.journey())
    assert re.findall(r"\d+ \w+", said) == ["20 minutes", "15 working", "2 months"]
    assert "target" in said


@pytest.mark.parametrize(("register", "count"), [(True, 3), (False, 2)])
def test_who_decides_is_said_where_somebody_decides(register, count):
    assert len(words.short(register=register)) == count


def test_the_digits_are_fifteen():
    with in_language("en"):
        spans = [row[0]["text"] for row in words.digits()]
    ends = [int(span.split("–")[-1]) for span in spans]
    starts = [int(span.split("–")[0]) for span in spans]
    assert (starts[0], ends[-1]) == (1, 15)
    assert starts[1:] == [end + 1 for end in ends[:-1]]
    assert len(words.columns()) == 2
