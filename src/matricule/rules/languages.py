"""Languages of civil-status documents, and those that the caisse reads without a translation.

Sources: seed 000 and the notice of the language assistants' form (the same 20 languages), R114-7 CSS (French); names
of CLDR. Norwegian is one language: nb and nn are read as no (issue 2, section 3).
"""

from dataclasses import dataclass, field
from functools import cache

from matricule.rules import data
from matricule.rules.errors import InputError
from matricule.rules.text import fold, rank

FILE = "languages.csv"
COLUMNS = ("code", "fr", "en", "accepted", "aliases", "source", "valid_from")


@dataclass(frozen=True, slots=True)
class Language:
    """One language by its ISO 639 code; ``accepted`` when a civil-status document in it needs no translation."""

    code: str
    names: dict[str, str] = field(hash=False)
    accepted: bool
    aliases: tuple[str, ...]


@cache
def table() -> dict[str, Language]:
    """Return every language by code; raises ``RulesError`` when the file is wrong."""
    rows = data.read_csv(FILE, COLUMNS)
    return {language.code: language for language in data.build_rows(FILE, rows, _language, lambda x: x.code)}


def _language(row: dict[str, str]) -> Language:
    if len(row["code"]) not in (2, 3) or not row["code"].isascii() or not row["code"].islower():
        raise ValueError("code must be an ISO 639 code of 2 or 3 lower-case letters")
    aliases = tuple(filter(None, row["aliases"].split("|")))
    return Language(row["code"], data.both(row), data.flag(row, "accepted"), aliases)


@cache
def _by_any_code() -> dict[str, Language]:
    return {code: language for language in table().values() for code in (language.code, *language.aliases)}


def find(code: str) -> Language | None:
    """Return the language of an ISO 639 code or of a tag that begins with one ("pt-BR", "nb_NO"), or None."""
    return _by_any_code().get(code.strip().lower().replace("_", "-").partition("-")[0])


def get(code: str, *, field: str = "language") -> Language:
    """Return the language of ``code``; raises ``InputError`` on ``field`` when there is none."""
    language = find(code)
    if language is None:
        raise InputError(
            field,
            fr="Ce code de langue n’est pas dans la liste. Écrivez deux lettres, comme ar pour l’arabe.",
            en="This language code is not in the list. Write two letters, like ar for Arabic.",
        )
    return language


@cache
def ordered(language: str) -> tuple[Language, ...]:
    """Return every language in the order of its name in ``language`` (fr or en)."""
    return tuple(sorted(table().values(), key=lambda x: fold(x.names[language])))


@cache
def accepted() -> tuple[Language, ...]:
    """Return French and the 20 languages that need no translation, in the order of their French names."""
    return tuple(language for language in ordered("fr") if language.accepted)


def search(query: str, language: str, *, limit: int = 8) -> list[Language]:
    """Return the languages that ``query`` finds by name in either language or by code, best first."""
    found = []
    for item in ordered(language):
        place = rank(query, (item.names[language], *item.names.values(), item.code))
        if place is not None:
            found.append((place, fold(item.names[language]), item))
    return [row[-1] for row in sorted(found, key=lambda row: row[:2])[:limit]]
