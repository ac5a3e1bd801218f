"""The dates of a dossier, computed in business time from the pure rules (matricule.rules.deadlines)."""

from datetime import date, datetime

from matricule.core import clock
from matricule.dossiers.models import Dossier
from matricule.rules import deadlines

FIRST_DECISION_DAYS = 15
"""Working days: the office's own target for a first decision, never called a limit (procedure_deadlines.csv)."""


def first_decision_target(dossier: Dossier, *, since: datetime | None = None) -> date | None:
    """Return the day by which the caisse aims to answer a submitted dossier, None for a draft.

    ``since``: when somebody was added to it, who is answered from then on.
    """
    if dossier.submitted_at is None:
        return None
    sent = (since or dossier.submitted_at).astimezone(clock.PARIS).date()
    return deadlines.add_working_days(sent, FIRST_DECISION_DAYS)
