"""The list of documents in words: phases, pictures, and the one answer about translation."""

from datetime import date

import pytest

from matricule.core.i18n import in_language
from matricule.portals.public import listing
from matricule.rules import catalogue, orientation

TODAY = date(2026, 11, 21)
STUDENT = orientation.load("student")


def facts(slug: str, **changes):
    answers = orientation.general_answers(STUDENT.find_outcome(slug), on=TODAY)
    return STUDENT.facts({**answers, **changes}, on=TODAY)


def codes(phases) -> list[str]:
    return [item.code for phase in phases for item in phase.items]


def test_the_personal_list_answers_about_translation_where_the_certificate_is():
    phases = listing.personal(facts("register-with-visa"), on=TODAY)
    answers = {item.code: item.answer for phase in phases for item in phase.items if item.answer}
    assert set(answers) == {"civil_status"}
    assert answers["civil_status"].needed is True


def test_the_general_list_leaves_that_answer_open():
    phases = listing.general(facts("register-with-visa"), on=TODAY)
    assert "translation" not in codes(phases)
    assert all(item.answer is None for phase in phases for item in phase.items)


def test_a_refugee_has_no_certificate_to_translate():
    phases = listing.personal(facts("register-refugee"), on=TODAY)
    assert "ofpra" in codes(phases)
    assert all(item.answer is None for phase in phases for item in phase.items)


def test_without_the_language_the_country_speaks_or_the_answer_stays_open():
    known = listing.personal(facts("register-eu"), on=TODAY)
    answer = next(item.answer for phase in known for item in phase.items if item.code == "civil_status")
    assert answer.rule == "issued_in_free_movement"


def test_phases_are_numbered_and_counted():
    phases = listing.everything()
    assert [phase.number for phase in phases] == [1, 2, 3]
    assert [phase.key for phase in phases] == ["1", "2", "3"]
    codes = [item.code for phase in phases for item in phase.items]
    assert sorted(codes) == sorted(catalogue.load("student").entries)
    assert listing.count(phases) == len(codes) - 1  # a birth record and its translation are sent as one


@pytest.mark.parametrize("code", sorted(catalogue.load("student").entries))
def test_each_document_has_a_picture_of_its_own(code):
    address = listing.item(code).example
    assert f"matricule/examples/{code}." in address


def test_a_picture_that_does_not_exist_leaves_no_hole():
    assert listing.example_url("weather") == ""


@pytest.mark.parametrize(("language", "word"), [("fr", "Exemple"), ("en", "Example")])
def test_words_follow_the_language_of_the_moment(language, word):
    with in_language(language):
        item = listing.item("rib", reason="why")
    assert item.example_alt.startswith(word)
    assert item.title == catalogue.entry("student", "rib").name[language]
    assert item.reason == "why"
