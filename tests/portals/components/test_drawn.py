"""What is written without a template is what Django's own templates write; between options fewer line ends."""

import re

import pytest
from django import forms
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from matricule.portals.components import drawn, fields

NASTY = "\"><b>&amp;' x"
ATTRS = [
    {},
    {"id": "id_x", "class": "input w-6", "maxlength": 12},
    {"required": True, "disabled": False, "data-x": NASTY, "aria-invalid": "true"},
    {"title": mark_safe("a &amp; b"), "data-n": 0},
]


class Stock(forms.Select):
    """Django's own list."""

    def use_required_attribute(self, initial):
        return False


def tight(html):
    return re.sub(r"\n\s*", "", html)


@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", [None, "", "Nguyễn", NASTY, 0, 12.5, "a\nb"])
def test_an_input_is_the_one_of_django(attrs, value):
    mine = type("Mine", (drawn.DrawnInput, forms.TextInput), {})(attrs=attrs)
    assert mine.render("x", value, {"id": "other"}) == forms.TextInput(attrs=attrs).render("x", value, {"id": "other"})


@pytest.mark.parametrize("kind", [forms.EmailInput, forms.NumberInput, forms.HiddenInput])
def test_every_type_of_input_keeps_its_type(kind):
    mine = type("Mine", (drawn.DrawnInput, kind), {})()
    assert mine.render("x", 5) == kind().render("x", 5)


CHOICES = [
    [],
    [("", "Choose"), ("FR", "France"), ("DE", "Germany")],
    [("", "Choose"), ("A", NASTY), (NASTY, "odd"), ("Gone", [("YU", "Yugoslavia"), ("SU", "Soviet Union")])],
    [(1, "one"), (2, _("Choose a country"))],
]


@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("choices", CHOICES)
@pytest.mark.parametrize("value", [None, "", "FR", "YU", NASTY, 1, "1", "nowhere"])
def test_a_list_is_the_one_of_django(attrs, choices, value):
    html = drawn.DrawnSelect(attrs, choices).render("x", value, {"id": "id_x"})
    assert tight(html) == tight(Stock(attrs, choices).render("x", value, {"id": "id_x"}))


def test_a_list_is_in_the_language_of_the_moment():
    field = fields.CountryField(countries=lambda: [("DE", {"fr": "Allemagne", "en": "Germany"})])
    for language, name, first in (("fr", "Allemagne", "Choisissez"), ("en", "Germany", "Choose"), ("fr", "All", "Ch")):
        with translation.override(language):
            html = field.widget.render("country", "DE")
        assert f'<option value="DE" selected>{name}' in html and f'<option value="">{first}' in html


def test_a_list_of_countries_is_made_once_a_language(monkeypatch):
    asked = []
    field = fields.CountryField(countries=lambda: asked.append(1) or [("FR", "France")])
    with translation.override("en"):
        for _round in range(3):
            field.widget.render("country", "")
            assert field.clean("FR") == "FR"
    assert len(asked) == 1


def test_only_the_chosen_option_is_marked():
    html = drawn.DrawnSelect(choices=[("F", "F"), ("FR", "France"), ("FR2", "Other")]).render("x", "FR")
    assert html.count("selected") == 1 and '<option value="FR" selected>France' in html


def test_browsers_check_no_list():
    assert drawn.DrawnSelect(choices=[("", "Choose"), ("FR", "France")]).use_required_attribute(None) is False
