"""The small forms of the student's way: address, code, bank details, translator, submission.

Sources: seed 003 steps 2 and 3 , issue 2 section 2.3, wording.md sections 2 and 6.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matricule.portals.components import fields
from matricule.portals.components.forms import Form, KeyedForm
from matricule.portals.entrance.forms import AddressForm


class EmailForm(AddressForm):
    """The address that receives the code."""

    email = forms.CharField(
        label=_("Your e-mail address"),
        help_text=_("We send you a 6-digit code, at each sign-in. No password."),
        max_length=254,
        widget=fields.TextInput("email", attrs={"type": "email", "inputmode": "email", "spellcheck": "false"}),
        error_messages={"required": _("Write your e-mail address, for example name@example.org.")},
    )


class BankForm(Form):
    """The account for the reimbursements, in the person's own name."""

    iban = fields.IbanField(
        label=_("IBAN"),
        help_text=_("27 characters in France, 15 to 34 elsewhere in the SEPA area. Spaces do no harm."),
        error_messages={"required": _("Copy the IBAN of your bank details (RIB).")},
    )
    own_name = forms.BooleanField(
        label=_("This account is in my own name"),
        widget=fields.CheckCard,
        error_messages={
            "required": _("Reimbursements go only to an account in your own name: tick the box if it is.")
        },
    )


class TranslatorForm(Form):
    """Who made the translation (seed 000: nothing else is accepted)."""

    kind = forms.ChoiceField(
        label=_("Who made the translation?"),
        choices=[
            ("sworn", _("A sworn translator, listed by a French court")),
            ("consulate", _("An embassy or consulate of France")),
        ],
        widget=fields.ChoiceCards,
        error_messages={"required": _("Choose who made the translation: no other translation can be accepted.")},
    )
    name = forms.CharField(
        label=_("Translator’s name"),
        help_text=_("It is on the stamp. Leave it empty for an embassy or a consulate."),
        required=False,
        max_length=120,
        widget=fields.TextInput(),
    )
    place = forms.CharField(
        label=_("Court, or town of the consulate"),
        help_text=_("For example Cour d’appel de Besançon, or Hanoï."),
        max_length=120,
        widget=fields.TextInput(),
        error_messages={"required": _("Write the court that the stamp names, or the town of the consulate.")},
    )

    def clean(self) -> dict[str, Any]:
        """A sworn translator has a name."""
        data = super().clean() or {}
        if data.get("kind") == "sworn" and not data.get("name"):
            self.add_error("name", _("Write the translator’s name as on the stamp."))
        return data


class SubmitForm(KeyedForm):
    """The declaration, and what makes a second click harmless."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    declare = forms.BooleanField(
        label=_("What I wrote is true and these documents are mine."),
        widget=fields.CheckCard,
        error_messages={"required": _("Tick the box to declare that what you wrote is true; then send.")},
    )
