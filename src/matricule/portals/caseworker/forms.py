"""The forms of the desk. Each carries the version of the page that showed it: a stale one answers 409."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matricule.core import i18n
from matricule.dossiers.operations import ending
from matricule.portals.components import fields
from matricule.portals.components.forms import Form, KeyedForm
from matricule.rules import countries, deadlines, languages, refusals, rejections

LONGEST_DELAY = 180
"""Days that a caseworker may give at most in one go."""


def shortest_delay() -> int:
    """Return the days that a person has by the rule: a caseworker gives as many or more."""
    return int(deadlines.table()["silence"]["days"])


def days_field(label: Any, *, more: bool = False) -> forms.IntegerField:
    """Return the field of a delay in days; with ``more``, of a delay longer than one that runs."""
    least = shortest_delay()
    here = {"least": i18n.format_number(least), "most": i18n.format_number(LONGEST_DELAY)}
    few = gettext("Write more days than before: a delay is never shortened.")
    if not more:
        few = gettext("A person has at least %(least)s days: write %(least)s or more.") % here
    return forms.IntegerField(
        label=label,
        help_text="" if more else gettext("%(least)s by default. You may give more, never fewer.") % here,
        min_value=least + more,
        max_value=LONGEST_DELAY,
        initial=None if more else least,
        widget=fields.TextInput(css="input-short", attrs={"inputmode": "numeric"}),
        error_messages={
            "min_value": few,
            "max_value": gettext("%(most)s days are the most in one go.") % here,
        },
    )


class Versioned(Form):
    """A form that knows the version of the dossier that its page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"id": False}))


class KeyedAct(KeyedForm):
    """An act that a second click must not repeat, with the version of its page."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AcceptForm(Versioned):
    """What an acceptance rests on beside the document: its last day, the number printed on it."""

    until = fields.DateField(
        label=_("Last day printed on the document"),
        help_text=_("The certificate of cover runs to this day at most."),
        error_messages={
            "required": _("Write the last day printed on the document: the certificate rests on it."),
        },
    )
    paper_number = forms.CharField(
        label=_("Number of the document"),
        help_text=_("As printed. It is compared before a number is given."),
        max_length=40,
        widget=fields.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Write the number of the document: it is compared before a number is given."),
        },
    )

    def __init__(self, *args: Any, timed: bool, numbered: bool, **kwargs: Any) -> None:
        """Ask for the last day of a ``timed`` document, for the number of a ``numbered`` one."""
        super().__init__(*args, **kwargs)
        if not timed:
            del self.fields["until"]
        if not numbered:
            del self.fields["paper_number"]


class ReasonForm(Versioned):
    """The fields of one reason, as its row of data lists them."""

    def __init__(self, *args: Any, reason: refusals.Reason, **kwargs: Any) -> None:
        """Show the fields that ``reason`` needs."""
        super().__init__(*args, **kwargs)
        for name in reason.fields:
            for field, made in _reason_fields(name):
                self.fields[field] = made
        self.fields["days"] = days_field(_("Days to answer"))

    def values(self) -> dict[str, str]:
        """Return the fields of the reason as the rule takes them."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "days"}}
        return {name: str(value) for name, value in given.items()}


def _reason_fields(name: str) -> Iterable[tuple[str, forms.Field]]:
    if name == "written":
        for language, label in (("fr", _("In French")), ("en", _("In English"))):
            yield (
                f"written_{language}",
                forms.CharField(
                    label=label,
                    help_text=_("One or two sentences: what you see, in plain words."),
                    min_length=10,
                    max_length=600,
                    widget=fields.Textarea(rows=2, attrs={"lang": language}),
                ),
            )
    elif name == "end":
        yield name, fields.DateField(label=_("Expired on"))
    else:
        yield name, forms.ChoiceField(label=LABELS[name], choices=_choices(name), widget=fields.Select())


LABELS = {
    "part": _("What cannot be read"),
    "side": _("Which edge"),
    "missing": _("What is missing"),
    "seen": _("What the file is"),
    "language": _("Language of the certificate"),
    "country": _("Country of the certificate"),
}


def _choices(name: str) -> list[tuple[str, str]]:
    here = i18n.language()
    if name == "language":
        return [(row.code, i18n.pick(row.names)) for row in languages.ordered(here)]
    if name == "country":
        return [(row.code, i18n.pick(row.names)) for row in countries.nationalities(here)]
    return [(code, i18n.pick(words)) for code, words in refusals.table().choices[name].items()]


class AskForm(Versioned):
    """Which documents are asked for, and by when."""

    code = forms.MultipleChoiceField(
        label=_("Which ones"),
        widget=fields.CheckCards,
        error_messages={"required": _("Choose at least one document.")},
    )

    def __init__(self, *args: Any, missing: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the documents that were not sent, ``missing``: code and name."""
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        assert isinstance(code, forms.MultipleChoiceField)
        code.choices = missing
        self.fields["days"] = days_field(_("Days to answer"))


class LengthenForm(Versioned):
    """More time for what was asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for more days than the rule gives."""
        super().__init__(*args, **kwargs)
        self.fields["days"] = days_field(_("Days to answer, from the request"), more=True)


class TextForm(KeyedForm):
    """A message or a private note."""

    text = forms.CharField(
        label=_("Text"),
        max_length=4000,
        widget=fields.Textarea(rows=4),
        error_messages={"required": _("Write the text first.")},
    )


class AnswerForm(Versioned):
    """An answer in words to what a person asked for."""

    words = forms.CharField(
        label=_("Your answer, read as you write it"), required=False, max_length=2000, widget=fields.Textarea(rows=3)
    )


class WhyForm(Versioned):
    """A reason that the next colleague reads."""

    why = forms.CharField(
        label=_("Why"),
        help_text=_("Your colleagues read it with the file."),
        max_length=2000,
        widget=fields.Textarea(rows=3),
        error_messages={"required": _("Write why: the next colleague reads it.")},
    )


class HandOverForm(WhyForm):
    """Another office, and why."""

    office = forms.ChoiceField(
        label=_("Which office"), widget=fields.ChoiceCards, error_messages={"required": _("Choose an office.")}
    )

    field_order = ("version", "office", "why")

    def __init__(self, *args: Any, offices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the offices that can take the file: code and name."""
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = offices


class RejectForm(Versioned):
    """Why a request is turned down; the person reads the reason with the ways of appeal."""

    reasons = ending.REJECTIONS
    reason = forms.ChoiceField(
        label=_("Reason"), widget=fields.ChoiceCards, error_messages={"required": _("Choose a reason.")}
    )
    words = forms.CharField(
        label=_("What it means in this case"),
        help_text=_("It is read below the reason: write it in the language of the file."),
        required=False,
        max_length=2000,
        widget=fields.Textarea(rows=3),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the reasons of the rules, in words."""
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ChoiceField)
        reason.choices = [(code, i18n.pick(rejections.get(code).label)) for code in self.reasons]

    def clean_words(self) -> str:
        """Ask for words where the sentence of the reason alone says too little."""
        words = str(self.cleaned_data["words"]).strip()
        reason = self.cleaned_data.get("reason")
        if reason and rejections.get(reason).needs_words and not words:
            raise forms.ValidationError(_("This reason needs an explanation: write it here."))
        return words


class CloseForm(RejectForm):
    """Why a request is closed without a decision; the person reads the reason, and to which day they can reopen it."""

    reasons = ending.CLOSURES
