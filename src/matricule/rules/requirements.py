"""The documents that a person owes, from the route and the answers.

Source: the domain's document matrix (``data/requirements.toml``), house.md 1 (how rows replace each other), and the
translation rule (R114-7 CSS). A row of a narrower layer replaces the wider row of the same code, whether it applies or
not; a row with ``replaces`` takes the place of those codes when it applies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matricule.rules import answers as questions
from matricule.rules import countries, deadlines, requirement_rows, translation
from matricule.rules.answers import StudentAnswers, answers_schema
from matricule.rules.dates import PartialDate
from matricule.rules.requirement_rows import Row, Supplier
from matricule.rules.translation import Translation

__all__ = ["RequirementRule", "StudentAnswers", "answers_schema", "facts_of", "labels", "requirements_for", "table"]


@dataclass(frozen=True, slots=True)
class RequirementRule:
    """One document that is owed.

    ``phase`` is 1 (provisional rights), 2 (definitive number) or 3 (reimbursements). ``required`` is False only for a
    translation that depends on a language not told yet. Requirements of one ``slot`` share one document.
    ``to_confirm`` is for caseworkers; the person never sees it.
    """

    code: str
    phase: int
    required: bool
    label: dict[str, str]
    reason: dict[str, str]
    source: str
    blocks_submission: bool
    supplied_by: tuple[Supplier, ...]
    slot: str
    to_confirm: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """What ``matricule requirements --json`` prints: everything that the person may see."""
        return {
            "code": self.code,
            "phase": self.phase,
            "required": self.required,
            "label": self.label,
            "reason": self.reason,
            "source": self.source,
            "blocks_submission": self.blocks_submission,
            "supplied_by": list(self.supplied_by),
            "slot": self.slot,
        }


def table() -> tuple[Row, ...]:
    """Return every row of the rules; raises ``RulesError`` when the file is wrong."""
    return requirement_rows.table().rows


def labels(code: str) -> dict[str, str]:
    """Return the widest label of a requirement's code, for lists that know no route; raises ``KeyError``."""
    found = next((row.label for row in table() if row.code == code), None)
    if found is None:
        raise KeyError(code)
    return found


def requirements_for(route: str, answers: StudentAnswers | Mapping[str, Any], *, on: date) -> list[RequirementRule]:
    """Return the documents owed on ``route`` by the person of ``answers``, for a request made on ``on``.

    In the order in which they are shown: by phase, then by the order of the rules. Raises ``InputError``, which names
    the answer, for an unknown route, an unknown name, a wrong value or a missing answer.
    """
    given = questions.read(route, answers)
    decided = _translation(given)
    facts = facts_of(given, on=on) | {"translation": decided.needed}
    rows = _applying(route, given, facts)
    order = requirement_rows.table().order
    rows.sort(key=lambda row: (row.phase, order[row.code]))
    return [_rule(row, decided) for row in rows]


def facts_of(given: Mapping[str, Any], *, on: date) -> dict[str, bool]:
    """Return what checked answers (``answers.read``) mean on the day ``on``, for the conditions of the rows.

    Ages are those on ``on``; an unknown day or month counts as the youngest possible (minors owe no stay title).
    """
    nationalities = [countries.get(given[name]) for name in ("nationality", "nationality_2") if name in given]
    french = any(country.french for country in nationalities)
    free = any(country.free_movement for country in nationalities)
    birth: PartialDate = given["birth_date"]
    refugee = given.get("refugee", False)
    title = given.get("residence_title")
    covered = given.get("home_cover") == "ceam" and deadlines.ceam_covers_year(
        given.get("ceam_until"), on, given.get("academic_year_end")
    )
    told = ("with_parent", "spouse_in_request", "has_appointment_order", "filed_alone", "classic_route")
    return {name: given.get(name, False) for name in told} | {
        "french": french,
        "european": free and not french,
        "third_country": not free,
        "adult": birth.age_on(on) >= 18,
        "under_16": birth.age_on(on) < 16,
        "refugee": refugee,
        # A refugee who was not asked about the title holds a card or its receipt, never a student visa.
        "holds_card": title == "card" or (refugee and title is None),
        "ceam_covers_year": covered,
    }


def _applying(route: str, given: Mapping[str, Any], facts: Mapping[str, bool]) -> list[Row]:
    rules = requirement_rows.table()
    chosen: dict[str, Row] = {}
    for layer in rules.layers(route, given.get("category")):
        chosen |= {row.code: row for row in rules.rows if row.applies_to == layer}
    rows = [row for row in chosen.values() if row.when.holds(facts, given)]
    replaced = {code for row in rows for code in row.replaces}
    return [row for row in rows if row.code not in replaced]


def _translation(given: Mapping[str, Any]) -> Translation:
    return translation.decide(
        given.get("document_country") or given.get("birth_country"),
        given.get("document_language"),
        multilingual_form=given.get("multilingual_form", False),
        plurilingual_extract=given.get("plurilingual_extract", False),
    )


def _rule(row: Row, decided: Translation) -> RequirementRule:
    translated = row.code == "translation"
    return RequirementRule(
        code=row.code,
        phase=row.phase,
        required=not translated or decided.rule != "translation_depends",
        label=row.label,
        reason=decided.reason if translated else row.reason,
        source=decided.source if translated else row.source,
        blocks_submission=row.blocks_submission,
        supplied_by=row.supplied_by,
        slot=row.slot,
        to_confirm=row.to_confirm,
    )
