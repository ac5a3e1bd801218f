"""The two times of the house (house.md, core).

Business time is what a person reads: deadlines, objection periods, ages. The demo's time machine and tests move it.
Wall time rules codes, sessions, leases, retries and seals; only tests move it, by moving the process's own clock.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

PARIS = ZoneInfo("Europe/Paris")

_offset: Callable[[], timedelta] = timedelta


def wall() -> datetime:
    """Return the real time, aware, in UTC."""
    return timezone.now()


def now() -> datetime:
    """Return business time, aware, in UTC: wall time plus the offset that the time machine set."""
    return wall() + _offset()


def today() -> date:
    """Return the business day in Paris, where the law counts its days."""
    return now().astimezone(PARIS).date()


def use_offset(source: Callable[[], timedelta]) -> None:
    """Read the offset of business time from ``source`` from now on (demo mode registers the time machine here)."""
    global _offset
    _offset = source
