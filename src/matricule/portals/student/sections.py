"""The four pages of step 2: what is asked, in the certificate's words, and exact words when something is off.

Sources: seed 003 step 2 (S3-13 to S3-16), issue 2 section 2.3, wording.md sections 2 and 6.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matricule.core import clock, i18n
from matricule.portals.components import fields
from matricule.portals.components.forms import Form
from matricule.rules import countries, institutions, names
from matricule.rules.numbers import phone as phone_rules
from matricule.rules.numbers import uai


class NameField(forms.CharField):
    """A name as it is: every Latin accent, apostrophes, hyphens; other scripts as the passport spells them."""

    def __init__(self, *, autocomplete: str = "", kept_beside: bool = False, **kwargs: Any) -> None:
        """Take a name; ``kept_beside``: another script of it goes into the field of the original names (_beside)."""
        kwargs.setdefault("widget", fields.TextInput(autocomplete, attrs={"spellcheck": "false"}))
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)
        self.kept_beside = kept_beside

    def clean(self, value: Any) -> str:
        """Return the name, tidied. Raises ValidationError naming the sign that a register cannot carry."""
        text = names.tidy(str(super().clean(value) or ""))
        if not text:
            return ""
        if names.is_other_script(text):
            said = _("Write it in Latin letters, as in the passport or in the translation of the certificate.")
            if self.kept_beside:
                said = _("Write it in Latin letters, as in the passport; yours is kept in “Name in another script”.")
            raise ValidationError(said, code="script")
        sign = names.stranger(text)
        if sign is not None:
            raise ValidationError(
                _("A passport cannot carry “%(sign)s”. Write the name as in the passport."),
                params={"sign": sign},
                code="sign",
            )
        if not names.has_letter(text):
            raise ValidationError(_("Write at least one letter."), code="letter")
        return text


class SectionForm(Form):
    """One page of step 2. ``checked`` gives the column values of the registrant when every field is good."""

    def checked(self) -> dict[str, Any]:
        """Return what the page keeps in the registrant's columns."""
        return dict(self.cleaned_data)


class CivilStatusForm(SectionForm):
    """Civil status, in the order of the certificate."""

    birth_name = NameField(
        label=_("Birth name"),
        help_text=_("As on your birth certificate. Accents, hyphens and apostrophes are welcome."),
        autocomplete="family-name",
        kept_beside=True,
        error_messages={"required": _("Write your birth name as on your certificate. A single name goes here.")},
    )
    usage_name = NameField(
        label=_("Name in use"), help_text=_("If you use another name, for example by marriage."), required=False
    )
    given_names = NameField(
        label=_("Given names, in the order of the certificate"),
        help_text=_("All of them, separated by spaces. Leave empty if your certificate holds a single name."),
        autocomplete="given-name",
        kept_beside=True,
        max_length=180,
        required=False,
    )
    original_names = forms.CharField(
        label=_("Name in another script"),
        help_text=_("If your certificate is in another script: your names as written there."),
        required=False,
        max_length=240,
        widget=fields.TextInput(attrs={"spellcheck": "false", "dir": "auto"}),
    )
    sex = forms.ChoiceField(
        label=_("Sex, as on the certificate"),
        choices=[("F", _("Female")), ("M", _("Male"))],
        widget=fields.ChoiceCards,
        error_messages={"required": _("Choose what your birth certificate says. The number begins with it.")},
    )
    birth_date = fields.DateField(
        label=_("Date of birth"),
        help_text=_("For example 14 3 2004. Day or month unknown: leave it empty."),
        partial=True,
        past=True,
        autocomplete="bday",
    )
    birth_place = forms.CharField(
        label=_("Town of birth"),
        max_length=120,
        widget=fields.TextInput(attrs={"spellcheck": "false"}),
        error_messages={"required": _("Write your town of birth as on your certificate.")},
    )
    birth_country = fields.CountryField(
        label=_("Country of birth"),
        help_text=_("The country of that time, if it no longer exists."),
        countries=lambda: [(c.code, c.names) for c in countries.birth_countries("en") if not c.historical],
        historical=lambda: [(c.code, c.names) for c in countries.birth_countries("en") if c.historical],
    )
    nationality = fields.CountryField(
        label=_("Nationality"),
        countries=lambda: [(c.code, c.names) for c in countries.nationalities("en")],
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(_beside(data), **kwargs)

    def checked(self) -> dict[str, Any]:
        """Return the columns; the partial date is a text."""
        return {**self.cleaned_data, "birth_date": str(self.cleaned_data["birth_date"])}


def _beside(data: Any) -> Any:
    """Keep names typed in another script beside, when the field for them is still empty: nothing typed is lost."""
    if data is None or (data.get("original_names") or "").strip():
        return data
    foreign = [
        data.get(name, "") for name in ("birth_name", "given_names") if names.is_other_script(data.get(name) or "")
    ]
    if not foreign:
        return data
    data = data.copy()
    data["original_names"] = " ".join(foreign)
    return data


class ParentsForm(SectionForm):
    """The parents named on the certificate."""

    no_parents = forms.BooleanField(
        label=_("My birth certificate names no parent"), required=False, widget=fields.CheckCard
    )
    parent1_birth_name = NameField(label=_("First parent: birth name"), required=False)
    parent1_given_names = NameField(label=_("First parent: given names"), max_length=180, required=False)
    parent2_birth_name = NameField(label=_("Second parent: birth name"), required=False)
    parent2_given_names = NameField(label=_("Second parent: given names"), max_length=180, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one parent at least, unless the certificate names none."""
        data = super().clean() or {}
        named = data.get("parent1_birth_name") or data.get("parent1_given_names")
        if not data.get("no_parents") and not named and "parent1_birth_name" not in self.errors:
            self.add_error(
                "parent1_birth_name",
                _("Write the name of one parent as on your certificate, or tick the box above if it names none."),
            )
        return data

    def checked(self) -> dict[str, Any]:
        """Return the columns: no name when the certificate names no parent."""
        data = dict(self.cleaned_data)
        none = data.pop("no_parents")
        return dict.fromkeys(data, "") if none else data


class ContactForm(SectionForm):
    """Where the caisse writes and calls."""

    phone = forms.CharField(
        label=_("Phone number"),
        help_text=_("A French number is best: the caisse calls it without a surcharge. A foreign one is accepted."),
        max_length=30,
        widget=fields.TextInput("tel", attrs={"type": "tel"}),
        error_messages={"required": _("Write a phone number, with the country code if it is not French: +84 …")},
    )
    street = forms.CharField(
        label=_("Number and street"),
        max_length=160,
        widget=fields.TextInput("address-line1"),
        error_messages={"required": _("Write the number and the street, for example 12 rue Battant.")},
    )
    building = forms.CharField(
        label=_("Building, residence, staircase"),
        max_length=80,
        required=False,
        widget=fields.TextInput("address-line2"),
    )
    apartment = forms.CharField(
        label=_("Apartment or room number"),
        max_length=80,
        required=False,
        widget=fields.TextInput("address-line3"),
    )
    letter_box = forms.CharField(
        label=_("Name on the letter box"),
        help_text=_("Put your name on it: the carte Vitale (health insurance card) comes by post."),
        max_length=120,
        widget=fields.TextInput(),
        error_messages={"required": _("Write the name that the postman reads, yours or your host’s.")},
    )
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=12,
        widget=fields.TextInput("postal-code", "w-6", {"inputmode": "numeric"}),
        error_messages={"required": _("Write the five digits of the postcode, for example 25000.")},
    )
    city = forms.CharField(
        label=_("Town"),
        max_length=120,
        widget=fields.TextInput("address-level2"),
        error_messages={"required": _("Write the town of this address.")},
    )

    def clean_phone(self) -> str:
        """Return the number in its international form (foreign ones are accepted)."""
        found = phone_rules.check(self.cleaned_data["phone"])
        if not found.ok:
            raise ValidationError(i18n.pick(found.text))
        return found.value

    def clean_postcode(self) -> str:
        """Return five digits: the address is in France."""
        digits = "".join(self.cleaned_data["postcode"].split())
        if not (digits.isascii() and digits.isdigit() and len(digits) == 5):
            raise ValidationError(_("A French postcode has 5 digits. The address in France is needed here."))
        return digits


class StudiesForm(SectionForm):
    """The school, the first day of courses, the arrival in France."""

    school = forms.CharField(
        label=_("School or university"),
        help_text=_("Type a few letters and choose it in the list, or write its full name."),
        max_length=200,
        widget=fields.TextInput(attrs={"spellcheck": "false"}),
        error_messages={"required": _("Write the name of your school, as on your certificate of enrolment.")},
    )
    school_uai = forms.CharField(
        label=_("School code, UAI"),
        help_text=_("7 digits and a letter, often printed on the certificate of enrolment."),
        max_length=12,
        required=False,
        widget=fields.TextInput(css="w-10"),
    )
    courses_start = fields.DateField(
        label=_("First day of courses"),
        help_text=_("Your rights count from this day. It is on your certificate of enrolment or timetable."),
        earliest=2015,
    )
    arrival_date = fields.DateField(
        label=_("Date of arrival in France"),
        help_text=_("The day you came to live here, even if you visited before. Born or living here: leave it empty."),
        required=False,
        past=True,
        earliest=1940,
    )

    def clean_school_uai(self) -> str:
        """Return a UAI whose check letter is right, or nothing."""
        text = self.cleaned_data["school_uai"]
        if not text:
            return ""
        found = uai.check(text)
        if not found.ok:
            raise ValidationError(i18n.pick(found.text))
        return found.value

    def clean_courses_start(self) -> Any:
        """Return the day; more than a year ahead is most likely a slip."""
        day = self.cleaned_data["courses_start"]
        if day and (day - clock.today()).days > 366:
            raise ValidationError(_("This day is more than a year away. Check the year on your certificate."))
        return day

    def clean(self) -> dict[str, Any]:
        """Take the code of a school that was chosen by its exact name."""
        data = super().clean() or {}
        school = names.tidy(data.get("school") or "")
        if school and not data.get("school_uai") and "school_uai" not in self.errors:
            exact = institutions.named(school)
            data["school_uai"] = exact.uai if exact is not None else ""
        return data

    def checked(self) -> dict[str, Any]:
        """Return the columns of the registrant."""
        data = dict(self.cleaned_data)
        data["school_name"] = names.tidy(data.pop("school"))
        return data


SECTIONS: dict[str, type[SectionForm]] = {
    "civil_status": CivilStatusForm,
    "parents": ParentsForm,
    "contact": ContactForm,
    "studies": StudiesForm,
}
"""The pages of step 2 by name (dossiers.plan.SECTIONS gives their order)."""


def raw_names(form_class: type[SectionForm]) -> list[str]:
    """Return the names under which a browser sends the fields of a page (a date is three of them)."""
    found: list[str] = []
    for name, field in form_class.base_fields.items():
        if isinstance(field, fields.DateField):
            found += [f"{name}_{part}" for part in fields.PARTS]
        else:
            found.append(name)
    return found


def initial_from(form_class: type[SectionForm], typed: dict[str, str]) -> dict[str, Any]:
    """Return the initial values of a page from what was typed, exactly as it was typed."""
    return {
        name: field.widget.value_from_datadict(typed, {}, name)
        for name, field in form_class.base_fields.items()
        if any(raw in typed for raw in raw_names(form_class) if raw == name or raw.startswith(f"{name}_"))
    }
