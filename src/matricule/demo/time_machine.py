"""The time machine: moves business time forward, and runs what falls due.

The offset is a file of the data folder, so that web and worker read the same business time; wall time never moves
(house.md, clock).
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from matricule.core import clock, config, jobs
from matricule.rules.dates import add_months

MOST_DAYS = 3660
"""Ten years: enough for every delay of the law, and no date leaves the calendar."""


def _file() -> Path:
    return config.current().data / "demo-clock"


def offset() -> timedelta:
    """Return how far business time is ahead of wall time."""
    try:
        return timedelta(seconds=int(_file().read_text("ascii")))
    except (FileNotFoundError, ValueError):
        return timedelta()


def at_the_same_hour(moment: datetime, away: timedelta) -> datetime:
    """Return the moment so many days of Paris away, at the same hour there although its clocks may change between.

    Counted in days of 24 hours, what lies within an hour of midnight would come out on the day beside.
    """
    return (moment.astimezone(clock.PARIS) + away).astimezone(UTC)


def forward(*, days: int = 0, months: int = 0) -> timedelta:
    """Move business time forward by days or calendar months, run what falls due, and return the new offset.

    Raises ValueError for a move backward or beyond ten years.
    """
    if days < 0 or months < 0:
        raise ValueError("time only goes forward here")
    now = clock.now()
    today = now.astimezone(clock.PARIS).date()
    target = add_months(today, months) + timedelta(days=days)
    if (target - clock.wall().astimezone(clock.PARIS).date()).days > MOST_DAYS:
        raise ValueError("ten years are enough")
    moved = offset() + (at_the_same_hour(now, target - today) - now)
    _write(moved)
    jobs.run_sweeps()
    return moved


def back_to_now() -> None:
    """Return business time to wall time."""
    _write(timedelta())


def _write(moved: timedelta) -> None:
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(str(int(moved.total_seconds())), "ascii")
    os.replace(fresh, path)
