"""The monthly notice of what waits for a company, on the first of the month at seven in Paris (issue 5, section 3).

Nothing is sent where nothing waits. After a stop the companies that were not looked at yet come in their order, each
once for the present month: what waited in a month that is over says nothing any more.
"""

from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from matricule.accounts import organisation_notices
from matricule.accounts.organisations import Organisation
from matricule.core import clock, journal
from matricule.dossiers import requests
from matricule.dossiers.keeping import MonthlyTold
from matricule.dossiers.operations.sweeping import apart

HOUR = time(7)
BATCH = 200
PLACE = "/employer/requests/"


def month_of(now: datetime) -> date:
    """Return the first day of the month whose notices are due at this moment: they leave from seven o'clock on."""
    local = now.astimezone(clock.PARIS)
    first = local.date().replace(day=1)
    if local < datetime.combine(first, HOUR, clock.PARIS):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def run() -> int:
    """Look at the next companies that were not looked at this month; return how many were.

    A fault at one company hides none behind it: it is logged, and the next round comes back to that company.
    """
    month = month_of(clock.now())
    begun = datetime.combine(month, HOUR, clock.PARIS)
    looked = MonthlyTold.objects.filter(month__gte=month).values("organisation")
    rows = Organisation.objects.filter(Q(joined_to=None), created_at__lt=begun).exclude(pk__in=looked)
    due = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return sum(apart("monthly", one, partial(_tell, one, month), of="organisation") for one in due)


def _tell(organisation_id: UUID, month: date) -> bool:
    """Tell one company, in the transaction that notes it; False when another run did at the same moment."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation_id)
        row, _made = MonthlyTold.objects.get_or_create(organisation_id=organisation_id, defaults={"month": date.min})
        if row.month >= month:
            return False
        row.month = month
        row.save(update_fields=["month"])
        waiting = {
            "asked": requests.asked(organisation_id).count(),
            "sendable": requests.sendable(organisation_id).count(),
            "titles": requests.ending(organisation_id).count(),
        }
        if any(waiting.values()):
            organisation_notices.tell(organisation_id, "company_waits", {"path": PLACE, **waiting})
            journal.record(
                actor="system:monthly", action="organisation.told_monthly", subject=("organisation", organisation_id)
            )
    return True
