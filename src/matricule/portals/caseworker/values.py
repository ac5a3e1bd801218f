"""One value of a person in a form of its own: the same field, with the same checks, as when the person typed it."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matricule.dossiers.models import Dossier, Registrant
from matricule.dossiers.operations import correcting
from matricule.portals.caseworker.forms import Versioned
from matricule.portals.components import fields
from matricule.portals.requests.sections import PersonForm
from matricule.portals.student.sections import SECTIONS
from matricule.portals.student.summary import in_words
from matricule.rules.dates import PartialDate

_FORM_NAMES = {"school_name": "school"}
_FIELDS = {name: field for section in SECTIONS.values() for name, field in section.base_fields.items()}
_FIELDS |= {name: PersonForm.base_fields[name] for name in correcting.OF_A_COMPANY}
CORRECTED = (
    "birth_name", "usage_name", "given_names", "original_names", "sex", "birth_date", "birth_place", "birth_country",
    "nationality", "parent1_birth_name", "parent1_given_names", "parent2_birth_name", "parent2_given_names",
    "school_name", "courses_start", "arrival_date",
)  # fmt: skip
"""Values that a caseworker may correct against a paper; address, phone and bank details are the person's own."""


def may_correct(name: str, dossier: Dossier) -> bool:
    """Tell whether a value of this dossier's people is one that a caseworker corrects."""
    return name in {*CORRECTED, *correcting.OF_A_COMPANY} and correcting.may(name, dossier)


class ValueForm(Versioned):
    """The new value, and why it is right."""

    why = forms.CharField(
        label=_("What the paper says"),
        help_text=_("The person reads it, and may object."),
        max_length=2000,
        widget=fields.Textarea(rows=2),
        error_messages={"required": _("Write what the paper says.")},
    )


def form(name: str, person: Registrant, version: int, data: Mapping[str, Any] | None, *, asked: str = "") -> ValueForm:
    """Return the form of one value with what stands there, or with what the person ``asked`` for."""
    known = asked or getattr(person, name)
    made = ValueForm(data, initial={"version": version, "value": known})
    field = deepcopy(_FIELDS[_FORM_NAMES.get(name, name)])
    field.help_text = ""
    if "required" in field.error_messages:  # those of the person's own page say "your certificate"
        field.error_messages = {**field.error_messages, "required": gettext("Write the value as the paper shows it.")}
    if person.dossier.organisation_id is not None:
        made.fields["why"].help_text = gettext("The company reads it.")
    if isinstance(known, str) and isinstance(field, fields.DateField) and known:
        made.initial["value"] = PartialDate.parse(known)
    made.fields["value"] = field
    made.order_fields(["version", "value", "why"])
    return made


def column(name: str, value: Any) -> Any:
    """Return a cleaned value as its column holds it."""
    return str(value) if name == "birth_date" else value


def shown(name: str, person: Registrant) -> dict[str, str]:
    """Return the value that stands there, in words."""
    return {"name": name, "value": in_words(name, getattr(person, name))}


def held() -> str:
    """Return why a value that a number is made of is not changed here."""
    return gettext("The number is made of this value: only the national register changes it.")
