"""The pages about one person of a request: the student's, in the employer's words, and what only an employer says.

Sources: seed 000 (birth name then usage name, given names in civil-status order), issue 5 section 2, R111-3 CSS.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matricule.accounts import addresses
from matricule.core import clock, i18n
from matricule.dossiers import people
from matricule.portals.components import fields
from matricule.portals.student.sections import CivilStatusForm, ContactForm, NameField, ParentsForm, SectionForm
from matricule.rules import languages, permits
from matricule.rules.employer import eligibility

VISA = "vls_ts_valide"

BORN_HERE = _("A birth in France comes with a number: ask the person for it. Nothing is filed here for them.")
"""Why somebody born in France is not registered, at the head of a request or in the family."""


class PersonForm(CivilStatusForm):
    """Civil status, in the order of the birth certificate, written by somebody else than the person."""

    birth_name = NameField(
        label=_("Birth name"),
        help_text=_("As on the birth certificate, before any marriage. Accents, hyphens and apostrophes are welcome."),
        kept_beside=True,
        error_messages={"required": _("Write the birth name as on the certificate. A single name goes here.")},
    )
    usage_name = NameField(
        label=_("Name in use"), help_text=_("Only if another name is used, for example by marriage."), required=False
    )
    given_names = NameField(
        label=_("Given names, in the order of the certificate"),
        help_text=_("All of them, separated by spaces. Leave empty if the certificate holds a single name."),
        kept_beside=True,
        max_length=180,
        required=False,
    )
    original_names = forms.CharField(
        label=_("Name in another script"),
        help_text=_("If the certificate is in another script: the names as written there."),
        required=False,
        max_length=240,
        widget=fields.TextInput(attrs={"spellcheck": "false", "dir": "auto"}),
    )
    sex = forms.ChoiceField(
        label=_("Sex, as on the certificate"),
        choices=[("F", _("Female")), ("M", _("Male"))],
        widget=fields.ChoiceCards,
        error_messages={"required": _("Choose what the birth certificate says. The number begins with it.")},
    )
    birth_date = fields.DateField(
        label=_("Date of birth"),
        help_text=_("For example 14 3 1990. Day or month unknown: leave it empty."),
        partial=True,
        past=True,
    )
    birth_place = forms.CharField(
        label=_("Town of birth"),
        max_length=120,
        widget=fields.TextInput(attrs={"spellcheck": "false"}),
        error_messages={"required": _("Write the town of birth as on the certificate.")},
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
    return forms.CharField(
        help_text=_("Not one of the company: the caisse writes to the employee about what they alone can send."),
        max_length=254,
        widget=fields.TextInput(attrs={"type": "email", "autocomplete": "off", "spellcheck": "false"}),
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
    language = forms.ChoiceField(
        label=_("Language in which the employee is written to"),
        choices=[("fr", pgettext_lazy("a choice", "French")), ("en", pgettext_lazy("a choice", "English"))],
        widget=fields.ChoiceCards,
        error_messages={"required": _("Choose the language in which the employee reads best.")},
    )

    def clean_phone(self) -> str:
        """Return the number in its international form, or nothing."""
        return super().clean_phone() if self.cleaned_data["phone"] else ""

    def clean_email(self) -> str:
        """Return the one mailbox typed."""
        return mailbox(self.cleaned_data["email"])


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
"""The pages about a person by name (dossiers.people.sections_of gives those of each)."""

TITLES = {
    "civil_status": _("Civil status"),
    "parents": _("Parents"),
    "contact": _("Address and contact"),
    "stay": _("Residence permit"),
    "work": _("Work"),
}

LEADS = {
    "civil_status": _("As on the birth certificate, in its order. The number is made from these lines."),
    "parents": _("As on the birth certificate. Their names tell the person apart from somebody born on the same day."),
    "contact": _("The employee’s address in France decides which caisse examines the request."),
    "stay": _("Checking it is the employer’s duty: write what is printed on it."),
    "work": _("A request is sent once work has begun. Before, it is kept as a draft and you are told on the day."),
}

ROLES = {
    people.PRINCIPAL: _("Employee"),
    people.SPOUSE: _("Spouse"),
    people.PARTNER: _("Partner"),
    people.CHILD: _("Child"),
}


def build(name: str, data: Any, owed: bool | None = None, **kwargs: Any) -> SectionForm:
    """Return the form of a page; ``owed`` tells the page of the stay whether a title is asked of the person."""
    more = {"owed": owed} if name == "stay" else {}
    return SECTIONS[name](data, **more, **kwargs)
