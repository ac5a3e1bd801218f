"""A day typed in three parts: every edge of the calendar, and what a browser or a person may send instead."""

from datetime import date

import pytest
from django import forms as django_forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import clock
from matricule.portals.components import fields
from matricule.portals.components.forms import Form
from matricule.rules.dates import PartialDate

TODAY = date(2026, 11, 21)


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def typed(day: object = "", month: object = "", year: object = "") -> dict[str, str]:
    return {"day": str(day), "month": str(month), "year": str(year)}


def code(field: fields.DateField, *parts: object) -> str:
    with pytest.raises(ValidationError) as wrong:
        field.clean(typed(*parts))
    return wrong.value.code


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_of_the_calendar_can_be_typed(day: date) -> None:
    assert fields.DateField().clean(typed(day.day, day.month, day.year)) == day


@given(st.integers(-5, 40), st.integers(-5, 20), st.integers(1900, 2100))
def test_what_is_no_day_is_never_taken_for_one(day: int, month: int, year: int) -> None:
    try:
        real = date(year, month, day)
    except ValueError:
        assert ":" in code(fields.DateField(), day, month, year)
    else:
        assert fields.DateField().clean(typed(day, month, year)) == real


@pytest.mark.parametrize(("year", "days"), [(2023, 28), (2024, 29), (1900, 28), (2000, 29)])
def test_february_has_the_days_of_its_year(year: int, days: int) -> None:
    assert fields.DateField().clean(typed(days, 2, year)) == date(year, 2, days)
    assert code(fields.DateField(), days + 1, 2, year) == "day:day"


class TestToday:
    """What has not come yet, in business time."""

    @pytest.mark.parametrize(
        ("parts", "good"),
        [((21, 11, 2026), True), ((22, 11, 2026), False), ((1, 12, 2026), False), ((31, 12, 2025), True)],
    )
    def test_a_whole_day(self, today, parts, good) -> None:
        field = fields.DateField(past=True)
        if good:
            assert field.clean(typed(*parts))
        else:
            assert code(field, *parts) == "year:future"

    @pytest.mark.parametrize(
        ("parts", "good"),
        [(("", 11, 2026), True), (("", 12, 2026), False), (("", "", 2026), True), (("", "", 2027), False)],
    )
    def test_a_part_of_one_counts_from_its_first_day(self, today, parts, good) -> None:
        field = fields.DateField(past=True, partial=True)
        if good:
            assert isinstance(field.clean(typed(*parts)), PartialDate)
        else:
            assert code(field, *parts) == "year:future"

    def test_a_day_to_come_is_fine_where_nobody_asks_for_the_past(self, today) -> None:
        assert fields.DateField().clean(typed(1, 1, 2099)) == date(2099, 1, 1)


@pytest.mark.parametrize(("year", "good"), [(2015, True), (2014, False)])
def test_the_earliest_year_is_the_fields_own(year: int, good: bool) -> None:
    field = fields.DateField(earliest=2015)
    assert (field.clean(typed(1, 9, year)) if good else code(field, 1, 9, year)) == (
        date(2015, 9, 1) if good else "year:early"
    )


@pytest.mark.parametrize("nothing", [typed(), {}, None, "", {"day": None}])
def test_nothing_is_asked_for_or_left_empty(nothing: object) -> None:
    with pytest.raises(ValidationError) as wrong:
        fields.DateField().clean(nothing)
    assert wrong.value.code == "day:required"
    assert fields.DateField(required=False).clean(nothing) is None


@pytest.mark.parametrize(
    ("parts", "wrong"),
    [
        (("1e1", 3, 2004), "day:digits"), (("-1", 3, 2004), "day:digits"), (("²", 3, 2004), "day:digits"),
        ((1, "mars", 2004), "month:digits"), ((1, 3, "deux"), "year:digits"), ((1, 3, "2004.0"), "year:digits"),
        (("0", 3, 2004), "day:day_missing"), (("1", "0", 2004), "month:month_missing"), ((1, 1, "0000"), "year:early"),
        (("9" * 30, 3, 2004), "day:day_range"), ((1, 3, "9" * 30), "year:year"),
    ],
)  # fmt: skip
def test_signs_that_only_look_like_numbers(parts: tuple, wrong: str) -> None:
    assert code(fields.DateField(), *parts) == wrong


class TestTheThreeInputs:
    """What the widget reads and draws."""

    widget = fields.DateParts("bday")

    def test_spaces_around_are_dropped_and_missing_parts_empty(self) -> None:
        assert self.widget.value_from_datadict({"d_day": " 3 ", "d_year": None}, {}, "d") == typed(3)

    def test_it_is_left_out_only_when_all_three_are(self) -> None:
        assert self.widget.value_omitted_from_data({"other_day": "1"}, {}, "d")
        assert not self.widget.value_omitted_from_data({"d_month": ""}, {}, "d")

    def test_its_label_leads_to_the_first_part(self) -> None:
        assert self.widget.id_for_label("id_d") == "id_d_day"
        assert self.widget.id_for_label("id_d", "year") == "id_d_year" and self.widget.id_for_label("") == ""

    def parts(self, value: object, **attrs: object) -> dict[str, dict]:
        context = self.widget.get_context("d", value, dict(attrs))
        return {part["name"]: part for part in context["parts"]}

    def test_each_part_lets_the_browser_fill_it_in(self) -> None:
        assert [part["autocomplete"] for part in self.parts(None).values()] == ["bday-day", "bday-month", "bday-year"]
        plain = fields.DateParts().get_context("d", None, {})
        assert {part["autocomplete"] for part in plain["parts"]} == {"off"}

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (date(2004, 3, 14), ["14", "3", "2004"]),
            ("2004-03-00", ["", "3", "2004"]),
            ("2004-00-00", ["", "", "2004"]),
            ({"day": "x", "year": 2004}, ["x", "", "2004"]),
            ("rubbish", ["", "", ""]),
            (None, ["", "", ""]),
        ],
    )
    def test_what_is_known_is_shown(self, value: object, shown: list[str]) -> None:
        assert [part["value"] for part in self.parts(value).values()] == shown

    @pytest.mark.parametrize(
        ("wrong", "red"), [("month", ["d_month"]), ("all", ["d_day", "d_month", "d_year"]), ("", [])]
    )
    def test_only_the_wrong_part_is_marked(self, wrong: str, red: list[str]) -> None:
        found = self.parts(None, **{"data-wrong": wrong})
        assert [name for name, part in found.items() if part["invalid"]] == red


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("2004-03-14", typed("14", "03", "2004"), False),
        ("2004-03-14", typed("15", "3", "2004"), True),
        ("2004-03-00", typed("", "3", "2004"), False),
        (None, typed(), False),
        (None, typed("", "", "2004"), True),
        (date(2004, 3, 14), typed("14", "3", ""), True),
    ],
)
def test_what_counts_as_a_change(before: object, after: dict, changed: bool) -> None:
    assert fields.DateField().has_changed(before, after) is changed


class Several(Form):
    day = fields.DateField()
    letters = django_forms.CharField(widget=fields.Textarea(rows=2))
    country = fields.CountryField(countries=lambda: [("FR", "France")], autocomplete="country")


def test_which_part_of_a_date_is_wrong_is_known_only_once_it_was_sent() -> None:
    assert fields.wrong_part(Several()["day"]) == ""
    assert fields.wrong_part(Several({})["day"]) == "all"
    assert fields.wrong_part(Several({"day_day": "1", "day_month": "13", "day_year": "2004"})["day"]) == "month"
    assert fields.wrong_part(Several({"day_day": "1", "day_month": "3", "day_year": "2004"})["day"]) == ""


def test_a_field_without_parts_is_wrong_as_a_whole() -> None:
    assert fields.wrong_part(Several({})["letters"]) == "all"


def test_every_kind_of_input_has_our_look() -> None:
    form = Several()
    assert 'rows="2"' in str(form["letters"]) and 'class="input"' in str(form["letters"])
    assert 'autocomplete="country"' in str(form["country"]) and 'class="input"' in str(form["country"])


def test_an_unknown_first_country_leaves_no_hole() -> None:
    shown = fields.country_choices([("DE", "Germany"), ("FR", "France")], first=("XX", "FR"))
    assert [code for code, _ in shown] == ["", "FR", "DE"]
