"""The answers from which the list of documents follows: what they are, how they are checked, their JSON Schema.

They are the answers of the orientation questionnaire, and of the employer's form later. Unknown names are refused, so
that a typing slip never changes a list in silence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from matricule.rules import countries, languages
from matricule.rules.dates import PartialDate
from matricule.rules.errors import InputError

CATEGORIES = ("salarie", "assistant_langue", "mannequin", "passeport_talent", "ict", "membre_majeur_famille")
ROUTES = ("student", "employee", "child_in_request", "spouse_in_request", "caisse_of_residence")
_OFFICE = ROUTES[-1]
_EVERYONE = frozenset(ROUTES)
_STUDENT = frozenset({"student"})
_EMPLOYEE = frozenset({"employee"})


class StudentAnswers(TypedDict, total=False):
    """What a student answers. Dates are ISO texts or dates; ``birth_date`` may have 00 for an unknown day or month."""

    nationality: str
    nationality_2: str
    birth_country: str
    birth_date: str
    residence_title: str
    enrolled: bool
    academic_year_end: str
    home_cover: str
    ceam_until: str
    has_number: str
    paid_work: bool
    french_origin: str
    agreement: str
    refugee: bool
    with_parent: bool
    document_country: str
    document_language: str
    multilingual_form: bool
    plurilingual_extract: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One answer: its kind, the values of a choice, the routes that ask it, and whether a list needs it."""

    name: str
    kind: str
    about: str
    choices: tuple[str, ...] = ()
    routes: frozenset[str] = _EVERYONE
    needed: bool = False


FIELDS = (
    Field("nationality", "nationality", "Nationality, ISO 3166 code of two letters.", needed=True),
    Field("nationality_2", "nationality", "Second nationality, if there is one."),
    Field(
        "birth_country", "country", "Country of birth: ISO code, or INSEE code of five digits for a historical one."
    ),
    Field("birth_date", "partial_date", "Birth date; 00 for an unknown day or month (2004-00-00).", needed=True),
    Field(
        "residence_title",
        "choice",
        "Stay title; visa_d_card_later is a visa D after which a card must be asked for.",
        ("vls_ts", "visa_d_card_later", "card", "short_or_none", "not_needed", "unsure"),
    ),
    Field("refugee", "bool", "Recognised as a refugee, or under subsidiary protection."),
    Field("with_parent", "bool", "The request is filed together with a parent's."),
    Field("document_country", "country", "Country whose authority issued the birth certificate."),
    Field("document_language", "language", "Language of the birth certificate, ISO 639 code."),
    Field("multilingual_form", "bool", "The EU multilingual form comes with the birth certificate."),
    Field("plurilingual_extract", "bool", "The birth certificate is a plurilingual (CIEC) extract."),
    Field("enrolled", "bool", "Enrolled for the academic year.", routes=_STUDENT),
    Field("academic_year_end", "date", "Last day of the academic year (31 August by default).", routes=_STUDENT),
    Field("home_cover", "choice", "Health cover of the home country.", ("none", "ceam", "s1"), _STUDENT),
    Field("ceam_until", "date", "Last day of the European health insurance card (CEAM).", routes=_STUDENT),
    Field("has_number", "choice", "Already has a French social security number.", ("no", "yes", "unsure"), _STUDENT),
    Field("paid_work", "bool", "Has paid work in France.", routes=_STUDENT),
    Field("french_origin", "choice", "For French nationals.", ("none", "overseas", "born_abroad"), _STUDENT),
    Field("agreement", "choice", "Comes under an agreement.", ("none", "quebec", "andorra"), _STUDENT),
    Field("category", "choice", "Category of the employee.", CATEGORIES, _EMPLOYEE, needed=True),
    Field("spouse_in_request", "bool", "A spouse or partner is in the same request.", routes=_EMPLOYEE),
    Field("has_appointment_order", "bool", "Language assistant with a signed order of appointment.", routes=_EMPLOYEE),
    Field("filed_alone", "bool", "Family member filed alone while the holder's title is valid.", routes=_EMPLOYEE),
    Field("classic_route", "bool", "The request goes by paper.", routes=frozenset({"child_in_request"})),
    Field("ground", "choice", "Why the person is covered.", ("work", "residence", "other"), frozenset({_OFFICE})),
)


def fields(route: str) -> dict[str, Field]:
    """Return the answers of a route by name; raises ``InputError`` for a route that does not exist."""
    if route not in ROUTES:
        raise InputError(
            "route",
            fr=f"Ce parcours n’existe pas. Choisissez parmi\u00a0: {', '.join(ROUTES)}.",
            en=f"There is no such route. Choose one of: {', '.join(ROUTES)}.",
        )
    return {field.name: field for field in FIELDS if route in field.routes}


def choices(route: str) -> dict[str, tuple[str, ...]]:
    """Return the values that each answer of the route with a list of values can take."""
    return {field.name: field.choices for field in fields(route).values() if field.kind == "choice"}


def read(route: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return checked answers: countries and languages by their usual code, dates as values; what is empty is left out.

    Raises ``InputError``, which names the answer, for an unknown name, a wrong value or a missing answer.
    """
    known = fields(route)
    for name in given:
        if name not in known:
            raise InputError(
                str(name),
                fr="Cette réponse n’est pas connue pour ce parcours. Retirez-la, ou corrigez son nom.",
                en="This answer is not known on this route. Remove it, or correct its name.",
            )
    answers = {
        name: _READ[known[name].kind](known[name], value) for name, value in given.items() if value not in (None, "")
    }
    for field in known.values():
        if field.needed and field.name not in answers:
            raise InputError(
                field.name,
                fr="Il manque cette réponse\u00a0: la liste des pièces en dépend.",
                en="This answer is missing: the list of documents depends on it.",
            )
    return answers


def answers_schema(route: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the answers of a route."""
    known = fields(route)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Answers of the {route} route",
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in known.values() if field.needed],
        "properties": {
            field.name: _SCHEMA[field.kind](field) | {"description": field.about} for field in known.values()
        },
    }


_SCHEMA: dict[str, Callable[[Field], dict[str, Any]]] = {
    "bool": lambda field: {"type": "boolean"},
    "choice": lambda field: {"enum": list(field.choices)},
    "nationality": lambda field: {"type": "string", "pattern": "^[A-Z]{2}$"},
    "country": lambda field: {"type": "string", "pattern": "^([A-Z]{2}|99[0-9]{3})$"},
    "language": lambda field: {"type": "string", "pattern": "^[a-z]{2,3}$"},
    "date": lambda field: {"type": "string", "format": "date"},
    "partial_date": lambda field: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
}


def _bool(field: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise InputError(field.name, fr="Répondez par true ou false.", en="Answer with true or false.")
    return value


def _choice(field: Field, value: object) -> str:
    if not isinstance(value, str) or value not in field.choices:
        listed = ", ".join(field.choices)
        raise InputError(field.name, fr=f"Choisissez parmi\u00a0: {listed}.", en=f"Choose one of: {listed}.")
    return value


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise InputError(field.name, fr="Écrivez un texte entre guillemets.", en="Write a text between quotes.")
    return value


def _country(field: Field, value: object) -> str:
    return countries.get(_text(field, value), field=field.name).code


def _nationality(field: Field, value: object) -> str:
    country = countries.get(_text(field, value), field=field.name)
    if country.kind not in {"current", "french_territory"}:
        raise InputError(
            field.name,
            fr="Ce pays n’existe plus\u00a0: choisissez la nationalité d’aujourd’hui, comme sur le passeport.",
            en="This country exists no more: choose the nationality of today, as in the passport.",
        )
    return country.code


def _language(field: Field, value: object) -> str:
    return languages.get(_text(field, value), field=field.name).code


def _date(field: Field, value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(_text(field, value))
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            field.name, fr="Écrivez la date comme 2027-08-31.", en="Write the date like 2027-08-31."
        ) from error


def _partial_date(field: Field, value: object) -> PartialDate:
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, date):
        return PartialDate(value.year, value.month, value.day)
    return PartialDate.parse(_text(field, value), field=field.name)


_READ: dict[str, Callable[[Field, Any], Any]] = {
    "bool": _bool,
    "choice": _choice,
    "nationality": _nationality,
    "country": _country,
    "language": _language,
    "date": _date,
    "partial_date": _partial_date,
}
