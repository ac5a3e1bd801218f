"""What each document must show, what is not asked for, and what to do when it cannot be had (issue 2, section 2.2).

The texts are data, ``data/catalogue/<route>.toml``, written in both languages. A document without its own lists or its
own example is refused when the file is read: nobody is shown the words or the picture of another document.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import permutations
from typing import Any

from matricule.rules.errors import RulesError

Localized = Mapping[str, str]
LANGUAGES = ("fr", "en")
FIELDS = frozenset({"icon", "example", "name", "summary", "must_show", "not_needed", "without", "source"})


@dataclass(frozen=True)
class Entry:
    """One kind of document in words. ``example`` names its drawn picture; ``without`` helps who lacks it.

    ``desk_name``: its name to a caseworker, where ``name`` speaks to the person who sends it ("your parents").
    """

    code: str
    name: Localized
    summary: Localized
    icon: str
    must_show: tuple[Localized, ...]
    not_needed: tuple[Localized, ...]
    without: Localized
    example: str
    source: str
    desk_name: Localized


@dataclass(frozen=True)
class Catalogue:
    """The documents of one route, by code, and the day on which somebody compared them with their sources."""

    checked: date
    entries: Mapping[str, Entry]


@cache
def load(route: str) -> Catalogue:
    """Return the catalogue of ``route``, read and checked once; raises RulesError with file, row and reason."""
    file = f"{route}.toml"
    source = files("matricule.rules").joinpath("data", "catalogue", file)
    if not source.is_file():
        raise RulesError(file, "file", "there is no such catalogue")
    return parse_text(file, source.read_text("utf-8"))


def entry(route: str, code: str) -> Entry:
    """Return the words of document ``code`` on ``route``; raises RulesError when the catalogue has none."""
    found = load(route).entries.get(code)
    if found is None:
        raise RulesError(f"{route}.toml", code, "the catalogue has no words for this document")
    return found


def parse_text(file: str, text: str) -> Catalogue:
    """Return the catalogue that ``text`` describes; ``file`` names it in the RulesError of a wrong one."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(file, "file", f"not TOML: {error}") from error
    checked, rows = table.get("checked"), table.get("document")
    if not isinstance(checked, date):
        raise RulesError(file, "file", "'checked' is the day on which somebody compared the file with its sources")
    if not isinstance(rows, Mapping) or not rows:
        raise RulesError(file, "file", "the file describes no document")
    entries = {code: _entry(file, code, row) for code, row in rows.items()}
    _refuse_shared(file, entries)
    return Catalogue(checked, entries)


def _entry(file: str, code: str, row: Mapping[str, Any]) -> Entry:
    missing, unknown = sorted(FIELDS - set(row)), sorted(set(row) - FIELDS - {"desk_name"})
    if missing or unknown:
        raise RulesError(file, code, f"missing {missing[0]!r}" if missing else f"unknown field {unknown[0]!r}")
    for field in ("icon", "example", "source"):
        if not isinstance(row[field], str) or not row[field].strip():
            raise RulesError(file, code, f"{field!r} is a text that is not empty")
    return Entry(
        code=code,
        name=_localized(file, code, "name", row["name"]),
        summary=_localized(file, code, "summary", row["summary"]),
        icon=row["icon"],
        must_show=_list(file, code, "must_show", row["must_show"]),
        not_needed=_list(file, code, "not_needed", row["not_needed"]),
        without=_localized(file, code, "without", row["without"]),
        example=row["example"],
        source=row["source"],
        desk_name=_localized(file, code, "desk_name", row.get("desk_name", row["name"])),
    )


def _list(file: str, code: str, field: str, value: object) -> tuple[Localized, ...]:
    if not isinstance(value, list) or len(value) < 2:
        raise RulesError(file, code, f"{field!r} has at least two lines")
    return tuple(_localized(file, code, field, item) for item in value)


def _localized(file: str, code: str, field: str, value: object) -> Localized:
    if not isinstance(value, Mapping) or set(value) != set(LANGUAGES):
        raise RulesError(file, code, f"{field!r} holds 'fr' and 'en'")
    if not all(isinstance(text, str) and text.strip() for text in value.values()):
        raise RulesError(file, code, f"{field!r} is empty in one language")
    if value["fr"] == value["en"]:
        raise RulesError(file, code, f"{field!r} says the same in both languages: one of them is missing")
    return {language: str(value[language]) for language in LANGUAGES}


def _refuse_shared(file: str, entries: Mapping[str, Entry]) -> None:
    """Refuse the words and pictures of another: same example, same name, or a list that lies within another's list."""
    for one, other in permutations(entries.values(), 2):
        for field in ("example", "name", "summary", "without"):
            if getattr(one, field) == getattr(other, field):
                raise RulesError(file, one.code, f"{field!r} is that of {other.code!r}")
        for field in ("must_show", "not_needed"):
            for language in LANGUAGES:
                mine = {item[language] for item in getattr(one, field)}
                if mine <= {item[language] for item in getattr(other, field)}:
                    raise RulesError(file, one.code, f"the list {field!r} is that of {other.code!r}")
