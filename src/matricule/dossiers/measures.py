"""Delays measured on our own decisions, shown from 30 of them on (house.md, decision 13): "not measured yet" before.

A job measures once a night; pages read one row.
"""

from datetime import timedelta
from statistics import median

from django.db.models import F

from matricule.core import clock
from matricule.dossiers.case import Measure, Number

ENOUGH = 30
"""Decisions below which nothing is shown."""

WINDOW = timedelta(days=90)
FIRST_NUMBER = "first_number"
MOST = 5000
"""Decisions looked at in one night, the newest: a caisse gives fewer in 90 days to students."""


def measure() -> Measure | None:
    """Measure how many days pass from the submission to the first number, over the last 90 days; None below 30."""
    rows = (
        Number.objects.filter(issued_at__gte=clock.now() - WINDOW, issued_at__lte=clock.now())
        .exclude(registrant__dossier__submitted_at=None)
        .order_by("-issued_at")
        .annotate(sent=F("registrant__dossier__submitted_at"))
        .values_list("issued_at", "sent")[:MOST]
    )
    days = [(issued - sent).days for issued, sent in rows]
    if len(days) < ENOUGH:
        Measure.objects.filter(name=FIRST_NUMBER).delete()
        return None
    row, _ = Measure.objects.update_or_create(
        name=FIRST_NUMBER, defaults={"days": round(median(days)), "decisions": len(days), "measured_at": clock.now()}
    )
    return row


def usual_delay() -> int | None:
    """Return the usual number of days from the submission to the first number, None while it is not measured."""
    return Measure.objects.filter(name=FIRST_NUMBER).values_list("days", flat=True).first()
