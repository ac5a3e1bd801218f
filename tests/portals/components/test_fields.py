"""What fields accept, and the words they use when something is wrong (wording.md 6)."""

import uuid
from datetime import date

import pytest
from django import forms as django_forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from matricule.core import clock
from matricule.core.i18n import Localized, in_language
from matricule.portals.components.fields import (
    CheckCard,
    ChoiceCards,
    CodeField,
    CountryField,
    DateField,
    IbanField,
    KeyField,
    country_choices,
)
from matricule.portals.components.forms import Form
from matricule.rules.dates import PartialDate

COUNTRIES = [("DE", Localized("Allemagne", "Germany")), ("ET", Localized("Éthiopie", "Ethiopia")),
             ("FR", Localized("France", "France")), ("EG", Localized("Égypte", "Egypt"))]  # fmt: skip


GONE = [("YU", Localized("Yougoslavie", "Yugoslavia"))]


class Dates(Form):
    born = DateField(partial=True, past=True, autocomplete="bday", label="Born", required=False)
    starts = DateField(label="Starts", required=False)


def typed(name: str, day: str = "", month: str = "", year: str = "") -> dict[str, str]:
    return {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}


def error(name: str, *parts: str) -> tuple[str, str]:
    """Return the code and the sentence of the one error."""
    form = Dates(typed(name, *parts))
    assert not form.is_valid()
    (found,) = form.errors.as_data()[name]
    return found.code, str(form.errors[name][0])


def test_dates_are_read_with_or_without_zeros_and_spaces() -> None:
    form = Dates({**typed("born", " 3", "08 ", "2004"), **typed("starts", "1", "9", "2026")})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"born": PartialDate(2004, 8, 3), "starts": date(2026, 9, 1)}


@pytest.mark.parametrize(("parts", "stored"), [(("", "3", "2004"), "2004-03-00"), (("", "", "2004"), "2004-00-00")])
def test_an_unknown_day_or_month_stays_empty(parts: tuple[str, str, str], stored: str) -> None:
    form = Dates(typed("born", *parts))
    assert form.is_valid(), form.errors
    assert str(form.cleaned_data["born"]) == stored


def test_nothing_typed_in_an_optional_date_is_none() -> None:
    form = Dates(typed("born"))
    assert form.is_valid()
    assert form.cleaned_data["born"] is None


@pytest.mark.parametrize(
    ("name", "parts", "code", "sentence"),
    [
        ("born", ("3", "14", "2004"), "month:swapped",
         "The month goes from 1 to 12. You wrote 14: day and month may be swapped."),
        ("born", ("14", "15", "2004"), "month:month", "The month goes from 1 to 12. You wrote 15."),
        ("born", ("", "14", "2004"), "month:month", "The month goes from 1 to 12. You wrote 14."),
        ("born", ("32", "1", "2004"), "day:day_range", "The day goes from 1 to 31. You wrote 32."),
        ("born", ("30", "2", "2004"), "day:day", "February 2004 has 29 days. You wrote 30."),
        ("born", ("14", "", "2004"), "month:month_without",
         "The month is missing. If nobody knows it, leave the day empty too."),
        ("born", ("14", "3", ""), "year:year_missing", "The year is missing."),
        ("born", ("14", "3", "04"), "year:year", "Write the year with four digits, for example 2004."),
        ("born", ("14", "3", "1204"), "year:early", "The year starts at 1900 here. You wrote 1204."),
        ("born", ("x", "3", "2004"), "day:digits", "Write the date with digits, for example 14 3 2004."),
        ("born", ("٣", "3", "2004"), "day:digits", "Write the date with digits, for example 14 3 2004."),
        ("starts", ("", "9", "2026"), "day:day_missing", "The day is missing."),
        ("starts", ("1", "", "2026"), "month:month_missing", "The month is missing."),
    ],
)  # fmt: skip
def test_each_wrong_date_has_its_sentence(name: str, parts: tuple[str, ...], code: str, sentence: str) -> None:
    assert error(name, *parts) == (code, sentence)


def test_a_birth_is_not_tomorrow() -> None:
    later = clock.today().year + 1
    assert error("born", "1", "1", str(later))[0] == "year:future"
    assert Dates(typed("starts", "1", "1", str(later))).is_valid()


def test_the_french_sentence_is_the_one_of_the_wording_paper() -> None:
    with in_language("fr"):
        said = error("born", "3", "14", "2004")[1]
    assert said == "Le mois va de 1 à 12. Vous avez écrit 14\u00a0: le jour et le mois sont peut-être inversés."


@given(st.tuples(st.text(max_size=5), st.text(max_size=5), st.text(max_size=6)))
def test_no_text_breaks_a_date(parts: tuple[str, str, str]) -> None:
    form = Dates(typed("born", *parts))
    assert form.is_valid() or form.errors["born"]


def test_a_date_is_unchanged_when_it_is_typed_again() -> None:
    form = Dates(typed("born", "03", "8", "2004"), initial={"born": "2004-08-03", "starts": None})
    assert form.changed_data == []
    assert Dates(typed("born", "4", "8", "2004"), initial={"born": "2004-08-03"}).changed_data == ["born"]


def test_an_initial_date_shows_its_known_parts() -> None:
    shown = str(Dates(initial={"born": "2004-03-00", "starts": date(2026, 9, 1)}))
    assert 'name="born_day" value=""' in shown
    assert 'name="born_month" value="3"' in shown
    assert 'name="starts_year" value="2026"' in shown


def code(text: str) -> Form:
    return type("Code", (Form,), {"code": CodeField(label="Code")})({"code": text})


@pytest.mark.parametrize("text", ["402718", "402 718", " 402-718 ", "402\u00a0718", "402\u202f718"])
def test_a_code_is_taken_as_people_paste_it(text: str) -> None:
    form = code(text)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["code"] == "402718"


@pytest.mark.parametrize("text", ["40271", "4027181", "40271a", "٤٠٢٧١٨"])
def test_a_code_of_another_shape_says_so(text: str) -> None:
    form = code(text)
    assert not form.is_valid()
    assert form.errors["code"] == [f"A code has 6 digits. You wrote {len(text)}."]


def test_countries_are_ordered_without_their_accents_in_the_language_of_the_page() -> None:
    with in_language("fr"):
        french = [name for _, name in country_choices(COUNTRIES, first=("FR",))][1:]
    english = [name for _, name in country_choices(COUNTRIES)][1:]
    assert french == ["France", "Allemagne", "Égypte", "Éthiopie"]
    assert english == ["Egypt", "Ethiopia", "France", "Germany"]


def test_historical_countries_are_chosen_too() -> None:
    field = CountryField(countries=lambda: COUNTRIES, historical=lambda: GONE)
    assert field.clean("YU") == "YU"
    assert field.clean("DE") == "DE"
    with pytest.raises(django_forms.ValidationError):
        field.clean("XX")


def test_cards_show_labels_and_hints_in_the_language_of_the_page() -> None:
    class Question(Form):
        title = django_forms.ChoiceField(
            label="Title",
            choices=[("v", Localized("Visa long séjour", "Long-stay visa")), ("c", "Card")],
            widget=ChoiceCards(hints={"v": Localized("La vignette", "The sticker")}),
        )

    shown = str(Question({"title": "v"})["title"])
    assert "Long-stay visa" in shown
    assert 'aria-describedby="id_title_0_hint"' in shown
    assert '<span class="hint" id="id_title_0_hint">The sticker</span>' in shown
    assert shown.count("checked") == 1
    with in_language("fr"):
        assert "La vignette" in str(Question()["title"])


def test_a_declaration_is_a_card_whose_label_is_the_declaration() -> None:
    class Declaration(Form):
        ok = django_forms.BooleanField(label="What I wrote is exact.", widget=CheckCard)

    shown = Declaration({})["ok"].as_field_group()
    assert shown.count("What I wrote is exact.") == 1
    assert 'aria-describedby="id_ok_error"' in shown


def test_a_lost_or_spoilt_key_is_replaced() -> None:
    mine = uuid.uuid4()
    field = KeyField()
    assert field.clean(str(mine)) == mine
    fresh = {field.clean(""), field.clean(None), field.clean("rubbish")}
    assert len(fresh) == 3
    assert mine not in fresh


def test_an_iban_is_checked_and_given_without_spaces() -> None:
    field = IbanField()
    assert field.clean("FR76 3000 6000 0112 3456 7890 189") == "FR7630006000011234567890189"
    for wrong in ("FR76 3000 6000 0112 3456 7890 188", ""):
        with pytest.raises(ValidationError):
            field.clean(wrong)


def test_a_list_says_what_nothing_chosen_means():
    needed = CountryField(countries=lambda: COUNTRIES)
    optional = CountryField(countries=lambda: COUNTRIES, empty="No other one", required=False)
    assert [str(next(iter(field.choices))[1]) for field in (needed, optional)] == ["Choose a country", "No other one"]
    assert next(iter(country_choices(COUNTRIES, empty="No other one"))) == ("", "No other one")
