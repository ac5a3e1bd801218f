"""Reading answers: what is taken, what is refused, and what survives an older page."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules import countries, orientation
from matricule.rules.errors import InputError
from matricule.rules.orientation_answers import kept, merged, validate_answer

TODAY = date(2026, 11, 21)
STUDENT = orientation.load("student")


def read(question: str, **raw):
    return validate_answer(STUDENT.question(question), raw, on=TODAY)


@pytest.mark.parametrize(
    ("question", "raw", "values"),
    [
        ("situation", {"situation": "study"}, {"situation": "study"}),
        ("has_number", {"has_number": "unsure"}, {"has_number": "unsure"}),
        ("birth_country", {"birth_country": "vn"}, {"birth_country": "VN"}),
        ("birth_country", {"birth_country": "99115"}, {"birth_country": "99115"}),
        ("nationality", {"nationality": "UK"}, {"nationality": "GB"}),
        ("nationality", {"nationality": "VN", "nationality_2": ""}, {"nationality": "VN"}),
        ("nationality", {"nationality": "VN", "nationality_2": "FR"}, {"nationality": "VN", "nationality_2": "FR"}),
        ("birth_date", {"birth_date": "2004"}, {"birth_date": "2004-00-00"}),
        ("birth_date", {"birth_date": "2004-03-00"}, {"birth_date": "2004-03-00"}),
        ("with_parent", {"with_parent": "yes"}, {"with_parent": True}),
        ("with_parent", {"with_parent": False}, {"with_parent": False}),
        ("ceam_until", {"ceam_until": "2027-08-31"}, {"ceam_until": "2027-08-31"}),
        (
            "ceam_until",
            {"ceam_until": "2027-08-31", "academic_year_end": "2027-06-30"},
            {"ceam_until": "2027-08-31", "academic_year_end": "2027-06-30"},
        ),
        (
            "document_language",
            {"document_language": "nb", "plurilingual_extract": "on", "document_country": "99115"},
            {
                "document_language": "no",
                "plurilingual_extract": True,
                "multilingual_form": False,
                "document_country": "99115",
            },
        ),
    ],
)
def test_what_is_taken(question, raw, values):
    assert read(question, **raw) == values


@pytest.mark.parametrize(
    ("question", "raw", "field"),
    [
        ("situation", {}, "situation"),
        ("situation", {"situation": "holiday"}, "situation"),
        ("with_parent", {}, "with_parent"),
        ("with_parent", {"with_parent": "perhaps"}, "with_parent"),
        ("birth_country", {"birth_country": ""}, "birth_country"),
        ("birth_country", {"birth_country": "ZZ"}, "birth_country"),
        ("nationality", {"nationality": "99115"}, "nationality"),
        ("nationality", {"nationality": "NC"}, "nationality"),
        ("nationality", {"nationality": "VN", "nationality_2": "99115"}, "nationality_2"),
        ("birth_date", {"birth_date": "2004-14-09"}, "birth_date"),
        ("birth_date", {"birth_date": "2027-01-01"}, "birth_date"),
        ("birth_date", {"birth_date": "1880"}, "birth_date"),
        ("ceam_until", {"ceam_until": "2027-08"}, "ceam_until"),
        ("ceam_until", {"ceam_until": "2020-08-31"}, "ceam_until"),
        ("ceam_until", {"ceam_until": "2027-08-31", "academic_year_end": "2027"}, "academic_year_end"),
        ("document_language", {"document_language": "klingon"}, "document_language"),
    ],
)
def test_what_is_refused_names_its_field_and_speaks_both_languages(question, raw, field):
    with pytest.raises(InputError) as refused:
        read(question, **raw)
    assert refused.value.field == field
    assert refused.value.fr != refused.value.en
    assert all(word not in refused.value.text["en"].lower() for word in ("invalid", "incorrect", "error"))
    assert all(word not in refused.value.text["fr"].lower() for word in ("invalide", "incorrect", "erreur"))


def test_a_day_of_next_month_is_not_yet_a_birth_date():
    assert read("birth_date", birth_date="2026-11-00") == {"birth_date": "2026-11-00"}
    with pytest.raises(InputError):
        read("birth_date", birth_date="2026-12-00")


def test_answering_again_forgets_the_optional_fields_of_that_page_only():
    before = {"nationality": "VN", "nationality_2": "FR", "birth_country": "VN"}
    after = merged(STUDENT.question("nationality"), before, {"nationality": "ES"})
    assert after == {"nationality": "ES", "birth_country": "VN"}
    assert before["nationality_2"] == "FR"


def test_what_an_older_page_held_is_checked_again():
    old = {"situation": "study", "nationality": "XX", "birth_country": "VN", "hobby": "chess", "birth_date": 2004}
    assert kept(STUDENT, old, on=TODAY) == {"situation": "study", "birth_country": "VN", "birth_date": "2004-00-00"}


@given(st.dictionaries(st.sampled_from([q.id for q in STUDENT.questions]), st.text(max_size=8) | st.booleans()))
def test_whatever_comes_back_leaves_only_answers_that_the_questions_take(answers):
    found = kept(STUDENT, answers, on=TODAY)
    assert kept(STUDENT, found, on=TODAY) == found
    assert set(found) <= {q.id for q in STUDENT.questions} | {e.id for q in STUDENT.questions for e in q.extras}


@given(st.sampled_from([code for code, c in countries.table().items() if c.kind == "current"]))
def test_every_country_of_today_can_be_a_nationality_and_a_birth_country(code):
    assert read("nationality", nationality=code)["nationality"] == code
    assert read("birth_country", birth_country=code)["birth_country"] == code
