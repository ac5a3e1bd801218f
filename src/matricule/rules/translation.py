"""Does a civil-status document need a translation into French?

Source: facts.md 0.4 and 5. R114-7 CSS exempts what an authority of the EU, the EEA or Switzerland issued, whatever the
language; the caisse reads French and 20 other languages; a multilingual form or a plurilingual extract stands in for a
translation. Anything else is translated by a translator on the list of a French court, or by the embassy or consulate
of France in the country of the document.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from matricule.rules import countries, data, languages
from matricule.rules.countries import Country
from matricule.rules.errors import RulesError
from matricule.rules.languages import Language

FILE = "translation.toml"
RULES = (
    "issued_in_free_movement",
    "in_french",
    "accepted_language",
    "multilingual_form",
    "plurilingual_extract",
    "translation_needed",
    "translation_depends",
)
"""The rules in the order in which they are read: the first that holds decides."""


@dataclass(frozen=True, slots=True)
class Translation:
    """Whether a translation is needed, by which rule and text, and who may translate (None when none is needed)."""

    needed: bool
    rule: str
    source: str
    reason: dict[str, str]
    translators: dict[str, str] | None

    def as_dict(self) -> dict[str, object]:
        """What ``matricule translation --json`` prints."""
        plain: dict[str, object] = {
            "needed": self.needed,
            "rule": self.rule,
            "source": self.source,
            "reason": self.reason,
        }
        return plain | ({"translators": self.translators} if self.translators else {})


def decide(
    country: str | None,
    language: str | None,
    *,
    multilingual_form: bool = False,
    plurilingual_extract: bool = False,
) -> Translation:
    """Say whether a document that ``country`` issued (ISO or INSEE code) in ``language`` (ISO 639 code) needs a
    translation.

    Either may be None when it is not told yet. Without the language, the official languages of the country speak, when
    they all give the same answer; else the rule is ``translation_depends``: ask for the language.
    Raises ``InputError`` on ``document_country`` or ``document_language`` for an unknown code.
    """
    issuer = countries.get(country, field="document_country") if country is not None else None
    told = languages.get(language, field="document_language") if language is not None else None
    spoken = [told] if told else _official(issuer)
    if issuer is not None and issuer.free_movement:
        return _because("issued_in_free_movement", told)
    if spoken and all(item and item.accepted for item in spoken):
        french = all(item and item.code == "fr" for item in spoken)
        return _because("in_french" if french else "accepted_language", spoken[0])
    if multilingual_form:
        return _because("multilingual_form", told)
    if plurilingual_extract:
        return _because("plurilingual_extract", told)
    named = next((item for item in spoken if item), None)
    certain = issuer is not None and named is not None and not any(item and item.accepted for item in spoken)
    return _because("translation_needed", named) if certain else _because("translation_depends", None)


def _official(issuer: Country | None) -> list[Language | None]:
    """The official languages of a country, None for one that is not in our list (so never an accepted one)."""
    return [languages.find(code) for code in issuer.languages] if issuer else []


def _because(rule: str, language: Language | None) -> Translation:
    row = table()[rule]
    words = {"language_fr": language.names["fr"], "language_en": language.names["en"]} if language else {}
    translators = table()["translators"]
    return Translation(
        needed=row["needed"],
        rule=rule,
        source=row["source"],
        reason={"fr": row["fr"].format_map(words), "en": row["en"].format_map(words)},
        translators={"fr": translators["fr"], "en": translators["en"]} if row["needed"] else None,
    )


@cache
def table() -> dict[str, dict[str, Any]]:
    """Return the rows of the rule by name; raises ``RulesError`` when the file is wrong."""
    rows = data.read_toml(FILE)
    for name in (*RULES, "translators"):
        row = rows.get(name, {})
        if not isinstance(row.get("needed"), bool) or not all(row.get(key) for key in ("source", "fr", "en")):
            raise RulesError(FILE, name, "needed, source, fr and en must all be written")
    return rows
