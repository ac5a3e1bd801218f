"""The people of an employer's request: the documents of each by role and category (house.md 1; seed 000 FAQ 6).

The employee owes the rows of the route and the category. A spouse, a partner or a child in the same request owes the
rows of everyone and of the child, and ``marriage``, never the employee's other rows. The marriage certificate is asked
for once, of the spouse or partner; a child files with a parent, so that no authorisation is asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Literal

from matricule.rules.answers import fields
from matricule.rules.employer.reading import Reader, Words
from matricule.rules.errors import InputError
from matricule.rules.requirements import RequirementRule, requirements_for

FILE = "papers.toml"

Role = Literal["principal", "spouse", "partner", "child"]

ROUTES: dict[str, str] = {
    "principal": "employee",
    "spouse": "spouse_in_request",
    "partner": "spouse_in_request",
    "child": "child_in_request",
}
"""The route of ``requirements.toml`` that each role follows."""

FAMILY = tuple(role for role in ROUTES if role != "principal")


@dataclass(frozen=True, slots=True)
class Paper:
    """What the employer reads beside a document; ``label`` is None where the person's own words do."""

    code: str
    label: Words | None
    reason: Words
    source: str


def route_of(role: str) -> str:
    """Return the route of a role; raises ``InputError`` on ``role`` for one that does not exist."""
    if role not in ROUTES:
        listed = ", ".join(ROUTES)
        raise InputError("role", fr=f"Choisissez parmi\u00a0: {listed}.", en=f"Choose one of: {listed}.")
    return ROUTES[role]


def answers_of(role: str, category: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``requirements_for`` needs to know of a person: ``told`` without what the role's route never asks.

    ``told`` holds answers by the names of ``rules.answers`` (nationality, birth_date, document_language …).
    """
    route = route_of(role)
    known = fields(route)
    answers = {name: value for name, value in told.items() if name in known}
    answers.pop("spouse_in_request", None)  # asked for once, of the spouse or partner
    if role == "principal":
        answers["category"] = category
    else:
        answers["with_parent"] = True
    return answers


def owed(role: str, category: str, told: Mapping[str, Any], *, on: date) -> list[RequirementRule]:
    """Return the documents that one person of the request owes, in the words that an employer reads.

    Raises ``InputError``, which names the answer, for a wrong role, category or answer.
    """
    found = requirements_for(route_of(role), answers_of(role, category, told), on=on)
    return [for_employer(rule) for rule in found]


def for_employer(rule: RequirementRule) -> RequirementRule:
    """Return the same requirement in the words that an employer reads."""
    paper = papers().get(rule.code)
    if paper is None:
        return rule
    label = dict(paper.label) if paper.label else rule.label
    return replace(rule, label=label, reason=dict(paper.reason))


@cache
def papers() -> dict[str, Paper]:
    """Return the employer's words by code of document; raises ``RulesError`` when the file is wrong."""
    return build()


def build(raw: dict[str, Any] | None = None) -> dict[str, Paper]:
    """Build the words from the parsed file (the file itself without ``raw``); raises ``RulesError`` with the row."""
    reader = Reader(FILE, raw)
    found = {}
    for row in reader.rows("paper", {"label", "reason"}):
        label = reader.words(row, "label") if "label" in row else None
        found[row["code"]] = Paper(row["code"], label, reader.words(row, "reason"), reader.source(row))
    return found
