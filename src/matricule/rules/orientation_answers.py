"""Reading one answer: what a form, a file or a token says, turned into the value that the engine knows, or refused."""

from collections.abc import Mapping
from datetime import date

from matricule.rules import countries, languages
from matricule.rules.dates import PartialDate
from matricule.rules.errors import InputError
from matricule.rules.orientation import Answers, Extra, Orientation, Question
from matricule.rules.orientation_conditions import Value

_WORDS = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "": False}


def validate_answer(question: Question, raw: Mapping[str, object], *, on: date) -> dict[str, Value]:
    """Return the values that ``raw`` gives to ``question`` and to its extra fields; empty extra fields are left out.

    ``raw`` holds texts or booleans by id; dates are ISO texts whose day or month may be 00. ``on`` is today.
    Raises InputError (field, sentence in both languages) on the first value that the question does not take.
    """
    found = {question.id: _value(question, raw.get(question.id), on)}
    for extra in question.extras:
        given = raw.get(extra.id)
        if extra.kind == "yes_no":
            found[extra.id] = _yes_no(extra.id, given, question.error)
        elif given not in (None, ""):
            found[extra.id] = _optional(extra, given)
    return found


def kept(orientation: Orientation, answers: Mapping[str, object], *, on: date) -> dict[str, Value]:
    """Return what is still good of ``answers`` (an older token, another file): each is checked, the rest dropped."""
    found: dict[str, Value] = {}
    for question in orientation.questions:
        if question.id in answers:
            try:
                found |= validate_answer(question, answers, on=on)
            except InputError:
                continue
    return found


def merged(question: Question, answers: Answers, new: Mapping[str, Value]) -> dict[str, Value]:
    """Return ``answers`` with ``question`` answered anew: its extra fields that are not in ``new`` are forgotten."""
    gone = {question.id, *(extra.id for extra in question.extras)}
    return {**{key: value for key, value in answers.items() if key not in gone}, **new}


def _value(question: Question, raw: object, on: date) -> Value:
    if question.kind == "choice":
        if question.option(raw) is None:
            raise _refused(question)
        return str(raw)
    if question.kind == "yes_no":
        if raw in (None, ""):
            raise _refused(question)
        return _yes_no(question.id, raw, question.error)
    if raw in (None, ""):
        raise _refused(question)
    if question.kind == "country":
        return _country(question.id, raw, historical=question.historical)
    if question.kind == "language":
        return languages.get(str(raw), field=question.id).code
    return _day(question, str(raw), on)


def _yes_no(field: str, raw: object, error: Mapping[str, str]) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw or "").strip().lower()
    if word not in _WORDS:
        raise InputError(field, fr=error["fr"], en=error["en"])
    return _WORDS[word]


def _optional(extra: Extra, raw: object) -> Value:
    if extra.kind == "country":
        return _country(extra.id, raw, historical=extra.historical)
    return _whole_day(extra.id, raw)


def _country(field: str, raw: object, *, historical: bool) -> str:
    country = countries.get(str(raw), field=field)
    if not historical and country.kind != "current":
        raise InputError(
            field,
            fr="Ce territoire ne délivre pas de passeport. Choisissez le pays qui délivre le vôtre aujourd’hui.",
            en="This place issues no passport. Choose the country that issues yours today.",
        )
    return country.code


def _day(question: Question, raw: str, on: date) -> str:
    day = PartialDate.parse(raw, field=question.id)
    if not question.partial and not day.day:
        raise _refused(question)
    first, last = question.years
    if day.earliest > _shifted(on, last) or day.latest < _shifted(on, first):
        raise InputError(
            question.id,
            fr=f"L’année va ici de {on.year + first} à {on.year + last}. Vous avez écrit {day.year}.",
            en=f"The year goes from {on.year + first} to {on.year + last} here. You wrote {day.year}.",
        )
    return str(day)


def _whole_day(field: str, raw: object) -> str:
    day = PartialDate.parse(str(raw), field=field)
    if not day.day:
        raise InputError(
            field,
            fr="Écrivez le jour, le mois et l’année.",
            en="Write the day, the month and the year.",
        )
    return str(day)


def _shifted(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28)) if years else day


def _refused(question: Question) -> InputError:
    return InputError(question.id, fr=question.error["fr"], en=question.error["en"])
