"""Why a document is sent back, as structured reasons that give one kind sentence in both languages.

Sources: issue 4, section 2; wording.md, section 5; facts.md 10.1 (three agents, three judgements: the same reasons and
the same rule for everybody). The reasons are data, ``data/refusals.toml``, checked when they are loaded.
"""

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from matricule.rules import countries, data, languages
from matricule.rules.errors import RulesError

FILE = "refusals.toml"
GIVEN = frozenset({"document", "date"})
"""Variables of a sentence that the caller gives by itself."""

FREE = frozenset({"end", "language", "country", "written"})
"""Fields that are not a choice of the file: a date, a language, a country, a text in both languages."""

DATE = "{date}"
BOTH = ("fr", "en")
Words = Mapping[str, str]


class BadField(ValueError):
    """A field of a reason is missing or wrong; ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the field {field} is missing or wrong")
        self.field = field


@dataclass(frozen=True)
class Reason:
    """One reason: where it can be given, what it needs, what it says, the rule behind it with its source.

    ``keeps`` says that the other half of the slot stays as it is; ``asks_only`` that it asks for what never came.
    """

    code: str
    label: Words
    fields: tuple[str, ...]
    slots: frozenset[str]
    parts: frozenset[str]
    text: Words
    rule: Words
    source: str
    keeps: bool
    asks_only: bool

    def fits(self, codes: frozenset[str], part: str) -> bool:
        """Tell whether this reason can be given for a half of a slot that answers the document ``codes``."""
        return (not self.slots or bool(self.slots & codes)) and (not self.parts or part in self.parts)


@dataclass(frozen=True)
class Table:
    """The reasons by code, and the choices of their fields."""

    reasons: Mapping[str, Reason]
    choices: Mapping[str, Mapping[str, Words]]


@cache
def table() -> Table:
    """Return the reasons and choices; raises ``RulesError`` when the file is wrong."""
    raw = data.read_toml(FILE)
    choices = {name: _choice(name, options) for name, options in raw.get("choices", {}).items()}
    reasons: dict[str, Reason] = {}
    for row in raw.get("reason", []):
        reason = _reason(row, frozenset(choices))
        if reason.code in reasons:
            raise RulesError(FILE, reason.code, "is there twice")
        reasons[reason.code] = reason
    if not reasons:
        raise RulesError(FILE, 0, "holds no reason")
    return Table(reasons, choices)


def get(code: str) -> Reason:
    """Return the reason ``code``; raises ``BadField`` for one that is not known."""
    found = table().reasons.get(code)
    if found is None:
        raise BadField("reason")
    return found


def fitting(codes: frozenset[str], part: str, *, sent: bool = True) -> list[Reason]:
    """Return the reasons that can be given for a half of a slot, in the order of the file.

    ``sent``: something was sent there; otherwise only what asks for a document that never came.
    """
    found = [reason for reason in table().reasons.values() if reason.fits(codes, part)]
    return [reason for reason in found if reason.asks_only is not sent or reason.code == "other"]


def sentence(
    reason: Reason,
    fields: Mapping[str, str],
    *,
    document: Words,
    day: Callable[[date, str], str],
) -> dict[str, str]:
    """Return what the person reads, in both languages, with ``{date}`` left for the day by which it is due.

    That day may still move later: ``dated`` writes it when the sentence is shown. ``fields`` holds the fields of
    the reason as posted: the code of a choice, an ISO date (``end``), a code of language or country, and
    ``written_fr``, ``written_en``. ``document`` names the document; ``day(date, language)`` writes a date.
    Raises ``BadField`` with the first field that is missing or wrong.
    """
    said = {}
    for language in BOTH:
        values = {name: _value(name, fields, language, day) for name in reason.fields}
        text = reason.text[language].format_map({**values, "document": document[language], "date": DATE})
        said[language] = text[:1].upper() + text[1:]
    return said


def dated(words: Words, language: str, day: str) -> str:
    """Return the sentence in one language with the day by which it is due, already written in that language."""
    return words[language].replace(DATE, day)


def _value(name: str, fields: Mapping[str, str], language: str, day: Callable[[date, str], str]) -> str:
    if name == "written":
        return _written(fields, language)
    given = fields.get(name, "").strip()
    if name == "end":
        try:
            return day(date.fromisoformat(given), language)
        except ValueError:
            raise BadField(name) from None
    if name in {"language", "country"}:
        tables: dict[str, Mapping[str, Any]] = {"language": languages.table(), "country": countries.table()}
        found = tables[name].get(given)
        if found is None:
            raise BadField(name)
        return str(found.names[language])
    option = table().choices[name].get(given)
    if option is None:
        raise BadField(name)
    return option[language]


def _written(fields: Mapping[str, str], language: str) -> str:
    text = " ".join(fields.get(f"written_{language}", "").split())
    if len(text) < 10 or len(text) > 600:
        raise BadField(f"written_{language}")
    text = text.replace("{", "(").replace("}", ")")  # what was written is never read as a variable
    return text if text[-1] in ".?…" else text + "."


def _choice(name: str, options: Mapping[str, Any]) -> dict[str, Words]:
    if not options:
        raise RulesError(FILE, name, "has no option")
    return {code: _both(f"{name}.{code}", words) for code, words in options.items()}


def _reason(row: Mapping[str, Any], choices: frozenset[str]) -> Reason:
    code = str(row.get("code", ""))
    fields = tuple(row.get("fields", ()))
    unknown = set(fields) - choices - FREE
    if not code or unknown:
        raise RulesError(FILE, code or "?", f"unknown field {sorted(unknown)[0]}" if unknown else "has no code")
    if not str(row.get("source", "")).strip():
        raise RulesError(FILE, code, "has no source")
    text = _both(code, row.get("text"))
    for language in BOTH:
        used = {name for _, name, _, _ in string.Formatter().parse(text[language]) if name is not None}
        if used - GIVEN != set(fields) or "date" not in used:
            raise RulesError(FILE, code, f"the sentence in {language} must use {', '.join((*fields, 'date'))}")
        if "!" in text[language]:
            raise RulesError(FILE, code, "no exclamation mark (wording.md, 1.6)")
    return Reason(
        code=code,
        label=_both(code, row.get("label")),
        fields=fields,
        slots=frozenset(row.get("slots", ())),
        parts=frozenset(row.get("parts", ())),
        text=text,
        rule=_both(code, row.get("rule")),
        source=str(row["source"]),
        keeps=bool(row.get("keeps", False)),
        asks_only=bool(row.get("asks_only", False)),
    )


def _both(place: str, words: object) -> Words:
    if not isinstance(words, Mapping) or set(words) != set(BOTH) or not all(str(words[one]).strip() for one in BOTH):
        raise RulesError(FILE, place, "must be written in fr and en")
    return {language: str(words[language]) for language in BOTH}
