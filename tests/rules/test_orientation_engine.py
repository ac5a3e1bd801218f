"""The orientation engine on a small file of the test's own: each rule of the engine with nothing else around it."""

from dataclasses import replace
from datetime import date

import pytest

from matricule.rules.orientation import Option, general_answers
from matricule.rules.orientation_conditions import Missing
from matricule.rules.orientation_loading import parse_text

ON = date(2026, 11, 21)


def words(*names: str) -> str:
    return "".join(f'{name} = {{ fr = "{name} fr", en = "{name} en" }}\n' for name in names)


def question(name: str, kind: str = "yes_no", more: str = "") -> str:
    return f'[[question]]\nid = "{name}"\nkind = "{kind}"\n{words("text", "why", "short", "change", "error")}{more}\n'


def outcome(slug: str, when: str, kind: str = "elsewhere", more: str = "") -> str:
    return (
        f'[[outcome]]\nslug = "{slug}"\nkind = "{kind}"\nwhen = {when}\nsource = "S"\n{words("title", "rule")}'
        f'body = [{{ fr = "b", en = "b" }}]\nsteps = [{{ fr = "s", en = "s" }}]\n{more}\n'
    )


CHOICE = (
    'options = [{ value = "a", text = { fr = "A", en = "A" }, sets = { paid = true } },'
    ' { value = "b", text = { fr = "B", en = "B" }, when = { minor = true } },'
    ' { value = "unsure", text = { fr = "?", en = "?" }, settles = false }]\nask_when = { works = true }\n'
)
FILE = (
    'checked = 2026-11-21\nfacts = ["works", "paid", "title", "minor", "home"]\n'
    + question("birth_date", "date", 'extras = [{ id = "twin", kind = "yes_no", text = { fr = "t", en = "t" } }]')
    + question("works")
    + question("title", "choice", CHOICE)
    + question("home", "country", "ask_when = { minor = true }\nlikely = true")
    + outcome("young", "{ age = { under = 10 } }", "not_yet")
    + outcome("idle", "{ works = false }", "must_not")
    + outcome("in", "{ works = true }", "register", 'general = { works = true, birth_date = "age:17" }')
    + '[[derive]]\nkey = "minor"\nvalue = true\nwhen = { age = { under = 18 } }\n'
    + '[[derive]]\nkey = "minor"\nvalue = false\n'
    + '[[derive]]\nkey = "home"\ncopy = "title"\nwhen = { minor = false, works = true }\n'
    + '[[note]]\nid = "n"\ntext = { fr = "n", en = "n" }\nsource = "S"\nwhen = { twin = true }\n'
)
SMALL = parse_text("small.toml", FILE)
ADULT = {"birth_date": "2000-01-01"}
MINOR = {"birth_date": "2010-01-01"}


def next_id(answers):
    found = SMALL.next_question(answers, on=ON)
    return found.id if found else None


def end(answers):
    found = SMALL.outcome(answers, on=ON)
    return found.slug if found else None


@pytest.mark.parametrize(
    ("answers", "question_id", "slug"),
    [
        ({}, "birth_date", None),
        ({"birth_date": "2020-01-01"}, None, "young"),
        (ADULT, "works", None),
        (ADULT | {"works": False}, None, "idle"),
        (ADULT | {"works": True}, "title", None),
        (ADULT | {"works": True, "title": "a"}, None, "in"),
        (ADULT | {"works": True, "title": "unsure"}, "title", None),
        (MINOR | {"works": True, "title": "b"}, "home", None),
        (MINOR | {"works": True, "title": "b", "home": "VN"}, None, "in"),
        ({"works": False}, "birth_date", None),
    ],
)
def test_the_way_through(answers, question_id, slug):
    assert (next_id(answers), end(answers)) == (question_id, slug)


def test_an_end_further_down_waits_for_one_that_is_still_open():
    """Somebody who does not work may still be too young: the first end is not yet known, so the second is not told."""
    assert end({"works": False}) is None


def test_no_end_at_all_is_no_end():
    alone = replace(SMALL, outcomes=SMALL.outcomes[:1])
    assert alone.outcome(ADULT | {"works": True, "title": "a"}, on=ON) is None


def test_an_answer_that_does_not_settle_counts_as_none():
    answers = ADULT | {"works": True, "title": "unsure"}
    assert [found.id for found in SMALL.asked(answers, on=ON)] == ["birth_date", "works", "title"]
    assert [found.id for found in SMALL.answered(answers, on=ON)] == ["birth_date", "works"]
    assert "title" not in SMALL.facts(answers, on=ON) and "paid" not in SMALL.facts(answers, on=ON)


def test_what_an_option_sets_is_a_fact_of_its_path_only():
    answers = ADULT | {"works": True, "title": "a"}
    assert SMALL.facts(answers, on=ON) == {"works": True, "paid": True, "title": "a", "minor": False, "home": "a"}
    assert "paid" not in SMALL.facts(answers | {"works": False}, on=ON), "the question is not on this path"


def test_the_first_derivation_that_holds_decides():
    assert SMALL.facts(MINOR, on=ON)["minor"] is True
    assert SMALL.facts(ADULT, on=ON)["minor"] is False
    assert "minor" not in SMALL.facts({}, on=ON), "while the first is open, the second is not taken"


def test_a_question_that_is_asked_is_not_derived():
    asked = MINOR | {"works": True, "title": "b", "home": "VN"}
    assert SMALL.facts(asked, on=ON)["home"] == "VN"
    assert SMALL._lookup(MINOR | {"works": True}, ON)("home") is Missing.UNKNOWN
    assert SMALL._lookup(ADULT | {"works": False}, ON)("home") is Missing.ABSENT
    assert SMALL._lookup(ADULT, ON)("nothing") is Missing.ABSENT


@pytest.mark.parametrize(("answers", "offered"), [({}, "a b unsure"), (MINOR, "a b unsure"), (ADULT, "a unsure")])
def test_an_option_goes_only_when_it_is_certain_not_to_fit(answers, offered):
    found = SMALL.options(SMALL.question("title"), answers, on=ON)
    assert [option.value for option in found] == offered.split()


@pytest.mark.parametrize(("twin", "notes"), [(True, ["n"]), (False, []), (None, [])])
def test_a_field_beside_a_question_can_be_read(twin, notes):
    answers = ADULT if twin is None else ADULT | {"twin": twin}
    assert [note.id for note in SMALL.notes_for(answers, on=ON)] == notes


def test_a_field_beside_a_question_that_is_not_answered_is_not_known():
    assert SMALL._lookup({"twin": True}, ON)("twin") is Missing.UNKNOWN


@pytest.mark.parametrize(
    ("answers", "progress"),
    [
        ({}, (1, 2)),
        (MINOR, (2, 1)),
        (ADULT, (2, 0)),
        (ADULT | {"works": True}, (3, 0)),
        (MINOR | {"works": True}, (3, 1)),
        (ADULT | {"works": False}, (2, 0)),
    ],
)
def test_progress_counts_what_is_asked_and_what_is_likely(answers, progress):
    assert SMALL.progress(answers, on=ON) == progress


def test_progress_of_a_question_that_is_shown_again():
    answers = MINOR | {"works": True, "title": "b"}
    assert SMALL.progress(answers, on=ON, current=SMALL.question("works")) == (2, 2)


def test_what_does_not_exist_is_none():
    assert SMALL.question("x") is SMALL.find_outcome("x") is None
    assert SMALL.question("title").option("z") is None
    assert isinstance(SMALL.question("title").option("b"), Option)


@pytest.mark.parametrize(("on", "year"), [(ON, "2009"), (date(2030, 1, 1), "2013")])
def test_typical_answers_grow_older_with_the_calendar(on, year):
    assert general_answers(SMALL.find_outcome("in"), on=on) == {"works": True, "birth_date": year}


def test_ages_are_those_of_the_day_of_the_request():
    assert SMALL.facts({"birth_date": "2008-11-21"}, on=ON)["minor"] is False
    assert SMALL.facts({"birth_date": "2008-11-22"}, on=ON)["minor"] is True
    assert SMALL.facts({"birth_date": "2008-00-00"}, on=ON)["minor"] is True, "doubt helps the young"
