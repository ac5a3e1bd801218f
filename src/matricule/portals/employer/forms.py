"""The forms of a company's account (issue 5, section 1)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matricule.accounts import addresses, directory
from matricule.accounts.organisations import Delivery, Part
from matricule.core import i18n
from matricule.portals.components import fields
from matricule.portals.components.forms import Form
from matricule.rules import caisses
from matricule.rules.numbers import business

NO_ADDRESS = _("An e-mail address looks like name@example.org: one @, no space, one address only.")


def _line(label: Any, *, missing: Any, hint: Any = "", most: int = 120, complete: str = "off") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=most,
        widget=fields.TextInput(complete),
        error_messages={"required": missing},
    )


class SiretForm(Form):
    """The number of the establishment, whose key is checked; the company's own number is its beginning."""

    siret = forms.CharField(
        label=_("SIRET of the establishment"),
        help_text=_("14 digits, on every payslip and invoice of the company. Spaces do no harm."),
        max_length=30,
        widget=fields.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Copy the SIRET: 14 digits, on every payslip of the company.")},
    )

    def clean_siret(self) -> str:
        """Return the 14 digits."""
        checked = business.check_siret(self.cleaned_data["siret"])
        if not checked.ok:
            raise ValidationError(i18n.pick(checked.text))
        return checked.value


class AddressForm(Form):
    """Name and address of a company."""

    name = _line(
        _("Name of the company"),
        missing=_("Write the name of the company."),
        hint=_("As on its payslips. Your employees read it in the messages that they get."),
        complete="organization",
    )
    street = _line(
        _("Street and number"), missing=_("Write the street and number."), most=200, complete="street-address"
    )
    postcode = _line(
        _("Postcode"), missing=_("Write the postcode, for example 25000."), most=12, complete="postal-code"
    )
    city = _line(_("Town"), missing=_("Write the town."), most=80, complete="address-level2")
    head_postcode = forms.CharField(
        label=_("Postcode of the head office"),
        help_text=_("Only if it is not at this address. It can decide which caisse examines your requests."),
        max_length=12,
        required=False,
        widget=fields.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_postcode(self) -> str:
        """Return a French postcode."""
        return _french(self.cleaned_data["postcode"])

    def clean_head_postcode(self) -> str:
        """Return a French postcode, or nothing."""
        given: str = self.cleaned_data["head_postcode"]
        return _french(given) if given else ""


def _french(typed: str) -> str:
    postcode = "".join(typed.split())
    if caisses.department_of(postcode) is None:
        raise ValidationError(_("A French postcode has 5 digits, for example 25000."))
    return postcode


class PersonForm(Form):
    """Under which name a member's colleagues and the caisse know them."""

    person = _line(
        _("Your first name and name"),
        missing=_("Write your first name and name."),
        hint=_("Your colleagues and the caisse see it beside what you do."),
        most=80,
        complete="name",
    )


class RegisterForm(SiretForm, AddressForm, PersonForm):
    """Opening a company's account."""

    field_order = ("siret", "name", "street", "postcode", "city", "head_postcode", "person")

    def filled(self, found: directory.Found | None) -> "RegisterForm":
        """Return the form with what a directory knows in the fields that are still empty; nothing else is checked."""
        data = dict(self.data.items())
        for name in ("name", "street", "postcode", "city"):
            if found is not None and not data.get(name, "").strip():
                data[name] = getattr(found, name)
        return RegisterForm(data)


class InviteForm(Form):
    """Whom to invite, as what."""

    email = forms.CharField(
        label=_("Your colleague’s work e-mail address"),
        help_text=_("A personal address, not a shared one: each person signs in alone."),
        max_length=254,
        widget=fields.TextInput("off", attrs={"type": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"required": _("Write your colleague’s e-mail address.")},
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(Part.MEMBER.value, _("Member")), (Part.ADMINISTRATOR.value, _("Administrator"))],
        initial=Part.MEMBER.value,
        widget=fields.ChoiceCards(
            hints={
                Part.MEMBER.value: _("Files requests and follows them"),
                Part.ADMINISTRATOR.value: _(
                    "Invites and removes colleagues as well, and changes the company’s address"
                ),
            }
        ),
    )

    def clean_email(self) -> str:
        """Return the one mailbox typed (reliability.md R28)."""
        return _mailbox(self.cleaned_data["email"])


class MailboxForm(Form):
    """The shared mailbox of a company, or none."""

    shared = forms.CharField(
        label=_("Shared mailbox"),
        help_text=_("It gets a copy of each message once it is confirmed. Empty: no copy."),
        max_length=254,
        required=False,
        widget=fields.TextInput("off", attrs={"type": "email", "inputmode": "email", "spellcheck": "false"}),
    )

    def clean_shared(self) -> str:
        """Return the one mailbox typed, or nothing."""
        given: str = self.cleaned_data["shared"]
        return _mailbox(given) if given else ""


class DeliveryForm(Form):
    """How a member learns of what happens."""

    delivery = forms.ChoiceField(
        label=_("How should we write to you?"),
        choices=[
            (Delivery.AT_ONCE.value, _("An e-mail for each message")),
            (Delivery.DAILY.value, _("One e-mail a day")),
            (Delivery.NONE.value, _("No e-mail")),
        ],
        widget=fields.ChoiceCards(
            hints={
                Delivery.DAILY.value: _("At seven in the morning, when there is something new"),
                Delivery.NONE.value: _(
                    "You find the messages here. If nobody of the team wants e-mails, "
                    "reminders with a deadline reach everybody."
                ),
            }
        ),
    )


class HouseholdForm(Form):
    """Where the employee lives: the caisse of that place takes the request of a private household."""

    postcode = _line(
        _("Postcode where the employee lives"), missing=_("Write the postcode, for example 25000."), most=12
    )

    def clean_postcode(self) -> str:
        """Return a French postcode."""
        return _french(self.cleaned_data["postcode"])


def _mailbox(text: str) -> str:
    address = addresses.parse(text)
    if address is None:
        raise ValidationError(NO_ADDRESS)
    return address
