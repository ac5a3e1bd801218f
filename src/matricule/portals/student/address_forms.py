"""The forms about the e-mail address of a space."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

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
