"""The forms of a lost mailbox at the desk: what was checked, and the second look."""

from django import forms
from django.utils.translation import gettext_lazy as _

from matricule.portals.caseworker.forms import Versioned
from matricule.portals.components import fields
from matricule.portals.entrance.forms import AddressForm


class ProposeForm(Versioned, AddressForm):
    """Which address, on which document, seen how."""

    seen = forms.ChoiceField(
        label=_("How did you see the identity document?"),
        choices=[
            ("counter", _("The original, at the counter")),
            ("video", _("The original, by video call")),
            ("post", _("A copy by post, with a signed letter")),
        ],
        widget=fields.ChoiceCards,
        error_messages={"required": _("Choose how you saw it.")},
    )
    paper_number = forms.CharField(
        label=_("Number on the document shown"),
        help_text=_("It is compared with the number of the document in the file."),
        max_length=40,
        widget=fields.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the number of the document that was shown.")},
    )
    email = forms.CharField(
        label=_("New e-mail address, as the person says it"),
        max_length=254,
        widget=fields.TextInput(attrs={"type": "email", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": _("Write the address that the person uses now.")},
    )
    agrees = forms.BooleanField(
        label=_("Face, names and date of birth are those of the file"),
        widget=fields.CheckCard,
        error_messages={"required": _("Compare them with the file; tick the box only if they agree.")},
    )

    field_order = ("seen", "paper_number", "email", "agrees")


class ConfirmForm(Versioned):
    """The second look."""

    agrees = forms.BooleanField(
        label=_("I looked at the file and at what my colleague checked, and I agree"),
        widget=fields.CheckCard,
        error_messages={"required": _("Look at the file; tick the box only if you agree.")},
    )


class TurnDownForm(Versioned):
    """Why the address is not changed."""

    why = forms.CharField(
        label=_("Why"),
        help_text=_("Your colleagues read it; the present address only learns that nothing changes."),
        max_length=2000,
        widget=fields.Textarea(rows=2),
        error_messages={"required": _("Write why: your colleagues read it.")},
    )
