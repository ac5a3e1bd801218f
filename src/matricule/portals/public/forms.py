"""The forms of the public pages, built from the questions of an orientation file."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matricule.core import i18n
from matricule.portals.components import fields
from matricule.portals.components.forms import Form
from matricule.rules import countries, languages
from matricule.rules.errors import InputError
from matricule.rules.orientation import Extra, Option, Question
from matricule.rules.orientation_answers import validate_answer

Pairs = list[tuple[str, Mapping[str, str]]]


def nationalities() -> Pairs:
    """Return the countries that issue passports, by code."""
    return [(country.code, country.names) for country in countries.nationalities(i18n.language())]


def places_of_birth() -> Pairs:
    """Return the countries and territories of today, by code."""
    return [(c.code, c.names) for c in countries.birth_countries(i18n.language()) if not c.historical]


def historical() -> Pairs:
    """Return the countries that no longer exist, by code."""
    return [(c.code, c.names) for c in countries.birth_countries(i18n.language()) if c.historical]


def language_choices(first: Iterable[str] = ()) -> list[Any]:
    """Return the languages of a native list, those of ``first`` (codes) on top."""
    known = {item.code: i18n.pick(item.names) for item in languages.ordered(i18n.language())}
    top = [(code, known.pop(code)) for code in first if code in known]
    return [("", _("Choose a language")), *top, *known.items()]


class QuestionForm(Form):
    """One question and its optional fields. ``values`` holds the checked answers once the form is valid."""

    def __init__(
        self,
        question: Question,
        options: Iterable[Option],
        *args: Any,
        on: date,
        first_languages: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.question, self.on = question, on
        self.values: dict[str, str | bool | int] = {}
        self.fields[question.id] = _main_field(question, tuple(options), first_languages)
        for extra in question.extras:
            self.fields[extra.id] = _extra_field(extra)

    @property
    def main(self) -> forms.BoundField:
        """The field of the question itself."""
        return self[self.question.id]

    @property
    def extras(self) -> list[forms.BoundField]:
        """The optional fields of the page."""
        return [self[extra.id] for extra in self.question.extras]

    def clean(self) -> dict[str, Any]:
        """Let the engine read the answers; its refusals become errors of the field."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        raw = {key: str(value) if isinstance(value, date) else value for key, value in cleaned.items()}
        try:
            self.values = validate_answer(self.question, raw, on=self.on)
        except InputError as error:
            self.add_error(error.field if error.field in self.fields else self.question.id, i18n.pick(error.text))
        return cleaned


def initial_of(question: Question, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form of ``question`` shows when it is asked again."""
    found = {key: answers[key] for key in (question.id, *(e.id for e in question.extras)) if key in answers}
    if question.kind == "yes_no" and question.id in found:
        found[question.id] = "yes" if found[question.id] else "no"
    return found


def _main_field(question: Question, options: tuple[Option, ...], first_languages: Iterable[str]) -> forms.Field:
    words: dict[str, Any] = {
        "label": i18n.pick(question.short),
        "error_messages": {"required": i18n.pick(question.error), "invalid_choice": i18n.pick(question.error)},
    }
    named = {"aria-label": i18n.pick(question.text)}
    if question.kind == "date":
        return fields.DateField(partial=question.partial, autocomplete="bday" if question.partial else "", **words)
    if question.kind == "country":
        return fields.CountryField(
            countries=places_of_birth if question.historical else nationalities,
            historical=historical if question.historical else tuple,
            widget=fields.Select(named),
            **words,
        )
    if question.kind == "language":
        return forms.ChoiceField(
            choices=lambda: language_choices(first_languages), widget=fields.Select(named), **words
        )
    return forms.ChoiceField(
        choices=[(option.value, i18n.pick(option.text)) for option in options],
        widget=fields.ChoiceCards(hints={option.value: option.hint for option in options if option.hint}),
        **words,
    )


def _extra_field(extra: Extra) -> forms.Field:
    words: dict[str, Any] = {
        "label": i18n.pick(extra.text),
        "help_text": i18n.pick(extra.hint) if extra.hint else "",
        "required": False,
    }
    if extra.kind == "yes_no":
        return forms.BooleanField(widget=fields.CheckCard, **words)
    if extra.kind == "date":
        return fields.DateField(**words)
    if extra.historical:
        return fields.CountryField(countries=places_of_birth, historical=historical, **words)
    return fields.CountryField(countries=nationalities, **words)


class TranslationForm(Form):
    """Which authority issued the document, and in which language it is written."""

    document_country = fields.CountryField(
        label=_("Country of the authority that issued it"),
        help_text=_("For a document from a consulate, the country of that consulate."),
        countries=places_of_birth,
        historical=historical,
        error_messages={"required": _("Choose the country written on the document.")},
    )
    document_language = forms.ChoiceField(
        label=_("Language it is written in"),
        choices=language_choices,
        widget=fields.Select,
        error_messages={"required": _("Choose the language that the document is written in.")},
    )
    multilingual_form = forms.BooleanField(
        label=_("A multilingual standard form of the European Union is attached"),
        required=False,
        widget=fields.CheckCard,
    )
    plurilingual_extract = forms.BooleanField(
        label=_("It is a plurilingual extract (CIEC convention)"),
        required=False,
        widget=fields.CheckCard,
    )


class VerifyForm(Form):
    """The code of a certificate, however it is written; what is no code is answered like an unknown one."""

    code = forms.CharField(
        label=_("Code of the certificate"),
        help_text=_("16 letters and digits. Spaces, hyphens and capitals make no difference."),
        max_length=100,
        widget=fields.TextInput(css="w-full", attrs={"autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={
            "required": _("Type the code that stands beside the QR code."),
            "max_length": _("A code has 16 characters: type only the code."),
        },
    )


class BirthDateForm(Form):
    """The birth date that shows who answers behind the link of a mail."""

    birth_date = fields.DateField(
        label=_("Your date of birth"),
        help_text=_("For example 14 3 1990. Leave the day or the month empty if nobody knows it."),
        partial=True,
        past=True,
        autocomplete="bday",
        error_messages={"required": _("Write your date of birth.")},
    )
