"""Reading an orientation file: a wrong one is refused with file, row and reason."""

import pytest

from matricule.rules import orientation, orientation_loading
from matricule.rules.errors import RulesError
from matricule.rules.orientation_loading import parse_text

QUESTION = """
[[question]]
id = "work"
kind = "choice"
text = { fr = "Travail", en = "Work" }
why = { fr = "Pourquoi", en = "Why" }
short = { fr = "Court", en = "Short" }
change = { fr = "le travail", en = "the work" }
error = { fr = "Choisissez", en = "Choose" }
options = [
    { value = "yes", text = { fr = "Oui", en = "Yes" }, sets = { paid = true } },
    { value = "no", text = { fr = "Non", en = "No" } },
]
"""

SECOND = (
    QUESTION.replace('id = "work"', 'id = "born"')
    .replace('kind = "choice"', 'kind = "country"')
    .replace(QUESTION[QUESTION.index("options") :], "")
)

OUTCOME = """
[[outcome]]
slug = "elsewhere"
kind = "elsewhere"
title = { fr = "Ailleurs", en = "Elsewhere" }
body = [{ fr = "Texte", en = "Text" }]
steps = [{ fr = "Allez", en = "Go" }]
rule = { fr = "Article", en = "Article" }
source = "L160-1"
when = { paid = true }
"""

NOTE = '[[note]]\nid = "n"\ntext = { fr = "Un", en = "One" }\nsource = "S"\nwhen = { work = "no" }\n'
DERIVE = '[[derive]]\nkey = "late"\nvalue = true\nwhen = { work = "no" }\n'
HEAD = 'checked = 2026-11-21\nfacts = ["work", "paid"]\n[groups]\nnorth = ["NO"]\n'
GOOD = HEAD + QUESTION + SECOND + OUTCOME + NOTE + DERIVE


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_good_file_is_read():
    orient = parse_text("small.toml", GOOD)
    assert orient.name == "small"
    assert [question.id for question in orient.questions] == ["work", "born"]
    assert orient.outcomes[0].rule.source == "L160-1"
    assert {(row.key, row.value) for row in orient.derivations} == {("paid", True), ("late", True)}


def test_every_file_of_the_product_is_good():
    assert "student" in orientation_loading.names()
    for name in orientation_loading.names():
        assert orientation.load(name).name == name


def test_a_file_is_read_once():
    assert orientation.load("student") is orientation.load("student")


def test_a_file_that_does_not_exist_is_refused():
    with pytest.raises(RulesError, match=r"nowhere\.toml.*no such orientation"):
        orientation_loading.read("nowhere")


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ("= nothing", "file", "not TOML"),
        (changed("checked = 2026-11-21", 'checked = "today"'), "file", "'checked' is the day"),
        (HEAD + OUTCOME, "question", "no \\[\\[question\\]\\]"),
        (HEAD + QUESTION, "outcome", "no \\[\\[outcome\\]\\]"),
        (GOOD + QUESTION, "question work", "appears twice"),
        (changed('id = "work"\n', ""), "question number 1", "'id' is missing"),
        (changed('kind = "choice"', 'kind = "riddle"'), "question work", "kind 'riddle'"),
        (changed('{ value = "no", text = { fr = "Non", en = "No" } },', ""), "question work", "at least two options"),
        (changed('value = "no"', 'value = "yes"'), "question work", "same value"),
        (changed('{ value = "no"', '{ worth = "no"'), "question work", "no value"),
        (changed('why = { fr = "Pourquoi", en = "Why" }', ""), "question work", "'why' holds 'fr' and 'en'"),
        (changed('en = "Why"', 'en = " "'), "question work", "'why' is empty in one language"),
        (changed('kind = "choice"', 'kind = "choice"\nwhom = 1'), "question work", "unknown field 'whom'"),
        (changed('kind = "choice"', 'kind = "choice"\nyears = [1, 0]'), "question work", "first and the last year"),
        (changed('kind = "choice"', 'kind = "choice"\nextras = [{ id = "x" }]'), "question work", "an extra field"),
        (changed("when = { paid = true }", "when = { paid = { like = 1 } }"), "outcome elsewhere", "operator 'like'"),
        (changed("when = { paid = true }", "when = { money = true }"), "outcome elsewhere", "reads 'money'"),
        (changed("when = { paid = true }", 'when = { work = "maybe" }'), "outcome elsewhere", "never has the value"),
        (
            changed("when = { paid = true }", 'when = { born = { from = "20x" } }'),
            "outcome elsewhere",
            "neither a date nor a question",
        ),
        (changed('kind = "elsewhere"', 'kind = "maybe"'), "outcome elsewhere", "kind 'maybe'"),
        (changed('kind = "elsewhere"', 'kind = "register"'), "outcome elsewhere", "has 'general' answers"),
        (changed('body = [{ fr = "Texte", en = "Text" }]', "body = []"), "outcome elsewhere", "body and next steps"),
        (changed('en = "Go" }', 'en = "Go", link = "x" }'), "outcome elsewhere", "a step with a link"),
        (changed('source = "L160-1"', 'source = ""'), "outcome elsewhere", "'source' is missing"),
        (changed('source = "S"', ""), "note n", "'source' is missing"),
        (changed("value = true", ""), "derive late", "either a value or the key"),
        (changed("value = true", 'copy = "moon"'), "derive late", "copies 'moon'"),
        (changed('facts = ["work", "paid"]', 'facts = ["moon"]'), "facts", "nothing supplies 'moon'"),
        (changed('north = ["NO"]', 'north = ["XX"]'), "group north", "'XX' is not a country"),
        (changed('north = ["NO"]', "north = []"), "group north", "a list of codes"),
        (changed('north = ["NO"]', 'north = { countries = "rich" }'), "group north", "property of countries"),
        (
            changed('kind = "country"', 'kind = "country"\nask_when = { born = "FR" }'),
            "questions",
            "wait for each other: born",
        ),
    ],
)
def test_a_wrong_file_names_its_row_and_the_reason(text, row, reason):
    with pytest.raises(RulesError, match=reason) as refused:
        parse_text("wrong.toml", text)
    assert (refused.value.file, refused.value.row) == ("wrong.toml", row)


def test_options_of_a_yes_no_question_are_yes_and_no():
    text = changed('kind = "choice"', 'kind = "yes_no"').replace('value = "no"', 'value = "perhaps"', 1)
    with pytest.raises(RulesError, match="are 'yes' and 'no'"):
        parse_text("wrong.toml", text)


def test_groups_come_from_the_table_of_countries():
    text = changed('north = ["NO"]', 'north = { countries = "union", but = ["FR"] }')
    text = text.replace("when = { paid = true }", 'when = { born = { group = "north" } }')
    condition = parse_text("g.toml", text).outcomes[0].when
    members = condition.tests[0].operand
    assert {"DE", "IS", "CH"} <= set(members)
    assert "FR" not in members
    assert "GB" not in members


def test_two_questions_that_wait_for_each_other_are_refused():
    text = GOOD.replace('kind = "choice"', 'kind = "choice"\nask_when = { born = "FR" }', 1)
    text = text.replace('kind = "country"', 'kind = "country"\nask_when = { work = "yes" }', 1)
    with pytest.raises(RulesError, match="wait for each other"):
        parse_text("loop.toml", text)
