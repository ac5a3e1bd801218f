"""Why a request is turned down, with the ways of appeal, or closed without a decision, in both languages.

Sources: issue 4, section 2; facts.md 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from matricule.rules import data
from matricule.rules.errors import RulesError

FILE = "rejections.toml"
Words = Mapping[str, str]


@dataclass(frozen=True)
class Reason:
    """One reason to turn a request down, or to close it: its short name, what the person reads, the rule.

    ``about``: what a company reads of somebody whom it filed for. ``needs_words``: the caseworker adds what it means
    in this case.
    """

    code: str
    needs_words: bool
    label: Words
    text: Words
    about: Words
    source: str


@dataclass(frozen=True)
class Table:
    """The reasons by code, and how to contest them: in words to the person, and to a company about them.

    ``rows``: those to turn a request down. ``closures``: those to close it without a decision. No code is in both.
    """

    rows: Mapping[str, Reason]
    closures: Mapping[str, Reason]
    appeal: Words
    appeal_about: Words
    appeal_source: str


@cache
def table() -> Table:
    """Return the reasons and the ways of appeal; raises ``RulesError`` when the file is wrong."""
    raw = data.read_toml(FILE)
    rows, closures = (_reasons(raw.get(name, [])) for name in ("rejection", "closure"))
    twice = sorted(set(rows) & set(closures))
    if twice:
        raise RulesError(FILE, twice[0], "turns down and closes")
    appeal = raw.get("appeal", {})
    text, about = (_both("appeal", appeal.get(name)) for name in ("text", "about"))
    return Table(rows, closures, text, about, _source("appeal", appeal))


def _reasons(raw: list[Mapping[str, Any]]) -> dict[str, Reason]:
    rows: dict[str, Reason] = {}
    for row in raw:
        code = str(row.get("code", ""))
        if not code or code in rows:
            raise RulesError(FILE, code or "?", "has no code, or is there twice")
        rows[code] = _reason(code, row)
    if not rows:
        raise RulesError(FILE, 0, "holds no reason")
    return rows


def _reason(code: str, row: Mapping[str, Any]) -> Reason:
    needs_words = row.get("needs_words")
    if not isinstance(needs_words, bool):
        raise RulesError(FILE, code, "'needs_words' is true or false")
    label, text, about = (_both(code, row.get(name)) for name in ("label", "text", "about"))
    return Reason(code, needs_words, label, text, about, _source(code, row))


def get(code: str) -> Reason:
    """Return the reason ``code``, to turn down or to close; raises KeyError for one that is not known."""
    return table().rows.get(code) or table().closures[code]


def _source(place: str, row: Mapping[str, Any]) -> str:
    source = str(row.get("source", "")).strip()
    if not source:
        raise RulesError(FILE, place, "has no source")
    return source


def _both(place: str, words: object) -> Words:
    if not isinstance(words, Mapping) or set(words) != {"fr", "en"} or "" in map(str.strip, words.values()):
        raise RulesError(FILE, place, "must be written in fr and en")
    return {language: str(words[language]) for language in ("fr", "en")}
