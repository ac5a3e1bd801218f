"""The forms of the space after sending: a message, a document that cannot be had, a change, an objection."""

from django import forms
from django.utils.translation import gettext_lazy as _

from matricule.portals.components import fields
from matricule.portals.components.forms import Form, KeyedForm


class WriteForm(KeyedForm):
    """What the person asks of the caisse, and in which language they want the answer."""

    kind = forms.ChoiceField(
        label=_("What would help you?"),
        choices=[
            ("question", _("An answer in writing")),
            ("call", _("To be called back")),
            ("appointment", _("An appointment, by phone or in person")),
        ],
        widget=fields.ChoiceCards,
        error_messages={"required": _("Choose what would help you.")},
    )
    language = forms.ChoiceField(
        label=_("In which language?"),
        choices=[("fr", _("In French")), ("en", _("In English"))],
        widget=fields.ChoiceCards,
        error_messages={"required": _("Choose a language.")},
    )
    text = forms.CharField(
        label=_("Your message"),
        help_text=_("For a call: say when you can be reached. The number of your file goes with it."),
        max_length=4000,
        widget=fields.Textarea(rows=5),
        error_messages={"required": _("Write your message.")},
    )


class CannotForm(Form):
    """Why a document cannot be had, and for how long."""

    why = forms.CharField(
        label=_("Why can you not get it?"),
        help_text=_("Say what you tried, and what you were answered."),
        min_length=20,
        max_length=2000,
        widget=fields.Textarea(rows=5),
        error_messages={
            "required": _("Say in a few words why you cannot get it."),
            "min_length": _("Say a little more: the caisse decides on what you write."),
        },
    )
    how_long = forms.ChoiceField(
        label=_("For how long?"),
        choices=[
            ("for_now", _("For the moment: I will get it later")),
            ("lasting", _("For good: nobody can issue it any more")),
        ],
        widget=fields.ChoiceCards,
        error_messages={"required": _("Choose for how long.")},
    )


class ChangeForm(Form):
    """What should stand there, and why."""

    new = forms.CharField(
        label=_("What should stand there"),
        max_length=240,
        widget=fields.TextInput(),
        error_messages={"required": _("Write what should stand there.")},
    )
    why = forms.CharField(
        label=_("Why"),
        help_text=_("For example: the certificate says so, or your name has changed."),
        max_length=2000,
        widget=fields.Textarea(rows=3),
        error_messages={"required": _("Write why, in a few words.")},
    )


class ObjectForm(Form):
    """What is not right about a correction."""

    words = forms.CharField(
        label=_("What is not right?"),
        max_length=2000,
        widget=fields.Textarea(rows=3),
        error_messages={"required": _("Write what is not right.")},
    )
