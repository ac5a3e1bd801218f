"""The list of documents as pages show it: what the rules ask, in the words and pictures of the catalogue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.translation import gettext as _

from matricule.core import i18n
from matricule.rules import catalogue, requirement_rows, requirements, translation
from matricule.rules.requirements import RequirementRule

ROUTE = "student"
EXAMPLES = "matricule/examples"
KINDS = ("svg", "webp", "jpg", "png")


@dataclass(frozen=True)
class Item:
    """One line of the list: its words, its lists, its picture, and the answer about translation when it has one."""

    code: str
    title: str
    hint: str
    icon: str
    shows: tuple[str, ...]
    needless: tuple[str, ...]
    without: str
    reason: str
    example: str
    example_alt: str
    answer: translation.Translation | None


@dataclass(frozen=True)
class Phase:
    """One of the three phases of seed 003 and its documents."""

    number: int
    title: str
    text: str
    items: tuple[Item, ...]

    @property
    def key(self) -> str:
        """The number as text, for the id of the heading."""
        return str(self.number)


def personal(facts: Mapping[str, Any], *, on: date) -> list[Phase]:
    """Return the documents that ``facts`` (answers) call for, by phase."""
    return _phases(requirements.requirements_for(ROUTE, facts, on=on), _translation_of(facts))


def general(facts: Mapping[str, Any], *, on: date) -> list[Phase]:
    """Return the list behind a shared page: typical answers, and no answer about one person's translation."""
    rows = [row for row in requirements.requirements_for(ROUTE, facts, on=on) if row.code != "translation"]
    return _phases(rows, None)


def everything() -> list[Phase]:
    """Return every document that a student may be asked for, by phase, each once, in the order of the rules."""
    rules = requirement_rows.table()
    layers = rules.layers(ROUTE, None)
    found = {row.code: row.phase for row in rules.rows if row.applies_to in layers}
    ordered = sorted(found, key=rules.order.__getitem__)
    return [_phase(number, [item(code) for code in ordered if found[code] == number]) for number in (1, 2, 3)]


def count(phases: Iterable[Phase]) -> int:
    """Return how many documents the phases hold; a birth record and its translation are sent as one (S3-32)."""
    return sum(item.code != "translation" for phase in phases for item in phase.items)


def item(code: str, *, reason: str = "", answer: translation.Translation | None = None) -> Item:
    """Return the line of document ``code`` of a student, in the language of the moment."""
    return shown(catalogue.entry(ROUTE, code), reason=reason, answer=answer)


def shown(words: catalogue.Entry, *, reason: str = "", answer: translation.Translation | None = None) -> Item:
    """Return the line of a document of which ``words`` tell, in the language of the moment."""
    name = i18n.pick(words.name)
    return Item(
        code=words.code,
        title=name,
        hint=i18n.pick(words.summary),
        icon=words.icon,
        shows=tuple(i18n.pick(text) for text in words.must_show),
        needless=tuple(i18n.pick(text) for text in words.not_needed),
        without=i18n.pick(words.without),
        reason=reason,
        example=example_url(words.example),
        example_alt=_("Example, a specimen that we drew: %(name)s") % {"name": name},
        answer=answer,
    )


def example_url(name: str) -> str:
    """Return the address of the drawn example called ``name``, or an empty text until it exists."""
    path = _example_path(name)
    return static(path) if path else ""


@cache
def _example_path(name: str) -> str:
    paths = (f"{EXAMPLES}/{name}.{kind}" for kind in KINDS)
    return next((path for path in paths if finders.find(path)), "")


def _phases(rows: Iterable[RequirementRule], answer: translation.Translation | None) -> list[Phase]:
    grouped: dict[int, list[Item]] = {1: [], 2: [], 3: []}
    for row in rows:
        told = answer if row.code == "civil_status" else None
        grouped[row.phase].append(item(row.code, reason=i18n.pick(row.reason), answer=told))
    return [_phase(number, items) for number, items in grouped.items() if items]


def _phase(number: int, items: Iterable[Item]) -> Phase:
    titles = {
        1: (_("To be covered now"), _("You receive a provisional number (NIA) and a provisional certificate.")),
        2: (
            _("To get your number for life"),
            _(
                "Within 9 months after your provisional rights start. "
                "The sooner, the sooner you have a carte Vitale (health insurance card)."
            ),
        ),
        3: (_("To be reimbursed"), _("Send it whenever you like.")),
    }
    return Phase(number, *titles[number], tuple(items))


def _translation_of(facts: Mapping[str, Any]) -> translation.Translation | None:
    if facts.get("refugee"):
        return None
    return translation.decide(
        facts.get("document_country") or facts.get("birth_country"),
        facts.get("document_language"),
        multilingual_form=bool(facts.get("multilingual_form")),
        plurilingual_extract=bool(facts.get("plurilingual_extract")),
    )
