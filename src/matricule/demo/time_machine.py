"""The time machine: moves business time forward, and runs what falls due.

The offset is a file of the data folder, so that web and worker read the same business time; wall time never moves
(house.md, clock).
"""

import os
from datetime import UTC, timedelta
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


def forward(*, days: int = 0, months: int = 0) -> timedelta:
    """Move business time forward by days or calendar months, run what falls due, and return the new offset.

    The hour in Paris stays, also where its clocks change on the way: counted in days of 24 hours, a step from summer
    made within the first hour of a day, or from winter within its last, would end on the day beside.

    Raises ValueError for a move backward or beyond ten years.
    """
    if days < 0 or months < 0:
        raise ValueError("time only goes forward here")
    now = clock.now().astimezone(clock.PARIS)
    target = add_months(now.date(), months) + timedelta(days=days)
    then = now + (target - now.date())
    moved = offset() + (then.astimezone(UTC) - now.astimezone(UTC))
    if moved.days > MOST_DAYS:
        raise ValueError("ten years are enough")
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
