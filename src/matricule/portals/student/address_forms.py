"""The forms about the e-mail address of a space."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matricule.core.ids import parse_reference
from matricule.portals.components import fields
from matricule.portals.student.forms import EmailForm


class NewAddressForm(EmailForm):
    """The address that replaces the present one."""

    email = forms.CharField(
        label=_("Your new e-mail address"),
        help_text=_("We send a 6-digit code to it. The present address is told, and has 24 hours to object."),
        max_length=254,
        widget=fields.TextInput("email", attrs={"type": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"required": _("Write your new e-mail address, for example name@example.org.")},
    )

    def __init__(self, *args: Any, current: str, **kwargs: Any) -> None:
        """Take the present address, which cannot be the new one."""
        super().__init__(*args, **kwargs)
        self.current = current

    def clean_email(self) -> str:
        """Return the one mailbox typed, another one than today's."""
        address = super().clean_email()
        if address == self.current:
            raise ValidationError(_("This is the address of your space already. Write the new one."))
        return address


class LostMailboxForm(EmailForm):
    """What lets the caisse find a file and reach the person, without saying whether there is one."""

    reference = forms.CharField(
        label=_("Reference of your file"),
        help_text=_("On your receipt, for example M26-7KQ4-92HX. Spaces and hyphens do no harm."),
        max_length=40,
        widget=fields.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        error_messages={"required": _("Write the reference of your file.")},
    )
    birth_date = fields.DateField(
        label=_("Your date of birth"),
        help_text=_("As you wrote it in your file. Leave the day or the month empty if nobody knows it."),
        partial=True,
        past=True,
        autocomplete="bday",
        error_messages={"required": _("Write your date of birth.")},
    )
    email = forms.CharField(
        label=_("The e-mail address that you use now"),
        help_text=_("It is used only after two people at the caisse have recognised you."),
        max_length=254,
        widget=fields.TextInput("email", attrs={"type": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"required": _("Write the address that you use now, for example name@example.org.")},
    )
    phone = forms.CharField(
        label=_("A phone number, if you have one"),
        help_text=_("The caisse calls you to look at your identity document."),
        required=False,
        max_length=30,
        widget=fields.TextInput("tel", attrs={"type": "tel", "inputmode": "tel"}),
    )
    words = forms.CharField(
        label=_("What the caisse should know"),
        help_text=_("For example when you can come or be called. Leave it empty if there is nothing."),
        required=False,
        max_length=1000,
        widget=fields.Textarea(rows=3),
    )

    field_order = ("reference", "birth_date", "email", "phone", "words")

    def clean_reference(self) -> str:
        """Return the reference in its one form; a slip is told by its check character, whatever exists."""
        found = parse_reference(self.cleaned_data["reference"])
        if found is None:
            raise ValidationError(
                _("A reference is M, two digits of the year and eight characters. One of them seems wrong.")
            )
        return found

    def said(self) -> dict[str, str]:
        """Return what the operation takes."""
        given = self.cleaned_data
        return {
            "reference": given["reference"],
            "birth_date": str(given["birth_date"]),
            "new_address": given["email"],
            "phone": given["phone"].strip(),
            "words": given["words"].strip(),
        }
