"""The form with which a supervisor names a colleague."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matricule.accounts import addresses
from matricule.accounts.staff import Role
from matricule.portals.components import fields
from matricule.portals.components.forms import Form


class AppointForm(Form):
    """Who, with which address, as what."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=fields.TextInput(), error_messages={"required": _("Write the name.")}
    )
    email = forms.CharField(
        label=_("Work e-mail address"), max_length=254, widget=fields.TextInput(attrs={"type": "email"})
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            (Role.CASEWORKER.value, _("Caseworker: examines files")),
            (Role.SUPERVISOR.value, _("Supervisor: examines files, names colleagues")),
        ],
        widget=fields.ChoiceCards,
    )

    def clean_email(self) -> str:
        """Return the one mailbox typed (reliability.md R28)."""
        address = addresses.parse(self.cleaned_data["email"])
        if address is None:
            raise ValidationError(_("An e-mail address looks like name@example.org: one @, no space."))
        return address
