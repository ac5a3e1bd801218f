"""The four pages of step 2: what is accepted, and the exact words when something is off."""

from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import i18n
from matricule.dossiers import plan
from matricule.portals.student import sections
from tests.portals.student.test_way import FORMS


def filled(name: str, **changes):
    data = QueryDict(mutable=True)
    data.update({**FORMS[name], **changes})
    with i18n.in_language("en"):
        form = sections.SECTIONS[name](data)
        form.is_valid()
    return form


def said(form, field: str) -> str:
    with i18n.in_language("en"):
        return " ".join(str(message) for message in form.errors.get(field, []))


def test_the_pages_are_those_of_the_plan_in_their_order():
    assert tuple(sections.SECTIONS) == plan.SECTIONS


@pytest.mark.parametrize("name", plan.SECTIONS)
def test_a_good_page_is_good(name):
    assert not filled(name).errors


@pytest.mark.parametrize(
    "name",
    ["Kavitha", "O’Brien-d’Arcy", "Nguyễn Thị", "Åkesson", "Müßig", "Đỗ", "Þór", "L’Été", "x" * 60, "Ó hÉigeartaigh"],
)
def test_names_are_welcome_as_they_are(name):
    form = filled("civil_status", birth_name=name)
    assert not form.errors and form.checked()["birth_name"] == name


def test_a_single_name_needs_no_given_name():
    assert not filled("civil_status", birth_name="Kavitha", given_names="").errors


def test_another_script_asks_for_the_passport_and_keeps_the_original_beside():
    form = filled("civil_status", birth_name="Коваленко", given_names="Олександра")
    assert "Latin letters" in said(form, "birth_name")
    assert form.data["original_names"] == "Коваленко Олександра"


def test_an_original_already_written_is_left_alone():
    form = filled("civil_status", birth_name="Коваленко", original_names="мое имя")
    assert form.data["original_names"] == "мое имя"


def test_a_sign_that_no_passport_carries_is_named():
    assert "“2”" in said(filled("civil_status", birth_name="Nguyễn2"), "birth_name")


@pytest.mark.parametrize(
    ("day", "month", "year", "kept"),
    [("14", "3", "2004", "2004-03-14"), ("", "3", "2004", "2004-03-00"), ("", "", "2004", "2004-00-00")],
)
def test_day_and_month_may_be_unknown(day, month, year, kept):
    form = filled("civil_status", birth_date_day=day, birth_date_month=month, birth_date_year=year)
    assert not form.errors and form.checked()["birth_date"] == kept


def test_day_and_month_that_may_be_swapped_are_said_so():
    form = filled("civil_status", birth_date_day="3", birth_date_month="14")
    assert "may be swapped" in said(form, "birth_date")


def test_a_birth_in_the_future_has_not_come():
    assert said(filled("civil_status", birth_date_year="2090"), "birth_date")


def test_a_country_that_no_longer_exists_can_be_a_birth_country():
    form = filled("civil_status", birth_country="99115")
    assert not form.errors, form.errors


def test_a_country_that_no_longer_exists_is_no_nationality():
    assert "nationality" in filled("civil_status", nationality="99115").errors


@pytest.mark.parametrize("field", ["birth_name", "sex", "birth_date", "birth_place", "birth_country", "nationality"])
def test_what_is_missing_is_asked_for_in_words(field):
    empty = {f"{field}_{part}": "" for part in ("day", "month", "year")} if field == "birth_date" else {field: ""}
    assert len(said(filled("civil_status", **empty), field)) > 15


def test_parents_may_be_unknown_when_the_certificate_names_none():
    form = filled("parents", no_parents="on", parent1_birth_name="", parent1_given_names="")
    assert not form.errors
    assert set(form.checked().values()) == {""} and "no_parents" not in form.checked()


def test_one_parent_is_asked_for_otherwise():
    form = filled("parents", parent1_birth_name="", parent1_given_names="")
    assert "tick the box" in said(form, "parent1_birth_name")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("06 12 34 56 78", "+33612345678"), ("+84 91 234 56 78", "+84912345678"), ("0033612345678", "+33612345678")],
)
def test_phones_french_and_foreign_are_accepted(typed, kept):
    form = filled("contact", phone=typed)
    assert not form.errors and form.checked()["phone"] == kept


@pytest.mark.parametrize("typed", ["12", "call me", "06 12"])
def test_a_phone_that_is_cut_short_says_how_to_write_it(typed):
    assert "06 12 34 56 78" in said(filled("contact", phone=typed), "phone")


@pytest.mark.parametrize("typed", ["2500", "250000", "SW1A 1AA", "25OOO"])
def test_a_postcode_of_elsewhere_says_which_address_is_needed(typed):
    assert "France" in said(filled("contact", postcode=typed), "postcode")


def test_a_postcode_with_a_space_is_fine():
    assert filled("contact", postcode="25 000").checked()["postcode"] == "25000"


def test_building_and_apartment_are_free():
    assert not filled("contact", building="", apartment="").errors


def test_a_school_by_its_name_brings_its_code():
    form = filled("studies", school="Université Côte d'Azur")
    assert form.checked()["school_uai"] == "0062205P"


def test_a_school_that_is_not_in_the_list_is_fine():
    form = filled("studies", school="École de cirque de Dole")
    assert not form.errors and form.checked()["school_uai"] == ""


def test_a_school_code_with_a_wrong_letter_is_said():
    assert said(filled("studies", school_uai="0062205A"), "school_uai")


def test_courses_far_ahead_are_most_likely_a_slip():
    assert "more than a year" in said(filled("studies", courses_start_year="2031"), "courses_start")


def test_the_arrival_may_stay_empty():
    form = filled("studies", arrival_date_day="", arrival_date_month="", arrival_date_year="")
    assert not form.errors and form.checked()["arrival_date"] is None


def test_dates_are_dates():
    assert filled("studies").checked()["courses_start"] == date(2026, 9, 7)


@pytest.mark.parametrize("name", plan.SECTIONS)
def test_what_was_typed_comes_back_as_it_was_typed(name):
    form_class = sections.SECTIONS[name]
    typed = {raw: f"<{raw}>" for raw in sections.raw_names(form_class)}
    html = form_class(initial=sections.initial_from(form_class, typed)).as_p()
    for raw in typed:
        if raw not in {"sex", "birth_country", "nationality", "no_parents"}:
            assert f"&lt;{raw}&gt;" in html


@given(st.text(max_size=40))
def test_no_name_breaks_the_page(text):
    form = filled("civil_status", birth_name=text, given_names=text)
    assert form.errors or form.checked()["birth_name"]
