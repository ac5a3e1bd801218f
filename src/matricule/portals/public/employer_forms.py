"""The forms of the employer's way: the person, what is still asked, the work, and what the category asks.

Sources: seed 000 (principles, FAQ 5 and 7), issue 5, section 2. Nothing typed here is stored.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matricule.core import i18n
from matricule.portals.components import fields
from matricule.portals.components.forms import Form
from matricule.portals.public.forms import historical, language_choices, nationalities, places_of_birth
from matricule.rules import caisses
from matricule.rules.employer import categories
from matricule.rules.employer.eligibility import Decision

NONE = "none"
"""The answer of whoever fits none of the six categories."""

FAMILY = [("spouse", _("A spouse or partner")), ("child", _("One or more children under 18"))]
_YES_NO_UNSURE = [("no", _("No")), ("yes", _("Yes")), ("unsure", _("I am not sure"))]
_CHOOSE = {"required": _("Choose one of the answers."), "invalid_choice": _("Choose one of the answers.")}


def _cards(label: Any, choices: Any, hints: Mapping[str, Any] | None = None, **more: Any) -> forms.ChoiceField:
    more.setdefault("error_messages", _CHOOSE)
    return forms.ChoiceField(label=label, choices=choices, widget=fields.ChoiceCards(hints=hints), **more)


class PersonForm(Form):
    """Who is to be registered, and what is known of a past in France: asked first, in plain words."""

    birth_country = fields.CountryField(
        label=_("Country of birth"),
        help_text=_("As written on the birth certificate."),
        countries=places_of_birth,
        historical=historical,
        error_messages={"required": _("Choose the country in which the person was born.")},
    )
    nationality = fields.CountryField(
        label=_("Nationality"),
        countries=nationalities,
        error_messages={"required": _("Choose the country of the person’s passport or identity card.")},
    )
    nationality_2 = fields.CountryField(
        label=_("Second nationality"), countries=nationalities, empty=_("No other nationality"), required=False
    )
    birth_date = fields.DateField(
        label=_("Date of birth"),
        help_text=_("For example 9 4 1990. If the papers give no day or month, leave that box empty."),
        partial=True,
        past=True,
    )
    ever_in_france = _cards(_("Has this person ever worked, studied or been insured in France?"), _YES_NO_UNSURE)
    has_number = _cards(
        _("Is there a French social security number?"),
        _YES_NO_UNSURE,
        {"yes": _("A provisional number (NIA) counts too.")},
    )
    number = forms.CharField(
        label=_("The number, if you have it"),
        help_text=_("15 characters that begin with 1 or 2. It is checked here and kept nowhere."),
        required=False,
        max_length=60,
        widget=fields.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FollowForm(Form):
    """What the rules still ask: another look at the number, its kind, where and when in France, a return."""

    def __init__(self, decision: Decision, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in _FOLLOWING[decision.asks]().items():
            self.fields[name] = field
        if decision.asks == "number_kind" and decision.code != "perhaps_payroll":
            field = self.fields["number_kind"]
            field.choices = [row for row in field.choices if row[0] != "payroll"]  # type: ignore[attr-defined]


def _number() -> dict[str, forms.Field]:
    return {
        "number": forms.CharField(
            label=_("The number, or nothing"),
            required=False,
            max_length=60,
            widget=fields.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )
    }


def _number_kind() -> dict[str, forms.Field]:
    choices = [
        ("definitive", _("Definitive (NIR)")),
        ("waiting", _("Provisional (NIA)")),
        ("payroll", _("Payroll number (NTT)")),
    ]
    hints = {
        "definitive": _("It is on a carte Vitale (health insurance card), or on a certificate that says so."),
        "waiting": _("The certificate says “provisoire” or “numéro d’attente”."),
        "payroll": _("It was made by an employer, for payslips only."),
    }
    return {"number_kind": _cards(_("Kind of number"), choices, hints)}


def _where_and_when() -> dict[str, forms.Field]:
    where = forms.CharField(
        label=_("Where in France"),
        help_text=_("A town, an employer or a school."),
        max_length=120,
        widget=fields.TextInput(),
        error_messages={"required": _("Write the town, the employer or the school, as far as it is known.")},
    )
    when = forms.CharField(
        label=_("In which years"),
        help_text=_("For example 2019, or 2017 to 2019."),
        max_length=60,
        widget=fields.TextInput(),
        error_messages={"required": _("Write at least one year, even an approximate one.")},
    )
    return {"where": where, "when": when}


def _returning() -> dict[str, forms.Field]:
    choices = [
        ("yes", _("Yes, the person was insured in France and comes back")),
        ("no", _("No, the person was never insured in France")),
    ]
    return {"returning": _cards(_("A return to France"), choices)}


_FOLLOWING: dict[str, Any] = {
    "number": _number,
    "number_kind": _number_kind,
    "where_and_when": _where_and_when,
    "returning": _returning,
}


def _postcode(text: str) -> str:
    digits = "".join(text.split())
    if digits and caisses.department_of(digits) is None:
        raise ValidationError(_("A French postcode has 5 digits, for example 69001."))
    return digits


class WorkForm(Form):
    """The work: in which category, from when, where the person lives, and who comes along."""

    contract_start = fields.DateField(
        label=_("First day of work"), help_text=_("As in the contract. It may lie in the future.")
    )
    postcode = forms.CharField(
        label=_("Postcode of the person’s home in France"),
        max_length=12,
        widget=fields.TextInput(css="w-4", attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the postcode of the place where the person lives, for example 69001.")},
    )
    head_office = forms.CharField(
        label=_("Postcode of the company’s head office"),
        help_text=_("In Île-de-France, it may open a second choice of office."),
        required=False,
        max_length=12,
        widget=fields.TextInput(css="w-4", attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    document_language = forms.ChoiceField(
        label=_("Language of the birth certificate"),
        help_text=_("The language of the paper, not that of the country."),
        choices=language_choices,
        widget=fields.Select,
        required=False,
    )
    family = forms.MultipleChoiceField(
        label=_("Family in the same request"),
        choices=FAMILY,
        widget=fields.CheckCards,
        required=False,
    )

    def __init__(self, *args: Any, with_language: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.code, i18n.pick(row.name)) for row in categories.all_categories()]
        hints = {row.code: i18n.pick(row.who) for row in categories.all_categories()}
        hints[NONE] = i18n.pick(_NONE_HINT)
        card = _cards(_("Category"), [*rows, (NONE, _("None of these"))], hints)
        self.fields = {"category": card, **self.fields}
        if not with_language:
            del self.fields["document_language"]

    def clean_postcode(self) -> str:
        """Return the five digits."""
        return _postcode(self.cleaned_data["postcode"])

    def clean_head_office(self) -> str:
        """Return the five digits, or nothing."""
        return _postcode(self.cleaned_data["head_office"])


_NONE_HINT = {
    "fr": "Métier agricole, détachement avec A1, retour en France, emploi à domicile…",
    "en": "Farm work, posting with an A1, return to France, work in a private household…",
}


class DetailForm(Form):
    """What the chosen category asks: a door, an order of appointment, or what a family member rests on."""

    def __init__(self, category: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in _details(category).items():
            self.fields[name] = field


def needs_detail(category: str) -> bool:
    """Tell whether a category asks one more thing."""
    return bool(_details(category))


def _details(category: str) -> dict[str, forms.Field]:
    if category == NONE:
        doors = [(row.code, i18n.pick(row.question)) for row in categories.doors()]
        return {"door": _cards(_("The situation"), doors)}
    if category == "assistant_langue":
        rows = [
            ("order", _("With a signed order of appointment (arrêté de nomination)")),
            ("local", _("Recruited locally, in France")),
            ("without", _("Without an order of appointment")),
        ]
        return {"assistant": _cards(_("How the person was appointed"), rows)}
    if category == "membre_majeur_famille":
        rows = [
            ("contract", _("The permit holder’s contract is running")),
            ("title", _("The holder’s permit is still valid, and this person is filed alone")),
            ("neither", _("Neither of the two")),
        ]
        return {"holder": _cards(_("What the request rests on"), rows)}
    return {}
