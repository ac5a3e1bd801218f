"""The pages about one person of a request: the student's, in the employer's words, and what only an employer says.

Sources: seed 000 (birth name then usage name, given names in civil-status order), issue 5 section 2, R111-3 CSS.
"""

from copy import deepcopy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matricule.accounts import addresses
from matricule.core import clock, i18n
from matricule.dossiers import people
from matricule.dossiers.models import Registrant
from matricule.portals.components import fields
from matricule.portals.student.sections import CivilStatusForm, ContactForm, ParentsForm, SectionForm
from matricule.rules import countries, languages, permits
from matricule.rules.employer import eligibility

VISA = "vls_ts_valide"

BORN_HERE = _("A birth in France comes with a number: ask the person for it. Nothing is filed here for them.")
"""Why somebody born in France is not registered, at the head of a request or in the family."""


def reworded(
    name: str, of: type[forms.Form] = CivilStatusForm, *, label: Any = "", help_text: Any = "", required: Any = ""
) -> Any:
    """Return a field of another page in words about somebody else, whom no browser fills in."""
    field = deepcopy(of.base_fields[name])
    field.label, field.help_text = label or field.label, help_text or field.help_text
    if required:
        field.error_messages["required"] = required
    if "autocomplete" in field.widget.attrs:
        field.widget.attrs["autocomplete"] = "off"
    if isinstance(field.widget, fields.DateParts):
        field.widget.autocomplete = ""
    return field


class PersonForm(CivilStatusForm):
    """Civil status, in the order of the birth certificate, written by somebody else than the person."""

    birth_name = reworded(
        "birth_name",
        help_text=_("As on the birth certificate, before any marriage. Accents, hyphens and apostrophes are welcome."),
        required=_("Write the birth name as on the certificate. A single name goes here."),
    )
    usage_name = reworded("usage_name", help_text=_("Only if another name is used, for example by marriage."))
    given_names = reworded(
        "given_names",
        help_text=_("All of them, separated by spaces. Leave empty if the certificate holds a single name."),
    )
    original_names = reworded(
        "original_names", help_text=_("If the certificate is in another script: the names as written there.")
    )
    sex = reworded("sex", required=_("Choose what the birth certificate says. The number begins with it."))
    birth_date = reworded("birth_date", help_text=_("For example 14 3 1990. Day or month unknown: leave it empty."))
    birth_place = reworded("birth_place", required=_("Write the town of birth as on the certificate."))
    nationality_2 = fields.CountryField(
        label=_("Second nationality"),
        help_text=_("If there is one. With one of the EU, the EEA or Switzerland, no residence permit is needed."),
        countries=lambda: [(c.code, c.names) for c in countries.nationalities("en")],
        empty=_("No other nationality"),
        required=False,
    )
    document_language = forms.ChoiceField(
        label=_("Language of the birth certificate"),
        help_text=_("It decides whether a translation is needed."),
        choices=lambda: [
            ("", _("Not known yet")),
            *((row.code, i18n.pick(row.names)) for row in languages.ordered(i18n.language())),
        ],
        required=False,
        widget=fields.Select,
    )

    def clean_birth_country(self) -> str:
        """Return the country; a birth in France gave a number already, whatever was answered before (F33078)."""
        country: str = self.cleaned_data["birth_country"]
        if eligibility.born_in_france(country):
            raise ValidationError(BORN_HERE)
        return country


class FamilyParentsForm(ParentsForm):
    """The parents named on the certificate."""

    no_parents = forms.BooleanField(
        label=_("The birth certificate names no parent"), required=False, widget=fields.CheckCard
    )


def own_address(**given: Any) -> forms.CharField:
    """Return the field of a person's own address; ``mailbox`` reads what is typed."""
    given.setdefault(
        "help_text",
        _("Not one of the company: the caisse writes to the employee about what they alone can send."),
    )
    return forms.CharField(
        max_length=254,
        widget=fields.TextInput(attrs={"type": "email", "autocomplete": "off", "spellcheck": "false"}),
        **given,
    )


def own_language(**given: Any) -> forms.ChoiceField:
    """Return the field of the language in which a person is written to."""
    return forms.ChoiceField(
        choices=[("fr", pgettext_lazy("a choice", "French")), ("en", pgettext_lazy("a choice", "English"))],
        widget=fields.ChoiceCards,
        **given,
    )


def mailbox(typed: str) -> str:
    """Return the one mailbox typed; raises ValidationError."""
    found = addresses.parse(typed)
    if found is None:
        raise ValidationError(_("An e-mail address looks like name@example.org: one @, no space, one address only."))
    return found


class AddressForm(ContactForm):
    """Where the employee lives, and how they are written to."""

    phone = forms.CharField(
        label=_("The employee’s phone number"),
        required=False,
        max_length=30,
        widget=fields.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    letter_box = forms.CharField(
        label=_("Name on the letter box"),
        help_text=_("The carte Vitale (health insurance card) comes by post."),
        max_length=120,
        required=False,
        widget=fields.TextInput(),
    )
    email = own_address(
        label=_("The employee’s own e-mail address"),
        error_messages={"required": _("Write the employee’s own e-mail address, for example name@example.org.")},
    )
    language = own_language(
        label=_("Language in which the employee is written to"),
        error_messages={"required": _("Choose the language in which the employee reads best.")},
    )

    def clean_phone(self) -> str:
        """Return the number in its international form, or nothing."""
        return super().clean_phone() if self.cleaned_data["phone"] else ""

    def clean_email(self) -> str:
        """Return the one mailbox typed."""
        return mailbox(self.cleaned_data["email"])


class MemberForm(SectionForm):
    """How an adult of the family is written to, if they are: an address of their own may stay away."""

    email = own_address(
        label=_("This person’s own e-mail address"),
        help_text=_("We write here about what concerns this person alone: an address of the company does not count."),
        required=False,
    )
    language = own_language(label=_("Language in which this person is written to"), required=False)

    def clean_email(self) -> str:
        """Return the one mailbox typed, or nothing."""
        return mailbox(self.cleaned_data["email"]) if self.cleaned_data["email"] else ""

    def clean(self) -> dict[str, Any]:
        """Ask for the language of whoever is written to."""
        data = super().clean() or {}
        if data.get("email") and not data.get("language") and "language" not in self.errors:
            self.add_error("language", _("Choose the language in which this person reads best."))
        return data

    def checked(self) -> dict[str, Any]:
        """Return the columns; nobody is written to in any language without an address."""
        data = super().checked()
        return data if data["email"] else {**data, "language": ""}


class HeadForm(MemberForm, AddressForm):
    """Where an adult of the family lives who is at the head of a request, and how they are written to."""

    phone = reworded("phone", AddressForm, label=_("This person’s phone number"))


class StayForm(SectionForm):
    """The stay title, as the employer read it."""

    title_kind = forms.ChoiceField(
        label=_("Residence permit"),
        choices=lambda: [
            ("", _("None is needed (French, EU, EEA, Swiss, or under 18)")),
            *((row.code, i18n.pick(row.names)) for row in permits.table()),
        ],
        required=False,
        widget=fields.Select,
        error_messages={"required": _("Choose the permit: without one, this person cannot be registered.")},
    )
    validated = forms.BooleanField(
        label=_("VLS-TS: it was validated online after arrival"), required=False, widget=fields.CheckCard
    )
    title_until = fields.DateField(
        label=_("Last day of the permit"), help_text=_("As printed on it. For example 30 6 2028."), required=False
    )
    endless = forms.BooleanField(label=_("No last day is printed on it"), required=False, widget=fields.CheckCard)

    def __init__(self, *args: Any, owed: bool | None = None, **kwargs: Any) -> None:
        """Ask for the permit of who owes one: ``owed`` (dossiers.people.owes_title)."""
        super().__init__(*args, **kwargs)
        if owed:
            field = self.fields["title_kind"]
            field.required = True
            field.choices = [("", _("Choose the permit")), *list(field.choices)[1:]]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the last day of a title, and for the validation of a VLS-TS."""
        data = super().clean() or {}
        kind = data.get("title_kind")
        if kind == VISA and not data.get("validated"):
            self.add_error(
                "validated",
                _("A VLS-TS counts once it is validated online. Then tick the box; until then, keep the draft."),
            )
        if kind and not data.get("title_until") and not data.get("endless") and "title_until" not in self.errors:
            self.add_error("title_until", _("Write the last day printed on the permit, or tick that there is none."))
        return data

    def checked(self) -> dict[str, Any]:
        """Return the columns; who has no title has no day."""
        kind = self.cleaned_data["title_kind"]
        until = self.cleaned_data["title_until"] if kind and not self.cleaned_data["endless"] else None
        return {"title_kind": kind, "title_until": until}


class WorkForm(SectionForm):
    """The first day of work: a request is sent from then on."""

    contract_start = fields.DateField(
        label=_("First day of work"),
        help_text=_("Of the contract that is running. For an adult family member: the permit holder’s."),
        earliest=1970,
    )

    def clean_contract_start(self) -> Any:
        """Return the day; more than a year ahead is most likely a slip."""
        day = self.cleaned_data["contract_start"]
        if day and (day - clock.today()).days > 366:
            raise ValidationError(_("This day is more than a year away. Check the year on the contract."))
        return day


SECTIONS: dict[str, type[SectionForm]] = {
    "civil_status": PersonForm,
    "parents": FamilyParentsForm,
    "contact": AddressForm,
    "stay": StayForm,
    "work": WorkForm,
}
"""The pages about an employee by name (dossiers.people.pages_of gives those of each person)."""

CONTACTS: dict[str, type[SectionForm]] = {"head": HeadForm, "member": MemberForm}
"""The page of the contact of an adult of the family: at the head of a request, and in the employee's."""

TITLES = {
    "civil_status": _("Civil status"),
    "parents": _("Parents"),
    "contact": _("Address and contact"),
    "member": _("E-mail"),
    "stay": _("Residence permit"),
    "work": _("Work"),
}

LEADS = {
    "civil_status": _("As on the birth certificate, in its order. The number is made from these lines."),
    "parents": _("As on the birth certificate. Their names tell the person apart from somebody born on the same day."),
    "contact": _("The employee’s address in France decides which caisse examines the request."),
    "head": _("The address in France decides which caisse examines the request."),
    "member": _("This page may stay empty. With an address, this person gets e-mails about their own registration."),
    "stay": _("Checking it is the employer’s duty: write what is printed on it."),
    "work": _("A request is sent once work has begun. Before, it is kept as a draft and you are told on the day."),
}

ROLES = {
    people.PRINCIPAL: _("Employee"),
    people.SPOUSE: _("Spouse"),
    people.PARTNER: _("Partner"),
    people.CHILD: _("Child"),
}


def form_of(name: str, person: Registrant) -> type[SectionForm]:
    """Return the form of a page about one person of a request."""
    return CONTACTS.get(_kind(name, person)) or SECTIONS[name]


def title_of(name: str, person: Registrant) -> Any:
    """Return the title of a page about one person."""
    return TITLES.get(_kind(name, person)) or TITLES[name]


def lead_of(name: str, person: Registrant) -> Any:
    """Return what a page about one person says first."""
    return LEADS.get(_kind(name, person)) or LEADS[name]


def _kind(name: str, person: Registrant) -> str:
    """Return the page as it is for this person: an adult of the family has another one of the contact."""
    if name != people.CONTACT or people.stands_as(person.dossier, person) == people.PRINCIPAL:
        return name
    return "head" if person.role == people.PRINCIPAL else "member"


def build(name: str, person: Registrant, data: Any, **kwargs: Any) -> SectionForm:
    """Return the form of a page; that of the stay asks for a permit where this person owes one."""
    more = {"owed": people.owes_title(person)} if name == "stay" else {}
    return form_of(name, person)(data, **more, **kwargs)
