"""The words of the documents: each code its own, in both languages, in the voice of wording.md."""

import re
from xml.etree import ElementTree

import pytest

from matricule.portals import components
from matricule.rules import answers, catalogue, requirement_rows
from matricule.rules.errors import RulesError

STUDENT = catalogue.load("student")
ROUTE_LAYERS = ("everyone", "student", "refugee")
CODES = sorted({row.code for row in requirement_rows.table().rows if row.applies_to in ROUTE_LAYERS})
PARTS = ("name", "summary", "must_show", "not_needed", "without")


def texts(entry: catalogue.Entry):
    for part in PARTS:
        value = getattr(entry, part)
        yield from value if isinstance(value, tuple) else (value,)


ONE = """
[document.one]
icon = "file"
example = "one"
name = { fr = "Un", en = "One" }
summary = { fr = "Le premier", en = "The first" }
must_show = [{ fr = "a", en = "b" }, { fr = "c", en = "d" }]
not_needed = [{ fr = "e", en = "f" }, { fr = "g", en = "h" }]
without = { fr = "Rien", en = "Nothing" }
source = "seed"
"""
TWO = """
[document.two]
icon = "file"
example = "two"
name = { fr = "Deux", en = "Two" }
summary = { fr = "Le second", en = "The second" }
must_show = [{ fr = "i", en = "j" }, { fr = "k", en = "l" }]
not_needed = [{ fr = "m", en = "n" }, { fr = "o", en = "p" }]
without = { fr = "Tout", en = "All" }
source = "seed"
"""
MUST_SHOW_ONE = '{ fr = "a", en = "b" }, { fr = "c", en = "d" }'
MUST_SHOW_TWO = '{ fr = "i", en = "j" }, { fr = "k", en = "l" }'
GOOD = "checked = 2026-11-21\n" + ONE + TWO


def test_every_document_of_a_student_has_words_and_no_word_is_left_over():
    assert sorted(STUDENT.entries) == CODES


@pytest.mark.parametrize("code", CODES)
def test_each_document_has_its_own_example(code):
    assert catalogue.entry("student", code).example == code


@pytest.mark.parametrize("code", CODES)
def test_each_icon_is_in_the_sprite(code):
    sprite = ElementTree.parse(next(iter(components.__path__)) + "/static/matricule/icons.svg")
    ids = {element.get("id") for element in sprite.iter() if element.get("id")}
    assert catalogue.entry("student", code).icon in ids


@pytest.mark.parametrize("code", CODES)
def test_the_words_keep_to_the_voice(code):
    for text in texts(catalogue.entry("student", code)):
        assert "!" not in text["fr"] + text["en"]
        assert "'" not in text["fr"] + text["en"], "a typewriter apostrophe"
        assert not re.search(r"[^\u00a0]:(?!//)| [;?»]|« ", text["fr"]), text["fr"]
        assert not re.search(r"\b(invalid|incorrect|failed|oops|unfortunately)\b", text["en"], re.IGNORECASE)
        assert not re.search(r"\b(invalide|incorrect|malheureusement|oups)\b", text["fr"], re.IGNORECASE)


def test_nobody_is_asked_for_an_apostille_or_a_recent_certificate():
    needless = catalogue.entry("student", "civil_status").not_needed
    assert any("apostille" in item["fr"] and "apostille" in item["en"] for item in needless)
    assert any("moins de trois mois" in item["fr"] and "less than three months" in item["en"] for item in needless)


def test_a_code_without_words_stops():
    with pytest.raises(RulesError, match="weather: the catalogue has no words"):
        catalogue.entry("student", "weather")
    with pytest.raises(RulesError, match="no such catalogue"):
        catalogue.load("nowhere")


def test_a_good_file_is_read():
    assert sorted(catalogue.parse_text("g.toml", GOOD).entries) == ["one", "two"]


@pytest.mark.parametrize(
    ("old", "new", "row", "reason"),
    [
        ("checked = 2026-11-21", "checked = [", "file", "not TOML"),
        ("checked = 2026-11-21", "", "file", "'checked' is the day"),
        (ONE + TWO, "", "file", "describes no document"),
        ('icon = "file"\nexample = "one"', 'example = "one"', "one", "missing 'icon'"),
        ('source = "seed"\n\n[document.two]', 'source = "seed"\nmood = "x"\n[document.two]', "one", "unknown field"),
        ('example = "one"', 'example = " "', "one", "'example' is a text"),
        ('name = { fr = "Un", en = "One" }', 'name = { fr = "Un" }', "one", "'name' holds 'fr' and 'en'"),
        ('en = "One"', 'en = " "', "one", "'name' is empty"),
        ('en = "One"', 'en = "Un"', "one", "says the same in both languages"),
        (', { fr = "c", en = "d" }]', "]", "one", "at least two lines"),
        ('example = "two"', 'example = "one"', "one", "'example' is that of 'two'"),
        ('name = { fr = "Deux", en = "Two" }', 'name = { fr = "Un", en = "One" }', "one", "'name' is that of 'two'"),
        (MUST_SHOW_TWO, MUST_SHOW_ONE, "one", "list 'must_show' is that of 'two'"),
        ('{ fr = "m", en = "n" },', '{ fr = "e", en = "f" }, { fr = "g", en = "h" },', "one", "list 'not_needed'"),
    ],
)  # fmt: skip
def test_a_wrong_file_names_the_document_and_the_reason(old, new, row, reason):
    assert old in GOOD
    with pytest.raises(RulesError, match=reason) as refused:
        catalogue.parse_text("c.toml", GOOD.replace(old, new, 1))
    assert (refused.value.file, refused.value.row) == ("c.toml", row)


EMPLOYEE_LAYERS = {"everyone", "employee", "refugee", "child_in_request", "spouse_in_request", *answers.CATEGORIES}
EMPLOYEE_CODES = sorted({row.code for row in requirement_rows.table().rows if row.applies_to in EMPLOYEE_LAYERS})


def test_every_document_of_a_company_s_request_has_words_and_no_word_is_left_over():
    assert sorted(catalogue.load("employee").entries) == EMPLOYEE_CODES


@pytest.mark.parametrize("code", EMPLOYEE_CODES)
def test_the_words_for_companies_speak_of_the_person_in_the_voice_of_the_house(code):
    for text in texts(catalogue.entry("employee", code)):
        assert "!" not in text["fr"] + text["en"] and "'" not in text["fr"] + text["en"]
        assert not re.search(r"[^\u00a0]:(?!//)| [;?»]|« ", text["fr"]), text["fr"]
        assert not re.search(r"\b(votre photo|vos noms|your photo|your names)\b", text["fr"] + text["en"])


def test_an_offer_of_employment_and_a_dpae_are_no_contract():
    needless = catalogue.entry("employee", "work_contract").not_needed
    assert any("promesse" in item["fr"] for item in needless) and any("DPAE" in item["en"] for item in needless)
