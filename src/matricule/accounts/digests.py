"""The mail of the day: how many messages a member has not read yet, for those who want one mail a day.

It is due at seven in the morning in Paris, by business time, and counts what was written before. Two runs at once, or
none for three days, give one mail (F19): what was counted is marked in the transaction of the mail.
"""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from matricule import notices
from matricule.accounts import organisations
from matricule.accounts.organisation_notices import NOTIFICATIONS
from matricule.core import clock

HOUR = time(7)
PLACE = NOTIFICATIONS + "notifications/"


def latest_hour() -> datetime:
    """Return the last seven o'clock that has passed in Paris."""
    now = clock.now().astimezone(clock.PARIS)
    today = datetime.combine(now.date(), HOUR, clock.PARIS)
    return today if now >= today else datetime.combine(now.date() - timedelta(days=1), HOUR, clock.PARIS)


def run() -> int:
    """Write the mails of the day that are due; return how many."""
    before = latest_hour()
    return sum(_write(person, company, before) for person, company in notices.for_digest(before))


def _write(user_id: UUID, organisation_id: UUID, before: datetime) -> bool:
    with transaction.atomic():
        count = notices.take_for_digest(user_id, organisation_id, before)
        member = organisations.membership_of(user_id, organisation_id)
        if not count or member is None:  # read meanwhile, or no longer there
            return False
        notices.copy(
            "company_digest",
            address=member.email,
            language=member.language,
            context={"path": PLACE, "count": count},
        )
    return True
