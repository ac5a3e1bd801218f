"""The forms around a request: who may be registered, the category, adding a person, sending.

Sources: seed 000, issue 5 section 2.
"""

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matricule.core import clock, i18n
from matricule.dossiers import past, people, sheets
from matricule.dossiers.listing import LATEST, View
from matricule.dossiers.models import Registrant
from matricule.portals.components import fields
from matricule.portals.components.forms import Form, KeyedForm
from matricule.portals.requests import sections
from matricule.rules import countries
from matricule.rules.employer import categories, contract, labels
from matricule.rules.employer.eligibility import Situation
from matricule.rules.employer.offices import Placed

ORDERS = {
    LATEST: _("Opened, the latest first"),
    "opened": _("Opened, the oldest first"),
    "person": _("Person, A to Z"),
    "-person": _("Person, Z to A"),
    "label": _("Status"),
    "-label": _("Status, the other way round"),
    "turn": _("Who acts, the nearest day first"),
    "-turn": _("Who acts, the other way round"),
    "-changed": _("Last change, the latest first"),
    "changed": _("Last change, the oldest first"),
}
"""The orders of the list, in words."""

KNOWN = [("no", _("No")), ("yes", _("Yes")), ("unsure", _("We do not know"))]


class WhoForm(KeyedForm):
    """What is asked before anything else: where the person is from, and whether France knows them."""

    birth_country = fields.CountryField(
        label=_("Country of birth"),
        help_text=_("The country of that time, if it no longer exists."),
        countries=lambda: [(c.code, c.names) for c in countries.birth_countries("en") if not c.historical],
        historical=lambda: [(c.code, c.names) for c in countries.birth_countries("en") if c.historical],
    )
    nationality = fields.CountryField(
        label=_("Nationality"), countries=lambda: [(c.code, c.names) for c in countries.nationalities("en")]
    )
    nationality_2 = fields.CountryField(
        label=_("Second nationality"),
        help_text=_("If there is one. With one of the EU, the EEA or Switzerland, no residence permit is needed."),
        countries=lambda: [(c.code, c.names) for c in countries.nationalities("en")],
        empty=_("No other nationality"),
        required=False,
    )
    ever_in_france = forms.ChoiceField(
        label=_("Has this person ever worked, studied or been insured in France?"),
        choices=KNOWN,
        widget=fields.ChoiceCards,
    )
    has_number = forms.ChoiceField(
        label=_("Does this person have a French number?"),
        help_text=_("On a carte Vitale, a certificate, a payslip. Ask them: they know best."),
        choices=KNOWN,
        widget=fields.ChoiceCards,
    )
    number = forms.CharField(
        label=_("The number, if there is one"),
        help_text=_("13 or 15 characters. We check how it is made; we never say whether it exists."),
        required=False,
        max_length=40,
        widget=fields.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "data-autosave-skip": ""}),
    )
    number_kind = forms.ChoiceField(
        label=_("What is this number?"),
        choices=[
            ("definitive", _("Definitive: on a carte Vitale or a certificate of cover")),
            ("waiting", _("A provisional number (NIA, formerly NNP)")),
            ("payroll", _("A number that our payroll made (NTT)")),
        ],
        required=False,
        widget=fields.ChoiceCards(attrs={"data-autosave-skip": ""}),
    )
    returning = forms.ChoiceField(
        label=_("Is this a French person who was insured in France before and comes back?"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        required=False,
        widget=fields.ChoiceCards,
    )
    where = forms.CharField(label=_("Where in France?"), required=False, max_length=120, widget=fields.TextInput())
    when = forms.CharField(label=_("In which years?"), required=False, max_length=60, widget=fields.TextInput())

    LATER_NAMES = ("number", "number_kind", "returning", "where", "when")
    ABOUT: tuple[str, ...] = ("birth_country", "nationality", "nationality_2")
    FIRST: tuple[str, ...] = (*ABOUT, "ever_in_france", "has_number", "number")
    LATER = {
        "number_kind": ("number_kind",),
        "returning": ("returning",),
        "where_and_when": ("where", "when"),
    }

    def situation(self) -> Situation:
        """Return what was said, as the rules take it."""
        names = (*self.ABOUT, *self.LATER_NAMES, "ever_in_france", "has_number")
        return Situation(**{name: self.cleaned_data.get(name, "") for name in names})

    def typed(self) -> dict[str, str]:
        """Return what is kept as it was typed: all but a number."""
        return {
            name: str(self.cleaned_data[name]) for name in (*self.ABOUT, *past.KEPT) if self.cleaned_data.get(name)
        }

    def shown(self, asks: str) -> list[forms.BoundField]:
        """Return the fields of the page: the first ones, those that were answered, and those that are asked now."""
        wanted = {*self.FIRST, *self.LATER.get(asks, ())}
        for name in self.LATER.get(asks, ()):  # what is asked now is not said to be optional
            self.fields[name].required = True
        return [
            self[name] for name in self.fields if name in wanted or (name in self.LATER_NAMES and self[name].value())
        ]


class CategoryForm(Form):
    """The category of the employee, and what goes with some of them."""

    category = forms.ChoiceField(
        label=_("Category"),
        choices=lambda: [(row.code, i18n.pick(row.name)) for row in categories.all_categories()],
        widget=fields.ChoiceCards,
        error_messages={"required": _("Choose the category: the documents and the office follow from it.")},
    )
    has_appointment_order = forms.BooleanField(
        label=_("Language assistant: the signed order of appointment (arrêté de nomination) is there"),
        required=False,
        widget=fields.CheckCard,
    )
    local_recruit = forms.BooleanField(
        label=_("Language assistant: recruited locally, outside the national programme"),
        required=False,
        widget=fields.CheckCard,
    )
    filed_alone = forms.BooleanField(
        label=_("Adult family member: filed alone, the holder’s residence permit is still valid"),
        required=False,
        widget=fields.CheckCard,
    )
    holder_title_until = fields.DateField(
        label=_("Filed alone: last day of the holder’s residence permit"),
        help_text=_("As printed on it. For example 30 6 2028. Only for an adult family member who is filed alone."),
        required=False,
    )
    own_reference = forms.CharField(
        label=_("The employee’s number in your payroll"),
        help_text=_("Your own. It helps you find this request; nobody else uses it."),
        required=False,
        max_length=40,
        widget=fields.TextInput(css="w-10"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {row.code: f"{i18n.pick(row.who)} {i18n.pick(row.not_for)}" for row in categories.all_categories()}
        self.fields["category"].widget.hints = hints

    def clean(self) -> dict[str, Any]:
        """Ask for the last day of the title on which a family member who is filed alone rests."""
        data = super().clean() or {}
        until = data.get("holder_title_until")
        if data.get("category") == people.ADULT_FAMILY and data.get("filed_alone"):
            if until is None and "holder_title_until" not in self.errors:
                self.add_error("holder_title_until", _("Write the last day printed on the holder’s permit."))
            elif until is not None and until < clock.today():
                self.add_error(
                    "holder_title_until",
                    _("The holder’s permit has ended: this person’s request goes by post, with form S1106."),
                )
        return data

    def answers(self) -> dict[str, Any]:
        """Return what a request keeps beside its category; days are texts."""
        names = ("has_appointment_order", "local_recruit", "filed_alone")
        until = self.cleaned_data["holder_title_until"]
        told = {name: bool(self.cleaned_data[name]) for name in names}
        return {**told, "holder_title_until": until.isoformat() if until else ""}


class BeforeForm(WhoForm):
    """The questions about the past in France of somebody of a draft, to answer again.

    Where their page says where they are from, it is not asked a second time.
    """

    def __init__(self, *args: Any, person: Registrant, **kwargs: Any) -> None:
        """Ask about ``person``."""
        super().__init__(*args, **kwargs)
        self.person = person
        if person.birth_country and person.nationality:
            for name in self.ABOUT:
                del self.fields[name]

    def situation(self) -> Situation:
        """Return what was said, with what the person's page holds."""
        found = super().situation()
        held = {name: getattr(self.person, name) for name in self.ABOUT if name not in self.fields}
        return replace(found, **held)


class PersonForm(WhoForm):
    """Who is added to the request, and whether France knows them."""

    role = forms.ChoiceField(
        label=_("Who is it, to the employee?"),
        choices=[(people.SPOUSE, _("Spouse")), (people.PARTNER, _("Partner")), (people.CHILD, _("Child"))],
        widget=fields.ChoiceCards,
        error_messages={"required": _("Choose who it is: the documents follow from it.")},
    )
    FIRST = ("role", *WhoForm.FIRST)
    field_order = FIRST


class PaperForm(Form):
    """What a file is that shows the work: asked with it, since two of the papers that are brought prove none."""

    said = forms.ChoiceField(
        label=_("What is this file?"),
        help_text=_("It is sent once you have said so."),
        widget=fields.Select,
        error_messages={
            "required": _("Say what the file is, then choose it again. Nothing was sent."),
            "invalid_choice": _("Say what the file is, then choose it again. Nothing was sent."),
        },
    )

    def __init__(self, *args: Any, category: str, **kwargs: Any) -> None:
        """Offer the papers that are brought for a person of ``category``, those that prove work first."""
        super().__init__(*args, **kwargs)
        papers = [(row.code, i18n.pick(row.name)) for row in contract.proofs(category)]
        self.fields["said"].choices = [("", _("Choose")), *papers]  # type: ignore[attr-defined]


class SendForm(KeyedForm):
    """The declaration of the employer, the office where there is a choice, and what makes a second click harmless."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    office = forms.ChoiceField(label=_("Caisse that examines"), required=False, widget=fields.ChoiceCards)
    declare = forms.BooleanField(
        label=_("We checked the residence permit, and what is written here is true."),
        widget=fields.CheckCard,
        error_messages={"required": _("Tick the box to declare that the residence permit was checked; then send.")},
    )

    def __init__(self, *args: Any, placed: Placed | None = None, titled: bool = True, **kwargs: Any) -> None:
        """Offer the caisses of ``placed``; ``titled``: whether somebody of the request has a permit to check."""
        super().__init__(*args, **kwargs)
        self.placed = placed
        if not titled:
            self.fields["declare"].label = _("What is written here is true.")
            self.fields["declare"].error_messages["required"] = _(
                "Tick the box to declare that it is true; then send."
            )
        if placed is None or len(placed.offices) < 2:
            del self.fields["office"]
        else:
            field = self.fields["office"]
            field.choices = [(row.code, row.label) for row in placed.offices]  # type: ignore[attr-defined]
            field.initial = placed.usual

    def clean_office(self) -> str:
        """Return the caisse; where the town must tell several apart, one must be chosen."""
        chosen: str = self.cleaned_data["office"]
        if self.placed is not None and not self.placed.office(chosen):
            raise ValidationError(_("Choose the caisse of the town where the employee lives."))
        return chosen


class _ShownForm(KeyedForm):
    """A form that carries which view of the list is shown."""

    label = forms.CharField(required=False, max_length=24, widget=forms.HiddenInput)
    order = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    q = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def view(self) -> View:
        """Return the view; what nobody knows counts as nothing chosen."""
        given = self.cleaned_data
        known = {row.code for row in labels.filters()} - {labels.ALL}
        order = given["order"] if given["order"] in ORDERS else LATEST
        return View(given["label"] if given["label"] in known else "", order, given["q"])


class NameForm(Form):
    """The name of a view of the list."""

    name = forms.CharField(
        label=_("Name of this view"),
        max_length=60,
        widget=fields.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the view a name, for example “To send this week”.")},
    )


class ViewForm(NameForm, _ShownForm):
    """The name under which a view of the list is kept."""


class ExportForm(_ShownForm):
    """Which kind of file is wanted of the list."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in sheets.KINDS])


class WriteToForm(KeyedForm):
    """The address at which somebody of a request is written to again."""

    email = sections.own_address(
        label=_("This person’s own e-mail address"),
        help_text=_("We write here about what concerns this person alone: an address of the company does not count."),
        error_messages={"required": _("Write the person’s own e-mail address, for example name@example.org.")},
    )
    language = sections.own_language(label=_("Language in which this person is written to"), required=False)

    def clean_email(self) -> str:
        """Return the one mailbox typed."""
        return sections.mailbox(self.cleaned_data["email"])
