"""What a company said of a person's past in France: asked of each before anything is filed for them (issue 5, 2).

A typed number is never kept, only what it led to. The answer follows from what is said alone, and never tells whether
a number exists here (rules.employer.eligibility).
"""

from typing import Any

from matricule.dossiers.models import Registrant
from matricule.rules.employer import eligibility
from matricule.rules.employer.eligibility import Decision, Situation

PRINCIPAL = "principal"
KEPT = ("ever_in_france", "has_number", "returning", "where", "when")
"""What is kept of the questions, by the names of ``Situation``."""

BORN = "born_in_france"
"""The answer that the page of the civil status gives too (dossiers.people.obstacles)."""


def of(person: Registrant) -> dict[str, Any]:
    """Return what was said; empty when it was never asked.

    Of the employee of a request opened before each person was asked it stands in the request's own answers.
    """
    if person.past or person.role != PRINCIPAL:
        return dict(person.past)
    return dict(person.dossier.answers.get("who", {}))


def told(situation: Situation, decision: Decision) -> dict[str, Any]:
    """Return what is kept of what was said and answered: by codes, so that it can be said again in any language."""
    said: dict[str, Any] = {name: getattr(situation, name) for name in KEPT if getattr(situation, name)}
    return {**said, "answer": decision.code, "notes": [note.code for note in decision.notes]}


def decision(person: Registrant) -> Decision | None:
    """Return where this person stands today, None when it was never asked.

    A number that stopped stops until another answer is given. The rest is looked at again with the nationality and the
    birth that their page holds: it may ask for what nobody had to say before.
    """
    said = of(person)
    if not said:
        return None
    family = person.role != PRINCIPAL
    found = eligibility.told(said.get("answer", "may_register"), said.get("notes", ()), family=family)
    if (found is not None and found.stops) or not (person.birth_country and person.nationality):
        return found
    situation = Situation(
        birth_country=person.birth_country,
        nationality=person.nationality,
        nationality_2=person.nationality_2,
        **{name: said.get(name, "") for name in KEPT},
    )
    return eligibility.decide(situation, family=family)


def before(person: Registrant) -> str:
    """Return where and when somebody was in France before, as the company said it; "" for nothing said."""
    said = of(person)
    return ", ".join(said[name] for name in ("where", "when") if said.get(name))
