"""The form of a RIB that came by post: its IBAN, the day, where the paper is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matricule.dossiers.operations.posting import LONGEST
from matricule.portals.caseworker.forms import Versioned
from matricule.portals.components import fields


class RibForm(Versioned):
    """What the caseworker reads off the paper, and where colleagues find it."""

    iban = fields.IbanField(
        label=_("IBAN on the paper"),
        help_text=_("Its key and its country are checked. Only its last four characters are shown afterwards."),
        error_messages={"required": _("Copy the IBAN as the paper shows it.")},
    )
    own_name = forms.BooleanField(
        label=_("The holder named on the paper is this person, or a parent of this minor"),
        widget=fields.CheckCard,
        error_messages={
            "required": _("Reimbursements go to no other account: ask for another RIB if the holder is somebody else.")
        },
    )
    arrived_on = fields.DateField(label=_("Day on which it came"), past=True, earliest=2020)
    place = forms.CharField(
        label=_("Where the paper is"),
        help_text=_("Your colleagues read it: a binder, a box, or that it was destroyed once typed."),
        max_length=LONGEST,
        widget=fields.TextInput(),
        error_messages={"required": _("Write where the paper is: a colleague may have to look at it.")},
    )

    def given(self) -> dict[str, Any]:
        """Return what the operation takes beside whose RIB it is."""
        data = self.cleaned_data
        return {
            "iban": data["iban"],
            "expects": data["version"],
            "arrived_on": data["arrived_on"],
            "place": data["place"],
        }
