"""The answers: what is refused, and with which words."""

from datetime import date

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matricule.rules.answers import CATEGORIES, FIELDS, ROUTES, StudentAnswers, answers_schema, choices, fields, read
from matricule.rules.dates import PartialDate
from matricule.rules.errors import InputError

GOOD = {"nationality": "BR", "birth_date": "2004-03-17"}


def refused(given_, route="student"):
    with pytest.raises(InputError) as caught:
        read(route, given_)
    assert caught.value.fr and caught.value.en
    return caught.value


def test_answers_are_read_into_values():
    answers = read(
        "student",
        GOOD
        | {
            "nationality_2": "uk",
            "birth_country": "99115",
            "ceam_until": "2027-01-31",
            "academic_year_end": date(2027, 6, 30),
            "document_language": "nb",
            "home_cover": "ceam",
            "refugee": False,
            "french_origin": None,
        },
    )
    assert answers == {
        "nationality": "BR",
        "nationality_2": "GB",
        "birth_country": "99115",
        "birth_date": PartialDate(2004, 3, 17),
        "ceam_until": date(2027, 1, 31),
        "academic_year_end": date(2027, 6, 30),
        "document_language": "no",
        "home_cover": "ceam",
        "refugee": False,
    }


@pytest.mark.parametrize("value", ["2004-03-17", date(2004, 3, 17), PartialDate(2004, 3, 17)])
def test_a_birth_date_may_come_as_a_value(value):
    assert read("student", GOOD | {"birth_date": value})["birth_date"] == PartialDate(2004, 3, 17)


def test_reading_twice_changes_nothing():
    once = read("student", GOOD | {"nationality_2": "EL"})
    assert read("student", once) == once


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"colour": "red"}, "colour", "not known on this route"),
        ({"category": "salarie"}, "category", "not known on this route"),
        ({"nationality": "Brazil"}, "nationality", "two letters"),
        ({"nationality": "99115"}, "nationality", "exists no more"),
        ({"nationality": 5}, "nationality", "between quotes"),
        ({"nationality": None}, "nationality", "is missing"),
        ({"birth_date": None}, "birth_date", "is missing"),
        ({"birth_date": "17/03/2004"}, "birth_date", "2004-03-17"),
        ({"birth_date": 2004}, "birth_date", "between quotes"),
        ({"birth_country": "99999"}, "birth_country", "not in the list"),
        ({"residence_title": "tourist"}, "residence_title", "visa_d_card_later"),
        ({"residence_title": ["card"]}, "residence_title", "Choose one of"),
        ({"refugee": "yes"}, "refugee", "true or false"),
        ({"refugee": 1}, "refugee", "true or false"),
        ({"ceam_until": "soon"}, "ceam_until", "2027-08-31"),
        ({"ceam_until": 3}, "ceam_until", "between quotes"),
        ({"document_language": "klingon"}, "document_language", "not in the list"),
    ],
)
def test_what_cannot_be_read_names_the_answer_and_says_what_to_do(change, field, said):
    error = refused(GOOD | change)
    assert error.field == field
    assert said in error.en


def test_a_message_never_holds_the_value():
    assert "1998" not in str(refused(GOOD | {"birth_date": "1998-33-33 secret"}))


def test_an_unknown_route_lists_the_routes():
    error = refused(GOOD, route="tourist")
    assert error.field == "route"
    assert all(route in error.en for route in ROUTES)


def test_the_employee_says_the_category():
    assert refused(GOOD, route="employee").field == "category"
    for category in CATEGORIES:
        assert read("employee", GOOD | {"category": category})["category"] == category


@pytest.mark.parametrize("route", ROUTES)
def test_the_schema_is_a_schema_and_describes_every_answer(route):
    schema = answers_schema(route)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == set(fields(route))
    assert schema["additionalProperties"] is False
    assert all(item["description"] for item in schema["properties"].values())


@st.composite
def any_answers(draw, route="student"):
    """Answers that follow the schema."""
    values = {
        "bool": st.booleans(),
        "nationality": st.sampled_from(["FR", "DE", "BR", "CN", "GB"]),
        "country": st.sampled_from(["FR", "DE", "BR", "CN", "99115"]),
        "language": st.sampled_from(["fr", "pt", "zh", "nb"]),
        "date": st.dates(date(2025, 1, 1), date(2029, 1, 1)).map(str),
        "partial_date": st.dates(date(1950, 1, 1), date(2020, 1, 1)).map(str),
    }
    chosen = {}
    for field in fields(route).values():
        if field.needed or draw(st.booleans()):
            chosen[field.name] = draw(st.sampled_from(field.choices) if field.choices else values[field.kind])
    return chosen


@given(any_answers())
def test_what_follows_the_schema_is_read(answers):
    jsonschema.validate(answers, answers_schema("student"))
    assert set(read("student", answers)) == set(answers)


@pytest.mark.parametrize(
    "change", [{"colour": 1}, {"refugee": "yes"}, {"home_cover": "x"}, {"birth_date": "1/1/2000"}]
)
def test_what_the_schema_refuses_is_refused(change):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(GOOD | change, answers_schema("student"))
    refused(GOOD | change)


def test_the_typed_dictionary_names_the_same_answers():
    assert set(StudentAnswers.__annotations__) == set(fields("student"))


def test_each_answer_is_written_once_and_choices_have_values():
    names = [field.name for field in FIELDS]
    assert len(names) == len(set(names))
    assert all(bool(field.choices) is (field.kind == "choice") for field in FIELDS)
    assert choices("student")["agreement"] == ("none", "quebec", "andorra")


def test_an_empty_field_of_a_form_is_an_answer_not_given():
    assert read("student", GOOD | {"nationality_2": "", "ceam_until": "", "agreement": ""}) == read("student", GOOD)
    assert refused(GOOD | {"nationality": ""}).field == "nationality"


def test_false_is_an_answer():
    assert read("student", GOOD | {"refugee": False})["refugee"] is False
