"""The dates of a dossier, computed in business time from the pure rules (matricule.rules.deadlines)."""

from datetime import date, datetime

from matricule.core import clock, config
from matricule.dossiers.models import Dossier
from matricule.rules import deadlines


def first_decision_days() -> int:
    """Return the office's own target for a first decision, in working days: a setting, never called a limit."""
    return config.current().first_decision_days


def first_decision_target(dossier: Dossier, *, since: datetime | None = None) -> date | None:
    """Return the day by which the caisse aims to answer a submitted dossier, None for a draft.

    ``since``: when somebody was added to it, who is answered from then on.
    """
    if dossier.submitted_at is None:
        return None
    sent = (since or dossier.submitted_at).astimezone(clock.PARIS).date()
    return deadlines.first_decision_target(sent, days=first_decision_days())
