"""The personal space closes 3 months after the number, never before it, after two warnings (issue 4, section 4).

A warning that comes late moves the closing: a person always has a week after the second one.
"""

from datetime import date, timedelta
from functools import partial
from uuid import UUID

from matricule.core import clock
from matricule.dossiers.access import NotFound, system
from matricule.dossiers.models import Dossier
from matricule.dossiers.operations.door import first_given_name, operation
from matricule.dossiers.operations.sweeping import apart

ACTOR = system("spaces")
WARNINGS = (timedelta(days=30), timedelta(days=7))
"""How long before the closing the two warnings come."""


def is_closed(dossier: Dossier, today: date) -> bool:
    """Tell whether the space of a dossier is closed on ``today``: its day is over, and the two warnings were sent."""
    if dossier.space_closes_on is None or today <= dossier.space_closes_on:
        return False
    return len(dossier.space_warned) >= len(WARNINGS)


def run() -> int:
    """Send the warnings that are due; return how many were sent."""
    horizon = clock.today() + WARNINGS[0]
    rows = Dossier.objects.filter(space_closes_on__lte=horizon, space_warned__1__isnull=True).order_by(
        "space_closes_on", "pk"
    )
    due = list(rows.values_list("pk", flat=True))
    return sum(apart("spaces", dossier_id, partial(_warn, dossier_id)) for dossier_id in due)


def _warn(dossier_id: UUID) -> bool:
    try:
        with operation(ACTOR, "close_space", dossier_id) as op:
            op.quiet = True
            dossier, today = op.dossier, clock.today()
            number = len(dossier.space_warned)
            if dossier.space_closes_on is None or number >= len(WARNINGS):
                return False
            if today < dossier.space_closes_on - WARNINGS[number]:
                return False
            dossier.space_closes_on = max(dossier.space_closes_on, today + WARNINGS[-1])
            dossier.space_warned = [*dossier.space_warned, today.isoformat()]
            op.record("space.warned", number=number + 1)
            op.notify(
                "space_closes",
                {
                    "given_name": first_given_name(op.principal),
                    "close_on": dossier.space_closes_on.isoformat(),
                },
            )
    except NotFound:  # erased meanwhile
        return False
    return True
