"""The sentences that explain a number, in both languages, read from ``data/number_reasons.toml``."""

import string
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from matricule.rules import data
from matricule.rules.errors import RulesError

FILE = "number_reasons.toml"

Severity = Literal["info", "warning", "error"]
Verdict = Literal["valid", "warning", "invalid"]

_VERDICT: dict[str, Verdict] = {"error": "invalid", "warning": "warning", "info": "valid"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to say about a number: ``code`` for programs, ``fr`` and ``en`` for people."""

    code: str
    severity: Severity
    fr: str
    en: str

    @property
    def text(self) -> dict[str, str]:
        """The sentence in both languages, for ``matricule.core.i18n.pick``."""
        return {"fr": self.fr, "en": self.en}

    def as_dict(self) -> dict[str, str]:
        """Code and sentences, as the command line prints them."""
        return {"code": self.code, "fr": self.fr, "en": self.en}


class NumberError(ValueError):
    """A number that cannot be used. ``reasons`` say why; the message holds their codes, never the number."""

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(", ".join(reason.code for reason in self.reasons))


def reason(code: str, **words: object) -> Reason:
    """Return the reason ``code`` with its words filled in; raises ``KeyError`` for an unknown code or word."""
    row = table()[code]
    return Reason(code, row.severity, row.fr.format_map(words), row.en.format_map(words))


def verdict(reasons: Iterable[Reason]) -> Verdict:
    """Return what the reasons amount to: invalid with any error, warning with any warning, else valid."""
    severities = {item.severity for item in reasons}
    return next((_VERDICT[level] for level in ("error", "warning") if level in severities), "valid")


@cache
def table() -> dict[str, Reason]:
    """Return every sentence by code, with its words in braces; raises ``RulesError`` when the file is wrong."""
    return {code: _row(code, row) for code, row in data.read_toml(FILE).items()}


def _row(code: str, row: dict[str, Any]) -> Reason:
    if not all(isinstance(row.get(key), str) and row[key] for key in ("severity", "source", "fr", "en")):
        raise RulesError(FILE, code, "severity, source, fr and en must all be written")
    if row["severity"] not in _VERDICT:
        raise RulesError(FILE, code, f"severity must be one of {', '.join(_VERDICT)}")
    if _words(row["fr"], "fr") != _words(row["en"], "en"):
        raise RulesError(FILE, code, "fr and en do not hold the same words in braces")
    return Reason(code, row["severity"], row["fr"], row["en"])


def _words(sentence: str, language: str) -> set[str]:
    names = (name for _, name, _, _ in string.Formatter().parse(sentence) if name)
    return {name.removesuffix(f"_{language}") for name in names}
