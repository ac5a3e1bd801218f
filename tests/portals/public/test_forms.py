"""Forms made from questions: each kind has its field, its words, and its checked values."""

from datetime import date

import pytest

from matricule.core.i18n import in_language
from matricule.portals.public.forms import QuestionForm, TranslationForm, initial_of, language_choices
from matricule.rules import orientation

TODAY = date(2026, 11, 21)
STUDENT = orientation.load("student")


@pytest.fixture(autouse=True)
def _english():
    with in_language("en"):
        yield


def form(question_id: str, data=None, **kwargs) -> QuestionForm:
    question = STUDENT.question(question_id)
    return QuestionForm(question, question.options, data, on=TODAY, **kwargs)


@pytest.mark.parametrize(
    ("question", "data", "values"),
    [
        ("situation", {"situation": "study"}, {"situation": "study"}),
        ("with_parent", {"with_parent": "no"}, {"with_parent": False}),
        ("birth_country", {"birth_country": "99115"}, {"birth_country": "99115"}),
        ("birth_date", {"birth_date_year": "2004"}, {"birth_date": "2004-00-00"}),
        (
            "ceam_until",
            {"ceam_until_day": "31", "ceam_until_month": "8", "ceam_until_year": "2027"},
            {"ceam_until": "2027-08-31"},
        ),
        (
            "document_language",
            {"document_language": "vi", "plurilingual_extract": "on"},
            {"document_language": "vi", "plurilingual_extract": True, "multilingual_form": False},
        ),
    ],
)
def test_each_kind_of_question_gives_checked_values(question, data, values):
    bound = form(question, data)
    assert bound.is_valid(), bound.errors
    assert bound.values == values


@pytest.mark.parametrize(
    ("question", "data"),
    [
        ("situation", {"situation": "holiday"}),
        ("nationality", {"nationality": "99115"}),
        ("birth_date", {"birth_date_year": "1800"}),
        ("ceam_until", {"ceam_until_day": "1", "ceam_until_month": "1", "ceam_until_year": "1999"}),
    ],
)
def test_what_a_question_does_not_take_is_an_error_of_its_field(question, data):
    bound = form(question, data)
    assert not bound.is_valid()
    assert list(bound.errors) == [question]
    assert bound.values == {}


def test_lists_have_a_name_for_screen_readers():
    assert form("nationality").main.field.widget.attrs["aria-label"] == "What is your nationality?"


def test_countries_that_no_longer_exist_are_for_births_only():
    assert "Countries that no longer exist" in str(form("birth_country").main)
    assert "Countries that no longer exist" not in str(form("nationality").main)


def test_the_languages_of_a_country_stand_on_top_and_once():
    codes = [code for code, _name in language_choices(("ar", "fr", "xx"))]
    assert codes[:3] == ["", "ar", "fr"]
    assert codes.count("ar") == codes.count("fr") == 1


def test_a_question_asked_again_shows_its_answer():
    answers = {"with_parent": True, "nationality": "VN", "nationality_2": "FR", "situation": "study"}
    assert initial_of(STUDENT.question("with_parent"), answers) == {"with_parent": "yes"}
    assert initial_of(STUDENT.question("nationality"), answers) == {"nationality": "VN", "nationality_2": "FR"}
    assert initial_of(STUDENT.question("birth_date"), answers) == {}


def test_the_extra_fields_are_optional():
    bound = form("nationality", {"nationality": "VN"})
    assert bound.is_valid()
    assert [field.name for field in bound.extras] == ["nationality_2"]
    assert bound.values == {"nationality": "VN"}


def test_the_words_follow_the_language_of_the_moment():
    with in_language("fr"):
        assert str(form("situation").main.label) == "Je viens"
        assert not TranslationForm({}).is_valid()
    assert str(form("situation").main.label) == "I come to"
