"""The forms kit: a form that looks and speaks like the rest of Matricule.

A page's form inherits ``Form`` and shows each field with ``{{ form.name.as_field_group }}``: label, hint, error above
the input, ARIA (design.md 6, ``field``). ``KeyedForm`` adds the key that makes a second submit of a page harmless.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.forms.forms import BaseForm
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from matricule.portals.components import fields

SWITCH = "switch_language"
AnyForm = TypeVar("AnyForm", bound=BaseForm)


class Renderer(DjangoTemplates):
    """Renders every field of the service with our own template (setting FORM_RENDERER)."""

    field_template_name = "components/forms/field.html"


class Form(forms.Form):
    """The base of every form. Browsers do not check it: our words do (wording.md 6)."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _speak(field)


class KeyedForm(Form):
    """A form whose submit, sent twice, must act once: the operation receives ``cleaned_data["idempotency_key"]``."""

    idempotency_key = fields.KeyField()


@dataclass(frozen=True)
class ErrorLink:
    """One line of the summary of errors: the address of the field in the page, what it is called, what is wrong."""

    href: str
    label: str
    message: str


def error_links(form: BaseForm) -> list[ErrorLink]:
    """Return the errors of ``form`` in the order of its fields, those of the form itself first."""
    links = [ErrorLink("", "", str(message)) for message in form.non_field_errors()]
    for field in form:
        href = f"#{_first_id(field)}" if field.errors else ""
        label = str(field.label).rstrip(".?! \u00a0\u202f")  # it goes on with a colon
        links += [ErrorLink(href, label, str(message)) for message in field.errors]
    return links


def sent(request: HttpRequest) -> QueryDict | None:
    """Return what the form of a page holds: what was sent, or was typed before a proof; None on a page just opened."""
    typed: QueryDict | None = getattr(request, "typed", None)
    return request.POST if request.method == "POST" else typed


def switching(request: HttpRequest) -> bool:
    """Tell whether the page only shows again what stands in its form, and checks nothing.

    So it is where a submit changes the language, and where a form comes back after a proof (``entrance.proving``).
    """
    return SWITCH in request.POST if request.method == "POST" else sent(request) is not None


def acting(request: HttpRequest) -> bool:
    """Tell whether a form was sent to act, not only to change the language of its page."""
    return request.method == "POST" and not switching(request)


def unvalidated(form: AnyForm) -> AnyForm:
    """Return the bound ``form`` with all that was typed and no error: what a language switch shows."""
    form._errors = ErrorDict()  # type: ignore[attr-defined]
    form.cleaned_data = {}
    return form


OURS = {
    "required": _("This answer is missing."),
    "invalid_choice": _("Choose one of the answers."),
    "max_length": _("At most %(limit_value)s characters fit here: write it shorter."),
    "null_characters_not_allowed": _("One sign here cannot be kept: write this answer again instead of pasting it."),
}
"""What a field says in our voice instead of Django's (wording.md 6), unless the form has words of its own."""

DJANGOS = {
    "required": forms.Field.default_error_messages["required"],
    "invalid_choice": forms.ChoiceField.default_error_messages["invalid_choice"],
}


def _speak(field: forms.Field) -> None:
    """Give a plain field our look, and our sentences for what is missing, too long, or no answer of its list."""
    widget = field.widget
    text_like = (forms.TextInput, forms.EmailInput, forms.NumberInput, forms.Textarea, forms.Select)
    if isinstance(widget, text_like) and not isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        widget.attrs.setdefault("class", "input")
    for code, sentence in OURS.items():
        if field.error_messages.get(code) in (None, DJANGOS.get(code)):
            field.error_messages[code] = sentence


def _first_id(field: forms.BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, fields.DateParts):
        part = fields.wrong_part(field)
        return widget.id_for_label(field.auto_id, "day" if part in ("all", "") else part)
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id
