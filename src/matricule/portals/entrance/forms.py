"""The forms of the door: an address, the code that it receives, the code that an app shows."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matricule.accounts import addresses
from matricule.portals.components import fields
from matricule.portals.components.forms import Form


class AddressForm(Form):
    """The address that receives the code."""

    email = forms.CharField(
        label=_("Your work e-mail address"),
        help_text=_("We send you a 6-digit code. There is no password."),
        max_length=254,
        widget=fields.TextInput("email", attrs={"type": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"required": _("Write your e-mail address, for example name@example.org.")},
    )

    def clean_email(self) -> str:
        """Return the one mailbox typed (reliability.md R28)."""
        address = addresses.parse(self.cleaned_data["email"])
        if address is None:
            raise ValidationError(
                _("An e-mail address looks like name@example.org: one @, no space, one address only.")
            )
        return address


class MailedCodeForm(Form):
    """The six digits received."""

    code = fields.CodeField(
        label=_("Code received by e-mail"), help_text=_("6 digits, valid for 10 minutes in this browser.")
    )


class AppCodeForm(Form):
    """The six digits that an authenticator app shows."""

    code = fields.CodeField(label=_("Code shown by your app"), help_text=_("6 digits; a new one every 30 seconds."))
